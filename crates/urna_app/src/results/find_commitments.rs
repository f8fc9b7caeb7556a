//! The public reads the commitments, from the close on.

use urna_core::{Ballot, BallotId, Commitment, Sha256Hash, StateName};
use urna_store::ballot_box::list_commitments;
use urna_store::{Stored, Tx};

use crate::app::App;
use crate::ballots::load;
use crate::failure::{Failure, Refusal, Thing};

impl App {
    /// The hash of the statement that a ballot's commitments are fixed by: whoever has those of this one has them.
    ///
    /// # Errors
    /// [`Refusal::CommitmentsNotPublic`] before the close, and for ever of a ballot that was cancelled.
    pub async fn find_commitments_statement(&self, id: BallotId) -> Result<Sha256Hash, Failure> {
        Ok(load_closed(&mut self.read().await?, id).await?.1)
    }

    /// Every commitment of a closed ballot, ascending. They say nothing about the votes, and their order nothing about when
    /// those came; but whoever holds a receipt sees at once whether its promise was kept.
    ///
    /// # Errors
    /// Those of [`App::find_commitments_statement`].
    pub async fn find_commitments(&self, id: BallotId) -> Result<Vec<Commitment>, Failure> {
        let mut tx = self.read().await?;
        let (ballot, _) = load_closed(&mut tx, id).await?;
        Ok(list_commitments(&mut tx, ballot.key).await?)
    }
}

async fn load_closed(tx: &mut Tx, id: BallotId) -> Result<(Stored<Ballot>, Sha256Hash), Failure> {
    let ballot = load(tx, id).await?.ballot;
    match (ballot.state.name(), ballot.state.closing()) {
        (StateName::Draft, _) => Err(Refusal::NotFound(Thing::Ballot).into()),
        (StateName::Closed | StateName::Published, Some(closing)) => {
            let statement = closing.statement;
            Ok((ballot, statement))
        }
        _ => Err(Refusal::CommitmentsNotPublic.into()),
    }
}
