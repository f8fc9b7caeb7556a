//! What is wrong is not in the files: it is an archive, or a receipt.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use urna_core::receipt::Receipt;
use urna_core::record::archive::InvalidArchive;
use urna_core::record::file;
use urna_core::signed_note;
use urna_verify::Fault;

use super::case::{Case, bytes, saved};
use super::forge::{Forge, Parts, get};

/// What is wrong is the receipt.
pub(crate) fn wrong_receipts() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let mut elsewhere = forge.clone();
    elsewhere.ballot = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
    let by_other = Forge { key: SigningKey::from_bytes(&[10; 32]), ..forge.clone() };
    let mixed = Receipt { tracker: forge.receipt(1).tracker, code: forge.receipt(1).code, ..forge.receipt(0) };
    let other_code = Receipt { code: forge.receipt(1).code, ..forge.receipt(0) };
    let other_commitment = Receipt { commitment: forge.receipt(1).commitment, ..forge.receipt(0) };
    // The same ballot, as it was before somebody changed what it says.
    let mut before = forge.clone();
    before.definition.allow_blank = false;
    let beside = |what: Value| {
        let mut receipt = json!({"signed_note": forge.receipt(0).signed_note});
        receipt.as_object_mut().unwrap().append(&mut what.as_object().unwrap().clone());
        receipt.to_string()
    };
    let contradicts = |name: &str| Case::wrong(name, &parts, |fault| matches!(fault, Fault::ReceiptContradicts(_)));
    vec![
        Case::wrong("receipt-of-another-ballot", &parts, |fault| matches!(fault, Fault::ReceiptOfAnotherBallot(_)))
            .with_receipt(&elsewhere.receipt(0)),
        Case::wrong("receipt-by-somebody-else", &parts, |fault| matches!(fault, Fault::ReceiptSignature { .. }))
            .with_receipt(&by_other.receipt(0)),
        Case::wrong("receipt-of-two-votes", &parts, |fault| matches!(fault, Fault::ReceiptContradicts(_)))
            .with_receipt(&mixed),
        Case::wrong("receipt-with-another-code", &parts, |fault| matches!(fault, Fault::ReceiptContradicts(_)))
            .with_receipt(&other_code),
        Case::wrong("receipt-with-another-commitment", &parts, |fault| matches!(fault, Fault::ReceiptContradicts(_)))
            .with_receipt(&other_commitment),
        contradicts("receipt-beside-another-ballot").with_saved(beside(json!({"ballot_id": elsewhere.ballot}))),
        contradicts("receipt-with-a-broken-tracker").with_saved(beside(json!({"tracker": "short"}))),
        contradicts("receipt-with-a-broken-code")
            .with_saved(beside(json!({"tracker": forge.receipt(0).tracker.to_string(), "code": "U"}))),
        Case::wrong("receipt-of-another-manifest", &parts, |fault| matches!(fault, Fault::ReceiptOfAnotherBallot(_)))
            .with_receipt(&before.receipt(0)),
    ]
    .into_iter()
    .chain(handed_to_another(&forge))
    .chain(broken_notes(&forge))
    .collect()
}

/// One voter has the receipt of another: the clash attack.
fn handed_to_another(forge: &Forge) -> Vec<Case> {
    let parts = forge.parts();
    let mut counts = forge.clone();
    counts.definition.disclosure = urna_core::Disclosure::Counts;
    let without_openings = counts.parts();
    let with_tracker_of =
        |receipt: Receipt, other: Receipt| Receipt { tracker: other.tracker, code: other.code, ..receipt };
    let of_another = |name: &str| Case::wrong(name, &parts, |fault| matches!(fault, Fault::ReceiptOfAnotherTracker(_)));
    let promised = forge.receipt_that_says(0, |promise| promise.tracker = Some(forge.receipt(1).tracker.hash()));
    vec![
        of_another("receipt-v1-of-two-votes").with_receipt(&with_tracker_of(forge.receipt_v1(0), forge.receipt(1))),
        of_another("receipt-for-a-tracker-that-did-not-vote-so")
            .with_receipt(&with_tracker_of(promised.clone(), forge.receipt(1))),
        of_another("note-for-a-tracker-that-did-not-vote-so").with_saved(promised.signed_note),
        Case::wrong("receipt-of-two-votes-counts", &without_openings, |fault| {
            matches!(fault, Fault::ReceiptContradicts(_))
        })
        .with_receipt(&with_tracker_of(counts.receipt(0), counts.receipt(1))),
    ]
}

