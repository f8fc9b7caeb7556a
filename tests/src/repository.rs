//! The repository under test: its files, and cargo's data about its crates.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The root folder of the repository.
///
/// # Panics
/// Never: the package of the tests is a folder of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the repository")
}

/// The text of a file of the repository.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder of the repository whose names end in `.extension`, in order, relative to the root.
///
/// # Panics
/// If a folder cannot be read.
#[must_use]
pub fn files(below: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("a folder's entries can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path.strip_prefix(root()).expect("found below the root").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// A package of the workspace, and its dependencies in the workspace and the registry.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The folder of its `Cargo.toml`, relative to the root.
    pub folder: PathBuf,
    /// Its dependencies, for its code, its build and its own tests.
    pub dependencies: Vec<String>,
}

/// The packages of the workspace, as cargo sees them.
///
/// # Panics
/// If cargo fails.
#[must_use]
pub fn packages() -> Vec<Package> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text of cargo's metadata").to_owned();
    let list = |value: &serde_json::Value| value.as_array().expect("a list of cargo's metadata").clone();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let manifest = PathBuf::from(text(&package["manifest_path"]));
            let folder = manifest.parent().expect("a manifest lies in a folder");
            Package {
                name: text(&package["name"]),
                folder: folder.strip_prefix(root()).expect("a package lies in the repository").to_owned(),
                dependencies: list(&package["dependencies"])
                    .iter()
                    .map(|dependency| text(&dependency["name"]))
                    .collect(),
            }
        })
        .collect()
}

/// Names and versions of all packages that one of the workspace is compiled from on Linux, for its code and its build.
///
/// # Panics
/// If cargo fails.
#[must_use]
pub fn packages_of(package: &str) -> BTreeSet<String> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", package, "--edges", "normal,build"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "none", "--no-dedupe", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    // The path, or the note that it is a macro, may follow in brackets.
    text.lines().map(|line| line.split(" (").next().unwrap_or(line).to_owned()).collect()
}
