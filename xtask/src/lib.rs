//! The parts of the automation that other packages use: a throw-away PostgreSQL cluster, and a shell that cleans up.

pub mod cargo;
pub mod debian;
pub mod environment;
pub mod guardian;
pub mod postgres;
pub mod programs;
pub mod python;
