//! Ballots: write, freeze, open, close.

mod change_portrait;
mod change_state;
mod find_ballots;
mod find_readiness;
mod learn_closed;
mod run_schedule;
mod set_closing_time;
mod withdraw_candidate;
mod write_ballot;

pub(crate) use change_state::unwrap_box_key;
pub use change_state::{Transition, Wanted};
pub use find_ballots::{Audience, BallotView, ConferenceView, Participation, Turnout};
pub use find_readiness::Readiness;
pub use learn_closed::Looked;
pub use set_closing_time::ClosingTime;
pub use write_ballot::NewBallot;

use urna_core::BallotId;
use urna_store::ballots::{OfConference, find_ballot, find_ballot_key};
use urna_store::lock::lock_for_change;
use urna_store::{BallotLock, Exclusive, Tx};

use crate::app::App;
use crate::failure::{Failure, Refusal, Thing};

/// The ballot with this id, or the refusal.
pub(crate) async fn load(tx: &mut Tx, id: BallotId) -> Result<OfConference, Failure> {
    Ok(find_ballot(tx, id).await?.ok_or(Refusal::NotFound(Thing::Ballot))?)
}

/// The ballot with this id, read under its exclusive lock, to be changed or counted.
///
/// # Errors
/// [`Refusal::PutBack`] for a ballot that was closed and has been put back in the database.
pub(crate) async fn load_for_change(
    app: &App,
    tx: &mut Tx,
    id: BallotId,
) -> Result<(OfConference, BallotLock<Exclusive>), Failure> {
    let (found, lock) = load_locked(app, tx, id).await?;
    if app.closed.is_put_back(id, found.ballot.state.name()) {
        return Err(Refusal::PutBack.into());
    }
    Ok((found, lock))
}

/// The ballot with this id, read under its exclusive lock, even if it was put back.
async fn load_locked(app: &App, tx: &mut Tx, id: BallotId) -> Result<(OfConference, BallotLock<Exclusive>), Failure> {
    let key = find_ballot_key(tx, id).await?.ok_or(Refusal::NotFound(Thing::Ballot))?;
    let lock = lock_for_change(tx, key, app.clock.for_lock()).await?;
    Ok((load(tx, id).await?, lock))
}
