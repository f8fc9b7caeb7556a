//! P6: votes while everybody signs in and organisers' passwords keep argon2 busy.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;
use tokio::task::JoinSet;
use urna_trials::http::{self, Connection};
use urna_trials::stage::Organiser;

use super::Scale;
use super::latency::CONNECTIONS;
use super::load::{self, Requests, Run};
use super::measure::{median, millis};
use super::report::{Goal, Row, Unit, thousands};
use super::schedule::{poisson, scattered};
use super::site::{HALL, Site};

/// The maximum rate of votes per second during the storm.
const RATE: f64 = 1_000.0;

/// Clients that sign in with organisers' passwords.
const GUESSERS: usize = 8;

/// The pause of a client that was told to come later.
const PAUSE: Duration = Duration::from_millis(50);

/// Time limit for a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Votes, and the events during them.
struct Storm {
    votes: Run,
    sign_ins: Run,
    /// Responses to organisers' sign-ins, by status.
    organisers: BTreeMap<u16, usize>,
}

/// Measures open arrivals of votes without and with a storm, in turn.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Row> {
    let rate = (site.maximum(scale.peak_votes).await? / 10.0).min(RATE);
    site.say("P6: badge codes for everybody in the hall");
    let codes = site.badge_codes().await?;
    let mut rounds = Vec::new();
    for number in 1..=scale.rounds {
        let seed = u64::try_from(number)?;
        let schedule = poisson(rate, scale.storm, scale.attendees, seed);
        site.say(format_args!("P6, round {number}: votes without a storm"));
        let votes = site.votes(schedule.len()).await?;
        let calm = site.cast_open(&votes, CONNECTIONS, schedule.clone()).await?;
        site.say(format_args!("P6, round {number}: votes while people sign in"));
        let storm = storm(site, &codes, schedule, scale.storm, seed).await?;
        site.note_refused("P6, without a storm", &calm);
        site.note_refused("P6, in the storm", &storm.votes);
        if storm.sign_ins.others(201) > 0 {
            bail!("sign-ins by badge code failed: {}", storm.sign_ins.instead_of(201));
        }
        rounds.push((calm, storm));
    }
    site.check().await?;
    let p99 = |run: &Run| millis(run.times().p99());
    let said: BTreeMap<u16, usize> =
        rounds.iter().flat_map(|(_, storm)| &storm.organisers).fold(BTreeMap::new(), |mut all, (status, number)| {
            *all.entry(*status).or_default() += number;
            all
        });
    let said: Vec<String> = said.into_iter().map(|(status, number)| format!("{number} × {status}")).collect();
    let detail = format!(
        "{} votes/s: p99 {:.1} ms alone, {:.1} ms in the storm; sign-in by badge code p99 {:.1} ms; answers to organisers' \
         passwords in all rounds: {}",
        thousands(rate),
        median(rounds.iter().map(|(calm, _)| p99(calm))),
        median(rounds.iter().map(|(_, storm)| p99(&storm.votes))),
        median(rounds.iter().map(|(_, storm)| p99(&storm.sign_ins))),
        said.join(", "),
    );
    let ratio = median(rounds.iter().map(|(calm, storm)| p99(&storm.votes) / p99(calm)));
    Ok(Row::new(Goal::P6, site.engine, "p99 of a vote in a storm of sign-ins, of the p99 without")
        .at_most(2.0, ratio, Unit::Times)
        .detail(detail))
}

async fn storm(site: &mut Site, codes: &[String], schedule: Vec<Duration>, time: Duration, seed: u64) -> Result<Storm> {
    let votes = site.votes(schedule.len()).await?;
    let target = site.target()?;
    let sign_in = |code: &String| json!({"conference": HALL, "badge_code": code}).to_string();
    let sign_ins: Requests =
        Arc::new(codes.iter().map(|code| http::post("/api/v1/sessions", None, &sign_in(code))).collect());
    let over = Arc::new(AtomicBool::new(false));
    let guessers = guess(target.address, &site.organisers, &over);
    let (voted, signed_in) = tokio::join!(
        load::open(target, &votes.requests, CONNECTIONS, schedule),
        load::open(target, &sign_ins, 64, scattered(sign_ins.len(), time, seed)),
    );
    over.store(true, Ordering::Relaxed);
    let mut organisers = BTreeMap::new();
    for status in guessers.join_all().await.into_iter().flatten() {
        *organisers.entry(status).or_default() += 1;
    }
    let voted = voted?;
    site.witness(&votes, &voted, 0);
    Ok(Storm { votes: voted, sign_ins: signed_in?, organisers })
}

/// Clients in a loop: an organiser with the right password, then an unknown address, which costs the same time. A
/// single account would soon be rate-limited.
fn guess(address: SocketAddr, organisers: &[Organiser], over: &Arc<AtomicBool>) -> JoinSet<Vec<u16>> {
    let strangers = Arc::new(AtomicUsize::new(0));
    let mut guessers = JoinSet::new();
    for organiser in organisers.iter().cycle().take(GUESSERS) {
        let known = sign_in(&organiser.email, &organiser.password);
        let (strangers, over) = (Arc::clone(&strangers), Arc::clone(over));
        guessers.spawn(async move {
            let mut connection = Connection::new(address, TIMEOUT);
            let mut said = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let stranger = format!("stranger{}@example.org", strangers.fetch_add(1, Ordering::Relaxed));
                for request in [&known, &sign_in(&stranger, "not the password of anybody")] {
                    let status = connection.send(request).await.map_or(0, |answer| answer.status);
                    said.push(status);
                    if matches!(status, 0 | 429 | 503) {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
            said
        });
    }
    guessers
}

fn sign_in(email: &str, password: &str) -> Vec<u8> {
    http::post("/api/v1/organiser-sessions", None, &json!({"email": email, "password": password}).to_string())
}
