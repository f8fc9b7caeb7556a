//! A tally: integers only, with the steps that led to it.

use serde::{Deserialize, Serialize};

use crate::definition::TieRule;
use crate::ids::CandidateId;

/// A ballot counted out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Votes in the box; `counted + blank`.
    pub voted: u64,
    /// Votes that name a candidate.
    pub counted: u64,
    /// Votes that name nobody.
    pub blank: u64,
    /// One row per candidate, best first; equals in the order of the manifest.
    pub rows: Vec<TallyRow>,
    /// Who is elected.
    pub outcome: Outcome,
    /// How it came to that, step by step.
    pub derivation: Vec<CountStep>,
}

/// One candidate's count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyRow {
    /// Who.
    pub candidate: CandidateId,
    /// Place by votes, from 1; equal votes share a place and the next ones are left out (1, 2, 2, 4).
    pub rank: u32,
    /// Votes that name the candidate.
    pub votes: u64,
    /// Of the counted votes, four decimal places, rounded half up; `"0.0000"` where none was counted.
    pub share: String,
    /// Withdrew after the definition was fixed: counted, but cannot be elected.
    pub withdrawn: bool,
    /// Whether elected.
    pub elected: bool,
}

/// Who is elected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// One candidate, or several who share the place.
    Elected {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
    },
    /// Several have the same number of votes, and the rule has not settled it yet.
    Tied {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
        /// What settles it.
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
        /// Of these, blank.
        blank: u64,
        /// What remains.
        counted: u64,
    },
    /// Votes were counted per candidate.
    Count {
        /// The number of votes that name each candidate, in the order of the manifest.
        votes: Vec<(CandidateId, u64)>,
    },
    /// Candidates who withdrew cannot be elected.
    LeaveOutWithdrawn {
        /// Who.
        candidates: Vec<CandidateId>,
    },
    /// These have the most votes of those who can be elected.
    MostVotes {
        /// How many.
        votes: u64,
        /// Who.
        candidates: Vec<CandidateId>,
    },
    /// A tie was settled.
    SettleTie {
        /// By which rule.
        rule: TieRule,
        /// The order that the jury decided or the lot drew; empty where the place is shared.
        order: Vec<CandidateId>,
        /// Who is elected by it.
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
