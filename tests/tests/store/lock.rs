//! The lock of a ballot.

use urna_core::{Ballot, State, StateName, Timestamp};
use urna_store::{Key, LockClock, Tx, ballot_box, ballots, lock};
use urna_tests::{Cases, TestDb, cases};

use crate::raw;
use crate::sample::{
    at, attendee, ballot, frozen, locked, put_attendee, put_ballot, put_conference, put_state, take_part,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_given_time_is_used_as_it_is,
            a_cast_hears_how_its_ballot_stands,
            what_was_only_read_can_be_confirmed,
            nothing_is_recorded_after_the_close;
        on_sqlite:
            the_process_is_the_authority_of_a_file;
        on_postgres:
            the_server_is_the_authority_of_its_databases,
            the_clock_is_read_when_the_lock_is_held,
            the_isolation_is_not_left_to_a_default,
            a_batch_begins_with_its_locks,
            casts_go_on_side_by_side,
            a_change_waits_for_casts_and_goes_before_later_ones,
            a_cast_waits_for_a_change,
            another_ballots_lock_is_another,
            a_lock_ends_with_its_transaction,
            the_audit_log_is_no_ballot;
    }
}

async fn some_ballot(on: &TestDb, number: u128) -> Key<Ballot> {
    on.write(async |tx| {
        let conference = put_conference(tx, number, &format!("ecc-{number}")).await;
        put_ballot(tx, &conference, number, "manager").await
    })
    .await
}

/// A clock that must be ignored.
const PROCESS: fn() -> LockClock = || LockClock::Authority { process: at(1) };

async fn a_given_time_is_used_as_it_is(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    for second in [-1_000_000_000, 0, 1_000_000_000] {
        on.write(async |tx| {
            let given = LockClock::Given(at(second));
            assert_eq!(lock::lock_for_cast(tx, key, given).await.unwrap().now, at(second));
            assert_eq!(lock::lock_for_change(tx, key, given).await.unwrap().now, at(second));
        })
        .await;
    }
}

async fn a_cast_hears_how_its_ballot_stands(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let standing = async |tx: &mut Tx| lock::lock_for_cast(tx, key, PROCESS()).await.unwrap().standing;
    let draft = on.write(async |tx| standing(tx).await.unwrap()).await;
    assert_eq!((draft.state, draft.closes_at, draft.box_key), (StateName::Draft, None, None));
    on.write(async |tx| {
        let lock = locked(tx, key, at(2)).await;
        ballot_box::insert_box_key(tx, &lock, b"wrapped").await.unwrap();
        ballots::set_closing_time(tx, &lock, Some(at(9))).await.unwrap();
    })
    .await;
    let open = on.write(async |tx| standing(tx).await.unwrap()).await;
    assert_eq!((open.closes_at, open.box_key.as_deref()), (Some(at(9)), Some(b"wrapped".as_slice())));
    on.write(async |tx| {
        let lock = locked(tx, key, at(3)).await;
        ballot_box::close_box(tx, &lock, &[]).await.unwrap();
        ballots::delete_ballot(tx, &lock).await.unwrap();
    })
    .await;
    assert_eq!(on.write(async |tx| standing(tx).await).await, None, "there is no such ballot any more");
}

/// 48 casts and one close at once: the close counts exactly the recorded votes.
async fn nothing_is_recorded_after_the_close(on: &TestDb) {
    let (key, voters, open) = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let key = put_ballot(tx, &conference, 1, "manager").await;
            let open = State::Open(frozen(&ballot(1, conference.id, "manager")));
            put_state(tx, key, open.clone()).await;
            let mut voters = Vec::new();
            for number in 1..=48 {
                voters.push(put_attendee(tx, &conference, &attendee(number)).await);
            }
            (key, voters, open)
        })
        .await;
    let State::Open(frozen) = open else { unreachable!() };
    let id = ballot(1, crate::sample::conference(1, "any").id, "any").id;
    let instance = on.another_instance(49).await.unwrap();
    let (middle, mut casts) = (voters.len() / 2, Vec::new());
    let mut closer = None;
    for (place, voter) in voters.into_iter().enumerate() {
        let db = instance.clone();
        casts.push(tokio::spawn(async move {
            let mut tx = db.write().await.unwrap();
            let lock = lock::lock_for_cast(&mut tx, key, PROCESS()).await.unwrap();
            let found = ballots::find_ballot(&mut tx, id).await.unwrap().unwrap();
            let is_open = found.ballot.state.name() == StateName::Open;
            if is_open {
                assert!(take_part(&mut tx, &lock, voter).await);
            }
            tx.commit().await.unwrap();
            u64::from(is_open)
        }));
        if place == middle {
            let (db, frozen) = (instance.clone(), frozen.clone());
            closer = Some(tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                let lock = lock::lock_for_change(&mut tx, key, PROCESS()).await.unwrap();
                let voted = ballot_box::count_participations(&mut tx, key).await.unwrap();
                let closing = urna_core::ballot::Closing {
                    at: lock.now,
                    eligible: 48,
                    voted,
                    statement: urna_core::Sha256Hash::new([7; 32]),
                };
                ballots::set_state(&mut tx, &lock, &State::Closed(frozen, closing)).await.unwrap();
                tx.commit().await.unwrap();
                voted
            }));
        }
    }
    let mut recorded = 0;
    for cast in casts {
        recorded += cast.await.unwrap();
    }
    let counted = closer.unwrap().await.unwrap();
    assert_eq!(recorded, counted);
    let stored = on.read(async |tx| ballot_box::count_participations(tx, key).await.unwrap()).await;
    assert_eq!(stored, counted);
    instance.close().await;
}

