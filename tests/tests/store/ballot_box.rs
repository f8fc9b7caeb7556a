//! The ballot box.

use urna_core::sealed_vote::Slot;
use urna_core::{Attendee, AttendeeStatus, Ballot, BallotId, Conference, State, StateName};
use urna_store::ballot_box::{self, BoxVote};
use urna_store::{Key, Stored, Tx, attendees};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{
    at, attendee, ballot, box_vote, category, code, eligibility, frozen, hash, locked, put_attendee, put_ballot,
    put_conference, put_into_inbox, put_state, shared, take_part, uuid,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_box_key_comes_back_as_it_was_put,
            a_ballot_has_one_box_key,
            an_attendee_takes_part_once_per_ballot,
            participations_are_unique_among_64_transactions,
            taking_part_in_any_of_some_ballots_is_seen,
            an_inbox_vote_comes_back_as_it_was_put,
            a_slot_is_taken_once_per_ballot,
            the_inbox_is_listed_by_slot,
            whoever_took_part_stays_in_the_count,
            the_eligible_are_a_union,
            closing_leaves_inbox_and_key_empty,
            a_large_box_is_sealed_in_one_go,
            an_empty_box_can_be_sealed,
            sealed_votes_are_in_the_order_of_their_commitments,
            a_vote_is_found_by_its_code,
            cancelling_leaves_nothing_but_the_codes,
            a_closed_box_can_be_cancelled,
            many_codes_are_kept,
            the_ballot_of_a_code_is_found,
            one_ballots_box_is_not_anothers;
        on_sqlite: what_a_close_deletes_leaves_the_log_too;
    }
}

async fn two_ballots(tx: &mut Tx) -> (Stored<Conference>, Key<Ballot>, Key<Ballot>) {
    let conference = put_conference(tx, 1, "ecc-2026").await;
    let first = put_ballot(tx, &conference, 1, "manager").await;
    let second = put_ballot(tx, &conference, 2, "policy").await;
    (conference, first, second)
}

async fn a_box_key_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        assert_eq!(ballot_box::list_box_keys(tx).await.unwrap(), []);
        for (ballot, wrapped) in [(second, b"two"), (first, b"one")] {
            let lock = locked(tx, ballot, at(0)).await;
            ballot_box::insert_box_key(tx, &lock, wrapped).await.unwrap();
        }
        assert_eq!(ballot_box::find_box_key(tx, first).await.unwrap().unwrap(), b"one");
        assert_eq!(ballot_box::find_box_key(tx, second).await.unwrap().unwrap(), b"two");
        let id = |number| BallotId::new(uuid(number));
        let all = [(first, id(1), b"one".to_vec()), (second, id(2), b"two".to_vec())];
        assert_eq!(ballot_box::list_box_keys(tx).await.unwrap(), all);
    })
    .await;
}

/// A second key would make the votes under the first unreadable.
async fn a_ballot_has_one_box_key(on: &TestDb) {
    let (_, first, _) = on.write(two_ballots).await;
    on.write(async |tx| {
        let lock = locked(tx, first, at(0)).await;
        ballot_box::insert_box_key(tx, &lock, b"first").await.unwrap();
    })
    .await;
    let mut tx = on.db().write().await.unwrap();
    let lock = locked(&mut tx, first, at(0)).await;
    assert!(ballot_box::insert_box_key(&mut tx, &lock, b"second").await.is_err());
    drop(tx);
    let kept = on.read(async |tx| ballot_box::find_box_key(tx, first).await.unwrap().unwrap()).await;
    assert_eq!(kept, b"first");
}

