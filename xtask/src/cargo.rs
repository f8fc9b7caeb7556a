//! Calls cargo from a program that cargo itself has started.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::environment;

/// A call of the same cargo that runs xtask, in the root of the repository.
///
/// `cargo run` sets environment variables that describe xtask. They are removed here: some build scripts watch them,
/// and would recompile their crate whenever `cargo` and `cargo xtask` alternate.
#[must_use]
pub fn cargo() -> Command {
    let program = environment::get("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(environment::root());
    for name in environment::names() {
        let text = name.to_string_lossy();
        if text == "CARGO"
            || text == "CARGO_CRATE_NAME"
            || text == "CARGO_PRIMARY_PACKAGE"
            || text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text.starts_with("CARGO_BIN_")
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs the command to its end, with its output going to xtask's.
pub fn succeed(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command.status().with_context(|| format!("{name} could not be started"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Runs the command without showing its output, except in the error.
pub fn succeed_quietly(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command.output().with_context(|| format!("{name} could not be started"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{name} failed ({}):\n{}", output.status, String::from_utf8_lossy(&said).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program and its first argument: enough to identify the call.
fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    match command.get_args().next() {
        Some(first) => format!("{name} {}", first.to_string_lossy()),
        None => name,
    }
}
