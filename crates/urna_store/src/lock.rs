//! The lock of a ballot: it guarantees that nothing is recorded after the close.
//!
//! On PostgreSQL a cast takes a shared advisory lock and a change an exclusive one, in a statement of its own, and
//! only then reads. A plain read would let a vote commit after the tally. A row lock, which new casts overtake,
//! would make the closer wait for seconds. On SQLite the write transaction already excludes every other.

use std::marker::PhantomData;
use std::ops::Deref;

use urna_core::{Ballot, StateName, Timestamp};

use crate::db::{Connection, Tx};
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;

/// Held by a cast: other casts go on, changes wait.
#[derive(Debug)]
pub enum Shared {}

/// Held to change the ballot, or the standing of its voters: all others wait.
#[derive(Debug)]
pub enum Exclusive {}

/// Proof that the transaction holds the ballot's lock until it ends.
#[derive(Debug, Clone, Copy)]
pub struct BallotLock<Mode> {
    pub(crate) ballot: Key<Ballot>,
    /// The clock after the lock was taken; it decides whether a vote is in time.
    pub now: Timestamp,
    mode: PhantomData<Mode>,
}

/// The clock that a lock reads.
#[derive(Debug, Clone, Copy)]
pub enum LockClock {
    /// The database server's on PostgreSQL, so that several instances agree; `process` on SQLite.
    Authority {
        /// The time of the process's clock.
        process: Timestamp,
    },
    /// A given time, for tests of exact moments.
    Given(Timestamp),
}

/// The ballot's state under its lock; every cast's verdict rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The state as stored.
    pub state: StateName,
    /// The time from which no vote is recorded.
    pub closes_at: Option<Timestamp>,
    /// The wrapped key of the box, while the ballot runs.
    pub box_key: Option<Vec<u8>>,
}

/// The shared lock of a ballot, and the data read under it.
#[derive(Debug)]
pub struct CastLock {
    lock: BallotLock<Shared>,
    /// `None` if the ballot no longer exists.
    pub standing: Option<Standing>,
}

impl Deref for CastLock {
    type Target = BallotLock<Shared>;

    fn deref(&self) -> &BallotLock<Shared> {
        &self.lock
    }
}

impl LockClock {
    /// The time to bind in a statement that reads the clock; `None` to read the server's.
    pub(crate) fn given(self, connection: &Connection) -> Option<i64> {
        match (self, connection) {
            (Self::Authority { .. }, Connection::Postgres(_)) => None,
            (Self::Authority { process: now } | Self::Given(now), _) => Some(now.as_micros()),
        }
    }
}

/// PostgreSQL's clock as microseconds since 1970. `now()` would not do: it is when the transaction began, before it
/// waited for the lock.
macro_rules! clock {
    () => {
        "floor(extract(epoch from clock_timestamp()) * 1000000)::bigint"
    };
}

/// Reads, for a cast, the clock (unless `$2` gives a time) and the ballot `$1`, which may not exist; with
/// `$columns` from `$join` in addition.
macro_rules! standing {
    (sqlite, $columns:expr, $join:expr) => {
        crate::lock::standing!("$2", $columns, $join)
    };
    (postgres, $columns:expr, $join:expr) => {
        crate::lock::standing!(concat!("coalesce($2, ", crate::lock::clock!(), ")"), $columns, $join)
    };
    ($clock:expr, $columns:expr, $join:expr) => {
        concat!(
            "select ",
            $clock,
            ", b.state, b.closes_at, k.wrapped",
            $columns,
            " from (select 1) as one left join ballots b on b.id = $1 left join box_keys k on k.ballot_id = b.id",
            $join
        )
    };
}

pub(crate) use {clock, standing};

/// Takes a shared lock. The transaction of a batch sends it together with the `begin` ([`crate::Db::write_casts`]).
pub(crate) const LOCK_SHARED: &str = "select pg_advisory_xact_lock_shared";

/// The clock, and state, closing time and box key of a ballot.
pub(crate) type StandingRow = (i64, Option<String>, Option<i64>, Option<Vec<u8>>);

impl CastLock {
    pub(crate) fn of(ballot: Key<Ballot>, row: StandingRow) -> Result<Self, StoreError> {
        let (micros, state, closes_at, box_key) = row;
        let now = Timestamp::from_micros(micros).or_corrupt("clock_timestamp()")?;
        let standing = state.map(|state| {
            Ok::<_, StoreError>(Standing {
                state: StateName::parse(&state).or_corrupt("ballots.state")?,
                closes_at: closes_at.map(Timestamp::from_micros).transpose().or_corrupt("ballots.closes_at")?,
                box_key,
            })
        });
        let lock = BallotLock { ballot, now, mode: PhantomData };
        Ok(Self { lock, standing: standing.transpose()? })
    }
}

/// Takes the shared lock of a ballot for the rest of the transaction, and reads the ballot's state; on PostgreSQL
/// in the same statement as the clock.
pub async fn lock_for_cast(tx: &mut Tx, ballot: Key<Ballot>, clock: LockClock) -> Result<CastLock, StoreError> {
    take_shared(tx, ballot).await?;
    let sql = match tx.connection {
        Connection::Sqlite(_) => standing!(sqlite, "", ""),
        Connection::Postgres(_) => standing!(postgres, "", ""),
    };
    let given = clock.given(&tx.connection);
    CastLock::of(ballot, fetch_one!(tx, StandingRow, sql, ballot.number(), given)?)
}

/// Takes the shared lock of a ballot, unless the transaction began with it.
pub(crate) async fn take_shared(tx: &mut Tx, ballot: Key<Ballot>) -> Result<(), StoreError> {
    if tx.casts_on.contains(&ballot) {
        return Ok(());
    }
    take(tx, ballot, "select pg_advisory_xact_lock_shared($1)").await
}

/// Takes the exclusive lock of a ballot for the rest of the transaction.
pub async fn lock_for_change(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    clock: LockClock,
) -> Result<BallotLock<Exclusive>, StoreError> {
    take(tx, ballot, "select pg_advisory_xact_lock($1)").await?;
    let now = match (clock, &tx.connection) {
        (LockClock::Authority { .. }, Connection::Postgres(_)) => {
            let (micros,) = fetch_one!(tx, (i64,), concat!("select ", clock!()))?;
            Timestamp::from_micros(micros).or_corrupt("clock_timestamp()")?
        }
        (LockClock::Authority { process: now } | LockClock::Given(now), _) => now,
    };
    Ok(BallotLock { ballot, now, mode: PhantomData })
}

/// Waits for the lock in a statement of its own, so that later reads see everything committed before the lock was
/// granted.
async fn take(tx: &mut Tx, ballot: Key<Ballot>, statement: &'static str) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, statement, ballot.number())?;
    }
    Ok(())
}

/// Makes the commit of a read-only transaction wait until everything it saw is durable, on a synchronous standby
/// too. PostgreSQL can show rows that a standby has not confirmed (after a cancelled wait, or when a primary comes
/// back). A message written to the log behind them, and committed like a row, waits for them. SQLite has synced
/// whatever can be read.
pub async fn confirm_durable(tx: &mut Tx) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, "select pg_logical_emit_message(true, 'urna', '')")?;
    }
    Ok(())
}

/// Serialises writes to the audit log; on SQLite every write is serial anyway.
pub(crate) async fn lock_audit(tx: &mut Tx) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, "select pg_advisory_xact_lock($1, $2)", 1i32, 0i32)?;
    }
    Ok(())
}