async fn an_attendee_takes_part_once_per_ballot(on: &TestDb) {
    on.write(async |tx| {
        let (conference, first, second) = two_ballots(tx).await;
        let anna = put_attendee(tx, &conference, &attendee(1)).await;
        let ben = put_attendee(tx, &conference, &attendee(2)).await;
        let lock = shared(tx, first).await;
        assert!(!ballot_box::find_participation(tx, first, anna).await.unwrap());
        assert!(take_part(tx, &lock, anna).await);
        assert!(!take_part(tx, &lock, anna).await);
        assert!(ballot_box::find_participation(tx, first, anna).await.unwrap());
        assert!(!ballot_box::find_participation(tx, first, ben).await.unwrap());
        assert!(!ballot_box::find_participation(tx, second, anna).await.unwrap());
        let lock = shared(tx, second).await;
        assert!(take_part(tx, &lock, anna).await);
        assert_eq!(ballot_box::count_participations(tx, first).await.unwrap(), 1);
        assert_eq!(ballot_box::count_participations(tx, second).await.unwrap(), 1);
        let voted =
            async |tx: &mut Tx, person| ballot_box::list_participations(tx, conference.key, person).await.unwrap();
        assert_eq!(voted(tx, anna).await, [first, second]);
        assert_eq!(voted(tx, ben).await, []);
        let elsewhere = put_conference(tx, 9, "ecc-2027").await;
        assert_eq!(ballot_box::list_participations(tx, elsewhere.key, anna).await.unwrap(), []);
    })
    .await;
}

/// Each transaction records a vote of the same attendee, and commits only if the participation was new.
async fn participations_are_unique_among_64_transactions(on: &TestDb) {
    const CASTS: u32 = 64;
    let (ballot, anna) = on
        .write(async |tx| {
            let (conference, ballot, _) = two_ballots(tx).await;
            (ballot, put_attendee(tx, &conference, &attendee(1)).await)
        })
        .await;
    let instance = on.another_instance(CASTS).await.unwrap();
    let casts: Vec<_> = (0..CASTS)
        .map(|number| {
            let db = instance.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                let lock = shared(&mut tx, ballot).await;
                let slot = Slot(hash(number));
                assert!(put_into_inbox(&mut tx, &lock, slot, b"sealed").await);
                let recorded = take_part(&mut tx, &lock, anna).await;
                if recorded {
                    tx.commit().await.unwrap();
                }
                recorded
            })
        })
        .collect();
    let mut recorded = 0;
    for cast in casts {
        recorded += u32::from(cast.await.unwrap());
    }
    assert_eq!(recorded, 1);
    on.write(async |tx| {
        assert_eq!(ballot_box::count_participations(tx, ballot).await.unwrap(), 1);
        let lock = locked(tx, ballot, at(0)).await;
        assert_eq!(ballot_box::list_inbox(tx, &lock).await.unwrap().len(), 1);
    })
    .await;
    instance.close().await;
}

async fn taking_part_in_any_of_some_ballots_is_seen(on: &TestDb) {
    on.write(async |tx| {
        let (conference, first, second) = two_ballots(tx).await;
        let anna = put_attendee(tx, &conference, &attendee(1)).await;
        let lock = shared(tx, second).await;
        assert!(take_part(tx, &lock, anna).await);
        let locks = [locked(tx, first, at(0)).await, locked(tx, second, at(0)).await];
        assert!(ballot_box::took_part_in_any(tx, &locks, anna).await.unwrap());
        assert!(!ballot_box::took_part_in_any(tx, &locks[..1], anna).await.unwrap());
        assert!(!ballot_box::took_part_in_any(tx, &[], anna).await.unwrap());
    })
    .await;
}

async fn an_inbox_vote_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let lock = shared(tx, first).await;
        let sealed: Vec<u8> = (0..=255).collect();
        let slot = Slot(hash(1));
        assert!(put_into_inbox(tx, &lock, slot, &sealed).await);
        assert_eq!(ballot_box::find_inbox_vote(tx, first, slot).await.unwrap(), Some(sealed));
        assert_eq!(ballot_box::find_inbox_vote(tx, first, Slot(hash(2))).await.unwrap(), None);
        assert_eq!(ballot_box::find_inbox_vote(tx, second, slot).await.unwrap(), None);
    })
    .await;
}

