//! The contents of the archive.

use std::fs;

use anyhow::{Context as _, Result};
use xtask::environment;

use super::{
    archive::{self, File},
    binary::Binary,
    crates, licences, sbom, vendored,
};

/// Files of the repository, and their paths in the archive.
const COPIED: [(&str, &str); 9] = [
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE", "LICENSE"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("README.md", "README.md"),
    ("SECURITY.md", "SECURITY.md"),
    ("docs/operations.md", "share/doc/urna/operations.md"),
    ("packaging/INSTALL.md", "INSTALL.md"),
    ("packaging/urna.service", "lib/systemd/system/urna.service"),
];

/// Files that are included if the repository has them.
const COPIED_IF_THERE: [(&str, &str); 1] = [("docs/urna.example.toml", "share/doc/urna/urna.example.toml")];

/// Every file of the archive; the last one contains the checksums of the others.
pub(crate) fn gather(binary: &Binary) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for (from, to) in COPIED {
        files.push(File::plain(to, read(from)?));
    }
    for (from, to) in COPIED_IF_THERE {
        if environment::root().join(from).exists() {
            files.push(File::plain(to, read(from)?));
        }
    }
    let program = binary.stripped()?;
    let packages = crates::find(&binary.target)?;
    let vendored = vendored::find(&packages, &binary.rust)?;
    let list = sbom::write(&packages, &vendored, &binary.version()?, &archive::sha256(&program))?;
    files.push(File::plain("urna.cdx.json", list));
    files.push(File::plain("THIRD-PARTY-LICENSES", licences::write(&packages, &vendored)?));
    files.extend(binary.manual()?);
    files.extend(binary.completions()?);
    files.push(File { executable: true, ..File::plain("bin/urna", program) });
    let sums = archive::sums(&files);
    files.push(File::plain("SHA256SUMS", sums));
    Ok(files)
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(environment::root().join(path)).with_context(|| format!("{path} could not be read"))
}
