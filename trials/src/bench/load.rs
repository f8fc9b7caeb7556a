//! The load generator: sends prepared requests over any number of connections, either in a closed loop (the next
//! request follows the response) or as open arrivals (on a schedule, whatever the server does).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;
use urna_trials::http::Connection;
use urna_trials::votes::{self, Outcome};

use super::measure::{Meters, Spent, Times, count};

/// A response that takes longer counts as lost.
const TIMEOUT: Duration = Duration::from_mins(1);

/// How many connections are opened at a time. If more connect at once than fit into the server's accept backlog, the
/// kernel drops them, and they are retried only after a second.
const OPENING: usize = 32;

/// Requests as bytes.
pub(super) type Requests = Arc<Vec<Vec<u8>>>;

/// The target of the load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// The server's address.
    pub(super) address: SocketAddr,
    /// The processes whose CPU time is measured meanwhile.
    pub(super) meters: Meters,
}

/// One request and its outcome.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// The index of the request.
    pub(super) item: usize,
    /// The intended time of sending.
    pub(super) due: Instant,
    /// The actual time of sending.
    pub(super) begun: Instant,
    /// The time of the response.
    pub(super) ended: Instant,
    /// The status; 0 if there was no response.
    pub(super) status: u16,
    /// The outcome, if it was a vote.
    pub(super) outcome: Outcome,
}

impl Sample {
    /// The latency, from the intended time of sending.
    pub(super) fn latency(&self) -> Duration {
        self.ended.saturating_duration_since(self.due)
    }
}

/// The outcome of a load.
#[derive(Debug)]
pub(super) struct Run {
    /// Unordered.
    pub(super) samples: Vec<Sample>,
    /// From the first request to the last response.
    pub(super) elapsed: Duration,
    /// CPU time meanwhile.
    pub(super) spent: Spent,
}

impl Run {
    /// Responses with this status per second.
    pub(super) fn rate(&self, status: u16) -> f64 {
        count(self.answered(status)) / self.elapsed.as_secs_f64()
    }

    /// The number of responses with this status.
    pub(super) fn answered(&self, status: u16) -> usize {
        self.samples.iter().filter(|sample| sample.status == status).count()
    }

    /// The number of requests with another status or no response.
    pub(super) fn others(&self, status: u16) -> usize {
        self.samples.len() - self.answered(status)
    }

    /// The other outcomes, in words.
    pub(super) fn instead_of(&self, status: u16) -> String {
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for sample in self.samples.iter().filter(|sample| sample.status != status) {
            let name = match &sample.outcome {
                Outcome::Ok { status } => status.to_string(),
                Outcome::Fail { status, code } | Outcome::Unknown { status, code } => format!("{status} {code}"),
            };
            *said.entry(name).or_default() += 1;
        }
        let words: Vec<String> = said.into_iter().map(|(name, times)| format!("{times} × {name}")).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    }

    /// The latencies, from the intended time of sending.
    pub(super) fn times(&self) -> Times {
        self.samples.iter().map(Sample::latency).collect()
    }

    /// CPU time of a server per request, in microseconds.
    pub(super) fn micros_each(&self, spent: Duration) -> f64 {
        spent.as_secs_f64() * 1e6 / count(self.samples.len())
    }

    /// CPU time as a share of one processor.
    pub(super) fn share(&self, spent: Duration) -> f64 {
        spent.as_secs_f64() / self.elapsed.as_secs_f64()
    }
}

/// The requests of a closed loop.
#[derive(Debug, Clone, Copy)]
pub(super) enum Supply {
    /// Each once, until the time is over.
    Once(Duration),
    /// All of them repeatedly, until the time is over.
    Again(Duration),
}

/// Sends the next request on each connection when the previous one is answered.
pub(super) async fn closed(target: Target, requests: &Requests, connections: usize, supply: Supply) -> Result<Run> {
    let (limit, again) = match supply {
        Supply::Once(limit) => (limit, false),
        Supply::Again(limit) => (limit, true),
    };
    let next = Arc::new(AtomicUsize::new(0));
    let client = |crew: Crew| {
        let (requests, next) = (Arc::clone(requests), Arc::clone(&next));
        async move {
            let (mut connection, begin) = crew.assemble().await?;
            let mut samples = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if begin.elapsed() >= limit || (!again && number >= requests.len()) {
                    return Ok(samples);
                }
                let item = number % requests.len();
                samples.push(exchange(&mut connection, item, &requests[item], Instant::now()).await);
            }
        }
    };
    run(target, connections, client, |_| ()).await
}

