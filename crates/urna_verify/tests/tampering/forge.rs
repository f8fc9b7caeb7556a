//! Records for tests: a right one, and the means to make it wrong in every way.
#![expect(clippy::unwrap_used, reason = "a test's record is what the test says")]

use std::io::{Cursor, Write as _};

use ed25519_dalek::SigningKey;
use urna_core::life_cycle::HistoryEvent;
use urna_core::manifest::Manifest;
use urna_core::receipt::{Promise, Receipt};
use urna_core::record::{
    HistoryLine, Opening, Publication, Statement, encode_commitments, encode_history, encode_openings, encode_tally,
    file,
};
use urna_core::tally::{Outcome, draw_lot, tally};
use urna_core::{
    BallotId, CandidateId, Choice, Commitment, Definition, Nonce, Sha256Hash, TieRule, Timestamp, Tracker, signed_note,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A vote, before it is in a record.
#[derive(Clone)]
pub(crate) struct Vote {
    pub(crate) tracker: Tracker,
    pub(crate) nonce: Nonce,
    pub(crate) choice: Vec<u8>,
}

/// Everything that a record is made of, before it is signed.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) key: SigningKey,
    pub(crate) ballot: BallotId,
    pub(crate) definition: Definition,
    pub(crate) votes: Vec<Vote>,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) eligible: u64,
    pub(crate) participations: u64,
    pub(crate) unreadable: u64,
    pub(crate) publication: Publication,
}

/// The files of a record, as bytes, in their order.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

pub(crate) fn candidate(number: u128) -> CandidateId {
    CandidateId::new(uuid::Uuid::from_u128(number))
}

fn choice(index: Option<u16>) -> Vec<u8> {
    Choice::Plurality(index).encode()
}

impl Forge {
    /// Three candidates; four votes for the first, two for the second and one blank.
    pub(crate) fn new() -> Self {
        let candidates: Vec<_> = ["Zoë Łukaszewicz", "Θεοδώρα", "Ana"]
            .iter()
            .zip(1..)
            .map(|(name, number)| format!(r#"{{"id": "{}", "name": "{name}"}}"#, candidate(number)))
            .collect();
        let definition = format!(
            r#"{{"title": "Manager of the Year", "question": "Who?", "kind": "award", "method": {{"type": "plurality"}},
                "candidates": [{}], "allow_blank": true, "eligibility": {{}}, "tie_rule": {{"type": "lot"}},
                "disclosure": "full"}}"#,
            candidates.join(", ")
        );
        let ballot: BallotId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let votes = [Some(0), Some(0), Some(0), Some(0), Some(1), Some(1), None];
        let votes = votes.into_iter().zip(1..).map(|(index, number)| Vote {
            tracker: Tracker::new([number; 32]),
            nonce: Nonce::new([100 + number; 32]),
            choice: choice(index),
        });
        Self {
            key: SigningKey::from_bytes(&[9; 32]),
            ballot,
            definition: serde_json::from_str(&definition).unwrap(),
            votes: votes.collect(),
            history: vec![HistoryEvent::Opened { eligible: 10 }],
            eligible: 10,
            participations: 7,
            unreadable: 0,
            publication: Publication {
                ballot,
                statement: Sha256Hash::new([0; 32]),
                version: 1,
                at: Timestamp::from_micros(1_790_000_000_000_000).unwrap(),
                tie_break: None,
                withdrawals: Vec::new(),
                looks: 1,
                note: None,
                previous: None,
            },
        }
    }

