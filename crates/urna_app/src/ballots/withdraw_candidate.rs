//! Withdraws a candidate.

use urna_core::cast::CastRefused;
use urna_core::life_cycle::HistoryEvent;
use urna_core::{BallotId, CandidateId, StateName, Timestamp};
use urna_store::ballots as store;

use super::load_for_change;
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal};

impl App {
    /// Withdraws a candidate from a frozen definition: votes for them still count, but they cannot be elected.
    /// After the publication this changes nothing until a further version is published. Returns the time.
    ///
    /// # Errors
    /// [`Refusal::BallotNotReady`] for a draft: remove the candidate instead; [`Refusal::AlreadyWithdrawn`];
    /// [`Refusal::Invalid`] for a candidate who is not on the ballot.
    pub async fn withdraw_candidate(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        candidate: CandidateId,
        reason: String,
    ) -> Result<Timestamp, Failure> {
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        match found.ballot.state.name() {
            StateName::Draft => return Err(Refusal::BallotNotReady.into()),
            StateName::Cancelled => return Err(CastRefused::Cancelled.into()),
            _ => {}
        }
        if found.ballot.definition.index_of(candidate).is_none() {
            let detail = "the ballot has no such candidate";
            return Err(Refusal::invalid("/candidate_id", "unknown-candidate", detail).into());
        }
        if !store::insert_withdrawal(&mut tx, &lock, candidate, &reason).await? {
            return Err(Refusal::AlreadyWithdrawn.into());
        }
        store::insert_history(&mut tx, &lock, &HistoryEvent::Withdrawn { candidate, reason }).await?;
        let entry = AuditEntry::new(lock.now, by.actor(), "candidate.withdrawn").ballot(&found.ballot);
        entry.subject(candidate).record(&mut tx).await?;
        tx.commit().await?;
        Ok(lock.now)
    }
}
