//! The lock of a ballot: what makes "nothing is recorded after the close" true.
//!
//! On PostgreSQL a cast takes a shared and a change an exclusive advisory lock, in a statement of its own, and only
//! then reads: a plain read, or a row lock that new casts overtake, lets a vote commit after the tally or the closer
//! wait for seconds. On SQLite the write transaction already excludes every other.

use std::marker::PhantomData;
use std::ops::Deref;

use urna_core::{Ballot, StateName, Timestamp};

use crate::db::{Connection, Tx};
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;

/// Held by a cast: other casts go on, changes wait.
#[derive(Debug)]
pub enum Shared {}

/// Held by whoever changes the ballot, or the standing of those who may vote on it: everyone else waits.
#[derive(Debug)]
pub enum Exclusive {}

/// Proof that the transaction holds the ballot's lock until it ends.
#[derive(Debug, Clone, Copy)]
pub struct BallotLock<Mode> {
    pub(crate) ballot: Key<Ballot>,
    /// The clock when the lock had been taken: what decides whether a vote is in time.
    pub now: Timestamp,
    mode: PhantomData<Mode>,
}

/// Whose clock a lock reads.
#[derive(Debug, Clone, Copy)]
pub enum LockClock {
    /// The database server's on PostgreSQL, so that several instances agree; `process` on SQLite.
    Authority {
        /// What the process's clock says.
        process: Timestamp,
    },
    /// A time that was given, for tests of exact moments.
    Given(Timestamp),
}

/// How a ballot stands while its lock is held: what every cast's verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The state as it is stored.
    pub state: StateName,
    /// From when on no vote is recorded.
    pub closes_at: Option<Timestamp>,
    /// The wrapped key of the box, while the ballot runs.
    pub box_key: Option<Vec<u8>>,
}

/// The shared lock of a ballot, and what was read under it.
#[derive(Debug)]
pub struct CastLock {
    lock: BallotLock<Shared>,
    /// `None` where there is no such ballot any more.
    pub standing: Option<Standing>,
}

impl Deref for CastLock {
    type Target = BallotLock<Shared>;

    fn deref(&self) -> &BallotLock<Shared> {
        &self.lock
    }
}

impl LockClock {
    /// What a statement that reads the clock is given: nothing where it is to read the server's.
    pub(crate) fn given(self, connection: &Connection) -> Option<i64> {
        match (self, connection) {
            (Self::Authority { .. }, Connection::Postgres(_)) => None,
            (Self::Authority { process: now } | Self::Given(now), _) => Some(now.as_micros()),
        }
    }
}

/// PostgreSQL's clock as microseconds since 1970. `clock_timestamp()`, not `now()`: the latter is when the transaction
/// began, before it waited for the lock.
macro_rules! clock {
    () => {
        "floor(extract(epoch from clock_timestamp()) * 1000000)::bigint"
    };
}

/// What a cast reads of the ballot `$1`, whether or not there is one, and of the clock unless `$2` gives a time; with
/// `$columns` of what `$join` adds.
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

/// The statement that takes a shared lock. In the transaction of a batch it is sent together with the `begin`
/// ([`crate::Db::write_casts`]).
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

/// Takes the shared lock of a ballot for the rest of the transaction, and reads how the ballot stands: on PostgreSQL in the
/// statement that reads the clock.
pub async fn lock_for_cast(tx: &mut Tx, ballot: Key<Ballot>, clock: LockClock) -> Result<CastLock, StoreError> {
    take_shared(tx, ballot).await?;
    let sql = match tx.connection {
        Connection::Sqlite(_) => standing!(sqlite, "", ""),
        Connection::Postgres(_) => standing!(postgres, "", ""),
    };
    let given = clock.given(&tx.connection);
    CastLock::of(ballot, fetch_one!(tx, StandingRow, sql, ballot.number(), given)?)
}

/// Takes the shared lock of a ballot, unless the transaction was begun with it.
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

/// Waits for the lock, in a statement of its own: what is read after it sees what was committed before it was had.
async fn take(tx: &mut Tx, ballot: Key<Ballot>, statement: &'static str) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, statement, ballot.number())?;
    }
    Ok(())
}

/// Makes the commit of a transaction that has only read wait until everything it saw is durable, on a synchronous
/// standby too. On PostgreSQL rows can become visible that a standby has not confirmed (a wait that was cancelled, a
/// primary that came back); a message in the log, committed like a row, stands behind them. On SQLite what can be read
/// has been synced.
pub async fn confirm_durable(tx: &mut Tx) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, "select pg_logical_emit_message(true, 'urna', '')")?;
    }
    Ok(())
}

/// Serialises what happens to the audit log; on SQLite every write is serial anyway.
pub(crate) async fn lock_audit(tx: &mut Tx) -> Result<(), StoreError> {
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, "select pg_advisory_xact_lock($1, $2)", 1i32, 0i32)?;
    }
    Ok(())
}
