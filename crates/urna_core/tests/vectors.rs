//! Fixed values of every format that leaves the service or outlives a version of it. Another program, in another
//! language, computed them from the description of the formats alone. A change here breaks receipts and records
//! that people hold: it needs a new version of the format, not a new value.

use urna_core::audit::{self, Actor, AuditEvent};
use urna_core::browser::{Keeper, Turn};
use urna_core::choice::Mark;
use urna_core::count::Lot;
use urna_core::keys::{Keys, LinkToken, MasterSecret};
use urna_core::method::Seats;
use urna_core::receipt::{Promise, Receipt};
use urna_core::sealed_vote::{BoxKey, InboxVote, SealNonce, Slot};
use urna_core::{
    AttendeeId, BadgeCode, BallotId, Choice, Commitment, Definition, Manifest, Method, Nonce, ReceiptCode, Timestamp,
    Tracker, signed_note,
};

/// A vote for the candidate at this place, or a blank one.
fn plurality(candidate: Option<u16>) -> Choice {
    Choice::of(Method::PLURALITY, candidate.map(Mark::named))
}

const BALLOT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const ATTENDEE: &str = "01890a5d-ac96-774b-bcce-b302099a8061";

/// Texts with everything that canonical JSON has a rule for: characters with and without escapes, the order of keys.
const DEFINITION: &str = r#"{
    "title": "Cluster Manager of the Year – “final”",
    "question": {"pt-BR": "Quem?", "en": "Who?", "de": "Wer\u2028?"},
    "original_language": "en", "kind": "award", "method": {"type": "plurality"},
    "candidates": [
        {"id": "01890a5d-ac96-774b-bcce-b302099a80a1", "name": "Zoë Łukaszewicz", "organisation": "Cluster \"A/B\" \\ C",
         "country": "PL", "biography": {"en": "One\nTwo\u007f", "el": "\ud83d\uddf3 κ"},
         "website": "https://example.org/?a=1&b=<2>"},
        {"id": "01890a5d-ac96-774b-bcce-b302099a80a2", "name": "Θεοδώρα"},
        {"id": "01890a5d-ac96-774b-bcce-b302099a80a3", "name": {"en": "None"}, "country": "FR"}],
    "allow_blank": true, "eligibility": {"categories": ["research", "business"]},
    "tie_rule": {"type": "lot"}, "disclosure": "counts"
}"#;

const MANIFEST_HASH: &str = "7438cf37f5f3b1528ed6121e2bdca295b3e1424e452c349858179cdfd122f9dd";
const COMMITMENT: &str = "jjD5QuhUqjYBnGe-4vlAh_i-UUzmD-vSCZQFWJlniFo";
const TRACKER_HASH: &str = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";
const COMMITMENT_TO_BLANK: &str = "dePYPKjhFvxz4bhXrcUe0lJD0ircyMO_hcNkmC0Mh8s";

fn ballot() -> BallotId {
    BALLOT.parse().expect("a UUID")
}

fn attendee() -> AttendeeId {
    ATTENDEE.parse().expect("a UUID")
}

/// `N` bytes that count up from `first`.
fn counting<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|i| first + u8::try_from(i).expect("short"))
}

fn tracker() -> Tracker {
    Tracker::new(counting(0))
}

fn nonce() -> Nonce {
    Nonce::new(counting(32))
}

fn keys() -> Keys {
    Keys::derive(&MasterSecret::new(counting(64)))
}

fn definition() -> Definition {
    serde_json::from_str(DEFINITION).expect("a definition")
}

fn manifest() -> Manifest {
    Manifest::freeze(ballot(), &definition())
}

