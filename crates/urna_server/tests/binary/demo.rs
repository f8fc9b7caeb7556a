//! The demonstration, small.

use std::process::Stdio;

use rustix::process::Signal;

use crate::place::{Place, Served, get};

#[test]
fn it_ends_with_a_published_result() {
    let place = Place::new();
    let report = place.run(["demo", "--attendees", "60", "--exit", "--json"]).json();
    assert_eq!((&report["attendees"], &report["countries"]), (&60.into(), &52.into()));
    let turnout = |name: &str| report["turnout"][name].as_u64().unwrap();
    assert_eq!(turnout("eligible"), 60);
    assert!((30..=60).contains(&turnout("voted")), "{report}");
    assert_eq!(turnout("counted") + turnout("blank"), turnout("voted"));
    let rows = report["results"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["votes"].as_u64().unwrap()).sum::<u64>(), turnout("counted"));
    assert_eq!(rows.iter().filter(|row| row["elected"] == true).count(), 1);
    assert!(!place.path("data").exists(), "nothing stays behind");
}

#[test]
fn the_award_can_be_decided_by_approval() {
    let place = Place::new();
    let report = place.run(["demo", "--method", "approval", "--attendees", "60", "--exit", "--json"]).json();
    let rows = report["results"].as_array().unwrap();
    let names: u64 = rows.iter().map(|row| row["votes"].as_u64().unwrap()).sum();
    assert!(names > report["turnout"]["counted"].as_u64().unwrap(), "some votes name two: {report}");
}

#[test]
fn it_stays_to_be_tried_until_it_is_interrupted() {
    let place = Place::new();
    let mut command = place.urna(["demo", "--attendees", "5", "--json", "--listen", "127.0.0.1:0"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let demo = Served::start(command);
    let link = |name: &str| demo.announced["links"][name].as_str().unwrap().to_owned();
    for name in ["conference", "results_page", "results", "results_csv", "results_svg", "open_ballot"] {
        let answer = get(&link(name));
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
    let personal = demo.announced["links"]["personal_links"][0].as_str().unwrap();
    assert!(get(personal).starts_with("HTTP/1.1 200"));
    assert_eq!(link("badge_code").len(), 16);
    assert!(get(&link("open_ballot")).contains("\"state\":\"open\""));
    demo.signal(Signal::INT);
    let (code, log) = demo.end();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn in_a_database_that_is_kept_every_demonstration_has_a_conference_of_its_own() {
    let place = Place::new();
    let arguments = ["demo", "--attendees", "3", "--exit", "--json", "--database-url", "sqlite://kept.db"];
    let first = place.run(arguments).json();
    let second = place.run(arguments).json();
    assert_eq!(first["conference"], "european-cluster-conference");
    assert_eq!(second["conference"], "european-cluster-conference-2");
}
