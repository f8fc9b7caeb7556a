//! The values of `tests/verifier/vectors.json`, with which others can test their verifiers. Another program
//! computed them, from `docs/verification.md` alone.
#![expect(clippy::unwrap_used, reason = "a test whose file cannot be read has failed")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use urna_core::choice::Mark;
use urna_core::count::Lot;
use urna_core::receipt::{Promise, Receipt};
use urna_core::record::{Opening, Publication, Statement, encode_openings};
use urna_core::{
    BallotId, CandidateId, Choice, Commitment, Definition, Method, Nonce, ReceiptCode, Sha256Hash, Timestamp, Tracker,
    TrackerHash, signed_note,
};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

fn bytes(value: &Value) -> [u8; 32] {
    hex(value.as_str().unwrap()).try_into().unwrap()
}

struct Vectors {
    json: Value,
    key: SigningKey,
    ballot: BallotId,
    manifest: Sha256Hash,
}

fn vectors() -> Vectors {
    let json: Value = serde_json::from_str(include_str!("../../../tests/verifier/vectors.json")).unwrap();
    Vectors {
        key: SigningKey::from_bytes(&bytes(&json["signing_key_seed"])),
        ballot: json["ballot_id"].as_str().unwrap().parse().unwrap(),
        manifest: Sha256Hash::new(bytes(&json["manifest_hash"])),
        json,
    }
}

/// At least as many candidates as the votes name.
fn definition() -> Definition {
    let candidates: Vec<_> = (0..300u128)
        .map(|number| {
            format!(r#"{{"id": "{}", "name": "C{number}"}}"#, CandidateId::new(uuid::Uuid::from_u128(number)))
        })
        .collect();
    let text = format!(
        r#"{{"title": "T", "question": "Q", "kind": "award", "method": {{"type": "plurality"}}, "candidates": [{}],
            "allow_blank": true, "eligibility": {{}}, "tie_rule": {{"type": "lot"}}, "disclosure": "full"}}"#,
        candidates.join(",")
    );
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_key_is_written_as_described() {
    let Vectors { json, key, .. } = vectors();
    let public = key.verifying_key();
    assert_eq!(public.as_bytes().as_slice(), hex(json["public_key"].as_str().unwrap()));
    assert_eq!(json["verification_key"], signed_note::verifier_key(&public));
    assert_eq!(json["fingerprint"], signed_note::fingerprint(&public));
}

#[test]
fn votes_and_receipts_are_made_as_described() {
    let Vectors { json, key, ballot, manifest } = vectors();
    for vote in json["votes"].as_array().unwrap() {
        let text = |name: &str| vote[name].as_str().unwrap();
        let (tracker, nonce): (Tracker, Nonce) = (text("tracker").parse().unwrap(), text("nonce").parse().unwrap());
        let index = vote["candidate_index"].as_u64().map(|index| u16::try_from(index).unwrap());
        let choice = Choice::of(Method::PLURALITY, index.map(Mark::named));
        assert_eq!(choice.encode(), hex(text("choice")));
        assert_eq!(Choice::decode(&choice.encode(), &definition()), Ok(choice.clone()));
        assert_eq!(tracker.hash(), TrackerHash::new(bytes(&vote["tracker_hash"])));
        assert_eq!(tracker.code(ballot).to_string(), text("code"));
        let commitment = Commitment::commit(&manifest, &tracker.hash(), &nonce, &choice.encode());
        assert_eq!(commitment.to_string(), text("commitment"));
        let opening = Opening { tracker: tracker.hash(), nonce, choice: &choice.encode() };
        assert_eq!(encode_openings([opening]), hex(text("opening")));
        let receipt = Receipt::sign(ballot, &manifest, tracker, commitment, &key);
        assert_eq!(receipt.signed_note, text("signed_note"));
        for (name, holder) in [("signed_note", Some(tracker.hash())), ("signed_note_v1", None)] {
            let promise: Promise = signed_note::open(text(name), &key.verifying_key()).unwrap().parse().unwrap();
            assert_eq!(promise, Promise { ballot, manifest, commitment, tracker: holder });
        }
    }
}