async fn a_slot_is_taken_once_per_ballot(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let slot = Slot(hash(1));
        let lock = shared(tx, first).await;
        assert!(put_into_inbox(tx, &lock, slot, b"first").await);
        assert!(!put_into_inbox(tx, &lock, slot, b"second").await);
        let lock = shared(tx, second).await;
        assert!(put_into_inbox(tx, &lock, slot, b"third").await);
        assert_eq!(ballot_box::find_inbox_vote(tx, first, slot).await.unwrap().unwrap(), b"first");
        assert_eq!(ballot_box::find_inbox_vote(tx, second, slot).await.unwrap().unwrap(), b"third");
    })
    .await;
}

async fn the_inbox_is_listed_by_slot(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let lock = shared(tx, first).await;
        // Ordered as bytes, not as signed numbers or letters: 0x80 comes after 0x7f.
        for number in [0x8000_0000, 0x0000_0001, 0x7fff_ffff, 0x6100_0000, 0x4200_0000] {
            let slot = Slot(hash(number));
            assert!(put_into_inbox(tx, &lock, slot, &number.to_be_bytes()).await);
        }
        let elsewhere = shared(tx, second).await;
        assert!(put_into_inbox(tx, &elsewhere, Slot(hash(9)), b"other").await);
        let lock = locked(tx, first, at(0)).await;
        let listed = ballot_box::list_inbox(tx, &lock).await.unwrap();
        let expected = [0x0000_0001_u32, 0x4200_0000, 0x6100_0000, 0x7fff_ffff, 0x8000_0000]
            .map(|number| (Slot(hash(number)), number.to_be_bytes().to_vec()));
        assert_eq!(listed, expected);
    })
    .await;
}

/// Erased, blocked or moved to another group: an attendee who has voted still counts, and only once.
async fn whoever_took_part_stays_in_the_count(on: &TestDb) {
    on.write(async |tx| {
        let (conference, ballot, _) = two_ballots(tx).await;
        let managers = eligibility(Some(&["manager"]));
        let mut keys = Vec::new();
        for number in 1..=6 {
            let given = Attendee { category: Some(category("manager")), ..attendee(number) };
            keys.push(put_attendee(tx, &conference, &given).await);
        }
        let lock = shared(tx, ballot).await;
        for key in &keys[..5] {
            assert!(take_part(tx, &lock, *key).await);
        }
        let count =
            async |tx: &mut Tx| ballot_box::count_eligible(tx, ballot, conference.key, &managers).await.unwrap();
        assert_eq!(count(tx).await, 6);

        attendees::delete_attendee(tx, keys[0]).await.unwrap();
        assert_eq!(count(tx).await, 6, "one was erased");
        let change = async |tx: &mut Tx, key, change: fn(&mut Attendee)| {
            let mut found = attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap().attendee;
            change(&mut found.value);
            assert!(attendees::set_attendee(tx, &found).await.unwrap());
        };
        change(tx, keys[1], |anna| anna.status = AttendeeStatus::Blocked).await;
        change(tx, keys[2], |anna| anna.category = Some(category("policy"))).await;
        change(tx, keys[3], |anna| anna.category = None).await;
        assert_eq!(count(tx).await, 6, "one was blocked, two left the group");

        // The sixth did not vote: their standing decides.
        change(tx, keys[5], |anna| anna.status = AttendeeStatus::Blocked).await;
        assert_eq!(count(tx).await, 5);
    })
    .await;
}

