//! The box of a closed ballot; its votes must be those that the statement was signed over.

use urna_core::count::{Lot, Orders, TieBreakRefused, Turnout, Votes, Withdrawals, count, count_decided};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::{Decision, Opening, Statement, decode_history, encode_commitments, encode_openings, last_seal};
use urna_core::tally::{Outcome, Tally};
use urna_core::{Ballot, CandidateId, Choice, Commitment, Definition, Frozen, TieRule, signed_note};
use urna_store::ballot_box::{BoxVote, list_box};
use urna_store::ballots::list_withdrawals;
use urna_store::publications::{TieBreak, find_tie_break};
use urna_store::statements::{StoredStatement, find_statement};
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
    votes: Votes,
    /// Ascending.
    commitments: Vec<Commitment>,
    /// The candidates who withdrew until the close, and since.
    withdrawn: [Vec<CandidateId>; 2],
}

impl ClosedBox {
    /// The box at the close with these votes, in the order of their commitments, and their choices.
    pub(crate) fn of(
        definition: &Definition,
        votes: &[BoxVote],
        choices: &[Choice],
        turnout: Turnout,
        withdrawn: Vec<CandidateId>,
    ) -> Self {
        let commitments = votes.iter().map(|vote| vote.commitment).collect();
        Self { votes: Votes::of(choices, definition, turnout), commitments, withdrawn: [withdrawn, Vec::new()] }
    }

    /// Reads the box of a closed ballot.
    pub(super) async fn load(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Self, StoreError> {
        let votes = load_box(app, tx, ballot).await?;
        let choices = votes.iter().map(|vote| Choice::decode(&vote.choice, &ballot.definition));
        let choices: Vec<_> =
            choices.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt("ballot_box.choice"))?;
        let (before, after) = match find_statement(tx, ballot.key).await? {
            Some(stored) => {
                let after = withdrawn_later(tx, ballot, &stored).await?;
                let mut before = list_withdrawals(tx, ballot.key).await?;
                before.retain(|id| !after.contains(id));
                (before, after)
            }
            None => (list_withdrawals(tx, ballot.key).await?, Vec::new()),
        };
        let closing = ballot.state.closing().ok_or(StoreError::Corrupt("ballots.closed_at"))?;
        let turnout = Turnout { eligible: closing.eligible, took_part: closing.voted };
        Ok(Self { withdrawn: [before, after], ..Self::of(&ballot.definition, &votes, &choices, turnout, Vec::new()) })
    }

    fn withdrawals(&self) -> Withdrawals<'_> {
        let [before_close, after_close] = &self.withdrawn;
        Withdrawals { before_close, after_close }
    }

    /// Counts; a tie by lot is drawn, and a sealed decision settles ties of a ranked count.
    pub(crate) fn count(&self, definition: &Definition, frozen: &Frozen, sealed: Option<&Decision>) -> Tally {
        let orders =
            Orders { lot: Lot::new(&frozen.hash, &self.commitments), sealed: sealed.and_then(Decision::sealed_order) };
        count(definition, &self.votes, self.withdrawals(), orders)
    }

    /// Whether a tie needs the jury, now or already at the close.
    pub(super) fn needs_jury(&self, definition: &Definition) -> bool {
        let now = self.withdrawals();
        [now, Withdrawals { after_close: &[], ..now }].into_iter().any(|withdrawals| {
            let tally = count(definition, &self.votes, withdrawals, Orders::default());
            matches!(tally.outcome, Outcome::Tied { rule: TieRule::Jury {}, .. })
        })
    }

    /// Counts with the jury's order.
    pub(super) fn count_decided(
        &self,
        definition: &Definition,
        order: &[CandidateId],
    ) -> Result<Tally, TieBreakRefused> {
        count_decided(definition, &self.votes, self.withdrawals(), order)
    }
}

/// The jury's decision about a ballot that is closed.
///
/// # Errors
/// [`StoreError::Corrupt`] if it is not the order that was sealed before the close, by the history that was signed then.
pub(super) async fn load_tie_break(tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Option<TieBreak>, StoreError> {
    let found = find_tie_break(tx, ballot.key).await?;
    let Some(stored) = find_statement(tx, ballot.key).await? else { return Ok(found) };
    let history = decode_history(stored.history.as_bytes()).map_err(|_| StoreError::Corrupt("statements.history"))?;
    let frozen = ballot.state.frozen().ok_or(StoreError::Corrupt("ballots.manifest"))?;
    let seal = found.as_ref().and_then(|found| found.decision.seal(&frozen.hash));
    if seal == last_seal(&history) {
        return Ok(found);
    }
    tracing::error!(ballot = %ballot.id, "the jury's order is not the one that was sealed before the close");
    Err(StoreError::Corrupt("tie_breaks: it is not the one that was sealed"))
}

/// The candidates who withdrew since the close, in the order of the manifest.
pub(super) async fn withdrawn_later(
    tx: &mut Tx,
    ballot: &Stored<Ballot>,
    stored: &StoredStatement,
) -> Result<Vec<CandidateId>, StoreError> {
    let history = decode_history(stored.history.as_bytes()).map_err(|_| StoreError::Corrupt("statements.history"))?;
    let is_signed = |id: CandidateId| {
        history.iter().any(|line| matches!(line.event, HistoryEvent::Withdrawn { candidate, .. } if candidate == id))
    };
    let withdrawn = list_withdrawals(tx, ballot.key).await?;
    let candidates = ballot.definition.candidates.iter().map(|candidate| candidate.id);
    Ok(candidates.filter(|id| withdrawn.contains(id) && !is_signed(*id)).collect())
}
