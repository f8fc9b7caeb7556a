//! The steps of a count, as the API reports them.

use serde::Serialize;
use urna_core::tally::CountStep;
use utoipa::ToSchema;
use uuid::Uuid;

use super::uuids;
use crate::api::ballots::output::TieRuleBody;

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
    /// These candidates have the most votes among those who can be elected.
    MostVotes { votes: u64, candidates: Vec<Uuid> },
    /// A tie was settled. The `order` is that of the jury or of the lot, and empty if the place is shared.
    SettleTie { rule: TieRuleBody, order: Vec<Uuid>, elected: Vec<Uuid> },
}

impl From<&CountStep> for StepBody {
    fn from(step: &CountStep) -> Self {
        match step {
            CountStep::SetBlankAside { voted, blank, counted } => {
                Self::SetBlankAside { voted: *voted, blank: *blank, counted: *counted }
            }
            CountStep::Count { votes } => {
                Self::Count { votes: votes.iter().map(|(id, votes)| CandidateVotes(id.uuid(), *votes)).collect() }
            }
            CountStep::LeaveOutWithdrawn { candidates } => Self::LeaveOutWithdrawn { candidates: uuids(candidates) },
            CountStep::MostVotes { votes, candidates } => {
                Self::MostVotes { votes: *votes, candidates: uuids(candidates) }
            }
            CountStep::SettleTie { rule, order, elected } => {
                Self::SettleTie { rule: (*rule).into(), order: uuids(order), elected: uuids(elected) }
            }
        }
    }
}
