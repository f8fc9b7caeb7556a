//! Counting a ballot, with its ties: the one loop that the service and the verifier share.
//!
//! Nothing here breaks a tie by chance. The jury's order is an argument; a lot is drawn from data in the public record.

use sha2::{Digest as _, Sha256};

use crate::choice::Choice;
use crate::definition::{Definition, TieRule};
use crate::ids::CandidateId;
use crate::method::motion::Answered;
use crate::method::ranked::{Pairs, RankedCount, Rankings};
use crate::method::{Method, most_is_possible};
use crate::sha256::Sha256Hash;
use crate::tally::{CountStep, Outcome, Tally};
use crate::vote::Commitment;

/// The votes of a ballot, summed up as far as its method lets them be: the order in which they lie is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Votes {
    /// How many votes name each candidate.
    Named(Named),
    /// How many votes give each candidate each number of points.
    Scored(Scored),
    /// How many votes prefer each candidate to each other.
    Paired(Pairs),
    /// Every ranking.
    Ranked(Rankings),
    /// How many votes give each answer to a motion.
    Answered(Answered),
}

/// The number of people who could vote, and of those who did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnout {
    /// The number of people who are verified and admitted, or took part: the members, to a motion.
    pub eligible: u64,
    /// The number of people who took part; some of their votes may be unreadable.
    pub took_part: u64,
}

/// Votes that name candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The votes that name each candidate, in the order of the manifest.
    pub votes: Vec<u64>,
    /// Votes that name somebody.
    pub counted: u64,
    /// Votes that name nobody.
    pub blank: u64,
}

/// Votes that give candidates points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// For each candidate, in the order of the manifest, the votes for each number of points from the fewest on.
    pub histogram: Vec<Vec<u64>>,
    /// Votes that give points.
    pub counted: u64,
    /// Votes that do not.
    pub blank: u64,
}

impl Votes {
    /// Sums up these choices. The turnout decides whether a motion is counted at all.
    ///
    /// # Panics
    /// If a choice is not one of this ballot. [`Choice::parse`] and [`Choice::decode`] under the same definition never
    /// make such a choice.
    #[must_use]
    pub fn of(choices: &[Choice], definition: &Definition, turnout: Turnout) -> Self {
        let candidates = definition.candidates.len();
        let blank = choices.iter().filter(|choice| choice.is_blank()).count() as u64;
        let counted = choices.len() as u64 - blank;
        let marks = || choices.iter().flat_map(Choice::marks);
        match definition.method {
            Method::Plurality { .. } | Method::Approval { .. } => {
                let mut votes = vec![0; candidates];
                for mark in marks() {
                    votes[usize::from(mark.candidate)] += 1;
                }
                Self::Named(Named { votes, counted, blank })
            }
            Method::Score { min, max, .. } => {
                let mut histogram = vec![vec![0; usize::from(max - min) + 1]; candidates];
                for mark in marks() {
                    histogram[usize::from(mark.candidate)][usize::from(mark.value - min)] += 1;
                }
                Self::Scored(Scored { histogram, counted, blank })
            }
            Method::Ranked { count, .. } => {
                let rankings = Rankings::of(choices, definition.candidate_count());
                match count {
                    RankedCount::Schulze | RankedCount::Borda => Self::Paired(Pairs::of(&rankings)),
                    RankedCount::Irv | RankedCount::ScottishStv => Self::Ranked(rankings),
                }
            }
            Method::Motion { quorum, .. } => Self::Answered(Answered::of(choices, quorum, turnout)),
        }
    }

    /// The votes as a tally has them: for a record that discloses no more. `None` if it lacks them, or if no votes can
    /// add up to them.
    #[must_use]
    pub fn disclosed(tally: &Tally, definition: &Definition, turnout: Turnout) -> Option<Self> {
        let Tally { counted, blank, rows, derivation, .. } = tally;
        let (counted, blank, candidates) = (*counted, *blank, definition.candidates.len());
        match definition.method {
            Method::Plurality { .. } | Method::Approval { .. } => {
                let of = |id| rows.iter().find(|row| row.candidate == id).map(|row| row.votes);
                let votes: Vec<u64> =
                    definition.candidates.iter().map(|candidate| of(candidate.id)).collect::<Option<_>>()?;
                let most = definition.method.most_marks(definition.candidate_count());
                most_is_possible(&votes, counted, most).then_some(Self::Named(Named { votes, counted, blank }))
            }
            Method::Score { min, max, .. } => {
                let histogram = derivation.iter().find_map(|step| match step {
                    CountStep::Scores { votes } => Some(votes.clone()),
                    _ => None,
                })?;
                let is_whole = |votes: &Vec<u64>| {
                    let sum = votes.iter().try_fold(0, |sum: u64, votes| sum.checked_add(*votes));
                    votes.len() == usize::from(max - min) + 1 && sum == Some(counted)
                };
                let is_anybodys = candidates > 0 || counted == 0;
                let is_possible = is_anybodys && histogram.len() == candidates && histogram.iter().all(is_whole);
                is_possible.then_some(Self::Scored(Scored { histogram, counted, blank }))
            }
            Method::Ranked { .. } if definition.method.needs_every_vote() => None,
            Method::Ranked { .. } => Pairs::disclosed(tally, definition).map(Self::Paired),
            Method::Motion { quorum, .. } => Answered::disclosed(tally, quorum, turnout).map(Self::Answered),
        }
    }

