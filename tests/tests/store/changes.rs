//! Notifications about the changes of other instances.

use std::time::{Duration, Instant};

use urna_store::changes::ChangeMark;
use urna_store::{Db, Key, attendees, ballots};
use urna_tests::{Cases, TestDb, cases};

use crate::raw;
use crate::sample::{at, attendee, hash, locked, put_attendee, put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            whoever_does_not_follow_remembers_nothing,
            a_change_is_heard_by_its_own_instance_with_the_commit,
            a_change_is_heard_by_the_others,
            what_was_rolled_back_is_not_heard;
        on_postgres:
            a_listener_that_was_cut_off_forgets_and_hears_again;
    }
}

const PATIENCE: Duration = Duration::from_secs(5);

async fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it does not come");
        tokio::task::yield_now().await;
    }
}

/// Follows the changes in a task that ends with the database. Returns once the instance may cache.
async fn follow(db: &Db) -> ChangeMark {
    let follower = db.clone();
    tokio::spawn(async move { follower.follow_changes().await });
    until(|| db.changes().mark().is_some()).await;
    db.changes().mark().unwrap()
}

async fn whoever_does_not_follow_remembers_nothing(on: &TestDb) {
    assert_eq!(on.db().changes().mark(), None);
    on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    assert_eq!(on.db().changes().mark(), None);
}

async fn a_change_is_heard_by_its_own_instance_with_the_commit(on: &TestDb) {
    follow(on.db()).await;
    let changes = on.db().changes();
    let (conference, ballot, anna, ben) = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let ballot = put_ballot(tx, &conference, 1, "manager").await;
            let anna = put_attendee(tx, &conference, &attendee(1)).await;
            (conference.clone(), ballot, anna, put_attendee(tx, &conference, &attendee(2)).await)
        })
        .await;
    let before = changes.mark().unwrap();
    on.write(async |tx| attendees::set_link_generation(tx, anna, 2).await.unwrap()).await;
    assert!(!changes.is_attendee_as_of(anna, before) && changes.is_attendee_as_of(ben, before));
    let before = changes.mark().unwrap();
    on.write(async |tx| attendees::insert_session(tx, &hash(9), ben, at(1)).await.unwrap()).await;
    assert!(changes.is_attendee_as_of(ben, before), "a new session is nothing that was remembered");
    on.write(async |tx| attendees::delete_session(tx, &hash(9)).await.unwrap()).await;
    assert!(!changes.is_attendee_as_of(ben, before) && changes.is_public_as_of(before));
    on.write(async |tx| {
        let lock = locked(tx, ballot, at(1)).await;
        ballots::set_closing_time(tx, &lock, Some(at(9))).await.unwrap();
    })
    .await;
    assert!(!changes.is_public_as_of(before));
    let before = changes.mark().unwrap();
    on.write(async |tx| urna_store::conferences::set_conference(tx, &conference).await.unwrap()).await;
    assert!(!changes.is_public_as_of(before) && !changes.is_attendee_as_of(Key::clone(&anna), before));
}

async fn a_change_is_heard_by_the_others(on: &TestDb) {
    let other = on.another_instance(3).await.unwrap();
    let before = follow(&other).await;
    on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    until(|| !other.changes().is_public_as_of(before) && other.changes().mark().is_some()).await;
    let anna = on
        .write(async |tx| {
            let conference = put_conference(tx, 2, "ecc-2027").await;
            put_attendee(tx, &conference, &attendee(1)).await
        })
        .await;
    let before = other.changes().mark().unwrap();
    on.write(async |tx| attendees::delete_attendee(tx, anna).await.unwrap()).await;
    until(|| !other.changes().is_attendee_as_of(anna, before) && other.changes().mark().is_some()).await;
    other.close().await;
}

async fn what_was_rolled_back_is_not_heard(on: &TestDb) {
    let before = follow(on.db()).await;
    let mut tx = on.db().write().await.unwrap();
    put_conference(&mut tx, 1, "ecc-2026").await;
    drop(tx);
    assert!(on.db().changes().is_public_as_of(before));
}

async fn a_listener_that_was_cut_off_forgets_and_hears_again(on: &TestDb) {
    let other = on.another_instance(3).await.unwrap();
    let before = follow(&other).await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
               where datname = current_database() and query ilike 'select 1' and pid <> pg_backend_pid()";
    raw::execute(on.db(), cut).await;
    until(|| other.changes().mark().is_some_and(|mark| mark > before)).await;
    let before = other.changes().mark().unwrap();
    on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    until(|| !other.changes().is_public_as_of(before) && other.changes().mark().is_some()).await;
    other.close().await;
}
