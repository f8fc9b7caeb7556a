//! The product through its HTTP interface, on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod main_job;

use std::process::ExitCode;

fn main() -> ExitCode {
    urna_tests::run([main_job::cases()])
}