/// Signed by the service, and in neither version's form.
fn broken_notes(forge: &Forge) -> Vec<Case> {
    let parts = forge.parts();
    let receipt = forge.receipt(0);
    let text = receipt.signed_note.split_once("\n\n").map_or("", |(text, _)| text);
    let hash = text.rsplit('\n').next().unwrap_or_default();
    let texts = [
        ("receipt-v1-with-five-lines", format!("{}\n", text.replace("v2", "v1"))),
        ("receipt-v2-with-four-lines", format!("{}\n", text.replace(&format!("\n{hash}"), ""))),
        ("receipt-v2-with-six-lines", format!("{text}\n{hash}\n")),
        ("receipt-v3", format!("{}\n", text.replace("v2", "v3"))),
        ("receipt-with-a-hash-in-capitals", format!("{}\n", text.replace(hash, &hash.to_uppercase()))),
        ("receipt-with-a-hash-in-base64", format!("{}\n", text.replace(hash, &receipt.tracker.hash().to_string()))),
    ];
    let broken = texts.into_iter().map(|(name, text)| {
        Case::wrong(name, &parts, |fault| matches!(fault, Fault::ReceiptSignature { .. }))
            .with_saved(signed_note::sign(&text, &forge.key))
    });
    broken.collect()
}

/// Files that are no receipts: that says nothing about a record.
pub(crate) fn no_receipts() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let receipt = forge.receipt(0);
    let answer = saved(&receipt);
    let twice = answer.replacen("{\"ballot_id\"", "{\"ballot_id\":\"x\",\"ballot_id\"", 1);
    let twice_within = answer.replacen("\"code\"", "\"code\":\"x\",\"code\"", 1);
    assert!(twice.len() > answer.len() && twice_within.len() > answer.len());
    let number = json!({"signed_note": receipt.signed_note, "tracker": 5}).to_string();
    let cases = [
        ("empty", String::new()),
        ("of-a-word", "hello".to_owned()),
        ("without-anything", "{}".to_owned()),
        ("of-a-list", "[]".to_owned()),
        ("with-nothing-in-it", "{\"receipt\":{}}".to_owned()),
        ("with-a-list-in-it", "{\"receipt\":[]}".to_owned()),
        ("without-a-signature", receipt.signed_note.replace("\n\n", "\n")),
        ("with-two-ballots", twice),
        ("with-two-codes", twice_within),
        ("with-a-number", number),
    ];
    cases.map(|(name, text)| Case::unreadable(format!("no-receipt-{name}"), &parts).with_saved(text)).into()
}

/// What is given with the record is nothing that it can be compared with.
pub(crate) fn wrong_options() -> Vec<Case> {
    let parts = Forge::new().parts();
    let key = |name: &str, key: &str| Case { key: Some(key.to_owned()), ..Case::unreadable(name, &parts) };
    let statement = |name: &str, digits: String| Case { statement: Some(digits), ..Case::unreadable(name, &parts) };
    vec![
        key("key-that-is-none", "urna"),
        key("fingerprint-too-short", &"0".repeat(63)),
        statement("statement-too-short", "0".repeat(31)),
        statement("statement-too-long", "0".repeat(65)),
        statement("statement-that-is-none", "g".repeat(32)),
    ]
}

