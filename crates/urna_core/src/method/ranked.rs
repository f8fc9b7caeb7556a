//! Ranked votes: each orders candidates, first choice first, and four counts read the same votes.
//!
//! A vote gives ranks from 1 without gaps; who is not ranked stands below everybody who is. [`RankedCount`] says how
//! the votes are counted. Candidates who withdrew are passed over: a vote goes on to the next.

mod borda;
mod instant_runoff;
mod pairs;
mod rankings;
mod schulze;
mod scottish_stv;
mod ties;

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

pub use pairs::Pairs;
pub use rankings::{InvalidRanking, Ranking, Rankings};

use crate::choice::{ChoicePlace, GivenChoice, InvalidChoice, Mark};
use crate::definition::{Definition, TieRule};
use crate::ids::CandidateId;
use crate::tally::{CountStep, Outcome, Tally, TallyRow, share};
use ties::{Extreme, NeedsOrder, TieOrder};

/// How ranked votes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankedCount {
    /// Instant runoff: the last one is excluded, round by round, until somebody has more than half.
    Irv,
    /// Schulze: the winner of every duel, or by the strongest chains of duels.
    Schulze,
    /// Borda: points for every candidate ranked below.
    Borda,
    /// The single transferable vote of Scottish local elections: several seats, in proportion.
    ScottishStv,
}

impl RankedCount {
    /// Every count.
    pub const ALL: [Self; 4] = [Self::Irv, Self::Schulze, Self::Borda, Self::ScottishStv];

    /// The name as the API and the manifest spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Irv => "irv",
            Self::Schulze => "schulze",
            Self::Borda => "borda",
            Self::ScottishStv => "scottish_stv",
        }
    }

    /// Whether a vote may give one rank to several candidates.
    #[must_use]
    pub const fn takes_equal_ranks(self) -> bool {
        matches!(self, Self::Schulze | Self::Borda)
    }

    /// Whether it can elect more than one.
    #[must_use]
    pub const fn takes_seats(self) -> bool {
        matches!(self, Self::ScottishStv)
    }
}

/// The facts of a ranked count besides the votes.
#[derive(Debug, Clone, Copy)]
pub struct Contest<'a> {
    /// The candidates, in the order that rankings refer to.
    pub candidates: &'a [CandidateId],
    /// Those among them who withdrew.
    pub withdrawn: &'a [CandidateId],
    /// How many are elected; 1 except for [`RankedCount::ScottishStv`].
    pub seats: u16,
    /// The rule that makes the tie order.
    pub rule: TieRule,
    /// The tie order, once it is known: every candidate, the preferred one first.
    pub order: Option<&'a [CandidateId]>,
}

/// A contest in terms of places in the list.
struct Field<'a> {
    contest: Contest<'a>,
    /// Those who have not withdrawn, ascending.
    standing: Vec<u16>,
    order: TieOrder,
}

impl<'a> Field<'a> {
    fn of(contest: Contest<'a>) -> Self {
        let candidates = u16::try_from(contest.candidates.len()).expect("a ballot has few candidates");
        let stands = |place: &u16| !contest.withdrawn.contains(&contest.candidates[usize::from(*place)]);
        let order = TieOrder::new(contest.candidates, contest.order);
        Self { contest, standing: (0..candidates).filter(stands).collect(), order }
    }

    fn id(&self, place: u16) -> CandidateId {
        self.contest.candidates[usize::from(place)]
    }

    fn ids(&self, places: &[u16]) -> Vec<CandidateId> {
        places.iter().map(|place| self.id(*place)).collect()
    }
}

/// How a count ended, as far as it came.
struct Counted {
    steps: Vec<CountStep>,
    /// In the order of the list; or those between whom only a tie order decides.
    elected: Result<Vec<u16>, NeedsOrder>,
    /// For each candidate how well they did: the larger, the better. Withdrawn ones are not looked at.
    standing: Vec<Standing>,
    /// Whether the tie order decided anything.
    used_order: bool,
    /// Half points for each candidate, if that is what decides.
    half_points: Option<Vec<u64>>,
}

