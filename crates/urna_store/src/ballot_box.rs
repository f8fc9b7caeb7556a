//! The ballot box: participations, the encrypted inbox, and the box that is sorted at the close.
//!
//! Nothing here carries a time, a serial number or anything else that links a vote to a participation. Writing a
//! vote takes the proof that its ballot's lock is held.

use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};
use urna_core::sealed_vote::Slot;
use urna_core::{
    Attendee, AttendeeStatus, Ballot, BallotId, Category, Commitment, Conference, Eligibility, Nonce, ReceiptCode,
    StateName, TrackerHash,
};
use uuid::Uuid;

use crate::attendees::count_admitted;
use crate::casts::json_list;
use crate::db::{Connection, Tx};
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;
use crate::lock::{BallotLock, Exclusive};

/// A vote in the box of a closed ballot, ready for the public record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxVote {
    /// The commitment that the voter's receipt promises.
    pub commitment: Commitment,
    /// The receipt code.
    pub code: ReceiptCode,
    /// SHA-256 of the voter's tracker.
    pub tracker: TrackerHash,
    /// Opens the commitment.
    pub nonce: Nonce,
    /// The encoded choice.
    pub choice: Vec<u8>,
}

/// Stores the wrapped box key when a ballot opens.
pub async fn insert_box_key(tx: &mut Tx, lock: &BallotLock<Exclusive>, wrapped: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "insert into box_keys (ballot_id, wrapped) values ($1, $2)", lock.ballot.number(), wrapped)?;
    Ok(())
}

