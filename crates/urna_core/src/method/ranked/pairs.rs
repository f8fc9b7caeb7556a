//! Duels: how many votes prefer each candidate to each other.

use super::Rankings;

/// For each candidate, how many votes prefer them to each other candidate; who is not ranked is below all who are.
pub(super) fn pairs(rankings: &Rankings) -> Vec<Vec<u64>> {
    let mut pairs = vec![rankings.nothing(); rankings.nothing().len()];
    // A rank below all others stands for "not ranked".
    let mut ranks = vec![u16::MAX; pairs.len()];
    for (ranking, times) in rankings.votes() {
        ranks.fill(u16::MAX);
        for mark in ranking.marks() {
            ranks[usize::from(mark.candidate)] = mark.value;
        }
        for mark in ranking.marks() {
            let row = &mut pairs[usize::from(mark.candidate)];
            for (votes, rank) in row.iter_mut().zip(&ranks) {
                *votes += if mark.value < *rank { *times } else { 0 };
            }
        }
    }
    pairs
}
