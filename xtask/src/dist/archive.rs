//! Packs files in memory into an archive whose bytes depend on nothing else.

use std::{fmt::Write as _, io::Write as _};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// A file of the archive.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct File {
    /// The path, below the folder of the archive.
    pub(crate) path: String,
    /// Whether it is executable.
    pub(crate) executable: bool,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// A file that is not executable.
    pub(crate) fn plain(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), executable: false, bytes: bytes.into() }
    }
}

/// One line per file, in the format of `sha256sum --check`.
pub(crate) fn sums(files: &[File]) -> String {
    sorted(files).iter().fold(String::new(), |mut lines, file| {
        writeln!(lines, "{}  {}", sha256(&file.bytes), file.path).expect("a string takes what is written");
        lines
    })
}

/// The SHA-256 of the bytes, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a string takes what is written");
        digits
    })
}

/// A gzipped tar archive: sorted, owned by root, and with one timestamp. Folders have no entries; unpacking creates
/// them.
pub(crate) fn pack(folder: &str, files: &[File], moment: u64) -> Result<Vec<u8>> {
    // The gzip header has no name and no time.
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for file in sorted(files) {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(if file.executable { 0o755 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(moment);
        header.set_size(u64::try_from(file.bytes.len()).context("a file is too large")?);
        archive
            .append_data(&mut header, format!("{folder}/{}", file.path), file.bytes.as_slice())
            .with_context(|| format!("{} could not be packed", file.path))?;
    }
    let mut gzip = archive.into_inner().context("the archive could not be ended")?;
    gzip.flush()?;
    gzip.finish().context("the archive could not be compressed")
}

fn sorted(files: &[File]) -> Vec<&File> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn files() -> Vec<File> {
        let program = File { executable: true, ..File::plain("bin/urna", "program") };
        vec![program, File::plain("README.md", "read me")]
    }

    #[test]
    fn the_same_files_make_the_same_bytes_in_any_order() {
        let backwards: Vec<File> = files().into_iter().rev().collect();
        assert_eq!(pack("urna", &files(), 7).unwrap(), pack("urna", &backwards, 7).unwrap());
    }

    #[test]
    fn nothing_of_the_machine_is_in_the_archive() {
        let packed = pack("urna", &files(), 7).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 7));
            assert_eq!(header.username().unwrap().unwrap_or_default(), "");
            let mode = header.mode().unwrap();
            let path = entry.path().unwrap().display().to_string();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            seen.push((path, mode, text));
        }
        let wanted = [("urna/README.md", 0o644, "read me"), ("urna/bin/urna", 0o755, "program")];
        assert_eq!(seen, wanted.map(|(path, mode, text)| (path.to_owned(), mode, text.to_owned())));
    }

    #[test]
    fn the_sums_are_those_of_sha256sum() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sums(&[File::plain("b", ""), File::plain("a", "")]), format!("{empty}  a\n{empty}  b\n"));
    }
}
