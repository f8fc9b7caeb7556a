//! Looks a receipt up by its code.

use urna_core::{BallotId, ReceiptCode, StateName};
use urna_store::ballot_box::{find_ballot_of_code, find_inbox_vote, list_box_keys};

use crate::app::App;
use crate::ballots::unwrap_box_key;
use crate::failure::{Failure, Refusal};

/// The status of a vote; never the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptStatus {
    /// In the box, but not published yet.
    Recorded,
    /// In a published result.
    Counted,
    /// The ballot was cancelled.
    Cancelled,
}

/// A vote found by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptTrace {
    /// The ballot.
    pub ballot: BallotId,
    /// The status of the vote.
    pub status: ReceiptStatus,
}

impl App {
    /// Looks for a vote with this code.
    ///
    /// # Errors
    /// [`Refusal::ReceiptNotFound`].
    pub async fn find_receipt(&self, code: ReceiptCode) -> Result<ReceiptTrace, Failure> {
        let mut tx = self.read().await?;
        // Running ballots first: a ballot that closes in between is then found in its box.
        for (key, ballot, wrapped) in list_box_keys(&mut tx).await? {
            // Otherwise an attacker who puts the key of a closed ballot back could probe its inbox code by code.
            if self.closed.has(ballot) {
                continue;
            }
            // A damaged key of one ballot must not hide votes on the others.
            let Ok(box_key) = unwrap_box_key(self, ballot, Some(&wrapped)) else { continue };
            let slot = box_key.open_box(ballot).slot(code);
            if find_inbox_vote(&mut tx, key, slot).await?.is_some() {
                return Ok(ReceiptTrace { ballot, status: ReceiptStatus::Recorded });
            }
        }
        let (ballot, state) = find_ballot_of_code(&mut tx, code).await?.ok_or(Refusal::ReceiptNotFound)?;
        let status = match state {
            StateName::Cancelled => ReceiptStatus::Cancelled,
            StateName::Published => ReceiptStatus::Counted,
            _ => ReceiptStatus::Recorded,
        };
        Ok(ReceiptTrace { ballot, status })
    }
}
