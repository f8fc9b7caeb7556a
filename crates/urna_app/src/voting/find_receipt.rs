//! Somebody looks a receipt up.

use urna_core::{BallotId, ReceiptCode, StateName};
use urna_store::ballot_box::{find_ballot_of_code, find_inbox_vote, list_box_keys};

use crate::app::App;
use crate::ballots::unwrap_box_key;
use crate::failure::{Failure, Refusal};

/// What became of a vote; never the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptStatus {
    /// In the box, and not published yet.
    Recorded,
    /// In a published result.
    Counted,
    /// The ballot was given up.
    Cancelled,
}

/// A vote that was found by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptTrace {
    /// On which ballot.
    pub ballot: BallotId,
    /// What became of it.
    pub status: ReceiptStatus,
}

impl App {
    /// Whether a vote with this code is there.
    ///
    /// # Errors
    /// [`Refusal::ReceiptNotFound`].
    pub async fn find_receipt(&self, code: ReceiptCode) -> Result<ReceiptTrace, Failure> {
        let mut tx = self.read().await?;
        // Running ballots first: one that closes in between is then found in its box.
        for (key, ballot, wrapped) in list_box_keys(&mut tx).await? {
            // Whoever put the key of a closed ballot back could ask for each code what lies in its inbox.
            if self.closed.has(ballot) {
                continue;
            }
            // The damaged key of one ballot keeps nobody's vote on another from being found.
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