fn commitment(choice: &Choice) -> Commitment {
    Commitment::commit(&manifest().hash(), &tracker().hash(), &nonce(), &choice.encode())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[test]
fn the_manifest() {
    assert_eq!(manifest().as_bytes().len(), 759);
    assert_eq!(manifest().hash().to_string(), MANIFEST_HASH);
}

#[test]
fn the_bytes_of_a_choice() {
    assert_eq!(hex(&plurality(None).encode()), "010000");
    let approval = |candidates: &[u16]| {
        Choice::of(Method::Approval { max_choices: 3, seats: Seats::ONE }, candidates.iter().copied().map(Mark::named))
            .encode()
    };
    assert_eq!(hex(&approval(&[])), "020000");
    assert_eq!(hex(&approval(&[2, 0])), "0200020000000100020001");
    assert_eq!(hex(&plurality(Some(2)).encode()), "01000100020001");
}

#[test]
fn the_tracker_and_its_hashes() {
    assert_eq!(tracker().to_string(), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    assert_eq!(hex(tracker().hash().as_bytes()), TRACKER_HASH);
    assert_eq!(
        hex(tracker().voter_hash(attendee()).as_bytes()),
        "12e3a31128c3a7b4b11b5c45c324fd5d88b567b56ff19649ee327ed89a4918a8"
    );
}

#[test]
fn the_commitment() {
    assert_eq!(commitment(&plurality(Some(2))).to_string(), COMMITMENT);
    assert_eq!(commitment(&plurality(None)).to_string(), COMMITMENT_TO_BLANK);
}

#[test]
fn the_receipt_code() {
    let code = tracker().code(ballot());
    assert_eq!(code.to_string(), "7JE8-N4GB-XPAA");
    assert_eq!(code.number(), 0x3c9_c8a9_20be_d94a);
}

#[test]
fn the_lot() {
    let ids: Vec<_> = definition().candidates.iter().map(|candidate| candidate.id).collect();
    let commitments = [COMMITMENT_TO_BLANK, COMMITMENT]
        .map(|text| text.parse().expect("a commitment"))
        .into_iter()
        .chain([Commitment::new([255; 32])]);
    let mut commitments: Vec<Commitment> = commitments.collect();
    commitments.sort();
    let (definition, manifest) = (definition(), manifest().hash());
    let draw = |commitments, tied: &[_]| Lot::new(&manifest, commitments).unwrap().draw(&definition, tied);
    let drawn = draw(&commitments, &ids);
    assert_eq!(drawn, [ids[1], ids[0], ids[2]]);
    let of_two = draw(&commitments, &[ids[0], ids[1]]);
    assert_eq!(of_two, [ids[1], ids[0]], "the index is the place in the manifest, not among the tied");
    assert_eq!(draw(&[], &ids), ids, "an empty box draws otherwise");
}

#[test]
fn the_receipt() {
    let choice = plurality(Some(2));
    let receipt = Receipt::sign(ballot(), &manifest().hash(), tracker(), commitment(&choice), &keys().signing);
    assert_eq!(
        receipt.signed_note,
        format!(
            "urna receipt v2\n{BALLOT}\n{MANIFEST_HASH}\n{COMMITMENT}\n{TRACKER_HASH}\n\n— urna KRGoPf99XfF2u91y8D7+KLrnub3nrR6QovV2bqmnb1Azj4MeCocjIDnTb7V4ZNR94VQHwQvCKzYUWd3OG2saaxvcrAc=\n"
        )
    );
    assert_eq!(receipt.code.to_string(), "7JE8-N4GB-XPAA");
}

/// Receipts signed before the note named the tracker: people hold them.
#[test]
fn the_receipt_of_version_1() {
    let note = format!(
        "urna receipt v1\n{BALLOT}\n{MANIFEST_HASH}\n{COMMITMENT}\n\n— urna KRGoPS45aZgZCTfBP8NVZ/Xd7GXYVtvKyryc7VA1FvTt2E2SQt/w0ycQC8m7hSMz4VD/UNXluaHLHSOJYmudNEPqjQo=\n"
    );
    let text = signed_note::open(&note, &keys().signing.verifying_key()).expect("signed");
    let promise = text.parse::<Promise>().expect("a promise");
    let commitment = commitment(&plurality(Some(2)));
    assert_eq!(promise, Promise { ballot: ballot(), manifest: manifest().hash(), commitment, tracker: None });
}

#[test]
fn the_public_key() {
    let key = keys().signing.verifying_key();
    assert_eq!(signed_note::verifier_key(&key), "urna+2911a83d+Adc0IPAraW5bL63rughEo0M+JtLwoJFluae9xjCcdIOK");
    assert_eq!(signed_note::fingerprint(&key), "bf62cf907dbb16f6cbf218cfcbe23c25bb1ef956954f0b9886212ba1cdc18de5");
}

#[test]
fn the_fingerprint_of_the_master_secret() {
    assert_eq!(hex(&keys().fingerprint), "bd35d9e9cb9bd6a35960e455adbe756f6ac0795aabd47c68c9104268c218d0f6");
}

#[test]
fn the_token_of_a_personal_link() {
    let token = keys().link.token(attendee(), 3);
    assert_eq!(token.reveal(), "726WKG2DFE0PTY7P3WMPCA6N8DWS9TN82AA5J8BXR4AFMK545A4G");
    assert_eq!(hex(&token.hash()), "a4bb73202cf3032f1a9896bab7d07dfa9efe13adc3a0926d26dd7b37948ff6d0");
    assert_eq!(LinkToken::parse(&token.reveal()), Some(token));
}

/// Not public, but the service may be upgraded while a ballot is open.
#[test]
fn the_slot_and_the_sealed_vote() {
    let keys = BoxKey::new(counting(96)).open_box(ballot());
    let code: ReceiptCode = "7JE8-N4GB-XPAA".parse().expect("a code");
    let Slot(slot) = keys.slot(code);
    assert_eq!(hex(&slot), "faff263d8e82bf41bcaffa7645befaa35bc2ea3cc654d1594bb9984a8bcf139b");

    let choice = plurality(None).encode();
    let voter = tracker().voter_hash(attendee());
    let vote = InboxVote { tracker: tracker().hash(), code, voter, nonce: nonce(), choice };
    assert_eq!(
        hex(&keys.seal(&vote, 7, SealNonce(counting(200)))),
        "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfc58206191000d1a37db32e30e03c148a0272bb554a976009aab343a230ef855d\
         e8c5210aa42049f39369901874084e427dc3ba1be6577bfd119c4b3c49f1b6ea76df0937d1d06dd7e076215626563718ee2ceea19f255bad\
         47340f7affa9b1883544a8563abba4ec19da3825475e1d291b299649492333114613bc92d704b2b2e6"
    );
}

#[test]
fn the_wrapped_box_key() {
    let wrapped = BoxKey::new(counting(96)).wrap(&keys().wrapping, ballot(), SealNonce(counting(200)));
    assert_eq!(
        hex(&wrapped),
        "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf486d3c084c4f55883297c793819989fd9c06396c8178d8c97f52a39f74ded4ae\
         bf6ffce3b01d5e84694185a7ba0405c4"
    );
}

#[test]
fn the_badge_code() {
    for (locator, secret, text) in [
        (0x8_1234, 0x12_3456_789a, "G4HM-28T5-CY4T-P"),
        (0, 0, "0000-0000-0000-0"),
        (0xf_ffff, 0xff_ffff_ffff, "ZZZZ-ZZZZ-ZZZZ-C"),
    ] {
        assert_eq!(BadgeCode::new(locator, secret).to_string(), text);
    }
}

#[test]
fn the_link_of_the_audit_log() {
    let event = AuditEvent {
        at: Timestamp::from_micros(1_795_372_200_000_001).expect("a time"),
        actor: Actor::Host,
        action: "ballot.opened".to_owned(),
        conference: None,
        ballot: Some(ballot()),
        subject: None,
        details: serde_json::json!({"z": true, "é": "\n", "eligible": 987}),
    };
    assert_eq!(event.at.to_string(), "2026-11-22T18:30:00.000001Z");
    assert_eq!(
        hex(&audit::link(&audit::GENESIS, 1, &event)),
        "87ec9f28a249427f0afc7af41e8cfb9c921d3fba399e6f75096a1fe09e9302ea"
    );
}

/// Pages and cookies outlive an upgrade of the service, too.
#[test]
fn the_mark_of_a_form_and_the_sealed_cookie() {
    assert_eq!(keys().mark.of_attendee(attendee()).to_string(), "iOsG66SC4J8mZD6OyI-RfA");
    let turn: Turn = "EBESExQVFhcYGRobHB0eHw".parse().expect("16 bytes");
    for (turn, sealed) in [
        (Some(turn), "yMnKy8zNzs_Q0dLT1NXW19jZ2tvc3d7fyGqIJhrDOGoGeZLinpI2Rp9yoqRdHAYukD3T-caKrUp48oyvfos2wqgAB1E"),
        (None, "yMnKy8zNzs_Q0dLT1NXW19jZ2tvc3d7fyGqIJhrDOGoGeZLinpI2Rp9yoqRdHAYukD3T-R1isZ5MVoR2BdYjGe3_62s"),
    ] {
        let keeper = Keeper { attendee: attendee(), ballot: ballot(), turn };
        assert_eq!(keys().cookie.open(sealed, &keeper).as_deref(), Some("tracker.commitment.signature"));
    }
}
