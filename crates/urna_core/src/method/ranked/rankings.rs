//! Rankings, with how often each was cast.

use crate::choice::{Choice, Mark};

/// The order in which one vote ranks candidates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ranking(Vec<Mark>);

/// Why groups of candidates are no ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidRanking {
    /// Nobody is ranked, or a rank has nobody.
    #[error("a ranking has somebody at every rank")]
    Gap,
    /// A candidate has two ranks.
    #[error("a candidate is ranked twice")]
    Repeated,
}

impl Ranking {
    /// The ranking with these candidates at rank 1, 2, … of the list; a group of several shares its rank.
    pub fn of_groups(groups: &[Vec<u16>]) -> Result<Self, InvalidRanking> {
        if groups.is_empty() || groups.iter().any(Vec::is_empty) {
            return Err(InvalidRanking::Gap);
        }
        // There are not so many candidates.
        if groups.len() > usize::from(u16::MAX - 1) {
            return Err(InvalidRanking::Repeated);
        }
        let ranked = |(rank, group): (u16, &Vec<u16>)| {
            let marks: Vec<_> = group.iter().map(|candidate| Mark { candidate: *candidate, value: rank }).collect();
            marks
        };
        let ranking = Self::sorted((1..).zip(groups).flat_map(ranked).collect());
        let mut candidates: Vec<_> = ranking.0.iter().map(|mark| mark.candidate).collect();
        candidates.sort_unstable();
        if candidates.windows(2).any(|pair| pair[0] == pair[1]) { Err(InvalidRanking::Repeated) } else { Ok(ranking) }
    }

    fn sorted(mut marks: Vec<Mark>) -> Self {
        marks.sort_unstable_by_key(|mark| (mark.value, mark.candidate));
        Self(marks)
    }

    /// Candidates and their ranks, best first; those of one rank in the order of the list.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.0
    }
}

/// Rankings and blank votes of a ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rankings {
    candidates: u16,
    votes: Vec<(Ranking, u64)>,
    blank: u64,
}

impl Rankings {
    /// No vote yet, of a ballot with so many candidates.
    #[must_use]
    pub const fn new(candidates: u16) -> Self {
        Self { candidates, votes: Vec::new(), blank: 0 }
    }

    /// The rankings of these choices.
    #[must_use]
    pub fn of(choices: &[Choice], candidates: u16) -> Self {
        let mut rankings = Self::new(candidates);
        for choice in choices {
            if choice.is_blank() {
                rankings.add_blank(1);
            } else {
                rankings.add(Ranking::sorted(choice.marks().to_vec()), 1);
            }
        }
        rankings
    }

    /// Adds a ranking that was cast so many times.
    pub fn add(&mut self, ranking: Ranking, times: u64) {
        self.votes.push((ranking, times));
    }

    /// Adds so many votes that rank nobody.
    pub const fn add_blank(&mut self, times: u64) {
        self.blank += times;
    }

    /// Votes that rank somebody.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.votes.iter().map(|(_, times)| times).sum()
    }

    /// Votes that rank nobody.
    #[must_use]
    pub const fn blank(&self) -> u64 {
        self.blank
    }

    /// The votes that put each candidate first, alone or with others.
    pub(super) fn first_places(&self) -> Vec<u64> {
        let mut first = self.nothing();
        for (ranking, times) in &self.votes {
            for mark in ranking.marks().iter().take_while(|mark| mark.value == 1) {
                first[usize::from(mark.candidate)] += times;
            }
        }
        first
    }

    /// Each ranking, and how often it was cast.
    pub(super) fn votes(&self) -> &[(Ranking, u64)] {
        &self.votes
    }

    /// Whether any vote ranks one of these.
    pub(super) fn rank_any_of(&self, candidates: &[u16]) -> bool {
        let ranks = |ranking: &Ranking| ranking.marks().iter().any(|mark| candidates.contains(&mark.candidate));
        self.votes.iter().any(|(ranking, times)| *times > 0 && ranks(ranking))
    }

    /// A zero for each candidate.
    pub(super) fn nothing(&self) -> Vec<u64> {
        vec![0; usize::from(self.candidates)]
    }
}
