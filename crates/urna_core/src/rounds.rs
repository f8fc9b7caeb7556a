//! The rounds of a count, as people follow them: a view of a derivation for the API and for the picture.

use crate::ids::CandidateId;
use crate::tally::{CountStep, PartVotes, Transfer};

/// One round of an instant runoff, or one stage of a transferable vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountRound {
    /// The votes of each candidate before anything moves, in the order of the manifest; 0 for who is out.
    pub votes: Vec<(CandidateId, PartVotes)>,
    /// The votes with nobody to go to.
    pub nobody: PartVotes,
    /// The votes lost so far by cutting parts.
    pub lost: PartVotes,
    /// Those elected in this round, in the order of the manifest.
    pub elected: Vec<CandidateId>,
    /// The votes that move after it; none after the last.
    pub moves: Option<Moves>,
}

/// The votes that move from one round to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// All of a candidate who is excluded.
    Excluded(CandidateId),
    /// The surplus of an elected candidate.
    Surplus(CandidateId),
}

impl Moves {
    /// The candidate from whom they move.
    #[must_use]
    pub const fn candidate(self) -> CandidateId {
        match self {
            Self::Excluded(candidate) | Self::Surplus(candidate) => candidate,
        }
    }
}

impl CountRound {
    /// The rounds in a derivation; none if the method has no rounds.
    #[must_use]
    pub fn all(derivation: &[CountStep]) -> Vec<Self> {
        let ids = derivation.iter().find_map(|step| match step {
            CountStep::FirstPlaces { votes } => Some(votes.iter().map(|(id, _)| *id).collect::<Vec<_>>()),
            _ => None,
        });
        let ids = ids.unwrap_or_default();
        derivation.iter().filter_map(|step| Self::of(step, &ids)).collect()
    }

    fn of(step: &CountStep, ids: &[CandidateId]) -> Option<Self> {
        match step {
            CountStep::Round { votes, continuing, exhausted, excluded, .. } => {
                let winner = ids.iter().zip(votes).find(|(_, votes)| 2 * **votes > *continuing);
                Some(Self {
                    votes: ids.iter().copied().zip(votes.iter().copied().map(PartVotes::whole)).collect(),
                    nobody: PartVotes::whole(*exhausted),
                    lost: PartVotes::default(),
                    elected: winner.map(|(id, _)| *id).into_iter().collect(),
                    moves: excluded.map(Moves::Excluded),
                })
            }
            CountStep::Stage { votes, non_transferable, loss, elected, next } => Some(Self {
                votes: ids.iter().copied().zip(votes.iter().copied()).collect(),
                nobody: *non_transferable,
                lost: *loss,
                elected: elected.clone(),
                moves: next.as_ref().map(|next| match next {
                    Transfer::Surplus { candidate, .. } => Moves::Surplus(*candidate),
                    Transfer::Exclude { candidate, .. } => Moves::Excluded(*candidate),
                }),
            }),
            _ => None,
        }
    }

    /// The votes of a candidate.
    #[must_use]
    pub fn votes_of(&self, candidate: CandidateId) -> PartVotes {
        self.votes.iter().find(|(id, _)| *id == candidate).map_or_else(PartVotes::default, |(_, votes)| *votes)
    }
}
