//! Waiting votes: recorded together, each with its own response, whatever happens to the others, the callers or the
//! queue.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use urna_core::BallotId;
use urna_store::ballots::find_ballot_key;
use urna_store::lock::lock_for_change;
use urna_store::{LockClock, Tx};
use urna_tests::{Answer, Ballot, Cases, Engine, Instance, Voter, World, cases, tracker};

use crate::look::tables;
use crate::scene::{CONFERENCE, organiser, vote_request};
use crate::tables::{execute, number};

/// Longer than anything here takes, unless it never happens.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            votes_that_wait_together_are_all_recorded,
            one_bad_vote_poisons_nobody,
            a_caller_who_hangs_up_has_voted,
            votes_that_wait_at_the_end_are_recorded,
            a_full_queue_refuses_and_recovers,
            a_database_that_stalls_takes_no_vote_and_recovers,
            two_ballots_in_one_batch_are_two_ballots;
    }
}

async fn scene(world: &World, count: usize) -> (Ballot, Vec<Voter>) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, count).await;
    (organiser.open_ballot(CONFERENCE, "award").await, voters)
}

/// Holds the ballot's lock: no vote passes until this is dropped.
async fn hold(world: &World, ballot: &Ballot) -> Tx {
    let db = world.db().db();
    let mut tx = db.write().await.unwrap();
    let id: BallotId = ballot.id.parse().unwrap();
    let key = find_ballot_key(&mut tx, id).await.unwrap().unwrap();
    lock_for_change(&mut tx, key, LockClock::Given(world.now())).await.unwrap();
    tx
}

/// Everybody votes at once.
fn cast_all(instance: &Instance, ballot: &Ballot, voters: &[Voter]) -> JoinSet<Answer> {
    let mut casts = JoinSet::new();
    for (number, voter) in voters.iter().enumerate() {
        casts.spawn(instance.answer(vote_request(&voter.api, ballot, number % 3, &tracker())));
    }
    casts
}

/// Waits until this many votes wait on the instance, each at the point where it will be recorded.
async fn until_waiting(instance: &Instance, count: usize) {
    let begun = Instant::now();
    while instance.app().waiting_casts() < count {
        assert!(begun.elapsed() < PATIENCE, "only {} votes wait", instance.app().waiting_casts());
        tokio::task::yield_now().await;
    }
}

async fn must_hold(world: &World, votes: usize) {
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (votes, votes));
}

async fn votes_that_wait_together_are_all_recorded(world: &World) {
    let (ballot, voters) = scene(world, 60).await;
    let held = hold(world, &ballot).await;
    let casts = cast_all(world.instance(), &ballot, &voters);
    until_waiting(world.instance(), 60).await;
    must_hold(world, 0).await;
    drop(held);
    for answer in casts.join_all().await {
        assert_eq!(answer.expect(201).json["ballot_id"], ballot.id.as_str());
    }
    must_hold(world, 60).await;
}

/// The database refuses one attendee's row, for a reason of its own: the batch with that row is replayed.
async fn one_bad_vote_poisons_nobody(world: &World) {
    let (ballot, voters) = scene(world, 30).await;
    let bad = number(world, "select max(id) from attendees").await;
    let refuse = match world.engine() {
        Engine::Sqlite => format!(
            "create trigger bad before insert on participations when new.attendee_id = {bad} \
             begin select raise(abort, 'bad'); end"
        ),
        Engine::Postgres => format!(
            "create function bad() returns trigger language plpgsql as $$ begin raise exception 'bad'; end $$; \
             create trigger bad before insert on participations for each row when (new.attendee_id = {bad}) \
             execute function bad()"
        ),
    };
    execute(world, &refuse).await;
    let held = hold(world, &ballot).await;
    let casts = cast_all(world.instance(), &ballot, &voters[..29]);
    let poisoned = world.instance().answer(vote_request(&voters[29].api, &ballot, 0, &tracker()));
    let poisoned = tokio::spawn(poisoned);
    until_waiting(world.instance(), 30).await;
    drop(held);
    for answer in casts.join_all().await {
        let _vote = answer.expect(201);
    }
    poisoned.await.unwrap().refused(503, "not-recorded");
    must_hold(world, 29).await;
}

