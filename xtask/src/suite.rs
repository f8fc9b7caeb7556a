//! `cargo xtask test`: all tests, on both engines, and the pages in a browser.

use std::{ffi::OsString, process::Command};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::cargo,
    postgres::{self, Server},
    programs::{NGINX, PGBOUNCER},
    python::{AIOSMTPD, PYNACL},
};

use crate::browser;

/// Sets up what the tests need, runs them, and says which engines they ran on.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let (aiosmtpd, pynacl) = (AIOSMTPD.python()?, PYNACL.python()?);
    let (nginx, pgbouncer) = (NGINX.path()?, PGBOUNCER.path()?);
    if is_everything(arguments) {
        // What is missing is said before minutes have gone by.
        browser::install()?;
    }
    let server = Server::get()?;
    eprintln!("Testing on SQLite and on {}.", server.description());

    let status = command(arguments)
        .env(postgres::URL_VARIABLE, server.url())
        .env(AIOSMTPD.variable, aiosmtpd)
        .env(PYNACL.variable, pynacl)
        .env(NGINX.variable, nginx)
        .env(PGBOUNCER.variable, pgbouncer)
        // With this a test that cannot have an engine fails instead of leaving it out.
        .env("URNA_TEST_REQUIRE_ALL", "1")
        .status()
        .context("cargo test could not be started")?;

    let description = server.description();
    drop(server);
    if !status.success() {
        bail!("there are failed tests (they ran on SQLite and on {description})");
    }
    let also = if is_everything(arguments) {
        eprintln!("Testing the pages in Chromium…");
        browser::test(&[])?;
        " The pages were driven in Chromium."
    } else {
        ""
    };
    eprintln!("Passed, with both engines at hand: SQLite, and {description}. Mail went to aiosmtpd.{also}");
    Ok(())
}

/// Whether nothing narrows down what is tested.
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

/// Whether the caller has chosen packages; `--workspace` would override that without a word.
fn names_packages(arguments: &[OsString]) -> bool {
    arguments.iter().map(|argument| argument.to_string_lossy()).take_while(|argument| argument != "--").any(
        |argument| {
            argument == "--package"
                || argument.starts_with("--package=")
                || (argument.starts_with("-p") && !argument.starts_with("--"))
        },
    )
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
