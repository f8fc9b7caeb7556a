//! `urna backup`, while people vote.

use std::fs;

use serde_json::Value;
use urna_app::Clock;
use urna_core::Role;
use urna_store::{Db, DbConfig, Pools};
use urna_tests::{Api, Ballot, Cases, Engine, Fixture as _, Instance, Place, Voter, World, cases, tracker};

use crate::host::{Host, SECRET};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_backup_that_is_made_while_people_vote_brings_everything_back,
            a_file_that_is_no_whole_backup_is_refused,
            nothing_that_is_there_is_overwritten,
            a_backup_of_another_secret_is_not_brought_back,
            a_vote_that_cannot_be_read_is_found_in_a_backup,
            the_secret_is_not_in_a_backup;
    }
}

const CONFERENCE: &str = "eccp-2026";

/// An open ballot and its voters.
async fn open_ballot(world: &World) -> (Api, Ballot, Vec<Voter>) {
    let organiser = world.organiser(Role::Owner).await;
    organiser.add_conference(CONFERENCE, "closed").await;
    let voters = world.crowd(CONFERENCE, 4).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    (organiser, ballot, voters)
}

async fn a_backup_that_is_made_while_people_vote_brings_everything_back(world: &World) {
    let (organiser, ballot, voters) = open_ballot(world).await;
    let trackers: Vec<String> = voters.iter().map(|_| tracker()).collect();
    let receipt = voters[0].api.cast(&ballot, 0, &trackers[0]).await.expect(201);
    let _other = voters[1].api.cast(&ballot, 0, &trackers[1]).await.expect(201);
    let host = Host::new();
    let said = host.run(world.db().url(), &["backup", "create", "evening.backup"]).ok();
    assert!(
        said.contains("attendees    4") && said.contains("1 open") && said.contains("NOTE: 1 ballot is open"),
        "{said}"
    );
    let _late = voters[2].api.cast(&ballot, 1, &trackers[2]).await.expect(201);

    let said = host.run(world.db().url(), &["backup", "check", "evening.backup", "--json"]).ok();
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&document["ballots"]["open"], &document["secret_fits"]), (&1.into(), &true.into()));

    let place = Place::start(world.engine()).await.unwrap();
    let said = host.run(place.url(), &["backup", "restore", "evening.backup"]).ok();
    assert!(said.contains("cancel that ballot"), "{said}");
    let db = Db::connect(&DbConfig::new(place.url())).await.unwrap();
    let restored = Instance::start(db, Clock::fixed(world.now())).await.unwrap();
    let there = |api: &Api| restored.api().with_token(api.token().unwrap());
    // Those who voted before the backup have the same receipt there; those who voted later are not known to have voted.
    let again = there(&voters[0].api).cast(&ballot, 0, &trackers[0]).await.expect(200);
    assert_eq!(again.json, receipt.json);
    let _new = there(&voters[2].api).cast(&ballot, 1, &trackers[2]).await.expect(201);
    let organiser = there(&organiser);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let results = organiser.ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["turnout"]["voted"], 3);
    restored.stop().await;
    place.stop().await.unwrap();
}

