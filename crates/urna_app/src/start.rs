//! Checks before an instance serves.

use urna_core::keys::Keys;
use urna_store::organisers::{find_secret_fingerprint, insert_secret_fingerprint};
use urna_store::{CommitError, Db, StoreError, migrations};

use crate::clock::Clock;

/// Why an instance does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database is away, or has a schema that this program does not know.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The commit failed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The database belongs to a service with another master secret.
    #[error("the database belongs to another master secret: use the secret file that it was set up with")]
    OtherSecret,
}

/// Whether a database is tied to a master secret; `false` also if it has no schema yet.
pub async fn is_tied(db: &Db) -> Result<bool, StoreError> {
    // The first step of the schema makes the table; later steps may still be missing.
    if migrations::status(db).await?.first().is_none_or(|step| !step.applied) {
        return Ok(false);
    }
    let mut tx = db.read().await?;
    Ok(find_secret_fingerprint(&mut tx).await?.is_some())
}

/// Brings the schema up to date, and makes sure that the database belongs to these keys.
pub async fn prepare(db: &Db, keys: &Keys, clock: &Clock) -> Result<(), StartError> {
    migrations::migrate(db).await?;
    let mut tx = db.write().await?;
    insert_secret_fingerprint(&mut tx, &keys.fingerprint, clock.now()).await?;
    let fingerprint = find_secret_fingerprint(&mut tx).await?;
    tx.commit().await?;
    if fingerprint == Some(keys.fingerprint) { Ok(()) } else { Err(StartError::OtherSecret) }
}

/// Checks the same without changing anything: for commands that work on an existing database.
pub async fn check(db: &Db, keys: &Keys) -> Result<(), StartError> {
    migrations::check(db).await?;
    let mut tx = db.read().await?;
    let fingerprint = find_secret_fingerprint(&mut tx).await?;
    // A database that no instance has used yet is not tied to any secret.
    if fingerprint.is_none_or(|found| found == keys.fingerprint) { Ok(()) } else { Err(StartError::OtherSecret) }
}
