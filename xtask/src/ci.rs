//! `cargo xtask ci`: runs every check of a change in sequence.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result};
use xtask::cargo::{cargo, succeed};

use crate::{compose, fuzz, openapi, suite, trials};

/// A name and an action.
type Step = (&'static str, fn() -> Result<()>);

/// The checks in order: those that fail fast come first.
const STEPS: [Step; 11] = [
    ("Format", format),
    ("Lints", lints),
    ("Tests", tests),
    ("Documentation", documentation),
    ("OpenAPI document", || openapi::run(true)),
    ("Compose file", compose_file),
    ("Dependencies", dependencies),
    ("Fuzzing", fuzzing),
    ("Power cuts", power_cuts),
    ("Faults", faults),
    ("Linking attack", linking),
];

/// Runs the checks and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    for (name, step) in STEPS {
        eprintln!("\n=== {name}");
        let begin = Instant::now();
        step().with_context(|| format!("{name} failed after {} s", begin.elapsed().as_secs()))?;
        eprintln!("=== {name}: {} s", begin.elapsed().as_secs());
    }
    eprintln!("\n=== All checks passed in {} s", start.elapsed().as_secs());
    Ok(())
}

fn format() -> Result<()> {
    succeed(cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    succeed(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn tests() -> Result<()> {
    suite::run(&["--locked".into()])
}

fn documentation() -> Result<()> {
    succeed(cargo().args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Needs a package from the network: without it the check is skipped.
fn compose_file() -> Result<()> {
    match compose::checker() {
        Ok(checker) => compose::check_with(&checker),
        Err(error) => {
            eprintln!("Left out: the checker is not available here ({:#}).", error.root_cause());
            Ok(())
        }
    }
}

/// A short run of each target. Needs a program from crates.io: without it the check is skipped.
fn fuzzing() -> Result<()> {
    match fuzz::installed() {
        Ok(tool) => fuzz::run_with(&tool, None, 20),
        Err(error) => {
            eprintln!("Left out: cargo-fuzz is not available here ({:#}).", error.root_cause());
            Ok(())
        }
    }
}

/// Last, because it needs a release build.
fn power_cuts() -> Result<()> {
    trials::run("power-cut", &["--cuts".into(), "200".into()])
}

/// Every row of the catalogue, for its own small number of rounds.
fn faults() -> Result<()> {
    trials::run("faults", &[])
}

/// On a few ballots; if the attack beats chance there, it is repeated on many.
fn linking() -> Result<()> {
    trials::run("linking", &[])
}

/// Advisories, licences and sources, as far as they can be checked here.
fn dependencies() -> Result<()> {
    if !works(cargo().args(["deny", "--version"])) {
        eprintln!("Left out: cargo-deny is not installed.");
        return Ok(());
    }
    if works(cargo().args(["deny", "--locked", "fetch", "db"])) {
        return succeed(cargo().args(["deny", "--locked", "check"]));
    }
    eprintln!("The advisory database is not available here: licences, bans and sources are checked without it.");
    succeed(cargo().args(["deny", "--locked", "check", "bans", "licenses", "sources"]))
}

fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
