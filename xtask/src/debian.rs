//! Installs missing packages if this is allowed: on Debian and its derivatives, as root.

use std::{fs, path::Path, process::Command, sync::OnceLock};

use anyhow::{Context as _, Result};

use crate::{
    cargo::{succeed, succeed_quietly},
    environment,
};

/// Whether packages can be installed here: needs apt and root.
pub fn can_install() -> Result<bool> {
    Ok(Path::new("/etc/debian_version").exists() && !environment::in_path("apt-get").is_empty() && is_root()?)
}

/// Whether xtask runs as root.
pub fn is_root() -> Result<bool> {
    Ok(id(&["-u"])? == 0)
}

/// A number from the output of `id`.
pub fn id(arguments: &[&str]) -> Result<u32> {
    let printed = succeed_quietly(Command::new("id").args(arguments))?;
    printed.trim().parse().with_context(|| format!("id printed {printed:?}, not a number"))
}

/// Installs a package, after updating the package lists once.
pub fn install(package: &str) -> Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    if UPDATED.get().is_none() {
        eprintln!("Bringing the package lists up to date…");
        succeed(apt_get().args(["-q", "update"]))?;
        UPDATED.get_or_init(|| ());
    }
    eprintln!("Installing {package}…");
    succeed(apt_get().args(["-q", "-y", "--no-install-recommends", "install", package]))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Its output is only messages, and stdout belongs to the command that xtask was asked to run.
    command.stdout(std::io::stderr()).env("DEBIAN_FRONTEND", "noninteractive").env("UCF_FORCE_CONFFOLD", "1");
    command
}

/// While this exists, installing PostgreSQL does not create and start a default cluster.
pub struct NoDefaultCluster {
    created: bool,
}

impl NoDefaultCluster {
    const FOLDER: &str = "/etc/postgresql-common";
    const FILE: &str = "/etc/postgresql-common/createcluster.conf";

    /// Sets that in Debian's configuration file, unless the machine already has one.
    pub fn set() -> Result<Self> {
        if Path::new(Self::FILE).exists() {
            return Ok(Self { created: false });
        }
        fs::create_dir_all(Self::FOLDER).with_context(|| format!("{} could not be made", Self::FOLDER))?;
        fs::write(Self::FILE, "create_main_cluster = false\n")
            .with_context(|| format!("{} could not be written", Self::FILE))?;
        Ok(Self { created: true })
    }
}

impl Drop for NoDefaultCluster {
    fn drop(&mut self) {
        if self.created
            && let Err(error) = fs::remove_file(Self::FILE)
        {
            eprintln!("xtask: {} could not be removed again: {error}", Self::FILE);
        }
    }
}