async fn a_file_that_is_no_whole_backup_is_refused(world: &World) {
    let _ballot = open_ballot(world).await;
    let host = Host::new();
    let _said = host.run(world.db().url(), &["backup", "create", "whole"]).ok();
    let bytes = fs::read(host.path("whole")).unwrap();
    fs::write(host.path("half"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(host.path("text"), "this is no backup, though it is longer than its first bytes").unwrap();
    fs::write(host.path("empty"), "").unwrap();
    let place = Place::start(world.engine()).await.unwrap();
    for file in ["half", "text", "empty"] {
        for command in ["check", "restore"] {
            let sentence = host.run(place.url(), &["backup", command, file]).refused(7);
            assert!(sentence.contains(&format!("{file} is not a whole backup: ")), "{sentence}");
        }
    }
    if world.engine() == Engine::Sqlite {
        fs::copy(world.db().url().trim_start_matches("sqlite://"), host.path("copied")).unwrap();
        let sentence = host.run(place.url(), &["backup", "check", "copied"]).refused(7);
        assert!(sentence.contains("votes may be missing"), "{sentence}");
    }
    let _missing = host.run(place.url(), &["backup", "check", "missing"]).refused(5);
    // Nothing was left in the database by these attempts.
    let _said = host.run(place.url(), &["backup", "restore", "whole"]).ok();
    place.stop().await.unwrap();
}

async fn nothing_that_is_there_is_overwritten(world: &World) {
    let _ballot = open_ballot(world).await;
    let host = Host::new();
    fs::write(host.path("taken"), "precious").unwrap();
    let sentence = host.run(world.db().url(), &["backup", "create", "taken"]).refused(6);
    assert!(sentence.contains("taken exists already"), "{sentence}");
    assert_eq!(fs::read(host.path("taken")).unwrap(), b"precious");
    let _said = host.run(world.db().url(), &["backup", "create", "whole"]).ok();
    let sentence = host.run(world.db().url(), &["backup", "restore", "whole"]).refused(6);
    assert!(sentence.contains("there is a database at") || sentence.contains("is not empty"), "{sentence}");
    if world.engine() == Engine::Sqlite {
        let place = Place::start(world.engine()).await.unwrap();
        for left in ["-wal", "-journal"] {
            let left = format!("{}{left}", place.url().trim_start_matches("sqlite://"));
            fs::write(&left, "of another database").unwrap();
            let sentence = host.run(place.url(), &["backup", "restore", "whole"]).refused(6);
            assert!(sentence.contains("what is left of one"), "{sentence}");
            fs::remove_file(left).unwrap();
        }
        place.stop().await.unwrap();
    }
    let left: Vec<_> = fs::read_dir(host.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "the secret and two files: {left:?}");
}

async fn a_backup_of_another_secret_is_not_brought_back(world: &World) {
    let _ballot = open_ballot(world).await;
    let host = Host::new();
    let _said = host.run(world.db().url(), &["backup", "create", "whole"]).ok();
    let place = Place::start(world.engine()).await.unwrap();
    host.put_secret([8; 32]);
    let _sentence = host.run(place.url(), &["backup", "restore", "whole"]).refused(3);
    let said = host.run(place.url(), &["backup", "check", "whole"]).ok();
    assert!(said.contains("ANOTHER one"), "{said}");
    host.put_secret(SECRET);
    let _said = host.run(place.url(), &["backup", "restore", "whole"]).ok();
    place.stop().await.unwrap();
}

async fn a_vote_that_cannot_be_read_is_found_in_a_backup(world: &World) {
    const FLIP: &str = "update ballot_inbox set sealed = $1";
    let (_organiser, ballot, voters) = open_ballot(world).await;
    let _vote = voters[0].api.cast(&ballot, 0, &tracker()).await.expect(201);
    let nonsense = vec![7u8; 160];
    match world.db().db().pools() {
        Pools::Sqlite { writer, .. } => drop(sqlx::query(FLIP).bind(nonsense).execute(writer).await.unwrap()),
        Pools::Postgres(pool) => drop(sqlx::query(FLIP).bind(nonsense).execute(pool).await.unwrap()),
    }
    let host = Host::new();
    let created = host.run(world.db().url(), &["backup", "create", "damaged"]);
    assert!(created.code == Some(7) && host.path("damaged").exists(), "it is there all the same: {}", created.stderr);
    let found = format!("ballot {} has 1 vote that cannot be read", ballot.id);
    let sentence = host.run(world.db().url(), &["backup", "check", "damaged"]).refused(7);
    assert!(sentence.contains(&found), "{sentence}");
    let place = Place::start(world.engine()).await.unwrap();
    let sentence = host.run(place.url(), &["backup", "restore", "damaged"]).refused(7);
    assert!(sentence.contains(&found) && sentence.contains("--damaged"), "{sentence}");
    let _said = host.run(place.url(), &["backup", "restore", "damaged", "--damaged"]).ok();
    place.stop().await.unwrap();
}

async fn the_secret_is_not_in_a_backup(world: &World) {
    let _ballot = open_ballot(world).await;
    let host = Host::new();
    let _said = host.run(world.db().url(), &["backup", "create", "whole"]).ok();
    let bytes = fs::read(host.path("whole")).unwrap();
    assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET));
}
