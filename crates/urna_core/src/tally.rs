//! A tally: integers only, with the steps that led to it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::definition::TieRule;
use crate::ids::CandidateId;
use crate::method::motion::Threshold;

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
    /// Place by votes or points, in a ranked count by how far the candidate came; from 1. Equals share a place, and the
    /// following ranks are skipped (1, 2, 2, 4).
    pub rank: u32,
    /// Votes that name the candidate; votes that give more than the fewest points; votes that put the candidate first.
    pub votes: u64,
    /// Points, where they decide and not votes: whole ones of a score, half ones of Borda.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Share of the counted votes, four decimal places, rounded half up; `"0.0000"` if none was counted.
    pub share: String,
    /// Could not be elected, for they withdrew: the votes stay counted, except in a ranked count, which passes them over.
    pub withdrawn: bool,
    /// Whether elected.
    pub elected: bool,
}

/// The outcome of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// As many candidates as there are seats, more if the last one is shared, or fewer if nobody else has votes.
    Elected {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
    },
    /// Several are equal, only some of them can be elected or stay, and the rule has not settled the tie yet.
    Tied {
        /// In the order of the manifest.
        candidates: Vec<CandidateId>,
        /// The rule that settles it.
        rule: TieRule,
    },
    /// No vote names anybody who can be elected.
    NoVotes,
    /// Enough votes say yes to the motion.
    Carried,
    /// Too few votes say yes to the motion.
    Rejected,
    /// Too few people took part to decide the motion, and nobody counts their votes.
    NotDecided,
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
    /// So many votes are enough for the last seat, or for the one there is.
    MostVotes {
        /// Votes for each of them.
        votes: u64,
        /// The candidates with exactly so many.
        candidates: Vec<CandidateId>,
        /// Those with more, who are elected; nobody if there is one seat.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        above: Vec<CandidateId>,
    },
    /// Points were counted: how many votes give a candidate how many.
    Scores {
        /// A row for each candidate in the order of the manifest, in it the votes for each number of points from the
        /// fewest to the most.
        votes: Vec<Vec<u64>>,
    },
    /// The points of all votes were added up.
    Points {
        /// The points of each candidate, in the order of the manifest.
        points: Vec<(CandidateId, u64)>,
    },
    /// Rankings were counted: how many put each candidate first.
    FirstPlaces {
        /// The votes that put each candidate first, alone or with others, in the order of the manifest.
        votes: Vec<(CandidateId, u64)>,
    },
    /// The order that settles every tie in the steps that follow.
    TieOrder {
        /// The rule that made it.
        rule: TieRule,
        /// Every candidate, the preferred one first.
        order: Vec<CandidateId>,
    },
    /// Instant runoff: one round.
    Round {
        /// Votes of each candidate, in the order of the manifest; 0 for who is out.
        votes: Vec<u64>,
        /// Their sum: more than half of it wins.
        continuing: u64,
        /// Votes that name nobody who is still in.
        exhausted: u64,
        /// The candidate who is excluded; nobody if one has more than half, or if the count waits for a tie order.
        excluded: Option<CandidateId>,
        /// How a tie for the last place was settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tie: Option<Tie>,
    },
    /// The votes that prefer each candidate to each other.
    Pairs {
        /// A row for each candidate, in it a number for each other; both in the order of the manifest.
        votes: Vec<Vec<u64>>,
    },
    /// Schulze: the strength of the strongest chain of duels.
    Strengths {
        /// From the candidate of the row to that of the column, in the order of the manifest; 0 for none.
        strengths: Vec<Vec<u64>>,
    },
    /// Schulze: those whose chain to everybody is at least as strong as the one in return.
    Unbeaten {
        /// The candidates.
        candidates: Vec<CandidateId>,
    },
    /// Borda: points, counted in halves.
    HalfPoints {
        /// The half points of each candidate, in the order of the manifest.
        half_points: Vec<(CandidateId, u64)>,
    },
    /// So many points are enough for the last seat, or for the one there is.
    MostPoints {
        /// Points for each of them, in the unit of [`TallyRow::points`].
        points: u64,
        /// The candidates with exactly so many.
        candidates: Vec<CandidateId>,
        /// Those with more, who are elected; nobody if there is one seat.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        above: Vec<CandidateId>,
    },
    /// Single transferable vote: the votes that are enough for a seat.
    Quota {
        /// Votes that rank somebody who can be elected.
        valid: u64,
        /// How many are elected.
        seats: u16,
        /// `⌊valid ÷ (seats + 1)⌋ + 1`.
        quota: u64,
    },
    /// Single transferable vote: one stage.
    Stage {
        /// Votes of each candidate before anything moves, in the order of the manifest.
        votes: Vec<PartVotes>,
        /// Votes of papers that have nobody left to go to.
        non_transferable: PartVotes,
        /// The votes lost so far by cutting after five decimal places.
        loss: PartVotes,
        /// Those elected at this stage, in the order of the manifest.
        elected: Vec<CandidateId>,
        /// The papers that move next; none if every seat is filled, or if the count waits for a tie order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Transfer>,
    },
    /// Motion: whether enough people took part.
    Quorum {
        /// All who could vote.
        members: u64,
        /// The fewest who must take part.
        needed: u64,
        /// Those who did.
        took_part: u64,
    },
    /// Motion: votes were counted per answer.
    Answers {
        /// Votes that say yes.
        yes: u64,
        /// Votes that say no.
        no: u64,
        /// Votes that abstain.
        abstained: u64,
    },
    /// Motion: how many yes carry it; as many yes as no never do.
    Majority {
        /// The number of votes or people of whom the threshold is a part.
        base: u64,
        /// The part.
        threshold: Threshold,
        /// The fewest yes that reach it.
        needed: u64,
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

/// How a tie inside a count was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// Those with equally many votes.
    pub among: Vec<CandidateId>,
    /// The earlier stages at which they differed, the latest first, as far as was looked.
    pub earlier: Vec<EarlierStage>,
    /// Whether the tie order had to decide between those who were left.
    pub by_order: bool,
}

