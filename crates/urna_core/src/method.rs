//! The methods of voting: one file below this one for each. It says what a vote may contain and who wins.
//!
//! To add a method, add a variant of [`Method`], a file beside `plurality.rs`, and a line in each `match` of this file and
//! of [`crate::count::Votes`], which sums votes up. Choices are lists of [`Mark`]s for every method, and
//! [`crate::count::count`] settles all ties.

mod approval;
mod most;
pub mod motion;
mod plurality;
pub mod ranked;
mod score;

use serde::{Deserialize, Serialize};

use crate::choice::{GivenChoice, InvalidChoice, Mark};
use crate::count::Votes;
use crate::definition::{Definition, MOST_CANDIDATES, TieRule};
use crate::ids::CandidateId;
use crate::tally::{Tally, halves};
pub(crate) use most::is_possible as most_is_possible;
use motion::{MOST_PARTS, Majority, Quorum};
use ranked::RankedCount;

/// How votes are cast and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    /// Each vote names one candidate; the most votes win.
    Plurality {
        /// How many are elected.
        #[serde(default, skip_serializing_if = "Seats::is_one")]
        seats: Seats,
    },
    /// Each vote names one candidate or several, all equally; the most votes win.
    Approval {
        /// The most that one vote may name: from 2 to [`MOST_CANDIDATES`].
        max_choices: u16,
        /// How many are elected.
        #[serde(default, skip_serializing_if = "Seats::is_one")]
        seats: Seats,
    },
    /// Each vote gives every candidate a number of points; the most points win.
    Score {
        /// The fewest points; also those of a candidate to whom a vote gives none.
        min: u16,
        /// The most points: more than `min`, and at most [`MOST_POINTS`].
        max: u16,
        /// How many are elected.
        #[serde(default, skip_serializing_if = "Seats::is_one")]
        seats: Seats,
    },
    /// Each vote ranks candidates, and the count says what that means.
    Ranked {
        /// How the rankings are counted.
        count: RankedCount,
        /// The most ranks that one vote may give: from 1 to [`MOST_CANDIDATES`]; as many as candidates if missing. See
        /// [`Method::settled`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_ranks: Option<u16>,
        /// How many are elected; more than one only with [`RankedCount::ScottishStv`].
        #[serde(default, skip_serializing_if = "Seats::is_one")]
        seats: Seats,
    },
    /// Each vote says yes, no, or abstains. There are no candidates.
    Motion {
        /// How many must take part.
        #[serde(default)]
        quorum: Quorum,
        /// How many must say yes.
        #[serde(default)]
        majority: Majority,
    },
}

/// The most candidates whom a vote may rank without a bound.
pub const MOST_UNBOUNDED: u16 = 5;

/// The ranks of a vote among more candidates, unless an organiser says otherwise.
pub const DEFAULT_RANKS: u16 = 3;

/// The most points that a vote can give: nobody tells more apart.
pub const MOST_POINTS: u16 = 10;

/// How many candidates a ballot elects: one, unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seats(pub u16);

impl Seats {
    /// One seat.
    pub const ONE: Self = Self(1);

    /// Whether there is one seat. A manifest does not name it, so that those of the first release keep their bytes.
    #[must_use]
    pub const fn is_one(&self) -> bool {
        self.0 == 1
    }
}

impl Default for Seats {
    fn default() -> Self {
        Self::ONE
    }
}

/// The form of a choice, independent of how it is counted: pages and verifiers show a choice by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceShape {
    /// One candidate.
    One,
    /// Candidates, all alike.
    Several,
    /// Every candidate, with points.
    Scores,
    /// Candidates, with ranks from 1.
    Ranking,
    /// Yes, no, or an abstention.
    Answer,
}

/// A parameter of a method that is out of its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MethodFault {
    /// The limit of approval.
    #[error("a number from 2 to {MOST_CANDIDATES}")]
    MaxChoices,
    /// The scale of points.
    #[error("a number above min, and at most {MOST_POINTS}")]
    MaxPoints,
    /// The limit of ranks.
    #[error("a number from 1 to {MOST_CANDIDATES}")]
    MaxRanks,
    /// No seats, or too many.
    #[error("a number from 1 to {MOST_CANDIDATES}")]
    Seats,
    /// Several seats for a count that elects one.
    #[error("this count elects one; only scottish_stv has several seats")]
    OneSeat,
    /// A part of the members that is none.
    #[error("a fraction above 0 and at most 1, such as \"1/2\", in at most {MOST_PARTS} parts")]
    Quorum,
    /// A part that nobody reaches, or that is no majority.
    #[error("a fraction from 1/2 to 1 that can be reached, such as \"2/3\", in at most {MOST_PARTS} parts")]
    Majority,
}

