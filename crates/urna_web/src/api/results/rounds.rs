//! The rounds of a count, as the API reports them: from the steps that were signed.

use serde::Serialize;
use urna_app::results::PublishedResults;
use urna_core::CandidateId;
use urna_core::tally::{CountStep, PartVotes, Transfer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::uuids;

/// The votes of a candidate in a round.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoundRow)]
struct RoundRowBody {
    candidate_id: Uuid,
    /// The votes; of a transferable vote with five decimal places.
    votes: String,
}

/// One round of an instant runoff, or one stage of a transferable vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Round)]
pub(super) struct RoundBody {
    /// From 1.
    round: usize,
    /// The candidates in the order of the manifest.
    rows: Vec<RoundRowBody>,
    /// The votes that name nobody who is left, or cannot be transferred.
    exhausted: String,
    /// Those elected in this round.
    elected: Vec<Uuid>,
    /// The candidate who is excluded after this round, if one is.
    excluded: Option<Uuid>,
    /// The elected candidate whose surplus is transferred after this round, if one is.
    transferred: Option<Uuid>,
}

/// The rounds of a result.
pub(super) fn of(results: &PublishedResults) -> Vec<RoundBody> {
    let mut order: Vec<CandidateId> = Vec::new();
    let mut rounds = Vec::new();
    for step in &results.derivation {
        let round = rounds.len() + 1;
        let rows = |votes: Vec<String>| {
            let ids = order.iter().map(|id| id.uuid());
            ids.zip(votes).map(|(candidate_id, votes)| RoundRowBody { candidate_id, votes }).collect()
        };
        match step {
            CountStep::FirstPlaces { votes } => order = votes.iter().map(|(id, _)| *id).collect(),
            CountStep::Round { votes, continuing, exhausted, excluded, .. } => {
                let winner = |votes: &u64| 2 * votes > *continuing;
                let winner = votes.iter().position(winner).and_then(|place| order.get(place)).copied();
                rounds.push(RoundBody {
                    round,
                    rows: rows(votes.iter().map(u64::to_string).collect()),
                    exhausted: exhausted.to_string(),
                    elected: winner.iter().map(|id| id.uuid()).collect(),
                    excluded: excluded.map(CandidateId::uuid),
                    transferred: None,
                });
            }
            CountStep::Stage { votes, non_transferable, elected, next, .. } => {
                let (mut excluded, mut transferred) = (None, None);
                match next {
                    Some(Transfer::Exclude { candidate, .. }) => excluded = Some(candidate.uuid()),
                    Some(Transfer::Surplus { candidate, .. }) => transferred = Some(candidate.uuid()),
                    None => {}
                }
                rounds.push(RoundBody {
                    round,
                    rows: rows(votes.iter().map(PartVotes::to_string).collect()),
                    exhausted: non_transferable.to_string(),
                    elected: uuids(elected),
                    excluded,
                    transferred,
                });
            }
            _ => {}
        }
    }
    rounds
}
