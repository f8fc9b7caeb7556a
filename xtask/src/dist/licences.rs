//! The licence of everything in the binary, with its text.
//!
//! The texts come from the crates' own sources. If a crate lacks its text, the text named by its licence expression is
//! used, with the crate's authors. Without that either, no archive is built.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use xtask::environment;

use super::{crates::Package, vendored::Vendored};

/// Licence texts for crates that lack them, and their paths in the repository.
const KNOWN: [(&str, &str); 3] = [
    ("MIT", "packaging/licences/MIT.txt"),
    ("BSD-3-Clause", "packaging/licences/BSD-3-Clause.txt"),
    ("Apache-2.0", "LICENSE-APACHE"),
];

/// Folders in a crate's sources whose licences concern code that is not in the binary.
const NOT_LINKED: [&str; 5] = ["tests", "benches", "examples", "fuzz", "sqlcipher"];

/// A text, and the crates that have it. Some texts differ only in whitespace.
type Texts = BTreeMap<String, (String, Vec<String>)>;

/// Writes the file.
pub(crate) fn write(packages: &[Package], vendored: &[Vendored]) -> Result<String> {
    let mut texts = Texts::new();
    let mut list = String::new();
    for part in vendored {
        writeln!(list, "{} {}: {}", part.name, part.version, part.licence.text())?;
    }
    for package in packages.iter().filter(|package| is_passed_on(package)) {
        let name = format!("{} {}", package.name, package.version);
        writeln!(list, "{name}: {}", package.licence)?;
        for text in texts_of(package).with_context(|| format!("the licence of {name}"))? {
            let (_, names) = texts.entry(normal(&text)).or_insert_with(|| (text, Vec::new()));
            if names.last() != Some(&name) {
                names.push(name.clone());
            }
        }
    }
    let mut file = format!("What the program urna contains, and the licence of each part.\n\n{list}");
    for part in vendored {
        section(&mut file, &[format!("{} {}", part.name, part.version)], part.notice)?;
    }
    let mut texts: Vec<(String, Vec<String>)> = texts.into_values().collect();
    texts.sort_by(|(_, left), (_, right)| left.cmp(right));
    for (text, names) in texts {
        section(&mut file, &names, &text)?;
    }
    Ok(file)
}

/// Urna itself is not a third party.
fn is_passed_on(package: &Package) -> bool {
    package.checksum.is_some() && package.linked
}

fn section(file: &mut String, names: &[String], text: &str) -> Result<()> {
    writeln!(file, "\n{}\n{}\n\n{}", "=".repeat(80), names.join("\n"), text.trim_end())?;
    Ok(())
}

fn texts_of(package: &Package) -> Result<Vec<String>> {
    let mut files = Vec::new();
    look(&package.folder, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Ok(vec![known_text(package)?]);
    }
    let read = |file: &PathBuf| fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    files.iter().map(|file| read(file).with_context(|| format!("{} could not be read", file.display()))).collect()
}

/// Collects licence files in a folder and its subfolders: third-party parts keep theirs beside the code.
fn look(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !NOT_LINKED.contains(&name.as_str()) {
                look(&entry.path(), files)?;
            }
        } else if is_licence(&name) {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Accepts `LICENSE`, `LICENCE-MIT.md`, `COPYING`, `NOTICE` and so on, but no source files.
fn is_licence(name: &str) -> bool {
    let name = name.to_lowercase();
    let begins = ["license", "licence", "unlicense", "copying", "copyright", "notice"];
    begins.iter().any(|begin| name.starts_with(begin))
        && ![".rs", ".html", ".toml"].iter().any(|end| name.ends_with(end))
}

/// The text of the first known licence in `A OR B`.
fn known_text(package: &Package) -> Result<String> {
    let mut offered = package.licence.split(" OR ");
    let known = offered.find_map(|one| KNOWN.iter().find(|(id, _)| *id == one));
    let Some((_, path)) = known else {
        bail!("there is no text in its sources, and none is known for {}", package.licence);
    };
    let text =
        fs::read_to_string(environment::root().join(path)).with_context(|| format!("{path} could not be read"))?;
    let authors = match package.authors.as_slice() {
        [] => format!("the authors of {}", package.name),
        authors => authors.join(", "),
    };
    Ok(text.replace("{authors}", &authors))
}

/// Normalises whitespace, so that texts that differ only there are equal.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn package(name: &str, licence: &str, folder: &Path) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.to_owned(),
            authors: vec!["Ada".to_owned()],
            folder: folder.to_owned(),
            checksum: Some("abc".to_owned()),
            linked: true,
            needs: BTreeSet::new(),
        }
    }

    #[test]
    fn one_text_stands_once_under_all_who_have_it() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        fs::write(folders[0].path().join("LICENSE"), "Do  as you like.\n").unwrap();
        fs::create_dir(folders[1].path().join("vendored")).unwrap();
        fs::write(folders[1].path().join("vendored/LICENSE.txt"), "Do as you\nlike.").unwrap();
        let packages = [package("a", "MIT", folders[0].path()), package("b", "MIT", folders[1].path())];
        let file = write(&packages, &[]).unwrap();
        assert!(file.contains("a 1.0.0: MIT\nb 1.0.0: MIT\n"), "{file}");
        assert!(file.ends_with("a 1.0.0\nb 1.0.0\n\nDo  as you like.\n"), "{file}");
    }

    #[test]
    fn a_text_that_is_missing_is_known_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let text = known_text(&package("a", "GPL-2.0-only OR MIT", folder.path())).unwrap();
        assert!(
            text.contains("Copyright (c) Ada") && text.contains("AUTHORS OR COPYRIGHT HOLDERS BE LIABLE"),
            "{text}"
        );
        let error = write(&[package("a", "LicenseRef-strange", folder.path())], &[]).unwrap_err();
        assert!(format!("{error:#}").contains("none is known for LicenseRef-strange"), "{error:#}");
    }

    /// Checks Urna's real dependencies.
    #[test]
    fn everything_in_the_binary_has_its_text() {
        let packages = super::super::crates::find("x86_64-unknown-linux-gnu").unwrap();
        let file = write(&packages, &super::super::vendored::find(&packages, "1.95.0").unwrap()).unwrap();
        let texts = file.split_once(&"=".repeat(80)).unwrap().1;
        for package in packages.iter().filter(|package| is_passed_on(package)) {
            let line = format!("\n{} {}\n", package.name, package.version);
            assert!(texts.contains(&line), "{} has no text", package.name);
        }
        assert!(texts.contains("May you do good and not evil."), "{}", file.len());
    }
}
