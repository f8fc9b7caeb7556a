//! The writer of a queue: takes the casts that have gathered, and records them in one transaction.
//!
//! There is no timer: while one batch is committed, the next gathers by itself; one vote when it is quiet, hundreds
//! in a rush.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;
use urna_core::cast::CastRefused;
use urna_core::{Ballot, BallotId};
use urna_store::ballots::find_ballot_key;
use urna_store::lock::confirm_durable;
use urna_store::{CommitError, Key, StoreError, Tx};

use super::batch::{Batch, Judged, Locked, RememberedBallot, Trouble};
use super::cast::Waiting;
use crate::app::App;
use crate::failure::{Failure, Refusal, Thing};

/// The most casts of one batch: with more, the first would wait too long for the last.
const BATCH: usize = 1024;

/// A writer without work ends, and forgets the keys of its boxes.
const IDLE: Duration = Duration::from_secs(3);

/// How long a batch may take until its commit is sent. A slower one is abandoned, certainly not recorded, and its
/// voters are told while they still wait.
const WRITE_LIMIT: Duration = Duration::from_secs(6);

/// How long a commit may take. After that its outcome is unknown.
const COMMIT_LIMIT: Duration = Duration::from_secs(12);

/// The most times a batch is judged again because another instance wrote in between.
const ATTEMPTS: u32 = 3;

/// A ballot as cached by a writer between batches. Nothing in it decides anything: the number of a row never
/// changes, and the facts about a running ballot were fixed when it opened.
struct KnownBallot {
    key: Key<Ballot>,
    loaded: Option<RememberedBallot>,
}

pub(super) struct Writer {
    app: Arc<App>,
    known: HashMap<BallotId, KnownBallot>,
}

