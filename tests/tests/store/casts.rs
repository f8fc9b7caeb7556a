//! A batch of casts.

use urna_core::sealed_vote::Slot;
use urna_core::{Attendee, AttendeeStatus, Ballot, Conference};
use urna_store::casts::{self, Asked, AskedCast, Sender};
use urna_store::{CastLock, Key, LockClock, Stored, Tx, attendees, ballot_box, ballots};
use urna_tests::{Cases, TestDb, cases};

use crate::raw;
use crate::sample::{
    at, attendee, category, hash, locked, put_attendee, put_ballot, put_conference, put_into_inbox, shared, take_part,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_known_of_each_cast_comes_in_their_order,
            a_batch_hears_how_its_ballot_stands,
            a_batch_is_written_at_once,
            a_batch_of_which_a_part_is_there_says_so,
            the_largest_batch_fits;
        on_postgres:
            an_empty_box_does_not_make_the_full_one_slow;
    }
}

/// The hash of the token of an attendee's session.
fn session(attendee: Key<Attendee>) -> [u8; 32] {
    hash(1_000_000 + attendee.to_string().parse::<u32>().unwrap())
}

/// Adds a signed-in attendee to the roll.
async fn put_voter(tx: &mut Tx, conference: &Stored<Conference>, value: &Attendee) -> Key<Attendee> {
    let key = put_attendee(tx, conference, value).await;
    attendees::insert_session(tx, &session(key), key, at(100)).await.unwrap();
    key
}

/// The data that a batch of these casts gets.
async fn look(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    conference: &Stored<Conference>,
    with_categories: bool,
    casts: &[(Key<Attendee>, Slot)],
) -> (CastLock, Vec<Sender>) {
    let asked = |(attendee, slot): &(Key<Attendee>, Slot)| AskedCast {
        attendee: *attendee,
        session: session(*attendee),
        slot: *slot,
    };
    let casts: Vec<_> = casts.iter().map(asked).collect();
    let asked = Asked { conference: conference.key, with_categories, casts: &casts };
    casts::lock_for_casts(tx, ballot, LockClock::Given(at(7)), asked).await.unwrap()
}

/// The `number`-th slot in order.
fn slot(number: u32) -> Slot {
    Slot(hash(number))
}

async fn what_is_known_of_each_cast_comes_in_their_order(on: &TestDb) {
    on.write(async |tx| {
        let (here, elsewhere) = (put_conference(tx, 1, "ecc-1").await, put_conference(tx, 2, "ecc-2").await);
        let ballot = put_ballot(tx, &here, 1, "manager").await;
        let mut barred = attendee(1);
        (barred.status, barred.category) = (AttendeeStatus::Blocked, Some(category("press")));
        let barred = put_voter(tx, &here, &barred).await;
        let guest = put_voter(tx, &elsewhere, &attendee(2)).await;
        let voted = put_voter(tx, &here, &attendee(3)).await;
        let erased = put_voter(tx, &here, &attendee(4)).await;
        let fresh = put_voter(tx, &here, &attendee(5)).await;
        let left = put_voter(tx, &here, &attendee(6)).await;
        attendees::delete_attendee(tx, erased).await.unwrap();
        attendees::delete_session(tx, &session(left)).await.unwrap();
        let lock = shared(tx, ballot).await;
        assert!(take_part(tx, &lock, voted).await);
        assert!(put_into_inbox(tx, &lock, slot(9), b"sealed").await);

        let asked = [
            (voted, slot(1)),
            (erased, slot(9)),
            (guest, slot(9)),
            (barred, slot(3)),
            (guest, slot(4)),
            (fresh, slot(5)),
            (left, slot(6)),
        ];
        let usual = Sender {
            signed_in: true,
            status: Some(AttendeeStatus::Verified),
            category: None,
            on_this_roll: true,
            took_part: false,
            sealed: None,
        };
        let press = Some(category("press"));
        let expected = |with_categories: bool| {
            let category = |of| if with_categories { of } else { None };
            let known = attendee(3).category;
            let sealed = Some(b"sealed".to_vec());
            [
                Sender { took_part: true, category: category(known.clone()), ..usual.clone() },
                Sender { signed_in: false, status: None, on_this_roll: false, sealed: sealed.clone(), ..usual.clone() },
                Sender { on_this_roll: false, sealed, category: category(known.clone()), ..usual.clone() },
                Sender { status: Some(AttendeeStatus::Blocked), category: category(press.clone()), ..usual.clone() },
                Sender { on_this_roll: false, category: category(known.clone()), ..usual.clone() },
                Sender { category: category(known.clone()), ..usual.clone() },
                Sender { signed_in: false, category: category(known), ..usual.clone() },
            ]
        };
        for with_categories in [false, true] {
            let (_, known) = look(tx, ballot, &here, with_categories, &asked).await;
            assert_eq!(known, expected(with_categories));
        }
        let other = put_ballot(tx, &here, 2, "research").await;
        let (_, known) = look(tx, other, &here, false, &[(voted, slot(9))]).await;
        assert_eq!(known, [usual], "another ballot is another");
        assert_eq!(look(tx, other, &here, true, &[]).await.1, []);
    })
    .await;
}

