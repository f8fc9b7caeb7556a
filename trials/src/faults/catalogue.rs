//! The faults, by their numbers in the catalogue.

use std::fmt;

/// An engine that a row runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The name in tables and file names.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A row of the catalogue.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) title: &'static str,
    /// Rounds on each engine in the checks of every change.
    pub(super) rounds: u32,
    pub(super) engines: &'static [Engine],
}

const SQLITE: &[Engine] = &[Engine::Sqlite];
const POSTGRES: &[Engine] = &[Engine::Postgres];
const BOTH: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

const fn row(number: u32, title: &'static str, rounds: u32, engines: &'static [Engine]) -> Row {
    Row { number, title, rounds, engines }
}

/// The rows of the harness.
pub(super) const ROWS: [Row; 14] = [
    row(1, "kill -9 of the server at a random moment", 20, SQLITE),
    row(2, "kill -9 of the server at a random moment", 20, POSTGRES),
    row(3, "kill -9 of a backend, of the postmaster; immediate stop", 6, POSTGRES),
    row(4, "failover to a synchronous standby", 3, POSTGRES),
    row(6, "the disk is full", 2, BOTH),
    row(7, "SIGTERM under load", 5, BOTH),
    row(8, "the database slow, stalled, resetting, exhausted", 3, POSTGRES),
    row(9, "answers cut after the commit, 200 in a round", 1, BOTH),
    row(10, "1,000 parallel casts of one attendee", 2, BOTH),
    row(11, "close against 200 concurrent casts", 20, BOTH),
    row(12, "two instances, one killed", 2, POSTGRES),
    row(13, "the server's clock jumps around a scheduled close", 10, BOTH),
    row(14, "the mail server down, slow, answering 4xx, 5xx", 4, BOTH),
    row(16, "4,000 slow headers, bodies and readers", 1, BOTH),
];

/// The power cut, which has its own program.
pub(super) const POWER_CUT: Row = row(5, "the power is cut", 200, SQLITE);

/// All rows in order.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    let (before, after) = ROWS.split_at(ROWS.partition_point(|row| row.number < POWER_CUT.number));
    before.iter().chain([&POWER_CUT]).chain(after)
}
