//! The report of a check: the content of a record, for people and for programs.

use serde::Serialize;
use urna_core::choice::{Answer, Choice};
use urna_core::method::motion::MotionCount;
use urna_core::method::{ChoiceShape, Method};
use urna_core::tally::{Outcome, Tally};
use urna_core::{BallotId, Definition, Timestamp};

use crate::fault::Fault;

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The content of the record, if every file could be read.
    pub summary: Option<Summary>,
    /// All faults; for an unreadable record, those that make it unreadable.
    pub faults: Vec<Fault>,
}

/// The content of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The ballot.
    pub ballot_id: BallotId,
    /// The ballot's title, in the original language.
    pub title: String,
    /// The published version.
    pub version: u32,
    /// The time of publication.
    pub published_at: Timestamp,
    /// The SHA-256 of the statement, in hex; its first half is shown at the close.
    pub statement_sha256: String,
    /// The fingerprint of the key that signed it.
    pub key_fingerprint: String,
    /// The number of people who could vote.
    pub eligible: u64,
    /// The number of votes.
    pub votes: u64,
    /// The number of blank votes among them.
    pub blank: u64,
    /// Votes that could not be read at the close, and are not among `votes`.
    pub unreadable: u64,
    /// Whether the votes were counted again; `false` if only counts are disclosed.
    pub recounted: bool,
    /// The part of the count that was made again.
    pub recount: Recount,
    /// Each candidate's result, best first; empty if the votes cannot be counted, and for a motion.
    pub results: Vec<CandidateResult>,
    /// The outcome of a motion, and how it came about; missing for other methods.
    #[serde(flatten)]
    pub motion: Option<MotionResult>,
    /// The method of the ballot.
    #[serde(skip)]
    pub method: Method,
    /// The candidates who withdrew: before the close in the order of withdrawal, after it in the order of the manifest.
    pub withdrawals: Vec<Withdrawal>,
    /// The jury's decision about a tie, its order given by names.
    pub decision: Option<JuryDecision>,
    /// How often organisers looked at the result before it was public.
    pub looks: u64,
    /// The reason for a further version.
    pub note: Option<String>,
    /// The receipts whose votes are in the record.
    pub receipts: Vec<FoundReceipt>,
}

/// The part of a count that a check could make again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recount {
    /// All of it, from every vote.
    Votes,
    /// The result, from the counts that are disclosed.
    Counts,
    /// None of it: the counts alone do not tell the result, and it is as the service signed it.
    Nothing,
    /// There was nothing to count: too few took part in a motion.
    NotNeeded,
}

/// The jury's decision about a tie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JuryDecision {
    /// Whether it was sealed before the close.
    pub sealed: bool,
    /// The names of the tied candidates, in a ranked count of all; the preferred one first.
    pub order: Vec<String>,
    /// The reason, in their words.
    pub reason: String,
    /// The people who decided, in their words.
    pub decided_by: String,
}

/// The result of a motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MotionResult {
    /// `carried`, `rejected` or `not_decided`.
    pub outcome: &'static str,
    /// The arithmetic.
    #[serde(skip)]
    pub count: MotionCount,
}

impl MotionResult {
    pub(crate) fn of(tally: &Tally) -> Option<Self> {
        let outcome = match tally.outcome {
            Outcome::Carried => "carried",
            Outcome::Rejected => "rejected",
            Outcome::NotDecided => "not_decided",
            Outcome::Elected { .. } | Outcome::Tied { .. } | Outcome::NoVotes => return None,
        };
        Some(Self { outcome, count: MotionCount::of(&tally.derivation) })
    }
}

/// A candidate who can no longer be elected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// Their name, in the original language.
    pub name: String,
    /// Whether the votes had been counted by then.
    pub after_the_close: bool,
}

/// The result of one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateResult {
    /// Their name, in the original language.
    pub name: String,
    /// The votes that name them; see [`urna_core::tally::TallyRow::votes`].
    pub votes: u64,
    /// Points, where they decide; see [`urna_core::tally::TallyRow::points`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Whether elected.
    pub elected: bool,
}

/// A receipt whose vote is in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundReceipt {
    /// Its code, or its holder's name for it.
    pub name: String,
    /// The vote's choice; only if the record discloses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<FoundChoice>,
}

/// The choice in the vote of a receipt, by names in the original language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FoundChoice {
    /// One candidate, if a vote names one.
    Candidate(String),
    /// The candidates, if a vote may name several.
    Candidates(Vec<String>),
    /// The candidates at each rank, if a vote ranks them.
    Ranking(Vec<Vec<String>>),
    /// Every candidate with points, if a vote gives them.
    Scores(Vec<(String, u16)>),
    /// The answer to a motion.
    Motion {
        /// Yes, no or abstain.
        motion: Answer,
    },
    /// Nobody; `null` in JSON, which cannot be mistaken for a name.
    Blank,
}

impl FoundChoice {
    pub(crate) fn of(choice: &Choice, definition: &Definition) -> Self {
        let name = |place: u16| {
            let candidate = definition.candidate(place);
            candidate.map_or_else(String::new, |candidate| definition.original(&candidate.name).to_owned())
        };
        match (choice.marks(), definition.method.shape()) {
            ([], _) => Self::Blank,
            ([mark], ChoiceShape::One) => Self::Candidate(name(mark.candidate)),
            (marks, ChoiceShape::Ranking) => {
                let ranks = 1..=marks.iter().map(|mark| mark.value).max().unwrap_or(0);
                let at = |rank| marks.iter().filter(move |mark| mark.value == rank);
                Self::Ranking(ranks.map(|rank| at(rank).map(|mark| name(mark.candidate)).collect()).collect())
            }
            (marks, ChoiceShape::Scores) => {
                Self::Scores(marks.iter().map(|mark| (name(mark.candidate), mark.value)).collect())
            }
            ([mark], ChoiceShape::Answer) if let Some(motion) = Answer::of_number(mark.value) => {
                Self::Motion { motion }
            }
            (marks, ChoiceShape::One | ChoiceShape::Several | ChoiceShape::Answer) => {
                Self::Candidates(marks.iter().map(|mark| name(mark.candidate)).collect())
            }
        }
    }
}
