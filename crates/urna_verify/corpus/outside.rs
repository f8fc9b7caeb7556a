//! Receipts of another ballot, key, vote or tracker than they should be.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use urna_core::receipt::Receipt;
use urna_core::signed_note;
use urna_verify::Fault;

use super::case::Case;
use super::forge::Forge;

/// The receipt is wrong.
pub(crate) fn wrong_receipts() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let mut elsewhere = forge.clone();
    elsewhere.ballot = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
    let by_other = Forge { key: SigningKey::from_bytes(&[10; 32]), ..forge.clone() };
    let mixed = Receipt { tracker: forge.receipt(1).tracker, code: forge.receipt(1).code, ..forge.receipt(0) };
    let other_code = Receipt { code: forge.receipt(1).code, ..forge.receipt(0) };
    let other_commitment = Receipt { commitment: forge.receipt(1).commitment, ..forge.receipt(0) };
    // The same ballot, before somebody changed its definition.
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

/// Signed by the service, but in neither version's form.
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
