//! Identifiers: one type each, so that a ballot's id cannot be passed for an attendee's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID in the form 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID, as stored in databases.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The 16 bytes of the UUID, for hashing.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Only the hyphenated form is an id; its hex digits may be of any case.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A conference.
    ConferenceId;
    /// A person on the roll of one conference.
    AttendeeId;
    /// A question that is put to the vote.
    BallotId;
    /// A candidate or option of one ballot.
    CandidateId;
    /// A person who runs conferences.
    OrganiserId;
    /// The time for which a person is signed in on one device.
    SessionId;
}

impl SessionId {
    /// The id of the session with this token hash: the first 16 bytes of `SHA-256("urna/session/v1\n" ‖ hash)`, as
    /// a UUID of version 8. The id is shown; neither the token nor its hash can be derived from it.
    #[must_use]
    pub fn of(token_hash: &[u8; 32]) -> Self {
        let hash = Sha256::new().chain_update("urna/session/v1\n").chain_update(token_hash).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(text.parse::<BallotId>().map(|id| id.to_string()).as_deref(), Ok(text));
        assert_eq!(text.to_uppercase().parse::<BallotId>(), text.parse());
        assert_eq!(serde_json::from_value::<BallotId>(text.into()).ok(), text.parse().ok());
        for bad in [
            "",
            "x",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "01890a5d-ac96-774b-bcce-b302099a805g",
        ] {
            assert_eq!(bad.parse::<BallotId>(), Err(InvalidId), "{bad}");
            assert!(serde_json::from_value::<BallotId>(bad.into()).is_err(), "{bad} in JSON");
        }
    }
}
