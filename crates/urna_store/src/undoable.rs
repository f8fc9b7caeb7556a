//! Savepoints: steps of a transaction that can be undone without the rest.
//!
//! They hide whether something exists: the same rows are written either way, then kept or undone. Undoing saves no
//! work: SQLite still writes the pages, PostgreSQL its log.

use crate::db::Tx;
use crate::error::StoreError;

impl Tx {
    /// Begins steps that can be kept or undone by themselves. May be nested.
    pub async fn begin_undoable(&mut self) -> Result<(), StoreError> {
        execute!(self, "savepoint undoable").map(drop)
    }

    /// Keeps the steps since [`Tx::begin_undoable`].
    pub async fn keep(&mut self) -> Result<(), StoreError> {
        execute!(self, "release savepoint undoable").map(drop)
    }

    /// Undoes the steps since [`Tx::begin_undoable`]. They must not have changed cached data (a new person is not
    /// cached).
    pub async fn undo(&mut self) -> Result<(), StoreError> {
        // One round trip, so that undoing takes as long as keeping.
        const SQL: &str = "rollback to savepoint undoable; release savepoint undoable";
        on_engine!(self, conn => sqlx::raw_sql(SQL).execute(conn).await.map(drop)).map_err(StoreError::from)
    }
}
