//! Invariants of the code and the schema.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod crates;
mod documents;
mod links;
mod migrations;
mod schema;
mod secrecy;
mod sources;

use std::process::ExitCode;

fn main() -> ExitCode {
    urna_tests::run([
        crates::cases(),
        documents::cases(),
        links::cases(),
        migrations::cases(),
        secrecy::cases(),
        sources::cases(),
    ])
}
