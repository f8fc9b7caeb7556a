//! Urna's verifier and the one in Python find and name every way of tampering with a record.

#[path = "../corpus/corpus.rs"]
mod corpus;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use urna_core::signed_note::verifier_key;
use urna_verify::{Files, FoundChoice, Known, SavedReceipt, verify};

use corpus::case::{Case, Expect, bytes, saved};
use corpus::forge::Forge;

#[test]
fn each_tampering_is_found_and_named() {
    let cases = corpus::all();
    let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert!(cases.len() >= 200 && names.len() == cases.len(), "each case has a name of its own");
    let otherwise: Vec<String> = cases.iter().filter_map(|case| case.check().err()).collect();
    assert!(otherwise.is_empty(), "{} cases are judged otherwise:\n{}", otherwise.len(), otherwise.join("\n"));
}

#[test]
fn a_right_record_says_what_came_of_it() {
    let forge = Forge::new();
    let summary = Case::right("right", &forge.parts()).with_receipt(&forge.receipt(0)).check().unwrap().unwrap();
    assert_eq!((summary.votes, summary.blank, summary.eligible, summary.recounted), (7, 1, 10, true));
    let results: Vec<_> = summary.results.iter().map(|row| (row.name.as_str(), row.votes, row.elected)).collect();
    assert_eq!(results, [("Zoë Łukaszewicz", 4, true), ("Θεοδώρα", 2, false), ("Ana", 0, false)]);
    assert_eq!(summary.receipts[0].choice, Some(FoundChoice::Candidate("Zoë Łukaszewicz".to_owned())));
}

/// The answer to a vote, only its `receipt`, or only the note.
#[test]
fn a_receipt_is_read_in_each_of_its_forms() {
    let forge = Forge::new();
    let files = Files::read(&bytes(&forge.parts())).unwrap();
    let answer = saved(&forge.receipt(0));
    let json: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let note = forge.receipt(0).signed_note;
    for (form, name) in [(answer.clone(), None), (json["receipt"].to_string(), None), (note, Some("mine.txt"))] {
        let receipt = SavedReceipt::read(form.as_bytes(), "mine.txt").unwrap();
        let report = verify(&files, &Known::default(), &[receipt], &mut |_, _| {});
        assert_eq!(report.faults, []);
        let found = &report.summary.unwrap().receipts[0];
        assert_eq!(found.name, name.unwrap_or(&forge.receipt(0).code.to_string()));
        assert_eq!(found.choice, Some(FoundChoice::Candidate("Zoë Łukaszewicz".to_owned())));
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration; this is their one look at the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// A Python with the modules for the second verifier, as `cargo xtask test` finds or installs it.
fn python() -> Option<PathBuf> {
    let named = variable("URNA_TEST_PYNACL");
    assert!(
        named.is_some() || variable("URNA_TEST_REQUIRE_ALL").is_none(),
        "URNA_TEST_PYNACL names the Python with which the second verifier runs"
    );
    named
}

fn verifier(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier").join(name)
}

/// Both verifiers agree on every record; neither was written from the other.
#[test]
fn the_verifier_in_python_agrees() {
    let Some(python) = python() else {
        eprintln!("left out: no Python with PyNaCl is named in URNA_TEST_PYNACL");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    corpus::write(&corpus::all(), folder.path());
    for folder in [folder.path(), &verifier("saved/methods")] {
        let output = Command::new(&python).arg(verifier("judge.py")).arg(folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Programs rely on the exit status of the verifier in Python.
#[test]
fn the_verifier_in_python_ends_as_the_page_says() {
    let Some(python) = python() else {
        eprintln!("left out: no Python with PyNaCl is named in URNA_TEST_PYNACL");
        return;
    };
    let saved = |name: &str| verifier("saved").join(name);
    let (record, receipt) = (saved("record.zip"), saved("receipt.json"));
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    std::fs::File::create(&large).unwrap().set_len((1 << 30) + 1).unwrap();
    for (arguments, code, says) in [
        ([&record, &receipt], 0, "Verified."),
        ([&receipt, &receipt], 7, "WRONG: "),
        ([&record, &record], 2, ""),
        ([&large, &receipt], 2, ""),
        ([&record, &saved("missing")], 5, ""),
    ] {
        let mut command = Command::new(&python);
        let output =
            command.arg(verifier("verify.py")).arg(arguments[0]).arg("--receipt").arg(arguments[1]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains(says), "{said}");
    }
}

/// A record and a receipt as they were once saved. They must verify for ever, however the code changes: a change
/// that breaks this test breaks records and receipts that people hold. (`URNA_WRITE_SAMPLES=1` writes new ones, for
/// a new format.)
#[test]
fn what_was_saved_still_verifies() {
    let folder = verifier("saved");
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
        name: "saved".to_owned(),
        archive: std::fs::read(&record).unwrap(),
        receipts: receipts.iter().map(|path| std::fs::read(path).unwrap()).collect(),
        key: Some(verifier_key(&Forge::new().key.verifying_key())),
        statement: Some("dfbaa3b8c898aca73b68a85e6e43d567".to_owned()),
        expect: Expect::Verified,
    };
    let found = case.check().unwrap().unwrap().receipts;
    let named = Some(FoundChoice::Candidate("Θεοδώρα".to_owned()));
    assert_eq!(found.into_iter().map(|found| found.choice).collect::<Vec<_>>(), [named.clone(), named]);
}

/// A record by each method as it was once saved, with what came of it. They must verify for ever, and come to the same.
#[test]
fn records_of_every_method_still_verify() {
    let folder = verifier("saved/methods");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let cases: serde_json::Value = serde_json::from_slice(&read("cases.json")).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() >= 20);
    for case in cases {
        let receipts = case["receipts"].as_array().unwrap().iter().map(|name| read(name.as_str().unwrap()));
        let given = Case {
            name: case["name"].as_str().unwrap().to_owned(),
            archive: read(case["record"].as_str().unwrap()),
            receipts: receipts.collect(),
            key: None,
            statement: None,
            expect: Expect::Verified,
        };
        let found = given.check().unwrap().unwrap();
        assert_eq!(serde_json::to_value(&found.results).unwrap(), case["results"], "{}", case["name"]);
        let outcome = found.motion.map(|motion| motion.outcome);
        assert_eq!(outcome, case.get("outcome").and_then(serde_json::Value::as_str), "{}", case["name"]);
        let choices: serde_json::Value = found.receipts.iter().map(corpus::disclosed).collect();
        assert_eq!(choices, case["choices"], "{}", case["name"]);
    }
}
