//! A fingerprint of the sources of the ballot box: a round counts as long as they are unchanged.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// Files and folders, relative to the root of the repository.
const SOURCES: [&str; 14] = [
    "migrations",
    "crates/urna_core/src",
    "crates/urna_store/src",
    "crates/urna_app/src/app.rs",
    "crates/urna_app/src/attendee_sessions.rs",
    "crates/urna_app/src/ballots",
    "crates/urna_app/src/ballots.rs",
    "crates/urna_app/src/clock.rs",
    "crates/urna_app/src/closed_list.rs",
    "crates/urna_app/src/failure.rs",
    "crates/urna_app/src/random.rs",
    "crates/urna_app/src/sessions.rs",
    "crates/urna_app/src/voting",
    "crates/urna_app/src/voting.rs",
];

/// SHA-256 over the names and bytes of all files, in hex.
pub(super) fn of(root: &Path) -> Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files).with_context(|| format!("{source} is a part of the ballot box"))?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        let name = file.strip_prefix(root)?.to_string_lossy();
        let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        for part in [name.as_bytes(), &bytes] {
            // The length prefix keeps different lists of files distinct.
            hash.update(u64::try_from(part.len())?.to_be_bytes());
            hash.update(part);
        }
    }
    let bytes: [u8; 32] = hash.finalize().into();
    Ok(bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

/// The current commit, if this is a git clone and git is available.
pub(super) fn commit(root: &Path) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(["rev-parse", "HEAD"]).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && commit.len() >= 40).then_some(commit)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        fs::metadata(path)?;
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use xtask::environment;

    use super::*;

    #[test]
    fn every_source_exists_and_counts() {
        assert_eq!(of(environment::root()).unwrap().len(), 64);
    }

    #[test]
    fn a_byte_or_a_name_makes_another_one() {
        let folder = tempfile::tempdir().unwrap();
        for source in SOURCES {
            let path = folder.path().join(source);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if Path::new(source).extension().is_some_and(|extension| extension == "rs") {
                fs::write(path, "x").unwrap();
            } else {
                fs::create_dir(&path).unwrap();
                fs::write(path.join("y"), "x").unwrap();
            }
        }
        let first = of(folder.path()).unwrap();
        fs::write(folder.path().join("migrations/y"), "z").unwrap();
        let second = of(folder.path()).unwrap();
        fs::rename(folder.path().join("migrations/y"), folder.path().join("migrations/z")).unwrap();
        let third = of(folder.path()).unwrap();
        assert!(first != second && second != third);
        fs::remove_file(folder.path().join("crates/urna_app/src/voting.rs")).unwrap();
        assert!(of(folder.path()).is_err());
    }
}
