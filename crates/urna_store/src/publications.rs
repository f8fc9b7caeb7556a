//! Tie-breaks and published results.

use urna_core::ballot::Version;
use urna_core::{Ballot, CandidateId, Timestamp};

use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;
use crate::lock::{BallotLock, Exclusive};

/// The jury's decision about a tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieBreak {
    /// The tied candidates, the elected one first.
    pub order: Vec<CandidateId>,
    /// The reason, in their words.
    pub reason: String,
    /// The people who decided, in their words.
    pub decided_by: String,
    /// The time when it was entered.
    pub at: Timestamp,
}

/// A published version of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPublication {
    /// From 1.
    pub version: Version,
    /// The time of publication.
    pub at: Timestamp,
    /// The reason for a further version.
    pub note: Option<String>,
    /// The published result, as JSON; it never changes.
    pub results: String,
    /// The signed note; it never changes. Missing if the result was published before there were records.
    pub publication: Option<String>,
}

/// Stores the decision on a tie; a later one replaces it until the result is published.
pub async fn set_tie_break(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    order: &[CandidateId],
    reason: &str,
    decided_by: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into tie_breaks (ballot_id, candidate_order, reason, decided_by, at) \
                       values ($1, $2, $3, $4, $5) on conflict (ballot_id) do update set \
                       candidate_order = excluded.candidate_order, reason = excluded.reason, \
                       decided_by = excluded.decided_by, at = excluded.at";
    let order = serde_json::to_string(order).or_corrupt("tie_breaks.candidate_order")?;
    execute!(tx, SQL, lock.ballot.number(), order.as_str(), reason, decided_by, lock.now.as_micros())?;
    Ok(())
}

/// The decision on a tie.
pub async fn find_tie_break(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Option<TieBreak>, StoreError> {
    const SQL: &str = "select candidate_order, reason, decided_by, at from tie_breaks where ballot_id = $1";
    let row = fetch_optional!(tx, (String, String, String, i64), SQL, ballot.number())?;
    row.map(|(order, reason, decided_by, at)| {
        Ok(TieBreak {
            order: serde_json::from_str(&order).or_corrupt("tie_breaks.candidate_order")?,
            reason,
            decided_by,
            at: Timestamp::from_micros(at).or_corrupt("tie_breaks.at")?,
        })
    })
    .transpose()
}

/// Stores a published version.
pub async fn insert_publication(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    publication: &StoredPublication,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into publications (ballot_id, version, at, note, results, publication) \
                       values ($1, $2, $3, $4, $5, $6)";
    execute!(
        tx,
        SQL,
        lock.ballot.number(),
        i64::from(publication.version),
        publication.at.as_micros(),
        publication.note.as_deref(),
        publication.results.as_str(),
        publication.publication.as_deref()
    )?;
    Ok(())
}

/// A published version, or the latest.
pub async fn find_publication(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    version: Option<Version>,
) -> Result<Option<StoredPublication>, StoreError> {
    const SQL: &str = "select version, at, note, results, publication from publications where ballot_id = $1 \
                       and version = coalesce($2, (select max(version) from publications where ballot_id = $1))";
    let row = fetch_optional!(
        tx,
        (i64, i64, Option<String>, String, Option<String>),
        SQL,
        ballot.number(),
        version.map(i64::from)
    )?;
    row.map(|(version, at, note, results, publication)| {
        Ok(StoredPublication {
            version: Version::try_from(version).or_corrupt("publications.version")?,
            at: Timestamp::from_micros(at).or_corrupt("publications.at")?,
            note,
            results,
            publication,
        })
    })
    .transpose()
}

/// A published version, without its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedVersion {
    /// From 1.
    pub version: Version,
    /// The time of publication.
    pub at: Timestamp,
    /// The reason for a further version.
    pub note: Option<String>,
}

/// Every published version, oldest first.
pub async fn list_publications(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<PublishedVersion>, StoreError> {
    const SQL: &str = "select version, at, note from publications where ballot_id = $1 order by version";
    let rows = fetch_all!(tx, (i64, i64, Option<String>), SQL, ballot.number())?;
    rows.into_iter()
        .map(|(version, at, note)| {
            Ok(PublishedVersion {
                version: Version::try_from(version).or_corrupt("publications.version")?,
                at: Timestamp::from_micros(at).or_corrupt("publications.at")?,
                note,
            })
        })
        .collect()
}
