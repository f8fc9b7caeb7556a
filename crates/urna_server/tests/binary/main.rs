//! The binary as an operator uses it: exit codes, sentences, files, signals.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod ballots;
mod clients;
mod configuration;
mod database;
mod demo;
mod information;
mod organisers;
mod place;
mod secret;
mod serving;