async fn the_process_is_the_authority_of_a_file(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    on.write(async |tx| {
        assert_eq!(lock::lock_for_cast(tx, key, PROCESS()).await.unwrap().now, at(1));
        assert_eq!(lock::lock_for_change(tx, key, PROCESS()).await.unwrap().now, at(1));
    })
    .await;
}

async fn the_server_is_the_authority_of_its_databases(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let before = raw::clock(raw::pool(on.db())).await;
    let (cast, change) = on
        .write(async |tx| {
            let cast = lock::lock_for_cast(tx, key, PROCESS()).await.unwrap().now;
            (cast, lock::lock_for_change(tx, key, PROCESS()).await.unwrap().now)
        })
        .await;
    let after = raw::clock(raw::pool(on.db())).await;
    let times = [before, cast.as_micros(), change.as_micros(), after];
    assert!(times.is_sorted(), "{times:?}");
}

/// Not at the beginning of the transaction: it may have waited since then, past the closing time.
async fn the_clock_is_read_when_the_lock_is_held(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let pool = raw::pool(on.db());
    let mut change = on.db().write().await.unwrap();
    lock::lock_for_change(&mut change, key, PROCESS()).await.unwrap();
    let db = on.db().clone();
    let cast = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        lock::lock_for_cast(&mut tx, key, PROCESS()).await.unwrap().now
    });
    raw::until_waiting(pool, 1).await;
    let while_waiting = Timestamp::from_micros(raw::clock(pool).await).unwrap();
    change.commit().await.unwrap();
    assert!(cast.await.unwrap() >= while_waiting);
}

/// The equivalent of [`casts_go_on_side_by_side`] and [`a_cast_waits_for_a_change`], which show it for a lock taken
/// later.
async fn a_batch_begins_with_its_locks(on: &TestDb) {
    let (one, two) = (some_ballot(on, 1).await, some_ballot(on, 2).await);
    let mut change = on.db().write().await.unwrap();
    lock::lock_for_change(&mut change, two, PROCESS()).await.unwrap();
    let db = on.db().clone();
    let batch = tokio::spawn(async move {
        let mut tx = db.write_casts(&[one, two]).await.unwrap();
        let id = ballot(2, crate::sample::conference(2, "any").id, "any").id;
        assert!(lock::lock_for_cast(&mut tx, one, PROCESS()).await.unwrap().standing.is_some());
        ballots::find_ballot(&mut tx, id).await.unwrap().unwrap().ballot.schedule.closes_at
    });
    raw::until_waiting(raw::pool(on.db()), 1).await;
    let lock = lock::lock_for_change(&mut change, two, PROCESS()).await.unwrap();
    ballots::set_closing_time(&mut change, &lock, Some(at(9))).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(batch.await.unwrap(), Some(at(9)), "what was committed while it waited is seen");
    let mut batch = on.db().write_casts(&[one, two]).await.unwrap();
    let mut beside = on.db().write_casts(&[two]).await.unwrap();
    lock::lock_for_cast(&mut batch, one, PROCESS()).await.unwrap();
    lock::lock_for_cast(&mut beside, two, PROCESS()).await.unwrap();
}

async fn casts_go_on_side_by_side(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let mut first = on.db().write().await.unwrap();
    lock::lock_for_cast(&mut first, key, PROCESS()).await.unwrap();
    // Would block for ever if the lock were not shared.
    let mut second = on.db().write().await.unwrap();
    lock::lock_for_cast(&mut second, key, PROCESS()).await.unwrap();
    second.commit().await.unwrap();
    first.commit().await.unwrap();
}

