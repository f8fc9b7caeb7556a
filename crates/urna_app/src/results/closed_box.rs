//! The box of a closed ballot; its votes must be those that the statement was signed over.

use urna_core::count::{Lot, TieBreakRefused, Votes, count, count_decided};
use urna_core::record::{Opening, Statement, encode_commitments, encode_openings};
use urna_core::tally::Tally;
use urna_core::{Ballot, CandidateId, Choice, Commitment, Definition, Frozen, signed_note};
use urna_store::ballot_box::{BoxVote, list_box};
use urna_store::ballots::list_withdrawals;
use urna_store::statements::find_statement;
use urna_store::{StoreError, Stored, Tx};

use crate::app::App;

/// The votes in the box, in the order of their commitments.
///
/// # Errors
/// [`StoreError::Corrupt`] if the box differs from the one signed at the close: it must not be counted.
pub(super) async fn load_box(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Vec<BoxVote>, StoreError> {
    let votes = list_box(tx, ballot.key).await?;
    // Ballots closed before statements were introduced have none, and can no longer be published.
    let Some(stored) = find_statement(tx, ballot.key).await? else { return Ok(votes) };
    let text = signed_note::open(&stored.statement, &app.keys.signing.verifying_key());
    let statement = text.ok().and_then(|text| text.parse::<Statement>().ok());
    let statement = statement.ok_or(StoreError::Corrupt("statements.statement"))?;
    if statement.ballot == ballot.id && statement.fixes(&commitments(&votes), &openings(&votes)) {
        return Ok(votes);
    }
    tracing::error!(ballot = %ballot.id, "the votes in the box are not those that were signed at the close");
    Err(StoreError::Corrupt("ballot_box: it is not the one that was signed"))
}

/// The record's file of all commitments.
pub(super) fn commitments(votes: &[BoxVote]) -> Vec<u8> {
    encode_commitments(votes.iter().map(|vote| &vote.commitment))
}

/// The record's file of all openings.
pub(super) fn openings(votes: &[BoxVote]) -> Vec<u8> {
    encode_openings(votes.iter().map(|vote| Opening { tracker: vote.tracker, nonce: vote.nonce, choice: &vote.choice }))
}

/// The box of a ballot, ready to be counted.
pub(crate) struct ClosedBox {
    choices: Vec<Choice>,
    /// Ascending.
    commitments: Vec<Commitment>,
    withdrawn: Vec<CandidateId>,
}

impl ClosedBox {
    /// The box with these votes, in the order of their commitments, and their choices.
    pub(crate) fn of(votes: &[BoxVote], choices: Vec<Choice>, withdrawn: Vec<CandidateId>) -> Self {
        Self { choices, commitments: votes.iter().map(|vote| vote.commitment).collect(), withdrawn }
    }

    /// Reads the box of a closed ballot.
    pub(super) async fn load(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Self, StoreError> {
        let votes = load_box(app, tx, ballot).await?;
        let choices = votes.iter().map(|vote| Choice::decode(&vote.choice, &ballot.definition));
        let choices = choices.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt("ballot_box.choice"))?;
        Ok(Self::of(&votes, choices, list_withdrawals(tx, ballot.key).await?))
    }

    /// Counts; a tie by lot is drawn.
    pub(crate) fn count(&self, definition: &Definition, frozen: &Frozen) -> Tally {
        let lot = Lot::new(&frozen.hash, &self.commitments);
        count(definition, Votes::Choices(&self.choices), &self.withdrawn, lot)
    }

    /// Counts with the jury's order of the tied candidates.
    pub(super) fn count_decided(
        &self,
        definition: &Definition,
        order: &[CandidateId],
    ) -> Result<Tally, TieBreakRefused> {
        count_decided(definition, Votes::Choices(&self.choices), &self.withdrawn, order)
    }
}
