//! A cast on its way, with the channel for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use urna_core::choice::GivenChoice;
use urna_core::{Attendee, AttendeeId, BallotId, Commitment, Sha256Hash, Tracker};
use urna_store::Key;

use crate::failure::Failure;

/// A durably recorded vote: the data for its receipt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub(super) manifest: Sha256Hash,
    pub(super) commitment: Commitment,
    /// Whether it had been recorded before, and this was a retry.
    pub(super) repeated: bool,
}

/// A cast on its way to the ballot box.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) ballot: BallotId,
    pub(super) voter: AttendeeId,
    pub(super) attendee: Key<Attendee>,
    /// The SHA-256 of the token of the session that sent it.
    pub(super) session: [u8; 32],
    pub(super) choice: GivenChoice,
    pub(super) tracker: Tracker,
}

/// A waiting cast, and the channel for its answer. It is recorded even if the sender has hung up.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) cast: Cast,
    /// Set by the first of two: the writer that begins to record it, or the sender who gives up.
    claimed: Arc<AtomicBool>,
    is_ours: bool,
    answer: oneshot::Sender<Result<Recorded, Failure>>,
    _counted: Counted,
}

/// Counts a cast for as long as it waits.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    /// A cast, and its pending answer; `waiting` counts it for as long as it waits.
    pub(super) fn new(cast: Cast, waiting: &Arc<AtomicUsize>) -> (Self, Pending) {
        let (answer, receiver) = oneshot::channel();
        let claimed = Arc::new(AtomicBool::new(false));
        let pending = Pending { tracker: cast.tracker, claimed: Arc::clone(&claimed), answer: receiver };
        (Self { cast, claimed, is_ours: false, answer, _counted: Counted::new(waiting) }, pending)
    }

    /// Claims the cast for recording; `false` if the sender has been told that it will not be recorded.
    pub(super) fn claim(&mut self) -> bool {
        self.is_ours = self.is_ours || !self.claimed.swap(true, Ordering::SeqCst);
        self.is_ours
    }

    /// Sends the outcome.
    pub(super) fn answer(self, outcome: Result<Recorded, Failure>) {
        // The receiver may be gone.
        let _ = self.answer.send(outcome);
    }
}

/// The answer to a cast, once there is one.
#[derive(Debug)]
pub(super) struct Pending {
    tracker: Tracker,
    claimed: Arc<AtomicBool>,
    answer: oneshot::Receiver<Result<Recorded, Failure>>,
}

impl Pending {
    /// Waits for the answer, within the limit. Then takes the cast back, unless a writer has begun to record it.
    pub(super) async fn wait(self, limit: Duration) -> Result<Recorded, Failure> {
        match tokio::time::timeout(limit, self.answer).await {
            Ok(Ok(outcome)) => outcome,
            Err(_) if !self.claimed.swap(true, Ordering::SeqCst) => Err(Failure::NotRecorded),
            // The writer has it, or failed while it had it.
            Ok(Err(_)) | Err(_) => Err(Failure::OutcomeUnknown(self.tracker)),
        }
    }
}
