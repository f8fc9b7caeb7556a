//! Folders that are removed however this program ends.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use xtask::guardian::Guardian;

/// A folder.
#[derive(Debug)]
pub(super) struct Folder {
    directory: TempDir,
    path: PathBuf,
    _guardian: Guardian,
}

impl Folder {
    /// Creates one in another folder.
    pub(super) fn inside(parent: &Path) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("urna-power-cut-").tempdir_in(parent);
        let directory = directory.with_context(|| format!("no folder can be made in {}", parent.display()))?;
        // The kernel and strace report paths without symbolic links.
        let path = directory.path().canonicalize()?;
        let guardian = Guardian::start(r#"rm -rf "$1""#, &[path.as_os_str()], None)?;
        Ok(Self { directory, path, _guardian: guardian })
    }

    /// Creates one in memory, if there is such a place.
    pub(super) fn in_memory() -> Result<Self> {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::inside(memory) } else { Self::inside(&tempfile::env::temp_dir()) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another folder inside this one, removed on drop.
    pub(super) fn further(&self) -> Result<TempDir> {
        tempfile::tempdir_in(self.directory.path()).context("a further folder cannot be made")
    }
}
