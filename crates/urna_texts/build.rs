//! Embeds every folder of `locales` as a language: a new one needs no change of the code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let locales = package.join("locales");
    include("locales", entries(&locales).iter().flat_map(|language| entries(language)), &locales);
    let countries = package.join("countries");
    let lists = entries(&countries).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "txt"));
    include("countries", lists, &countries);
}

/// Writes each file's name (`de/mail.ftl`) and text as a Rust expression.
fn include(name: &str, files: impl Iterator<Item = PathBuf>, folder: &Path) {
    println!("cargo::rerun-if-changed={name}");
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(folder).expect("it lies in the folder");
        let [name, file] = [name, &file].map(|path| path.to_str().expect("the names of files are UTF-8"));
        writeln!(list, "({name:?}, include_str!({file:?})),").expect("a string takes everything");
    }
    list.push_str("]\n");
    #[expect(clippy::disallowed_methods, reason = "cargo tells its scripts so where they may write")]
    let target = std::env::var_os("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&target).join(name).with_extension("rs"), list).expect("what cargo made can be written to");
}

/// The entries of a folder, sorted by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}