async fn a_change_waits_for_casts_and_goes_before_later_ones(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let pool = raw::pool(on.db());
    let mut first = on.db().write().await.unwrap();
    lock::lock_for_cast(&mut first, key, PROCESS()).await.unwrap();

    let (db, changed) = (on.db().clone(), tokio::sync::oneshot::channel());
    let change = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        let lock = lock::lock_for_change(&mut tx, key, PROCESS()).await.unwrap();
        ballots::set_closing_time(&mut tx, &lock, Some(at(9))).await.unwrap();
        changed.0.send(()).unwrap();
        tx.commit().await.unwrap();
    });
    raw::until_waiting(pool, 1).await;
    let db = on.db().clone();
    let later = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        lock::lock_for_cast(&mut tx, key, PROCESS()).await.unwrap();
        let id = ballot(1, crate::sample::conference(1, "any").id, "any").id;
        ballots::find_ballot(&mut tx, id).await.unwrap().unwrap().ballot.schedule.closes_at
    });
    raw::until_waiting(pool, 2).await;
    assert!(!change.is_finished() && !later.is_finished());
    first.commit().await.unwrap();
    changed.1.await.unwrap();
    change.await.unwrap();
    // The later cast reads the change, although its transaction had begun before.
    assert_eq!(later.await.unwrap(), Some(at(9)));
}

async fn a_cast_waits_for_a_change(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let mut change = on.db().write().await.unwrap();
    lock::lock_for_change(&mut change, key, PROCESS()).await.unwrap();
    let db = on.db().clone();
    let cast = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        lock::lock_for_cast(&mut tx, key, PROCESS()).await.unwrap();
    });
    raw::until_waiting(raw::pool(on.db()), 1).await;
    assert!(!cast.is_finished());
    change.commit().await.unwrap();
    cast.await.unwrap();
}

async fn another_ballots_lock_is_another(on: &TestDb) {
    let (one, two) = (some_ballot(on, 1).await, some_ballot(on, 2).await);
    let mut first = on.db().write().await.unwrap();
    lock::lock_for_change(&mut first, one, PROCESS()).await.unwrap();
    // Would block for ever.
    let mut second = on.db().write().await.unwrap();
    lock::lock_for_change(&mut second, two, PROCESS()).await.unwrap();
}

async fn a_lock_ends_with_its_transaction(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    for commit in [true, false, true] {
        let mut tx = on.db().write().await.unwrap();
        lock::lock_for_change(&mut tx, key, PROCESS()).await.unwrap();
        if commit {
            tx.commit().await.unwrap();
        } else {
            drop(tx);
        }
    }
}

/// The holder of a ballot's lock and an appender to the audit log do not wait for each other.
async fn the_audit_log_is_no_ballot(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let mut change = on.db().write().await.unwrap();
    lock::lock_for_change(&mut change, key, PROCESS()).await.unwrap();
    let event = urna_core::audit::AuditEvent {
        at: at(1),
        actor: urna_core::audit::Actor::Host,
        action: "conference.added".to_owned(),
        conference: None,
        ballot: None,
        subject: None,
        details: serde_json::Value::Null,
    };
    on.write(async |tx| urna_store::audit_events::insert_audit_event(tx, &event).await.unwrap()).await;
    change.commit().await.unwrap();
}

async fn what_was_only_read_can_be_confirmed(on: &TestDb) {
    let key = some_ballot(on, 1).await;
    let mut tx = on.db().write().await.unwrap();
    assert_eq!(ballot_box::count_participations(&mut tx, key).await.unwrap(), 0);
    lock::confirm_durable(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// A cast that waited for the lock must see everything committed meanwhile, whatever isolation an administrator has
/// set.
async fn the_isolation_is_not_left_to_a_default(on: &TestDb) {
    const STRICTER: &str = "do $$ begin execute format('alter database %I set default_transaction_isolation \
                            = ''repeatable read''', current_database()); end $$";
    let key = some_ballot(on, 1).await;
    raw::execute(on.db(), STRICTER).await;
    let db = on.another_instance(2).await.unwrap();
    let mut tx = db.write().await.unwrap();
    assert_eq!(ballot_box::count_participations(&mut tx, key).await.unwrap(), 0);
    on.write(async |other| {
        let conference = put_conference(other, 7, "ecc-7").await;
        let voter = put_attendee(other, &conference, &attendee(7)).await;
        let lock = lock::lock_for_cast(other, key, PROCESS()).await.unwrap();
        assert!(take_part(other, &lock, voter).await);
    })
    .await;
    assert_eq!(ballot_box::count_participations(&mut tx, key).await.unwrap(), 1);
    drop(tx);
    db.close().await;
}
