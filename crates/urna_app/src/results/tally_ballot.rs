//! Shows an organiser the tally before it is public, and records that they looked.

use urna_core::tally::Tally;
use urna_core::{Ballot, BallotId, Frozen, StateName};
use urna_store::publications::TieBreak;
use urna_store::{Stored, Tx};

use super::closed_box::{ClosedBox, load_tie_break};
use super::looks::{Look, record_look};
use crate::app::App;
use crate::authority::{Authority, Manage};
use crate::ballots::load_for_change;
use crate::failure::{Failure, Refusal};

/// A tally, with its ballot and the jury's decision.
#[derive(Debug, Clone)]
pub struct TallyReport {
    /// The ballot, closed or published.
    pub ballot: Ballot,
    /// The count.
    pub tally: Tally,
    /// The decision that settled a tie, if the jury made one; a sealed one that nothing needed stays sealed.
    pub tie_break: Option<TieBreak>,
}

impl App {
    /// The tally of a closed ballot, with its complete derivation. Before the publication each look is recorded in
    /// the audit log.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`].
    pub async fn tally_ballot(&self, by: &Authority<Manage>, id: BallotId) -> Result<TallyReport, Failure> {
        self.settle_ballot(id).await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let report = count(self, &mut tx, &found.ballot).await?;
        if found.ballot.state.name() == StateName::Closed {
            record_look(&mut tx, &lock, by, &found.ballot, Look::Tally).await?;
            tx.commit().await?;
        }
        Ok(report)
    }
}

/// Counts the box of a closed ballot, under its withdrawals and the jury's decision or the lot. A decision about a
/// different tie settles nothing.
pub(super) async fn count(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<TallyReport, Failure> {
    let frozen = counted(ballot)?;
    let closed = ClosedBox::load(app, tx, ballot).await?;
    let tie_break = load_tie_break(tx, ballot).await?;
    let decision = tie_break.as_ref().map(|tie_break| &tie_break.decision);
    let undecided = || closed.count(&ballot.definition, frozen, decision);
    let (tally, is_used) = match decision {
        Some(decision) if decision.nonce.is_some() => (undecided(), closed.needs_jury(&ballot.definition)),
        Some(decision) => match closed.count_decided(&ballot.definition, &decision.order) {
            Ok(tally) => (tally, true),
            Err(_) => (undecided(), false),
        },
        None => (undecided(), false),
    };
    let tie_break = tie_break.filter(|_| is_used);
    Ok(TallyReport { ballot: ballot.value.clone(), tally, tie_break })
}

/// The frozen definition of a ballot that is closed or published.
pub(super) fn counted(ballot: &Ballot) -> Result<&Frozen, Refusal> {
    let state = ballot.state.name();
    ballot.state.frozen().filter(|_| state.is_counted()).ok_or(Refusal::NotClosed { state })
}