async fn a_caller_who_hangs_up_has_voted(world: &World) {
    let (ballot, voters) = scene(world, 20).await;
    let held = hold(world, &ballot).await;
    let mut casts = cast_all(world.instance(), &ballot, &voters);
    until_waiting(world.instance(), 20).await;
    casts.shutdown().await;
    drop(held);
    let begun = Instant::now();
    while number(world, "select count(*) from participations").await < 20 {
        assert!(begun.elapsed().as_secs() < 10, "votes are lost with their callers");
    }
    must_hold(world, 20).await;
}

async fn votes_that_wait_at_the_end_are_recorded(world: &World) {
    let (ballot, voters) = scene(world, 20).await;
    let ending = world.another_instance().await;
    let held = hold(world, &ballot).await;
    let mut casts = cast_all(&ending, &ballot, &voters);
    until_waiting(&ending, 20).await;
    casts.shutdown().await;
    let app = std::sync::Arc::clone(ending.app());
    let end = tokio::spawn(async move { app.close().await });
    must_hold(world, 0).await;
    assert!(!end.is_finished(), "it waits for the votes");
    drop(held);
    end.await.unwrap();
    must_hold(world, 20).await;
    ending.stop().await;
}

/// More simultaneous votes than a queue can hold, all of one attendee.
async fn a_full_queue_refuses_and_recovers(world: &World) {
    let (ballot, voters) = scene(world, 1).await;
    let held = hold(world, &ballot).await;
    let crowd = vec![voters[0].clone(); 5_200];
    let mut casts = cast_all(world.instance(), &ballot, &crowd);
    // 4,096 wait in the queue, and at most a batch of 1,024 outside it.
    for _ in 0..80 {
        let refused = casts.join_next().await.unwrap().unwrap();
        refused.refused(503, "not-recorded");
        assert_eq!(refused.header("retry-after"), "1");
    }
    drop(held);
    let answers = casts.join_all().await;
    assert!(answers.iter().filter(|answer| answer.status == 201).count() <= 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 503)), "nobody is left without an answer");
    let again = voters[0].api.cast(&ballot, 0, &tracker()).await;
    assert!(matches!(again.status, 201 | 409), "{}", again.body);
    must_hold(world, 1).await;
}

async fn a_database_that_stalls_takes_no_vote_and_recovers(world: &World) {
    let (ballot, voters) = scene(world, 12).await;
    let held = hold(world, &ballot).await;
    let casts = cast_all(world.instance(), &ballot, &voters);
    // They get their answers while the database still stalls.
    for answer in casts.join_all().await {
        answer.refused(503, "not-recorded");
    }
    drop(held);
    for voter in &voters {
        let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    }
    must_hold(world, 12).await;
}

/// On SQLite all ballots share the single queue of the file.
async fn two_ballots_in_one_batch_are_two_ballots(world: &World) {
    let (first, voters) = scene(world, 20).await;
    let organiser = world.organiser(urna_core::Role::Organiser).await;
    let second = organiser.open_ballot(CONFERENCE, "second").await;
    let _paused = organiser.transition(&second, "paused").await.expect(201);
    let held = hold(world, &first).await;
    let casts = cast_all(world.instance(), &first, &voters);
    let paused = cast_all(world.instance(), &second, &voters);
    let held_up = match world.engine() {
        Engine::Sqlite => 40,
        // Only those for the locked ballot.
        Engine::Postgres => 20,
    };
    until_waiting(world.instance(), held_up).await;
    drop(held);
    for answer in casts.join_all().await {
        let _vote = answer.expect(201);
    }
    for answer in paused.join_all().await {
        answer.refused(409, "ballot-paused");
    }
    let _resumed = organiser.transition(&second, "open").await.expect(201);
    for answer in cast_all(world.instance(), &second, &voters).join_all().await {
        let _vote = answer.expect(201);
    }
    for ballot in [&first, &second] {
        let turnout = world.api().ballot(ballot, "turnout").await.expect(200);
        assert_eq!(turnout.json["voted"], 20);
    }
}
