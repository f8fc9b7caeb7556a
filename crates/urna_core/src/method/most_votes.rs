//! Counting in which each mark is one vote, and the most votes win.

use std::cmp::Reverse;

use crate::count::{Counts, Votes};
use crate::definition::{Definition, TieRule};
use crate::ids::CandidateId;
use crate::tally::{CountStep, Outcome, Tally, TallyRow, share};

/// See [`super::Method::count`].
pub(super) fn count(
    definition: &Definition,
    votes: Votes<'_>,
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
) -> Tally {
    let Counts { votes, counted, blank } = votes.counts(definition);
    let votes: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).zip(votes).collect();
    let mut derivation = vec![
        CountStep::SetBlankAside { voted: counted + blank, blank, counted },
        CountStep::Count { votes: votes.clone() },
    ];
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

/// Whether `counted` votes, each naming at least one candidate and at most `most`, can add up to these numbers.
pub(super) fn is_possible(votes: &[u64], counted: u64, most: u16) -> bool {
    let sum = votes.iter().try_fold(0, |sum: u64, votes| sum.checked_add(*votes));
    let largest = counted.checked_mul(u64::from(most));
    let is_within = sum.zip(largest).is_some_and(|(sum, largest)| (counted..=largest).contains(&sum));
    is_within && votes.iter().all(|votes| *votes <= counted)
}

fn elect(
    votes: &[(CandidateId, u64)],
    withdrawn: &[CandidateId],
    rule: TieRule,
    order: Option<&[CandidateId]>,
    derivation: &mut Vec<CountStep>,
) -> Outcome {
    let (out, standing): (Vec<_>, Vec<_>) = votes.iter().partition(|(candidate, _)| withdrawn.contains(candidate));
    if !out.is_empty() {
        let candidates = out.into_iter().map(|(candidate, _)| candidate).collect();
        derivation.push(CountStep::LeaveOutWithdrawn { candidates });
    }
    let Some(most) = standing.iter().map(|(_, votes)| *votes).max().filter(|most| *most > 0) else {
        return Outcome::NoVotes;
    };
    let first: Vec<_> = standing.iter().filter(|(_, votes)| *votes == most).map(|(candidate, _)| *candidate).collect();
    derivation.push(CountStep::MostVotes { votes: most, candidates: first.clone() });
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
    derivation.push(CountStep::SettleTie { rule, order, elected: elected.clone() });
    Outcome::Elected { candidates: elected }
}

fn rows(votes: &[(CandidateId, u64)], counted: u64, withdrawn: &[CandidateId], outcome: &Outcome) -> Vec<TallyRow> {
    let elected: &[CandidateId] = if let Outcome::Elected { candidates } = outcome { candidates } else { &[] };
    let mut rows: Vec<TallyRow> = votes
        .iter()
        .map(|(candidate, count)| TallyRow {
            candidate: *candidate,
            rank: 1 + votes.iter().map(|(_, other)| u32::from(other > count)).sum::<u32>(),
            votes: *count,
            points: None,
            share: share(*count, counted),
            withdrawn: withdrawn.contains(candidate),
            elected: elected.contains(candidate),
        })
        .collect();
    rows.sort_by_key(|row| Reverse(row.votes));
    rows
}
