//! Copies of a database.

use urna_store::backup::{self, Inventory, UnusableCopy};
use urna_store::migrations;
use urna_tests::{Cases, Engine, TestDb, cases};

use crate::sample::{put_ballot, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine: only_a_file_has_a_size;
        on_sqlite:
            a_copy_has_what_was_there_when_it_was_made,
            a_damaged_copy_is_not_read_as_one;
    }
}

async fn only_a_file_has_a_size(on: &TestDb) {
    let bytes = on.db().bytes().await.unwrap();
    assert_eq!(bytes.is_some_and(|bytes| bytes > 0), on.engine() == Engine::Sqlite);
}

async fn a_copy_has_what_was_there_when_it_was_made(on: &TestDb) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        put_ballot(tx, &conference, 1, "manager").await
    })
    .await;
    on.db().copy_into(file.to_str().unwrap()).await.unwrap();
    on.write(async |tx| drop(put_conference(tx, 2, "later").await)).await;
    let Inventory { step, conferences, ballots, participations, votes, .. } = backup::read_copy(&file).await.unwrap();
    assert_eq!((step, conferences), (Some(migrations::latest()), 1));
    assert_eq!((ballots.len(), participations.len(), votes.len()), (1, 0, 0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "reading leaves nothing beside it");
}

async fn a_damaged_copy_is_not_read_as_one(on: &TestDb) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    on.db().copy_into(file.to_str().unwrap()).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(backup::read_copy(&file).await.is_err());
    let mut damaged = whole.clone();
    // The first page of the schema's table: its header says where the rows are.
    damaged[4096..4096 + 64].fill(0xff);
    std::fs::write(&file, &damaged).unwrap();
    let error = backup::read_copy(&file).await.unwrap_err();
    assert!(matches!(error, UnusableCopy::Damaged(_) | UnusableCopy::Unreadable(_)), "{error}");
}
