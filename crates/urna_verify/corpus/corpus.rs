//! The corpus for verifiers in any language: correct records, records that are wrong in one way each, and
//! unreadable files. The test runs Urna's verifier and the one in Python on it; the example `corpus` writes it into
//! a folder.
#![expect(clippy::unwrap_used, reason = "a case is what it says, or there is none")]

mod approval;
mod archives;
pub(crate) mod case;
mod changed;
pub(crate) mod forge;
mod histories;
mod json_forms;
mod manifests;
mod methods;
mod motions;
mod nonsense;
mod notes;
mod options;
mod outside;
mod receipts;
mod results;
mod signatures;
mod signed;
mod tallies;
mod texts;
mod votes;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use urna_verify::FoundReceipt;

use case::Case;

/// Every case, always the same ones in the same order.
pub(crate) fn all() -> Vec<Case> {
    let kinds = [
        signed::right(),
        manifests::right(),
        histories::right(),
        tallies::right(),
        approval::right(),
        methods::right(),
        motions::right(),
        results::right(),
        texts::right_publications(),
        notes::right(),
        receipts::right(),
        options::right(),
        signed::signed_votes(),
        signed::signed_files(),
        changed::changed_afterwards(),
        manifests::wrong_values(),
        manifests::wrong_fields(),
        json_forms::other_forms(),
        votes::illegal(),
        votes::wrong_files(),
        histories::wrong_values(),
        histories::wrong_orders(),
        tallies::wrong(),
        tallies::wrong_counts(),
        approval::wrong_manifests(),
        methods::wrong_manifests(),
        motions::wrong_manifests(),
        approval::illegal(),
        methods::illegal(),
        motions::illegal(),
        approval::wrong(),
        methods::wrong(),
        motions::wrong(),
        results::wrong_results(),
        results::wrong_orders(),
        approval::wrong_counts(),
        methods::wrong_counts(),
        motions::wrong_counts(),
        results::wrong_counts(),
        texts::wrong_statements(),
        texts::wrong_publications(),
        texts::wrong_decisions(),
        nonsense::signed_nonsense(),
        notes::wrong(),
        notes::wrong_keys(),
        signatures::weak_signatures(),
        outside::wrong_receipts(),
        receipts::contradictions(),
        receipts::wrong_notes(),
        receipts::none(),
        options::others(),
        options::none(),
        archives::wrong_archives(),
        archives::other_headers(),
        archives::other_pieces(),
    ];
    kinds.into_iter().flatten().collect()
}

/// Writes each case's record and receipts into a folder, and `cases.json` with the expected verdicts; its form is
/// described in `docs/verification.md`.
///
/// # Panics
/// If a verdict is not the expected one, or a file cannot be written.
pub(crate) fn write(cases: &[Case], folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let documents: Vec<Value> = cases.iter().zip(1..).map(|(case, number)| write_case(case, number, folder)).collect();
    let document = json!({"format": "urna cases v1", "cases": documents});
    fs::write(folder.join("cases.json"), format!("{document:#}\n")).unwrap();
}

fn write_case(case: &Case, number: usize, folder: &Path) -> Value {
    let summary = case.check().unwrap();
    let record = format!("{number:03}-{}.zip", case.name);
    fs::write(folder.join(&record), &case.archive).unwrap();
    let receipts: Vec<String> =
        (1..=case.receipts.len()).map(|receipt| format!("{number:03}-{}.receipt-{receipt}.json", case.name)).collect();
    for (name, bytes) in receipts.iter().zip(&case.receipts) {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let mut document = json!({"name": case.name, "record": record, "receipts": receipts, "expect": case.expect.name()});
    for (option, value) in [("key", &case.key), ("statement", &case.statement)] {
        if let Some(value) = value {
            document[option] = value.as_str().into();
        }
    }
    if let Some(summary) = summary {
        document["results"] = serde_json::to_value(summary.results).unwrap();
        if let Some(motion) = summary.motion {
            document["outcome"] = motion.outcome.into();
        }
        document["choices"] = summary.receipts.iter().map(disclosed).collect();
    }
    document
}

/// The disclosed choice of a receipt's vote: `choice`, `null` for a blank vote; empty if choices are not disclosed.
pub(crate) fn disclosed(found: &FoundReceipt) -> Value {
    let mut entry = serde_json::to_value(found).unwrap();
    entry.as_object_mut().unwrap().remove("name");
    entry
}
