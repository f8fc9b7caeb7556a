//! The database fails during voting and comes back: nothing is lost, and an unknown outcome is reported as such.

use std::time::Instant;

use sqlx::postgres::PgPool;
use urna_store::Pools;
use urna_tests::{Ballot, Cases, Voter, World, cases, tracker};

use crate::look::{commitments, tables};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_postgres:
            a_database_that_goes_away_and_comes_back_loses_nothing,
            a_database_that_takes_no_writes_is_not_called_ready_and_its_votes_are_not_called_recorded,
            a_vote_whose_transaction_breaks_before_the_commit_is_certainly_not_recorded,
            a_vote_whose_commit_is_refused_is_certainly_not_recorded,
            a_vote_whose_commit_is_not_answered_has_an_unknown_outcome;
        on_sqlite:
            a_file_that_somebody_else_holds_takes_no_vote_and_recovers;
    }
}

/// Everybody votes with their tracker, or learns that the vote is already recorded; then the ballot box holds exactly
/// these votes.
async fn must_recover(world: &World, ballot: &Ballot, voters: &[(Voter, String)]) {
    let mut promised = Vec::new();
    for (voter, tracker) in voters {
        let answer = voter.api.cast(ballot, 0, tracker).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        promised.push(answer.text("/receipt/commitment"));
    }
    let organiser = world.organiser(urna_core::Role::Organiser).await;
    go_on(&organiser, ballot, "closed").await;
    promised.sort_unstable();
    assert_eq!(commitments(world, ballot).await, promised);
}

async fn scene(world: &World, count: usize) -> (Ballot, Vec<(Voter, String)>) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, count).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    (ballot, voters.into_iter().map(|voter| (voter, tracker())).collect())
}

fn pool(world: &World) -> &PgPool {
    match world.db().db().pools() {
        Pools::Postgres(pool) => pool,
        Pools::Sqlite { .. } => panic!("this is about PostgreSQL"),
    }
}

async fn execute(world: &World, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool(world)).await.unwrap();
}

async fn a_database_that_goes_away_and_comes_back_loses_nothing(world: &World) {
    let (ballot, voters) = scene(world, 40).await;
    let (early, rest) = voters.split_at(10);
    for (voter, tracker) in early {
        let _vote = voter.api.cast(&ballot, 0, tracker).await.expect(201);
    }
    let mut casts = tokio::task::JoinSet::new();
    for (voter, tracker) in rest {
        let (api, ballot, tracker) = (voter.api.clone(), ballot.clone(), tracker.clone());
        casts.spawn(async move { api.cast(&ballot, 0, &tracker).await });
    }
    world.db().place().let_in(false).await.unwrap();
    let mut acknowledged = Vec::new();
    for answer in casts.join_all().await {
        match (answer.status, answer.json["code"].as_str()) {
            (201, _) => acknowledged.push(answer.text("/receipt/code")),
            (503, Some("not-recorded" | "unavailable")) => assert!(!answer.header("retry-after").is_empty()),
            (504, Some("outcome-unknown")) => assert_eq!(answer.text("/tracker").len(), 43),
            _ => panic!("{} {}", answer.status, answer.body),
        }
    }
    world.api().ballot(&ballot, "turnout").await.refused(503, "unavailable");
    rest[0].0.api.cast(&ballot, 0, &rest[0].1).await.refused(503, "not-recorded");
    let health = world.api().get("/healthz").await;
    assert_eq!(health.status, 200, "the process is well");
    let ready = world.api().get("/readyz").await;
    assert_eq!(ready.status, 503, "its database is not");

    world.db().place().let_in(true).await.unwrap();
    let _ready = world.api().get("/readyz").await.expect(200);
    for code in &acknowledged {
        let _found = world.api().get(&format!("receipts/{code}")).await.expect(200);
    }
    must_recover(world, &ballot, &voters).await;
}

