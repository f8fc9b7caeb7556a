//! Reads the tables, bypassing the interface.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sqlx::{Column as _, Row as _};
use urna_core::record::HistoryLine;
use urna_store::Pools;
use urna_store::ballot_box::{BoxVote, list_box};
use urna_store::ballots::{find_ballot, list_history};
use urna_tests::{Ballot, World};
use uuid::Uuid;

/// Ballot, commitment, code, tracker hash, nonce, choice.
type SealedRow = (i64, Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// Every row of the ballot box of every ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Ballot and attendee.
    pub(crate) participations: Vec<(i64, i64)>,
    /// Ballot, slot, sealed vote.
    pub(crate) inbox: Vec<(i64, Vec<u8>, Vec<u8>)>,
    /// Opened votes.
    pub(crate) sealed: Vec<SealedRow>,
    /// Code and ballot.
    pub(crate) cancelled: Vec<(i64, i64)>,
    /// Ballot and wrapped key.
    pub(crate) keys: Vec<(i64, Vec<u8>)>,
}

macro_rules! rows {
    ($world:expr, $sql:literal) => {
        match $world.db().db().pools() {
            Pools::Sqlite { readers, .. } => sqlx::query_as($sql).fetch_all(readers).await.unwrap(),
            Pools::Postgres(pool) => sqlx::query_as($sql).fetch_all(pool).await.unwrap(),
        }
    };
}

/// The current contents.
pub(crate) async fn tables(world: &World) -> Tables {
    Tables {
        participations: rows!(world, "select ballot_id, attendee_id from participations order by 1, 2"),
        inbox: rows!(world, "select ballot_id, slot, sealed from ballot_inbox order by 1, 2"),
        sealed: rows!(
            world,
            "select ballot_id, commitment, code, tracker_hash, nonce, choice from ballot_box order by 1, 2"
        ),
        cancelled: rows!(world, "select code, ballot_id from cancelled_codes order by 1, 2"),
        keys: rows!(world, "select ballot_id, wrapped from box_keys order by 1"),
    }
}

/// The tables' rows about one ballot's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BoxRows {
    /// The ids of those who voted, in order; `None` for each who has been erased since.
    pub(crate) participants: Vec<Option<String>>,
    /// The number of encrypted votes.
    pub(crate) inbox: i64,
    /// The number of opened votes.
    pub(crate) sealed: i64,
    /// The number of kept codes of cancelled votes.
    pub(crate) cancelled: i64,
    /// The number of keys.
    pub(crate) keys: i64,
}

/// The current rows about one ballot.
pub(crate) async fn box_rows(world: &World, ballot: &Ballot) -> BoxRows {
    const PARTICIPANTS: &str = "select a.uuid from ballots b join participations p on p.ballot_id = b.id \
                                left join attendees a on a.id = p.attendee_id where b.uuid = $1";
    const COUNTS: &str = "select (select count(*) from ballot_inbox where ballot_id = b.id), \
                          (select count(*) from ballot_box where ballot_id = b.id), \
                          (select count(*) from cancelled_codes where ballot_id = b.id), \
                          (select count(*) from box_keys where ballot_id = b.id) from ballots b where b.uuid = $1";
    let id: Uuid = ballot.id.parse().unwrap();
    let (people, (inbox, sealed, cancelled, keys)): (Vec<(Option<Uuid>,)>, _) = match world.db().db().pools() {
        Pools::Sqlite { readers, .. } => (
            sqlx::query_as(PARTICIPANTS).bind(id).fetch_all(readers).await.unwrap(),
            sqlx::query_as(COUNTS).bind(id).fetch_one(readers).await.unwrap(),
        ),
        Pools::Postgres(pool) => (
            sqlx::query_as(PARTICIPANTS).bind(id).fetch_all(pool).await.unwrap(),
            sqlx::query_as(COUNTS).bind(id).fetch_one(pool).await.unwrap(),
        ),
    };
    let mut participants: Vec<_> = people.into_iter().map(|(person,)| person.map(|id| id.to_string())).collect();
    participants.sort_unstable();
    BoxRows { participants, inbox, sealed, cancelled, keys }
}

/// The columns of the table of participations, which must have a row.
pub(crate) async fn columns_of_participations(world: &World) -> Vec<String> {
    const SQL: &str = "select * from participations limit 1";
    match world.db().db().pools() {
        Pools::Sqlite { readers, .. } => {
            let row = sqlx::query(SQL).fetch_one(readers).await.unwrap();
            row.columns().iter().map(|column| column.name().to_owned()).collect()
        }
        Pools::Postgres(pool) => {
            let row = sqlx::query(SQL).fetch_one(pool).await.unwrap();
            row.columns().iter().map(|column| column.name().to_owned()).collect()
        }
    }
}

/// The sealed votes of a ballot, in the order of their commitments.
pub(crate) async fn box_of(world: &World, ballot: &Ballot) -> Vec<BoxVote> {
    let id = ballot.id.parse().unwrap();
    world
        .db()
        .read(async |tx| {
            let found = find_ballot(tx, id).await.unwrap().unwrap();
            list_box(tx, found.ballot.key).await.unwrap()
        })
        .await
}

/// The commitments of a ballot's sealed votes in the receipts' spelling, sorted.
pub(crate) async fn commitments(world: &World, ballot: &Ballot) -> Vec<String> {
    let spelled =
        box_of(world, ballot).await.into_iter().map(|vote| URL_SAFE_NO_PAD.encode(vote.commitment.as_bytes()));
    let mut spelled: Vec<_> = spelled.collect();
    spelled.sort_unstable();
    spelled
}

/// The kinds of events in a ballot's history, oldest first.
pub(crate) async fn history(world: &World, ballot: &Ballot) -> Vec<String> {
    let id = ballot.id.parse().unwrap();
    let events = world
        .db()
        .read(async |tx| {
            let found = find_ballot(tx, id).await.unwrap().unwrap();
            list_history(tx, found.ballot.key).await.unwrap()
        })
        .await;
    let kind = |line: HistoryLine| serde_json::to_value(line.event).unwrap()["type"].as_str().unwrap().to_owned();
    events.into_iter().map(kind).collect()
}
