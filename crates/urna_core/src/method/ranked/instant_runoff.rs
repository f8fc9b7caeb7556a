//! Instant runoff: each vote counts for the best ranked candidate who is still in. Who has more than half of the votes
//! that still count wins; otherwise exactly one candidate is excluded, the one with the fewest votes.
//!
//! One at a time, because excluding everybody who is tied for last place can change the winner.

use super::ties::{Extreme, choose};
use super::{Counted, Field, Rankings, Standing};
use crate::tally::{CountStep, Tie};

pub(super) fn count(field: &Field<'_>, rankings: &Rankings) -> Counted {
    let mut continuing = field.standing.clone();
    let mut standing = vec![Standing::default(); rankings.nothing().len()];
    let mut rounds: Vec<Vec<u64>> = Vec::new();
    let mut steps = Vec::new();
    let mut used_order = false;
    loop {
        let (votes, exhausted) = best_of(rankings, &continuing);
        rounds.push(votes.clone());
        for place in &continuing {
            let votes = votes[usize::from(*place)];
            standing[usize::from(*place)] = Standing { elected: 0, round: rounds.len() as u64, votes };
        }
        let valid: u64 = votes.iter().sum();
        let mut round = |excluded: Option<u16>, tie: Option<Tie>| {
            let excluded = excluded.map(|place| field.id(place));
            steps.push(CountStep::Round { votes: votes.clone(), continuing: valid, exhausted, excluded, tie });
        };
        if let Some(winner) = continuing.iter().find(|place| 2 * votes[usize::from(**place)] > valid) {
            round(None, None);
            return Counted { steps, elected: Ok(vec![*winner]), standing, used_order, half_points: None };
        }
        match choose(Extreme::Fewest, &continuing, &rounds, &field.order, |place| field.id(place)) {
            Ok((last, tie)) => {
                used_order |= tie.as_ref().is_some_and(|tie| tie.by_order);
                round(Some(last), tie);
                continuing.retain(|place| *place != last);
            }
            Err(needs_order) => {
                round(None, None);
                return Counted { steps, elected: Err(needs_order), standing, used_order, half_points: None };
            }
        }
    }
}

/// The votes of each candidate who is still in, and how many votes name none of them.
fn best_of(rankings: &Rankings, continuing: &[u16]) -> (Vec<u64>, u64) {
    let mut votes = rankings.nothing();
    let mut is_in = vec![false; votes.len()];
    for place in continuing {
        is_in[usize::from(*place)] = true;
    }
    let mut exhausted = 0;
    for (ranking, times) in rankings.votes() {
        match ranking.marks().iter().find(|mark| is_in[usize::from(mark.candidate)]) {
            Some(mark) => votes[usize::from(mark.candidate)] += times,
            None => exhausted += times,
        }
    }
    (votes, exhausted)
}
