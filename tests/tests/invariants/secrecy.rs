//! The ballot box must not reveal who cast which vote.

use urna_tests::{Cases, Engine, TestDb, cases};

use crate::schema::{self, Table};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_participation_is_a_ballot_and_an_attendee,
            an_inbox_vote_is_a_slot_and_sealed_bytes,
            a_box_vote_is_what_is_published,
            a_cancelled_vote_is_a_code,
            nothing_refers_to_the_ballot_box,
            every_table_of_the_box_is_known_here;
    }
}

/// Columns in order, each a number or bytes.
type Columns = &'static [(&'static str, Kind)];

#[derive(Clone, Copy)]
enum Kind {
    Number,
    Bytes,
}

/// Exactly these columns and this primary key, and nothing that could reveal a time or an order or identify a row: no
/// time, no serial number, no default, no foreign key, no check, no trigger, no order of insertion on the pages.
async fn holds_only(on: &TestDb, name: &str, columns: Columns, primary_key: [&str; 2], indexes: &[&str]) {
    let schema = schema::read(on.db()).await;
    let table: &Table = &schema[name];
    let found: Vec<(&str, String)> =
        table.columns.iter().map(|column| (column.name.as_str(), column.declared.to_lowercase())).collect();
    let declared = |kind| match (kind, on.engine()) {
        (Kind::Number, Engine::Sqlite) => "integer",
        (Kind::Bytes, Engine::Sqlite) => "blob",
        (Kind::Number, Engine::Postgres) => "bigint",
        (Kind::Bytes, Engine::Postgres) => "bytea",
    };
    let expected: Vec<(&str, String)> =
        columns.iter().map(|(name, kind)| (*name, declared(*kind).to_owned())).collect();
    assert_eq!(found, expected);
    assert!(table.columns.iter().all(|column| column.not_null && !column.has_default));
    assert_eq!(table.primary_key, primary_key);
    assert!(!table.numbered, "a serial number is an order");
    assert!(table.foreign_keys.is_empty(), "a foreign key locks and reads what it refers to");
    assert!(table.checks.is_empty() && table.triggers.is_empty() && table.uniques.is_empty());
    let others: Vec<&str> = table.indexes.iter().map(|index| index.columns.as_str()).collect();
    assert_eq!(others, indexes);
    if on.engine() == Engine::Sqlite {
        assert!(table.without_rowid, "a row's number is an order");
        assert!(table.strict);
    }
}

async fn a_participation_is_a_ballot_and_an_attendee(on: &TestDb) {
    let columns: Columns = &[("ballot_id", Kind::Number), ("attendee_id", Kind::Number)];
    holds_only(on, "participations", columns, ["ballot_id", "attendee_id"], &[]).await;
}

async fn an_inbox_vote_is_a_slot_and_sealed_bytes(on: &TestDb) {
    let columns: Columns = &[("ballot_id", Kind::Number), ("slot", Kind::Bytes), ("sealed", Kind::Bytes)];
    holds_only(on, "ballot_inbox", columns, ["ballot_id", "slot"], &[]).await;
}

async fn a_box_vote_is_what_is_published(on: &TestDb) {
    let columns: Columns = &[
        ("ballot_id", Kind::Number),
        ("commitment", Kind::Bytes),
        ("code", Kind::Number),
        ("tracker_hash", Kind::Bytes),
        ("nonce", Kind::Bytes),
        ("choice", Kind::Bytes),
    ];
    holds_only(on, "ballot_box", columns, ["ballot_id", "commitment"], &["code"]).await;
}

async fn a_cancelled_vote_is_a_code(on: &TestDb) {
    let columns: Columns = &[("code", Kind::Number), ("ballot_id", Kind::Number)];
    holds_only(on, "cancelled_codes", columns, ["code", "ballot_id"], &[]).await;
}

const BOX: [&str; 4] = ["ballot_box", "ballot_inbox", "cancelled_codes", "participations"];

async fn nothing_refers_to_the_ballot_box(on: &TestDb) {
    for (name, table) in schema::read(on.db()).await {
        for key in &table.foreign_keys {
            assert!(!BOX.contains(&key.to_table.as_str()), "{name} refers to {}", key.to_table);
        }
    }
}

/// A new table with a receipt code, a choice, a slot or a commitment needs its own case here.
async fn every_table_of_the_box_is_known_here(on: &TestDb) {
    const TELLING: [&str; 9] =
        ["choice", "code", "commitment", "nonce", "sealed", "slot", "tracker", "tracker_hash", "voter_hash"];
    let telling: Vec<String> = schema::read(on.db())
        .await
        .into_iter()
        .filter(|(_, table)| table.columns.iter().any(|column| TELLING.contains(&column.name.as_str())))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(telling, ["ballot_box", "ballot_inbox", "cancelled_codes"]);
}
