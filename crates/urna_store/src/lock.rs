//! The lock of a ballot: what makes "nothing is recorded after the close" true.
//!
//! On PostgreSQL a cast takes a shared and a change an exclusive advisory lock, in a statement of its own, and only
//! then reads: a plain read, or a row lock that new casts overtake, lets a vote commit after the tally or the closer
//! wait for seconds. On SQLite the write transaction already excludes every other.

use std::marker::PhantomData;

use urna_core::{Ballot, Timestamp};

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

/// Takes the shared lock of a ballot for the rest of the transaction.
pub async fn lock_for_cast(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    clock: LockClock,
) -> Result<BallotLock<Shared>, StoreError> {
    lock(tx, ballot, clock, "select pg_advisory_xact_lock_shared($1)").await
}

/// Takes the exclusive lock of a ballot for the rest of the transaction.
pub async fn lock_for_change(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    clock: LockClock,
) -> Result<BallotLock<Exclusive>, StoreError> {
    lock(tx, ballot, clock, "select pg_advisory_xact_lock($1)").await
}

async fn lock<Mode>(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    clock: LockClock,
    statement: &'static str,
) -> Result<BallotLock<Mode>, StoreError> {
    let mut now = match clock {
        LockClock::Authority { process } => process,
        LockClock::Given(at) => at,
    };
    if let Connection::Postgres(_) = tx.connection {
        execute!(tx, statement, ballot.number())?;
        if let LockClock::Authority { .. } = clock {
            // clock_timestamp(), not now(): the latter is when the transaction began, before it waited for the lock.
            const CLOCK: &str = "select floor(extract(epoch from clock_timestamp()) * 1000000)::bigint";
            let (micros,) = fetch_one!(tx, (i64,), CLOCK)?;
            now = Timestamp::from_micros(micros).or_corrupt("clock_timestamp()")?;
        }
    }
    Ok(BallotLock { ballot, now, mode: PhantomData })
}

/// Makes the commit of a transaction that has only read wait until everything it saw is durable, on a synchronous
/// standby too. On PostgreSQL rows can become visible that a standby has not confirmed (a wait that was cancelled, a
/// primary that came back); a message in the log, committed like a row, stands behind them. On SQLite what can be read
/// has been synced.
pub async fn confirm_durable(tx: &mut Tx) -> Result<(), StoreError> {
    if let Connection::Postgres(transaction) = &mut tx.connection {
        sqlx::query("select pg_logical_emit_message(true, 'urna', '')").execute(&mut **transaction).await?;
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
