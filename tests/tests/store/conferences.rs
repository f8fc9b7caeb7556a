//! Conferences.

use urna_core::conference::Voting;
use urna_core::{Registration, Sha256Hash, State};
use urna_store::conferences::{self, Logo};
use urna_store::{Tx, ballots};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, ballot, conference, frozen, locked, put_ballot, put_conference, slug};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_conference_comes_back_as_it_was_put,
            every_registration_rule_is_kept,
            what_is_not_there_is_none,
            a_slug_is_taken_once,
            everything_but_the_id_can_be_replaced,
            a_conference_cannot_take_the_slug_of_another,
            a_logo_is_found_by_its_hash,
            the_latest_conference_comes_first,
            a_cursor_goes_through_all_pages,
            whoever_locks_a_conference_waits_for_the_other,
            locking_a_conference_changes_nothing,
            voting_goes_on_while_a_ballot_is_announced_or_runs;
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

async fn a_logo_is_found_by_its_hash(on: &TestDb) {
    on.write(async |tx| {
        let key = put_conference(tx, 1, "ecc-2026").await.key;
        let logo = |image: &[u8]| Logo { media_type: "image/png".to_owned(), image: image.to_vec() };
        for image in [b"one".as_slice(), b"other"] {
            conferences::set_logo(tx, key, &logo(image)).await.unwrap();
            let hash = Sha256Hash::of(image);
            assert_eq!(conferences::get_conference(tx, key).await.unwrap().logo, Some(hash));
            assert_eq!(conferences::find_logo(tx, &hash).await.unwrap(), Some(logo(image)));
        }
        assert_eq!(conferences::find_logo(tx, &Sha256Hash::of(b"one")).await.unwrap(), None);
        conferences::delete_logo(tx, key).await.unwrap();
        assert_eq!(conferences::get_conference(tx, key).await.unwrap().logo, None);
        assert_eq!(conferences::find_logo(tx, &Sha256Hash::of(b"other")).await.unwrap(), None);
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
        changed.value.name = String::from("ECC");
        changed.value.starts_on = "2027-01-01".parse().unwrap();
        changed.value.ends_on = "2027-01-01".parse().unwrap();
        changed.value.time_zone = urna_core::ZoneName::parse("Atlantic/Azores").unwrap();
        changed.value.languages.reverse();
        changed.value.registration = Registration::Open;
        changed.value.listed_domains.clear();
        assert!(conferences::set_conference(tx, &changed).await.unwrap());
        assert_eq!(conferences::get_conference(tx, changed.key).await.unwrap(), changed);
        assert_eq!(conferences::get_conference(tx, untouched.key).await.unwrap(), untouched);
        // A conference's own slug does not collide with itself.
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
        changed.value.name = String::from("changed");
        assert!(!conferences::set_conference(tx, &changed).await.unwrap());
        assert_eq!(conferences::get_conference(tx, before.key).await.unwrap(), before);
    })
    .await;
}

async fn the_latest_conference_comes_first(on: &TestDb) {
    on.write(async |tx| {
        // Neither the ids nor the slugs are in the order of creation.
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

/// Each of eight transactions reads the name and appends a letter; none is lost.
async fn whoever_locks_a_conference_waits_for_the_other(on: &TestDb) {
    let key = on.write(async |tx| put_conference(tx, 1, "ecc-2026").await.key).await;
    let changes: Vec<_> = ('a'..='h')
        .map(|letter| {
            let db = on.db().clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                conferences::lock_conference(&mut tx, key).await.unwrap();
                let mut found = conferences::get_conference(&mut tx, key).await.unwrap();
                found.value.name.push(letter);
                assert!(conferences::set_conference(&mut tx, &found).await.unwrap());
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for change in changes {
        change.await.unwrap();
    }
    let found = on.read(async |tx| conferences::get_conference(tx, key).await.unwrap()).await;
    let mut letters: Vec<char> = found.name.chars().rev().take(8).collect();
    letters.sort_unstable();
    assert_eq!(letters, ('a'..='h').collect::<Vec<_>>());
}

async fn locking_a_conference_changes_nothing(on: &TestDb) {
    on.write(async |tx| {
        let (one, two) = (put_conference(tx, 1, "ecc-2026").await, put_conference(tx, 2, "ecc-2027").await);
        conferences::lock_conference(tx, one.key).await.unwrap();
        assert_eq!(conferences::list_conferences(tx, None, 9).await.unwrap(), [two, one]);
    })
    .await;
}

async fn voting_goes_on_while_a_ballot_is_announced_or_runs(on: &TestDb) {
    on.write(async |tx| {
        let here = put_conference(tx, 1, "ecc-2026").await;
        let elsewhere = put_conference(tx, 2, "ecc-2027").await;
        let _other = put_ballot(tx, &elsewhere, 9, "other").await;
        let voting = async |tx: &mut Tx, now| conferences::find_voting(tx, here.key, at(now)).await.unwrap();
        let first = put_ballot(tx, &here, 1, "first").await;
        let second = put_ballot(tx, &here, 2, "second").await;
        assert_eq!(voting(tx, 1).await, Voting::Over, "drafts are nobody's");
        let frozen = frozen(&ballot(1, here.id, "first"));
        for (state, while_untimed) in [
            (State::Ready(frozen.clone()), Voting::Open),
            (State::Open(frozen.clone()), Voting::Open),
            (State::Paused(frozen.clone()), Voting::Open),
            (State::Cancelled { frozen: None, reason: "x".to_owned() }, Voting::Over),
        ] {
            let change = locked(tx, first, at(1)).await;
            ballots::set_closing_time(tx, &change, None).await.unwrap();
            ballots::set_state(tx, &change, &state).await.unwrap();
            assert_eq!(voting(tx, 1).await, while_untimed, "{state:?}");
            ballots::set_closing_time(tx, &change, Some(at(20))).await.unwrap();
            let is_over = while_untimed == Voting::Over;
            let expected = if is_over { Voting::Over } else { Voting::Until(at(20)) };
            assert_eq!((voting(tx, 19).await, voting(tx, 20).await), (expected, Voting::Over), "{state:?}");
        }
        for (key, closes_at) in [(first, 30), (second, 40)] {
            let change = locked(tx, key, at(1)).await;
            ballots::set_state(tx, &change, &State::Open(frozen.clone())).await.unwrap();
            ballots::set_closing_time(tx, &change, Some(at(closes_at))).await.unwrap();
        }
        assert_eq!((voting(tx, 1).await, voting(tx, 35).await), (Voting::Until(at(40)), Voting::Until(at(40))));
    })
    .await;
}
