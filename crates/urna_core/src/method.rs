//! The methods of voting: one file below this one for each. It says what a vote may contain and who wins.
//!
//! To add a method, add a variant of [`Method`], a file beside `plurality.rs`, and a line in each `match` of this
//! file. Nothing else in the core names a method: choices are lists of [`Mark`]s, and [`crate::count::count`]
//! settles all ties.

mod approval;
mod most_votes;
mod plurality;
pub mod ranked;

use serde::{Deserialize, Serialize};

use crate::choice::{GivenChoice, InvalidChoice, Mark};
use crate::count::Votes;
use crate::definition::{Definition, MOST_CANDIDATES};
use crate::ids::CandidateId;
use crate::tally::Tally;

/// How votes are cast and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    /// Each vote names one candidate; the most votes win.
    Plurality {},
    /// Each vote names one candidate or several, all equally; the most votes win.
    Approval {
        /// The most that one vote may name: from 2 to [`MOST_CANDIDATES`].
        max_choices: u16,
    },
}

/// The form of a choice, independent of how it is counted: pages and verifiers show a choice by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceShape {
    /// One candidate.
    One,
    /// Candidates, all alike.
    Several,
}

impl Method {
    /// The form of its choices.
    #[must_use]
    pub const fn shape(self) -> ChoiceShape {
        match self {
            Self::Plurality {} => ChoiceShape::One,
            Self::Approval { .. } => ChoiceShape::Several,
        }
    }

    /// The name as the API and the manifest spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plurality {} => "plurality",
            Self::Approval { .. } => "approval",
        }
    }

    /// The number that stands for the method in an encoded choice.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Plurality {} => 1,
            Self::Approval { .. } => 2,
        }
    }

    /// The most candidates that one choice can mark, if there are `candidates`.
    #[must_use]
    pub fn most_marks(self, candidates: u16) -> u16 {
        match self {
            Self::Plurality {} => 1,
            Self::Approval { max_choices } => max_choices.min(candidates),
        }
    }

    /// Whether its parameters are within their bounds.
    #[must_use]
    pub fn is_sound(self) -> bool {
        match self {
            Self::Plurality {} => true,
            Self::Approval { max_choices } => max_choices >= 2 && usize::from(max_choices) <= MOST_CANDIDATES,
        }
    }

    /// The marks of a choice that is not blank, ascending by candidate.
    pub(crate) fn marks(self, given: &GivenChoice, definition: &Definition) -> Result<Vec<Mark>, InvalidChoice> {
        match self {
            Self::Plurality {} => plurality::marks(given, definition),
            Self::Approval { .. } => approval::marks(given, definition),
        }
    }

    /// Whether the marks are a non-blank vote; they must name candidates of the ballot, in ascending order.
    pub(crate) fn accepts(self, marks: &[Mark], candidates: u16) -> bool {
        match self {
            Self::Plurality {} => plurality::accepts(marks),
            Self::Approval { .. } => approval::accepts(marks, self.most_marks(candidates)),
        }
    }

    /// Whether `counted` votes can add up to these numbers of votes for each candidate.
    #[must_use]
    pub fn is_possible(self, votes: &[u64], counted: u64) -> bool {
        let candidates = u16::try_from(votes.len()).unwrap_or(u16::MAX);
        match self {
            Self::Plurality {} | Self::Approval { .. } => {
                most_votes::is_possible(votes, counted, self.most_marks(candidates))
            }
        }
    }

    /// Counts; `order` settles a tie.
    pub(crate) fn count(
        self,
        definition: &Definition,
        votes: Votes<'_>,
        withdrawn: &[CandidateId],
        order: Option<&[CandidateId]>,
    ) -> Tally {
        match self {
            Self::Plurality {} | Self::Approval { .. } => most_votes::count(definition, votes, withdrawn, order),
        }
    }
}
