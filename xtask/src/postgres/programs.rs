//! Finds PostgreSQL's programs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{cargo::succeed_quietly, debian, environment};

/// The programs that a cluster needs; they are in one folder.
const NAMES: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Debian's package.
pub(super) const PACKAGE: &str = "postgresql";

/// The oldest major version that Urna supports.
const OLDEST: u32 = 15;

/// Where distributions install them, deliberately outside of `PATH`: the folder of the versions, the prefix of a
/// version's name, and the rest of the path.
const PLACES: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/usr/local", "pgsql", "bin"),
    ("/usr/lib", "postgresql", "bin"),
];

/// A folder with PostgreSQL's programs.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    /// The version in PostgreSQL's words: `PostgreSQL 15.18`.
    pub(super) version: String,
}

impl Programs {
    /// Finds them, or installs them if possible.
    pub(super) fn find_or_install() -> Result<Self> {
        if let Some(programs) = Self::find() {
            return Ok(programs);
        }
        if debian::can_install()? {
            let _without_cluster = debian::NoDefaultCluster::set()?;
            debian::install(PACKAGE).context("PostgreSQL is missing, and could not be installed")?;
            if let Some(programs) = Self::find() {
                return Ok(programs);
            }
        }
        bail!(
            "The tests need PostgreSQL {OLDEST} or newer: install it (initdb, pg_ctl and postgres are looked for in PATH \
             and in the distribution's folders), or name a running server in {}.",
            super::URL_VARIABLE
        )
    }

    /// The path of a program.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn find() -> Option<Self> {
        // A folder of `PATH` may hold links to only a few of the programs; the others are beside the links' targets.
        let files = environment::in_path("initdb").into_iter().flat_map(|file| [file.canonicalize().ok(), Some(file)]);
        let in_path = files.flatten().filter_map(|file| file.parent().map(Path::to_owned));
        in_path.chain(PLACES.iter().flat_map(versions)).find_map(Self::in_folder)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        if !NAMES.iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let printed = succeed_quietly(Command::new(folder.join("postgres")).arg("--version")).ok()?;
        let number = printed.split_whitespace().nth(2)?;
        if major(number)? < OLDEST {
            return None;
        }
        let version = format!("PostgreSQL {number}");
        Some(Self { folder, version })
    }
}

/// The folders of one place, the highest version first.
fn versions((parent, prefix, below): &(&str, &str, &str)) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix(prefix)?.to_owned();
            Some((major(&rest).unwrap_or(0), entry.path().join(below)))
        })
        .collect();
    found.sort();
    found.reverse();
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The first number in a version such as `15.18`, `-16`, `@17` or `19beta1`.
fn major(version: &str) -> Option<u32> {
    let digits = version.trim_start_matches(|character: char| !character.is_ascii_digit());
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major("15.18"), Some(15));
        assert_eq!(major("-16"), Some(16));
        assert_eq!(major("@17"), Some(17));
        assert_eq!(major("19beta1"), Some(19));
        assert_eq!(major("devel"), None);
    }

    #[test]
    fn the_highest_version_comes_first() {
        let parent = tempfile::tempdir().unwrap();
        for version in ["9.6", "15", "117", "17"] {
            fs::create_dir(parent.path().join(version)).unwrap();
        }
        let folders = versions(&(parent.path().to_str().unwrap(), "", "bin"));
        let names: Vec<_> =
            folders.iter().map(|folder| folder.strip_prefix(parent.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["117/bin", "17/bin", "15/bin", "9.6/bin"]);
    }
}
