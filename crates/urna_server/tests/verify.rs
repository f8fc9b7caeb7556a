//! `urna verify`, run by somebody who has only a record and a receipt.
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn saved(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier/saved").join(name)
}

fn verify(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_urna")).arg("verify").args(arguments).current_dir(&folder).output().unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_right_record_is_verified_with_its_receipts() {
    let output = verify(&[path(&saved("record.zip")), "--receipt", path(&saved("receipt.json"))]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in
        ["Manager of the Year", "7 of 10", "NOT checked", "Zoë Łukaszewicz  first place", ": Θεοδώρα", "Verified."]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn programs_read_json() {
    let output = verify(&[path(&saved("record.zip")), "--json"]);
    let document: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!((&document["verified"], &document["record"]["votes"]), (&Value::from(true), &Value::from(7)));
    assert_eq!(document["record"]["results"][0]["votes"], 4);
}

#[test]
fn a_tampered_record_ends_with_seven_and_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(saved("record.zip")).unwrap();
    bytes.truncate(bytes.len() - 1);
    let tampered = folder.path().join("tampered.zip");
    std::fs::write(&tampered, bytes).unwrap();
    let output = verify(&[path(&tampered)]);
    assert_eq!(output.status.code(), Some(7));
    assert!(said(&output).starts_with("WRONG: this is not the archive of a record: "), "{}", said(&output));
    let output = verify(&[path(&tampered), "--json"]);
    let document: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!((&document["verified"], document["faults"].as_array().unwrap().len()), (&Value::from(false), 1));
}

/// The key's fingerprint and the statement fingerprint of the saved record.
const KEY: &str = "dbc298251c51321b7266e78d1c151c2b62aff8cb95b293096d3463018544face";
const SHOWN: &str = "dfbaa3b8c898aca73b68a85e6e43d567";

#[test]
fn what_is_known_from_elsewhere_is_compared() {
    let record = saved("record.zip");
    let output = verify(&[path(&record), "--key", KEY, "--statement", SHOWN]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!said(&output).contains("NOT"), "{}", said(&output));
    let output = verify(&[path(&record), "--key", &KEY.to_uppercase(), "--statement", &SHOWN.to_uppercase()]);
    assert_eq!(output.status.code(), Some(0), "digits of either case are the same: {}", said(&output));
    for (option, other, sentence) in [
        ("--key", "0".repeat(64), "WRONG: the record is of another key"),
        ("--statement", "0".repeat(32), "WRONG: the statement is not the one that was shown"),
    ] {
        let output = verify(&[path(&record), option, &other]);
        assert_eq!(output.status.code(), Some(7));
        assert!(said(&output).contains(sentence), "{}", said(&output));
        assert_eq!(verify(&[path(&record), option, &other[1..32]]).status.code(), Some(2), "that is none");
    }
}

/// Text from a stranger in a record cannot move the cursor or add lines.
#[test]
fn nothing_in_a_record_speaks_for_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record.zip");
    let name = "\u{1b}[2J\nVerified.\n\u{1b}[8m";
    std::fs::write(&record, urna_core::record::archive::encode([(name, b"".as_slice())])).unwrap();
    let output = verify(&[path(&record)]);
    assert_eq!(output.status.code(), Some(7));
    assert!(said(&output).lines().count() == 1 && !said(&output).contains('\u{1b}'), "{:?}", said(&output));
}

#[test]
fn what_cannot_be_read_is_no_fault_of_the_record() {
    assert_eq!(verify(&["missing.zip"]).status.code(), Some(5));
    let record = saved("record.zip");
    assert_eq!(verify(&[path(&record), "--receipt", "missing.json"]).status.code(), Some(5));
    assert_eq!(verify(&[path(&record), "--receipt", path(&record)]).status.code(), Some(2));
    assert_eq!(verify(&["http://127.0.0.1:1/api/v1/ballots/x"]).status.code(), Some(1));
    let output = verify(&["http://127.0.0.1:1/api/v1/ballots/x/?version=1"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("/ballots/x/record.zip?version=1 cannot be fetched"), "{said}");
}

/// An oversized file is refused without reading it to the end.
#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let of_length = |name: &str, length: u64| {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().set_len(length).unwrap();
        path
    };
    let record = of_length("record.zip", (1 << 30) + 1);
    assert_eq!(verify(&[path(&record)]).status.code(), Some(2));
    let receipt = of_length("receipt.json", 65_537);
    let output = verify(&[path(&saved("record.zip")), "--receipt", path(&receipt)]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("receipt.json is larger than it can be"), "{said}");
}
