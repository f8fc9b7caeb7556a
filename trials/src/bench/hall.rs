//! P5: "vote now": a hall signs in, loads the ballot and votes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use urna_trials::api::{Ballot, text};
use urna_trials::http::{self, Connection};
use urna_trials::stage::Voter;
use urna_trials::votes::{self, Outcome};

use super::Scale;
use super::electorate::Sent;
use super::measure::{Spent, Times, median, millis};
use super::report::{Goal, Row, Unit};
use super::schedule::scattered;
use super::site::Site;

/// Everybody in the hall begins within this time.
const WITHIN: Duration = Duration::from_secs(5);

/// Time limit for a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The requests of each device, in this order.
const REQUESTS: [&str; 5] = ["sign-in", "ballot", "state", "participation", "vote"];

/// The observations of one attendee.
struct Visit {
    times: [Duration; REQUESTS.len()],
    sent: Sent,
    vote: [Instant; 2],
    outcome: Outcome,
}

/// The observations of the whole hall.
struct Round {
    /// The p99 of each request, in milliseconds.
    p99: [f64; REQUESTS.len()],
    p50: [f64; REQUESTS.len()],
    elapsed: Duration,
    spent: Spent,
}

/// Lets the hall vote, on a new ballot in each round.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let mut rounds = Vec::new();
    for number in 1..=scale.rounds {
        site.say(format_args!("P5, round {number}: {} attendees sign in and vote", site.hall.len()));
        rounds.push(round(site, u64::try_from(number)?).await?);
    }
    site.check().await?;
    let p99: Vec<f64> = (0..REQUESTS.len()).map(|kind| median(rounds.iter().map(|round| round.p99[kind]))).collect();
    let p50 = (0..REQUESTS.len()).map(|kind| median(rounds.iter().map(|round| round.p50[kind])));
    let detail: Vec<String> = REQUESTS
        .iter()
        .zip(p50.zip(&p99))
        .map(|(name, (p50, p99))| format!("{name} p50 {p50:.1} ms, p99 {p99:.1} ms"))
        .collect();
    let cores = |of: fn(&Spent) -> Duration| {
        median(rounds.iter().map(|round| of(&round.spent).as_secs_f64() / round.elapsed.as_secs_f64()))
    };
    let others = format!(
        "PostgreSQL on {:.2} cores, the load generator on {:.2}",
        cores(|spent| spent.database),
        cores(|spent| spent.client)
    );
    let row = |what| Row::new(Goal::P5, site.engine, what);
    Ok(vec![
        row("“vote now”: p99 of the slowest kind of request")
            .at_most(250.0, p99.into_iter().fold(0.0, f64::max), Unit::Millis)
            .detail(detail.join("; ")),
        row("“vote now”: the server's share of the processors")
            .at_most(1.0, cores(|spent| spent.server), Unit::Cores)
            .detail(others),
    ])
}

async fn round(site: &mut Site, seed: u64) -> Result<Round> {
    let ballot = Arc::new(site.open_ballot_of_the_hall().await?);
    let target = site.target()?;
    let before = target.meters.read()?;
    let begun = Instant::now();
    let mut visits = JoinSet::new();
    for (number, (voter, at)) in site.hall.iter().zip(scattered(site.hall.len(), WITHIN, seed)).enumerate() {
        let choice = number % ballot.candidates.len();
        visits.spawn(visit(target.address, voter.clone(), Arc::clone(&ballot), choice, begun + at));
    }
    let visits: Vec<Visit> = visits.join_all().await.into_iter().collect::<Result<_>>()?;
    let (elapsed, spent) = (begun.elapsed(), target.meters.read()?.since(&before));
    let times: [Times; REQUESTS.len()] =
        std::array::from_fn(|kind| visits.iter().map(|visit| visit.times[kind]).collect());
    for visit in visits {
        if visit.outcome != (Outcome::Ok { status: 201 }) {
            bail!("a vote of the hall was not recorded: {:?}", visit.outcome);
        }
        site.witness_one(&ballot, visit.sent, visit.vote, visit.outcome);
    }
    let p99 = times.each_ref().map(|times| millis(times.p99()));
    let p50 = times.each_ref().map(|times| millis(times.p50()));
    Ok(Round { p99, p50, elapsed, spent })
}

/// One attendee, from the personal link to the vote, on one connection.
async fn visit(address: SocketAddr, voter: Voter, ballot: Arc<Ballot>, choice: usize, due: Instant) -> Result<Visit> {
    tokio::time::sleep_until(due.into()).await;
    let mut device = Device { connection: Connection::new(address, TIMEOUT), times: [Duration::ZERO; REQUESTS.len()] };
    let link = voter.link.context("everybody in the hall has a link")?;
    let sign_in = http::post("/api/v1/sessions", None, &json!({"personal_link": link}).to_string());
    // The first request opens the connection; its time, measured from the intended moment, includes that.
    let session = device.ask(0, &sign_in, due, 201).await?;
    let token = text(&session, "/token")?;
    for (kind, part) in [(1, ""), (2, "/state"), (3, "/participation")] {
        let request = http::get(&format!("/api/v1/ballots/{}{part}", ballot.id), Some(&token));
        device.ask(kind, &request, Instant::now(), 200).await?;
    }
    let sent = Sent { voter: voter.key, tracker: votes::tracker(), choice: u16::try_from(choice)? };
    let request = votes::cast(&ballot, choice, &sent.tracker, &token);
    let begun = Instant::now();
    let outcome = votes::outcome(&device.connection.send(&request).await);
    let vote = [begun, Instant::now()];
    device.times[4] = vote[1] - begun;
    Ok(Visit { times: device.times, sent, vote, outcome })
}

struct Device {
    connection: Connection,
    times: [Duration; REQUESTS.len()],
}

impl Device {
    async fn ask(&mut self, kind: usize, request: &[u8], due: Instant, status: u16) -> Result<Value> {
        let answer = self.connection.send(request).await?;
        self.times[kind] = due.elapsed();
        if answer.status != status {
            bail!("{} answered {}: {}", REQUESTS[kind], answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(serde_json::from_slice(answer.body).unwrap_or_default())
    }
}
