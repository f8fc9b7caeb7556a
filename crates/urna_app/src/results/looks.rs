//! Looks at a result before it is public: the audit log has each, and the publication their number.

use urna_core::{Ballot, BallotId};
use urna_store::audit_events::list_audit_events;
use urna_store::{BallotLock, Exclusive, StoreError, Stored, Tx};

use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};

/// The audit log's words for a look at the tally, and at the statement.
const ACTIONS: [&str; 2] = ["tally.looked_at", "statement.looked_at"];

/// The object of a look.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// The tally, or a refusal that reveals something about it.
    Tally,
    /// The signed statement.
    Statement,
}

/// Records a look in the audit log.
pub(super) async fn record_look(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    by: &Authority<Manage>,
    ballot: &Stored<Ballot>,
    look: Look,
) -> Result<(), StoreError> {
    let [tally, statement] = ACTIONS;
    let action = match look {
        Look::Tally => tally,
        Look::Statement => statement,
    };
    AuditEntry::new(lock.now, by.actor(), action).ballot(ballot).record(tx).await
}

/// Counts the looks.
pub(super) async fn count_looks(tx: &mut Tx, ballot: BallotId) -> Result<u64, StoreError> {
    const PAGE: u32 = 1_000;
    let (mut looks, mut after) = (0, 0);
    loop {
        let events = list_audit_events(tx, None, Some(ballot), after, PAGE).await?;
        let Some(last) = events.last() else { return Ok(looks) };
        after = last.number;
        looks += events.iter().map(|event| u64::from(ACTIONS.contains(&event.event.action.as_str()))).sum::<u64>();
    }
}
