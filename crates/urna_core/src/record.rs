//! The public record of a ballot: the files from which anybody can count it again, and the two signed texts over them.
//!
//! `docs/verification.md` describes the formats to the byte, for authors of other verifiers.

pub mod archive;
mod signed;

pub use signed::{Decision, Publication, Statement};

use serde::{Deserialize, Serialize};

use crate::life_cycle::HistoryEvent;
use crate::sha256::Sha256Hash;
use crate::tally::Tally;
use crate::time::Timestamp;
use crate::vote::{Commitment, Nonce, TrackerHash};

/// The names of the files in a record, in their order.
pub mod file {
    /// The verification key under which the record is signed, and a newline.
    pub const KEY: &str = "key";
    /// The frozen definition.
    pub const MANIFEST: &str = "manifest.json";
    /// [`super::encode_commitments`].
    pub const COMMITMENTS: &str = "commitments";
    /// [`super::encode_openings`]; missing if the ballot discloses counts alone, or if a motion is not decided.
    pub const OPENINGS: &str = "openings";
    /// [`super::encode_tally`].
    pub const TALLY: &str = "tally.json";
    /// [`super::encode_history`].
    pub const HISTORY: &str = "history.json";
    /// A signed note: [`super::Statement`].
    pub const STATEMENT: &str = "statement";
    /// [`super::encode_tally`] of the published result; missing in records of the first release.
    pub const RESULT: &str = "result.json";
    /// A signed note: [`super::Publication`].
    pub const PUBLICATION: &str = "publication";

    /// Every name.
    pub const ALL: [&str; 9] = [KEY, MANIFEST, COMMITMENTS, OPENINGS, TALLY, HISTORY, STATEMENT, RESULT, PUBLICATION];
}

/// The opening of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening<'a> {
    /// SHA-256 of the voter's tracker.
    pub tracker: TrackerHash,
    /// The server's random bytes.
    pub nonce: Nonce,
    /// The encoded choice, see [`crate::Choice::decode`].
    pub choice: &'a [u8],
}

/// Concatenates the commitments, 32 bytes each; the caller gives them in ascending order.
#[must_use]
pub fn encode_commitments<'a>(commitments: impl IntoIterator<Item = &'a Commitment>) -> Vec<u8> {
    commitments.into_iter().flat_map(|commitment| *commitment.as_bytes()).collect()
}

/// The openings in the order of the commitments, each `tracker hash[32] ‖ nonce[32] ‖ u32be length ‖ choice`.
///
/// # Panics
/// If a choice is longer than 4 GiB.
#[must_use]
pub fn encode_openings<'a>(openings: impl IntoIterator<Item = Opening<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for opening in openings {
        bytes.extend_from_slice(opening.tracker.as_bytes());
        bytes.extend_from_slice(opening.nonce.as_bytes());
        let length = u32::try_from(opening.choice.len()).expect("a choice is a few hundred bytes at most");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(opening.choice);
    }
    bytes
}

/// The bytes end in the middle of an entry, or are no such file at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file ends in the middle of an entry")]
pub struct Truncated;

/// Reads [`encode_commitments`].
pub fn decode_commitments(bytes: &[u8]) -> Result<Vec<Commitment>, Truncated> {
    let (commitments, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(commitments.iter().copied().map(Commitment::new).collect()) } else { Err(Truncated) }
}

/// Reads [`encode_openings`].
pub fn decode_openings(mut bytes: &[u8]) -> Result<Vec<Opening<'_>>, Truncated> {
    let mut openings = Vec::new();
    while !bytes.is_empty() {
        let (tracker, rest) = bytes.split_first_chunk().ok_or(Truncated)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(Truncated)?;
        let (length, rest) = rest.split_first_chunk().ok_or(Truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Truncated)?;
        let (choice, rest) = rest.split_at_checked(length).ok_or(Truncated)?;
        openings.push(Opening { tracker: TrackerHash::new(*tracker), nonce: Nonce::new(*nonce), choice });
        bytes = rest;
    }
    Ok(openings)
}

/// The tally as canonical JSON (RFC 8785), with its derivation.
#[must_use]
pub fn encode_tally(tally: &Tally) -> Vec<u8> {
    canonical(tally)
}

/// Reads [`encode_tally`]; refuses any other bytes.
pub fn decode_tally(bytes: &[u8]) -> Result<Tally, InvalidForm> {
    let tally: Tally = serde_json::from_slice(bytes).map_err(|_| InvalidForm)?;
    if encode_tally(&tally) == bytes { Ok(tally) } else { Err(InvalidForm) }
}