/// How far a candidate came; compared field by field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    /// From 1 for who is elected, the earlier the larger; 0 for the others.
    elected: u64,
    /// The last round in which they were counted.
    round: u64,
    /// Their votes or points in it.
    votes: u64,
}

/// A mark for each ranked candidate, with its rank.
pub(super) fn marks(given: &GivenChoice, definition: &Definition, equal: bool) -> Result<Vec<Mark>, InvalidChoice> {
    let GivenChoice::Ranking(ranks) = given else { return Err(InvalidChoice::OtherMethod { takes: "ranking" }) };
    let most = definition.method.most_ranks(definition.candidate_count());
    if ranks.is_empty() {
        return Err(InvalidChoice::Nobody);
    }
    // Check the length before looking ids up: the sender may send lists of any length.
    if ranks.len() > usize::from(most) {
        return Err(InvalidChoice::TooManyRanks { most });
    }
    let mut marks: Vec<Mark> = Vec::new();
    for (value, (rank, candidates)) in (1..).zip(ranks.iter().enumerate()) {
        match candidates.as_slice() {
            [] => return Err(InvalidChoice::EmptyRank { at: ChoicePlace::Rank(rank) }),
            [_, _, ..] if !equal => return Err(InvalidChoice::EqualRanks { at: ChoicePlace::Rank(rank) }),
            _ => {}
        }
        for (place, id) in candidates.iter().enumerate() {
            let at = if candidates.len() > 1 { ChoicePlace::Ranked(rank, place) } else { ChoicePlace::Rank(rank) };
            let candidate = definition.index_of(*id).ok_or(InvalidChoice::UnknownCandidate { at })?;
            if marks.iter().any(|mark| mark.candidate == candidate) {
                return Err(InvalidChoice::Repeated { at });
            }
            marks.push(Mark { candidate, value });
        }
    }
    marks.sort_unstable_by_key(|mark| mark.candidate);
    Ok(marks)
}

/// Whether the ranks are 1, 2, … without a gap, at most so many, and each of one candidate unless equals are allowed.
pub(super) fn accepts(marks: &[Mark], most: u16, equal: bool) -> bool {
    let mut ranks: Vec<u16> = marks.iter().map(|mark| mark.value).collect();
    ranks.sort_unstable();
    let steps = ranks.windows(2).all(|pair| {
        // They are sorted; a sum could be more than a rank can be.
        let step = pair[1] - pair[0];
        step == 1 || equal && step == 0
    });
    ranks.first() == Some(&1) && steps && ranks.last().is_some_and(|last| *last <= most)
}

/// Counts ranked votes. A tie that only a tie order settles ends the count as [`Outcome::Tied`] unless it is given.
///
/// # Panics
/// If a ranking names a place that the contest does not have, or the order is not of all candidates.
#[must_use]
pub fn count(by: RankedCount, contest: Contest<'_>, rankings: &Rankings) -> Tally {
    let run = match by {
        RankedCount::Irv => instant_runoff::count,
        RankedCount::ScottishStv => scottish_stv::count,
        RankedCount::Schulze | RankedCount::Borda => return count_pairs(by, contest, &Pairs::of(rankings)),
    };
    let first = rankings.first_places();
    let field = Field::of(contest);
    let has_votes = rankings.rank_any_of(&field.standing);
    tally(&field, &first, (rankings.counted(), rankings.blank()), has_votes.then(|| run(&field, rankings)))
}

