//! `cargo xtask bench`, `faults`, `power-cut`, `linking` and `timing`: the release binary on real databases.

use std::{ffi::OsString, process::Command};

use anyhow::Result;
use xtask::{
    cargo::{cargo, succeed},
    environment,
};

/// Builds the server and the trials, and runs one of the trials.
pub(crate) fn run(trial: &str, arguments: &[OsString]) -> Result<()> {
    // Both in one build: the trials look for the server beside themselves.
    succeed(cargo().args(["build", "--quiet", "--release", "--locked", "-p", "urna_server", "-p", "urna_trials"]))?;
    let program = environment::target().join("release/urna-trials");
    succeed(Command::new(program).current_dir(environment::root()).arg(trial).args(arguments))
}
