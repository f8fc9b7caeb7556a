//! Reads and writes for a batch of casts: as few statements as the engine allows, whatever the size of the batch.
//!
//! The engines take a list of values in different ways. PostgreSQL takes arrays. SQLite takes the attendees'
//! numbers as a JSON list, and the bytes of all casts concatenated into one value. The SQL that uses the list is
//! the same.

use std::fmt::Write as _;

use sqlx::{PgConnection, SqliteConnection};
use urna_core::sealed_vote::Slot;
use urna_core::{Attendee, AttendeeStatus, Ballot, Category, Conference};

use crate::db::{BEGIN_POSTGRES, Connection, Db, Pools, Tx};
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;
use crate::lock::{BallotLock, CastLock, LOCK_SHARED, LockClock, Shared, take_shared};

impl Db {
    /// Begins the transaction of a batch of casts: [`Db::write`], taking the shared locks of these ballots in the
    /// same round trip.
    pub async fn write_casts(&self, ballots: &[Key<Ballot>]) -> Result<Tx, StoreError> {
        let Pools::Postgres(pool) = self.pools() else { return self.write().await };
        let mut statements = BEGIN_POSTGRES.to_owned();
        for ballot in ballots {
            // Each statement of a message has its own snapshot. Only numbers enter the text.
            let _ = write!(statements, "; {LOCK_SHARED}({ballot})");
        }
        let connection = Connection::Postgres(self.begin_postgres(pool, &statements).await?);
        let mut tx = self.tx(connection);
        tx.casts_on = ballots.to_vec();
        Ok(tx)
    }
}

/// The facts in the database about the sender of a cast, and about its slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Whether the session that sent the cast still exists.
    pub signed_in: bool,
    /// The attendee's present status; `None` if they were erased.
    pub status: Option<AttendeeStatus>,
    /// The attendee's present group; looked up only if asked for.
    pub category: Option<Category>,
    /// Whether they are on the roll of the ballot's conference.
    pub on_this_roll: bool,
    /// Whether they have voted on the ballot.
    pub took_part: bool,
    /// The encrypted vote already in the cast's slot.
    pub sealed: Option<Vec<u8>>,
}

/// The common case: a verified attendee of the conference, signed in, who has not voted yet and sends an unused
/// tracker.
const USUAL: Sender = Sender {
    signed_in: true,
    status: Some(AttendeeStatus::Verified),
    category: None,
    on_this_roll: true,
    took_part: false,
    sealed: None,
};

/// Number in the list, session, status, category, conference, participation, encrypted vote; all null if every cast
/// is the common case.
type Row = (
    i64,
    Option<String>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<bool>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<bool>,
    Option<Vec<u8>>,
);

/// Reads the ballot's state, and the casts that differ from the common case; returns at least one row.
macro_rules! senders {
    ($engine:tt, $list:literal, $session:literal, $attendee:literal, $participation:literal, $inbox:literal) => {
        crate::lock::standing!(
            $engine,
            ", s.number, s.signed_in, s.status, s.category, s.conference_id, s.took_part, s.sealed",
            concat!(
                " left join (select c.number, e.token_hash is not null as signed_in, a.status, a.category, a.conference_id, \
                 p.ballot_id is not null as took_part, i.sealed from (",
                $list,
                ") c left join ",
                $session,
                " left join ",
                $attendee,
                " left join ",
                $participation,
                " left join ",
                $inbox,
                " where $5 or e.token_hash is null or a.status is distinct from 'verified' or a.conference_id is distinct from $6 \
                 or p.ballot_id is not null or i.sealed is not null) s on true"
            )
        )
    };
}

const SENDERS_ON_SQLITE: &str = senders!(
    sqlite,
    "select key as number, value as attendee_id, substr($4, key * 32 + 1, 32) as slot, \
     substr($7, key * 32 + 1, 32) as session from json_each($3)",
    "attendee_sessions e on e.token_hash = c.session and e.attendee_id = c.attendee_id",
    "attendees a on a.id = c.attendee_id",
    "participations p on p.ballot_id = $1 and p.attendee_id = c.attendee_id",
    "ballot_inbox i on i.ballot_id = $1 and i.slot = c.slot"
);

