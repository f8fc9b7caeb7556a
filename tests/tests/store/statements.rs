//! The statements signed at the close.

use urna_store::statements::{self, StoredStatement};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, locked, put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_statement_comes_back_as_it_was_put,
            a_ballot_has_one_statement_that_never_changes,
            a_deleted_statement_is_gone;
    }
}

fn statement(text: &str) -> StoredStatement {
    let (tally, history) = ("{\"rows\":[]}".to_owned(), "[]".to_owned());
    StoredStatement { tally, history, statement: format!("urna statement v1\n{text}\n\n— urna \n") }
}

async fn a_statement_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        assert_eq!(statements::find_statement(tx, ballot).await.unwrap(), None);
        let lock = locked(tx, ballot, at(9)).await;
        statements::insert_statement(tx, &lock, &statement("1")).await.unwrap();
        assert_eq!(statements::find_statement(tx, ballot).await.unwrap(), Some(statement("1")));
        assert_eq!(statements::find_statement(tx, other).await.unwrap(), None);
    })
    .await;
}

async fn a_ballot_has_one_statement_that_never_changes(on: &TestDb) {
    let ballot = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            let ballot = put_ballot(tx, &conference, 1, "manager").await;
            let lock = locked(tx, ballot, at(9)).await;
            statements::insert_statement(tx, &lock, &statement("1")).await.unwrap();
            ballot
        })
        .await;
    let mut tx = on.db().write().await.unwrap();
    let lock = locked(&mut tx, ballot, at(9)).await;
    assert!(statements::insert_statement(&mut tx, &lock, &statement("2")).await.is_err());
    drop(tx);
    let found = on.read(async |tx| statements::find_statement(tx, ballot).await.unwrap()).await;
    assert_eq!(found, Some(statement("1")));
}

async fn a_deleted_statement_is_gone(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let (ballot, other) =
            (put_ballot(tx, &conference, 1, "manager").await, put_ballot(tx, &conference, 2, "other").await);
        for ballot in [ballot, other] {
            let lock = locked(tx, ballot, at(9)).await;
            statements::insert_statement(tx, &lock, &statement("1")).await.unwrap();
        }
        let lock = locked(tx, ballot, at(9)).await;
        statements::delete_statement(tx, &lock).await.unwrap();
        assert_eq!(statements::find_statement(tx, ballot).await.unwrap(), None);
        assert_eq!(statements::find_statement(tx, other).await.unwrap(), Some(statement("1")));
    })
    .await;
}
