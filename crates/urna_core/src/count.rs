//! Counting a ballot, with its ties: the one loop that the service and the verifier share.
//!
//! Nothing here breaks a tie by chance. The jury's order is an argument; a lot is drawn from data in the public record.

use sha2::{Digest as _, Sha256};

use crate::choice::Choice;
use crate::definition::{Definition, TieRule};
use crate::ids::CandidateId;
use crate::sha256::Sha256Hash;
use crate::tally::{Outcome, Tally};
use crate::vote::Commitment;

/// The votes of a ballot, as far as they are known.
#[derive(Debug, Clone, Copy)]
pub enum Votes<'a> {
    /// Each of them, in any order.
    Choices(&'a [Choice]),
    /// Only how many there are for each candidate.
    Counts(&'a Counts),
}

/// The marks of each candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The votes that mark each candidate, in the order of the manifest.
    pub votes: Vec<u64>,
    /// Votes that mark somebody.
    pub counted: u64,
    /// Votes that mark nobody.
    pub blank: u64,
}

impl Votes<'_> {
    /// Counts the marks of each candidate.
    ///
    /// # Panics
    /// If a choice names a place that the definition does not have.
    pub(crate) fn counts(self, definition: &Definition) -> Counts {
        let choices = match self {
            Self::Counts(counts) => return counts.clone(),
            Self::Choices(choices) => choices,
        };
        let mut counts = Counts { votes: vec![0; definition.candidates.len()], counted: 0, blank: 0 };
        for choice in choices {
            *(if choice.is_blank() { &mut counts.blank } else { &mut counts.counted }) += 1;
            for mark in choice.marks() {
                counts.votes[usize::from(mark.candidate)] += 1;
            }
        }
        counts
    }
}

/// An order that does not settle the tie it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TieBreakRefused {
    /// No tie waits for a decision.
    #[error("there is no tie to break")]
    NoTie,
    /// The order does not name each of the tied candidates exactly once.
    #[error("the order must name each of the tied candidates exactly once")]
    NotTheTied,
}

/// Counts a ballot. The order of the votes is irrelevant. Candidates who withdrew are counted, and cannot be elected.
///
/// A tie by lot is drawn. A tie for the jury stays open, as [`Outcome::Tied`]: see [`count_decided`].
///
/// # Panics
/// If a choice names a place that the definition does not have. [`Choice::parse`] and [`Choice::decode`] under the
/// same definition never make such a choice.
#[must_use]
pub fn count(definition: &Definition, votes: Votes<'_>, withdrawn: &[CandidateId], lot: Option<Lot<'_>>) -> Tally {
    let undecided = definition.method.count(definition, votes, withdrawn, None);
    match (&undecided.outcome, lot) {
        (Outcome::Tied { candidates, rule: TieRule::Lot {} }, Some(lot)) => {
            let order = lot.draw(definition, candidates);
            definition.method.count(definition, votes, withdrawn, Some(&order))
        }
        _ => undecided,
    }
}

/// Counts a ballot whose tie the jury has decided, by its order of the tied candidates: the first is elected.
///
/// # Errors
/// [`TieBreakRefused`] if there is no tie for a jury, or the order does not name exactly the tied candidates.
///
/// # Panics
/// As [`count`] does.
pub fn count_decided(
    definition: &Definition,
    votes: Votes<'_>,
    withdrawn: &[CandidateId],
    order: &[CandidateId],
) -> Result<Tally, TieBreakRefused> {
    let undecided = count(definition, votes, withdrawn, None);
    let Outcome::Tied { candidates, rule: TieRule::Jury {} } = &undecided.outcome else {
        return Err(TieBreakRefused::NoTie);
    };
    if !is_order_of(candidates, order) {
        return Err(TieBreakRefused::NotTheTied);
    }
    Ok(definition.method.count(definition, votes, withdrawn, Some(order)))
}

/// Whether an order names each of these exactly once.
fn is_order_of(tied: &[CandidateId], order: &[CandidateId]) -> bool {
    let (mut given, mut tied) = (order.to_vec(), tied.to_vec());
    given.sort_unstable();
    tied.sort_unstable();
    given == tied
}

/// A lot that anyone can draw again.
#[derive(Debug, Clone, Copy)]
pub struct Lot<'a> {
    manifest: &'a Sha256Hash,
    commitments: &'a [Commitment],
}

impl<'a> Lot<'a> {
    /// The lot of a ballot, from its manifest and all its commitments; `None` unless these are in ascending order.
    #[must_use]
    pub fn new(manifest: &'a Sha256Hash, commitments: &'a [Commitment]) -> Option<Self> {
        commitments.is_sorted().then_some(Self { manifest, commitments })
    }

    /// Puts candidates into an order: ascending by `SHA-256("urna/lot/v1\n" ‖ manifest hash ‖ SHA-256(commitments) ‖
    /// u16be index)`, where `commitments` are the 32 bytes of each, and the index is the candidate's place in the manifest.
    #[must_use]
    pub fn draw(&self, definition: &Definition, tied: &[CandidateId]) -> Vec<CandidateId> {
        let mut commitments = Sha256::new();
        for commitment in self.commitments {
            commitments.update(commitment.as_bytes());
        }
        let commitments = commitments.finalize();
        let mut order = tied.to_vec();
        order.sort_by_cached_key(|candidate| {
            let index = definition.index_of(*candidate).unwrap_or(u16::MAX);
            let hash = Sha256::new().chain_update("urna/lot/v1\n").chain_update(self.manifest.as_bytes());
            let hash: [u8; 32] = hash.chain_update(commitments).chain_update(index.to_be_bytes()).finalize().into();
            hash
        });
        order
    }
}
