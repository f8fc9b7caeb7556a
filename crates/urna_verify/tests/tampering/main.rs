//! Every way to tamper with a record is found, and named, by Urna's verifier and by the one in Python.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its record has failed")]

mod case;
mod changed;
mod forge;
mod nonsense;
mod outside;
mod signed;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use urna_core::signed_note::verifier_key;
use urna_verify::{Fault, Files, Known, Report, SavedReceipt, verify};

use case::{Case, bytes, saved};
use forge::Forge;

fn all() -> Vec<Case> {
    let kinds = [
        signed::right(),
        signed::signed_votes(),
        signed::signed_files(),
        changed::changed_afterwards(),
        nonsense::signed_nonsense(),
        nonsense::weak_signatures(),
        outside::wrong_receipts(),
        outside::wrong_archives(),
    ];
    kinds.into_iter().flatten().collect()
}

fn check(case: &Case) -> Report {
    let receipts: Vec<_> = case.receipts.iter().map(|text| SavedReceipt::read(text, "receipt").unwrap()).collect();
    let known = Known {
        signer: case.key.as_ref().map(|key| key.parse().unwrap()),
        statement: case.statement.as_ref().map(|digits| digits.parse().unwrap()),
    };
    match Files::read(&case.archive) {
        Ok(files) => verify(&files, &known, &receipts, &mut |_, _| {}),
        Err(invalid) => Report { summary: None, faults: vec![Fault::Archive(invalid)] },
    }
}

#[test]
fn each_tampering_is_found_and_named() {
    for case in all() {
        let report = check(&case);
        match case.fault {
            None => assert_eq!(report.faults, [], "{}", case.name),
            Some(is_it) => assert!(report.faults.iter().any(is_it), "{}: {:?}", case.name, report.faults),
        }
    }
}

#[test]
fn a_right_record_says_what_came_of_it() {
    let report = check(&signed::right().remove(0));
    let summary = report.summary.unwrap();
    assert_eq!((summary.votes, summary.blank, summary.eligible, summary.recounted), (7, 1, 10, true));
    let results: Vec<_> = summary.results.iter().map(|row| (row.name.as_str(), row.votes, row.elected)).collect();
    assert_eq!(results, [("Zoë Łukaszewicz", 4, true), ("Θεοδώρα", 2, false), ("Ana", 0, false)]);
    assert_eq!(summary.receipts[0].choice.as_deref(), Some("Zoë Łukaszewicz"));
}

/// The answer to a vote, its `receipt` alone, or nothing but the note.
#[test]
fn a_receipt_is_read_in_each_of_its_forms() {
    let forge = Forge::new();
    let files = Files::read(&bytes(&forge.parts())).unwrap();
    let answer = saved(&forge.receipt(0));
    let json: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let note = forge.receipt(0).signed_note;
    for (form, name) in [(answer.clone(), None), (json["receipt"].to_string(), None), (note, Some("mine.txt"))] {
        let receipt = SavedReceipt::read(&form, "mine.txt").unwrap();
        let report = verify(&files, &Known::default(), &[receipt], &mut |_, _| {});
        assert_eq!(report.faults, []);
        let found = &report.summary.unwrap().receipts[0];
        assert_eq!(found.name, name.unwrap_or(&forge.receipt(0).code.to_string()));
        assert_eq!(found.choice.as_deref(), Some("Zoë Łukaszewicz"));
    }
    for nothing in no_receipts() {
        assert!(SavedReceipt::read(&nothing, "mine.txt").is_err(), "{nothing}");
    }
}

