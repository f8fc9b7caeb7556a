//! Checks the compose file without a Docker engine.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use xtask::{cargo::succeed, environment};

use crate::venv;

/// Contains a copy of the schema that the Compose specification publishes.
const CHECKER: &str = "check-jsonschema==0.39.0";

/// Checks docker-compose.yml against the published schema.
pub(crate) fn check() -> Result<()> {
    check_with(&checker()?)
}

/// The program that checks a YAML file against the schema.
pub(crate) fn checker() -> Result<PathBuf> {
    venv::tool(CHECKER, "check-jsonschema")
}

/// Checks the file with an installed program.
pub(crate) fn check_with(checker: &Path) -> Result<()> {
    let mut command = Command::new(checker);
    command.current_dir(environment::root());
    succeed(command.args(["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]))
}