/// The wrapped key of a running ballot.
pub async fn find_box_key(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Option<Vec<u8>>, StoreError> {
    let row = fetch_optional!(tx, (Vec<u8>,), "select wrapped from box_keys where ballot_id = $1", ballot.number())?;
    Ok(row.map(|(wrapped,)| wrapped))
}

/// The wrapped keys of all running ballots.
pub async fn list_box_keys(tx: &mut Tx) -> Result<Vec<(Key<Ballot>, BallotId, Vec<u8>)>, StoreError> {
    const SQL: &str =
        "select b.id, b.uuid, k.wrapped from box_keys k join ballots b on b.id = k.ballot_id order by b.id";
    let rows = fetch_all!(tx, (i64, Uuid, Vec<u8>), SQL)?;
    Ok(rows.into_iter().map(|(number, uuid, wrapped)| (Key::new(number), BallotId::new(uuid), wrapped)).collect())
}

/// Whether an attendee has voted on a ballot.
pub async fn find_participation(tx: &mut Tx, ballot: Key<Ballot>, attendee: Key<Attendee>) -> Result<bool, StoreError> {
    const SQL: &str = "select cast(1 as bigint) from participations where ballot_id = $1 and attendee_id = $2";
    Ok(fetch_optional!(tx, (i64,), SQL, ballot.number(), attendee.number())?.is_some())
}

/// The ballots of a conference on which an attendee has voted.
pub async fn list_participations(
    tx: &mut Tx,
    conference: Key<Conference>,
    attendee: Key<Attendee>,
) -> Result<Vec<Key<Ballot>>, StoreError> {
    const SQL: &str = "select p.ballot_id from ballots b join participations p on p.ballot_id = b.id \
                       where b.conference_id = $1 and p.attendee_id = $2 order by p.ballot_id";
    let rows = fetch_all!(tx, (i64,), SQL, conference.number(), attendee.number())?;
    Ok(rows.into_iter().map(|(number,)| Key::new(number)).collect())
}

/// Whether an attendee has voted on any of these ballots.
pub async fn took_part_in_any(
    tx: &mut Tx,
    ballots: &[BallotLock<Exclusive>],
    attendee: Key<Attendee>,
) -> Result<bool, StoreError> {
    for lock in ballots {
        if find_participation(tx, lock.ballot, attendee).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts the attendees who have voted.
pub async fn count_participations(tx: &mut Tx, ballot: Key<Ballot>) -> Result<u64, StoreError> {
    const SQL: &str = "select count(*) from participations where ballot_id = $1";
    let (count,) = fetch_one!(tx, (i64,), SQL, ballot.number())?;
    u64::try_from(count).or_corrupt("count(*)")
}

/// The number of people who are verified and admitted, or took part. Those who voted still count, whatever their
/// status now.
pub async fn count_eligible(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    conference: Key<Conference>,
    eligibility: &Eligibility,
) -> Result<u64, StoreError> {
    const SQL: &str = "select a.status, a.category, count(*) from participations p \
                       left join attendees a on a.id = p.attendee_id where p.ballot_id = $1 \
                       group by a.status, a.category";
    let mut eligible = count_admitted(tx, conference, eligibility).await?;
    for (status, category, count) in fetch_all!(tx, (Option<String>, Option<String>, i64), SQL, ballot.number())? {
        let status = status.map(|name| AttendeeStatus::parse(&name).or_corrupt("attendees.status")).transpose()?;
        let category = category.as_deref().map(Category::parse).transpose().or_corrupt("attendees.category")?;
        if status.is_none_or(|status| eligibility.admits(status, category.as_ref()).is_err()) {
            eligible += u64::try_from(count).or_corrupt("count(*)")?;
        }
    }
    Ok(eligible)
}

/// The encrypted vote in a slot.
pub async fn find_inbox_vote(tx: &mut Tx, ballot: Key<Ballot>, slot: Slot) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select sealed from ballot_inbox where ballot_id = $1 and slot = $2";
    let row = fetch_optional!(tx, (Vec<u8>,), SQL, ballot.number(), slot.0.as_slice())?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Every encrypted vote, by slot. Rows without a valid slot hold no readable vote, and are left out.
pub async fn list_inbox(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<Vec<(Slot, Vec<u8>)>, StoreError> {
    const SQL: &str = "select slot, sealed from ballot_inbox where ballot_id = $1 order by slot";
    let rows = fetch_all!(tx, (Vec<u8>, Vec<u8>), SQL, lock.ballot.number())?;
    Ok(rows.into_iter().filter_map(|(slot, sealed)| Some((Slot(slot.try_into().ok()?), sealed))).collect())
}

/// Rows per insert: well below both engines' limits on bound values.
const ROWS_PER_STATEMENT: usize = 500;

/// The text of an insert of `rows` rows of `columns` columns each, after `head`.
fn insert_many(head: &str, rows: usize, columns: usize) -> AssertSqlSafe<String> {
    let row = |row: usize| {
        let binds: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", binds.join(", "))
    };
    // Safe: the text gains placeholders only, never a value.
    AssertSqlSafe(format!("{head} values {}", (0..rows).map(row).collect::<Vec<_>>().join(", ")))
}

/// Votes per insert: enough to make the cost of each statement small beside its rows.
const VOTES_PER_STATEMENT: usize = 10_000;

/// Replaces the inbox and its key by the box. The votes must be in the order of their commitments, so that the rows
/// do not reveal the order in which they came.
pub async fn close_box(tx: &mut Tx, lock: &BallotLock<Exclusive>, votes: &[BoxVote]) -> Result<(), StoreError> {
    debug_assert!(votes.is_sorted_by_key(|vote| vote.commitment), "the box is written in the order of commitments");
    let ballot = lock.ballot.number();
    for chunk in votes.chunks(VOTES_PER_STATEMENT) {
        let codes = chunk.iter().map(|vote| stored_code(vote.code)).collect::<Result<Vec<i64>, _>>()?;
        let written = match &mut tx.connection {
            Connection::Sqlite(transaction) => insert_box_on_sqlite(transaction, ballot, chunk, codes).await,
            Connection::Postgres(transaction) => insert_box_on_postgres(transaction, ballot, chunk, codes).await,
        };
        tx.note(&written);
        written?;
    }
    empty_inbox(tx, lock).await
}

/// Concatenates each field of all votes into one value; see [`crate::casts`].
async fn insert_box_on_sqlite(
    connection: &mut SqliteConnection,
    ballot: i64,
    votes: &[BoxVote],
    codes: Vec<i64>,
) -> Result<(), sqlx::Error> {
    const SQL: &str = "insert into ballot_box (ballot_id, commitment, code, tracker_hash, nonce, choice) \
                       select $1, substr($3, key * 32 + 1, 32), value, substr($4, key * 32 + 1, 32), \
                       substr($5, key * 32 + 1, 32), \
                       substr($6, key * $7 + 1, cast(substr($8, key * 8 + 1, 8) as integer)) from json_each($2)";
    let field = |of: fn(&BoxVote) -> &[u8; 32]| votes.iter().flat_map(of).copied().collect::<Vec<u8>>();
    let width = votes.iter().map(|vote| vote.choice.len()).max().unwrap_or(0);
    // Lengths as bytes, not text: SQLite finds a character of a text by scanning from its beginning.
    let (mut choices, mut lengths) = (Vec::with_capacity(votes.len() * width), Vec::with_capacity(votes.len() * 8));
    for vote in votes {
        choices.extend_from_slice(&vote.choice);
        choices.resize(choices.len() + width - vote.choice.len(), 0);
        lengths.extend_from_slice(format!("{:08}", vote.choice.len()).as_bytes());
    }
    let query = sqlx::query(SQL).bind(ballot).bind(json_list(codes.into_iter()));
    let query = query.bind(field(|vote| vote.commitment.as_bytes())).bind(field(|vote| vote.tracker.as_bytes()));
    let query = query.bind(field(|vote| vote.nonce.as_bytes())).bind(choices);
    query.bind(i64::try_from(width).unwrap_or(i64::MAX)).bind(lengths).execute(connection).await.map(|_| ())
}

async fn insert_box_on_postgres(
    connection: &mut PgConnection,
    ballot: i64,
    votes: &[BoxVote],
    codes: Vec<i64>,
) -> Result<(), sqlx::Error> {
    const SQL: &str = "insert into ballot_box (ballot_id, commitment, code, tracker_hash, nonce, choice) \
                       select $1, l.* from unnest($2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[]) as l";
    let field = |of: fn(&BoxVote) -> &[u8]| votes.iter().map(of).collect::<Vec<&[u8]>>();
    let query = sqlx::query(SQL).bind(ballot).bind(field(|vote| vote.commitment.as_bytes())).bind(codes);
    let query = query.bind(field(|vote| vote.tracker.as_bytes())).bind(field(|vote| vote.nonce.as_bytes()));
    query.bind(field(|vote| &vote.choice)).execute(connection).await.map(|_| ())
}

/// Deletes every choice of a cancelled ballot, before or after the close, and keeps the sorted codes.
pub async fn cancel_box(tx: &mut Tx, lock: &BallotLock<Exclusive>, codes: &[ReceiptCode]) -> Result<(), StoreError> {
    debug_assert!(codes.is_sorted(), "codes are written in their own order");
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        on_engine!(tx, conn => {
            let mut insert =
                sqlx::query(insert_many("insert into cancelled_codes (code, ballot_id)", chunk.len(), 2));
            for code in chunk {
                insert = insert.bind(stored_code(*code)?).bind(lock.ballot.number());
            }
            insert.persistent(false).execute(conn).await.map(|_| ())
        })?;
    }
    execute!(tx, "delete from ballot_box where ballot_id = $1", lock.ballot.number())?;
    empty_inbox(tx, lock).await
}

async fn empty_inbox(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<(), StoreError> {
    tx.forgets = true;
    execute!(tx, "delete from ballot_inbox where ballot_id = $1", lock.ballot.number())?;
    execute!(tx, "delete from box_keys where ballot_id = $1", lock.ballot.number())?;
    Ok(())
}

fn stored_code(code: ReceiptCode) -> Result<i64, StoreError> {
    i64::try_from(code.number()).or_corrupt("ballot_box.code")
}

type Row = (Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>);

fn box_vote((commitment, code, tracker, nonce, choice): Row) -> Result<BoxVote, StoreError> {
    let code = u64::try_from(code).or_corrupt("ballot_box.code")?;
    Ok(BoxVote {
        commitment: Commitment::new(commitment.try_into().or_corrupt("ballot_box.commitment")?),
        code: ReceiptCode::from_stored(code).or_corrupt("ballot_box.code")?,
        tracker: TrackerHash::new(tracker.try_into().or_corrupt("ballot_box.tracker_hash")?),
        nonce: Nonce::new(nonce.try_into().or_corrupt("ballot_box.nonce")?),
        choice,
    })
}

/// The vote with this code in the box of a closed ballot.
pub async fn find_box_vote(tx: &mut Tx, ballot: Key<Ballot>, code: ReceiptCode) -> Result<Option<BoxVote>, StoreError> {
    const SQL: &str = "select commitment, code, tracker_hash, nonce, choice from ballot_box \
                       where ballot_id = $1 and code = $2 order by commitment limit 1";
    fetch_optional!(tx, Row, SQL, ballot.number(), stored_code(code)?)?.map(box_vote).transpose()
}

/// Every vote in the box, in the order of their commitments.
pub async fn list_box(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<BoxVote>, StoreError> {
    const SQL: &str = "select commitment, code, tracker_hash, nonce, choice from ballot_box \
                       where ballot_id = $1 order by commitment";
    fetch_all!(tx, Row, SQL, ballot.number())?.into_iter().map(box_vote).collect()
}

/// The codes of the votes in the box; invalid ones are left out.
pub async fn list_codes(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<ReceiptCode>, StoreError> {
    const SQL: &str = "select code from ballot_box where ballot_id = $1 order by code";
    let rows = fetch_all!(tx, (i64,), SQL, ballot.number())?;
    let code = |(code,): (i64,)| ReceiptCode::from_stored(u64::try_from(code).ok()?).ok();
    Ok(rows.into_iter().filter_map(code).collect())
}

/// Every commitment in the box, ascending; reads nothing else of a vote.
pub async fn list_commitments(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<Commitment>, StoreError> {
    const SQL: &str = "select commitment from ballot_box where ballot_id = $1 order by commitment";
    let rows = fetch_all!(tx, (Vec<u8>,), SQL, ballot.number())?;
    rows.into_iter()
        .map(|(commitment,)| Ok(Commitment::new(commitment.try_into().or_corrupt("ballot_box.commitment")?)))
        .collect()
}

/// The ballot whose closed or cancelled box has a vote with this code, and its state.
pub async fn find_ballot_of_code(tx: &mut Tx, code: ReceiptCode) -> Result<Option<(BallotId, StateName)>, StoreError> {
    const SQL: &str = "select b.uuid, b.state from ballots b where b.id in \
                       (select ballot_id from ballot_box where code = $1 \
                        union select ballot_id from cancelled_codes where code = $1) order by b.id limit 1";
    let row = fetch_optional!(tx, (Uuid, String), SQL, stored_code(code)?)?;
    row.map(|(uuid, state)| Ok((BallotId::new(uuid), StateName::parse(&state).or_corrupt("ballots.state")?)))
        .transpose()
}
