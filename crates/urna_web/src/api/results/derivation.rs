//! The steps of a count, as the API reports them.

use serde::Serialize;
use urna_core::CandidateId;
use urna_core::tally::{CountStep, PartVotes, Tie, Transfer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::uuids;
use crate::api::ballots::output::{ThresholdBody, TieRuleBody};

/// The id of a candidate, and the number of votes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CandidateVotes(Uuid, u64);

/// One step of a count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
#[schema(as = CountStep)]
pub(super) enum StepBody {
    /// Blank votes were set aside.
    SetBlankAside { voted: u64, blank: u64, counted: u64 },
    /// Votes were counted per candidate: pairs of id and number, in the order of the manifest.
    Count {
        #[schema(value_type = Vec<Vec<serde_json::Value>>)]
        votes: Vec<CandidateVotes>,
    },
    /// Candidates who withdrew were left out: they cannot be elected.
    LeaveOutWithdrawn { candidates: Vec<Uuid> },
    /// So many votes are enough for the last seat: the candidates with exactly so many, and those with more, who are
    /// elected.
    MostVotes {
        votes: u64,
        candidates: Vec<Uuid>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(required = false)]
        above: Vec<Uuid>,
    },
    /// The votes that give each candidate each number of points, from the fewest to the most; candidates in the order of
    /// the manifest.
    Scores { votes: Vec<Vec<u64>> },
    /// The points of each candidate, as pairs of id and number, in the order of the manifest.
    Points {
        #[schema(value_type = Vec<Vec<serde_json::Value>>)]
        points: Vec<CandidateVotes>,
    },
    /// Rankings were counted: how many votes put each candidate first, as pairs of id and number, in the order of the
    /// manifest.
    FirstPlaces {
        #[schema(value_type = Vec<Vec<serde_json::Value>>)]
        votes: Vec<CandidateVotes>,
    },
    /// The order that settles every tie in the following steps: every candidate, the preferred one first.
    TieOrder { rule: TieRuleBody, order: Vec<Uuid> },
    /// One round of an instant runoff. `votes` are in the order of the manifest; more than half of `continuing` wins;
    /// nobody is excluded in the last round.
    Round {
        votes: Vec<u64>,
        continuing: u64,
        exhausted: u64,
        excluded: Option<Uuid>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tie: Option<TieBody>,
    },
    /// The votes that prefer each candidate (the row) to each other (the column), in the order of the manifest.
    Pairs { votes: Vec<Vec<u64>> },
    /// Schulze: the strength of the strongest chain of won duels from each candidate to each other, in the order of the
    /// manifest.
    Strengths { strengths: Vec<Vec<u64>> },
    /// Schulze: the candidates whose chain to everybody is at least as strong as the one in return.
    Unbeaten { candidates: Vec<Uuid> },
    /// Borda: the points of each candidate, counted in halves, as pairs of id and number, in the order of the manifest.
    HalfPoints {
        #[schema(value_type = Vec<Vec<serde_json::Value>>)]
        half_points: Vec<CandidateVotes>,
    },
    /// So many points are enough for the last seat: the candidates with exactly so many, and those with more, who are
    /// elected. By Borda's count in half points.
    MostPoints {
        points: u64,
        candidates: Vec<Uuid>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(required = false)]
        above: Vec<Uuid>,
    },
    /// Single transferable vote: the votes that are enough for a seat.
    Quota { valid: u64, seats: u16, quota: u64 },
    /// One stage of a single transferable vote: votes before anything moves, in the order of the manifest, with five
    /// decimal places; who is elected; and which papers move `next`, unless every seat is filled.
    Stage {
        votes: Vec<String>,
        non_transferable: String,
        loss: String,
        elected: Vec<Uuid>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<TransferBody>,
    },
    /// Motion: the fewest of all who could vote who must take part, and those who did.
    Quorum { members: u64, needed: u64, took_part: u64 },
    /// Motion: the votes for each answer.
    Answers { yes: u64, no: u64, abstained: u64 },
    /// Motion: the fewest yes that carry it, of so many votes or people. As many yes as no is rejected.
    Majority { base: u64, threshold: ThresholdBody, needed: u64 },
    /// A tie was settled. The `order` is that of the jury or of the lot, and empty if the place is shared.
    SettleTie { rule: TieRuleBody, order: Vec<Uuid>, elected: Vec<Uuid> },
}

/// How a tie inside a count was settled: by earlier stages, and `by_order` if they left several.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tie)]
pub(super) struct TieBody {
    among: Vec<Uuid>,
    earlier: Vec<EarlierStageBody>,
    by_order: bool,
}

