//! Steps of a transaction that can be undone without the rest: savepoints.
//!
//! They serve what must not be told from its absence: the same is written either way, and either kept or undone. What was
//! undone costs what it would have cost: SQLite writes the pages all the same, PostgreSQL its log.

use crate::db::Tx;
use crate::error::StoreError;

impl Tx {
    /// What is done from here on can be kept or undone by itself. It may be begun again within.
    pub async fn begin_undoable(&mut self) -> Result<(), StoreError> {
        execute!(self, "savepoint undoable").map(drop)
    }

    /// Keeps what was done since [`Tx::begin_undoable`].
    pub async fn keep(&mut self) -> Result<(), StoreError> {
        execute!(self, "release savepoint undoable").map(drop)
    }

    /// Undoes what was done since [`Tx::begin_undoable`]. It must have changed nothing that is remembered (a new person is not).
    pub async fn undo(&mut self) -> Result<(), StoreError> {
        // In one round trip: to undo takes as long as to keep.
        const SQL: &str = "rollback to savepoint undoable; release savepoint undoable";
        on_engine!(self, conn => sqlx::raw_sql(SQL).execute(conn).await.map(drop)).map_err(StoreError::from)
    }
}
