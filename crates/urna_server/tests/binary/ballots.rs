//! Ballots from the host.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::place::{Place, Served, get};

#[test]
fn a_ballot_that_is_not_there_is_not_found() {
    let place = Place::new();
    place.set_up(&[]);
    assert_eq!(place.run(["ballot", "list"]).ok(), "id  state  conference  title\n");
    for verb in ["open", "close", "publish"] {
        let ended = place.run(["ballot", verb, "01890a5d-ac96-774b-bcce-b302099a8057"]);
        assert_eq!(ended.sentence(5), "there is no ballot with this id", "{verb}");
    }
}

/// Works on the database file of a running server.
#[test]
fn a_ballot_is_closed_and_published_beside_a_running_server() {
    let place = Place::new();
    let database = [("URNA_DATABASE_URL", "sqlite://kept.db")];
    let mut command = place.urna([
        "demo",
        "--attendees",
        "5",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--database-url",
        "sqlite://kept.db",
    ]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let demo = Served::start(command);
    let url = demo.announced["links"]["open_ballot"].as_str().unwrap().to_owned();
    let id = url.rsplit('/').next().unwrap();

    let listed = place.run_with(&database, ["ballot", "list"]).ok();
    assert!(listed.contains(&format!("{id}  open       european-cluster-conference  The next conference")), "{listed}");
    assert_eq!(
        place.run_with(&database, ["ballot", "open", id]).sentence(6),
        "a ballot that is open cannot become what was asked; from here it can become: paused, closed, cancelled"
    );
    assert_eq!(
        place.run_with(&database, ["ballot", "publish", id]).sentence(6),
        "the ballot is open: its result is published after the close"
    );
    let another = place.serve(&[database[0], ("URNA_CLOSED_FILE", "list-of-another")]);
    let list = || std::fs::read_to_string(place.path("list-of-another")).unwrap();
    let before = list();
    let closed = place.run_with(&database, ["ballot", "close", id, "--json"]).json();
    assert_eq!((&closed["from"], &closed["to"]), (&"open".into(), &"closed".into()));
    assert!(get(&url).contains("\"state\":\"closed\""), "the server sees it");
    let begun = Instant::now();
    while list() == before {
        assert!(begun.elapsed() < Duration::from_mins(1), "every instance hears of it, and keeps it on its own list");
        let _answer = get(&url);
    }
    drop(another);
    let published = place.run_with(&database, ["ballot", "publish", id]).ok();
    assert_eq!(published, "The result is public, as version 1.\n");
    assert!(get(&format!("{url}/results")).starts_with("HTTP/1.1 200"));
    assert_eq!(
        place.run_with(&database, ["ballot", "publish", id]).sentence(6),
        "the result is public already; a correction needs a note"
    );
}
