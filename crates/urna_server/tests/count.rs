//! `urna count`, run by a committee that has paper ballots in a file.
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::process::{Command, Output};

use serde_json::{Value, json};

const TENNESSEE: &str = "4 1\n42 1 2 3 4 0\n26 2 3 4 1 0\n15 3 4 2 1 0\n17 4 3 2 1 0\n0\n\
    \"Memphis\" \"Nashville\" \"Chattanooga\" \"Knoxville\" \"The capital of Tennessee\"\n";

fn count(name: &str, text: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_urna"));
    command.current_dir(&folder).arg("count").arg(name).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&said(output)).unwrap()
}

#[test]
fn every_count_finds_its_winner() {
    for (method, winner) in
        [("irv", "Knoxville"), ("schulze", "Nashville"), ("borda", "Nashville"), ("scottish_stv", "Knoxville")]
    {
        let output = count("votes.blt", TENNESSEE, &["--method", method]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(0), "{}", error(&output));
        assert!(text.starts_with("The capital of Tennessee\n"), "{text}");
        assert!(text.ends_with(&format!("\nElected: {winner}\n")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

/// The first stage has the first preferences; after each transfer everybody who was elected or excluded by then.
#[test]
fn programs_read_the_stages() {
    let output = count("votes.blt", TENNESSEE, &["--seats", "2", "--json"]);
    let document = json(&output);
    let stage = |votes: [&str; 4], stuck: &str, elected: &[u64], excluded: &[u64]| json!({"votes": votes, "non_transferable": stuck, "elected": elected, "excluded": excluded});
    assert_eq!((&document["quota"], &document["elected"]), (&json!("34.00000"), &json!([1, 2])));
    let stages = json!([
        stage(["42.00000", "26.00000", "15.00000", "17.00000"], "0.00000", &[], &[]),
        stage(["34.00000", "33.99974", "15.00000", "17.00000"], "0.00000", &[1], &[]),
        stage(["34.00000", "33.99974", "0.00000", "32.00000"], "0.00000", &[1], &[3]),
        stage(["34.00000", "65.99974", "0.00000", "0.00000"], "0.00000", &[1], &[3, 4]),
        stage(["34.00000", "65.99974", "0.00000", "0.00000"], "0.00000", &[1, 2], &[3, 4]),
    ]);
    assert_eq!(document["stages"], stages);
}

#[test]
fn programs_read_rounds_duels_and_points() {
    let of = |method| json(&count("votes.blt", TENNESSEE, &["--json", "--method", method]));
    let rounds = of("irv");
    assert_eq!(rounds["rounds"][1], json!({"votes": [42, 26, 0, 32], "exhausted": 0, "excluded": 2}));
    assert_eq!(rounds["first_places"], json!([42, 26, 15, 17]));
    let duels = of("schulze");
    assert_eq!((&duels["pairs"][1], &duels["winners"]), (&json!([58, 0, 68, 68]), &json!([2])));
    assert_eq!(of("borda")["half_points"], json!([252, 388, 346, 214]));
}

/// Nothing is decided by the program: it tells who is tied, and ends as refused.
#[test]
fn a_tie_waits_for_an_order() {
    let votes = "votes,Ana,Ben,Eva\n2,1,,\n2,,1,\n3,2,,1\n";
    let open = count("votes.csv", votes, &["--method", "irv", "--json"]);
    assert_eq!(open.status.code(), Some(6));
    assert_eq!((json(&open)["tied"].clone(), json(&open)["elected"].clone()), (json!([1, 2]), json!([])));
    assert!(error(&open).contains("--tie-order 1,2,3"), "{}", error(&open));
    let text = said(&count("votes.csv", votes, &["--method", "irv"]));
    assert!(text.contains("Tied: Ana, Ben\n") && !text.contains("Elected"), "{text}");
    for (order, winner) in [("1,2,3", 3), ("2,1,3", 3)] {
        let settled = count("votes.csv", votes, &["--method", "irv", "--tie-order", order, "--json"]);
        assert_eq!((settled.status.code(), &json(&settled)["elected"]), (Some(0), &json!([winner])));
    }
    for order in ["1,2", "1,1,2", "1,2,4", "0,1,2"] {
        let refused = count("votes.csv", votes, &["--method", "irv", "--tie-order", order]);
        assert_eq!(refused.status.code(), Some(2), "{order}");
        assert!(error(&refused).contains("--tie-order names each number from 1 to 3 once"), "{}", error(&refused));
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (name, text, arguments, sentence) in [
        ("votes.blt", &*TENNESSEE.replace("26 2", "26 9"), &[][..], "votes.blt: line 3: there is no candidate 9"),
        ("votes.blt", &TENNESSEE.replace("26 2 3", "26 2=3"), &["--method", "irv"], "line 3: candidates share a rank"),
        ("votes.blt", TENNESSEE, &["--seats", "4"], "4 seats for 4 candidates"),
        ("votes.blt", TENNESSEE, &["--seats", "2", "--method", "borda"], "borda elects one; it takes no --seats"),
        ("votes.blt", TENNESSEE, &["--seats", "0"], "0 is not in 1.."),
        ("votes.txt", TENNESSEE, &[], "votes.txt must end in .blt, .csv, .json, .soc, .soi, .toc or .toi"),
    ] {
        let output = count(name, text, arguments);
        assert_eq!(output.status.code(), Some(2), "{sentence}");
        assert!(error(&output).contains(sentence), "{}", error(&output));
        assert_eq!(said(&output), "");
    }
    let missing = Command::new(env!("CARGO_BIN_EXE_urna")).args(["count", "missing.blt"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(5));
}

/// A name in a file cannot move the cursor, nor make a table too wide.
#[test]
fn names_stay_in_their_column() {
    let long = "Ω".repeat(200);
    let names = TENNESSEE.replace("Memphis", &long).replace("Nashville", "\u{1b}[2J\u{202e}Elected: me");
    let text = said(&count("votes.blt", &names, &[]));
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    let table: Vec<_> = text.lines().filter(|line| line.contains(".00000")).collect();
    assert!(!table.is_empty() && table.iter().all(|line| line.chars().count() <= 80), "{text}");
}
