//! Python tools in fixed versions, in virtual environments below the target folder.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};
use xtask::{cargo::succeed_quietly, environment};

/// The program `program` of the package `requirement` (`name==version`); installed on first use.
pub(crate) fn tool(requirement: &str, program: &str) -> Result<PathBuf> {
    let folder = environment::scratch(&requirement.replace("==", "-"));
    let tool = folder.join("bin").join(program);
    let finished = folder.join("finished");
    if finished.exists() {
        return Ok(tool);
    }
    eprintln!("Installing {requirement}…");
    succeed_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
        .context("python3 with its module venv is needed")?;
    let mut pip = Command::new(folder.join("bin/python"));
    succeed_quietly(pip.args(["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", requirement]))
        .with_context(|| format!("{requirement} could not be installed"))?;
    fs::write(&finished, "").context("the virtual environment could not be marked as finished")?;
    Ok(tool)
}
