//! Marks and sealed receipts, which a browser is given and sends back.

use urna_core::browser::{Keeper, PersonMark, Turn};
use urna_core::receipt::Receipt;
use urna_core::sealed_vote::SealNonce;
use urna_core::{Ballot, BallotId};

use crate::app::App;
use crate::random;
use crate::sessions::Voter;

impl App {
    /// The mark for forms made for this person.
    #[must_use]
    pub fn mark_of(&self, voter: &Voter) -> PersonMark {
        self.keys.mark.of_attendee(voter.attendee().id)
    }

    /// Begins a new turn at a browser: receipts sealed in an earlier turn cannot be opened.
    #[must_use]
    pub fn begin_turn(&self) -> Turn {
        Turn::new(random::bytes())
    }

    /// A receipt for the voter's own browser to keep.
    #[must_use]
    pub fn seal_receipt(&self, voter: &Voter, turn: Option<Turn>, receipt: &Receipt) -> String {
        let keeper = keeper(voter, turn, receipt.ballot);
        self.keys.cookie.seal(receipt, &keeper, SealNonce(random::bytes()))
    }

    /// The receipt from [`App::seal_receipt`], if it was sealed for this voter in this turn, and this service
    /// signed it.
    #[must_use]
    pub fn open_receipt(&self, voter: &Voter, turn: Option<Turn>, ballot: &Ballot, sealed: &str) -> Option<Receipt> {
        self.recall_receipt(ballot, &self.keys.cookie.open(sealed, &keeper(voter, turn, ballot.id))?)
    }

    /// The receipt from a [`Receipt::compact`], if this service gave it to a voter of this ballot.
    #[must_use]
    pub fn recall_receipt(&self, ballot: &Ballot, compact: &str) -> Option<Receipt> {
        let manifest = ballot.state.frozen()?.hash;
        Receipt::from_compact(compact, ballot.id, &manifest, &self.keys.signing.verifying_key())
    }
}

fn keeper(voter: &Voter, turn: Option<Turn>, ballot: BallotId) -> Keeper {
    Keeper { attendee: voter.attendee().id, ballot, turn }
}
