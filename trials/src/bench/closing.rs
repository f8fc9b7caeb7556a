//! P8: closing and counting. It also leaves the ballot for P13.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use urna_trials::api::Ballot;

use super::Scale;
use super::electorate::Votes;
use super::load::{self, Supply};
use super::measure::{count, mebibytes, median};
use super::report::{Goal, Row, Unit, thousands};
use super::site::{CONNECTIONS, Progress, Site, Size};
use super::verifying;

/// The number of votes prepared at a time.
const CHUNK: usize = 100_000;

/// How often the close is requested if the server does not finish within its own time limit.
const TRIES: usize = 2;

/// How long to wait for a close that was not answered with success.
const LIMIT: Duration = Duration::from_secs(10);

/// A million votes are cast only at this rate (votes per second) or above.
const FAST_ENOUGH: f64 = 4_000.0;

/// The close of a ballot.
struct Closing {
    ballot: Ballot,
    close: Duration,
    tally: Duration,
    /// The number of requests it took.
    tries: usize,
    /// Votes that were not recorded before the close.
    missing: usize,
    /// The server's peak memory, in bytes, before and after.
    peak: [u64; 2],
}

/// Small and medium ballots, on the existing site.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let large = scale.attendees;
    for (votes, rounds, limit) in [(1_000, scale.rounds, 0.1), (large, 1, 2.0)] {
        site.restart().await?;
        let mut closings = Vec::new();
        for number in 1..=rounds {
            site.say(format_args!("P8, round {number}: {} votes are cast and closed", thousands(count(votes))));
            closings.push(cast_and_close(site, votes).await?.context("the ballot could not be closed")?);
        }
        rows.push(row(site, votes, limit, &closings));
        site.check().await?;
        if let Some(Closing { ballot, .. }) = closings.pop().filter(|_| votes == large) {
            rows.extend(verifying::measure(site, &ballot, votes, scale.rounds).await?);
        }
    }
    Ok(rows)
}

/// A million votes, on their own site.
pub(super) async fn million(site: &mut Site, scale: &Scale, folder: &Path, progress: Progress) -> Result<Vec<Row>> {
    const VOTES: usize = 1_000_000;
    if site.maximum(scale.peak_votes).await? < FAST_ENOUGH {
        site.say("P8: a million votes would take too long");
        return Ok(vec![Row::new(Goal::P8, site.engine, what(VOTES))]);
    }
    let size = Size { attendees: VOTES, hall: 1, organisers: 1 };
    let mut large = Site::start(site.engine, "million", folder, &site.cluster, size, progress).await?;
    large.rankings = site.rankings;
    large.say("P8: a million votes are cast and closed");
    let limit = 20.0;
    let closing = cast_and_close(&mut large, VOTES).await?;
    site.refused.append(&mut large.refused);
    let Some(closing) = closing else {
        large.check_open().await?;
        let detail = "the server gave up before it was closed, each time; the votes are all there";
        let row = Row::new(Goal::P8, site.engine, what(VOTES)).at_most(limit, f64::INFINITY, Unit::Seconds);
        return Ok(vec![row.detail(detail)]);
    };
    let memory = Row::new(Goal::P8, site.engine, "the most memory of the server, with the close of a million votes")
        .at_most(1024.0, mebibytes(closing.peak[1]), Unit::Mebibytes);
    let time = row(&large, VOTES, limit, &[closing]);
    large.check().await?;
    Ok(vec![time, memory])
}

fn what(votes: usize) -> String {
    format!("close and tally of {} votes", thousands(count(votes)))
}

fn row(site: &Site, votes: usize, limit: f64, closings: &[Closing]) -> Row {
    let of = |part: fn(&Closing) -> f64| median(closings.iter().map(part));
    let (close, tally) = (of(|closing| closing.close.as_secs_f64()), of(|closing| closing.tally.as_secs_f64()));
    let tries = closings.iter().map(|closing| closing.tries).max().unwrap_or(0);
    let late = if tries > 1 { format!(" (asked for {tries} times)") } else { String::new() };
    let missing: usize = closings.iter().map(|closing| closing.missing).sum();
    let detail = format!(
        "{close:.3} s until it is closed{late}, {tally:.3} s for the tally; the server had {:.1} MiB at most before the \
         close, {:.1} MiB after it; {missing} votes were refused before",
        of(|closing| mebibytes(closing.peak[0])),
        of(|closing| mebibytes(closing.peak[1])),
    );
    let total = of(|closing| (closing.close + closing.tally).as_secs_f64());
    Row::new(Goal::P8, site.engine, what(votes)).at_most(limit, total, Unit::Seconds).detail(detail)
}

/// `None` if the server fails to close it.
async fn cast_and_close(site: &mut Site, number: usize) -> Result<Option<Closing>> {
    let ballot = site.open_ballot().await?;
    let (mut done, mut missing) = (0, 0);
    while done < number {
        let votes = Votes::prepare(&ballot, &site.voters[done..number.min(done + CHUNK)]);
        let supply = Supply::Once(Duration::MAX);
        let run = load::closed(site.target()?, &votes.requests, CONNECTIONS, supply).await?;
        site.note_refused(format_args!("P8, of {}", thousands(count(number))), &run);
        missing += run.others(201);
        done += votes.requests.len();
        site.witness(&votes, &run, 0);
    }
    let before = site.server.memory()?.peak;
    let begun = Instant::now();
    let Some(tries) = close(site, &ballot).await? else { return Ok(None) };
    let closed = begun.elapsed();
    let begun = Instant::now();
    site.api.get(&format!("/ballots/{}/tally", ballot.id)).await?;
    let peak = [before, site.server.memory()?.peak];
    Ok(Some(Closing { ballot, close: closed, tally: begun.elapsed(), tries, missing, peak }))
}

/// Closes the ballot. Returns the number of requests it took.
async fn close(site: &mut Site, ballot: &Ballot) -> Result<Option<usize>> {
    let path = format!("/ballots/{}/transitions", ballot.id);
    for tries in 1..=TRIES {
        let said = site.api.call("POST", &path, Some(&json!({"to": "closed"}))).await;
        if matches!(said, Ok((200..300, _))) {
            return Ok(Some(tries));
        }
        site.say(format_args!("P8: the close was answered with {said:?}"));
        // It may be closed by now although the request timed out.
        let begun = Instant::now();
        while begun.elapsed() < LIMIT {
            if site.api.state(ballot).await? == "closed" {
                return Ok(Some(tries));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(None)
}
