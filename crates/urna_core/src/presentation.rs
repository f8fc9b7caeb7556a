//! The order in which a voter sees the candidates.

use sha2::{Digest as _, Sha256};

use crate::definition::Definition;
use crate::ids::{AttendeeId, BallotId, CandidateId};

/// An order of the candidates that is random per voter and stays the same for that voter. The first on the screen
/// gets more votes, so nobody may stand first for everyone.
#[must_use]
pub fn candidate_order(ballot: BallotId, voter: AttendeeId, definition: &Definition) -> Vec<CandidateId> {
    let mut order: Vec<CandidateId> = definition.candidates.iter().map(|candidate| candidate.id).collect();
    order.sort_by_cached_key(|candidate| {
        let hash = Sha256::new().chain_update("urna/order/v1\n").chain_update(ballot.as_bytes());
        let hash: [u8; 32] = hash.chain_update(voter.as_bytes()).chain_update(candidate.as_bytes()).finalize().into();
        hash
    });
    order
}
