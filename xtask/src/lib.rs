//! What the automation of the project stands on, and other packages of it can use: a PostgreSQL cluster of one's own,
//! and a shell that cleans up.

pub mod cargo;
pub mod debian;
pub mod environment;
pub mod guardian;
pub mod postgres;
pub mod programs;
pub mod python;
