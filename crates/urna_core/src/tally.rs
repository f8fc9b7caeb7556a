//! Counting. Integers only; a result carries the steps that led to it.
//!
//! A tie is never broken in here by chance: the tally answers that there is one and by which rule it is settled, and
//! is asked again with the order that the jury decided or the lot drew.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::choice::Choice;
use crate::definition::{Definition, Method, TieRule};
use crate::ids::CandidateId;
use crate::sha256::Sha256Hash;
use crate::vote::Commitment;

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
    pub rows: Vec<Row>,
    /// Who is elected.
    pub outcome: Outcome,
    /// How it came to that, step by step.
    pub derivation: Vec<Step>,
}

/// One candidate's count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
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
pub enum Step {
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

/// Counts a ballot. The order of the votes is irrelevant.
///
/// `withdrawn` cannot be elected. `order` settles a tie where the rule is the jury's or the lot's: of the tied
/// candidates the one that comes first in it is elected.
///
/// # Panics
/// Where a choice names a place that the definition has not: neither [`Choice::parse`] nor [`Choice::decode`] under the
/// same definition makes such a choice.
#[must_use]
pub fn tally<'a>(
    definition: &Definition,
    choices: impl IntoIterator<Item = &'a Choice>,
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
) -> Tally {
    Counts::of(definition, choices).tally(definition, withdrawn, order)
}

/// How often each candidate was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The votes that name each candidate, in the order of the manifest.
    pub votes: Vec<u64>,
    /// Votes that name nobody.
    pub blank: u64,
}

impl Counts {
    /// Counts choices of this definition.
    ///
    /// # Panics
    /// See [`tally`].
    #[must_use]
    pub fn of<'a>(definition: &Definition, choices: impl IntoIterator<Item = &'a Choice>) -> Self {
        let Method::Plurality {} = definition.method;
        let mut counts = Self { votes: vec![0; definition.candidates.len()], blank: 0 };
        for choice in choices {
            match choice {
                Choice::Plurality(None) => counts.blank += 1,
                Choice::Plurality(Some(index)) => counts.votes[usize::from(*index)] += 1,
            }
        }
        counts
    }

    /// What a count comes to: see [`tally`].
    ///
    /// # Panics
    /// Where there are more votes than a `u64` counts.
    #[must_use]
    pub fn tally(&self, definition: &Definition, withdrawn: &[CandidateId], order: Option<&[CandidateId]>) -> Tally {
        let Self { votes, blank } = self;
        tally_counts(definition, votes, *blank, withdrawn, order)
    }
}

fn tally_counts(
    definition: &Definition,
    votes: &[u64],
    blank: u64,
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
) -> Tally {
    let counted: u64 = votes.iter().sum();
    let votes: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).zip(votes.iter().copied()).collect();

    let mut derivation =
        vec![Step::SetBlankAside { voted: counted + blank, blank, counted }, Step::Count { votes: votes.clone() }];
    let outcome = elect(&votes, withdrawn, definition.tie_rule, order, &mut derivation);
    Tally {
        voted: counted + blank,
        counted,
        blank,
        rows: rows(&votes, counted, withdrawn, &outcome),
        outcome,
        derivation,
    }
}