#[test]
fn a_lot_is_drawn_as_described() {
    let Vectors { json, manifest, .. } = vectors();
    let votes = json["votes"].as_array().unwrap();
    let mut commitments: Vec<Commitment> =
        votes.iter().map(|vote| vote["commitment"].as_str().unwrap().parse().unwrap()).collect();
    commitments.sort_unstable();
    let all: Vec<u8> = commitments.iter().flat_map(|commitment| *commitment.as_bytes()).collect();
    assert_eq!(Sha256::digest(&all).as_slice(), bytes(&json["commitments_sha256"]));
    let definition = definition();
    let tied: Vec<CandidateId> = definition.candidates[..4].iter().map(|candidate| candidate.id).collect();
    let order = Lot::new(&manifest, &commitments).unwrap().draw(&definition, &tied);
    let expected = json["lot_order_of_candidates_0_to_3"].as_array().unwrap();
    let expected: Vec<CandidateId> =
        expected.iter().map(|place| tied[usize::try_from(place.as_u64().unwrap()).unwrap()]).collect();
    assert_eq!(order, expected);
}

#[test]
fn statements_and_publications_are_written_and_signed_as_described() {
    let Vectors { json, key, ballot, .. } = vectors();
    let part = |what: &str, name: &str| json[what][name].as_str().unwrap().to_owned();
    let statement: Statement = part("statement", "text").parse().unwrap();
    assert_eq!((statement.ballot, statement.eligible, statement.blank), (ballot, 10, 1));
    assert_eq!(statement.manifest, Sha256Hash::of(b"manifest"));
    let publication: Publication = part("publication", "text").parse().unwrap();
    assert_eq!((publication.version, publication.looks), (2, 3));
    assert_eq!(publication.note.as_deref(), Some("A “name”\nwas wrong."));
    for (what, text) in [("statement", statement.text()), ("publication", publication.text())] {
        let note = signed_note::sign(&text, &key);
        assert_eq!(note, part(what, "signed_note"));
        assert_eq!(Sha256Hash::of(note.as_bytes()).to_string(), part(what, "sha256"));
    }
    assert_eq!(publication.statement.to_string(), part("statement", "sha256"));
}

/// The texts of a list in the vectors.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap())
}

#[test]
fn codes_are_read_as_described() {
    let Vectors { json, .. } = vectors();
    let code: ReceiptCode = json["votes"][0]["code"].as_str().unwrap().parse().unwrap();
    for alike in texts(&json["code_of_the_first_vote_read"]["alike"]) {
        assert_eq!(alike.parse(), Ok(code), "{alike:?}");
    }
    for otherwise in texts(&json["code_of_the_first_vote_read"]["otherwise"]) {
        assert_ne!(otherwise.parse(), Ok(code), "{otherwise:?}");
    }
}

#[test]
fn times_have_one_spelling() {
    let Vectors { json, .. } = vectors();
    let is_its_own = |text: &str| text.parse::<Timestamp>().is_ok_and(|time| time.to_string() == text);
    assert!(texts(&json["times"]).all(is_its_own));
    for text in texts(&json["no_times"]) {
        assert!(!is_its_own(text), "{text}");
    }
}

#[test]
fn points_of_small_order_or_of_another_spelling_are_no_keys() {
    let Vectors { json, .. } = vectors();
    let written = |public: &[u8]| {
        let id = Sha256::digest([b"urna\n\x01", public].concat());
        let id = id[..4].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        format!("urna+{id}+{}", STANDARD.encode([&[1], public].concat()))
    };
    let own = hex(json["public_key"].as_str().unwrap());
    assert!(signed_note::parse_verifier_key(&written(&own)).is_ok());
    for public in texts(&json["no_public_keys"]) {
        assert!(signed_note::parse_verifier_key(&written(&hex(public))).is_err(), "{public}");
    }
}
