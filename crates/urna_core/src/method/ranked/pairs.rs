//! Duels: how many votes prefer each candidate to each other.

use super::Rankings;
use crate::definition::Definition;
use crate::tally::{CountStep, Tally};

/// The duels of a ballot. Schulze and Borda need no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// Votes that rank somebody.
    pub counted: u64,
    /// Votes that rank nobody.
    pub blank: u64,
    /// The votes that put each candidate first, alone or with others.
    pub first: Vec<u64>,
    /// For each candidate, how many votes prefer them to each other; who is not ranked is below all who are.
    pub votes: Vec<Vec<u64>>,
}

impl Pairs {
    /// The duels in these rankings.
    #[must_use]
    pub fn of(rankings: &Rankings) -> Self {
        let first = rankings.first_places();
        let mut votes = vec![rankings.nothing(); first.len()];
        // A rank below all others stands for "not ranked".
        let mut ranks = vec![u16::MAX; first.len()];
        for (ranking, times) in rankings.votes() {
            ranks.fill(u16::MAX);
            for mark in ranking.marks() {
                ranks[usize::from(mark.candidate)] = mark.value;
            }
            for mark in ranking.marks() {
                let row = &mut votes[usize::from(mark.candidate)];
                for (votes, rank) in row.iter_mut().zip(&ranks) {
                    *votes += if mark.value < *rank { *times } else { 0 };
                }
            }
        }
        Self { counted: rankings.counted(), blank: rankings.blank(), first, votes }
    }

    /// The duels as a tally has them, unless no votes can have led to them.
    pub(crate) fn disclosed(tally: &Tally, definition: &Definition) -> Option<Self> {
        let (counted, blank) = (tally.counted, tally.blank);
        let candidates = definition.candidates.len();
        let first = tally.derivation.iter().find_map(|step| match step {
            CountStep::FirstPlaces { votes } => Some(votes.iter().map(|(_, votes)| *votes).collect::<Vec<_>>()),
            _ => None,
        })?;
        let votes = tally.derivation.iter().find_map(|step| match step {
            CountStep::Pairs { votes } => Some(votes.clone()),
            _ => None,
        });
        // A count that has no votes has no duels.
        let votes = votes.unwrap_or_else(|| vec![vec![0; candidates]; candidates]);
        let is_square = votes.len() == candidates && votes.iter().all(|row| row.len() == candidates);
        let fit = |one: usize, other: usize| {
            let (won, lost) = (votes[one][other], votes[other][one]);
            let of_two = won.checked_add(lost).is_some_and(|sum| sum <= counted) && (one != other || won == 0);
            // No vote puts somebody above a candidate whom it puts first.
            of_two && won <= counted.saturating_sub(first[other])
        };
        let is_possible = first.len() == candidates
            && first.iter().all(|votes| *votes <= counted)
            // Each counted vote puts somebody first.
            && first.iter().fold(0, |sum: u64, votes| sum.saturating_add(*votes)) >= counted
            && is_square
            && (0..candidates).all(|one| (0..candidates).all(|other| fit(one, other)));
        is_possible.then_some(Self { counted, blank, first, votes })
    }
}
