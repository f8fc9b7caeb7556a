//! Reads the commitments, public from the close on.

use urna_core::{Ballot, BallotId, Commitment, Sha256Hash, StateName};
use urna_store::ballot_box::list_commitments;
use urna_store::{Stored, Tx};

use crate::app::App;
use crate::ballots::load;
use crate::failure::{Failure, Refusal, Thing};

impl App {
    /// The hash of the statement that fixes a ballot's commitments: a client that has the commitments under this
    /// hash need not fetch them again.
    ///
    /// # Errors
    /// [`Refusal::CommitmentsNotPublic`] before the close, and for ever for a cancelled ballot.
    pub async fn find_commitments_statement(&self, id: BallotId) -> Result<Sha256Hash, Failure> {
        Ok(load_closed(&mut self.read().await?, id).await?.1)
    }

    /// Every commitment of a closed ballot, ascending. They reveal nothing about the votes, and their order nothing
    /// about the time of each; but the holder of a receipt sees at once whether its promise was kept.
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
