//! Casts a vote: the heart of the service.

use std::sync::Arc;
use std::time::Duration;

use urna_core::choice::GivenChoice;
use urna_core::receipt::Receipt;
use urna_core::{BallotId, Tracker};

use super::cast::Cast;
use crate::app::App;
use crate::failure::Failure;
use crate::random;
use crate::sessions::Voter;

/// How long a voter waits at most; after that, the outcome is unknown to them and a retry tells.
const DEADLINE: Duration = Duration::from_secs(10);

/// A vote as sent.
#[derive(Debug, Clone)]
pub struct CastVote {
    /// The ballot.
    pub ballot: BallotId,
    /// The choice.
    pub choice: GivenChoice,
    /// Made by the voter's device, so that a retry is safe; without one the server makes it.
    pub tracker: Option<Tracker>,
}

/// A vote that is durably recorded.
#[derive(Debug)]
pub struct RecordedVote {
    /// The voter's proof.
    pub receipt: Receipt,
    /// Whether it had been recorded before, and this was a retry.
    pub repeated: bool,
}

impl App {
    /// Records a vote, exactly once. A writer does it, together with other waiting casts; it goes on even if the
    /// caller hangs up.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`](crate::Refusal::NotSignedIn) if the session has ended by then;
    /// [`Refusal::Cast`](crate::Refusal::Cast), [`Refusal::InvalidChoice`](crate::Refusal::InvalidChoice);
    /// [`Failure::NotRecorded`] if it is certainly not recorded; [`Failure::OutcomeUnknown`] otherwise: retry with
    /// the same tracker.
    pub async fn cast_vote(self: &Arc<Self>, voter: &Voter, cast: CastVote) -> Result<RecordedVote, Failure> {
        let CastVote { ballot, choice, tracker } = cast;
        let tracker = tracker.unwrap_or_else(|| Tracker::new(random::bytes()));
        let attendee = &voter.on_roll.attendee;
        let (key, session) = (attendee.key, voter.token_hash);
        let cast = Cast { ballot, voter: attendee.id, attendee: key, session, choice, tracker };
        let recorded = self.queues.put(self, cast)?.wait(DEADLINE).await?;
        // Sign only now: a receipt must promise only durable votes.
        let receipt = Receipt::sign(ballot, &recorded.manifest, tracker, recorded.commitment, &self.keys.signing);
        Ok(RecordedVote { receipt, repeated: recorded.repeated })
    }
}
