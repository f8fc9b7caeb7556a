//! `cargo xtask dist`: one archive that turns a bare Debian into a running service.
//!
//! The same commit, compiler and dependencies give the same bytes: files are sorted, and times and owners are fixed.

mod archive;
mod binary;
mod contents;
mod crates;
mod licences;
mod sbom;
mod trial;
mod unit;
mod vendored;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use xtask::{cargo::succeed_quietly, environment};

pub(crate) use self::archive::sha256;
use self::{archive::File, binary::Binary};

/// The options.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Pack this binary instead of building one
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Then install the archive in a fresh Debian and check that it serves; needs root
    #[arg(long = "try")]
    try_it: bool,
    /// Then start its unit under systemd, in a container made by podman; needs root
    #[arg(long)]
    try_unit: bool,
    /// Podman's storage driver: overlay, or vfs if overlay cannot be mounted
    #[arg(long, value_name = "DRIVER", default_value = "overlay")]
    storage_driver: String,
}

/// The result: both files are in `target/dist`.
pub(crate) struct Made {
    /// The archive.
    pub(crate) archive: PathBuf,
    /// The top folder in the archive.
    pub(crate) name: String,
    /// The version in its name.
    pub(crate) version: String,
}

/// Builds the archive, and tests it if requested.
pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(path) => std::path::absolute(path).context("the path of the binary")?,
        None => binary::build()?,
    };
    let made = make(&Binary::look_at(&binary)?)?;
    if options.try_it {
        trial::run(&made)?;
    }
    if options.try_unit {
        unit::run(&made, &options.storage_driver)?;
    }
    Ok(())
}

fn make(binary: &Binary) -> Result<Made> {
    let version = binary.version()?;
    let name = format!("urna-{version}-{}", binary.target);
    let files = contents::gather(binary)?;
    let packed = archive::pack(&name, &files, moment()?)?;

    let folder = environment::target().join("dist");
    fs::create_dir_all(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
    let file = format!("{name}.tar.gz");
    let archive = folder.join(&file);
    write(&archive, &packed)?;
    let sums = archive::sums(&[File::plain(&file, packed.clone())]);
    write(&folder.join("SHA256SUMS"), sums.as_bytes())?;
    eprintln!("{}: {} files, {} in the archive", archive.display(), files.len(), megabytes(packed.len()));
    eprint!("{sums}");
    Ok(Made { archive, name, version })
}

/// The timestamp of every file in the archive: `SOURCE_DATE_EPOCH`, or else the time of the commit.
fn moment() -> Result<u64> {
    let seconds = match environment::get("SOURCE_DATE_EPOCH") {
        Some(given) => given.to_string_lossy().into_owned(),
        None => {
            succeed_quietly(Command::new("git").current_dir(environment::root()).args(["log", "-1", "--format=%ct"]))
                .context("outside a repository SOURCE_DATE_EPOCH says which time the files have")?
        }
    };
    seconds.trim().parse().with_context(|| format!("{seconds:?} is no time in seconds"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} could not be written", path.display()))
}

fn megabytes(bytes: usize) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
