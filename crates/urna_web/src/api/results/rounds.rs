//! The rounds of a count, as the API reports them: from the steps that were signed.

use serde::Serialize;
use urna_app::results::PublishedResults;
use urna_core::rounds::{CountRound, Moves};
use urna_core::tally::{CountStep, PartVotes};
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
    let has_parts = results.derivation.iter().any(|step| matches!(step, CountStep::Stage { .. }));
    let written =
        |votes: PartVotes| if has_parts { votes.to_string() } else { (votes.units() / PartVotes::UNITS).to_string() };
    let body = |(round, found): (usize, CountRound)| RoundBody {
        round,
        rows: found
            .votes
            .iter()
            .map(|(id, votes)| RoundRowBody { candidate_id: id.uuid(), votes: written(*votes) })
            .collect(),
        exhausted: written(found.nobody),
        elected: uuids(&found.elected),
        excluded: match found.moves {
            Some(Moves::Excluded(id)) => Some(id.uuid()),
            _ => None,
        },
        transferred: match found.moves {
            Some(Moves::Surplus(id)) => Some(id.uuid()),
            _ => None,
        },
    };
    (1..).zip(CountRound::all(&results.derivation)).map(body).collect()
}