fn elect(
    votes: &[(CandidateId, u64)],
    withdrawn: &[CandidateId],
    rule: TieRule,
    order: Option<&[CandidateId]>,
    derivation: &mut Vec<Step>,
) -> Outcome {
    let (out, standing): (Vec<_>, Vec<_>) = votes.iter().partition(|(candidate, _)| withdrawn.contains(candidate));
    if !out.is_empty() {
        derivation
            .push(Step::LeaveOutWithdrawn { candidates: out.into_iter().map(|(candidate, _)| candidate).collect() });
    }
    let Some(most) = standing.iter().map(|(_, votes)| *votes).max().filter(|most| *most > 0) else {
        return Outcome::NoVotes;
    };
    let first: Vec<_> = standing.iter().filter(|(_, votes)| *votes == most).map(|(candidate, _)| *candidate).collect();
    derivation.push(Step::MostVotes { votes: most, candidates: first.clone() });
    if first.len() == 1 {
        return Outcome::Elected { candidates: first };
    }
    let (order, elected) = match (rule, order) {
        (TieRule::Shared {}, _) => (Vec::new(), first),
        (_, Some(order)) => match order.iter().find(|candidate| first.contains(candidate)) {
            Some(winner) => (order.to_vec(), vec![*winner]),
            None => return Outcome::Tied { candidates: first, rule },
        },
        (_, None) => return Outcome::Tied { candidates: first, rule },
    };
    derivation.push(Step::SettleTie { rule, order, elected: elected.clone() });
    Outcome::Elected { candidates: elected }
}

fn rows(votes: &[(CandidateId, u64)], counted: u64, withdrawn: &[CandidateId], outcome: &Outcome) -> Vec<Row> {
    let elected: &[CandidateId] = if let Outcome::Elected { candidates } = outcome { candidates } else { &[] };
    let mut rows: Vec<Row> = votes
        .iter()
        .map(|(candidate, count)| Row {
            candidate: *candidate,
            rank: 1 + votes.iter().map(|(_, other)| u32::from(other > count)).sum::<u32>(),
            votes: *count,
            share: share(*count, counted),
            withdrawn: withdrawn.contains(candidate),
            elected: elected.contains(candidate),
        })
        .collect();
    rows.sort_by_key(|row| Reverse(row.votes));
    rows
}

/// `part / whole` with four decimal places, rounded half up; `"0.0000"` of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let ten_thousandths = if whole == 0 { 0 } else { (part * 20_000 + whole) / (2 * whole) };
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

/// Draws lots among tied candidates so that anyone can draw them again: in ascending order of
/// `SHA-256("urna/lot/v1\n" ‖ manifest hash ‖ SHA-256(commitments) ‖ u16be index)`, where `commitments` are the 32 bytes
/// of each, all of the ballot, ascending; index is the candidate's place in the manifest. The first is elected.
#[must_use]
pub fn draw_lot(
    definition: &Definition,
    manifest: &Sha256Hash,
    commitments: &[Commitment],
    tied: &[CandidateId],
) -> Vec<CandidateId> {
    debug_assert!(commitments.is_sorted(), "the lot is drawn from the sorted commitments");
    let mut box_hash = Sha256::new();
    for commitment in commitments {
        box_hash.update(commitment.as_bytes());
    }
    let box_hash = box_hash.finalize();
    let mut order = tied.to_vec();
    order.sort_by_cached_key(|candidate| {
        let index = definition.index_of(*candidate).unwrap_or(u16::MAX);
        let hash = Sha256::new().chain_update("urna/lot/v1\n").chain_update(manifest.as_bytes());
        let hash: [u8; 32] = hash.chain_update(box_hash).chain_update(index.to_be_bytes()).finalize().into();
        hash
    });
    order
}

/// An order that does not settle the tie that it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TieBreakRefused {
    /// There is no tie that waits for a decision.
    #[error("there is no tie to break")]
    NoTie,
    /// Not each of the tied candidates exactly once.
    #[error("the order must name each of the tied candidates exactly once")]
    NotTheTied,
}

/// Checks that an order names the tied candidates, each once, where the jury is to decide.
pub fn check_tie_break(outcome: &Outcome, order: &[CandidateId]) -> Result<(), TieBreakRefused> {
    let Outcome::Tied { candidates, rule: TieRule::Jury {} } = outcome else { return Err(TieBreakRefused::NoTie) };
    let (mut given, mut tied) = (order.to_vec(), candidates.clone());
    given.sort_unstable();
    tied.sort_unstable();
    if given == tied { Ok(()) } else { Err(TieBreakRefused::NotTheTied) }
}
