//! The signed statements of closed ballots.

use urna_core::Ballot;

use crate::db::Tx;
use crate::error::StoreError;
use crate::key::Key;
use crate::lock::{BallotLock, Exclusive};

/// A statement, with the two of its files that are stored nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStatement {
    /// The tally at the close, canonical JSON.
    pub tally: String,
    /// The history up to the close, canonical JSON.
    pub history: String,
    /// The signed note.
    pub statement: String,
}

/// Stores the statement of a ballot at its close.
pub async fn insert_statement(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    stored: &StoredStatement,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into statements (ballot_id, tally, history, statement) values ($1, $2, $3, $4)";
    let StoredStatement { tally, history, statement } = stored;
    execute!(tx, SQL, lock.ballot.number(), tally.as_str(), history.as_str(), statement.as_str())?;
    Ok(())
}

/// The statement of a ballot that is closed or published.
pub async fn find_statement(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Option<StoredStatement>, StoreError> {
    const SQL: &str = "select tally, history, statement from statements where ballot_id = $1";
    let row = fetch_optional!(tx, (String, String, String), SQL, ballot.number())?;
    Ok(row.map(|(tally, history, statement)| StoredStatement { tally, history, statement }))
}

/// Deletes the statement of a cancelled ballot: it reveals the result.
pub async fn delete_statement(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<(), StoreError> {
    execute!(tx, "delete from statements where ballot_id = $1", lock.ballot.number())?;
    Ok(())
}
