//! The binary to pack, and the files that it generates: its manual and completions.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use xtask::{
    cargo::{cargo, succeed, succeed_quietly},
    environment,
};

use super::archive::File;

/// A binary and its target.
pub(crate) struct Binary {
    path: PathBuf,
    /// The target triple.
    pub(crate) target: String,
    /// The compiler's version, because its standard library is in the binary.
    pub(crate) rust: String,
}

/// Builds the release binary.
pub(crate) fn build() -> Result<PathBuf> {
    succeed(cargo().args(["build", "--release", "--locked", "--package", "urna_server", "--bin", "urna"]))?;
    Ok(environment::target().join("release/urna"))
}

impl Binary {
    /// A binary that was built by this machine's compiler for this machine.
    pub(crate) fn look_at(path: &Path) -> Result<Self> {
        let said = succeed_quietly(Command::new("rustc").current_dir(environment::root()).arg("-vV"))?;
        let field = |name| {
            let mut lines = said.lines();
            let line = lines.find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            line.with_context(|| format!("rustc -vV says no {name}"))
        };
        Ok(Self { path: path.to_owned(), target: field("host: ")?, rust: field("release: ")? })
    }

    /// The version that it reports.
    pub(crate) fn version(&self) -> Result<String> {
        let said = self.run(&["--version"])?;
        let version = said.trim().strip_prefix("urna ").context("this is not urna")?;
        Ok(version.to_owned())
    }

    /// The program without symbols.
    pub(crate) fn stripped(&self) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let stripped = folder.path().join("urna");
        succeed_quietly(Command::new("strip").arg("--strip-all").arg("-o").arg(&stripped).arg(&self.path))
            .context("strip (package binutils) is needed")?;
        Ok(fs::read(stripped)?)
    }

    /// A manual page for each command.
    pub(crate) fn manual(&self) -> Result<Vec<File>> {
        let folder = tempfile::tempdir()?;
        self.run(&["man", &folder.path().to_string_lossy()])?;
        let mut pages = Vec::new();
        for entry in fs::read_dir(folder.path())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            pages.push(File::plain(format!("share/man/man1/{name}"), fs::read(entry.path())?));
        }
        Ok(pages)
    }

    /// The completion script of each shell, at the path where that shell looks for it.
    pub(crate) fn completions(&self) -> Result<Vec<File>> {
        let places = [
            ("bash", "share/bash-completion/completions/urna"),
            ("zsh", "share/zsh/site-functions/_urna"),
            ("fish", "share/fish/vendor_completions.d/urna.fish"),
        ];
        places.into_iter().map(|(shell, path)| Ok(File::plain(path, self.run(&["completions", shell])?))).collect()
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        succeed_quietly(Command::new(&self.path).args(arguments))
            .with_context(|| format!("{} {}", self.path.display(), arguments.join(" ")))
    }
}
