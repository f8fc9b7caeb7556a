//! Third-party programs that tests run beside the service: in front of it, and in front of its database.

use std::path::PathBuf;

use crate::{debian, environment};
use anyhow::{Context as _, Result, bail};

/// A program that tests start themselves.
pub struct Program {
    /// The name of the command, and of Debian's package.
    name: &'static str,
    package: &'static str,
    /// The variable that tells the tests its path.
    pub variable: &'static str,
}

/// The proxy whose configuration is in `docs/operations.md`.
pub const NGINX: Program = Program { name: "nginx", package: "nginx-light", variable: "URNA_TEST_NGINX" };

/// The best-known connection pooler.
pub const PGBOUNCER: Program = Program { name: "pgbouncer", package: "pgbouncer", variable: "URNA_TEST_PGBOUNCER" };

impl Program {
    /// Finds the program, or installs it if possible.
    pub fn path(&self) -> Result<PathBuf> {
        let Self { name, package, variable } = self;
        if let Some(path) = environment::get(variable) {
            return Ok(path.into());
        }
        if let Some(path) = self.find() {
            return Ok(path);
        }
        if debian::can_install()? {
            debian::install(package).with_context(|| format!("{name} is missing, and could not be installed"))?;
            if let Some(path) = self.find() {
                return Ok(path);
            }
        }
        bail!("The tests need {name}: install it (package {package}), or name it in {variable}.")
    }

    /// Debian's package, if the program is neither named nor found.
    #[must_use]
    pub fn missing_package(&self) -> Option<String> {
        let is_here = environment::get(self.variable).is_some() || self.find().is_some();
        (!is_here).then(|| self.package.to_owned())
    }

    /// System programs are often in folders that only root searches.
    fn find(&self) -> Option<PathBuf> {
        let usual = ["/usr/sbin", "/usr/local/sbin"].map(|folder| PathBuf::from(folder).join(self.name));
        environment::in_path(self.name).into_iter().chain(usual).find(|path| path.exists())
    }
}