/// An earlier stage (from 1) that told equals apart, and who was still equal there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EarlierStage)]
pub(super) struct EarlierStageBody {
    stage: u64,
    left: Vec<Uuid>,
}

/// Papers that move: the surplus of an elected candidate, or all of a candidate who is excluded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Transfer)]
pub(super) enum TransferBody {
    Surplus {
        candidate: Uuid,
        surplus: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        tie: Option<TieBody>,
    },
    Exclude {
        candidate: Uuid,
        #[serde(skip_serializing_if = "Option::is_none")]
        tie: Option<TieBody>,
    },
}

impl From<&Tie> for TieBody {
    fn from(tie: &Tie) -> Self {
        let earlier = tie.earlier.iter();
        let earlier = earlier.map(|earlier| EarlierStageBody { stage: earlier.stage, left: uuids(&earlier.left) });
        Self { among: uuids(&tie.among), earlier: earlier.collect(), by_order: tie.by_order }
    }
}

impl From<&Transfer> for TransferBody {
    fn from(transfer: &Transfer) -> Self {
        match transfer {
            Transfer::Surplus { candidate, surplus, tie } => Self::Surplus {
                candidate: candidate.uuid(),
                surplus: surplus.to_string(),
                tie: tie.as_ref().map(TieBody::from),
            },
            Transfer::Exclude { candidate, tie } => {
                Self::Exclude { candidate: candidate.uuid(), tie: tie.as_ref().map(TieBody::from) }
            }
        }
    }
}

fn by_candidate(numbers: &[(CandidateId, u64)]) -> Vec<CandidateVotes> {
    numbers.iter().map(|(id, number)| CandidateVotes(id.uuid(), *number)).collect()
}

impl From<&CountStep> for StepBody {
    fn from(step: &CountStep) -> Self {
        match step {
            CountStep::SetBlankAside { voted, blank, counted } => {
                Self::SetBlankAside { voted: *voted, blank: *blank, counted: *counted }
            }
            CountStep::Count { votes } => Self::Count { votes: by_candidate(votes) },
            CountStep::LeaveOutWithdrawn { candidates } => Self::LeaveOutWithdrawn { candidates: uuids(candidates) },
            CountStep::MostVotes { votes, candidates, above } => {
                Self::MostVotes { votes: *votes, candidates: uuids(candidates), above: uuids(above) }
            }
            CountStep::Scores { votes } => Self::Scores { votes: votes.clone() },
            CountStep::Points { points } => Self::Points { points: by_candidate(points) },
            CountStep::FirstPlaces { votes } => Self::FirstPlaces { votes: by_candidate(votes) },
            CountStep::TieOrder { rule, order } => Self::TieOrder { rule: (*rule).into(), order: uuids(order) },
            CountStep::Round { votes, continuing, exhausted, excluded, tie } => Self::Round {
                votes: votes.clone(),
                continuing: *continuing,
                exhausted: *exhausted,
                excluded: excluded.map(CandidateId::uuid),
                tie: tie.as_ref().map(TieBody::from),
            },
            CountStep::Pairs { votes } => Self::Pairs { votes: votes.clone() },
            CountStep::Strengths { strengths } => Self::Strengths { strengths: strengths.clone() },
            CountStep::Unbeaten { candidates } => Self::Unbeaten { candidates: uuids(candidates) },
            CountStep::HalfPoints { half_points } => Self::HalfPoints { half_points: by_candidate(half_points) },
            CountStep::MostPoints { points, candidates, above } => {
                Self::MostPoints { points: *points, candidates: uuids(candidates), above: uuids(above) }
            }
            CountStep::Quota { valid, seats, quota } => Self::Quota { valid: *valid, seats: *seats, quota: *quota },
            CountStep::Stage { votes, non_transferable, loss, elected, next } => Self::Stage {
                votes: votes.iter().map(PartVotes::to_string).collect(),
                non_transferable: non_transferable.to_string(),
                loss: loss.to_string(),
                elected: uuids(elected),
                next: next.as_ref().map(TransferBody::from),
            },
            CountStep::Quorum { members, needed, took_part } => {
                Self::Quorum { members: *members, needed: *needed, took_part: *took_part }
            }
            CountStep::Answers { yes, no, abstained } => Self::Answers { yes: *yes, no: *no, abstained: *abstained },
            CountStep::Majority { base, threshold, needed } => {
                Self::Majority { base: *base, threshold: (*threshold).into(), needed: *needed }
            }
            CountStep::SettleTie { rule, order, elected } => {
                Self::SettleTie { rule: (*rule).into(), order: uuids(order), elected: uuids(elected) }
            }
        }
    }
}