impl MethodFault {
    /// The field of the method that is wrong.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::MaxChoices => "max_choices",
            Self::MaxPoints => "max",
            Self::MaxRanks => "max_ranks",
            Self::Seats | Self::OneSeat => "seats",
            Self::Quorum => "quorum",
            Self::Majority => "majority",
        }
    }
}

impl Method {
    /// Plurality with one seat.
    pub const PLURALITY: Self = Self::Plurality { seats: Seats::ONE };

    /// The form of its choices.
    #[must_use]
    pub const fn shape(self) -> ChoiceShape {
        match self {
            Self::Plurality { .. } => ChoiceShape::One,
            Self::Approval { .. } => ChoiceShape::Several,
            Self::Score { .. } => ChoiceShape::Scores,
            Self::Ranked { .. } => ChoiceShape::Ranking,
            Self::Motion { .. } => ChoiceShape::Answer,
        }
    }

    /// The name as the API and the manifest spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plurality { .. } => "plurality",
            Self::Approval { .. } => "approval",
            Self::Score { .. } => "score",
            Self::Ranked { .. } => "ranked",
            Self::Motion { .. } => "motion",
        }
    }

    /// The number that stands for the method in an encoded choice.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Plurality { .. } => 1,
            Self::Approval { .. } => 2,
            Self::Ranked { .. } => 3,
            Self::Score { .. } => 4,
            Self::Motion { .. } => 5,
        }
    }

    /// How many candidates are elected: nobody by a motion.
    #[must_use]
    pub const fn seats(self) -> u16 {
        match self {
            Self::Plurality { seats }
            | Self::Approval { seats, .. }
            | Self::Score { seats, .. }
            | Self::Ranked { seats, .. } => seats.0,
            Self::Motion { .. } => 0,
        }
    }

    /// The number of things that a choice can mark, if there are `candidates`: those, or the motion itself.
    #[must_use]
    pub const fn places(self, candidates: u16) -> u16 {
        match self {
            Self::Motion { .. } => 1,
            _ => candidates,
        }
    }

    /// The most candidates that one choice can mark, if there are `candidates`.
    #[must_use]
    pub fn most_marks(self, candidates: u16) -> u16 {
        match self {
            Self::Plurality { .. } | Self::Motion { .. } => 1,
            Self::Approval { max_choices, .. } => max_choices.min(candidates),
            Self::Score { .. } => candidates,
            Self::Ranked { count, .. } if count.takes_equal_ranks() => candidates,
            Self::Ranked { .. } => self.most_ranks(candidates),
        }
    }

    /// The most ranks that one choice can give, if there are `candidates`; 1 if the method has no ranks.
    #[must_use]
    pub fn most_ranks(self, candidates: u16) -> u16 {
        match self {
            Self::Ranked { max_ranks, .. } => max_ranks.map_or(candidates, |most| most.min(candidates)),
            Self::Plurality { .. } | Self::Approval { .. } | Self::Score { .. } | Self::Motion { .. } => 1,
        }
    }

    /// Points as a decimal number: those of Borda are counted in halves.
    #[must_use]
    pub fn decimal_points(self, points: u64) -> String {
        match self {
            Self::Ranked { .. } => halves(points),
            _ => points.to_string(),
        }
    }

    /// The method as it is frozen for a ballot with so many candidates: without a bound of its own, a vote ranks at most
    /// [`DEFAULT_RANKS`] of more than [`MOST_UNBOUNDED`] candidates.
    #[must_use]
    pub const fn settled(self, candidates: u16) -> Self {
        match self {
            Self::Ranked { count, max_ranks: None, seats } if candidates > MOST_UNBOUNDED => {
                Self::Ranked { count, max_ranks: Some(DEFAULT_RANKS), seats }
            }
            other => other,
        }
    }

    /// The first parameter that is out of its bounds.
    #[must_use]
    pub fn fault(self) -> Option<MethodFault> {
        let within = |number: u16, least: u16| number >= least && usize::from(number) <= MOST_CANDIDATES;
        let (is_right, fault) = match self {
            Self::Plurality { .. } => (true, MethodFault::Seats),
            Self::Approval { max_choices, .. } => (within(max_choices, 2), MethodFault::MaxChoices),
            Self::Score { min, max, .. } => (min < max && max <= MOST_POINTS, MethodFault::MaxPoints),
            Self::Ranked { count, seats, .. } if !count.takes_seats() && !seats.is_one() => {
                (false, MethodFault::OneSeat)
            }
            Self::Ranked { max_ranks, .. } => (max_ranks.is_none_or(|most| within(most, 1)), MethodFault::MaxRanks),
            Self::Motion { quorum, .. } if !quorum.is_in_bounds() => (false, MethodFault::Quorum),
            Self::Motion { majority, .. } => {
                return (!majority.threshold.is_in_bounds()).then_some(MethodFault::Majority);
            }
        };
        if is_right { (!within(self.seats(), 1)).then_some(MethodFault::Seats) } else { Some(fault) }
    }

    /// Whether such a rule can settle its ties: a ranked count needs one order, and a motion that is tied is rejected.
    #[must_use]
    pub const fn takes(self, rule: TieRule) -> bool {
        match self {
            Self::Plurality { .. } | Self::Approval { .. } | Self::Score { .. } => {
                !matches!(rule, TieRule::Rejected {})
            }
            Self::Ranked { .. } => matches!(rule, TieRule::Jury {} | TieRule::Lot {}),
            Self::Motion { .. } => matches!(rule, TieRule::Rejected {}),
        }
    }

    /// Whether an order that settles a tie names every candidate, and not only those who are tied: a ranked count can
    /// meet several ties, and nobody is to see what an order leads to before it is whole.
    #[must_use]
    pub const fn orders_everybody(self) -> bool {
        matches!(self, Self::Ranked { .. })
    }

    /// Whether only every single vote tells the result: sums do not.
    #[must_use]
    pub const fn needs_every_vote(self) -> bool {
        matches!(self, Self::Ranked { count: RankedCount::Irv | RankedCount::ScottishStv, .. })
    }

    /// The marks of a choice that is not blank, ascending by candidate.
    pub(crate) fn marks(self, given: &GivenChoice, definition: &Definition) -> Result<Vec<Mark>, InvalidChoice> {
        match self {
            Self::Plurality { .. } => plurality::marks(given, definition),
            Self::Approval { .. } => approval::marks(given, definition),
            Self::Score { min, max, .. } => score::marks(given, definition, min..=max),
            Self::Ranked { count, .. } => ranked::marks(given, definition, count.takes_equal_ranks()),
            Self::Motion { .. } => motion::marks(given),
        }
    }

    /// Whether the marks are a non-blank vote; they must name candidates of the ballot, in ascending order.
    pub(crate) fn accepts(self, marks: &[Mark], candidates: u16) -> bool {
        match self {
            Self::Plurality { .. } => plurality::accepts(marks),
            Self::Approval { .. } => approval::accepts(marks, self.most_marks(candidates)),
            Self::Score { min, max, .. } => score::accepts(marks, candidates, min..=max),
            Self::Ranked { count, .. } => {
                ranked::accepts(marks, self.most_ranks(candidates), count.takes_equal_ranks())
            }
            Self::Motion { .. } => motion::accepts(marks),
        }
    }

    /// Counts; `order` settles a tie.
    ///
    /// # Panics
    /// If the votes were summed up for another method.
    pub(crate) fn count(
        self,
        definition: &Definition,
        votes: &Votes,
        withdrawn: &[CandidateId],
        order: Option<&[CandidateId]>,
    ) -> Tally {
        match (self, votes) {
            (Self::Plurality { .. } | Self::Approval { .. }, Votes::Named(named)) => {
                most::count_named(definition, named, withdrawn, order)
            }
            (Self::Score { min, .. }, Votes::Scored(scored)) => score::count(definition, scored, min, withdrawn, order),
            (Self::Ranked { count, seats, .. }, votes) => {
                let candidates: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
                let (seats, rule) = (seats.0, definition.tie_rule);
                let contest = ranked::Contest { candidates: &candidates, withdrawn, seats, rule, order };
                match votes {
                    Votes::Ranked(rankings) => ranked::count(count, contest, rankings),
                    Votes::Paired(pairs) => ranked::count_pairs(count, contest, pairs),
                    Votes::Named(_) | Votes::Scored(_) | Votes::Answered(_) => panic!("rankings are summed up as such"),
                }
            }
            (Self::Motion { quorum, majority }, Votes::Answered(answered)) => motion::count(quorum, majority, answered),
            (Self::Plurality { .. } | Self::Approval { .. } | Self::Score { .. } | Self::Motion { .. }, _) => {
                panic!("votes are summed up for their method")
            }
        }
    }
}
