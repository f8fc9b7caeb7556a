//! `cargo xtask test`: all tests, on both engines, and the pages in a browser.

use std::{ffi::OsString, process::Command, time::Instant};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::{cargo, succeed},
    debian,
    postgres::{self, Server},
    programs::{NGINX, PGBOUNCER},
    python::{AIOSMTPD, PYNACL},
};

use crate::browser;

/// Sets up the needs of the tests, runs them, and reports the engines they ran on.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut plan = Plan::of(arguments)?;
    plan.announce();

    plan.next();
    let (aiosmtpd, pynacl) = (AIOSMTPD.python()?, PYNACL.python()?);
    let (nginx, pgbouncer) = (NGINX.path()?, PGBOUNCER.path()?);
    if is_everything(arguments) {
        browser::install()?;
    }

    plan.next();
    succeed(command(at_double_dash(arguments).0).arg("--no-run"))?;

    plan.next();
    let server = Server::get()?;
    let description = server.description();

    plan.next();
    eprintln!("Testing on SQLite and on {description}.");
    let status = command(arguments)
        .env(postgres::URL_VARIABLE, server.url())
        .env(AIOSMTPD.variable, aiosmtpd)
        .env(PYNACL.variable, pynacl)
        .env(NGINX.variable, nginx)
        .env(PGBOUNCER.variable, pgbouncer)
        // With this a test fails if its engine is missing, instead of being skipped.
        .env("URNA_TEST_REQUIRE_ALL", "1")
        .status()
        .context("cargo test could not be started")?;
    if !status.success() {
        bail!("there are failed tests (they ran on SQLite and on {description})");
    }

    let also = if is_everything(arguments) {
        plan.next();
        browser::test_on(&server.url())?;
        " The pages were driven in Chromium."
    } else {
        ""
    };
    eprintln!("Passed, with both engines at hand: SQLite, and {description}. Mail went to aiosmtpd.{also}");
    Ok(())
}

/// The steps of the run, announced in advance because it takes minutes.
struct Plan {
    steps: Vec<String>,
    /// The number of steps begun.
    begun: usize,
    begin: Instant,
}

impl Plan {
    fn of(arguments: &[OsString]) -> Result<Self> {
        let needed = [AIOSMTPD.missing_package(), PYNACL.missing_package(), NGINX.missing_package()];
        let needed = needed.into_iter().chain([PGBOUNCER.missing_package(), Server::missing_package()]).flatten();
        let mut missing: Vec<String> = needed.collect();
        if is_everything(arguments) {
            missing.extend(browser::missing_packages());
        }
        if !missing.is_empty() && !debian::can_install()? {
            bail!("The tests need more than is here; Debian's packages of it are {}.", missing.join(", "));
        }
        let first = if missing.is_empty() {
            "install nothing: what the tests need is here".to_owned()
        } else {
            format!("install Debian's packages {}", missing.join(", "))
        };
        let mut steps = vec![
            first,
            "compile the tests: the first time this takes some minutes".to_owned(),
            Server::announced(),
            "run the tests on SQLite and on PostgreSQL".to_owned(),
        ];
        if is_everything(arguments) {
            steps.push("drive the pages in Chromium".to_owned());
        }
        Ok(Self { steps, begun: 0, begin: Instant::now() })
    }

    fn announce(&self) {
        eprintln!("This is going to");
        for (place, step) in self.steps.iter().enumerate() {
            eprintln!("  {}. {step}", place + 1);
        }
    }

    /// Announces the next step, and the time that the previous ones took.
    fn next(&mut self) {
        let Some(step) = self.steps.get(self.begun) else { return };
        self.begun += 1;
        eprintln!("\n=== {} of {} ({} s): {step}", self.begun, self.steps.len(), self.begin.elapsed().as_secs());
    }
}

/// Splits the arguments for cargo from those for the tests.
fn at_double_dash(arguments: &[OsString]) -> (&[OsString], &[OsString]) {
    arguments.split_at(arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len()))
}

/// Whether nothing restricts the tests.
fn is_everything(arguments: &[OsString]) -> bool {
    arguments.iter().all(|argument| ["--locked", "--offline", "--frozen"].iter().any(|flag| argument == flag))
}

fn command(arguments: &[OsString]) -> Command {
    let mut command = cargo();
    command.arg("test").arg("--no-fail-fast");
    if !names_packages(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments);
    command
}

/// Whether the caller has selected packages; `--workspace` would silently override that.
fn names_packages(arguments: &[OsString]) -> bool {
    at_double_dash(arguments).0.iter().map(|argument| argument.to_string_lossy()).any(|argument| {
        argument == "--package"
            || argument.starts_with("--package=")
            || (argument.starts_with("-p") && !argument.starts_with("--"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn whoever_asks_for_less_gets_no_browser() {
        assert!(is_everything(&[]) && is_everything(&words("--locked")));
        assert!(!is_everything(&words("tally")) && !is_everything(&words("--locked -p urna_core")));
    }

    #[test]
    fn a_chosen_package_is_respected() {
        assert!(names_packages(&words("-p urna_core")));
        assert!(names_packages(&words("--locked --package=urna_core tally")));
        assert!(!names_packages(&words("--profile dev tally")));
        assert!(!names_packages(&words("tally -- -p")));
    }
}
