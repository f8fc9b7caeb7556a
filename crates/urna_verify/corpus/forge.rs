//! Makes records for verifiers: a correct one, and ways to make it wrong in one respect each.

use std::io::{Cursor, Write as _};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use urna_core::choice::Mark;
use urna_core::count::{Lot, Orders, Turnout, Votes, Withdrawals, count, count_decided};
use urna_core::life_cycle::HistoryEvent;
use urna_core::manifest::Manifest;
use urna_core::receipt::{Promise, Receipt};
use urna_core::record::{
    Decision, HistoryLine, Opening, Publication, Statement, encode_commitments, encode_history, encode_openings,
    encode_tally, file,
};
use urna_core::tally::Tally;
use urna_core::{
    BallotId, CandidateId, Choice, Commitment, Definition, Disclosure, Method, Nonce, Sha256Hash, TieRule, Timestamp,
    Tracker, signed_note,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A vote, before it is in a record.
#[derive(Clone)]
pub(crate) struct Vote {
    pub(crate) tracker: Tracker,
    pub(crate) nonce: Nonce,
    /// Its bytes.
    pub(crate) choice: Vec<u8>,
    /// The choice that the forged tally counts.
    pub(crate) counted: Choice,
}

impl Vote {
    /// The same with another choice.
    pub(crate) fn choosing(&self, choice: &Choice) -> Self {
        Self { choice: choice.encode(), counted: choice.clone(), ..self.clone() }
    }
}

/// The choice of one candidate, by place, or of nobody.
pub(crate) fn plurality(candidate: Option<u16>) -> Choice {
    Choice::of(Method::PLURALITY, candidate.map(Mark::named))
}

/// A vote determined by its number.
pub(crate) fn vote(number: u16, choice: &Choice) -> Vote {
    let bytes = |of: &str| Sha256::new().chain_update(of).chain_update(number.to_be_bytes()).finalize().into();
    let (tracker, nonce) = (Tracker::new(bytes("tracker")), Nonce::new(bytes("nonce")));
    Vote { tracker, nonce, choice: choice.encode(), counted: choice.clone() }
}

/// The parts of a record before it is signed.
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
    /// Whether the publication is signed over the result, as all are since the first release.
    pub(crate) has_result: bool,
    /// Changes of a file, or of the text of a note, before it is hashed and signed.
    pub(crate) changes: Vec<(&'static str, Change)>,
    /// Makes the notes from the file's name and its text, if the key is not to sign them in the regular way.
    pub(crate) sign: Option<Sign>,
}

type Change = Rc<dyn Fn(&mut Vec<u8>)>;
type Sign = Rc<dyn Fn(&'static str, &[u8]) -> Vec<u8>>;

/// The files of a record, as bytes, in their order.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

pub(crate) fn candidate(number: u128) -> CandidateId {
    CandidateId::new(uuid::Uuid::from_u128(number))
}

/// The same with this rule for ties.
pub(crate) fn by(rule: TieRule, mut forge: Forge) -> Forge {
    forge.definition.tie_rule = rule;
    forge
}

/// The same with its votes kept back.
pub(crate) fn counts_alone(mut forge: Forge) -> Forge {
    forge.definition.disclosure = Disclosure::Counts;
    forge
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
            choice: plurality(index).encode(),
            counted: plurality(index),
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
                result: None,
                version: 1,
                at: Timestamp::from_micros(1_790_000_000_000_000).unwrap(),
                tie_break: None,
                withdrawals: Vec::new(),
                looks: 1,
                note: None,
                previous: None,
            },
            has_result: true,
            changes: Vec::new(),
            sign: None,
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

    /// The same, with a file or the text of a note changed before it is hashed and signed.
    pub(crate) fn change(&self, name: &'static str, change: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        let mut changed = self.clone();
        changed.changes.push((name, Rc::new(change)));
        changed
    }

    /// The same, with the first `of` in a file or the text of a note replaced by `by` before it is hashed and signed.
    pub(crate) fn replace(&self, name: &'static str, of: &str, by: &str) -> Self {
        let (of, by) = (of.to_owned(), by.to_owned());
        self.change(name, move |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(&of), "`{of}` is not in {text}");
            *bytes = text.replacen(&of, &by, 1).into_bytes();
        })
    }

    /// The same, with the JSON of a file changed, in canonical form, before it is hashed and signed.
    pub(crate) fn json(&self, name: &'static str, change: impl Fn(&mut Value) + 'static) -> Self {
        self.change(name, move |bytes| {
            let mut value = serde_json::from_slice(bytes).unwrap();
            change(&mut value);
            *bytes = serde_json_canonicalizer::to_vec(&value).unwrap();
        })
    }

    /// The same, with the JSON of the tally changed, and that of the result in the same way.
    pub(crate) fn counting(&self, change: impl Fn(&mut Value) + Clone + 'static) -> Self {
        self.json(file::TALLY, change.clone()).json(file::RESULT, change)
    }

    /// The same, with this value at a place in the JSON of a file.
    pub(crate) fn set(&self, name: &'static str, pointer: &str, to: Value) -> Self {
        let (parent, key) = split(pointer);
        self.json(name, move |value| match value.pointer_mut(&parent).unwrap() {
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = to.clone(),
            object => object[&key] = to.clone(),
        })
    }

    /// The same, with a place removed from the JSON of a file.
    pub(crate) fn remove(&self, name: &'static str, pointer: &str) -> Self {
        let (parent, key) = split(pointer);
        self.json(name, move |value| match value.pointer_mut(&parent).unwrap() {
            Value::Array(list) => drop(list.remove(key.parse().unwrap())),
            object => assert!(object.as_object_mut().unwrap().remove(&key).is_some(), "there is no {key}"),
        })
    }

    /// The same, with notes made by this function of the file's name and its text.
    pub(crate) fn signing(&self, sign: impl Fn(&'static str, &[u8]) -> Vec<u8> + 'static) -> Self {
        Self { sign: Some(Rc::new(sign)), ..self.clone() }
    }

    /// A file, or the text of a note, after all changes.
    fn changed(&self, name: &'static str, mut bytes: Vec<u8>) -> Vec<u8> {
        self.changes.iter().filter(|(of, _)| *of == name).for_each(|(_, change)| change(&mut bytes));
        bytes
    }

    fn note(&self, name: &'static str, text: String) -> Vec<u8> {
        let text = self.changed(name, text.into_bytes());
        self.sign.as_ref().map_or_else(|| note(&text, &self.key), |sign| sign(name, &text))
    }

    /// The bytes of the manifest.
    pub(crate) fn manifest(&self) -> Vec<u8> {
        self.changed(file::MANIFEST, Manifest::freeze(self.ballot, &self.definition).as_bytes().to_vec())
    }

    /// By docs/verification.md; the bytes of the choice need not be valid.
    fn commit(&self, vote: &Vote) -> Commitment {
        let hash = Sha256::new().chain_update("urna/commit/v1\n").chain_update(Sha256::digest(self.manifest()));
        let hash = hash.chain_update(vote.tracker.hash().as_bytes()).chain_update(vote.nonce.as_bytes());
        let length = u32::try_from(vote.choice.len()).unwrap().to_be_bytes();
        Commitment::new(hash.chain_update(length).chain_update(&vote.choice).finalize().into())
    }

    /// The votes with their commitments, in the order of these.
    pub(crate) fn sealed(&self) -> Vec<(Commitment, Vote)> {
        let mut sealed: Vec<_> = self.votes.iter().map(|vote| (self.commit(vote), vote.clone())).collect();
        sealed.sort_by_key(|(commitment, _)| *commitment);
        sealed
    }

    pub(crate) fn receipt(&self, place: usize) -> Receipt {
        let vote = &self.votes[place];
        let hash = Sha256Hash::of(&self.manifest());
        Receipt::sign(self.ballot, &hash, vote.tracker, self.commit(vote), &self.key)
    }

    /// The same with another promise in its note, correctly signed.
    pub(crate) fn receipt_that_says(&self, place: usize, change: impl FnOnce(&mut Promise)) -> Receipt {
        let receipt = self.receipt(place);
        let (tracker, manifest) = (Some(receipt.tracker.hash()), Sha256Hash::of(&self.manifest()));
        let mut promise = Promise { ballot: self.ballot, manifest, commitment: receipt.commitment, tracker };
        change(&mut promise);
        Receipt { signed_note: signed_note::sign(&promise.text(), &self.key), ..receipt }
    }

    /// A receipt of version 1, before the note named the tracker.
    pub(crate) fn receipt_v1(&self, place: usize) -> Receipt {
        self.receipt_that_says(place, |promise| promise.tracker = None)
    }

    /// The record, correctly signed.
    pub(crate) fn parts(&self) -> Parts {
        let mut parts = self.with_openings();
        let is_full =
            self.definition.disclosure == Disclosure::Full && self.definition.method.is_counted(self.turnout());
        parts.retain(|(name, _)| name != file::OPENINGS || is_full);
        parts
    }

    /// The record, correctly signed; with the openings even if they are not to be disclosed.
    pub(crate) fn with_openings(&self) -> Parts {
        self.signed(|_| {}, |_| {}, |_| {})
    }

    pub(crate) fn turnout(&self) -> Turnout {
        Turnout { eligible: self.eligible, took_part: self.participations }
    }

    /// The tally of the votes at the close, and the result.
    fn tallies(&self, commitments: &[Commitment]) -> [Tally; 2] {
        let choices: Vec<Choice> = self.votes.iter().map(|vote| vote.counted.clone()).collect();
        let withdrawn = self.history.iter().filter_map(|event| match event {
            HistoryEvent::Withdrawn { candidate, .. } => Some(*candidate),
            _ => None,
        });
        let withdrawn: Vec<CandidateId> = withdrawn.collect();
        let manifest = Sha256Hash::of(&self.manifest());
        let at_close = Withdrawals { before_close: &withdrawn, after_close: &[] };
        let since = Withdrawals { after_close: &self.publication.withdrawals, ..at_close };
        let votes = Votes::of(&choices, &self.definition, self.turnout());
        let decision = self.publication.tie_break.as_ref();
        let sealed = decision.and_then(Decision::sealed_order);
        let orders = Orders { lot: Lot::new(&manifest, commitments), sealed };
        let decided = decision.filter(|_| sealed.is_none());
        let decided = decided.and_then(|decision| count_decided(&self.definition, &votes, since, &decision.order).ok());
        let result = decided.unwrap_or_else(|| count(&self.definition, &votes, since, orders));
        [count(&self.definition, &votes, at_close, orders), result]
    }

    /// The same with a jury's decision that was sealed before the close.
    pub(crate) fn sealing(mut self, decision: Decision) -> Self {
        let sha256 = decision.seal(&Sha256Hash::of(&self.manifest())).unwrap();
        self.history.push(HistoryEvent::SealedOrder { sha256 });
        self.publication.tie_break = Some(decision);
        self
    }

    /// The same as the first release made it.
    pub(crate) fn first_release(&self) -> Self {
        Self { has_result: false, ..self.clone() }
    }

    /// The record after changes of its files, the statement and the publication, each signed after its change.
    pub(crate) fn signed(
        &self,
        change_files: impl FnOnce(&mut Parts),
        change_statement: impl FnOnce(&mut Statement),
        change_publication: impl FnOnce(&mut Publication),
    ) -> Parts {
        let sealed = self.sealed();
        let commitments: Vec<Commitment> = sealed.iter().map(|(commitment, _)| *commitment).collect();
        let openings = sealed.iter().map(|(_, vote)| Opening {
            tracker: vote.tracker.hash(),
            nonce: vote.nonce,
            choice: &vote.choice,
        });
        let [counted, result] = self.tallies(&commitments);
        let close =
            HistoryEvent::Closed { eligible: self.eligible, voted: self.participations, unreadable: self.unreadable };
        let events = self.history.iter().cloned().chain([close]);
        let history: Vec<_> = events.map(|event| HistoryLine { at: self.publication.at, event }).collect();
        let key = signed_note::verifier_key(&self.key.verifying_key());
        let mut parts: Parts = [
            (file::KEY, format!("{key}\n").into_bytes()),
            (file::MANIFEST, Manifest::freeze(self.ballot, &self.definition).as_bytes().to_vec()),
            (file::COMMITMENTS, encode_commitments(&commitments)),
            (file::OPENINGS, encode_openings(openings)),
            (file::TALLY, encode_tally(&counted)),
            (file::HISTORY, encode_history(&history)),
        ]
        .map(|(name, bytes)| (name.to_owned(), self.changed(name, bytes)))
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
        let statement = self.note(file::STATEMENT, statement.text());
        let result = self.has_result.then(|| self.changed(file::RESULT, encode_tally(&result)));
        let mut publication = Publication {
            ballot: self.ballot,
            statement: Sha256Hash::of(&statement),
            result: result.as_deref().map(Sha256Hash::of),
            ..self.publication.clone()
        };
        change_publication(&mut publication);
        let publication = self.note(file::PUBLICATION, publication.text());
        parts.push((file::STATEMENT.to_owned(), statement));
        parts.extend(result.map(|result| (file::RESULT.to_owned(), result)));
        parts.push((file::PUBLICATION.to_owned(), publication));
        parts
    }
}

/// Splits a JSON pointer into the path of the innermost object or list, and the key in it.
fn split(pointer: &str) -> (String, String) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    (parent.to_owned(), key.to_owned())
}

/// A signature line: the name of a key, its id, and the signature.
pub(crate) fn signature_line(name: &str, id: &[u8], signature: &[u8]) -> String {
    format!("— {name} {}\n", STANDARD.encode([id, signature].concat()))
}

/// The id of the key `urna` with this public key.
pub(crate) fn key_id(public: &[u8]) -> [u8; 4] {
    let hash = Sha256::digest([b"urna\n\x01", public].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A note over any bytes, signed by the key.
pub(crate) fn note(text: &[u8], key: &SigningKey) -> Vec<u8> {
    let line = signature_line("urna", &key_id(key.verifying_key().as_bytes()), &key.sign(text).to_bytes());
    [text, b"\n", line.as_bytes()].concat()
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
