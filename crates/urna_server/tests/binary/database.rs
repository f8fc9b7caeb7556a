//! The schema, and unusable databases.

use std::fs;

use serde_json::json;

use crate::place::Place;

#[test]
fn the_schema_is_shown_then_made_then_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    fs::write(place.path("data/urna.db"), "").unwrap();
    let status = place.run(["migrate", "--status"]).ok();
    let first: Vec<&str> = status.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(first, ["1", "access", "pending"], "{status}");
    let pending = |place: &Place| place.run(["migrate", "--status", "--json"]).json()["pending"].as_u64().unwrap();
    let all = pending(&place);
    assert!(all >= 4);
    for command in ["organiser", "ballot"] {
        assert_eq!(place.run([command, "list"]).sentence(5), "there is nothing of Urna's at data/urna.db");
    }
    assert_eq!(pending(&place), all, "looking makes no schema");
    assert_eq!(place.run(["migrate"]).ok(), format!("The schema is up to date: {all} steps were done.\n"));
    assert_eq!(place.run(["migrate"]).ok(), "The schema was up to date.\n");
    assert_eq!(pending(&place), 0);
    assert!(place.run(["ballot", "list"]).sentence(3).starts_with("there is no master secret at data/urna.secret"));
    let first = &place.run(["migrate", "--json"]).json()["items"][0];
    assert_eq!(*first, json!({"number": 1, "name": "access", "applied": true}));
    assert!(!place.path("data/urna.secret").exists(), "a schema needs no secret");
}

#[test]
fn a_command_that_makes_nothing_leaves_an_empty_folder_empty() {
    let place = Place::new();
    let id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
    for arguments in [
        &["migrate", "--status"][..],
        &["organiser", "list"],
        &["organiser", "disable", "a@example.org"],
        &["ballot", "list"],
        &["ballot", "open", id],
        &["ballot", "close", id],
        &["ballot", "publish", id],
        &["backup", "create", "copy"],
    ] {
        let ended = place.run_all(arguments);
        assert_eq!(ended.sentence(5), "there is no database at data/urna.db", "{arguments:?}");
    }
    place.run(["openapi"]).ok();
    place.run(["completions", "bash"]).ok();
    place.run(["verify", "record.zip"]).sentence(5);
    place.run(["backup", "check", "copy"]).sentence(5);
    assert_eq!(fs::read_dir(place.path(".")).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_there_is_a_database_that_cannot_be_used() {
    let place = Place::new();
    for arguments in [["migrate", "--json"], ["serve", "--json"]] {
        let settings = [("URNA_DATABASE_URL", "sqlite:///nowhere/urna.db"), ("URNA_LISTEN", "127.0.0.1:0")];
        let ended = place.run_with(&settings, arguments);
        let sentence = ended.sentence(4);
        assert!(sentence.starts_with("the database at /nowhere/urna.db cannot be used: "), "{sentence}");
    }
}

#[test]
fn a_server_that_is_away_is_said_without_its_password() {
    let place = Place::new();
    fs::write(place.path("secret"), [7; 32]).unwrap();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://urna:hunter2@127.0.0.1:{port}/urna");
    let settings = [("URNA_DATABASE_URL", url.as_str()), ("URNA_SECRET_FILE", "secret"), ("URNA_LOG", "off")];
    let ended = place.run_with(&settings, ["serve"]);
    let sentence = ended.sentence(4);
    assert!(sentence.starts_with(&format!("the database at 127.0.0.1:{port}/urna cannot be used: ")), "{sentence}");
    assert!(!sentence.contains("hunter2"), "{sentence}");
}

/// Made with SQLite's own shell, with pages of 512 bytes: `create table _sqlx_migrations (version bigint primary key,
/// description text not null, installed_on timestamp not null default current_timestamp, success boolean not null,
/// checksum blob not null, execution_time bigint not null)`, and a row of version 9999.
const NEWER_SCHEMA: &[u8] = include_bytes!("newer_schema.sqlite");

#[test]
fn a_newer_schema_is_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    let path = place.path("data/urna.db");
    for arguments in [["serve", "--json"], ["migrate", "--json"], ["organiser", "list"]] {
        fs::write(&path, NEWER_SCHEMA).unwrap();
        let ended = place.run_with(&[("URNA_LISTEN", "127.0.0.1:0")], arguments);
        let sentence = ended.sentence(4);
        assert!(sentence.contains("schema version 9999, which is newer than this program"), "{sentence}");
        assert!(!place.path("data/urna.secret").exists(), "{arguments:?}");
    }
}

#[test]
fn a_data_directory_with_odd_characters_is_found_again() {
    let place = Place::new();
    let odd = place.path("100% odd? #1 ü");
    let settings = [("URNA_DATA_DIR", odd.to_str().unwrap())];
    place.run_with(&settings, ["migrate"]).ok();
    assert!(odd.join("urna.db").exists());
    assert_eq!(place.run_with(&settings, ["migrate"]).ok(), "The schema was up to date.\n");
}
