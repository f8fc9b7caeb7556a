//! A shell that cleans up, however xtask ends.

use std::{
    ffi::OsStr,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};

/// The user and group that a program runs as.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// The user id.
    pub uid: u32,
    /// The id of the user's primary group.
    pub gid: u32,
}

/// A waiting shell. It cleans up when the guardian is dropped, and also if xtask is interrupted or killed: it waits for
/// the end of a pipe whose other end xtask holds, and the kernel always closes that.
#[derive(Debug)]
pub struct Guardian {
    shell: Child,
}

impl Guardian {
    /// Starts the shell. `cleanup` is a shell script that gets `arguments` as `$1`, `$2`, …
    pub fn start(cleanup: &str, arguments: &[&OsStr], account: Option<Account>) -> Result<Self> {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("trap '' INT TERM HUP; cat >/dev/null; {cleanup}"))
            .arg("guardian")
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let shell = command.spawn().context("sh could not be started")?;
        Ok(Self { shell })
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        // Closes the pipe first, then waits until the shell has finished.
        if let Err(error) = self.shell.wait() {
            eprintln!("xtask: could not wait for the cleanup: {error}");
        }
    }
}