/// What is wrong is the archive.
pub(crate) fn wrong_archives() -> Vec<Case> {
    let parts = Forge::new().parts();
    let whole = bytes(&parts);
    let patched = |of: &[u8], by: &[u8]| {
        let places: Vec<usize> =
            whole.windows(of.len()).enumerate().filter(|(_, found)| *found == of).map(|(place, _)| place).collect();
        let mut archive = whole.clone();
        for place in places {
            archive[place..place + by.len()].copy_from_slice(by);
        }
        archive
    };
    let archive_of =
        |archive: Vec<u8>, name: &str, fault: fn(&Fault) -> bool| Case { archive, ..Case::wrong(name, &parts, fault) };
    let cut = whole[..whole.len() - 30].to_vec();
    let mut deflated = whole.clone();
    for (magic, at) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let places: Vec<usize> =
            whole.windows(4).enumerate().filter(|(_, found)| *found == magic).map(|(place, _)| place).collect();
        for place in places {
            deflated[place + at] = 8;
        }
    }
    // What the directory says of one file: its method is at 10, its size at 24 (APPNOTE.TXT, 4.3.12).
    let directory_says = |of: &[u8], method: u8, size: u32| {
        let mut archive = whole.clone();
        let entry =
            |place: &usize| archive[*place..].starts_with(b"PK\x01\x02") && archive[*place + 46..].starts_with(of);
        let place = (0..archive.len()).find(entry).unwrap();
        archive[place + 10] = method;
        archive[place + 24..place + 28].copy_from_slice(&size.to_le_bytes());
        archive
    };
    let openings = file::OPENINGS.as_bytes();
    let (bomb, large) = (directory_says(openings, 8, 0xffff_fff0), directory_says(openings, 0, 0xffff_fff0));
    let mut more = parts.clone();
    more.push(("winner".to_owned(), b"Eva".to_vec()));
    let mut twice = parts.clone();
    twice.push(("statemenu".to_owned(), b"another".to_vec()));
    let twice = {
        let archive = bytes(&twice);
        let place = |archive: &[u8]| archive.windows(9).position(|found| found == b"statemenu");
        let mut archive = archive;
        while let Some(place) = place(&archive) {
            archive[place + 8] = b't';
        }
        archive
    };
    // Readers that believe the number of files at the end take the first publication, others the second.
    let hidden = {
        let mut archive = bytes(&more_of(&parts, "publicatioo"));
        for place in 0..archive.len() {
            if archive[place..].starts_with(b"publicatioo") {
                archive[place + 10] = b'n';
            }
        }
        let end = archive.len() - 22;
        (archive[end + 8], archive[end + 10]) = (8, 8);
        archive
    };
    let between = |place: usize| [&whole[..place], b"-", &whole[place..]].concat();
    let mut comment = [whole.as_slice(), b"-"].concat();
    comment[whole.len() - 2] = 1;
    let mut swapped = parts.clone();
    swapped.swap(0, 1);
    let is_no_archive: fn(&Fault) -> bool = |fault| *fault == Fault::Archive(InvalidArchive::OtherBytes);
    let is_misplaced: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Archive(InvalidArchive::Misplaced(_)));
    let mut cases = vec![
        Case::wrong("one-file-more", &more, |fault| matches!(fault, Fault::Archive(InvalidArchive::Unknown(_)))),
        Case::wrong("files-in-another-order", &swapped, is_misplaced),
        archive_of(hidden, "hidden-publication", is_misplaced),
        archive_of(between(0), "something-before", is_no_archive),
        archive_of(between(whole.len()), "something-after", is_no_archive),
        archive_of(comment, "comment", is_no_archive),
        archive_of(whole.repeat(2), "two-archives", is_no_archive),
        archive_of(cut, "cut-archive", is_no_archive),
        archive_of(Vec::new(), "empty", is_no_archive),
        archive_of(b"hello, this is no archive at all".to_vec(), "no-archive", is_no_archive),
        archive_of(deflated, "compressed", |fault| matches!(fault, Fault::Archive(InvalidArchive::Compressed(_)))),
        archive_of(bomb, "zip-bomb", is_no_archive),
        archive_of(large, "larger-than-it-is", is_no_archive),
        archive_of(twice, "two-statements", is_misplaced),
        archive_of(patched("Łukaszewicz".as_bytes(), "Łukaszewisz".as_bytes()), "flipped-byte", is_no_archive),
    ];
    for name in file::ALL {
        if name != file::OPENINGS {
            let without: Parts = parts.iter().filter(|(found, _)| found != name).cloned().collect();
            cases
                .push(Case::wrong(format!("without-{name}"), &without, |fault| matches!(fault, Fault::MissingFile(_))));
        }
    }
    cases
}

/// With one file more at the end.
fn more_of(parts: &Parts, name: &str) -> Parts {
    let other = (name.to_owned(), get(parts, file::PUBLICATION).to_vec());
    parts.iter().cloned().chain([other]).collect()
}
