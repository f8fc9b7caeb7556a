//! The mail server of the tests: Python's aiosmtpd, a real SMTP server in a process of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use xtask::{debian, environment};

/// The variable in which the tests look for a Python that has aiosmtpd.
pub(crate) const PYTHON_VARIABLE: &str = "URNA_TEST_AIOSMTPD";

/// The Python that has aiosmtpd; it is installed where that is possible.
pub(crate) fn python() -> Result<PathBuf> {
    if let Some(python) = environment::get(PYTHON_VARIABLE) {
        return Ok(python.into());
    }
    if let Some(python) = find() {
        return Ok(python);
    }
    if debian::can_install()? {
        debian::install("python3-aiosmtpd").context("aiosmtpd is missing, and could not be installed")?;
        if let Some(python) = find() {
            return Ok(python);
        }
    }
    bail!(
        "The tests need a mail server: install Python's aiosmtpd (package python3-aiosmtpd, or pip install aiosmtpd), or \
         name the Python that has it in {PYTHON_VARIABLE}."
    )
}

fn find() -> Option<PathBuf> {
    let mut candidates = environment::in_path("python3");
    candidates.push(PathBuf::from("/usr/bin/python3"));
    candidates.into_iter().find(|python| has_aiosmtpd(python))
}

fn has_aiosmtpd(python: &Path) -> bool {
    Command::new(python)
        .args(["-c", "import aiosmtpd"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
