//! Records who did what, in the transaction that does it.

use serde_json::Value;
use urna_core::audit::{Actor, AuditEvent};
use urna_core::{Ballot, BallotId, ConferenceId, Timestamp};
use urna_store::audit_events::{RecordedEvent, insert_audit_event, list_audit_events};
use urna_store::{StoreError, Tx};

use crate::app::App;
use crate::authority::{Authority, Observe};
use crate::failure::Failure;

/// An event being prepared; [`AuditEntry::record`] writes it. Ids only, never names, addresses, choices or codes.
pub(crate) struct AuditEntry(AuditEvent);

impl AuditEntry {
    pub(crate) fn new(at: Timestamp, actor: Actor, action: &str) -> Self {
        let action = action.to_owned();
        Self(AuditEvent { at, actor, action, conference: None, ballot: None, subject: None, details: Value::Null })
    }

    pub(crate) fn conference(mut self, conference: ConferenceId) -> Self {
        self.0.conference = Some(conference);
        self
    }

    pub(crate) fn ballot(mut self, ballot: &Ballot) -> Self {
        self.0.conference = Some(ballot.conference);
        self.0.ballot = Some(ballot.id);
        self
    }

    pub(crate) fn subject(mut self, id: impl ToString) -> Self {
        self.0.subject = Some(id.to_string());
        self
    }

    pub(crate) fn details(mut self, details: Value) -> Self {
        self.0.details = details;
        self
    }

    /// Adds members to the details, a JSON object.
    pub(crate) fn add(&mut self, more: Value) {
        if let (Value::Object(details), Value::Object(more)) = (&mut self.0.details, more) {
            details.extend(more);
        }
    }

    /// Appends the event to the chain. Call it last before the commit: other writers wait from here on.
    pub(crate) async fn record(self, tx: &mut Tx) -> Result<(), StoreError> {
        insert_audit_event(tx, &self.0).await
    }
}

impl App {
    /// The audit log after number `after`, optionally of one conference or ballot; at most `limit` events.
    pub async fn list_audit_events(
        &self,
        _by: &Authority<Observe>,
        conference: Option<ConferenceId>,
        ballot: Option<BallotId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, Failure> {
        let mut tx = self.read().await?;
        Ok(list_audit_events(&mut tx, conference, ballot, after, limit).await?)
    }
}
