//! A batch of casts.

use urna_core::AttendeeStatus;
use urna_core::sealed_vote::Slot;
use urna_store::casts::{self, Sender};
use urna_store::{Key, ballot_box};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{
    attendee, category, hash, put_attendee, put_ballot, put_conference, put_into_inbox, shared, take_part,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_known_of_each_cast_comes_in_their_order,
            a_batch_is_written_at_once,
            a_batch_of_which_a_part_is_there_says_so,
            the_largest_batch_fits;
    }
}

/// A slot that is the `number`-th in their order.
fn slot(number: u32) -> Slot {
    Slot(hash(number))
}

async fn what_is_known_of_each_cast_comes_in_their_order(on: &TestDb) {
    on.write(async |tx| {
        let (here, elsewhere) = (put_conference(tx, 1, "ecc-1").await, put_conference(tx, 2, "ecc-2").await);
        let ballot = put_ballot(tx, &here, 1, "manager").await;
        let mut barred = attendee(1);
        (barred.status, barred.category) = (AttendeeStatus::Blocked, Some(category("press")));
        let barred = put_attendee(tx, &here, &barred).await;
        let guest = put_attendee(tx, &elsewhere, &attendee(2)).await;
        let voted = put_attendee(tx, &here, &attendee(3)).await;
        let erased = put_attendee(tx, &here, &attendee(4)).await;
        let fresh = put_attendee(tx, &here, &attendee(5)).await;
        urna_store::attendees::delete_attendee(tx, erased).await.unwrap();
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
        ];
        let usual = Sender {
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
                Sender { status: None, on_this_roll: false, sealed: sealed.clone(), ..usual.clone() },
                Sender { on_this_roll: false, sealed, category: category(known.clone()), ..usual.clone() },
                Sender { status: Some(AttendeeStatus::Blocked), category: category(press.clone()), ..usual.clone() },
                Sender { on_this_roll: false, category: category(known.clone()), ..usual.clone() },
                Sender { category: category(known), ..usual.clone() },
            ]
        };
        for with_categories in [false, true] {
            let known = casts::list_senders(tx, &lock, here.key, with_categories, &asked).await.unwrap();
            assert_eq!(known, expected(with_categories));
        }
        let other = put_ballot(tx, &here, 2, "research").await;
        let lock = shared(tx, other).await;
        let known = casts::list_senders(tx, &lock, here.key, false, &[(voted, slot(9))]).await.unwrap();
        assert_eq!(known, [usual], "another ballot is another");
        assert_eq!(casts::list_senders(tx, &lock, here.key, true, &[]).await.unwrap(), []);
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
        assert_eq!(casts::list_senders(tx, &lock, conference.key, true, &asked).await.unwrap().len(), 1024);
        let mut inbox: Vec<_> = asked.iter().map(|(_, slot)| (*slot, vec![7; 600])).collect();
        assert!(casts::insert_votes(tx, &lock, &mut voters, &mut inbox).await.unwrap());
        assert_eq!(ballot_box::count_participations(tx, ballot).await.unwrap(), 1024);
    })
    .await;
}
