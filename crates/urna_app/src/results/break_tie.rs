//! Enters the jury's decision about a tie.

use serde_json::json;
use urna_core::count::{TieBreakRefused, is_sealed_order};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::Decision;
use urna_core::{BallotId, OrderNonce, Sha256Hash, State, StateName, Timestamp};
use urna_store::StoreError;
use urna_store::ballots::insert_history;
use urna_store::publications::set_tie_break;

use super::closed_box::{ClosedBox, load_tie_break};
use super::looks::{Look, record_look};
use super::tally_ballot::counted;
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::ballots::load_for_change;
use crate::failure::{Failure, Refusal};
use crate::random;

impl App {
    /// Enters the jury's decision: an order of the tied candidates, the preferred one first. Until the publication a
    /// later decision replaces it. In a ranked count it is one order of all, and final: nobody tries orders until the
    /// outcome pleases. There the jury may give it before the close, sealed: the history has its hash, a later one
    /// replaces it, and the closing time makes it final. Returns the time, and the hash of a sealed one.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`], [`Refusal::NoTie`], [`Refusal::AlreadyPublished`], [`Refusal::TieBreakFinal`];
    /// [`Refusal::Invalid`] if the order does not name each of the tied candidates once.
    pub async fn break_tie(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        decision: Decision,
    ) -> Result<(Timestamp, Option<Sha256Hash>), Failure> {
        self.settle_ballot(id).await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        if let State::Ready(frozen) | State::Open(frozen) | State::Paused(frozen) = &found.ballot.state
            && found.ballot.definition.takes_sealed_order()
            && found.ballot.state_at(lock.now) == found.ballot.state.name()
        {
            let decision = Decision { nonce: Some(OrderNonce::new(random::bytes())), ..decision };
            if !is_sealed_order(&found.ballot.definition, &decision.order) {
                return Err(TieBreakRefused::NotEverybody.into());
            }
            let sha256 = decision.seal(&frozen.hash).ok_or(StoreError::Corrupt("tie_breaks.order_nonce"))?;
            set_tie_break(&mut tx, &lock, &decision).await?;
            insert_history(&mut tx, &lock, &HistoryEvent::SealedOrder { sha256 }).await?;
            let entry = AuditEntry::new(lock.now, by.actor(), "tie_order.sealed").ballot(&found.ballot);
            entry.details(json!({ "sha256": sha256 })).record(&mut tx).await?;
            tx.commit().await?;
            return Ok((lock.now, Some(sha256)));
        }
        counted(&found.ballot)?;
        let closed = ClosedBox::load(self, &mut tx, &found.ballot).await?;
        if found.ballot.state.name() == StateName::Published {
            return Err(Refusal::AlreadyPublished.into());
        }
        let is_final = found.ballot.definition.method.orders_everybody();
        if is_final && load_tie_break(&mut tx, &found.ballot).await?.is_some() {
            return Err(Refusal::TieBreakFinal.into());
        }
        if let Err(refused) = closed.count_decided(&found.ballot.definition, &decision.order) {
            // The refusal reveals something about the outcome: record it as a look at the tally.
            record_look(&mut tx, &lock, by, &found.ballot, Look::Tally).await?;
            tx.commit().await?;
            return Err(refused.into());
        }
        set_tie_break(&mut tx, &lock, &decision).await?;
        let entry = AuditEntry::new(lock.now, by.actor(), "tie.broken").ballot(&found.ballot);
        entry.details(json!({ "order": decision.order })).record(&mut tx).await?;
        tx.commit().await?;
        Ok((lock.now, None))
    }
}
