//! The queues of casts. A writer records many casts of a queue in one transaction.
//!
//! On PostgreSQL each ballot has its own queue and writer; on SQLite there is one for the file, which allows only
//! one writer. A queue is bounded: a cast that finds no room is refused at once, certainly not recorded. A writer
//! starts with the first cast and ends when none has come for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinSet;
use urna_core::BallotId;

use super::cast::{Cast, Pending, Waiting};
use super::writer::Writer;
use crate::app::App;
use crate::failure::Failure;

/// The most casts waiting in one queue: a few batches, and less than a megabyte.
const ROOM: usize = 4096;

/// The queues of an instance.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    open: Mutex<Open>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Open {
    /// By ballot; on SQLite all share one.
    queues: HashMap<Option<BallotId>, mpsc::Sender<Waiting>>,
    writers: JoinSet<()>,
    closed: bool,
}

impl Queues {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many casts have no answer yet, in the queues and in the writers' batches.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Puts a cast into its queue.
    ///
    /// # Errors
    /// [`Failure::NotRecorded`] if the queue is full, or the instance is ending.
    pub(super) fn put(&self, app: &Arc<App>, cast: Cast) -> Result<Pending, Failure> {
        let queue = (!app.db.is_one_file()).then_some(cast.ballot);
        let (mut waiting, pending) = Waiting::new(cast, &self.waiting);

        let mut open = self.open();
        if let Some(sender) = open.queues.get(&queue) {
            match sender.try_send(waiting) {
                Ok(()) => return Ok(pending),
                Err(TrySendError::Full(_)) => return Err(Failure::NotRecorded),
                // Its writer has ended: start another.
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

    /// Takes no more casts, and waits until the waiting ones have been recorded.
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
