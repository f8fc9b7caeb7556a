//! The audit log: who did what, as a hash chain. Nobody can change or remove a link unnoticed, except at the end:
//! to notice that too, keep the latest hash elsewhere.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ids::{BallotId, ConferenceId, OrganiserId};
use crate::time::Timestamp;

/// The acting person or service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// An organiser who is signed in.
    Organiser(OrganiserId),
    /// A person with a shell on the server.
    Host,
    /// The service itself: a scheduled opening or close.
    Schedule,
    /// A person who is not signed in: failed attempts to sign in to an account.
    Stranger,
    /// An attendee about themselves; `subject` says which one, if that may be known.
    Attendee,
}

/// An event worth keeping: ids only, never names, addresses, choices or codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// The time.
    pub at: Timestamp,
    /// The person or service that acted.
    pub actor: Actor,
    /// The action, such as `ballot.opened`.
    pub action: String,
    /// The conference.
    pub conference: Option<ConferenceId>,
    /// The ballot.
    pub ballot: Option<BallotId>,
    /// The id of the person or thing acted on.
    pub subject: Option<String>,
    /// Further facts, as JSON. Numbers are compared as RFC 8785 writes them, so integers beyond 2^53 go in as strings.
    pub details: serde_json::Value,
}

/// The hash before the first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// `SHA-256("urna/audit/v1\n" ‖ previous hash ‖ u64be number ‖ canonical JSON of the event)`.
#[must_use]
pub fn link(previous: &[u8; 32], number: u64, event: &AuditEvent) -> [u8; 32] {
    let text =
        serde_json_canonicalizer::to_vec(event).expect("an event has string keys, and JSON has no infinite numbers");
    let hash = Sha256::new().chain_update("urna/audit/v1\n").chain_update(previous);
    hash.chain_update(number.to_be_bytes()).chain_update(text).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_anywhere_changes_the_link() {
        let event = AuditEvent {
            at: Timestamp::from_micros(1).unwrap(),
            actor: Actor::Host,
            action: "ballot.opened".to_owned(),
            conference: None,
            ballot: None,
            subject: None,
            details: serde_json::json!({}),
        };
        let link_1 = link(&GENESIS, 1, &event);
        assert_ne!(link_1, link(&GENESIS, 2, &event));
        assert_ne!(link_1, link(&link_1, 1, &event));
        assert_ne!(link_1, link(&GENESIS, 1, &AuditEvent { actor: Actor::Schedule, ..event }));
    }
}