async fn the_eligible_are_a_union(on: &TestDb) {
    on.write(async |tx| {
        let (conference, ballot, other_ballot) = two_ballots(tx).await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_attendee(tx, &other, &attendee(99)).await;
        for (number, status) in (1..).zip(AttendeeStatus::ALL) {
            put_attendee(tx, &conference, &Attendee { status, ..attendee(number) }).await;
        }
        let everyone = eligibility(None);
        let nobody = eligibility(Some(&[]));
        assert_eq!(ballot_box::count_eligible(tx, ballot, conference.key, &everyone).await.unwrap(), 1);
        assert_eq!(ballot_box::count_eligible(tx, ballot, conference.key, &nobody).await.unwrap(), 0);
        // Participation in another ballot does not matter for this one.
        let lock = shared(tx, other_ballot).await;
        let barred = put_attendee(tx, &conference, &Attendee { status: AttendeeStatus::Blocked, ..attendee(9) }).await;
        assert!(take_part(tx, &lock, barred).await);
        assert_eq!(ballot_box::count_eligible(tx, ballot, conference.key, &everyone).await.unwrap(), 1);
        assert_eq!(ballot_box::count_eligible(tx, other_ballot, conference.key, &everyone).await.unwrap(), 2);
    })
    .await;
}

/// A running ballot: a key, and an encrypted vote for each of `votes` participations.
async fn fill(tx: &mut Tx, conference: &Stored<Conference>, ballot: Key<Ballot>, votes: u32) {
    let lock = locked(tx, ballot, at(0)).await;
    ballot_box::insert_box_key(tx, &lock, b"wrapped").await.unwrap();
    let lock = shared(tx, ballot).await;
    for number in 0..votes {
        let given = Attendee { email: None, ..attendee(u128::from(number) + 1_000) };
        let key = match attendees::find_attendee(tx, given.id).await.unwrap() {
            Some(on_roll) => on_roll.attendee.key,
            None => put_attendee(tx, conference, &given).await,
        };
        assert!(take_part(tx, &lock, key).await);
        let slot = Slot(hash(number));
        assert!(put_into_inbox(tx, &lock, slot, b"sealed").await);
    }
}

async fn close(tx: &mut Tx, ballot: Key<Ballot>, votes: &[BoxVote]) {
    let lock = locked(tx, ballot, at(0)).await;
    ballot_box::close_box(tx, &lock, votes).await.unwrap();
}

async fn is_empty(tx: &mut Tx, ballot: Key<Ballot>) -> bool {
    let lock = locked(tx, ballot, at(0)).await;
    let key = ballot_box::find_box_key(tx, ballot).await.unwrap();
    ballot_box::list_inbox(tx, &lock).await.unwrap().is_empty() && key.is_none()
}

async fn closing_leaves_inbox_and_key_empty(on: &TestDb) {
    on.write(async |tx| {
        let (conference, first, second) = two_ballots(tx).await;
        fill(tx, &conference, first, 3).await;
        fill(tx, &conference, second, 3).await;
        let votes: Vec<BoxVote> = (0..3).map(box_vote).collect();
        close(tx, first, &votes).await;
        assert!(is_empty(tx, first).await);
        assert_eq!(ballot_box::list_box(tx, first).await.unwrap(), votes);
        let mut codes: Vec<_> = votes.iter().map(|vote| vote.code).collect();
        codes.sort_unstable();
        assert_eq!(ballot_box::list_codes(tx, first).await.unwrap(), codes);
        let commitments: Vec<_> = votes.iter().map(|vote| vote.commitment).collect();
        assert_eq!(ballot_box::list_commitments(tx, first).await.unwrap(), commitments);
        assert_eq!(ballot_box::list_commitments(tx, second).await.unwrap(), []);
        assert_eq!(ballot_box::count_participations(tx, first).await.unwrap(), 3);
        // The other ballot runs on.
        assert!(!is_empty(tx, second).await);
        assert_eq!(ballot_box::list_box(tx, second).await.unwrap(), []);
        assert_eq!(ballot_box::list_box_keys(tx).await.unwrap().len(), 1);
    })
    .await;
}

/// More than fits into two statements.
async fn a_large_box_is_sealed_in_one_go(on: &TestDb) {
    let votes: Vec<BoxVote> = (0..1_203).map(box_vote).collect();
    let ballot = on
        .write(async |tx| {
            let (_, ballot, _) = two_ballots(tx).await;
            close(tx, ballot, &votes).await;
            ballot
        })
        .await;
    on.read(async |tx| {
        assert!(ballot_box::list_box(tx, ballot).await.unwrap() == votes, "the box is not what was sealed");
        let last = votes.last().unwrap();
        assert_eq!(ballot_box::find_box_vote(tx, ballot, last.code).await.unwrap().as_ref(), Some(last));
    })
    .await;
}

