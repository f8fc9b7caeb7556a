//! What a voter holds: a signed promise that a commitment will be in the record.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::ids::BallotId;
use crate::record::InvalidForm;
use crate::sha256::Sha256Hash;
use crate::signed_note;
use crate::vote::{Commitment, ReceiptCode, Tracker};

/// A voter's receipt. It says nothing about the choice until the record is published, and nothing about the time.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The ballot that was voted on.
    pub ballot: BallotId,
    /// To look the vote up by.
    pub code: ReceiptCode,
    /// The voter's secret; with it the vote can be found in the published record.
    pub tracker: Tracker,
    /// What the service promises to publish.
    pub commitment: Commitment,
    /// The promise, a signed note of four lines: `urna receipt v1`, ballot id, manifest hash in hex, commitment.
    pub signed_note: String,
}

impl Receipt {
    /// Signs a receipt. Ed25519 is deterministic: the same vote has the same receipt, however often it is asked for.
    #[must_use]
    pub fn sign(
        ballot: BallotId,
        manifest: &Sha256Hash,
        tracker: Tracker,
        commitment: Commitment,
        key: &SigningKey,
    ) -> Self {
        let promise = Promise { ballot, manifest: *manifest, commitment };
        let signed_note = signed_note::sign(&promise.text(), key);
        Self { ballot, code: tracker.code(ballot), tracker, commitment, signed_note }
    }

    /// Tracker, commitment and signature, for the voter's own browser to keep: `tracker.commitment.signature`. The rest
    /// follows from the ballot.
    #[must_use]
    pub fn compact(&self) -> String {
        let signature = self.signed_note.trim_end().rsplit(' ').next().unwrap_or_default();
        format!("{}.{}.{signature}", self.tracker, self.commitment)
    }

    /// The receipt of [`Receipt::compact`], if this key signed it for this ballot.
    #[must_use]
    pub fn from_compact(text: &str, ballot: BallotId, manifest: &Sha256Hash, key: &VerifyingKey) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next();
        let (tracker, commitment): (Tracker, Commitment) = (part()?.parse().ok()?, part()?.parse().ok()?);
        let promise = Promise { ballot, manifest: *manifest, commitment };
        let signed_note = format!("{}\n— {} {}\n", promise.text(), signed_note::KEY_NAME, part()?);
        signed_note::open(&signed_note, key).ok()?;
        Some(Self { ballot, code: tracker.code(ballot), tracker, commitment, signed_note })
    }
}

/// What a receipt's note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// The ballot that was voted on.
    pub ballot: BallotId,
    /// The manifest hash of what was asked.
    pub manifest: Sha256Hash,
    /// What will be in the record.
    pub commitment: Commitment,
}

/// The first line of a receipt.
const TITLE: &str = "urna receipt v1";

impl Promise {
    /// The text that is signed: four lines.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { ballot, manifest, commitment } = self;
        format!("{TITLE}\n{ballot}\n{manifest}\n{commitment}\n")
    }
}

impl FromStr for Promise {
    type Err = InvalidForm;

    /// Reads [`Promise::text`]; nothing but its own text.
    fn from_str(text: &str) -> Result<Self, InvalidForm> {
        let lines: Vec<&str> = text.split('\n').collect();
        let [TITLE, ballot, manifest, commitment, ""] = lines[..] else { return Err(InvalidForm) };
        let promise = Self {
            ballot: ballot.parse().map_err(|_| InvalidForm)?,
            manifest: manifest.parse().map_err(|_| InvalidForm)?,
            commitment: commitment.parse().map_err(|_| InvalidForm)?,
        };
        if promise.text() == text { Ok(promise) } else { Err(InvalidForm) }
    }
}

// The note names the commitment, by which a vote is found: never shown by `{:?}`.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gives_back_what_it_was_given_and_nothing_else() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let (ballot, manifest) = (BallotId::new(uuid::Uuid::from_u128(7)), Sha256Hash::new([3; 32]));
        let receipt = Receipt::sign(ballot, &manifest, Tracker::new([1; 32]), Commitment::new([2; 32]), &key);
        let compact = receipt.compact();
        let public = key.verifying_key();
        let restored = |text: &str, ballot| Receipt::from_compact(text, ballot, &manifest, &public);
        assert_eq!(restored(&compact, ballot).as_ref(), Some(&receipt));
        assert_eq!(restored(&compact, BallotId::new(uuid::Uuid::from_u128(8))), None);
        let forged = compact.replace(&receipt.commitment.to_string(), &Commitment::new([4; 32]).to_string());
        for broken in ["", "a.b.c", &forged, &compact[1..], &format!("{compact}\n")] {
            assert_eq!(restored(broken, ballot), None, "{broken}");
        }
    }
}