// The limits force one index lookup per cast. Without them the planner may read whole tables, misjudging the size
// of tables not analysed yet.
const SENDERS_ON_POSTGRES: &str = senders!(
    postgres,
    "select number - 1 as number, attendee_id, slot, session \
     from unnest($3::bigint[], $4::bytea[], $7::bytea[]) with ordinality as l (attendee_id, slot, session, number)",
    "lateral (select token_hash from attendee_sessions \
     where token_hash = c.session and attendee_id = c.attendee_id limit 1) e on true",
    "lateral (select status, category, conference_id from attendees where id = c.attendee_id limit 1) a on true",
    "lateral (select ballot_id from participations \
     where ballot_id = $1 and attendee_id = c.attendee_id limit 1) p on true",
    "lateral (select sealed from ballot_inbox where ballot_id = $1 and slot = c.slot limit 1) i on true"
);

/// The casts on one ballot to look up.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The ballot's conference.
    pub conference: Key<Conference>,
    /// Whether the attendees' groups matter.
    pub with_categories: bool,
    /// The casts.
    pub casts: &'a [AskedCast],
}

/// A cast to look up.
#[derive(Debug, Clone, Copy)]
pub struct AskedCast {
    /// The sender.
    pub attendee: Key<Attendee>,
    /// The SHA-256 of the token of their session.
    pub session: [u8; 32],
    /// The slot for its vote.
    pub slot: Slot,
}

/// [`lock_for_cast`](crate::lock::lock_for_cast) and, in the same statement, the sender and the content of the slot
/// for each of these casts, in their order. Fetches only what differs from the common case.
pub async fn lock_for_casts(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    clock: LockClock,
    asked: Asked<'_>,
) -> Result<(CastLock, Vec<Sender>), StoreError> {
    take_shared(tx, ballot).await?;
    let Asked { conference, with_categories, casts } = asked;
    let given = clock.given(&tx.connection);
    let rows = match &mut tx.connection {
        Connection::Sqlite(transaction) => {
            let slots: Vec<u8> = casts.iter().flat_map(|cast| cast.slot.0).collect();
            let sessions: Vec<u8> = casts.iter().flat_map(|cast| cast.session).collect();
            let query = sqlx::query_as::<_, Row>(SENDERS_ON_SQLITE).bind(ballot.number()).bind(given);
            let query = query.bind(json_list(casts.iter().map(|cast| cast.attendee.number()))).bind(slots);
            let query = query.bind(with_categories).bind(conference.number()).bind(sessions);
            query.fetch_all(&mut **transaction).await
        }
        Connection::Postgres(transaction) => {
            let attendees: Vec<i64> = casts.iter().map(|cast| cast.attendee.number()).collect();
            let slots: Vec<&[u8]> = casts.iter().map(|cast| cast.slot.0.as_slice()).collect();
            let sessions: Vec<&[u8]> = casts.iter().map(|cast| cast.session.as_slice()).collect();
            let query = sqlx::query_as::<_, Row>(SENDERS_ON_POSTGRES).bind(ballot.number()).bind(given);
            let query = query.bind(attendees).bind(slots);
            let query = query.bind(with_categories).bind(conference.number()).bind(sessions);
            query.fetch_all(&mut **transaction).await
        }
    };
    tx.note(&rows);
    let mut lock = None;
    let mut senders = vec![USUAL; casts.len()];
    for (clock, state, closes_at, key, number, signed_in, status, category, on_roll_of, took_part, sealed) in rows? {
        lock.get_or_insert((clock, state, closes_at, key));
        let Some(number) = number else { continue };
        let place = usize::try_from(number).ok().and_then(|number| senders.get_mut(number)).or_corrupt("number")?;
        let parse = |status: &str| AttendeeStatus::parse(status).or_corrupt("attendees.status");
        let category = category.as_deref().filter(|_| with_categories);
        *place = Sender {
            signed_in: signed_in == Some(true),
            status: status.as_deref().map(parse).transpose()?,
            category: category.map(Category::parse).transpose().or_corrupt("attendees.category")?,
            on_this_roll: on_roll_of == Some(conference.number()),
            took_part: took_part == Some(true),
            sealed,
        };
    }
    Ok((CastLock::of(ballot, lock.or_corrupt("ballots")?)?, senders))
}

