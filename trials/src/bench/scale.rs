//! Sizes: full for valid figures, quick for a trial.

use std::time::Duration;

/// Sizes and times of the measurements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Attendees who are signed in.
    pub(super) attendees: usize,
    /// The number of alternating rounds in comparisons.
    pub(super) rounds: usize,
    /// Votes in a closed loop for the maximum.
    pub(super) peak_votes: usize,
    /// Votes in a closed loop on one ballot or on several.
    pub(super) several_votes: usize,
    /// Votes of attendees who are alone.
    pub(super) alone_votes: usize,
    /// Before any measurement.
    pub(super) warm_up: Duration,
    /// A closed loop on the bare server.
    pub(super) bare: Duration,
    /// A run of pgbench.
    pub(super) pgbench: Duration,
    /// A closed loop of GETs, and the number of turns with the bare handler. The differences are a few per cent, so the
    /// turns are short and many.
    pub(super) reading: Duration,
    pub(super) readings: usize,
    /// Open arrivals at one rate.
    pub(super) open: Duration,
    /// A step of offered load.
    pub(super) step: Duration,
    /// Votes during a storm of sign-ins.
    pub(super) storm: Duration,
    /// Whether a million votes are closed as well.
    pub(super) million: bool,
}

/// For the document.
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

/// For trying the benchmark.
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