/// In the file deleted rows are overwritten. The log would still hold the votes in order, and their key.
async fn what_a_close_deletes_leaves_the_log_too(on: &TestDb) {
    const SEALED: &[u8] = b"a sealed vote, as there is no other";
    let file = on.url().trim_start_matches("sqlite://").to_owned();
    let is_in =
        |name: &str| std::fs::read(format!("{file}{name}")).unwrap().windows(SEALED.len()).any(|at| at == SEALED);
    let (conference, closed, cancelled) = on.write(two_ballots).await;
    on.db().checkpoint().await.unwrap();
    for ballot in [closed, cancelled] {
        on.write(async |tx| {
            fill(tx, &conference, ballot, 0).await;
            let lock = shared(tx, ballot).await;
            assert!(put_into_inbox(tx, &lock, Slot(hash(1)), SEALED).await);
        })
        .await;
        let mut reader = on.db().read().await.unwrap();
        assert!(ballot_box::find_box_key(&mut reader, ballot).await.unwrap().is_some());
        on.db().checkpoint().await.unwrap();
        assert!(is_in("-wal"), "while a ballot is open its votes are there");
        on.write(async |tx| {
            let lock = locked(tx, ballot, at(0)).await;
            if ballot == closed {
                ballot_box::close_box(tx, &lock, &[]).await.unwrap();
            } else {
                ballot_box::cancel_box(tx, &lock, &[]).await.unwrap();
            }
        })
        .await;
        on.db().checkpoint().await.unwrap();
        assert!(is_in("-wal"), "somebody still reads from it");
        drop(reader);
        on.db().checkpoint().await.unwrap();
        assert!(!is_in("-wal"), "then it is emptied");
    }
    assert!(!is_in(""), "and the file has none of it");
}

async fn an_empty_box_can_be_sealed(on: &TestDb) {
    on.write(async |tx| {
        let (conference, ballot, _) = two_ballots(tx).await;
        fill(tx, &conference, ballot, 0).await;
        close(tx, ballot, &[]).await;
        assert!(is_empty(tx, ballot).await);
        assert_eq!(ballot_box::list_box(tx, ballot).await.unwrap(), []);
    })
    .await;
}

async fn sealed_votes_are_in_the_order_of_their_commitments(on: &TestDb) {
    on.write(async |tx| {
        let (_, ballot, _) = two_ballots(tx).await;
        let numbers = [0x0000_0001, 0x4200_0000, 0x6100_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];
        let votes: Vec<BoxVote> = numbers.into_iter().map(box_vote).collect();
        close(tx, ballot, &votes).await;
        assert_eq!(ballot_box::list_box(tx, ballot).await.unwrap(), votes);
    })
    .await;
}

async fn a_vote_is_found_by_its_code(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let largest = BoxVote { code: code((1 << 60) - 1), ..box_vote(2) };
        let votes = [box_vote(1), largest];
        close(tx, first, &votes).await;
        for vote in &votes {
            assert_eq!(ballot_box::find_box_vote(tx, first, vote.code).await.unwrap().as_ref(), Some(vote));
            assert_eq!(ballot_box::find_box_vote(tx, second, vote.code).await.unwrap(), None);
        }
        assert_eq!(ballot_box::find_box_vote(tx, first, code(7)).await.unwrap(), None);
    })
    .await;
}

async fn cancelling_leaves_nothing_but_the_codes(on: &TestDb) {
    on.write(async |tx| {
        let (conference, first, second) = two_ballots(tx).await;
        fill(tx, &conference, first, 3).await;
        fill(tx, &conference, second, 3).await;
        let lock = locked(tx, first, at(0)).await;
        let codes = [code(1), code(2), code(3)];
        ballot_box::cancel_box(tx, &lock, &codes).await.unwrap();
        assert!(is_empty(tx, first).await);
        assert!(!is_empty(tx, second).await);
        for code in codes {
            let found = ballot_box::find_ballot_of_code(tx, code).await.unwrap();
            assert_eq!(found, Some((BallotId::new(uuid(1)), StateName::Draft)));
        }
    })
    .await;
}

