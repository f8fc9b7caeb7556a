//! `cargo xtask ci`: every check of a change, one after the other.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result};
use xtask::cargo::{cargo, succeed};

use crate::{compose, fuzz, openapi, suite, trials};

/// A name and what is done.
type Step = (&'static str, fn() -> Result<()>);

/// The checks in their order: what fails fast comes first.
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

/// Needs a package from the network: where that cannot be had, the check is left out.
fn compose_file() -> Result<()> {
    match compose::checker() {
        Ok(checker) => compose::check_with(&checker),
        Err(error) => {
            eprintln!("Left out: the checker cannot be had here ({:#}).", error.root_cause());
            Ok(())
        }
    }
}

/// A short run of each target; needs a program from the package index, without which the check is left out.
fn fuzzing() -> Result<()> {
    match fuzz::installed() {
        Ok(tool) => fuzz::run_with(&tool, None, 20),
        Err(error) => {
            eprintln!("Left out: cargo-fuzz cannot be had here ({:#}).", error.root_cause());
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

/// On few ballots; who is better than chance there is looked into on many.
fn linking() -> Result<()> {
    trials::run("linking", &[])
}

/// Advisories, licences and sources, as far as they can be known here.
fn dependencies() -> Result<()> {
    if !works(cargo().args(["deny", "--version"])) {
        eprintln!("Left out: cargo-deny is not installed.");
        return Ok(());
    }
    if works(cargo().args(["deny", "--locked", "fetch", "db"])) {
        return succeed(cargo().args(["deny", "--locked", "check"]));
    }
    eprintln!("The advisory database cannot be had here: licences, bans and sources are checked without it.");
    succeed(cargo().args(["deny", "--locked", "check", "bans", "licenses", "sources"]))
}

fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
