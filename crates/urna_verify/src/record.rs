//! A record with all its files read; nothing is checked yet but the signatures.

use std::str::FromStr;

use urna_core::count::Turnout;
use urna_core::life_cycle::HistoryEvent;
use urna_core::manifest::Manifest;
use urna_core::record::{
    HistoryLine, Opening, Publication, Statement, decode_commitments, decode_history, decode_openings, file, last_seal,
};
use urna_core::signed_note::{self, InvalidNote, VerifyingKey};
use urna_core::{BallotId, CandidateId, Commitment, Definition, Disclosure, Sha256Hash};

use crate::fault::Fault;
use crate::files::Files;
use crate::known::Signer;

/// The parts of a record.
pub(crate) struct Record<'a> {
    pub(crate) files: &'a Files,
    pub(crate) key: VerifyingKey,
    pub(crate) statement: Statement,
    pub(crate) publication: Publication,
    /// The ballot of the manifest.
    pub(crate) ballot: BallotId,
    pub(crate) definition: Definition,
    pub(crate) manifest: Sha256Hash,
    pub(crate) commitments: Vec<Commitment>,
    pub(crate) openings: Option<Vec<Opening<'a>>>,
    pub(crate) history: Vec<HistoryLine>,
    pub(crate) tally: &'a [u8],
    /// The SHA-256 of the jury's order that was sealed last before the close.
    pub(crate) sealed_order: Option<Sha256Hash>,
}

impl<'a> Record<'a> {
    /// Reads every file; on failure, returns the fault of each unreadable one.
    pub(crate) fn read(files: &'a Files, signer: Option<&Signer>) -> Result<Self, Vec<Fault>> {
        let mut reading = Reading { faults: Vec::new() };
        let key = reading.key(files.key.as_deref(), signer);
        let statement = reading.signed(files.statement.as_deref(), file::STATEMENT, key.as_ref());
        let publication = reading.signed(files.publication.as_deref(), file::PUBLICATION, key.as_ref());
        let manifest =
            reading.there(files.manifest.as_deref(), file::MANIFEST).map(|bytes| Manifest::from_stored(bytes.to_vec()));
        let definition = manifest.as_ref().and_then(|manifest| {
            let read = manifest.read().ok().filter(|(_, definition)| definition.is_consistent());
            reading.form(read.ok_or(()), file::MANIFEST)
        });
        let commitments = reading.there(files.commitments.as_deref(), file::COMMITMENTS);
        let commitments = commitments.and_then(|bytes| reading.form(decode_commitments(bytes), file::COMMITMENTS));
        let openings = files.openings.as_deref().map(|bytes| reading.form(decode_openings(bytes), file::OPENINGS));
        let history = reading.there(files.history.as_deref(), file::HISTORY);
        let history = history.and_then(|bytes| reading.form(decode_history(bytes), file::HISTORY));
        let tally = reading.there(files.tally.as_deref(), file::TALLY);
        let parts = (|| {
            let (ballot, definition) = definition?;
            Some(Self {
                files,
                key: key?,
                statement: statement?,
                publication: publication?,
                ballot,
                definition,
                manifest: manifest?.hash(),
                commitments: commitments?,
                openings: openings.map_or(Some(None), |openings| openings.map(Some))?,
                sealed_order: history.as_deref().and_then(last_seal),
                history: history?,
                tally: tally?,
            })
        })();
        parts.ok_or(reading.faults)
    }

    /// The files that the statement is signed over, with the hash that it gives for each.
    pub(crate) fn signed_files(&self) -> [(&'static str, Option<&'a [u8]>, Sha256Hash); 5] {
        let Self { files, statement, .. } = self;
        [
            (file::MANIFEST, files.manifest.as_deref(), statement.manifest),
            (file::COMMITMENTS, files.commitments.as_deref(), statement.commitments),
            (file::OPENINGS, files.openings.as_deref(), statement.openings),
            (file::TALLY, files.tally.as_deref(), statement.tally),
            (file::HISTORY, files.history.as_deref(), statement.history),
        ]
    }

    /// The people who could vote, and those who did.
    pub(crate) const fn turnout(&self) -> Turnout {
        Turnout { eligible: self.statement.eligible, took_part: self.statement.participations }
    }

    /// Whether every vote is part of the record: not if the ballot discloses counts, or is a motion without its quorum.
    pub(crate) fn discloses_votes(&self) -> bool {
        self.definition.disclosure == Disclosure::Full && self.definition.method.is_counted(self.turnout())
    }

    /// The candidates who withdrew before the close, in the order of withdrawal.
    pub(crate) fn withdrawn_before_the_close(&self) -> impl Iterator<Item = CandidateId> {
        self.history.iter().filter_map(|line| match line.event {
            HistoryEvent::Withdrawn { candidate, .. } => Some(candidate),
            _ => None,
        })
    }

    /// The number of votes that could not be read at the close, by the history.
    pub(crate) fn unreadable(&self) -> u64 {
        let unreadable = self.history.last().and_then(|line| match line.event {
            HistoryEvent::Closed { unreadable, .. } => Some(unreadable),
            _ => None,
        });
        unreadable.unwrap_or(0)
    }

    /// The SHA-256 of the statement with its signature, as shown at the close.
    pub(crate) fn statement_hash(&self) -> Sha256Hash {
        Sha256Hash::of(self.files.statement.as_deref().unwrap_or_default())
    }
}

struct Reading {
    faults: Vec<Fault>,
}

impl Reading {
    fn there<'a>(&mut self, bytes: Option<&'a [u8]>, name: &'static str) -> Option<&'a [u8]> {
        if bytes.is_none() {
            self.faults.push(Fault::MissingFile(name));
        }
        bytes
    }

    fn form<T, E>(&mut self, read: Result<T, E>, name: &'static str) -> Option<T> {
        if read.is_err() {
            self.faults.push(Fault::Form(name));
        }
        read.ok()
    }

    /// The record's own key, if it is the signer's.
    fn key(&mut self, own: Option<&[u8]>, signer: Option<&Signer>) -> Option<VerifyingKey> {
        let Some(own) = own else {
            self.faults.push(Fault::MissingFile(file::KEY));
            return None;
        };
        let text = std::str::from_utf8(own).ok().and_then(|text| text.strip_suffix('\n')).unwrap_or_default();
        let own = self.form(signed_note::parse_verifier_key(text), file::KEY)?;
        if signer.is_some_and(|signer| !signer.is(&own)) {
            self.faults.push(Fault::OtherKey);
            return None;
        }
        Some(own)
    }

    fn signed<T: FromStr>(
        &mut self,
        bytes: Option<&[u8]>,
        file: &'static str,
        key: Option<&VerifyingKey>,
    ) -> Option<T> {
        let (bytes, key) = (self.there(bytes, file)?, key?);
        let note = std::str::from_utf8(bytes).map_err(|_| InvalidNote::Malformed);
        match note.and_then(|note| signed_note::open(note, key)) {
            Ok(text) => self.form(text.parse(), file),
            Err(cause) => {
                self.faults.push(Fault::Signature { file, cause });
                None
            }
        }
    }
}
