//! How much of everything: for figures that count, and for a look whether it works.

use std::time::Duration;

/// Sizes and times of the measurements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Attendees who are signed in.
    pub(super) attendees: usize,
    /// How often what is compared takes turns.
    pub(super) rounds: usize,
    /// Votes of one closed loop for the maximum.
    pub(super) peak_votes: usize,
    /// Votes of one closed loop on one ballot or on several.
    pub(super) several_votes: usize,
    /// Votes of attendees who are alone.
    pub(super) alone_votes: usize,
    /// Before anything is measured.
    pub(super) warm_up: Duration,
    /// A closed loop of the bare server.
    pub(super) bare: Duration,
    /// A run of pgbench.
    pub(super) pgbench: Duration,
    /// A closed loop of GETs, and how often it takes turns with the bare handler's: a few per cent are looked for, so the
    /// turns are short and many.
    pub(super) reading: Duration,
    pub(super) readings: usize,
    /// Open arrivals at one rate.
    pub(super) open: Duration,
    /// A step of offered load.
    pub(super) step: Duration,
    /// Votes beside a storm of sign-ins.
    pub(super) storm: Duration,
    /// Whether a million votes are closed, too.
    pub(super) million: bool,
}

/// What the document shows.
pub(super) const FULL: Scale = Scale {
    attendees: 100_000,
    rounds: 3,
    peak_votes: 80_000,
    several_votes: 40_000,
    alone_votes: 1_000,
    warm_up: Duration::from_millis(500),
    bare: Duration::from_secs(2),
    pgbench: Duration::from_secs(4),
    reading: Duration::from_secs(1),
    readings: 9,
    open: Duration::from_secs(6),
    step: Duration::from_secs(3),
    storm: Duration::from_secs(10),
    million: true,
};

/// To see that it works.
pub(super) const QUICK: Scale = Scale {
    attendees: 20_000,
    rounds: 1,
    peak_votes: 10_000,
    several_votes: 8_000,
    alone_votes: 300,
    warm_up: Duration::from_millis(200),
    bare: Duration::from_millis(500),
    pgbench: Duration::from_secs(2),
    reading: Duration::from_millis(400),
    readings: 1,
    open: Duration::from_secs(1),
    step: Duration::from_millis(500),
    storm: Duration::from_secs(3),
    million: false,
};
