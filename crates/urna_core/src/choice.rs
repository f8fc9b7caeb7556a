//! The content of a vote, and its encoding: for every method a list of marks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::definition::Definition;
use crate::ids::CandidateId;
use crate::method::Method;

/// One candidate that a vote marks, or the motion, and the value given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// By place in the manifest, from 0; also 0 for a motion.
    pub candidate: u16,
    /// The meaning depends on the method; 1 if a candidate is simply named.
    pub value: u16,
}

impl Mark {
    /// The mark of a candidate who is named.
    #[must_use]
    pub const fn named(candidate: u16) -> Self {
        Self { candidate, value: 1 }
    }
}

/// The choice of one vote, in terms of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The number of the method.
    method: u8,
    /// Ascending by candidate; empty for a blank vote.
    marks: Vec<Mark>,
}

/// An answer to a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither; counts as taking part.
    Abstain,
}

impl Answer {
    /// Every answer, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Abstain];

    /// The value of its mark.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Yes => 1,
            Self::No => 2,
            Self::Abstain => 3,
        }
    }

    /// The answer whose mark has this value.
    #[must_use]
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.number() == number)
    }

    /// The word as the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        }
    }
}

/// A choice as given, in terms of ids; nothing is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenChoice {
    /// One candidate.
    Candidate(CandidateId),
    /// Several candidates, all equally, in any order.
    Candidates(Vec<CandidateId>),
    /// Points for candidates, in any order.
    Scores(Vec<(CandidateId, u16)>),
    /// The candidates at each rank, the best rank first.
    Ranking(Vec<Vec<CandidateId>>),
    /// An answer to a motion.
    Motion(Answer),
    /// Nobody.
    Blank,
}

impl GivenChoice {
    /// Whether it names this candidate.
    #[must_use]
    pub fn names(&self, id: CandidateId) -> bool {
        match self {
            Self::Candidate(candidate) => *candidate == id,
            Self::Candidates(candidates) => candidates.contains(&id),
            Self::Scores(scores) => scores.iter().any(|(candidate, _)| *candidate == id),
            Self::Ranking(ranks) => ranks.iter().flatten().any(|candidate| *candidate == id),
            Self::Motion(_) | Self::Blank => false,
        }
    }
}

/// A place in a choice. Shown as a JSON pointer (RFC 6901) from the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChoicePlace {
    /// The one candidate.
    Candidate,
    /// The candidate at this place of the list, from 0.
    Candidates(usize),
    /// The points of a candidate.
    Score(CandidateId),
    /// A rank, from 0.
    Rank(usize),
    /// The candidate at this place of a rank, both from 0.
    Ranked(usize, usize),
}

impl fmt::Display for ChoicePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Candidate => f.write_str("/candidate"),
            Self::Candidates(place) => write!(f, "/candidates/{place}"),
            Self::Score(id) => write!(f, "/scores/{id}"),
            Self::Rank(rank) => write!(f, "/ranking/{rank}"),
            Self::Ranked(rank, place) => write!(f, "/ranking/{rank}/{place}"),
        }
    }
}

/// Why a choice does not answer the ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidChoice {
    /// Names a candidate who is not on the ballot.
    #[error("the ballot has no such candidate")]
    UnknownCandidate {
        /// Where.
        at: ChoicePlace,
    },
    /// A blank vote on a ballot that allows none.
    #[error("this ballot takes no blank votes")]
    BlankNotAllowed,
    /// A choice for another method.
    #[error("this ballot expects the field `{takes}` in the choice")]
    OtherMethod {
        /// The field of a choice that this ballot takes.
        takes: &'static str,
    },
    /// Names nobody, and does not say that it is blank.
    #[error("to choose nobody, send `blank: true` if the ballot allows it")]
    Nobody,
    /// Names more candidates than the ballot allows.
    #[error("this ballot takes at most {most} candidates")]
    TooMany {
        /// The most that it allows.
        most: u16,
    },
    /// Names a candidate twice.
    #[error("a choice names each candidate once")]
    Repeated {
        /// Where, the second time.
        at: ChoicePlace,
    },
    /// Points that the ballot's scale does not have.
    #[error("this ballot takes from {min} to {max} points")]
    OffScale {
        /// Where.
        at: ChoicePlace,
        /// The fewest.
        min: u16,
        /// The most.
        max: u16,
    },
    /// Gives more ranks than the ballot allows.
    #[error("this ballot takes at most {most} ranks")]
    TooManyRanks {
        /// The most that it allows.
        most: u16,
    },
    /// A rank without a candidate.
    #[error("every rank has a candidate: ranks go 1, 2, 3 without a gap")]
    EmptyRank {
        /// Where.
        at: ChoicePlace,
    },
    /// Several candidates at one rank, where the count takes none.
    #[error("this ballot takes one candidate at each rank")]
    EqualRanks {
        /// Where.
        at: ChoicePlace,
    },
    /// Stored bytes that are not a valid choice under the manifest.
    #[error("the bytes are not a choice of this ballot")]
    Bytes,
}

