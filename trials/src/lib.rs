//! Trials of the real release binary on real databases: benchmarks and faults.
//!
//! This crate is the common ground of the trials: a server process, a prepared database, a client, and an oracle
//! outside of the system that knows what was promised.

pub mod api;
pub mod database;
pub mod http;
pub mod invariants;
pub mod journal;
pub mod server;
pub mod stage;
pub mod votes;