async fn a_database_that_takes_no_writes_is_not_called_ready_and_its_votes_are_not_called_recorded(world: &World) {
    let (ballot, voters) = scene(world, 2).await;
    let (early, late) = (&voters[0], &voters[1]);
    let _vote = early.0.api.cast(&ballot, 0, &early.1).await.expect(201);
    world.db().place().take_writes(false).await.unwrap();
    let ready = world.api().get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.body);
    late.0.api.cast(&ballot, 0, &late.1).await.refused(503, "not-recorded");
    world.db().place().take_writes(true).await.unwrap();
    let _ready = world.api().get("/readyz").await.expect(200);
    must_recover(world, &ballot, &voters).await;
}

async fn a_vote_whose_transaction_breaks_before_the_commit_is_certainly_not_recorded(world: &World) {
    let (ballot, voters) = scene(world, 2).await;
    // The server ends the connection in the middle of the transaction.
    execute(
        world,
        "create function break_off() returns trigger language plpgsql as \
         $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$; \
         create trigger break_off before insert on ballot_inbox for each row execute function break_off();",
    )
    .await;
    let (voter, tracker) = &voters[0];
    voter.api.cast(&ballot, 0, tracker).await.refused(503, "not-recorded");
    execute(world, "drop trigger break_off on ballot_inbox").await;
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (0, 0));
    must_recover(world, &ballot, &voters).await;
}

async fn a_vote_whose_commit_is_refused_is_certainly_not_recorded(world: &World) {
    let (ballot, voters) = scene(world, 2).await;
    execute(
        world,
        "create function refuse() returns trigger language plpgsql as \
         $$ begin raise exception 'no'; end $$; \
         create constraint trigger refuse after insert on ballot_inbox deferrable initially deferred \
         for each row execute function refuse();",
    )
    .await;
    let (voter, tracker) = &voters[0];
    voter.api.cast(&ballot, 0, tracker).await.refused(503, "not-recorded");
    execute(world, "drop trigger refuse on ballot_inbox").await;
    assert_eq!(tables(world).await.participations.len(), 0);
    must_recover(world, &ballot, &voters).await;
}

async fn a_vote_whose_commit_is_not_answered_has_an_unknown_outcome(world: &World) {
    let (ballot, voters) = scene(world, 2).await;
    // The connection ends while the server carries out the COMMIT.
    execute(
        world,
        "create function break_off() returns trigger language plpgsql as \
         $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$; \
         create constraint trigger break_off after insert on ballot_inbox deferrable initially deferred \
         for each row execute function break_off();",
    )
    .await;
    let (voter, tracker) = &voters[0];
    let answer = voter.api.cast(&ballot, 0, tracker).await;
    answer.refused(504, "outcome-unknown");
    assert_eq!(answer.json["tracker"], tracker.as_str(), "the retry needs it");
    let body = crate::scene::vote(&ballot, 0, None);
    let answer = voters[1].0.api.post(&format!("ballots/{}/votes", ballot.id), &body).await;
    answer.refused(504, "outcome-unknown");
    let given = answer.text("/tracker");
    execute(world, "drop trigger break_off on ballot_inbox").await;
    let voters = [voters[0].clone(), (voters[1].0.clone(), given)];
    must_recover(world, &ballot, &voters).await;
}

async fn a_file_that_somebody_else_holds_takes_no_vote_and_recovers(world: &World) {
    let (ballot, voters) = scene(world, 3).await;
    let (first, tracker_of_first) = &voters[0];
    let _vote = first.api.cast(&ballot, 0, tracker_of_first).await.expect(201);
    let held = world.db().db().write().await.unwrap();
    let begun = Instant::now();
    let organiser = world.api();
    let (one, two, seen) = tokio::join!(
        voters[1].0.api.cast(&ballot, 0, &voters[1].1),
        voters[2].0.api.cast(&ballot, 0, &voters[2].1),
        organiser.ballot(&ballot, "turnout"),
    );
    one.refused(503, "not-recorded");
    two.refused(503, "not-recorded");
    let _read = seen.expect(200);
    assert!(begun.elapsed().as_secs() >= 1, "it was waited for");
    drop(held);
    assert_eq!(tables(world).await.participations.len(), 1);
    must_recover(world, &ballot, &voters).await;
}