impl InvalidChoice {
    /// The place of the mistake, where there is one.
    #[must_use]
    pub const fn place(&self) -> Option<ChoicePlace> {
        match self {
            Self::UnknownCandidate { at }
            | Self::Repeated { at }
            | Self::OffScale { at, .. }
            | Self::EmptyRank { at }
            | Self::EqualRanks { at } => Some(*at),
            Self::BlankNotAllowed
            | Self::OtherMethod { .. }
            | Self::Nobody
            | Self::TooMany { .. }
            | Self::TooManyRanks { .. }
            | Self::Bytes => None,
        }
    }
}

impl Choice {
    /// A choice of these marks; blank if there are none. Does not check whether a ballot takes it.
    #[must_use]
    pub fn of(method: Method, marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut marks: Vec<_> = marks.into_iter().collect();
        marks.sort_unstable_by_key(|mark| mark.candidate);
        Self { method: method.number(), marks }
    }

    /// Reads a given choice under a ballot's definition. A candidate who has withdrawn can still be chosen: such
    /// votes are counted, but do not elect.
    pub fn parse(given: &GivenChoice, definition: &Definition) -> Result<Self, InvalidChoice> {
        match given {
            GivenChoice::Blank if definition.allow_blank => Ok(Self::of(definition.method, [])),
            GivenChoice::Blank => Err(InvalidChoice::BlankNotAllowed),
            given => Ok(Self::of(definition.method, definition.method.marks(given, definition)?)),
        }
    }

    /// Whether it chooses nobody.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        self.marks.is_empty()
    }

    /// The marks, ascending by candidate.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The bytes: `u8 method ‖ u16be n ‖ n × (u16be candidate index ‖ u16be value)`, indices strictly ascending;
    /// blank: `n = 0`.
    ///
    /// # Panics
    /// If there are more than 65,535 marks.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let count = u16::try_from(self.marks.len()).expect("a mark for each candidate at most");
        let mut bytes = Vec::with_capacity(3 + 4 * self.marks.len());
        bytes.push(self.method);
        bytes.extend_from_slice(&count.to_be_bytes());
        for Mark { candidate, value } in &self.marks {
            bytes.extend_from_slice(&candidate.to_be_bytes());
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        bytes
    }

    /// Reads the bytes of [`Choice::encode`]; [`InvalidChoice::Bytes`] for any choice that `definition` does not allow.
    pub fn decode(bytes: &[u8], definition: &Definition) -> Result<Self, InvalidChoice> {
        let (head, rest) = bytes.split_first_chunk().ok_or(InvalidChoice::Bytes)?;
        let [method, high, low] = *head;
        let (marks, left_over) = rest.as_chunks::<4>();
        let is_whole = left_over.is_empty() && marks.len() == usize::from(u16::from_be_bytes([high, low]));
        if method != definition.method.number() || !is_whole {
            return Err(InvalidChoice::Bytes);
        }
        let mark = |[high, low, value_high, value_low]: &[u8; 4]| Mark {
            candidate: u16::from_be_bytes([*high, *low]),
            value: u16::from_be_bytes([*value_high, *value_low]),
        };
        let marks: Vec<_> = marks.iter().map(mark).collect();
        let candidates = definition.candidate_count();
        let ascending = marks.is_sorted_by(|one, next| one.candidate < next.candidate);
        let places = definition.method.places(candidates);
        let is_known = marks.last().is_none_or(|mark| mark.candidate < places);
        let is_allowed =
            if marks.is_empty() { definition.allow_blank } else { definition.method.accepts(&marks, candidates) };
        if ascending && is_known && is_allowed { Ok(Self { method, marks }) } else { Err(InvalidChoice::Bytes) }
    }
}

/// Length of the ballot's longest encoded choice, to which every vote in its inbox is padded.
#[must_use]
pub fn longest_choice(definition: &Definition) -> usize {
    3 + 4 * usize::from(definition.method.most_marks(definition.candidate_count()))
}