/// Sends each request when it is due, on any free connection. If none is free, the request waits, and its latency still
/// counts from the due time.
pub(super) async fn open(
    target: Target,
    requests: &Requests,
    connections: usize,
    schedule: Vec<Duration>,
) -> Result<Run> {
    let schedule = Arc::new(schedule);
    let next = Arc::new(AtomicUsize::new(0));
    let arrived = Arc::new(Semaphore::new(0));
    let client = |crew: Crew| {
        let (requests, schedule) = (Arc::clone(requests), Arc::clone(&schedule));
        let (next, arrived) = (Arc::clone(&next), Arc::clone(&arrived));
        async move {
            let (mut connection, begin) = crew.assemble().await?;
            let mut samples = Vec::new();
            loop {
                arrived.acquire().await.context("nobody closes the gate")?.forget();
                let item = next.fetch_add(1, Ordering::Relaxed);
                let (Some(at), Some(request)) = (schedule.get(item), requests.get(item)) else { return Ok(samples) };
                samples.push(exchange(&mut connection, item, request, begin + *at).await);
            }
        }
    };
    let gate = |begin| {
        let (schedule, arrived) = (Arc::clone(&schedule), Arc::clone(&arrived));
        // A thread of its own: the runtime's timers have a resolution of a millisecond.
        drop(std::thread::spawn(move || let_in(&schedule, begin, &arrived, connections)));
    };
    run(target, connections, client, gate).await
}

/// Releases one request after the other, and finally all clients.
fn let_in(schedule: &[Duration], begin: Instant, arrived: &Semaphore, clients: usize) {
    let mut rest = schedule;
    while let Some(first) = rest.first() {
        std::thread::sleep((begin + *first).saturating_duration_since(Instant::now()));
        let now = begin.elapsed();
        let due = rest.partition_point(|at| *at <= now);
        arrived.add_permits(due);
        rest = &rest[due..];
    }
    arrived.add_permits(clients);
}

/// Shared by the clients, which begin together.
struct Crew {
    address: SocketAddr,
    door: Arc<Semaphore>,
    start: Arc<Barrier>,
    begin: Arc<OnceLock<Instant>>,
}

impl Crew {
    /// Opens the connection and waits for the others.
    async fn assemble(self) -> Result<(Connection, Instant)> {
        let mut connection = Connection::new(self.address, TIMEOUT);
        let turn = self.door.acquire().await.context("nobody closes the door")?;
        let opened = connection.open().await;
        drop(turn);
        // A client that fails to connect waits as well, so that the others can begin.
        self.start.wait().await;
        self.start.wait().await;
        opened.context("a connection could not be opened")?;
        Ok((connection, *self.begin.get().context("the beginning is set between the two")?))
    }
}

async fn run<F>(
    target: Target,
    connections: usize,
    client: impl Fn(Crew) -> F,
    begun: impl FnOnce(Instant),
) -> Result<Run>
where
    F: Future<Output = Result<Vec<Sample>>> + Send + 'static,
{
    let door = Arc::new(Semaphore::new(OPENING));
    let start = Arc::new(Barrier::new(connections + 1));
    let begin = Arc::new(OnceLock::new());
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (door, start, begin) = (Arc::clone(&door), Arc::clone(&start), Arc::clone(&begin));
        let crew = Crew { address: target.address, door, start, begin };
        clients.spawn(client(crew));
    }
    start.wait().await;
    let before = target.meters.read()?;
    let at = *begin.get_or_init(Instant::now);
    begun(at);
    start.wait().await;
    let mut samples = Vec::new();
    while let Some(client) = clients.join_next().await {
        samples.append(&mut client??);
    }
    let spent = target.meters.read()?.since(&before);
    let last = samples.iter().map(|sample| sample.ended).max().context("nothing was sent")?;
    Ok(Run { samples, elapsed: last - at, spent })
}

async fn exchange(connection: &mut Connection, item: usize, request: &[u8], due: Instant) -> Sample {
    let begun = Instant::now();
    let sent = connection.send(request).await;
    let ended = Instant::now();
    let status = sent.as_ref().map_or(0, |answer| answer.status);
    Sample { item, due, begun, ended, status, outcome: votes::outcome(&sent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_recorded_is_told_by_its_code() {
        let now = Instant::now();
        let sample = |status, outcome| Sample { item: 0, due: now, begun: now, ended: now, status, outcome };
        let busy = || Outcome::Fail { status: 503, code: "not-recorded".to_owned() };
        let samples = vec![
            sample(503, busy()),
            sample(201, Outcome::Ok { status: 201 }),
            sample(0, Outcome::Unknown { status: 0, code: "lost".to_owned() }),
            sample(503, busy()),
        ];
        let run = Run { samples, elapsed: Duration::from_secs(2), spent: Spent::default() };
        assert_eq!(run.instead_of(201), "1 × 0 lost, 2 × 503 not-recorded");
        assert_eq!((run.answered(201), run.others(201)), (1, 3));
    }
}
