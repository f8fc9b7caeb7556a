//! Errors of the database.

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::sqlite::SqliteError;

/// The database failed, or returned a value that Urna never writes. Never the user's fault.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, overloaded, or refused the statement.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// A row holds a value that the service never writes.
    #[error("the database holds a value that is not Urna's: {0}")]
    Corrupt(&'static str),
    /// The database answers, but takes no writes: a standby, or a server set to read-only.
    #[error("the database takes no writes")]
    ReadOnly,
    /// The schema is newer than this program.
    #[error("the database has schema version {0}, which is newer than this program: use the newer program")]
    NewerSchema(i64),
    /// The schema is older than this program, and was not to be changed.
    #[error("the database's schema is not up to date: run `urna migrate`")]
    OlderSchema,
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// An instance cannot work on this server, or through its pooler; says why.
    #[error("{0}")]
    Unsuitable(&'static str),
    /// The address of the database cannot be used.
    #[error("{0}")]
    Address(String),
}

impl StoreError {
    /// Whether the database answered with damaged data: trying again will not help.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The outcome of a COMMIT that did not return "done".
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The database refused: nothing was written.
    #[error("the transaction was rolled back: {0}")]
    RolledBack(#[source] sqlx::Error),
    /// The connection broke before the answer: the transaction may have been written.
    #[error("whether the transaction was committed is not known: {0}")]
    Unknown(#[source] sqlx::Error),
}

impl CommitError {
    pub(crate) fn new(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if !leaves_open(database.as_ref()) => Self::RolledBack(error),
            _ => Self::Unknown(error),
        }
    }
}

/// Whether an error leaves the outcome of its COMMIT open: on PostgreSQL, or a pooler in front of it, an error that
/// ends the connection; on SQLite a disk failure (`SQLITE_IOERR`), after which the log may or may not hold the commit.
fn leaves_open(error: &dyn DatabaseError) -> bool {
    const IOERR: i32 = 10;
    is_fatal(error) || is_going(error) || sqlite_code(error) == Some(IOERR)
}

/// Whether another process has the SQLite file locked (`SQLITE_BUSY`).
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: i32 = 5;
    error.as_database_error().and_then(sqlite_code) == Some(BUSY)
}

/// SQLite's primary result code, the low byte of the extended one (<https://sqlite.org/rescode.html>).
fn sqlite_code(error: &dyn DatabaseError) -> Option<i32> {
    error.try_downcast_ref::<SqliteError>()?;
    Some(error.code()?.parse::<i32>().ok()? & 0xff)
}

fn is_fatal(error: &dyn DatabaseError) -> bool {
    let error = error.try_downcast_ref::<PgDatabaseError>();
    error.is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

/// Whether the server is ending the connection: `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`. A pooler
/// may pass them on as ordinary errors.
fn is_going(error: &dyn DatabaseError) -> bool {
    error.try_downcast_ref::<PgDatabaseError>().is_some_and(|error| ["57P01", "57P02", "57P03"].contains(&error.code()))
}

/// Whether a connection is useless for writing: the server is shutting down, or is not a primary, or no longer one
/// (`read_only_sql_transaction`).
pub(crate) fn leads_nowhere(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    let read_only = error.try_downcast_ref::<PgDatabaseError>().is_some_and(|error| error.code() == "25006");
    read_only || is_going(error.as_ref())
}

/// Whether the connection to PostgreSQL is gone, or never was.
pub(crate) fn ends_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(inner) => is_fatal(inner.as_ref()) || leads_nowhere(error),
        _ => false,
    }
}

/// Whether a row was changed; `false` if somebody else has just taken a unique value. The failed statement then
/// fails the transaction, too.
pub(crate) fn unless_taken(changed: Result<u64, StoreError>) -> Result<bool, StoreError> {
    match changed {
        Ok(rows) => Ok(rows == 1),
        Err(StoreError::Database(error)) if is_unique_violation(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(DatabaseError::is_unique_violation)
}

/// For rows that do not parse: `parsed.or_corrupt("ballots.state")`.
pub(crate) trait OrCorrupt<T> {
    /// The value, or the error that names the column.
    fn or_corrupt(self, column: &'static str) -> Result<T, StoreError>;
}

impl<T, E> OrCorrupt<T> for Result<T, E> {
    fn or_corrupt(self, column: &'static str) -> Result<T, StoreError> {
        self.map_err(|_| StoreError::Corrupt(column))
    }
}

impl<T> OrCorrupt<T> for Option<T> {
    fn or_corrupt(self, column: &'static str) -> Result<T, StoreError> {
        self.ok_or(StoreError::Corrupt(column))
    }
}
