//! All storage of Urna, on SQLite and on PostgreSQL, from one text of SQL.
//!
//! This is the only crate that uses sqlx. A caller begins a transaction ([`Db::read`], [`Db::write`]), calls the
//! functions of the modules on it, and commits. Rows come back as the types of `urna_core`; a row that does not
//! parse is an error, never a guess. ARCHITECTURE.md lists the files that hold engine-specific code.

#[macro_use]
mod query;

pub mod attendees;
pub mod audit_events;
pub mod backup;
pub mod badge_codes;
pub mod ballot_box;
pub mod ballots;
pub mod casts;
pub mod changes;
pub mod conferences;
pub mod db;
mod definitions;
mod error;
pub mod hosts;
pub mod key;
pub mod lock;
pub mod migrations;
pub mod organisers;
pub mod outbox;
pub mod portraits;
pub mod publications;
pub mod statements;
pub mod suitable;
mod undoable;

pub use db::{Db, DbConfig, Pools, Tx};
pub use error::{CommitError, StoreError};
pub use key::{Key, Stored};
pub use lock::{BallotLock, CastLock, Exclusive, LockClock, Shared, Standing};
