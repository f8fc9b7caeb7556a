//! Conferences.

use urna_core::Registration;
use urna_store::conferences;
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{conference, put_conference, slug};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_conference_comes_back_as_it_was_put,
            every_registration_rule_is_kept,
            what_is_not_there_is_none,
            a_slug_is_taken_once,
            everything_but_the_id_can_be_replaced,
            a_conference_cannot_take_the_slug_of_another,
            the_latest_conference_comes_first,
            a_cursor_goes_through_all_pages;
    }
}

async fn a_conference_comes_back_as_it_was_put(on: &TestDb) {
    let put = conference(1, "ecc-2026");
    let added = on.write(async |tx| conferences::insert_conference(tx, &put).await.unwrap()).await;
    assert!(added);
    on.read(async |tx| {
        let by_slug = conferences::find_conference(tx, &put.slug).await.unwrap().unwrap();
        assert_eq!(by_slug.value, put);
        assert_eq!(conferences::find_conference_by_id(tx, put.id).await.unwrap().unwrap(), by_slug);
        assert_eq!(conferences::get_conference(tx, by_slug.key).await.unwrap(), by_slug);
    })
    .await;
}

async fn every_registration_rule_is_kept(on: &TestDb) {
    on.write(async |tx| {
        for (number, registration) in (1..).zip(Registration::ALL) {
            let mut put = conference(number, &format!("ecc-{number}"));
            put.registration = registration;
            put.listed_domains = Vec::new();
            assert!(conferences::insert_conference(tx, &put).await.unwrap());
            assert_eq!(conferences::find_conference(tx, &put.slug).await.unwrap().unwrap().value, put);
        }
    })
    .await;
}

async fn what_is_not_there_is_none(on: &TestDb) {
    on.write(async |tx| {
        let there = put_conference(tx, 1, "ecc-2026").await;
        assert!(conferences::find_conference(tx, &slug("ecc-2027")).await.unwrap().is_none());
        let other = conference(2, "ecc-2026").id;
        assert!(conferences::find_conference_by_id(tx, other).await.unwrap().is_none());
        assert_eq!(conferences::get_conference(tx, there.key).await.unwrap(), there);
    })
    .await;
}

async fn a_slug_is_taken_once(on: &TestDb) {
    on.write(async |tx| {
        let first = put_conference(tx, 1, "ecc-2026").await;
        assert!(!conferences::insert_conference(tx, &conference(2, "ecc-2026")).await.unwrap());
        assert_eq!(conferences::find_conference(tx, &first.slug).await.unwrap().unwrap(), first);
        assert_eq!(conferences::list_conferences(tx, None, 9).await.unwrap(), [first]);
    })
    .await;
}

async fn everything_but_the_id_can_be_replaced(on: &TestDb) {
    on.write(async |tx| {
        let mut changed = put_conference(tx, 1, "ecc-2026").await;
        let untouched = put_conference(tx, 2, "other").await;
        changed.value.slug = slug("ecc");
        changed.value.name = "ECC".to_owned();
        changed.value.starts_on = "2027-01-01".parse().unwrap();
        changed.value.ends_on = "2027-01-01".parse().unwrap();
        changed.value.time_zone = urna_core::ZoneName::parse("Atlantic/Azores").unwrap();
        changed.value.languages.reverse();
        changed.value.registration = Registration::Open;
        changed.value.listed_domains.clear();
        assert!(conferences::set_conference(tx, &changed).await.unwrap());
        assert_eq!(conferences::get_conference(tx, changed.key).await.unwrap(), changed);
        assert_eq!(conferences::get_conference(tx, untouched.key).await.unwrap(), untouched);
        // Its own slug is not another's.
        assert!(conferences::set_conference(tx, &changed).await.unwrap());
    })
    .await;
}

async fn a_conference_cannot_take_the_slug_of_another(on: &TestDb) {
    on.write(async |tx| {
        put_conference(tx, 1, "ecc-2026").await;
        let before = put_conference(tx, 2, "other").await;
        let mut changed = before.clone();
        changed.value.slug = slug("ecc-2026");
        changed.value.name = "changed".to_owned();
        assert!(!conferences::set_conference(tx, &changed).await.unwrap());
        assert_eq!(conferences::get_conference(tx, before.key).await.unwrap(), before);
    })
    .await;
}

async fn the_latest_conference_comes_first(on: &TestDb) {
    on.write(async |tx| {
        // Neither the ids nor the slugs are in the order of making.
        for (number, name) in [(7, "b"), (9, "c"), (3, "a")] {
            put_conference(tx, number, name).await;
        }
        let listed = conferences::list_conferences(tx, None, 9).await.unwrap();
        let slugs: Vec<&str> = listed.iter().map(|conference| conference.slug.as_str()).collect();
        assert_eq!(slugs, ["a", "c", "b"]);
    })
    .await;
}

async fn a_cursor_goes_through_all_pages(on: &TestDb) {
    on.write(async |tx| {
        for number in 1..=5 {
            put_conference(tx, 10 - number, &format!("ecc-{number}")).await;
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = conferences::list_conferences(tx, after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 2);
            after = Some(last.id);
            seen.extend(page.iter().map(|conference| conference.slug.to_string()));
        }
        assert_eq!(seen, ["ecc-5", "ecc-4", "ecc-3", "ecc-2", "ecc-1"]);
    })
    .await;
}