    /// Votes in the box.
    #[must_use]
    pub fn voted(&self) -> u64 {
        match self {
            Self::Named(Named { counted, blank, .. }) | Self::Scored(Scored { counted, blank, .. }) => counted + blank,
            Self::Paired(pairs) => pairs.counted + pairs.blank,
            Self::Ranked(rankings) => rankings.counted() + rankings.blank(),
            Self::Answered(answered) => answered.voted,
        }
    }
}

/// The candidates who withdrew from a ballot.
#[derive(Debug, Clone, Copy, Default)]
pub struct Withdrawals<'a> {
    /// Until the close.
    pub before_close: &'a [CandidateId],
    /// Since the close.
    pub after_close: &'a [CandidateId],
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
    /// The order does not name every candidate exactly once.
    #[error("the order must name every candidate of the ballot exactly once")]
    NotEverybody,
}

/// The orders that settle ties of a ballot by themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Orders<'a> {
    /// The lot, if its draw is wanted.
    pub lot: Option<Lot<'a>>,
    /// The jury's order of all candidates, sealed before the close; in a ranked count alone.
    pub sealed: Option<&'a [CandidateId]>,
}

impl<'a> From<Option<Lot<'a>>> for Orders<'a> {
    fn from(lot: Option<Lot<'a>>) -> Self {
        Self { lot, sealed: None }
    }
}

/// Counts a ballot. The order of the votes is irrelevant. Candidates who withdrew cannot be elected.
///
/// A tie by lot is drawn, and a sealed order settles ties of a ranked count. Without it a tie for the jury stays open, as
/// [`Outcome::Tied`]: see [`count_decided`].
///
/// # Panics
/// If the votes were summed up under a definition with another method or other candidates.
#[must_use]
pub fn count<'a>(
    definition: &Definition,
    votes: &Votes,
    withdrawals: Withdrawals<'_>,
    orders: impl Into<Orders<'a>>,
) -> Tally {
    let Orders { lot, sealed } = orders.into();
    let sealed = sealed.filter(|order| is_sealed_order(definition, order));
    under(definition, withdrawals, |withdrawn| {
        let undecided = definition.method.count(definition, votes, withdrawn, None);
        let Outcome::Tied { candidates, rule } = &undecided.outcome else { return undecided };
        let drawn = lot.map(|lot| lot.draw(definition, &to_order(definition, candidates)));
        let order = match rule {
            TieRule::Lot {} => drawn.as_deref(),
            TieRule::Jury {} => sealed,
            TieRule::Shared {} | TieRule::Rejected {} => None,
        };
        match order {
            Some(order) => definition.method.count(definition, votes, withdrawn, Some(order)),
            None => undecided,
        }
    })
}

/// Whether a jury can seal such an order before the close: only a ranked count orders everybody.
#[must_use]
pub fn is_sealed_order(definition: &Definition, order: &[CandidateId]) -> bool {
    definition.takes_sealed_order() && is_order_of(&to_order(definition, &[]), order)
}

/// Counts a ballot whose tie the jury has decided: by its order of the tied candidates or, in a ranked count, of all.
///
/// # Errors
/// [`TieBreakRefused`] if there is no tie for a jury, or the order does not name exactly those whom it must name.
///
/// # Panics
/// As [`count`] does.
pub fn count_decided(
    definition: &Definition,
    votes: &Votes,
    withdrawals: Withdrawals<'_>,
    order: &[CandidateId],
) -> Result<Tally, TieBreakRefused> {
    let undecided = count(definition, votes, withdrawals, Orders::default());
    let Outcome::Tied { candidates, rule: TieRule::Jury {} } = &undecided.outcome else {
        return Err(TieBreakRefused::NoTie);
    };
    if !is_order_of(&to_order(definition, candidates), order) {
        let everybody = definition.method.orders_everybody();
        return Err(if everybody { TieBreakRefused::NotEverybody } else { TieBreakRefused::NotTheTied });
    }
    Ok(under(definition, withdrawals, |withdrawn| definition.method.count(definition, votes, withdrawn, Some(order))))
}

/// Counts with those who withdrew. In a ranked count a withdrawal after the close matters only if that candidate was
/// elected: otherwise somebody who has seen the tally could change the winner by withdrawing a loser.
fn under(definition: &Definition, withdrawals: Withdrawals<'_>, count: impl Fn(&[CandidateId]) -> Tally) -> Tally {
    let mut withdrawn = withdrawals.before_close.to_vec();
    if !definition.method.orders_everybody() {
        withdrawn.extend(withdrawals.after_close);
        return count(&withdrawn);
    }
    loop {
        let tally = count(&withdrawn);
        let elected = tally.rows.iter().filter(|row| row.elected).map(|row| row.candidate);
        let gone: Vec<_> = elected.filter(|id| withdrawals.after_close.contains(id)).collect();
        if gone.is_empty() {
            return tally;
        }
        withdrawn.extend(gone);
    }
}

/// Those whom an order has to name, in the order of the manifest, if these are tied.
fn to_order(definition: &Definition, tied: &[CandidateId]) -> Vec<CandidateId> {
    if definition.method.orders_everybody() {
        definition.candidates.iter().map(|candidate| candidate.id).collect()
    } else {
        tied.to_vec()
    }
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