impl Writer {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app, known: HashMap::new() }
    }

    /// Records incoming casts, until the queue is closed or has been empty for a while.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        loop {
            let mut casts = Vec::new();
            match timeout(IDLE, queue.recv_many(&mut casts, BATCH)).await {
                Ok(0) => return,
                Ok(_) => self.show_waiting(),
                // From here on the queue takes no more; casts that came at the last moment are still recorded.
                Err(_) => queue.close(),
            }
            self.record(casts).await;
            self.show_waiting();
        }
    }

    fn show_waiting(&self) {
        let waiting = u32::try_from(self.app.waiting_casts()).unwrap_or(u32::MAX);
        metrics::gauge!("urna_votes_waiting").set(f64::from(waiting));
    }

    /// Records a batch and answers everybody. `false` if the database is unavailable.
    async fn record(&mut self, mut casts: Vec<Waiting>) -> bool {
        let mut attempts = 0;
        while !casts.is_empty() {
            let trouble = match self.attempt(&mut casts).await {
                Ok(()) => continue,
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Overtaken if attempts < ATTEMPTS => attempts += 1,
                Trouble::Broken(_) | Trouble::Overtaken if casts.len() > 1 => {
                    tracing::warn!(%trouble, votes = casts.len(), "a batch of votes is recorded one by one");
                    metrics::counter!("urna_batches_replayed_total").increment(1);
                    return self.record_each(casts).await;
                }
                trouble => {
                    tracing::error!(%trouble, votes = casts.len(), "votes could not be recorded");
                    refuse(casts);
                    return !matches!(trouble, Trouble::Away(_) | Trouble::Slow);
                }
            }
        }
        true
    }

    /// Records each cast alone, so that one bad cast spoils no other.
    async fn record_each(&mut self, casts: Vec<Waiting>) -> bool {
        let mut casts = casts.into_iter();
        while let Some(cast) = casts.next() {
            if !Box::pin(self.record(vec![cast])).await {
                refuse(casts);
                return false;
            }
        }
        true
    }

    /// Records a batch in one transaction. Answered casts are removed from `casts`; the others have to be judged
    /// again, now that those before them are recorded.
    async fn attempt(&mut self, casts: &mut Vec<Waiting>) -> Result<(), Trouble> {
        let written = timeout(WRITE_LIMIT, self.write(casts)).await;
        let (tx, judged) = written.unwrap_or(Err(Trouble::Slow))?;
        let recorded = judged.iter().filter(|judged| judged.is_new()).count();
        let committed = timeout(COMMIT_LIMIT, tx.commit()).await.map_err(|_| None).and_then(|done| done.map_err(Some));
        match &committed {
            Ok(()) => {
                metrics::counter!("urna_votes_recorded_total").increment(recorded as u64);
                metrics::histogram!("urna_batch_votes")
                    .record(f64::from(u32::try_from(casts.len()).unwrap_or(u32::MAX)));
            }
            Err(error) => {
                tracing::error!(?error, votes = recorded, "a batch of votes was not committed as it should be");
            }
        }
        let mut later = Vec::new();
        for (waiting, judged) in casts.drain(..).zip(judged) {
            match judged {
                Judged::Later => later.push(waiting),
                Judged::Refused(failure) => waiting.answer(Err(failure)),
                Judged::Recorded(recorded) => {
                    let tracker = waiting.cast.tracker;
                    waiting.answer(match &committed {
                        Ok(()) => Ok(recorded),
                        Err(Some(CommitError::RolledBack(_))) if !recorded.repeated => Err(Failure::NotRecorded),
                        Err(_) => Err(Failure::OutcomeUnknown(tracker)),
                    });
                }
            }
        }
        *casts = later;
        Ok(())
    }

    /// Judges every cast under its ballot's lock, and writes the new votes; the caller commits.
    async fn write(&mut self, casts: &mut Vec<Waiting>) -> Result<(Tx, Vec<Judged>), Trouble> {
        let ballots: BTreeSet<BallotId> = casts.iter().map(|waiting| waiting.cast.ballot).collect();
        let keys = self.find_keys(&ballots).await.map_err(Trouble::Away)?;
        let mut tx = self.app.db.write_casts(&keys).await.map_err(Trouble::Away)?;
        // Claim the casts: until here they are certainly not recorded, and senders who gave up were told so.
        casts.retain_mut(Waiting::claim);

        let not_found = || Judged::Refused(Refusal::NotFound(Thing::Ballot).into());
        let mut judged: Vec<Judged> = casts.iter().map(|_| not_found()).collect();
        let mut groups: BTreeMap<BallotId, Vec<usize>> = BTreeMap::new();
        for (place, waiting) in casts.iter().enumerate() {
            groups.entry(waiting.cast.ballot).or_default().push(place);
        }
        let (mut writes, mut rests_on_a_read) = (false, false);
        for (id, places) in groups {
            let Some(known) = self.known.get_mut(&id) else { continue };
            let group: Vec<_> = places.iter().map(|place| &casts[*place].cast).collect();
            let locked = Batch::lock(&self.app, &mut tx, (id, known.key), &mut known.loaded, &group).await?;
            let batch = match locked {
                Locked::Batch(batch) => batch,
                Locked::PutBack => {
                    for place in places {
                        judged[place] = Judged::Refused(CastRefused::Closed.into());
                    }
                    continue;
                }
                Locked::Gone => {
                    self.known.remove(&id);
                    continue;
                }
            };
            let outcomes = batch.record().await?;
            for (place, outcome) in places.into_iter().zip(outcomes) {
                writes |= outcome.is_new();
                rests_on_a_read |= outcome.rests_on_a_read();
                judged[place] = outcome;
            }
        }
        if rests_on_a_read && !writes {
            // Read data that an answer rests on must be as durable as written data.
            confirm_durable(&mut tx).await?;
        }
        Ok((tx, judged))
    }

    /// The rows of those ballots that exist.
    async fn find_keys(&mut self, ballots: &BTreeSet<BallotId>) -> Result<Vec<Key<Ballot>>, StoreError> {
        let unknown: Vec<_> = ballots.iter().filter(|id| !self.known.contains_key(id)).collect();
        if !unknown.is_empty() {
            let mut tx = self.app.db.read().await?;
            for id in unknown {
                if let Some(key) = find_ballot_key(&mut tx, *id).await? {
                    self.known.insert(*id, KnownBallot { key, loaded: None });
                }
            }
        }
        Ok(ballots.iter().filter_map(|id| self.known.get(id)).map(|known| known.key).collect())
    }
}

fn refuse(casts: impl IntoIterator<Item = Waiting>) {
    for waiting in casts {
        waiting.answer(Err(Failure::NotRecorded));
    }
}
