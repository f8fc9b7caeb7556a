//! A bare Debian 12 from debootstrap, to test releases where nothing else is installed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::{succeed, succeed_quietly},
    debian, environment,
};

const MIRROR: &str = "http://deb.debian.org/debian";

/// Fails unless xtask runs as root, which may create devices and use chroot.
pub(crate) fn need_root() -> Result<()> {
    if !debian::is_root()? {
        bail!("this changes the root folder, or starts containers: it needs root");
    }
    Ok(())
}

/// A tar archive of the bare system. It is created once, and kept below the target folder.
pub(crate) fn archive() -> Result<PathBuf> {
    let archive = environment::scratch("bookworm.tar");
    if archive.exists() {
        return Ok(archive);
    }
    need_root()?;
    need("debootstrap", "debootstrap")?;
    eprintln!("Making a bare Debian 12…");
    let folder = environment::scratch("bookworm");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let mut command = Command::new("debootstrap");
    succeed_quietly(command.args(["--variant=minbase", "bookworm"]).arg(&folder).arg(MIRROR))?;
    let unfinished = archive.with_extension("unfinished");
    let mut tar = Command::new("tar");
    // Without the downloaded packages the archive is half as large.
    tar.args(["--create", "--numeric-owner", "--exclude=./var/cache/apt/archives/*.deb", "--file"]).arg(&unfinished);
    succeed(tar.arg("--directory").arg(&folder).arg("."))?;
    fs::rename(&unfinished, &archive)?;
    remove(&folder)?;
    Ok(archive)
}

/// Unpacks the bare system into an existing folder.
pub(crate) fn unpack(folder: &Path) -> Result<()> {
    let archive = archive()?;
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--numeric-owner", "--file"]).arg(archive);
    succeed(tar.arg("--directory").arg(folder))
}

/// Installs a package unless its program is available. System programs are often in folders that only root searches.
pub(crate) fn need(program: &str, package: &str) -> Result<()> {
    let there = Path::new("/usr/sbin").join(program).exists() || !environment::in_path(program).is_empty();
    if there {
        return Ok(());
    }
    if !debian::can_install()? {
        bail!("{program} is missing (package {package})");
    }
    debian::install(package)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} could not be removed", folder.display()))?;
    }
    Ok(())
}
