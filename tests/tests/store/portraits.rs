//! Portraits of candidates.

use urna_core::{Ballot, Sha256Hash};
use urna_store::portraits::{self, Portrait, PortraitSize};
use urna_store::{Key, Tx, ballots};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, candidate, locked, put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_portrait_is_found_by_its_hash_in_each_size,
            a_later_portrait_takes_the_place_of_the_earlier,
            a_copied_portrait_outlives_the_first,
            a_draft_takes_its_portraits_with_it;
    }
}

fn portrait(number: u8) -> Portrait {
    Portrait { small: vec![number, 1], medium: vec![number, 2], large: vec![number, 3] }
}

async fn large(tx: &mut Tx, number: u8) -> Option<Vec<u8>> {
    portraits::find_portrait(tx, &portrait(number).hash(), PortraitSize::Large).await.unwrap()
}

async fn set(tx: &mut Tx, ballot: Key<Ballot>, place: u128, number: u8) {
    let lock = locked(tx, ballot, at(0)).await;
    portraits::set_portrait(tx, &lock, candidate(place), &portrait(number)).await.unwrap();
}

async fn a_portrait_is_found_by_its_hash_in_each_size(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        set(tx, ballot, 1, 7).await;
        set(tx, ballot, 2, 8).await;
        for (size, last) in [(PortraitSize::Small, 1), (PortraitSize::Medium, 2), (PortraitSize::Large, 3)] {
            let found = portraits::find_portrait(tx, &portrait(7).hash(), size).await.unwrap();
            assert_eq!(found, Some(vec![7, last]));
        }
        let nobody = Sha256Hash::new([0; 32]);
        assert_eq!(portraits::find_portrait(tx, &nobody, PortraitSize::Small).await.unwrap(), None);
    })
    .await;
}

async fn a_later_portrait_takes_the_place_of_the_earlier(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        set(tx, ballot, 1, 7).await;
        set(tx, ballot, 1, 8).await;
        assert_eq!((large(tx, 7).await, large(tx, 8).await), (None, Some(vec![8, 3])));
        let lock = locked(tx, ballot, at(0)).await;
        portraits::delete_portrait(tx, &lock, candidate(2)).await.unwrap();
        assert_eq!(large(tx, 8).await, Some(vec![8, 3]), "it is another's");
        portraits::delete_portrait(tx, &lock, candidate(1)).await.unwrap();
        assert_eq!(large(tx, 8).await, None);
    })
    .await;
}

async fn a_copied_portrait_outlives_the_first(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let (ballot, copy) =
            (put_ballot(tx, &conference, 1, "manager").await, put_ballot(tx, &conference, 2, "copy").await);
        set(tx, ballot, 1, 7).await;
        for place in [1, 2] {
            let (from, to) = ((ballot, candidate(place)), (copy, candidate(place + 10)));
            portraits::insert_copied_portrait(tx, from, to).await.unwrap();
        }
        let lock = locked(tx, ballot, at(0)).await;
        portraits::delete_portrait(tx, &lock, candidate(1)).await.unwrap();
        assert_eq!(large(tx, 7).await, Some(vec![7, 3]));
    })
    .await;
}

async fn a_draft_takes_its_portraits_with_it(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        set(tx, ballot, 1, 7).await;
        let lock = locked(tx, ballot, at(0)).await;
        ballots::delete_ballot(tx, &lock).await.unwrap();
        assert_eq!(large(tx, 7).await, None);
    })
    .await;
}