/// The same as [`lock::lock_for_cast`], including the unusual cases.
async fn a_batch_hears_how_its_ballot_stands(on: &TestDb) {
    on.write(async |tx| {
        let here = put_conference(tx, 1, "ecc-1").await;
        let ballot = put_ballot(tx, &here, 1, "manager").await;
        let voted = put_voter(tx, &here, &attendee(1)).await;
        let fresh = put_voter(tx, &here, &attendee(2)).await;
        let change = locked(tx, ballot, at(2)).await;
        ballot_box::insert_box_key(tx, &change, b"wrapped").await.unwrap();
        ballots::set_closing_time(tx, &change, Some(at(9))).await.unwrap();
        let lock = shared(tx, ballot).await;
        assert!(take_part(tx, &lock, voted).await);
        assert!(lock.standing.is_some());
        for casts in [vec![], vec![(fresh, slot(1))], vec![(voted, slot(1)), (fresh, slot(2)), (voted, slot(3))]] {
            let (looked, _) = look(tx, ballot, &here, false, &casts).await;
            assert_eq!((looked.now, &looked.standing), (at(7), &lock.standing));
        }
    })
    .await;
    let (ballot, here, fresh) = on
        .write(async |tx| {
            let here = put_conference(tx, 2, "ecc-2").await;
            let ballot = put_ballot(tx, &here, 2, "manager").await;
            let fresh = put_attendee(tx, &here, &attendee(3)).await;
            let change = locked(tx, ballot, at(2)).await;
            ballots::delete_ballot(tx, &change).await.unwrap();
            (ballot, here, fresh)
        })
        .await;
    on.write(async |tx| {
        let (gone, senders) = look(tx, ballot, &here, false, &[(fresh, slot(1))]).await;
        assert_eq!((gone.standing, senders.len()), (None, 1), "there is no such ballot any more");
    })
    .await;
}

async fn a_batch_is_written_at_once(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let mut voters = Vec::new();
        for number in 1..=5 {
            voters.push(put_attendee(tx, &conference, &attendee(number)).await);
        }
        let lock = shared(tx, ballot).await;
        voters.reverse();
        let mut inbox: Vec<_> =
            [4, 2, 5, 1, 3].map(|number| (slot(number), vec![u8::try_from(number).unwrap(); 40])).into();
        assert!(casts::insert_votes(tx, &lock, &mut voters, &mut inbox).await.unwrap());
        for voter in voters {
            assert!(ballot_box::find_participation(tx, ballot, voter).await.unwrap());
        }
        for (slot, sealed) in inbox {
            assert_eq!(ballot_box::find_inbox_vote(tx, ballot, slot).await.unwrap(), Some(sealed));
        }
        assert!(casts::insert_votes(tx, &lock, &mut [], &mut []).await.unwrap());
    })
    .await;
}

