//! Voters under load: parallel connections, each of which casts the next vote as soon as it has an answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::{Barrier, Notify};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use urna_core::Tracker;
use urna_trials::http::Connection;
use urna_trials::journal::Journal;
use urna_trials::votes::{Outcome, outcome};

/// Longer than the server's own limit, so that it is the server that reports an unknown outcome.
const PATIENCE: Duration = Duration::from_secs(25);

/// After an attempt that reached nobody, or was refused temporarily. Without a pause all votes would be used up before
/// the service is back.
const PAUSE: Duration = Duration::from_millis(50);

/// A vote to cast.
#[derive(Debug)]
pub(super) struct Paper {
    /// The row key of the voter.
    pub(super) voter: i64,
    pub(super) tracker: Tracker,
    /// The index of the candidate.
    pub(super) choice: u16,
    /// The request as bytes.
    pub(super) request: Vec<u8>,
}

/// The manner of a crowd.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    /// The servers; a voter who lost an answer goes on to the next.
    pub(super) addresses: Vec<SocketAddr>,
    /// The number of connections.
    pub(super) connections: usize,
    /// Whether every second voter opens a new connection for each vote.
    pub(super) half_afresh: bool,
    /// The time limit for an answer.
    pub(super) patience: Duration,
    /// Whether all connections are opened first and all send their first vote at the same moment.
    pub(super) together: bool,
    /// The pause of each connection after a vote.
    pub(super) rest: Duration,
}

impl Manner {
    /// Kept connections to these servers.
    pub(super) fn new(addresses: Vec<SocketAddr>, connections: usize) -> Self {
        let (half_afresh, together, rest) = (false, false, Duration::ZERO);
        Self { addresses, connections, half_afresh, patience: PATIENCE, together, rest }
    }
}

/// The outcome of one attempt.
#[derive(Debug)]
pub(super) struct Said {
    /// The index of the paper.
    pub(super) paper: usize,
    pub(super) outcome: Outcome,
    /// The answer, if the vote is recorded.
    pub(super) receipt: Option<Vec<u8>>,
    /// Whether this attempt opened a new connection.
    pub(super) fresh: bool,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
}

/// Shared by the connections.
#[derive(Debug)]
struct Queue {
    papers: Arc<Vec<Paper>>,
    order: Vec<usize>,
    next: AtomicUsize,
    under_way: AtomicUsize,
    acknowledged: AtomicUsize,
    /// The time of the last acknowledgement.
    last: Mutex<Instant>,
    stopped: AtomicBool,
    journal: Arc<Journal>,
    start: Option<Barrier>,
    /// Notified when the last vote is taken up.
    all_begun: Notify,
    manner: Manner,
}

/// A crowd that is voting.
#[derive(Debug)]
pub(super) struct Crowd {
    queue: Arc<Queue>,
    voters: JoinSet<Vec<Said>>,
    begun: Instant,
}

impl Crowd {
    /// Starts the crowd: each paper in `order` is cast once.
    pub(super) fn start(papers: Arc<Vec<Paper>>, order: Vec<usize>, journal: Arc<Journal>, manner: Manner) -> Self {
        let connections = manner.connections.min(order.len());
        let (next, under_way, acknowledged) = Default::default();
        let (stopped, begun) = (AtomicBool::new(false), Instant::now());
        let last = Mutex::new(begun);
        let start = manner.together.then(|| Barrier::new(connections + 1));
        let all_begun = Notify::new();
        let queue =
            Queue { papers, order, next, under_way, acknowledged, last, stopped, journal, start, all_begun, manner };
        let queue = Arc::new(queue);
        let mut voters = JoinSet::new();
        for number in 0..connections {
            voters.spawn(vote(Arc::clone(&queue), number));
        }
        Self { queue, voters, begun }
    }

    /// If all are to begin together: waits for everybody, then starts them.
    pub(super) async fn let_go(&mut self) {
        if let Some(start) = &self.queue.start {
            start.wait().await;
            self.begun = Instant::now();
        }
    }

    /// Waits, but at most until the last vote is being cast.
    pub(super) async fn vote_for(&self, time: Duration) {
        // They may all finish earlier.
        let _ = timeout(time, self.queue.all_begun.notified()).await;
    }

    /// Stops new attempts.
    pub(super) fn stop(&self) {
        self.queue.stopped.store(true, Ordering::SeqCst);
    }

    /// The number of attempts that wait for an answer.
    pub(super) fn under_way(&self) -> usize {
        self.queue.under_way.load(Ordering::SeqCst)
    }

    /// The number of votes acknowledged so far, and the time to the last of them.
    pub(super) fn acknowledged(&self) -> (usize, Duration) {
        let last = self.queue.last.lock().unwrap_or_else(PoisonError::into_inner);
        (self.queue.acknowledged.load(Ordering::SeqCst), last.saturating_duration_since(self.begun))
    }

    /// Waits until everybody has an answer or has given up.
    pub(super) async fn finish(mut self) -> Result<Vec<Said>> {
        let mut all = Vec::new();
        while let Some(said) = self.voters.join_next().await {
            all.extend(said.context("a voter came to no end")?);
        }
        Ok(all)
    }
}

async fn vote(queue: Arc<Queue>, number: usize) -> Vec<Said> {
    let manner = &queue.manner;
    let fresh = manner.half_afresh && number % 2 == 1;
    let mut place = number;
    let to = |place: usize| Connection::new(manner.addresses[place % manner.addresses.len()], manner.patience);
    let mut connection = to(place);
    let mut all = Vec::new();
    if let Some(start) = &queue.start {
        // If it cannot be opened, the first vote reports that.
        let _ = connection.open().await;
        start.wait().await;
    }
    while !queue.stopped.load(Ordering::SeqCst) {
        let next = queue.next.fetch_add(1, Ordering::SeqCst);
        let Some(&paper) = queue.order.get(next) else { break };
        if next + 1 == queue.order.len() {
            queue.all_begun.notify_one();
        }
        if fresh {
            connection.close();
        }
        let said = cast(&queue, paper, &mut connection, fresh).await;
        let status = match &said.outcome {
            Outcome::Fail { status, .. } | Outcome::Unknown { status, .. } | Outcome::Ok { status } => *status,
        };
        let not_now = matches!(said.outcome, Outcome::Fail { status: 0 | 503, .. });
        all.push(said);
        if status == 0 {
            place += 1;
            connection = to(place);
        }
        let rest = if not_now { PAUSE } else { manner.rest };
        if !rest.is_zero() {
            sleep(rest).await;
        }
    }
    all
}

async fn cast(queue: &Queue, place: usize, connection: &mut Connection, fresh: bool) -> Said {
    let (paper, begun) = (&queue.papers[place], Instant::now());
    queue.under_way.fetch_add(1, Ordering::SeqCst);
    let attempt = queue.journal.invoke(paper.voter, &paper.tracker, paper.choice);
    let answer = connection.send(&paper.request).await;
    let outcome = outcome(&answer);
    queue.journal.outcome(attempt, &outcome);
    queue.under_way.fetch_sub(1, Ordering::SeqCst);
    let recorded = matches!(outcome, Outcome::Ok { .. });
    if recorded {
        queue.acknowledged.fetch_add(1, Ordering::SeqCst);
        *queue.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
    let receipt = answer.ok().filter(|_| recorded).map(|answer| answer.body.to_vec());
    Said { paper: place, outcome, receipt, fresh, begun, ended: Instant::now() }
}
