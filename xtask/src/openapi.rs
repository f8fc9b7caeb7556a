//! The committed `OpenAPI` document.

use std::fs;

use anyhow::{Context as _, Result};
use xtask::{
    cargo::{cargo, succeed, succeed_quietly},
    environment,
};

/// The path of the document, from the root of the repository.
const DOCUMENT: &str = "docs/openapi.json";

/// Writes the document from the code, or compares the two.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--locked", "--bin", "urna", "--", "openapi"]);
    if check {
        return succeed(command.args(["--check", DOCUMENT]))
            .with_context(|| format!("{DOCUMENT} is not what the code says; write it anew with: cargo xtask openapi"));
    }
    let document = succeed_quietly(&mut command)?;
    fs::write(environment::root().join(DOCUMENT), document).with_context(|| format!("{DOCUMENT} could not be written"))
}