    /// The same with two votes for each of the first two: a tie by lot.
    pub(crate) fn tied() -> Self {
        let mut tied = Self::new();
        tied.votes.truncate(6);
        tied.votes.drain(..2);
        tied.participations = 4;
        tied
    }

    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::freeze(self.ballot, &self.definition)
    }

    fn commit(&self, vote: &Vote) -> Commitment {
        let choice = Choice::decode(&vote.choice, &self.definition).unwrap_or(Choice::Plurality(None));
        Commitment::commit(&self.manifest().hash(), &vote.tracker.hash(), &vote.nonce, &choice)
    }

    /// The votes with their commitments, in the order of these.
    pub(crate) fn sealed(&self) -> Vec<(Commitment, Vote)> {
        let mut sealed: Vec<_> = self.votes.iter().map(|vote| (self.commit(vote), vote.clone())).collect();
        sealed.sort_by_key(|(commitment, _)| *commitment);
        sealed
    }

    pub(crate) fn receipt(&self, place: usize) -> Receipt {
        let vote = &self.votes[place];
        let hash: Sha256Hash = self.manifest().hash();
        Receipt::sign(self.ballot, &hash, vote.tracker, self.commit(vote), &self.key)
    }

    /// The same with another promise in its note, rightly signed.
    pub(crate) fn receipt_that_says(&self, place: usize, change: impl FnOnce(&mut Promise)) -> Receipt {
        let receipt = self.receipt(place);
        let (tracker, manifest) = (Some(receipt.tracker.hash()), self.manifest().hash());
        let mut promise = Promise { ballot: self.ballot, manifest, commitment: receipt.commitment, tracker };
        change(&mut promise);
        Receipt { signed_note: signed_note::sign(&promise.text(), &self.key), ..receipt }
    }

    /// As receipts were before the note said whose they are.
    pub(crate) fn receipt_v1(&self, place: usize) -> Receipt {
        self.receipt_that_says(place, |promise| promise.tracker = None)
    }

    /// The record, rightly signed.
    pub(crate) fn parts(&self) -> Parts {
        self.signed(|_| {}, |_| {}, |_| {})
    }

    /// The record, after changes of its files, of the statement and of the publication, each signed as it is then.
    pub(crate) fn signed(
        &self,
        change_files: impl FnOnce(&mut Parts),
        change_statement: impl FnOnce(&mut Statement),
        change_publication: impl FnOnce(&mut Publication),
    ) -> Parts {
        let sealed = self.sealed();
        let commitments: Vec<Commitment> = sealed.iter().map(|(commitment, _)| *commitment).collect();
        let choices: Vec<Choice> =
            sealed.iter().filter_map(|(_, vote)| Choice::decode(&vote.choice, &self.definition).ok()).collect();
        let openings = sealed.iter().map(|(_, vote)| Opening {
            tracker: vote.tracker.hash(),
            nonce: vote.nonce,
            choice: &vote.choice,
        });
        let withdrawn: Vec<CandidateId> = self
            .history
            .iter()
            .filter_map(|event| match event {
                HistoryEvent::Withdrawn { candidate, .. } => Some(*candidate),
                _ => None,
            })
            .collect();
        let mut counted = tally(&self.definition, &choices, &withdrawn, None);
        if let Outcome::Tied { candidates, rule: TieRule::Lot {} } = &counted.outcome {
            let lot = draw_lot(&self.definition, &self.manifest().hash(), &commitments, candidates);
            counted = tally(&self.definition, &choices, &withdrawn, Some(&lot));
        }
        let close =
            HistoryEvent::Closed { eligible: self.eligible, voted: self.participations, unreadable: self.unreadable };
        let history: Vec<_> = self
            .history
            .iter()
            .cloned()
            .chain([close])
            .map(|event| HistoryLine { at: self.publication.at, event })
            .collect();
        let key = signed_note::verifier_key(&self.key.verifying_key());
        let mut parts: Parts = [
            (file::KEY, format!("{key}\n").into_bytes()),
            (file::MANIFEST, self.manifest().as_bytes().to_vec()),
            (file::COMMITMENTS, encode_commitments(&commitments)),
            (file::OPENINGS, encode_openings(openings)),
            (file::TALLY, encode_tally(&counted)),
            (file::HISTORY, encode_history(&history)),
        ]
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .into();
        change_files(&mut parts);
        let hash = |name: &str| Sha256Hash::of(get(&parts, name));
        let mut statement = Statement {
            ballot: self.ballot,
            manifest: hash(file::MANIFEST),
            commitments: hash(file::COMMITMENTS),
            openings: hash(file::OPENINGS),
            tally: hash(file::TALLY),
            history: hash(file::HISTORY),
            eligible: self.eligible,
            participations: self.participations,
            votes: counted.voted,
            counted: counted.counted,
            blank: counted.blank,
        };
        change_statement(&mut statement);
        let statement = signed_note::sign(&statement.text(), &self.key);
        let mut publication = Publication {
            ballot: self.ballot,
            statement: Sha256Hash::of(statement.as_bytes()),
            ..self.publication.clone()
        };
        change_publication(&mut publication);
        let publication = signed_note::sign(&publication.text(), &self.key);
        parts.push((file::STATEMENT.to_owned(), statement.into_bytes()));
        parts.push((file::PUBLICATION.to_owned(), publication.into_bytes()));
        parts
    }
}

/// A file of a record.
pub(crate) fn get<'a>(parts: &'a Parts, name: &str) -> &'a [u8] {
    parts.iter().find(|(found, _)| found == name).map_or(&[], |(_, bytes)| bytes)
}

/// Changes a file of a record.
pub(crate) fn with(mut parts: Parts, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Parts {
    change(&mut parts.iter_mut().find(|(found, _)| found == name).unwrap().1);
    parts
}

/// The archive of these files.
pub(crate) fn archive(parts: &Parts, method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
