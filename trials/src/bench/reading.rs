//! P7: the requests that everybody makes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use urna_trials::api::Ballot;
use urna_trials::http::{self, Connection};

use super::Scale;
use super::bare::{Bare, Replies, Reply};
use super::load::{self, Requests, Supply};
use super::measure::{median, millis};
use super::report::{Goal, Row, Unit, thousands};
use super::site::{CONNECTIONS, Site};

/// The number of votes in the published result.
const VOTES: usize = 1_000;

/// One resource.
struct Reading {
    what: &'static str,
    status: u16,
    requests: Requests,
}

/// Runs closed loops of GETs on the product and the bare server in turn.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    site.say("P7: a published result");
    let votes = site.votes(VOTES).await?;
    site.cast_closed(&votes, CONNECTIONS).await?;
    site.check().await?;
    let mut replies = Replies::default();
    let mut readings = Vec::new();
    for (part, [whole, known]) in [
        ("results", ["GET of the results", "the same, conditional (304)"]),
        ("state", ["GET of the state", "the same of the state, conditional (304)"]),
    ] {
        let (path, reply, not_modified, requests) = record(site, &votes.ballot, part).await?;
        let [first, second] = requests.map(|request| Arc::new(vec![request]));
        readings.push(Reading { what: whole, status: 200, requests: first });
        readings.push(Reading { what: known, status: 304, requests: second });
        replies.reads.push((path, reply, not_modified));
    }
    let bare = Bare::start(site.server.folder(), &replies).await?;
    let mut rows = Vec::new();
    for reading in readings {
        rows.push(compare(site, &bare, scale, &reading).await?);
    }
    Ok(rows)
}

/// Records the full response, the response to a client that has it cached, and the requests for both.
async fn record(site: &Site, ballot: &Ballot, part: &str) -> Result<(String, Reply, Reply, [Vec<u8>; 2])> {
    let path = format!("/api/v1/ballots/{}/{part}", ballot.id);
    let mut connection = Connection::new(site.server.address(), Duration::from_secs(10));
    let whole = http::get(&path, None);
    let answer = connection.send(&whole).await?;
    if answer.status != 200 {
        bail!("GET {path} answered {}", answer.status);
    }
    let etag = answer.header("etag").context("what is public has an ETag")?.to_owned();
    let reply = Reply::record(&answer)?;
    let known = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {etag}\r\n\r\n").into_bytes();
    let answer = connection.send(&known).await?;
    if answer.status != 304 {
        bail!("GET {path} with its own ETag answered {}", answer.status);
    }
    let not_modified = Reply::record(&answer)?;
    Ok((path, reply, not_modified, [whole, known]))
}

async fn compare(site: &Site, bare: &Bare, scale: &Scale, reading: &Reading) -> Result<Row> {
    let run = |target, time| load::closed(target, &reading.requests, CONNECTIONS, Supply::Again(time));
    for target in [site.target()?, bare.target()] {
        run(target, scale.warm_up).await?;
    }
    let mut rounds = Vec::new();
    for number in 1..=scale.readings {
        site.say(format_args!("P7, round {number}: {}", reading.what));
        let urna = run(site.target()?, scale.reading).await?;
        let bare = run(bare.target(), scale.reading).await?;
        if urna.others(reading.status) > 0 || bare.others(reading.status) > 0 {
            let (urna, bare) = (urna.instead_of(reading.status), bare.instead_of(reading.status));
            bail!("{}: not the right answers: {urna}; of the bare handler: {bare}", reading.what);
        }
        rounds.push((urna, bare));
    }
    let rate = |run: &load::Run| run.rate(reading.status);
    let detail = format!(
        "{} requests/s (p99 {:.1} ms, {:.1} µs of the server each) against {} ({:.1} µs)",
        thousands(median(rounds.iter().map(|(urna, _)| rate(urna)))),
        median(rounds.iter().map(|(urna, _)| millis(urna.times().p99()))),
        median(rounds.iter().map(|(urna, _)| urna.micros_each(urna.spent.server))),
        thousands(median(rounds.iter().map(|(_, bare)| rate(bare)))),
        median(rounds.iter().map(|(_, bare)| bare.micros_each(bare.spent.server))),
    );
    let ratio = median(rounds.iter().map(|(urna, bare)| rate(urna) / rate(bare)));
    let what = format!("{}, requests/s, of the bare handler", reading.what);
    Ok(Row::new(Goal::P7, site.engine, what).at_least(0.95, ratio, Unit::Times).detail(detail))
}
