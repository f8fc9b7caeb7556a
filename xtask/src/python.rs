//! The Python modules that the tests need: a real mail server in its own process, and the second verifier of records.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{debian, environment};
use anyhow::{Context as _, Result, bail};

/// A required Python module.
pub struct Module {
    /// The name for imports, and in the name of Debian's package.
    name: &'static str,
    /// The name for pip.
    pip: &'static str,
    /// The purpose of the module in the tests.
    purpose: &'static str,
    /// The variable that tells the tests the path of a Python with the module.
    pub variable: &'static str,
}

/// A real SMTP server.
pub const AIOSMTPD: Module =
    Module { name: "aiosmtpd", pip: "aiosmtpd", purpose: "a mail server", variable: "URNA_TEST_AIOSMTPD" };

/// Ed25519 for `tests/verifier/verify.py`.
pub const PYNACL: Module =
    Module { name: "nacl", pip: "pynacl", purpose: "the second verifier", variable: "URNA_TEST_PYNACL" };

impl Module {
    /// A Python with the module; installed if possible.
    pub fn python(&self) -> Result<PathBuf> {
        let Self { name, pip, purpose, variable } = self;
        if let Some(python) = environment::get(variable) {
            return Ok(python.into());
        }
        if let Some(python) = self.find() {
            return Ok(python);
        }
        if debian::can_install()? {
            let missing = || format!("{name} is missing, and could not be installed");
            debian::install(&self.package()).with_context(missing)?;
            if let Some(python) = self.find() {
                return Ok(python);
            }
        }
        bail!(
            "The tests need {purpose}: install Python's {name} (package python3-{name}, or pip install {pip}), or name the \
             Python that has it in {variable}."
        )
    }

    /// Debian's package, if such a Python is neither named nor found.
    #[must_use]
    pub fn missing_package(&self) -> Option<String> {
        let is_here = environment::get(self.variable).is_some() || self.find().is_some();
        (!is_here).then(|| self.package())
    }

    fn package(&self) -> String {
        format!("python3-{}", self.name)
    }

    fn find(&self) -> Option<PathBuf> {
        let mut candidates = environment::in_path("python3");
        candidates.push(PathBuf::from("/usr/bin/python3"));
        candidates.into_iter().find(|python| self.is_in(python))
    }

    fn is_in(&self, python: &Path) -> bool {
        Command::new(python)
            .args(["-c", &format!("import {}", self.name)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}
