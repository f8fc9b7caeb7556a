//! A voter's receipt: a signed promise that a commitment will be in the record.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::ids::BallotId;
use crate::record::InvalidForm;
use crate::sha256::Sha256Hash;
use crate::signed_note;
use crate::vote::{Commitment, ReceiptCode, Tracker, TrackerHash};

/// A voter's receipt. It says nothing about the choice until the record is published, and never when the vote was cast.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The ballot that was voted on.
    pub ballot: BallotId,
    /// The code to find the vote by.
    pub code: ReceiptCode,
    /// The voter's secret; with it the vote can be found in the published record.
    pub tracker: Tracker,
    /// The commitment that the service promises to publish.
    pub commitment: Commitment,
    /// The promise: [`Promise::text`] as a signed note.
    pub signed_note: String,
}

impl Receipt {
    /// Signs a receipt. Ed25519 is deterministic: the same vote always has the same receipt. (A receipt of version
    /// 1 that is asked for again comes as version 2: the same commitment, promised anew.)
    #[must_use]
    pub fn sign(
        ballot: BallotId,
        manifest: &Sha256Hash,
        tracker: Tracker,
        commitment: Commitment,
        key: &SigningKey,
    ) -> Self {
        let promise = Promise { ballot, manifest: *manifest, commitment, tracker: Some(tracker.hash()) };
        let signed_note = signed_note::sign(&promise.text(), key);
        Self { ballot, code: tracker.code(ballot), tracker, commitment, signed_note }
    }

    /// Tracker, commitment and signature, for the voter's own browser to keep: `tracker.commitment.signature`. The
    /// rest follows from the ballot.
    #[must_use]
    pub fn compact(&self) -> String {
        let signature = self.signed_note.trim_end().rsplit(' ').next().unwrap_or_default();
        format!("{}.{}.{signature}", self.tracker, self.commitment)
    }

    /// The receipt from [`Receipt::compact`], if this key signed it for this ballot, in either version of the note.
    #[must_use]
    pub fn from_compact(text: &str, ballot: BallotId, manifest: &Sha256Hash, key: &VerifyingKey) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next();
        let (tracker, commitment): (Tracker, Commitment) = (part()?.parse().ok()?, part()?.parse().ok()?);
        let signature = part()?;
        let signed_note = [Some(tracker.hash()), None].into_iter().find_map(|holder| {
            let promise = Promise { ballot, manifest: *manifest, commitment, tracker: holder };
            let note = format!("{}\n— {} {signature}\n", promise.text(), signed_note::KEY_NAME);
            signed_note::open(&note, key).is_ok().then_some(note)
        })?;
        Some(Self { ballot, code: tracker.code(ballot), tracker, commitment, signed_note })
    }
}

/// The content of a receipt's note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// The ballot that was voted on.
    pub ballot: BallotId,
    /// The manifest hash of the ballot.
    pub manifest: Sha256Hash,
    /// The commitment that will be in the record.
    pub commitment: Commitment,
    /// The hash of the tracker that the promise is for, so that nobody can be given somebody else's note.
    /// Version 2 of the note has it, version 1 does not.
    pub tracker: Option<TrackerHash>,
}

/// The first line of a note of version 1, which has four lines. New notes do not use it, but old ones stay valid.
const TITLE_V1: &str = "urna receipt v1";
/// The first line of a note of version 2, which has five lines.
const TITLE_V2: &str = "urna receipt v2";

impl Promise {
    /// The text to sign: title, ballot id, manifest hash in hex, commitment, and in version 2 the SHA-256 of the
    /// tracker in hex; each on a line.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { ballot, manifest, commitment, tracker } = self;
        let title = if tracker.is_some() { TITLE_V2 } else { TITLE_V1 };
        let holder = tracker.map_or_else(String::new, |hash| format!("{}\n", Sha256Hash::new(*hash.as_bytes())));
        format!("{title}\n{ballot}\n{manifest}\n{commitment}\n{holder}")
    }
}

impl FromStr for Promise {
    type Err = InvalidForm;

