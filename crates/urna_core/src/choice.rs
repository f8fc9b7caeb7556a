//! The content of a vote, and its bytes.

use crate::definition::{Definition, Method};
use crate::ids::CandidateId;

/// What one vote says, in terms of the manifest: candidates by their place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// One candidate, or nobody (a blank vote).
    Plurality(Option<u16>),
}

/// A choice as somebody gave it, in terms of ids; nothing about it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenChoice {
    /// One candidate.
    Candidate(CandidateId),
    /// Nobody.
    Blank,
}

/// Why a choice does not answer the ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidChoice {
    /// Names a candidate that the ballot does not have.
    #[error("the ballot has no such candidate")]
    UnknownCandidate,
    /// A blank vote where none is allowed.
    #[error("this ballot takes no blank votes")]
    BlankNotAllowed,
    /// Stored bytes that are no legal choice under the manifest.
    #[error("the bytes are not a choice of this ballot")]
    Bytes,
}

impl Choice {
    /// Reads a given choice under a ballot's definition. Who has withdrawn can still be chosen: such votes are counted,
    /// but do not elect.
    pub fn parse(given: &GivenChoice, definition: &Definition) -> Result<Self, InvalidChoice> {
        let Method::Plurality {} = definition.method;
        match given {
            GivenChoice::Candidate(id) => {
                let index = definition.index_of(*id).ok_or(InvalidChoice::UnknownCandidate)?;
                Ok(Self::Plurality(Some(index)))
            }
            GivenChoice::Blank if definition.allow_blank => Ok(Self::Plurality(None)),
            GivenChoice::Blank => Err(InvalidChoice::BlankNotAllowed),
        }
    }

    /// Whether it chooses nobody.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        matches!(self, Self::Plurality(None))
    }

    /// The bytes: `u8 method ‖ u16be n ‖ n × (u16be candidate index ‖ u16be value)`, indices strictly ascending; blank:
    /// `n = 0`. Plurality is method 1, its one value 1.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Plurality(None) => vec![1, 0, 0],
            Self::Plurality(Some(index)) => {
                let [high, low] = index.to_be_bytes();
                vec![1, 0, 1, high, low, 0, 1]
            }
        }
    }

    /// Reads [`Choice::encode`]'s bytes; only what `definition` allows is a choice, all else [`InvalidChoice::Bytes`].
    pub fn decode(bytes: &[u8], definition: &Definition) -> Result<Self, InvalidChoice> {
        let Method::Plurality {} = definition.method;
        match *bytes {
            [1, 0, 0] if definition.allow_blank => Ok(Self::Plurality(None)),
            [1, 0, 1, high, low, 0, 1] => {
                let index = u16::from_be_bytes([high, low]);
                definition.candidate(index).map(|_| Self::Plurality(Some(index))).ok_or(InvalidChoice::Bytes)
            }
            _ => Err(InvalidChoice::Bytes),
        }
    }
}

/// The longest encoded choice of a ballot, to which every vote in its inbox is padded.
#[must_use]
pub fn longest_choice(definition: &Definition) -> usize {
    3 + 4 * usize::from(definition.method.most_marks(definition.candidate_count()))
}
