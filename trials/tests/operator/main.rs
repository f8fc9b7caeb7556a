//! What an operator does with a database: back it up, bring it back, upgrade it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod backup;
mod host;
mod releases;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--keep", version] => releases::keep(version),
        _ => urna_tests::run([backup::cases(), releases::cases()]),
    }
}
