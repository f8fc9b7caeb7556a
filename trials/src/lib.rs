//! The real release binary on real databases: measured, and under fire.
//!
//! This is the ground that the trials share: a server process, a database that is set up for it, a client, and an
//! oracle outside of the system that knows what was promised.

pub mod api;
pub mod database;
pub mod http;
pub mod invariants;
pub mod journal;
pub mod server;
pub mod stage;
pub mod votes;
