//! Finds out which crates are in the binary, and which were only needed to build it.
//!
//! `cargo tree` knows the features of a build of the server alone; `cargo metadata` knows the rest about each crate,
//! and Cargo.lock its checksum.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::Value;
use xtask::{
    cargo::{cargo, succeed_quietly},
    environment,
};

/// Name and version.
pub(crate) type Key = (String, String);

/// A crate.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// An SPDX expression.
    pub(crate) licence: String,
    pub(crate) authors: Vec<String>,
    /// The folder of its sources.
    pub(crate) folder: PathBuf,
    /// The SHA-256 of the registry's file; `None` for a crate of the workspace.
    pub(crate) checksum: Option<String>,
    /// Whether its code is in the binary; otherwise it was only needed for the build.
    pub(crate) linked: bool,
    /// Its dependencies.
    pub(crate) needs: BTreeSet<Key>,
}

/// A dependency graph, as `cargo tree` prints it.
type Tree = BTreeMap<Key, BTreeSet<Key>>;

/// Every crate of the build, sorted by name.
pub(crate) fn find(target: &str) -> Result<Vec<Package>> {
    let all = tree(target, "normal,build")?;
    let linked = tree(target, "normal,no-proc-macro")?;
    let lock = fs::read_to_string(environment::root().join("Cargo.lock")).context("Cargo.lock could not be read")?;
    let checksums = read_lock(&lock);
    let metadata = metadata(target)?;
    let mut about: BTreeMap<Key, &Value> = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo metadata names no packages")? {
        about.insert((text(package, "name")?, text(package, "version")?), package);
    }
    let mut packages = Vec::new();
    for (key, needs) in all {
        let about = about.get(&key).with_context(|| format!("cargo metadata does not know {}", key.0))?;
        let manifest = text(about, "manifest_path")?;
        let authors = about["authors"].as_array().into_iter().flatten();
        packages.push(Package {
            licence: expression(&text(about, "license").with_context(|| format!("{} has no licence", key.0))?),
            authors: authors.filter_map(Value::as_str).map(str::to_owned).collect(),
            folder: Path::new(&manifest).parent().context("a manifest stands in a folder")?.to_owned(),
            checksum: checksums.get(&key).cloned(),
            linked: linked.contains_key(&key),
            needs,
            name: key.0,
            version: key.1,
        });
    }
    Ok(packages)
}

fn tree(target: &str, edges: &str) -> Result<Tree> {
    let mut command = cargo();
    command.args(["tree", "--locked", "--package", "urna_server", "--target", target, "--edges", edges]);
    read_tree(&succeed_quietly(command.args(["--prefix", "depth", "--format", " {p}"]))?)
}

fn metadata(target: &str) -> Result<Value> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target]);
    // Messages about downloads come before the document and do not belong to it.
    let said = succeed_quietly(&mut command)?;
    serde_json::from_str(&said).context("cargo metadata could not be read")
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).with_context(|| format!("cargo metadata says no {name}"))
}

/// Reads lines such as `2 bytes v1.12.2 (*)`: depth, crate, and more that is ignored.
fn read_tree(printed: &str) -> Result<Tree> {
    let mut tree = Tree::new();
    let mut above: Vec<Key> = Vec::new();
    for line in printed.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let mut word = || words.next().with_context(|| format!("cargo tree prints {line:?}"));
        let depth: usize = word()?.parse().with_context(|| format!("cargo tree prints {line:?}"))?;
        let key = (word()?.to_owned(), word()?.trim_start_matches('v').to_owned());
        above.truncate(depth);
        if let Some(parent) = above.last() {
            tree.entry(parent.clone()).or_default().insert(key.clone());
        }
        tree.entry(key.clone()).or_default();
        above.push(key);
    }
    Ok(tree)
}

/// The checksum of each crate from a registry.
fn read_lock(lock: &str) -> BTreeMap<Key, String> {
    let mut checksums = BTreeMap::new();
    for block in lock.split("[[package]]") {
        let field = |name: &str| {
            let mut lines = block.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(" = ")?.trim_matches('"').to_owned()))
        };
        if let (Some(name), Some(version), Some(checksum)) = (field("name"), field("version"), field("checksum")) {
            checksums.insert((name, version), checksum);
        }
    }
    checksums
}

/// Old manifests use a slash for SPDX's `OR`.
fn expression(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, version: &str) -> Key {
        (name.to_owned(), version.to_owned())
    }

    #[test]
    fn a_tree_is_read_with_what_each_crate_needs() {
        let tree = read_tree("0 a v1.0.0 (/a)\n1 b v2.0.0\n2 c v3.0.0 (proc-macro)\n1 c v3.0.0 (*)\n").unwrap();
        assert_eq!(tree[&key("a", "1.0.0")], BTreeSet::from([key("b", "2.0.0"), key("c", "3.0.0")]));
        assert_eq!(tree[&key("b", "2.0.0")], BTreeSet::from([key("c", "3.0.0")]));
        assert!(tree[&key("c", "3.0.0")].is_empty());
        assert!(read_tree("a v1.0.0").is_err());
    }

    #[test]
    fn hashes_are_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\n\
                    version = \"2.0.0\"\nsource = \"registry\"\nchecksum = \"abc\"\ndependencies = [\n \"a\",\n]\n";
        assert_eq!(read_lock(lock), BTreeMap::from([(key("b", "2.0.0"), "abc".to_owned())]));
    }

    #[test]
    fn old_licences_are_read_as_expressions() {
        assert_eq!(expression("MIT/Apache-2.0"), "MIT OR Apache-2.0");
        assert_eq!(expression("Apache-2.0 / MIT"), "Apache-2.0 OR MIT");
        assert_eq!(expression("(MIT OR Apache-2.0) AND Unicode-3.0"), "(MIT OR Apache-2.0) AND Unicode-3.0");
    }
}