    /// Reads [`Promise::text`] of either version; refuses any other text.
    fn from_str(text: &str) -> Result<Self, InvalidForm> {
        let lines: Vec<&str> = text.split('\n').collect();
        let (ballot, manifest, commitment, tracker) = match lines[..] {
            [TITLE_V1, ballot, manifest, commitment, ""] => (ballot, manifest, commitment, None),
            [TITLE_V2, ballot, manifest, commitment, tracker, ""] => (ballot, manifest, commitment, Some(tracker)),
            _ => return Err(InvalidForm),
        };
        let hash = |text: &str| text.parse::<Sha256Hash>().map_err(|_| InvalidForm);
        let promise = Self {
            ballot: ballot.parse().map_err(|_| InvalidForm)?,
            manifest: hash(manifest)?,
            commitment: commitment.parse().map_err(|_| InvalidForm)?,
            tracker: tracker.map(|text| hash(text).map(|hash| TrackerHash::new(*hash.as_bytes()))).transpose()?,
        };
        if promise.text() == text { Ok(promise) } else { Err(InvalidForm) }
    }
}

// The note names the commitment, by which a vote is found: keep it out of `{:?}`.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACKER: Tracker = Tracker::new([1; 32]);
    const COMMITMENT: Commitment = Commitment::new([2; 32]);
    const MANIFEST: Sha256Hash = Sha256Hash::new([3; 32]);

    fn ballot(number: u128) -> BallotId {
        BallotId::new(uuid::Uuid::from_u128(number))
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[9; 32])
    }

    fn promise(tracker: Option<TrackerHash>) -> Promise {
        Promise { ballot: ballot(7), manifest: MANIFEST, commitment: COMMITMENT, tracker }
    }

    fn restored(text: &str, ballot: BallotId) -> Option<Receipt> {
        Receipt::from_compact(text, ballot, &MANIFEST, &key().verifying_key())
    }

    #[test]
    fn a_browser_gives_back_what_it_was_given_and_nothing_else() {
        let receipt = Receipt::sign(ballot(7), &MANIFEST, TRACKER, COMMITMENT, &key());
        let compact = receipt.compact();
        assert_eq!(restored(&compact, ballot(7)).as_ref(), Some(&receipt));
        assert_eq!(restored(&compact, ballot(8)), None);
        let forged = compact.replace(&COMMITMENT.to_string(), &Commitment::new([4; 32]).to_string());
        let of_another = compact.replace(&TRACKER.to_string(), &Tracker::new([5; 32]).to_string());
        for broken in ["", "a.b.c", &forged, &of_another, &compact[1..], &format!("{compact}\n")] {
            assert_eq!(restored(broken, ballot(7)), None, "{broken}");
        }
    }

    #[test]
    fn a_browser_may_still_hold_a_receipt_of_the_first_version() {
        let signed_note = signed_note::sign(&promise(None).text(), &key());
        let kept = Receipt {
            ballot: ballot(7),
            code: TRACKER.code(ballot(7)),
            tracker: TRACKER,
            commitment: COMMITMENT,
            signed_note,
        };
        assert_eq!(restored(&kept.compact(), ballot(7)), Some(kept));
    }

    #[test]
    fn a_promise_is_read_in_both_versions_and_in_no_other_form() {
        let (first, second) = (promise(None), promise(Some(TRACKER.hash())));
        let hash = Sha256Hash::of(TRACKER.as_bytes());
        assert_eq!(second.text(), format!("{}{hash}\n", first.text().replace("v1", "v2")));
        assert_eq!((first.text().parse(), second.text().parse()), (Ok(first), Ok(second)));
        let (one, two) = (first.text(), second.text());
        for broken in [
            "",
            &one.replace("v1", "v2"),
            &two.replace("v2", "v1"),
            &two.replace("v2", "v3"),
            &two.replace(&hash.to_string(), &hash.to_string().to_uppercase()),
            &two.replace(&hash.to_string(), &TRACKER.hash().to_string()),
            &format!("{two}\n"),
            two.trim_end(),
            &two.replace('\n', "\r\n"),
        ] {
            assert_eq!(broken.parse::<Promise>(), Err(InvalidForm), "{broken:?}");
        }
    }
}
