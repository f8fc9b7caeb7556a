//! Somebody with write access to the database puts a closed ballot back, with one vote at a time, and queries the
//! service. The service has the key, and must not reveal whose vote is whose.

use serde_json::json;
use urna_store::Pools;
use urna_tests::{Answer, Api, Ballot, Cases, Instance, Voter, World, cases, tracker};

use crate::look::{Tables, box_rows, tables};
use crate::scene::{CONFERENCE, closing_time, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_ballot_that_is_put_back_takes_nothing_and_tells_nothing,
            a_ballot_that_is_put_back_can_only_be_cancelled,
            every_instance_that_heard_of_the_close_refuses_and_says_so,
            an_instance_that_starts_again_knows_what_it_had_heard,
            a_list_that_cannot_be_written_is_said_and_written_later,
            what_is_over_is_on_the_list_and_nothing_else;
    }
}

/// Runs a statement directly on the database.
macro_rules! execute {
    ($world:expr, $sql:expr $(, $bind:expr)*) => {
        match $world.db().db().pools() {
            Pools::Sqlite { writer, .. } => drop(sqlx::query($sql)$(.bind($bind))*.execute(writer).await.unwrap()),
            Pools::Postgres(pool) => drop(sqlx::query($sql)$(.bind($bind))*.execute(pool).await.unwrap()),
        }
    };
}

pub(crate) use execute;

/// A published ballot, its tables before the close, and the voters with their trackers.
struct Evening {
    organiser: Api,
    ballot: Ballot,
    voters: Vec<(Voter, String)>,
    before: Tables,
}

async fn evening(world: &World) -> Evening {
    let organiser = organiser(world).await;
    let voters: Vec<_> = world.crowd(CONFERENCE, 4).await.into_iter().map(|voter| (voter, tracker())).collect();
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for (place, (voter, tracker)) in voters.iter().take(3).enumerate() {
        let _vote = voter.api.cast(&ballot, place.min(1), tracker).await.expect(201);
    }
    let before = tables(world).await;
    for state in ["closed", "published"] {
        go_on(&organiser, &ballot, state).await;
    }
    Evening { organiser, ballot, voters, before }
}

impl Evening {
    /// Puts the ballot back to open, with the key and only the first vote of the inbox.
    async fn put_back(&self, world: &World) {
        let (number, wrapped) = &self.before.keys[0];
        let ((_, attendee), (_, slot, sealed)) = (&self.before.participations[0], &self.before.inbox[0]);
        for table in ["publications", "statements", "ballot_box", "participations", "ballot_inbox", "box_keys"] {
            let sql = sqlx::AssertSqlSafe(format!("delete from {table} where ballot_id = $1"));
            execute!(world, sql, number);
        }
        let state = "update ballots set state = 'open', closes_at = null, closed_at = null, eligible = null, voted = null, \
                     statement_sha256 = null where id = $1";
        execute!(world, state, number);
        execute!(world, "insert into box_keys (ballot_id, wrapped) values ($1, $2)", number, wrapped);
        let taken = "insert into participations (ballot_id, attendee_id) values ($1, $2)";
        execute!(world, taken, number, attendee);
        let put_in = "insert into ballot_inbox (ballot_id, slot, sealed) values ($1, $2, $3)";
        execute!(world, put_in, number, slot, sealed);
    }

    async fn must_tell_nothing(&self, api: &Api) {
        let (ballot, organiser) = (&self.ballot, self.organiser_at(api));
        for (voter, tracker) in &self.voters {
            let voter = api.with_token(voter.api.token().unwrap());
            voter.cast(ballot, 0, tracker).await.refused(410, "ballot-closed");
            voter.cast(ballot, 0, &urna_tests::tracker()).await.refused(410, "ballot-closed");
        }
        // The single vote cannot be found by its code either: all codes get the same response.
        for (_, tracker) in self.voters.iter().take(3) {
            let code = tracker.parse::<urna_core::Tracker>().unwrap().code(ballot.id.parse().unwrap());
            api.get(&format!("receipts/{code}")).await.refused(404, "receipt-not-found");
        }
        for to in ["closed", "paused", "open"] {
            organiser.transition(ballot, to).await.refused(409, "ballot-put-back");
        }
        closing_time(&organiser, ballot, json!({"in_seconds": 5})).await.refused(409, "ballot-put-back");
        for what in ["tally", "statement"] {
            organiser.ballot(ballot, what).await.refused(409, "ballot-put-back");
        }
        organiser.publish(ballot).await.refused(409, "ballot-put-back");
    }

