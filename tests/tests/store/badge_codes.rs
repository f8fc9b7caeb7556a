//! Badge codes.

use urna_store::badge_codes::{self, Badge};
use urna_store::{Tx, attendees};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{attendee, hash, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_badge_is_found_by_its_locator_and_by_its_person,
            a_locator_of_nobody_finds_its_neighbour,
            a_locator_is_taken_once_in_a_conference,
            a_badge_goes_with_its_person;
    }
}

const BADGE: Badge = Badge { locator: 0xf_ffff, generation: 1 };

async fn put(
    tx: &mut Tx,
    number: u32,
    conference: urna_store::Key<urna_core::Conference>,
) -> urna_store::Key<urna_core::Attendee> {
    attendees::insert_attendee(tx, conference, &attendee(number.into()), &hash(number)).await.unwrap().unwrap()
}

async fn a_badge_is_found_by_its_locator_and_by_its_person(on: &TestDb) {
    on.write(async |tx| {
        let (here, there) = (put_conference(tx, 1, "here").await.key, put_conference(tx, 2, "there").await.key);
        let anna = put(tx, 1, here).await;
        assert_eq!(badge_codes::find_badge_of(tx, anna).await.unwrap(), None);
        assert!(badge_codes::insert_badge(tx, here, anna, BADGE).await.unwrap());
        badge_codes::set_badge_generation(tx, anna, u32::MAX).await.unwrap();
        let changed = Badge { generation: u32::MAX, ..BADGE };
        assert_eq!(badge_codes::find_badge_of(tx, anna).await.unwrap(), Some(changed));
        let (on_roll, badge) = badge_codes::find_nearest_badge(tx, here, BADGE.locator).await.unwrap().unwrap();
        assert_eq!((on_roll.attendee.key, on_roll.conference, badge), (anna, here, changed));
        assert!(badge_codes::find_nearest_badge(tx, there, BADGE.locator).await.unwrap().is_none());
    })
    .await;
}

async fn a_locator_of_nobody_finds_its_neighbour(on: &TestDb) {
    on.write(async |tx| {
        let (here, there) = (put_conference(tx, 1, "here").await.key, put_conference(tx, 2, "there").await.key);
        let (anna, bo, elsewhere) = (put(tx, 1, here).await, put(tx, 2, here).await, put(tx, 3, there).await);
        for (conference, person, locator) in [(here, anna, 10), (here, bo, 20), (there, elsewhere, 15)] {
            assert!(badge_codes::insert_badge(tx, conference, person, Badge { locator, ..BADGE }).await.unwrap());
        }
        for (asked, found) in [(0, 10), (9, 10), (10, 10), (19, 10), (20, 20), (BADGE.locator, 20)] {
            let (_, badge) = badge_codes::find_nearest_badge(tx, here, asked).await.unwrap().unwrap();
            assert_eq!(badge.locator, found, "{asked}");
        }
    })
    .await;
}

async fn a_locator_is_taken_once_in_a_conference(on: &TestDb) {
    on.write(async |tx| {
        let (here, there) = (put_conference(tx, 1, "here").await.key, put_conference(tx, 2, "there").await.key);
        let (anna, bo, elsewhere) = (put(tx, 1, here).await, put(tx, 2, here).await, put(tx, 3, there).await);
        assert!(badge_codes::insert_badge(tx, here, anna, BADGE).await.unwrap());
        assert!(!badge_codes::insert_badge(tx, here, bo, BADGE).await.unwrap());
        assert!(badge_codes::insert_badge(tx, there, elsewhere, BADGE).await.unwrap());
        assert!(badge_codes::insert_badge(tx, here, bo, Badge { locator: 0, ..BADGE }).await.unwrap());
    })
    .await;
}

async fn a_badge_goes_with_its_person(on: &TestDb) {
    on.write(async |tx| {
        let here = put_conference(tx, 1, "here").await.key;
        let anna = put(tx, 1, here).await;
        assert!(badge_codes::insert_badge(tx, here, anna, BADGE).await.unwrap());
        attendees::delete_attendee(tx, anna).await.unwrap();
        assert!(badge_codes::find_nearest_badge(tx, here, BADGE.locator).await.unwrap().is_none());
    })
    .await;
}
