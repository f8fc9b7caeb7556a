//! An organiser looks at the tally before it is public, and is seen looking.

use urna_core::choice::Choice;
use urna_core::tally::{Outcome, Tally, draw_lot, tally};
use urna_core::{Ballot, BallotId, CandidateId, Commitment, StateName, TieRule};
use urna_store::ballot_box::list_box;
use urna_store::ballots::list_withdrawals;
use urna_store::publications::{TieBreak, find_tie_break};
use urna_store::{StoreError, Stored, Tx};

use crate::app::App;
use crate::audit::Entry;
use crate::authority::{Authority, Manage};
use crate::ballots::load_for_change;
use crate::failure::{Failure, Refusal};

/// A count with what it rests on.
#[derive(Debug, Clone)]
pub struct TallyReport {
    /// The ballot, closed or published.
    pub ballot: Ballot,
    /// The count.
    pub tally: Tally,
    /// The decision that settled a tie, if the jury made one.
    pub tie_break: Option<TieBreak>,
}

impl App {
    /// The tally of a ballot that is closed, with its complete derivation. Before the publication each look is
    /// recorded in the audit log.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`].
    pub async fn tally_ballot(&self, by: &Authority<Manage>, id: BallotId) -> Result<TallyReport, Failure> {
        self.settle_ballot(id).await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let report = count(&mut tx, &found.ballot).await?;
        if found.ballot.state.name() == StateName::Closed {
            Entry::new(lock.now, by.actor(), "tally.looked_at").ballot(&found.ballot).record(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(report)
    }
}

/// Counts the sealed box of a ballot, under its withdrawals and the jury's decision or the lot.
pub(crate) async fn count(tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<TallyReport, Failure> {
    let tie_break = find_tie_break(tx, ballot.key).await?;
    let order = tie_break.as_ref().map(|decision| decision.order.as_slice());
    let tally = count_with(tx, ballot, order).await?;
    Ok(TallyReport { ballot: ballot.value.clone(), tally, tie_break })
}

/// Counts as if the jury had not decided yet.
pub(super) async fn count_undecided(tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Tally, Failure> {
    count_with(tx, ballot, None).await
}

async fn count_with(tx: &mut Tx, ballot: &Stored<Ballot>, order: Option<&[CandidateId]>) -> Result<Tally, Failure> {
    let frozen = match ballot.state.frozen() {
        Some(frozen) if ballot.state.name().is_counted() => frozen,
        _ => return Err(Refusal::NotClosed { state: ballot.state.name() }.into()),
    };
    let votes = list_box(tx, ballot.key).await?;
    let definition = &ballot.definition;
    let choices = votes.iter().map(|vote| Choice::decode(&vote.choice, definition));
    let choices: Vec<Choice> =
        choices.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt("ballot_box.choice"))?;
    let withdrawn = list_withdrawals(tx, ballot.key).await?;

    let counted = tally(definition, &choices, &withdrawn, order);
    if let Outcome::Tied { candidates, rule: TieRule::Lot {} } = &counted.outcome {
        let commitments: Vec<Commitment> = votes.iter().map(|vote| vote.commitment).collect();
        let lot = draw_lot(definition, &frozen.hash, &commitments, candidates);
        return Ok(tally(definition, &choices, &withdrawn, Some(&lot)));
    }
    Ok(counted)
}