    fn organiser_at(&self, api: &Api) -> Api {
        api.with_token(self.organiser.token().unwrap())
    }
}

async fn ready(api: &Api) -> Answer {
    api.get("/readyz").await
}

async fn a_ballot_that_is_put_back_takes_nothing_and_tells_nothing(world: &World) {
    let evening = evening(world).await;
    let _ready = ready(&world.api()).await.expect(200);
    evening.put_back(world).await;
    evening.must_tell_nothing(&world.api()).await;
    // The schedule does not close it either.
    let (number, _) = &evening.before.keys[0];
    execute!(world, "update ballots set closes_at = 1 where id = $1", number);
    let _due = world.app().run_schedule().await.unwrap();
    evening.must_tell_nothing(&world.api()).await;
    let rows = box_rows(world, &evening.ballot).await;
    assert_eq!((rows.inbox, rows.sealed, rows.cancelled, rows.keys), (1, 0, 0, 1));
    let answer = ready(&world.api()).await;
    answer.refused(503, "needs-attention");
    assert_eq!(answer.json["put_back"], json!([evening.ballot.id]));
}

async fn a_ballot_that_is_put_back_can_only_be_cancelled(world: &World) {
    let evening = evening(world).await;
    evening.put_back(world).await;
    let _done = evening.organiser.transition(&evening.ballot, "cancelled").await.expect(201);
    // The code of that vote would reveal whose it is, so the vote is not opened.
    let rows = box_rows(world, &evening.ballot).await;
    assert_eq!((rows.inbox, rows.sealed, rows.cancelled, rows.keys), (0, 0, 0, 0));
    let _ready = ready(&world.api()).await.expect(200);
    let copied = evening.organiser.post(&format!("ballots/{}/copies", evening.ballot.id), &json!({})).await.expect(201);
    assert_eq!(copied.text("/state"), "draft", "it can be repeated");
}

async fn hear(instance: &Instance) {
    instance.app().learn_closed().await.unwrap();
}

async fn every_instance_that_heard_of_the_close_refuses_and_says_so(world: &World) {
    let other = world.another_instance().await;
    let evening = evening(world).await;
    hear(&other).await;
    evening.put_back(world).await;
    evening.must_tell_nothing(&other.api()).await;
    ready(&other.api()).await.refused(503, "needs-attention");
    other.stop().await;
}

async fn an_instance_that_starts_again_knows_what_it_had_heard(world: &World) {
    let other = world.another_instance().await;
    let evening = evening(world).await;
    hear(&other).await;
    let folder = other.end().await;
    evening.put_back(world).await;
    let other = world.instance_in(folder).await;
    evening.must_tell_nothing(&other.api()).await;
    other.stop().await;
}

async fn a_list_that_cannot_be_written_is_said_and_written_later(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let file = world.instance().folder().join("closed-ballots");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let closed = organiser.transition(&ballot, "closed").await.expect(201);
    assert!(closed.text("/warning").contains("operators"), "{}", closed.body);
    let answer = ready(&world.api()).await;
    answer.refused(503, "needs-attention");
    assert_eq!((&answer.json["closed_list_unwritten"], &answer.json["put_back"]), (&json!(true), &json!([])));
    std::fs::remove_dir(&file).unwrap();
    hear(world.instance()).await;
    let _ready = ready(&world.api()).await.expect(200);
    assert!(std::fs::read_to_string(&file).unwrap().contains(&ballot.id));
}

async fn what_is_over_is_on_the_list_and_nothing_else(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let file = world.instance().folder().join("closed-ballots");
    let mut over = Vec::new();
    for state in ["draft", "ready", "open", "paused", "closed", "published", "cancelled"] {
        let ballot = organiser.draft(CONFERENCE, state, json!({})).await;
        crate::scene::take_to(&organiser, &ballot, state).await;
        if ["closed", "published", "cancelled"].contains(&state) {
            over.push(ballot.id);
        }
    }
    let listed = std::fs::read_to_string(&file).unwrap();
    let listed: Vec<&str> = listed.lines().filter(|line| !line.is_empty()).map(|line| &line[15..51]).collect();
    assert_eq!(listed, over);
    // An instance without a list builds it from the database.
    let other = world.another_instance().await;
    let made = std::fs::read_to_string(other.folder().join("closed-ballots")).unwrap();
    assert!(over.iter().all(|id| made.contains(id)) && made.lines().count() == 6, "{made}");
    other.stop().await;
}