async fn a_batch_of_which_a_part_is_there_says_so(on: &TestDb) {
    let (ballot, voters): (_, Vec<Key<_>>) = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let ballot = put_ballot(tx, &conference, 1, "manager").await;
            let mut voters = Vec::new();
            for number in 1..=3 {
                voters.push(put_attendee(tx, &conference, &attendee(number)).await);
            }
            let lock = shared(tx, ballot).await;
            assert!(take_part(tx, &lock, voters[1]).await);
            assert!(put_into_inbox(tx, &lock, slot(7), b"7").await);
            (ballot, voters)
        })
        .await;
    for (mut attendees, mut inbox) in [
        (voters.clone(), vec![(slot(1), b"1".to_vec()), (slot(2), b"2".to_vec()), (slot(3), b"3".to_vec())]),
        (vec![voters[0], voters[2]], vec![(slot(1), b"1".to_vec()), (slot(7), b"2".to_vec())]),
    ] {
        let mut tx = on.db().write().await.unwrap();
        let lock = shared(&mut tx, ballot).await;
        assert!(!casts::insert_votes(&mut tx, &lock, &mut attendees, &mut inbox).await.unwrap());
        drop(tx);
    }
    assert_eq!(on.read(async |tx| ballot_box::count_participations(tx, ballot).await.unwrap()).await, 1);
}

async fn the_largest_batch_fits(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let mut voters = Vec::new();
        for number in 1..=1024 {
            voters.push(put_attendee(tx, &conference, &attendee(number)).await);
        }
        let lock = shared(tx, ballot).await;
        let asked: Vec<_> = voters.iter().zip(1..).map(|(voter, number)| (*voter, slot(number))).collect();
        assert_eq!(look(tx, ballot, &conference, true, &asked).await.1.len(), 1024);
        let mut inbox: Vec<_> = asked.iter().map(|(_, slot)| (*slot, vec![7; 600])).collect();
        assert!(casts::insert_votes(tx, &lock, &mut voters, &mut inbox).await.unwrap());
        assert_eq!(ballot_box::count_participations(tx, ballot).await.unwrap(), 1024);
    })
    .await;
}

/// The number of full scans of the tables that a batch of casts reads.
const SCANS: &str = "select coalesce(sum(seq_scan), 0)::bigint from pg_stat_user_tables \
                     where relname in ('ballots', 'box_keys', 'attendees', 'attendee_sessions', 'participations', \
                     'ballot_inbox')";

/// The plan of a batch is made once. A plan made while the tables were empty, after a close, must not scan them once
/// they are full.
async fn an_empty_box_does_not_make_the_full_one_slow(on: &TestDb) {
    let instance = on.another_instance(1).await.unwrap();
    let (ballot, conference, voters) = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let ballot = put_ballot(tx, &conference, 1, "manager").await;
            let mut voters = Vec::new();
            for number in 1..=40 {
                voters.push(put_voter(tx, &conference, &attendee(number)).await);
            }
            (ballot, conference, voters)
        })
        .await;
    for table in ["vacuum analyze ballot_inbox", "vacuum analyze participations", "vacuum analyze ballots"] {
        raw::execute(&instance, table).await;
    }
    let scans = async || {
        raw::execute(&instance, "select pg_stat_force_next_flush()").await;
        sqlx::query_scalar::<_, i64>(SCANS).fetch_one(raw::pool(&instance)).await.unwrap()
    };
    let before = scans().await;
    for (voter, number) in voters.into_iter().zip(1..) {
        let mut tx = instance.write_casts(&[ballot]).await.unwrap();
        let (lock, _) = look(&mut tx, ballot, &conference, false, &[(voter, slot(number))]).await;
        assert!(casts::insert_votes(&mut tx, &lock, &mut [voter], &mut [(slot(number), vec![7; 40])]).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(scans().await - before, 0, "tables that were read from end to end");
    instance.close().await;
}