/// One line of a ballot's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The time.
    pub at: Timestamp,
    /// The event.
    #[serde(flatten)]
    pub event: HistoryEvent,
}

/// The history up to the close as canonical JSON (RFC 8785): a list, oldest first.
#[must_use]
pub fn encode_history(history: &[HistoryLine]) -> Vec<u8> {
    canonical(history)
}

/// The bytes are not in their one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in its one canonical form")]
pub struct InvalidForm;

/// Reads [`encode_history`]; refuses any other bytes.
pub fn decode_history(bytes: &[u8]) -> Result<Vec<HistoryLine>, InvalidForm> {
    let history: Vec<HistoryLine> = serde_json::from_slice(bytes).map_err(|_| InvalidForm)?;
    let is_exact = |line: &HistoryLine| match line.event {
        HistoryEvent::Opened { eligible } => eligible <= LARGEST_NUMBER,
        HistoryEvent::Closed { eligible, voted, unreadable } => eligible.max(voted).max(unreadable) <= LARGEST_NUMBER,
        _ => true,
    };
    if history.iter().all(is_exact) && encode_history(&history) == bytes { Ok(history) } else { Err(InvalidForm) }
}

/// The hash of the jury's order that was sealed last, if one was.
#[must_use]
pub fn last_seal(history: &[HistoryLine]) -> Option<Sha256Hash> {
    history.iter().rev().find_map(|line| match line.event {
        HistoryEvent::SealedOrder { sha256 } => Some(sha256),
        _ => None,
    })
}

fn canonical<T: Serialize>(value: T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(&value).expect("it has string keys and no floats")
}

/// The largest number in a record: 2^53, up to which JSON numbers are exact everywhere (RFC 8785, 3.2.2.3).
const LARGEST_NUMBER: u64 = 1 << 53;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commitments_and_openings_come_back() {
        let commitments = [Commitment::new([1; 32]), Commitment::new([2; 32])];
        let bytes = encode_commitments(&commitments);
        assert_eq!(decode_commitments(&bytes), Ok(commitments.to_vec()));
        assert_eq!(decode_commitments(&bytes[1..]), Err(Truncated));
        let opening =
            |byte, choice| Opening { tracker: TrackerHash::new([byte; 32]), nonce: Nonce::new([byte; 32]), choice };
        let openings = [opening(1, [1, 0, 0].as_slice()), opening(2, &[1, 0, 1, 0, 0, 0, 1])];
        let bytes = encode_openings(openings.clone());
        assert_eq!(bytes.len(), 68 + 3 + 68 + 7);
        assert_eq!(decode_openings(&bytes), Ok(openings.to_vec()));
        for end in 1..71 {
            assert_eq!(decode_openings(&bytes[..end]), Err(Truncated), "{end}");
        }
    }

    #[test]
    fn a_history_is_canonical() {
        let line = |micros, event| HistoryLine { at: Timestamp::from_micros(micros).unwrap(), event };
        let history = [
            line(0, HistoryEvent::Opened { eligible: 3 }),
            line(1, HistoryEvent::Closed { eligible: 3, voted: 2, unreadable: 0 }),
        ];
        let bytes = encode_history(&history);
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            r#"[{"at":"1970-01-01T00:00:00Z","eligible":3,"type":"opened"},{"at":"1970-01-01T00:00:00.000001Z","eligible":3,"type":"closed","voted":2}]"#
        );
        assert_eq!(decode_history(&bytes), Ok(history.to_vec()));
        assert_eq!(decode_history(&[bytes.as_slice(), b"\n"].concat()), Err(InvalidForm));
        let some = encode_history(&[line(0, HistoryEvent::Closed { eligible: 3, voted: 2, unreadable: 1 })]);
        assert_eq!(
            std::str::from_utf8(&some).unwrap(),
            r#"[{"at":"1970-01-01T00:00:00Z","eligible":3,"type":"closed","unreadable":1,"voted":2}]"#
        );
        assert_eq!(decode_history(&some).map(|lines| lines.len()), Ok(1));
        let none = String::from_utf8(some).unwrap().replace(":1,", ":0,");
        assert_eq!(decode_history(none.as_bytes()), Err(InvalidForm), "none is not written");
        let inexact = encode_history(&[line(0, HistoryEvent::Closed { eligible: u64::MAX, voted: 2, unreadable: 0 })]);
        assert_eq!(decode_history(&inexact), Err(InvalidForm));
    }
}
