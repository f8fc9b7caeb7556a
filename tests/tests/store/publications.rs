//! Tie-breaks and published results.

use urna_core::OrderNonce;
use urna_core::record::Decision;
use urna_store::publications::{self, PublishedVersion, StoredPublication, TieBreak};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, candidate, locked, put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_tie_break_comes_back_as_it_was_put,
            a_later_tie_break_takes_the_place_of_the_earlier,
            a_sealed_order_goes_with_its_definition,
            a_publication_comes_back_as_it_was_put,
            the_latest_publication_is_of_the_highest_version,
            a_published_version_never_changes;
    }
}

async fn a_tie_break_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        assert_eq!(publications::find_tie_break(tx, ballot).await.unwrap(), None);
        let lock = locked(tx, ballot, at(9)).await;
        let decision = Decision { reason: "the “better” pitch".to_owned(), ..decision(&[3, 1]) };
        publications::set_tie_break(tx, &lock, &decision).await.unwrap();
        let expected = TieBreak { decision, at: at(9) };
        assert_eq!(publications::find_tie_break(tx, ballot).await.unwrap(), Some(expected));
        assert_eq!(publications::find_tie_break(tx, other).await.unwrap(), None);
    })
    .await;
}

async fn a_later_tie_break_takes_the_place_of_the_earlier(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let lock = locked(tx, ballot, at(9)).await;
        let sealed = Decision { nonce: Some(OrderNonce::new([7; 32])), ..decision(&[1, 2]) };
        publications::set_tie_break(tx, &lock, &sealed).await.unwrap();
        let found = publications::find_tie_break(tx, ballot).await.unwrap();
        assert_eq!(found, Some(TieBreak { decision: sealed, at: at(9) }));
        let lock = locked(tx, ballot, at(10)).await;
        let later = Decision { decided_by: "d".to_owned(), ..decision(&[2]) };
        publications::set_tie_break(tx, &lock, &later).await.unwrap();
        let expected = TieBreak { decision: later, at: at(10) };
        assert_eq!(publications::find_tie_break(tx, ballot).await.unwrap(), Some(expected));
    })
    .await;
}

async fn a_sealed_order_goes_with_its_definition(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        for ballot in [ballot, other] {
            let lock = locked(tx, ballot, at(9)).await;
            publications::set_tie_break(tx, &lock, &decision(&[1])).await.unwrap();
        }
        let lock = locked(tx, ballot, at(10)).await;
        publications::delete_tie_break(tx, &lock).await.unwrap();
        assert_eq!(publications::find_tie_break(tx, ballot).await.unwrap(), None);
        assert!(publications::find_tie_break(tx, other).await.unwrap().is_some());
    })
    .await;
}

fn decision(order: &[u128]) -> Decision {
    Decision {
        order: order.iter().copied().map(candidate).collect(),
        reason: "a".to_owned(),
        decided_by: "the jury".to_owned(),
        nonce: None,
    }
}

fn publication(version: u32) -> StoredPublication {
    StoredPublication {
        version,
        at: at(i64::from(version) + 100),
        note: (version > 1).then(|| format!("correction {version}")),
        results: format!("{{\"version\":{version},\"title\":\"é\"}}"),
        tally: (version > 1).then(|| "{\"blank\":0}".to_owned()),
        publication: Some(format!("urna publication v1\n{version}\n")),
    }
}

async fn a_publication_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        assert_eq!(publications::find_publication(tx, ballot, None).await.unwrap(), None);
        let lock = locked(tx, ballot, at(9)).await;
        for version in [1, 2] {
            publications::insert_publication(tx, &lock, &publication(version)).await.unwrap();
        }
        for version in [1, 2] {
            let found = publications::find_publication(tx, ballot, Some(version)).await.unwrap();
            assert_eq!(found, Some(publication(version)));
        }
        assert_eq!(publications::find_publication(tx, ballot, Some(3)).await.unwrap(), None);
        assert_eq!(publications::find_publication(tx, other, None).await.unwrap(), None);
        assert_eq!(publications::find_publication(tx, other, Some(1)).await.unwrap(), None);
    })
    .await;
}

async fn the_latest_publication_is_of_the_highest_version(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let lock = locked(tx, ballot, at(9)).await;
        for version in [9, 10] {
            publications::insert_publication(tx, &lock, &publication(version)).await.unwrap();
            let latest = publications::find_publication(tx, ballot, None).await.unwrap();
            assert_eq!(latest, Some(publication(version)));
        }
        let listed = |version: u32| {
            let StoredPublication { version, at, note, .. } = publication(version);
            PublishedVersion { version, at, note }
        };
        assert_eq!(publications::list_publications(tx, ballot).await.unwrap(), [listed(9), listed(10)]);
        let other = put_ballot(tx, &conference, 2, "other").await;
        assert_eq!(publications::list_publications(tx, other).await.unwrap(), []);
    })
    .await;
}

async fn a_published_version_never_changes(on: &TestDb) {
    let ballot = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let ballot = put_ballot(tx, &conference, 1, "manager").await;
            let lock = locked(tx, ballot, at(9)).await;
            publications::insert_publication(tx, &lock, &publication(1)).await.unwrap();
            ballot
        })
        .await;
    let mut tx = on.db().write().await.unwrap();
    let lock = locked(&mut tx, ballot, at(9)).await;
    let other = StoredPublication { results: "other".to_owned(), ..publication(1) };
    assert!(publications::insert_publication(&mut tx, &lock, &other).await.is_err());
    drop(tx);
    let kept = on.read(async |tx| publications::find_publication(tx, ballot, None).await.unwrap()).await;
    assert_eq!(kept, Some(publication(1)));
}