/// An earlier stage that told equals apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierStage {
    /// Its number, from 1.
    pub stage: u64,
    /// Those who were still equal there.
    pub left: Vec<CandidateId>,
}

/// Papers that move from one stage of a transferable vote to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Transfer {
    /// The papers of an elected candidate move at a part of their value; the candidate keeps the quota.
    Surplus {
        /// The elected candidate.
        candidate: CandidateId,
        /// Votes above the quota.
        surplus: PartVotes,
        /// How a tie for the largest was settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tie: Option<Tie>,
    },
    /// The papers of the candidate with the fewest votes move at the value that they have.
    Exclude {
        /// The candidate who is excluded.
        candidate: CandidateId,
        /// How a tie for the fewest was settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tie: Option<Tie>,
    },
}

/// Parts of votes, in units of a hundred-thousandth; written with five decimal places, as in `"1353.00000"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartVotes(u64);

impl PartVotes {
    /// The units of one whole vote.
    pub const UNITS: u64 = 100_000;

    /// So many hundred-thousandths of a vote.
    #[must_use]
    pub const fn of_units(units: u64) -> Self {
        Self(units)
    }

    /// So many whole votes.
    ///
    /// # Panics
    /// If they are more than 180 million millions.
    #[must_use]
    pub const fn whole(votes: u64) -> Self {
        Self(votes * Self::UNITS)
    }

    /// The number of hundred-thousandths.
    #[must_use]
    pub const fn units(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PartVotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:05}", self.0 / Self::UNITS, self.0 % Self::UNITS)
    }
}

/// The text is not a number with five decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of votes with five decimal places")]
pub struct InvalidPartVotes;

impl FromStr for PartVotes {
    type Err = InvalidPartVotes;

    /// Reads [`PartVotes`] as written; refuses any other form.
    fn from_str(text: &str) -> Result<Self, InvalidPartVotes> {
        let (whole, part) = text.split_once('.').ok_or(InvalidPartVotes)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| InvalidPartVotes);
        let units = number(whole)?.checked_mul(Self::UNITS).and_then(|units| units.checked_add(number(part).ok()?));
        let read = Self(units.ok_or(InvalidPartVotes)?);
        if read.to_string() == text { Ok(read) } else { Err(InvalidPartVotes) }
    }
}

impl Serialize for PartVotes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartVotes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Half points as a decimal number: `12.5`.
#[must_use]
pub fn halves(half_points: u64) -> String {
    format!("{}{}", half_points / 2, if half_points % 2 == 1 { ".5" } else { "" })
}

/// `part / whole` with four decimal places, rounded half up; `"0.0000"` of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let ten_thousandths = if whole == 0 { 0 } else { (part * 20_000 + whole) / (2 * whole) };
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}
