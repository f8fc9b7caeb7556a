//! Trackers, nonces, commitments and receipt codes: they tie a receipt to a vote, but no vote to a voter.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::crockford;
use crate::ids::{AttendeeId, BallotId};
use crate::sha256::Sha256Hash;

/// The text is not 32 bytes in base64url without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 bytes in base64url without padding (43 characters)")]
pub struct InvalidBytes;

macro_rules! bytes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes the 32 bytes.
            #[must_use]
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl FromStr for $name {
            type Err = InvalidBytes;

            fn from_str(text: &str) -> Result<Self, InvalidBytes> {
                let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidBytes)?;
                bytes.try_into().map(Self).map_err(|_| InvalidBytes)
            }
        }

        // Each of these reveals something about a vote: keep it out of `{:?}`.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

bytes! {
    /// 32 random bytes that the voter's device makes before it sends a vote; they make a retry safe.
    Tracker;
    /// 32 random bytes from the server; secret until the close.
    Nonce;
    /// 32 random bytes that hide a jury's sealed order until a tie needs it.
    OrderNonce;
    /// SHA-256 of a tracker.
    TrackerHash;
    /// Ties a tracker to its voter while the ballot is open: `SHA-256("urna/voter/v1\n" ‖ tracker ‖ attendee id)`.
    VoterHash;
    /// `SHA-256("urna/commit/v1\n" ‖ manifest hash ‖ tracker hash ‖ nonce ‖ u32be length ‖ choice)`.
    Commitment;
}

impl Serialize for OrderNonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderNonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Tracker {
    /// The hash that stands for the tracker in the box and the record.
    #[must_use]
    pub fn hash(&self) -> TrackerHash {
        TrackerHash(Sha256::digest(self.0).into())
    }

    /// The hash that tells this voter's retry from a stranger who holds the tracker.
    #[must_use]
    pub fn voter_hash(&self, attendee: AttendeeId) -> VoterHash {
        let hash = Sha256::new().chain_update("urna/voter/v1\n").chain_update(self.0);
        VoterHash(hash.chain_update(attendee.as_bytes()).finalize().into())
    }

    /// The code that the voter keeps: the first 60 bits of `SHA-256("urna/code/v1\n" ‖ ballot id ‖ tracker)`.
    #[must_use]
    pub fn code(&self, ballot: BallotId) -> ReceiptCode {
        let hash = Sha256::new().chain_update("urna/code/v1\n").chain_update(ballot.as_bytes());
        let hash: [u8; 32] = hash.chain_update(self.0).finalize().into();
        let first = u64::from_be_bytes(std::array::from_fn(|i| hash[i]));
        ReceiptCode(first >> 4)
    }
}

impl Commitment {
    /// Commits to an encoded choice ([`crate::Choice::encode`]); the nonce hides the choice until it is published.
    ///
    /// # Panics
    /// If the choice is longer than 4 GiB.
    #[must_use]
    pub fn commit(manifest: &Sha256Hash, tracker: &TrackerHash, nonce: &Nonce, choice: &[u8]) -> Self {
        let length = u32::try_from(choice.len()).expect("a choice has at most 4 bytes for each of 65,535 candidates");
        let hash = Sha256::new()
            .chain_update("urna/commit/v1\n")
            .chain_update(manifest.as_bytes())
            .chain_update(tracker.0)
            .chain_update(nonce.0)
            .chain_update(length.to_be_bytes())
            .chain_update(choice);
        Self(hash.finalize().into())
    }
}

/// 60 bits in Crockford base32, in groups of four: `K7QF-2M9T-XW4R`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptCode(u64);

/// The text is not a receipt code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt code in the form K7QF-2M9T-XW4R")]
pub struct InvalidReceiptCode;

impl ReceiptCode {
    /// The code as stored; only the lowest 60 bits may be set.
    pub const fn from_stored(number: u64) -> Result<Self, InvalidReceiptCode> {
        if number >> 60 == 0 { Ok(Self(number)) } else { Err(InvalidReceiptCode) }
    }

    /// The 60 bits as a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = crockford::encode_number(self.0, 12);
        write!(f, "{}-{}-{}", &text[..4], &text[4..8], &text[8..])
    }
}

impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

impl FromStr for ReceiptCode {
    type Err = InvalidReceiptCode;

    /// Any case, with or without hyphens, dashes and white space; look-alike letters are read as digits.
    fn from_str(text: &str) -> Result<Self, InvalidReceiptCode> {
        let digits = crockford::digits(text).filter(|digits| digits.len() == 12).ok_or(InvalidReceiptCode)?;
        Ok(Self(digits.into_iter().fold(0, |number, digit| (number << 5) | u64::from(digit))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BALLOT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn thirty_two_bytes_have_one_spelling() {
        let tracker = Tracker::new([7; 32]);
        assert_eq!(tracker.to_string(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert_eq!(tracker.to_string().parse(), Ok(tracker));
        assert!("BwcH".parse::<Tracker>().is_err());
        assert!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwd".parse::<Tracker>().is_err(), "one spelling only");
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = Tracker::new([7; 32]).code(BALLOT.parse().unwrap());
        let text = code.to_string();
        assert_eq!(text.len(), 14);
        assert_eq!(text.parse(), Ok(code));
        assert_eq!(text.to_lowercase().replace('-', " ").parse(), Ok(code));
        assert!("K7QF-2M9T-XW4".parse::<ReceiptCode>().is_err());
        assert!(ReceiptCode::from_stored(1 << 60).is_err());
    }

    #[test]
    fn secrets_are_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Tracker::new([7; 32])), "Tracker(…)");
    }
}