/// Counts ranked votes of which only the duels are known.
///
/// # Panics
/// As [`count`] does, and for counts that need whole rankings.
#[must_use]
pub fn count_pairs(by: RankedCount, contest: Contest<'_>, pairs: &Pairs) -> Tally {
    let run = match by {
        RankedCount::Schulze => schulze::count,
        RankedCount::Borda => borda::count,
        RankedCount::Irv | RankedCount::ScottishStv => panic!("duels do not tell where a vote goes next"),
    };
    let field = Field::of(contest);
    let has_votes = pairs.counted > 0 && !field.standing.is_empty();
    tally(&field, &pairs.first, (pairs.counted, pairs.blank), has_votes.then(|| run(&field, pairs)))
}

/// The tally of a count; of none, if no vote ranks anybody who can be elected.
fn tally(field: &Field<'_>, first: &[u64], (counted, blank): (u64, u64), result: Option<Counted>) -> Tally {
    let contest = field.contest;
    let votes = contest.candidates.iter().copied().zip(first.iter().copied()).collect();
    let mut derivation =
        vec![CountStep::SetBlankAside { voted: counted + blank, blank, counted }, CountStep::FirstPlaces { votes }];
    let withdrawn: Vec<_> = contest.candidates.iter().copied().filter(|id| contest.withdrawn.contains(id)).collect();
    if !withdrawn.is_empty() {
        derivation.push(CountStep::LeaveOutWithdrawn { candidates: withdrawn });
    }
    let Some(mut result) = result else {
        let rows = rows(field, first, counted, &vec![Standing::default(); first.len()], None, &[]);
        return Tally { voted: counted + blank, counted, blank, rows, outcome: Outcome::NoVotes, derivation };
    };
    if let Some(order) = contest.order.filter(|_| result.used_order) {
        derivation.push(CountStep::TieOrder { rule: contest.rule, order: order.to_vec() });
    }
    derivation.extend(result.steps);
    for place in result.elected.iter().flatten() {
        let standing = &mut result.standing[usize::from(*place)];
        standing.elected = standing.elected.max(1);
    }
    let (outcome, elected) = match result.elected {
        Ok(elected) => (Outcome::Elected { candidates: field.ids(&elected) }, elected),
        Err(NeedsOrder { among }) => (Outcome::Tied { candidates: field.ids(&among), rule: contest.rule }, Vec::new()),
    };
    let rows = rows(field, first, counted, &result.standing, result.half_points.as_deref(), &elected);
    Tally { voted: counted + blank, counted, blank, rows, outcome, derivation }
}

/// The first of these in the tie order, if they are several.
fn first_of(field: &Field<'_>, best: &[u16], steps: &mut Vec<CountStep>) -> Result<Vec<u16>, NeedsOrder> {
    if best.len() == 1 {
        return Ok(best.to_vec());
    }
    let first = field.order.pick(Extreme::Most, best)?;
    let order = field.contest.order.map_or_else(Vec::new, <[_]>::to_vec);
    steps.push(CountStep::SettleTie { rule: field.contest.rule, order, elected: vec![field.id(first)] });
    Ok(vec![first])
}

/// One row for each candidate, best first; who withdrew stands last.
fn rows(
    field: &Field<'_>,
    first: &[u64],
    counted: u64,
    standing: &[Standing],
    half_points: Option<&[u64]>,
    elected: &[u16],
) -> Vec<TallyRow> {
    // `None`, of who withdrew, is less than any standing.
    let of = |place: u16| field.standing.contains(&place).then(|| standing[usize::from(place)]);
    let places = || 0..u16::try_from(first.len()).expect("a ballot has few candidates");
    let mut rows: Vec<_> = places()
        .map(|place| {
            let votes = first[usize::from(place)];
            let row = TallyRow {
                candidate: field.id(place),
                rank: 1 + places().map(|other| u32::from(of(other) > of(place))).sum::<u32>(),
                votes,
                points: half_points.map(|points| points[usize::from(place)]),
                share: share(votes, counted),
                withdrawn: !field.standing.contains(&place),
                elected: elected.contains(&place),
            };
            (Reverse(of(place)), row)
        })
        .collect();
    rows.sort_by_key(|(standing, _)| *standing);
    rows.into_iter().map(|(_, row)| row).collect()
}
