//! A shell that cleans up after xtask, however xtask ends.

use std::{
    ffi::OsStr,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};

/// The user and the group as which a program runs.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// The number of the user.
    pub uid: u32,
    /// The number of the user's first group.
    pub gid: u32,
}

/// A waiting shell. It does its work when the guardian is dropped, and also when xtask is interrupted or killed: all it
/// waits for is the end of a pipe whose other end xtask holds, and the kernel closes that in every case.
#[derive(Debug)]
pub struct Guardian {
    shell: Child,
}

impl Guardian {
    /// Starts the shell. `cleanup` is a shell script that finds `arguments` as `$1`, `$2`, …
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
        // Closes the pipe first, then waits until the shell has done its work.
        if let Err(error) = self.shell.wait() {
            eprintln!("xtask: cleaning up could not be waited for: {error}");
        }
    }
}
