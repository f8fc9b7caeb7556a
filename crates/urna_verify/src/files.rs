//! The files of a record, read from their archive.

use urna_core::record::archive::{self, InvalidArchive};
use urna_core::record::file;

/// The bytes of each file; `None` if it is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The verification key.
    pub key: Option<Vec<u8>>,
    /// The frozen definition.
    pub manifest: Option<Vec<u8>>,
    /// All commitments.
    pub commitments: Option<Vec<u8>>,
    /// All openings.
    pub openings: Option<Vec<u8>>,
    /// The tally.
    pub tally: Option<Vec<u8>>,
    /// The history.
    pub history: Option<Vec<u8>>,
    /// The note signed at the close.
    pub statement: Option<Vec<u8>>,
    /// The published result.
    pub result: Option<Vec<u8>>,
    /// The note signed at the publication.
    pub publication: Option<Vec<u8>>,
}

impl Files {
    /// Reads an archive. Its files are stored uncompressed, so they never take more memory than the archive itself.
    ///
    /// # Errors
    /// The fault of the archive; then nothing in it can be believed.
    pub fn read(archive: &[u8]) -> Result<Self, InvalidArchive> {
        let mut files = Self::default();
        for (name, bytes) in archive::decode(archive)? {
            *files.named(name) = Some(bytes.to_vec());
        }
        Ok(files)
    }

    fn named(&mut self, name: &'static str) -> &mut Option<Vec<u8>> {
        match name {
            file::KEY => &mut self.key,
            file::MANIFEST => &mut self.manifest,
            file::COMMITMENTS => &mut self.commitments,
            file::OPENINGS => &mut self.openings,
            file::TALLY => &mut self.tally,
            file::HISTORY => &mut self.history,
            file::STATEMENT => &mut self.statement,
            file::RESULT => &mut self.result,
            _ => &mut self.publication,
        }
    }
}
