//! Tie-breaks and published results.

use urna_core::ballot::Version;
use urna_core::record::Decision;
use urna_core::{Ballot, OrderNonce, Timestamp};

use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;
use crate::lock::{BallotLock, Exclusive};

/// The jury's decision about a tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieBreak {
    /// The decision, as it is published.
    pub decision: Decision,
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
    /// The tally that the note is signed over, canonical JSON. Missing if an earlier release published the result.
    pub tally: Option<String>,
    /// The signed note; it never changes. Missing if the result was published before there were records.
    pub publication: Option<String>,
}

/// Stores the decision on a tie; a later one replaces it until the result is published.
pub async fn set_tie_break(tx: &mut Tx, lock: &BallotLock<Exclusive>, decision: &Decision) -> Result<(), StoreError> {
    const SQL: &str = "insert into tie_breaks (ballot_id, candidate_order, reason, decided_by, at, order_nonce) \
                       values ($1, $2, $3, $4, $5, $6) on conflict (ballot_id) do update set \
                       candidate_order = excluded.candidate_order, reason = excluded.reason, \
                       decided_by = excluded.decided_by, at = excluded.at, order_nonce = excluded.order_nonce";
    let Decision { order, reason, decided_by, nonce } = decision;
    let nonce = nonce.as_ref().map(|nonce| nonce.as_bytes().as_slice());
    let order = serde_json::to_string(order).or_corrupt("tie_breaks.candidate_order")?;
    execute!(
        tx,
        SQL,
        lock.ballot.number(),
        order.as_str(),
        reason.as_str(),
        decided_by.as_str(),
        lock.now.as_micros(),
        nonce
    )?;
    Ok(())
}

/// Deletes the order that was sealed for a definition that is edited again.
pub async fn delete_tie_break(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<(), StoreError> {
    execute!(tx, "delete from tie_breaks where ballot_id = $1", lock.ballot.number())?;
    Ok(())
}

/// The decision on a tie.
pub async fn find_tie_break(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Option<TieBreak>, StoreError> {
    const SQL: &str =
        "select candidate_order, reason, decided_by, at, order_nonce from tie_breaks where ballot_id = $1";
    let row = fetch_optional!(tx, (String, String, String, i64, Option<Vec<u8>>), SQL, ballot.number())?;
    row.map(|(order, reason, decided_by, at, nonce)| {
        let order = serde_json::from_str(&order).or_corrupt("tie_breaks.candidate_order")?;
        let nonce = nonce.map(|nonce| nonce.as_slice().try_into().or_corrupt("tie_breaks.order_nonce")).transpose()?;
        Ok(TieBreak {
            decision: Decision { order, reason, decided_by, nonce: nonce.map(OrderNonce::new) },
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
    const SQL: &str = "insert into publications (ballot_id, version, at, note, results, tally, publication) \
                       values ($1, $2, $3, $4, $5, $6, $7)";
    execute!(
        tx,
        SQL,
        lock.ballot.number(),
        i64::from(publication.version),
        publication.at.as_micros(),
        publication.note.as_deref(),
        publication.results.as_str(),
        publication.tally.as_deref(),
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
    const SQL: &str = "select version, at, note, results, tally, publication from publications where ballot_id = $1 \
                       and version = coalesce($2, (select max(version) from publications where ballot_id = $1))";
    let row = fetch_optional!(
        tx,
        (i64, i64, Option<String>, String, Option<String>, Option<String>),
        SQL,
        ballot.number(),
        version.map(i64::from)
    )?;
    row.map(|(version, at, note, results, tally, publication)| {
        Ok(StoredPublication {
            version: Version::try_from(version).or_corrupt("publications.version")?,
            at: Timestamp::from_micros(at).or_corrupt("publications.at")?,
            note,
            results,
            tally,
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
