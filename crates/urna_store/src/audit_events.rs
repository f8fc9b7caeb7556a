//! The audit log.

use urna_core::audit::{AuditEvent, GENESIS, link};
use urna_core::{BallotId, ConferenceId};

use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::lock::lock_audit;

/// An event at its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// The event.
    pub event: AuditEvent,
    /// The hash that links it into the chain.
    pub hash: [u8; 32],
}

/// Appends an event to the chain; other writers wait until this transaction ends.
pub async fn insert_audit_event(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    const LAST: &str = "select number, hash from audit_events order by number desc limit 1";
    const INSERT: &str =
        "insert into audit_events (number, conference, ballot, event, hash) values ($1, $2, $3, $4, $5)";
    lock_audit(tx).await?;
    let (last, previous) = match fetch_optional!(tx, (i64, Vec<u8>), LAST)? {
        Some((number, hash)) => (number, hash.try_into().or_corrupt("audit_events.hash")?),
        None => (0, GENESIS),
    };
    let number = last.checked_add(1).or_corrupt("audit_events.number")?;
    let hash = link(&previous, u64::try_from(number).or_corrupt("audit_events.number")?, event);
    let text = serde_json::to_string(event).or_corrupt("audit_events.event")?;
    let (conference, ballot) = (event.conference.map(ConferenceId::uuid), event.ballot.map(BallotId::uuid));
    execute!(tx, INSERT, number, conference, ballot, text.as_str(), hash.as_slice())?;
    Ok(())
}

/// Events in the order of the chain, after number `after`, optionally of one conference or ballot; at most `limit`.
pub async fn list_audit_events(
    tx: &mut Tx,
    conference: Option<ConferenceId>,
    ballot: Option<BallotId>,
    after: u64,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    // Each query has its index: the primary key without a filter, the filter's own with one.
    const ALL: &str = "select number, event, hash from audit_events where number > $1 order by number limit $2";
    const CONFERENCE: &str =
        "select number, event, hash from audit_events where number > $1 and conference = $3 order by number limit $2";
    const BALLOT: &str =
        "select number, event, hash from audit_events where number > $1 and ballot = $3 order by number limit $2";
    const BOTH: &str = "select number, event, hash from audit_events \
                        where number > $1 and ballot = $3 and conference = $4 order by number limit $2";
    type Row = (i64, String, Vec<u8>);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let limit = i64::from(limit);
    let rows = match (conference, ballot) {
        (None, None) => fetch_all!(tx, Row, ALL, after, limit),
        (Some(conference), None) => {
            fetch_all!(tx, Row, CONFERENCE, after, limit, conference.uuid())
        }
        (None, Some(ballot)) => fetch_all!(tx, Row, BALLOT, after, limit, ballot.uuid()),
        (Some(conference), Some(ballot)) => {
            fetch_all!(tx, Row, BOTH, after, limit, ballot.uuid(), conference.uuid())
        }
    }?;
    rows.into_iter()
        .map(|(number, event, hash)| {
            Ok(RecordedEvent {
                number: u64::try_from(number).or_corrupt("audit_events.number")?,
                event: serde_json::from_str(&event).or_corrupt("audit_events.event")?,
                hash: hash.try_into().or_corrupt("audit_events.hash")?,
            })
        })
        .collect()
}
