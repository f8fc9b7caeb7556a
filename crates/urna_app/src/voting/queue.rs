//! Where casts wait for the writer that records them, many in one transaction.
//!
//! On PostgreSQL each ballot has a queue and a writer of its own, on SQLite the file has one: it takes one writer anyway.
//! A queue is bounded: what finds no room is refused at once, surely not recorded. A writer begins with the first cast
//! and ends when none has come for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use urna_core::choice::GivenChoice;
use urna_core::{Attendee, AttendeeId, BallotId, Commitment, Sha256Hash, Tracker};
use urna_store::Key;

use super::writer::Writer;
use crate::app::App;
use crate::failure::Failure;

/// How many casts may wait in one queue: a few batches, and less than a megabyte.
const ROOM: usize = 4096;

/// A vote that is durably recorded; what its receipt is made of.
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

/// A cast that waits, and where its answer goes. Whoever sent it may have hung up: that changes nothing.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) cast: Cast,
    /// Set by whoever comes first: the writer that begins to record it, or the sender who gives up.
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
    /// Takes the cast for recording; `false` where the sender has been told that it will not be.
    pub(super) fn claim(&mut self) -> bool {
        self.is_ours = self.is_ours || !self.claimed.swap(true, Ordering::SeqCst);
        self.is_ours
    }

    /// Says what became of it.
    pub(super) fn answer(self, outcome: Result<Recorded, Failure>) {
        // Nobody may be listening any more.
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
    /// Waits for the answer, but not for ever. A cast that no writer has begun to record by then is taken back.
    pub(super) async fn wait(self, limit: Duration) -> Result<Recorded, Failure> {
        match tokio::time::timeout(limit, self.answer).await {
            Ok(Ok(outcome)) => outcome,
            Err(_) if !self.claimed.swap(true, Ordering::SeqCst) => Err(Failure::NotRecorded),
            // The writer has it, or broke while it had it.
            Ok(Err(_)) | Err(_) => Err(Failure::OutcomeUnknown(self.tracker)),
        }
    }
}

/// The queues of an instance.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    open: Mutex<Open>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Open {
    /// By ballot; on SQLite all are one.
    queues: HashMap<Option<BallotId>, mpsc::Sender<Waiting>>,
    writers: JoinSet<()>,
    closed: bool,
}

impl Queues {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many casts have no answer yet, in the queues and in the batches of the writers.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Puts a cast into its queue.
    ///
    /// # Errors
    /// [`Failure::NotRecorded`] where the queue is full, or the instance is ending.
    pub(super) fn put(&self, app: &Arc<App>, cast: Cast) -> Result<Pending, Failure> {
        let queue = (!app.db.is_one_file()).then_some(cast.ballot);
        let (answer, receiver) = oneshot::channel();
        let claimed = Arc::new(AtomicBool::new(false));
        let pending = Pending { tracker: cast.tracker, claimed: Arc::clone(&claimed), answer: receiver };
        let mut waiting = Waiting { cast, claimed, is_ours: false, answer, _counted: Counted::new(&self.waiting) };

        let mut open = self.open();
        if let Some(sender) = open.queues.get(&queue) {
            match sender.try_send(waiting) {
                Ok(()) => return Ok(pending),
                Err(TrySendError::Full(_)) => return Err(Failure::NotRecorded),
                // Its writer has ended.
                Err(TrySendError::Closed(back)) => waiting = back,
            }
        }
        if open.closed {
            return Err(Failure::NotRecorded);
        }
        while open.writers.try_join_next().is_some() {}
        open.queues.retain(|_, sender| !sender.is_closed());
        let (sender, casts) = mpsc::channel(ROOM);
        open.writers.spawn(Writer::new(Arc::clone(app)).run(casts));
        sender.try_send(waiting).map_err(|_| Failure::NotRecorded)?;
        open.queues.insert(queue, sender);
        Ok(pending)
    }

    /// Takes no more casts, and waits until those that wait have been recorded.
    pub(crate) async fn finish(&self) {
        let mut writers = {
            let mut open = self.open();
            open.closed = true;
            open.queues.clear();
            std::mem::take(&mut open.writers)
        };
        while writers.join_next().await.is_some() {}
    }
}
