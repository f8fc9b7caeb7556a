//! The audit log: who did what, as a chain in which no link can be changed or taken out unnoticed. (The newest can: who
//! wants to notice that too keeps the last link elsewhere.)

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ids::{BallotId, ConferenceId, OrganiserId};
use crate::time::Timestamp;

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// An organiser who is signed in.
    Organiser(OrganiserId),
    /// Someone with a shell on the host.
    Host,
    /// The service by itself: a scheduled opening or close.
    Schedule,
    /// Somebody who is not signed in: tries at an account that failed.
    Stranger,
    /// An attendee about themselves; which one stands in `subject` where it may be known.
    Attendee,
}

/// Something worth remembering; ids only, never names, addresses, choices or codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, such as `ballot.opened`.
    pub action: String,
    /// Where.
    pub conference: Option<ConferenceId>,
    /// On which ballot.
    pub ballot: Option<BallotId>,
    /// The id of the person or thing that was acted on.
    pub subject: Option<String>,
    /// Facts beyond that, as JSON. Numbers are compared as RFC 8785 writes them: integers beyond 2^53 go in as strings.
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
