//! Commands that need no database.

use crate::place::Place;

#[test]
fn the_help_documents_the_exit_codes() {
    let place = Place::new();
    let help = place.run(["--help"]).ok();
    for line in
        ["2  the command line is wrong", "3  the configuration", "4  the database", "5  not found", "6  refused"]
    {
        assert!(help.contains(line), "{help}");
    }
    for command in ["serve", "migrate", "organiser", "ballot", "demo", "openapi", "completions", "man"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
    assert!(place.run(["--version"]).ok().starts_with("urna "));
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let place = Place::new();
    for arguments in [
        &["vote"][..],
        &[],
        &["serve", "--port", "80"],
        &["organiser", "create", "nobody"],
        &["organiser", "create", "a@example.org", "--role", "king"],
        &["ballot", "open", "7"],
        &["demo", "--attendees", "0"],
        &["completions", "dos"],
    ] {
        let output = place.urna(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_document_of_the_api_is_printed_and_compared() {
    let place = Place::new();
    let document = place.run(["openapi"]).ok();
    let parsed: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert!(parsed["openapi"].as_str().unwrap().starts_with("3.1"));
    std::fs::write(place.path("openapi.json"), &document).unwrap();
    assert_eq!(place.run(["openapi", "--check", "openapi.json"]).ok(), "");
    std::fs::write(place.path("openapi.json"), document.replacen("Urna", "Vrna", 1)).unwrap();
    let ended = place.run(["openapi", "--check", "openapi.json"]);
    assert!(ended.sentence(1).starts_with("openapi.json is not what the code says, from line "), "{ended:?}");
    assert!(place.run(["openapi", "--check", "nowhere.json"]).sentence(1).contains("cannot be read"));
}

#[test]
fn shells_are_told_the_commands() {
    let place = Place::new();
    assert!(place.run(["completions", "bash"]).ok().contains("complete -F _urna"));
    assert!(place.run(["completions", "fish"]).ok().contains("complete -c urna"));
}

#[test]
fn every_command_has_a_man_page() {
    let place = Place::new();
    std::fs::create_dir(place.path("man")).unwrap();
    assert_eq!(place.run(["man", "man"]).ok(), "");
    for (page, text) in [("urna", "Exit codes"), ("urna-serve", "data\\-dir"), ("urna-organiser-create", "password")] {
        let written = std::fs::read_to_string(place.path(&format!("man/{page}.1"))).unwrap();
        assert!(written.starts_with(".ie") && written.contains(text), "{page}: {written}");
    }
    assert!(place.run(["man", "nowhere"]).sentence(1).starts_with("nowhere cannot be written to: "));
}

#[test]
fn nothing_is_written_where_nothing_was_asked_for() {
    let place = Place::new();
    place.run(["openapi"]).ok();
    place.run(["completions", "bash"]).ok();
    assert!(!place.path("data").exists());
}