async fn a_closed_box_can_be_cancelled(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let votes: Vec<BoxVote> = (0..3).map(box_vote).collect();
        close(tx, first, &votes).await;
        close(tx, second, &votes).await;
        let lock = locked(tx, first, at(0)).await;
        let mut codes: Vec<_> = votes.iter().map(|vote| vote.code).collect();
        codes.sort_unstable();
        ballot_box::cancel_box(tx, &lock, &codes).await.unwrap();
        assert_eq!(ballot_box::list_box(tx, first).await.unwrap(), []);
        assert_eq!(ballot_box::list_box(tx, second).await.unwrap(), votes);
    })
    .await;
}

async fn many_codes_are_kept(on: &TestDb) {
    on.write(async |tx| {
        let (_, ballot, _) = two_ballots(tx).await;
        let lock = locked(tx, ballot, at(0)).await;
        let codes: Vec<_> = (0..1_203).map(code).collect();
        ballot_box::cancel_box(tx, &lock, &codes).await.unwrap();
        for number in [0, 499, 500, 999, 1_000, 1_202] {
            assert!(ballot_box::find_ballot_of_code(tx, code(number)).await.unwrap().is_some(), "{number}");
        }
        assert_eq!(ballot_box::find_ballot_of_code(tx, code(1_203)).await.unwrap(), None);
    })
    .await;
}

async fn the_ballot_of_a_code_is_found(on: &TestDb) {
    on.write(async |tx| {
        let (conference, first, second) = two_ballots(tx).await;
        let id = |number| BallotId::new(uuid(number));
        assert_eq!(ballot_box::find_ballot_of_code(tx, code(1)).await.unwrap(), None);

        let vote = box_vote(1);
        close(tx, first, std::slice::from_ref(&vote)).await;
        let closing = urna_core::ballot::Closing {
            at: at(1),
            eligible: 1,
            voted: 1,
            statement: urna_core::Sha256Hash::new([7; 32]),
        };
        let frozen = frozen(&ballot(1, conference.id, "manager"));
        put_state(tx, first, State::Closed(frozen, closing)).await;
        let found = ballot_box::find_ballot_of_code(tx, vote.code).await.unwrap();
        assert_eq!(found, Some((id(1), StateName::Closed)));

        let lock = locked(tx, second, at(0)).await;
        ballot_box::cancel_box(tx, &lock, &[code(5)]).await.unwrap();
        put_state(tx, second, State::Cancelled { frozen: None, reason: "…".to_owned() }).await;
        let found = ballot_box::find_ballot_of_code(tx, code(5)).await.unwrap();
        assert_eq!(found, Some((id(2), StateName::Cancelled)));
    })
    .await;
}

/// The same codes and commitments in two ballots, since 60 bits may collide.
async fn one_ballots_box_is_not_anothers(on: &TestDb) {
    on.write(async |tx| {
        let (_, first, second) = two_ballots(tx).await;
        let (one, mut two) = (box_vote(1), box_vote(1));
        two.choice = vec![1, 0, 0];
        close(tx, second, std::slice::from_ref(&two)).await;
        close(tx, first, std::slice::from_ref(&one)).await;
        assert_eq!(ballot_box::find_box_vote(tx, first, one.code).await.unwrap(), Some(one.clone()));
        assert_eq!(ballot_box::find_box_vote(tx, second, one.code).await.unwrap(), Some(two));
        let found = ballot_box::find_ballot_of_code(tx, one.code).await.unwrap().unwrap();
        assert_eq!(found.0, BallotId::new(uuid(1)), "the older ballot answers for both");
    })
    .await;
}