/// Files that are no receipts: that says nothing about a record.
fn no_receipts() -> Vec<String> {
    let receipt = Forge::new().receipt(0);
    let answer = saved(&receipt);
    let twice = answer.replacen("{\"ballot_id\"", "{\"ballot_id\":\"x\",\"ballot_id\"", 1);
    let twice_within = answer.replacen("\"code\"", "\"code\":\"x\",\"code\"", 1);
    assert!(twice.len() > answer.len() && twice_within.len() > answer.len());
    let number = json!({"signed_note": receipt.signed_note, "tracker": 5}).to_string();
    let unsigned = receipt.signed_note.replace("\n\n", "\n");
    let nothing = ["", "hello", "{}", "[]", "{\"receipt\":{}}", "{\"receipt\":[]}", &unsigned];
    nothing.map(str::to_owned).into_iter().chain([twice, twice_within, number]).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration; this is their one look at the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// A Python that has what the second verifier needs, as `cargo xtask test` finds or installs it.
fn python() -> Option<PathBuf> {
    let named = variable("URNA_TEST_PYNACL");
    assert!(
        named.is_some() || variable("URNA_TEST_REQUIRE_ALL").is_none(),
        "URNA_TEST_PYNACL names the Python with which the second verifier runs"
    );
    named
}

fn second_verifier() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier/verify.py")
}

/// Both verifiers, of which neither was written from the other, have the same opinion of every record.
#[test]
fn the_verifier_in_python_agrees() {
    let Some(python) = python() else {
        eprintln!("left out: no Python with PyNaCl is named in URNA_TEST_PYNACL");
        return;
    };
    let program = second_verifier();
    let folder = tempfile::tempdir().unwrap();
    for case in all() {
        let record = folder.path().join(format!("{}.zip", case.name.replace('/', "-")));
        std::fs::write(&record, &case.archive).unwrap();
        let mut command = Command::new(&python);
        command.arg(&program).arg(&record);
        for (receipt, number) in case.receipts.iter().zip(0..) {
            let path = folder.path().join(format!("{number}.json"));
            std::fs::write(&path, receipt).unwrap();
            command.arg("--receipt").arg(path);
        }
        for (option, value) in [("--key", &case.key), ("--statement", &case.statement)] {
            command.args(value.iter().flat_map(|value| [option, value]));
        }
        let output = command.output().unwrap();
        let expected = if case.fault.is_some() { 7 } else { 0 };
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{}: {said}{}",
            case.name,
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// What is no receipt is none to either.
#[test]
fn the_verifier_in_python_reads_the_same_receipts() {
    let Some(python) = python() else {
        eprintln!("left out: no Python with PyNaCl is named in URNA_TEST_PYNACL");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (record, receipt) = (folder.path().join("record.zip"), folder.path().join("receipt"));
    std::fs::write(&record, bytes(&Forge::new().parts())).unwrap();
    for text in no_receipts() {
        std::fs::write(&receipt, &text).unwrap();
        let mut command = Command::new(&python);
        let output = command.arg(second_verifier()).arg(&record).arg("--receipt").arg(&receipt).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
    }
}

/// A record and a receipt as they were saved once. They verify for ever, whatever becomes of the code that made them: a change
/// that breaks this breaks what people hold. (`URNA_WRITE_SAMPLES=1` writes them anew, where a format is new.)
#[test]
fn what_was_saved_still_verifies() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier/saved");
    let (record, receipts) =
        (folder.join("record.zip"), ["receipt.json", "receipt-v2.json"].map(|name| folder.join(name)));
    if variable("URNA_WRITE_SAMPLES").is_some() {
        let forge = Forge::new();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&record, bytes(&forge.parts())).unwrap();
        for (path, receipt) in receipts.iter().zip([forge.receipt_v1(4), forge.receipt(4)]) {
            std::fs::write(path, saved(&receipt)).unwrap();
        }
    }
    let case = Case {
        name: "saved",
        archive: std::fs::read(&record).unwrap(),
        receipts: receipts.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect(),
        key: Some(verifier_key(&Forge::new().key.verifying_key())),
        statement: Some("dfbaa3b8c898aca73b68a85e6e43d567".to_owned()),
        fault: None,
    };
    let report = check(&case);
    assert_eq!(report.faults, []);
    let found = report.summary.unwrap().receipts;
    assert_eq!(found.iter().map(|found| found.choice.as_deref()).collect::<Vec<_>>(), [Some("Θεοδώρα"); 2]);
}
