//! Counting in which the most votes, or the most points, win.

use std::cmp::Reverse;

use crate::count::Named;
use crate::definition::{Definition, TieRule};
use crate::ids::CandidateId;
use crate::tally::{CountStep, Outcome, Tally, TallyRow, share};

/// Counts votes that name candidates. See [`super::Method::count`].
pub(super) fn count_named(
    definition: &Definition,
    named: &Named,
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
) -> Tally {
    let Named { counted, blank, votes } = named;
    let totals: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).zip(votes.clone()).collect();
    let mut derivation = vec![
        CountStep::SetBlankAside { voted: counted + blank, blank: *blank, counted: *counted },
        CountStep::Count { votes: totals.clone() },
    ];
    // Nobody is elected by no votes.
    let electable = |votes: u64| votes > 0;
    let step = |votes, candidates, above| CountStep::MostVotes { votes, candidates, above };
    let outcome = elect(definition, &totals, withdrawn, order, electable, step, &mut derivation);
    let rows = rows(&totals, withdrawn, &outcome, |_, votes| (votes, None, share(votes, *counted)));
    Tally { voted: counted + blank, counted: *counted, blank: *blank, rows, outcome, derivation }
}

/// Whether `counted` votes, each naming at least one candidate and at most `most`, can add up to these numbers.
pub(crate) fn is_possible(votes: &[u64], counted: u64, most: u16) -> bool {
    let sum = votes.iter().try_fold(0, |sum: u64, votes| sum.checked_add(*votes));
    let largest = counted.checked_mul(u64::from(most));
    let is_within = sum.zip(largest).is_some_and(|(sum, largest)| (counted..=largest).contains(&sum));
    is_within && votes.iter().all(|votes| *votes <= counted)
}

/// Fills the seats with those who have most. A tie across the last seat is settled by `order`, or shared.
pub(super) fn elect(
    definition: &Definition,
    totals: &[(CandidateId, u64)],
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
    is_electable: impl Fn(u64) -> bool,
    step: impl Fn(u64, Vec<CandidateId>, Vec<CandidateId>) -> CountStep,
    derivation: &mut Vec<CountStep>,
) -> Outcome {
    let (rule, seats) = (definition.tie_rule, usize::from(definition.method.seats()));
    let (out, standing): (Vec<_>, Vec<_>) = totals.iter().partition(|(candidate, _)| withdrawn.contains(candidate));
    if !out.is_empty() {
        let candidates = out.into_iter().map(|(candidate, _)| candidate).collect();
        derivation.push(CountStep::LeaveOutWithdrawn { candidates });
    }
    let mut best: Vec<u64> = standing.iter().map(|(_, total)| *total).filter(|total| is_electable(*total)).collect();
    best.sort_unstable_by_key(|total| Reverse(*total));
    best.truncate(seats);
    // The last of the seats needs so many.
    let Some(least) = best.last().copied() else { return Outcome::NoVotes };
    let with = |fits: &dyn Fn(u64) -> bool| -> Vec<CandidateId> {
        standing.iter().filter(|(_, total)| fits(*total)).map(|(candidate, _)| *candidate).collect()
    };
    let (above, last) = (with(&|total| total > least), with(&|total| total == least));
    derivation.push(step(least, last.clone(), above.clone()));
    let elected = |chosen: &[CandidateId]| {
        let is_elected = |id: &CandidateId| above.contains(id) || chosen.contains(id);
        Outcome::Elected { candidates: standing.iter().map(|(id, _)| *id).filter(is_elected).collect() }
    };
    let left = seats - above.len();
    if last.len() <= left {
        return elected(&last);
    }
    let (order, chosen) = match (rule, order) {
        (TieRule::Shared {}, _) => (Vec::new(), last),
        (_, Some(order)) => {
            let chosen: Vec<_> = order.iter().copied().filter(|id| last.contains(id)).take(left).collect();
            if chosen.len() < left {
                return Outcome::Tied { candidates: last, rule };
            }
            (order.to_vec(), chosen)
        }
        (_, None) => return Outcome::Tied { candidates: last, rule },
    };
    let outcome = elected(&chosen);
    derivation.push(CountStep::SettleTie { rule, order, elected: chosen });
    outcome
}

/// One row for each candidate, best first. `numbers` makes votes, points and share from a candidate's place and total.
pub(super) fn rows(
    totals: &[(CandidateId, u64)],
    withdrawn: &[CandidateId],
    outcome: &Outcome,
    numbers: impl Fn(usize, u64) -> (u64, Option<u64>, String),
) -> Vec<TallyRow> {
    let elected: &[CandidateId] = if let Outcome::Elected { candidates } = outcome { candidates } else { &[] };
    let mut rows: Vec<(u64, TallyRow)> = totals
        .iter()
        .enumerate()
        .map(|(place, (candidate, total))| {
            let (votes, points, share) = numbers(place, *total);
            let row = TallyRow {
                candidate: *candidate,
                rank: 1 + totals.iter().map(|(_, other)| u32::from(other > total)).sum::<u32>(),
                votes,
                points,
                share,
                withdrawn: withdrawn.contains(candidate),
                elected: elected.contains(candidate),
            };
            (*total, row)
        })
        .collect();
    rows.sort_by_key(|(total, _)| Reverse(*total));
    rows.into_iter().map(|(_, row)| row).collect()
}
