//! A tally: integers only, with the steps that led to it.

use serde::{Deserialize, Serialize};

use crate::definition::TieRule;
use crate::ids::CandidateId;

/// The count of a ballot, with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Votes in the box: `counted + blank`.
    pub voted: u64,
    /// Votes that name a candidate.
    pub counted: u64,
    /// Votes that name nobody.
    pub blank: u64,
    /// One row per candidate, best first; those with equal votes in the order of the manifest.
    pub rows: Vec<TallyRow>,
    /// The result: elected, tied, or no votes.
    pub outcome: Outcome,
    /// The steps that led to the outcome.
    pub derivation: Vec<CountStep>,
}

/// One candidate's count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyRow {
    /// The candidate.
    pub candidate: CandidateId,
    /// Place by votes, from 1; equal votes share a place, and the following ranks are skipped (1, 2, 2, 4).
    pub rank: u32,
    /// Votes that name the candidate.
    pub votes: u64,
    /// Share of the counted votes, four decimal places, rounded half up; `"0.0000"` if none was counted.
    pub share: String,
    /// Withdrew after the definition was frozen: counted, but cannot be elected.
    pub withdrawn: bool,
    /// Whether elected.
    pub elected: bool,
}

/// The outcome of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// One candidate, or several who share the place.
    Elected {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
    },
    /// Several have the most votes, and the rule has not settled the tie yet.
    Tied {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
        /// The rule that settles it.
        rule: TieRule,
    },
    /// No vote names anybody who can be elected.
    NoVotes,
}

/// One step of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum CountStep {
    /// Blank votes were set aside.
    SetBlankAside {
        /// Votes in the box.
        voted: u64,
        /// The blank ones among them.
        blank: u64,
        /// Votes that remain.
        counted: u64,
    },
    /// Votes were counted per candidate.
    Count {
        /// The number of votes that name each candidate, in the order of the manifest.
        votes: Vec<(CandidateId, u64)>,
    },
    /// Candidates who withdrew cannot be elected.
    LeaveOutWithdrawn {
        /// The candidates who withdrew.
        candidates: Vec<CandidateId>,
    },
    /// These have the most votes among candidates who can be elected.
    MostVotes {
        /// Votes for each of them.
        votes: u64,
        /// The candidates.
        candidates: Vec<CandidateId>,
    },
    /// A tie was settled.
    SettleTie {
        /// The rule that settled it.
        rule: TieRule,
        /// The order that the jury decided or the lot drew; empty if the place is shared.
        order: Vec<CandidateId>,
        /// The candidates elected by it.
        elected: Vec<CandidateId>,
    },
}

/// `part / whole` with four decimal places, rounded half up; `"0.0000"` of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let ten_thousandths = if whole == 0 { 0 } else { (part * 20_000 + whole) / (2 * whole) };
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}