/// Records the participations, and puts the encrypted votes, all of one length, into the inbox. The primary keys
/// decide: `false` if an attendee has already taken part, or a slot is taken. The other rows are written all the
/// same, so the caller must roll the transaction back.
///
/// Each list is written in its own order, by attendee and by slot. The order thus reveals nothing about who cast
/// which vote, and two instances that write the same rows do not deadlock.
pub async fn insert_votes(
    tx: &mut Tx,
    lock: &BallotLock<Shared>,
    attendees: &mut [Key<Attendee>],
    inbox: &mut [(Slot, Vec<u8>)],
) -> Result<bool, StoreError> {
    attendees.sort_unstable_by_key(|key| key.number());
    inbox.sort_unstable_by_key(|(slot, _)| *slot);
    let written = match &mut tx.connection {
        Connection::Sqlite(transaction) => insert_on_sqlite(transaction, lock, attendees, inbox).await,
        Connection::Postgres(transaction) => insert_on_postgres(transaction, lock, attendees, inbox).await,
    };
    tx.note(&written);
    Ok(written?)
}

/// Both lists in one call: each call is a round trip to the connection's thread.
async fn insert_on_sqlite(
    connection: &mut SqliteConnection,
    lock: &BallotLock<Shared>,
    attendees: &[Key<Attendee>],
    inbox: &[(Slot, Vec<u8>)],
) -> Result<bool, sqlx::Error> {
    const SQL: &str = "insert into participations (ballot_id, attendee_id) \
                       select $1, value from json_each($2) where true on conflict do nothing; \
                       insert into ballot_inbox (ballot_id, slot, sealed) \
                       select $1, substr($3, key * 32 + 1, 32), substr($4, key * $5 + 1, $5) \
                       from json_each($6) where true on conflict do nothing";
    let length = inbox.first().map_or(0, |(_, sealed)| sealed.len());
    debug_assert!(inbox.iter().all(|(_, sealed)| sealed.len() == length), "every vote of a ballot is padded alike");
    let mut slots = Vec::with_capacity(inbox.len() * 32);
    let mut sealed = Vec::with_capacity(inbox.len() * length);
    for (slot, vote) in inbox {
        slots.extend_from_slice(&slot.0);
        sealed.extend_from_slice(vote);
    }
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let query = sqlx::query(SQL).bind(lock.ballot.number());
    let query = query.bind(json_list(attendees.iter().map(|key| key.number())));
    let query = query.bind(slots).bind(sealed).bind(length).bind(json_list(std::iter::repeat_n(0, inbox.len())));
    let written = query.execute(connection).await?.rows_affected();
    Ok(count(written) == attendees.len() + inbox.len())
}

async fn insert_on_postgres(
    connection: &mut PgConnection,
    lock: &BallotLock<Shared>,
    attendees: &[Key<Attendee>],
    inbox: &[(Slot, Vec<u8>)],
) -> Result<bool, sqlx::Error> {
    const SQL: &str = "with taken as (insert into participations (ballot_id, attendee_id) \
                       select $1, attendee_id from unnest($2::bigint[]) as l (attendee_id) \
                       on conflict do nothing returning 1), \
                       boxed as (insert into ballot_inbox (ballot_id, slot, sealed) \
                       select $1, slot, sealed from unnest($3::bytea[], $4::bytea[]) as l (slot, sealed) \
                       on conflict do nothing returning 1) \
                       select (select count(*) from taken), (select count(*) from boxed)";
    let numbers: Vec<i64> = attendees.iter().map(|key| key.number()).collect();
    let slots: Vec<&[u8]> = inbox.iter().map(|(slot, _)| slot.0.as_slice()).collect();
    let sealed: Vec<&[u8]> = inbox.iter().map(|(_, sealed)| sealed.as_slice()).collect();
    let query = sqlx::query_as::<_, (i64, i64)>(SQL).bind(lock.ballot.number());
    let (participations, votes) = query.bind(numbers).bind(slots).bind(sealed).fetch_one(connection).await?;
    Ok(count(participations) == attendees.len() && count(votes) == inbox.len())
}

fn count(rows: impl TryInto<usize>) -> usize {
    rows.try_into().unwrap_or(usize::MAX)
}

/// A JSON list of numbers.
pub(crate) fn json_list(numbers: impl Iterator<Item = i64>) -> String {
    let mut list = String::from("[");
    for (place, number) in numbers.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(list, "{comma}{number}");
    }
    list.push(']');
    list
}
