//! An organiser looks at the tally before it is public, and is seen looking.

use urna_core::choice::Choice;
use urna_core::tally::{Outcome, Tally, check_tie_break, draw_lot, tally};
use urna_core::{Ballot, BallotId, CandidateId, Commitment, Sha256Hash, StateName, TieRule};
use urna_store::ballot_box::BoxVote;
use urna_store::ballots::list_withdrawals;
use urna_store::publications::{TieBreak, find_tie_break};
use urna_store::{StoreError, Stored, Tx};

use super::sealed_box::load_box;
use super::sign::LOOKED_AT_TALLY;
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
        let report = count(self, &mut tx, &found.ballot).await?;
        if found.ballot.state.name() == StateName::Closed {
            Entry::new(lock.now, by.actor(), LOOKED_AT_TALLY).ballot(&found.ballot).record(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(report)
    }
}

/// Counts the sealed box of a ballot, under its withdrawals and the jury's decision or the lot. A decision about another
/// tie than there is settles nothing.
pub(crate) async fn count(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<TallyReport, Failure> {
    let counting = load_count(app, tx, ballot).await?;
    let undecided = counting.tally(ballot, None);
    let fits = |decision: &TieBreak| check_tie_break(&undecided.outcome, &decision.order).is_ok();
    let tie_break = find_tie_break(tx, ballot.key).await?.filter(fits);
    let tally = match &tie_break {
        Some(decision) => counting.tally(ballot, Some(&decision.order)),
        None => undecided,
    };
    Ok(TallyReport { ballot: ballot.value.clone(), tally, tie_break })
}

/// Counts as if the jury had not decided yet.
pub(super) async fn count_undecided(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Tally, Failure> {
    Ok(load_count(app, tx, ballot).await?.tally(ballot, None))
}

/// What a count rests on beside the ballot.
pub(crate) struct Count {
    manifest: Sha256Hash,
    choices: Vec<Choice>,
    /// In ascending order.
    commitments: Vec<Commitment>,
    withdrawn: Vec<CandidateId>,
}

async fn load_count(app: &App, tx: &mut Tx, ballot: &Stored<Ballot>) -> Result<Count, Failure> {
    let frozen = match ballot.state.frozen() {
        Some(frozen) if ballot.state.name().is_counted() => frozen,
        _ => return Err(Refusal::NotClosed { state: ballot.state.name() }.into()),
    };
    let votes = load_box(app, tx, ballot).await?;
    let withdrawn = list_withdrawals(tx, ballot.key).await?;
    Ok(Count::new(ballot, frozen.hash, &votes, withdrawn)?)
}

impl Count {
    /// Reads the choices of the sealed votes, which are in the order of their commitments.
    pub(crate) fn new(
        ballot: &Ballot,
        manifest: Sha256Hash,
        votes: &[BoxVote],
        withdrawn: Vec<CandidateId>,
    ) -> Result<Self, StoreError> {
        let choices = votes.iter().map(|vote| Choice::decode(&vote.choice, &ballot.definition));
        let choices = choices.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt("ballot_box.choice"))?;
        let commitments = votes.iter().map(|vote| vote.commitment).collect();
        Ok(Self { manifest, choices, commitments, withdrawn })
    }

    /// Counts; a tie by lot is drawn.
    pub(crate) fn tally(&self, ballot: &Ballot, order: Option<&[CandidateId]>) -> Tally {
        let Self { manifest, choices, commitments, withdrawn } = self;
        let counted = tally(&ballot.definition, choices, withdrawn, order);
        match &counted.outcome {
            Outcome::Tied { candidates, rule: TieRule::Lot {} } => {
                let lot = draw_lot(&ballot.definition, manifest, commitments, candidates);
                tally(&ballot.definition, choices, withdrawn, Some(&lot))
            }
            _ => counted,
        }
    }
}
