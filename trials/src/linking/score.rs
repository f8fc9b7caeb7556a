//! Rates a guess, compared with chance.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use anyhow::{Context as _, Result, ensure};
use urna_trials::invariants::chosen;

use super::Truth;
use super::attack::Attack;
use super::evidence::Evidence;

/// Guesses this many standard errors above chance count as no coincidence.
const LIMIT: f64 = 3.0;

/// Guesses about any number of ballots.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Score {
    ballots: u32,
    votes: f64,
    right: f64,
    /// Mean and variance of the matches if voters and votes are paired at random.
    mean: f64,
    variance: f64,
}

impl Score {
    pub(super) fn add(&mut self, other: &Self) {
        self.ballots += other.ballots;
        self.votes += other.votes;
        self.right += other.right;
        self.mean += other.mean;
        self.variance += other.variance;
    }

    pub(super) const fn ballots(&self) -> u32 {
        self.ballots
    }

    pub(super) const fn votes(&self) -> f64 {
        self.votes
    }

    /// The share of voters whose choice was guessed.
    pub(super) fn accuracy(&self) -> f64 {
        self.right / self.votes
    }

    /// The share expected by chance.
    pub(super) fn chance(&self) -> f64 {
        self.mean / self.votes
    }

    /// The number of standard errors above chance.
    pub(super) fn errors_above(&self) -> f64 {
        (self.right - self.mean) / self.variance.sqrt()
    }

    pub(super) fn is_chance(&self) -> bool {
        self.errors_above() <= LIMIT
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (accuracy, chance) = (100.0 * self.accuracy(), 100.0 * self.chance());
        write!(f, "{accuracy:.1} % right, {chance:.1} % by chance ({:+.1} standard errors)", self.errors_above())
    }
}

/// The most successful attack, and its score.
pub(super) fn best(scores: &HashMap<Attack, Score>) -> (Attack, Score) {
    let better = |one: &(&Attack, &Score), other: &(&Attack, &Score)| {
        one.1.errors_above().total_cmp(&other.1.errors_above()).then_with(|| one.0.cmp(other.0))
    };
    let (attack, score) = scores.iter().max_by(better).expect("there are attacks");
    (*attack, *score)
}

/// Compares a guess with the truth.
pub(super) fn judge(guess: &[usize], evidence: &Evidence, truth: &Truth) -> Result<Score> {
    let votes = truth.len();
    let seen = (evidence.arrivals.len(), evidence.rows.len());
    ensure!(seen == (votes, votes), "{votes} voted, but {} were seen, and {} votes are in the box", seen.0, seen.1);
    let choices = evidence.rows.iter().map(|row| chosen(&row.choice).flatten().context("a vote in the box is none"));
    let choices: Vec<u16> = choices.collect::<Result<_>>()?;
    let right = evidence
        .arrivals
        .iter()
        .zip(guess)
        .filter(|(arrival, row)| truth.get(&arrival.attendee).is_some_and(|choice| *choice == choices[**row]));
    let (mean, variance) = by_chance(&choices);
    Ok(Score { ballots: 1, votes: float(votes), right: float(right.count()), mean, variance })
}

/// Mean and variance of the number of matches if the choices are dealt out at random to the voters: of Σ a(i, π(i))
/// over all permutations π, with a(i, j) = 1 if i and j chose alike. The variance of such a sum is Σ d(i, j)² / (n −
/// 1), where d is a without its means over rows and columns (W. Hoeffding, 1951, "A combinatorial central limit
/// theorem").
fn by_chance(choices: &[u16]) -> (f64, f64) {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for choice in choices {
        *counts.entry(*choice).or_default() += 1;
    }
    let number = float(choices.len());
    let shares: Vec<f64> = counts.values().map(|count| float(*count) / number).collect();
    let alike: f64 = shares.iter().map(|share| share * share).sum();
    let mut sum = 0.0;
    for (place, one) in shares.iter().enumerate() {
        for (other_place, other) in shares.iter().enumerate() {
            let same = if place == other_place { 1.0 } else { 0.0 };
            sum += one * other * (same - one - other + alike).powi(2);
        }
    }
    (number * alike, number * number * sum / (number - 1.0))
}

/// A number of votes as a float.
pub(super) fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Arrival, Row};
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn chance_is_what_shuffling_gives() {
        let choices: Vec<u16> = (0..200).map(|voter| if voter < 100 { 0 } else { 1 + voter % 3 }).collect();
        let (mean, variance) = by_chance(&choices);
        let mut chance = Chance::new(&[5]);
        let rounds = 4_000;
        let mut matches = Vec::new();
        let mut dealt = choices.clone();
        for _ in 0..rounds {
            for place in (1..dealt.len()).rev() {
                dealt.swap(place, chance.below(place + 1));
            }
            matches.push(float(choices.iter().zip(&dealt).filter(|(one, other)| one == other).count()));
        }
        let average = matches.iter().sum::<f64>() / float(rounds);
        let spread = matches.iter().map(|number| (number - average).powi(2)).sum::<f64>() / float(rounds);
        assert!((average - mean).abs() < 0.5, "{average} {mean}");
        assert!((spread / variance - 1.0).abs() < 0.1, "{spread} {variance}");
    }

    #[test]
    fn a_guess_is_judged_by_the_choices() {
        let vote = |index: u8| vec![1, 0, 1, 0, index, 0, 1];
        let row = |index| Row {
            commitment: Vec::new(),
            code: 0,
            tracker_hash: Vec::new(),
            nonce: Vec::new(),
            choice: vote(index),
        };
        let rows: Vec<Row> = [0, 0, 1, 2].map(row).into();
        let arrival = |attendee| Arrival { attendee, slot: Vec::new(), sealed: Vec::new() };
        let arrivals: Vec<Arrival> = [10, 11, 12, 13].map(arrival).into();
        let evidence = Evidence { ballot: 1, wrapped: None, arrivals, rows, before: Vec::new(), after: Vec::new() };
        let truth = Truth::from([(10, 0), (11, 1), (12, 2), (13, 0)]);
        let score = judge(&[0, 2, 3, 1], &evidence, &truth).unwrap();
        assert!((score.accuracy() - 1.0).abs() < 1e-9, "{score}");
        let score = judge(&[2, 0, 1, 3], &evidence, &truth).unwrap();
        assert!(score.accuracy() < 1e-9 && score.is_chance(), "{score}");
        let mut many = Score::default();
        (0..4).for_each(|_| many.add(&judge(&[0, 2, 3, 1], &evidence, &truth).unwrap()));
        assert!(!many.is_chance(), "{many}");
        assert!(judge(&[0], &evidence, &Truth::from([(10, 0)])).is_err());
    }
}
