//! The only module of xtask that reads the environment.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The value of a variable; an empty one counts as unset.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a development tool without a configuration of its own; this is its home of the environment"
)]
#[must_use]
pub fn get(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The names of all variables.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a development tool without a configuration of its own; this is its home of the environment"
)]
pub fn names() -> impl Iterator<Item = OsString> {
    env::vars_os().map(|(name, _)| name)
}

/// Every file of this name in the folders of `PATH`, in order.
#[must_use]
pub fn in_path(program: &str) -> Vec<PathBuf> {
    let path = get("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(program)).filter(|file| file.is_file()).collect()
}

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// A folder below the target folder for data that a task keeps between runs.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    target().join("xtask").join(name)
}

/// The target folder of cargo.
#[must_use]
pub fn target() -> PathBuf {
    get("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
