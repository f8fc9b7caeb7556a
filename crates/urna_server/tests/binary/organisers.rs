//! The people who run conferences.

use crate::place::{PASSWORD, Place};

#[test]
fn organisers_are_made_listed_and_disabled() {
    let place = Place::new();
    let made = place.create_organiser("Anna@Example.org", "owner").ok();
    assert!(made.starts_with("anna@example.org is now an owner (id "), "{made}");
    let stdin = format!("{PASSWORD}\r\n");
    let desk = place
        .run_on(&stdin, ["--json", "organiser", "create", "desk@example.org", "--role", "desk", "--password-stdin"]);
    assert_eq!(desk.json()["role"], "desk");

    let listed = place.run(["organiser", "list"]).ok();
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(!listed.contains("argon2"), "{listed}");
    let disabled = place.run(["organiser", "disable", "desk@example.org"]).ok();
    assert_eq!(disabled, "desk@example.org no longer has access.\n");
    let items = place.run(["organiser", "list", "--json"]).json()["items"].clone();
    assert_eq!(items[0]["email"], "anna@example.org");
    assert!(items[0]["disabled_at"].is_null());
    assert!(items[1]["disabled_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn refusals_have_their_codes() {
    let place = Place::new();
    place.create_organiser("anna@example.org", "owner").ok();
    let again = place.create_organiser("ANNA@example.org", "desk");
    assert_eq!(again.sentence(6), "an active organiser has this address already");
    let last = place.run(["organiser", "disable", "anna@example.org"]);
    assert_eq!(last.sentence(6), "this is the last owner: without one nobody could appoint organisers");
    let unknown = place.run(["organiser", "disable", "nobody@example.org"]);
    assert_eq!(unknown.sentence(5), "no active organiser has this address");

    place.create_organiser("owner@example.org", "owner").ok();
    place.run(["organiser", "disable", "anna@example.org"]).ok();
    assert_eq!(place.run(["organiser", "disable", "anna@example.org"]).code, 5, "twice");
}

#[test]
fn a_weak_password_is_refused_and_none_is_never_asked_for_without_a_terminal() {
    let place = Place::new();
    let create = ["organiser", "create", "anna@example.org", "--password-stdin"];
    assert_eq!(
        place.run_on("short\n", create).sentence(6),
        "a password has at least 15 characters; a sentence is a good one"
    );
    assert!(place.run_on("anna@example.org anna\n", create).sentence(6).contains("tried first"));
    assert_eq!(place.run_on("", create).sentence(2), "there is no password in the first line of stdin");
    let ended = place.run(["organiser", "create", "anna@example.org"]);
    assert_eq!(ended.sentence(2), "there is no terminal to ask for a password on; use --password-stdin");
    place.set_up(&[]);
    let made = place.run(["organiser", "list", "--json"]).json()["items"].as_array().map(Vec::len);
    assert_eq!(made, Some(1), "no other was made");
}
