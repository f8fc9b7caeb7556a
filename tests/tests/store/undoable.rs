//! Parts of a transaction that can be rolled back without the rest.

use urna_store::{attendees, outbox};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, attendee, put_attendee, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_undone_leaves_nothing_and_the_rest_is_kept,
            what_is_undone_within_what_is_undone_is_gone_too;
    }
}

async fn what_is_undone_leaves_nothing_and_the_rest_is_kept(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-1").await;
        let anna = put_attendee(tx, &conference, &attendee(1)).await;
        for (time, kept) in [(10, true), (20, false), (30, true)] {
            tx.begin_undoable().await.unwrap();
            outbox::insert_mail(tx, anna, "invitation", at(time)).await.unwrap();
            if kept { tx.keep().await.unwrap() } else { tx.undo().await.unwrap() }
        }
        assert_eq!(outbox::count_mails(tx, anna, at(0)).await.unwrap(), 2);
    })
    .await;
    on.write(async |tx| {
        let times = [outbox::claim_mail(tx, at(50), at(90)).await, outbox::claim_mail(tx, at(50), at(90)).await];
        assert!(times.into_iter().all(|claimed| claimed.unwrap().is_some()), "what was kept is committed");
        assert_eq!(outbox::claim_mail(tx, at(50), at(90)).await.unwrap(), None);
    })
    .await;
}

async fn what_is_undone_within_what_is_undone_is_gone_too(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-1").await;
        tx.begin_undoable().await.unwrap();
        let anna = put_attendee(tx, &conference, &attendee(1)).await;
        for kept in [true, false] {
            tx.begin_undoable().await.unwrap();
            outbox::insert_mail(tx, anna, "invitation", at(10)).await.unwrap();
            if kept { tx.keep().await.unwrap() } else { tx.undo().await.unwrap() }
        }
        tx.undo().await.unwrap();
    })
    .await;
    on.write(async |tx| assert_eq!(attendees::find_attendee(tx, attendee(1).id).await.unwrap(), None)).await;
}
