//! P8: closing and counting.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::json;
use urna_trials::api::Ballot;

use super::Scale;
use super::electorate::Votes;
use super::load::{self, Supply};
use super::measure::{count, mebibytes, median};
use super::report::{Goal, Row, Unit, thousands};
use super::site::{CONNECTIONS, Progress, Site, Size};

/// How many votes are made beforehand at a time.
const CHUNK: usize = 100_000;

/// How long a close is waited for that the server does not answer in time.
const LIMIT: Duration = Duration::from_mins(5);

/// Votes per second below which a million are not cast.
const FAST_ENOUGH: f64 = 4_000.0;

/// How a ballot was closed.
struct Closing {
    close: Duration,
    tally: Duration,
    /// Whether the request that closes was answered with success.
    answered: bool,
    /// The most memory that the server ever had, in bytes, before and after.
    peak: [u64; 2],
}

/// Small and middling ballots, on the site that is there.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let large = scale.attendees;
    for (votes, rounds, limit) in [(1_000, scale.rounds, 0.1), (large, 1, 2.0)] {
        site.restart().await?;
        let mut closings = Vec::new();
        for number in 1..=rounds {
            site.say(format_args!("P8, round {number}: {} votes are cast and closed", thousands(count(votes))));
            closings.push(cast_and_close(site, votes).await?);
        }
        rows.push(row(site, votes, limit, &closings));
        site.check().await?;
    }
    Ok(rows)
}

/// A million votes, on a site of their own.
pub(super) async fn million(site: &mut Site, scale: &Scale, folder: &Path, progress: Progress) -> Result<Vec<Row>> {
    const VOTES: usize = 1_000_000;
    if site.maximum(scale.peak_votes).await? < FAST_ENOUGH {
        site.say("P8: a million votes would take too long");
        return Ok(vec![Row::new(Goal::P8, site.engine, what(VOTES))]);
    }
    let size = Size { attendees: VOTES, hall: 1, organisers: 1 };
    let mut large = Site::start(site.engine, "million", folder, &site.cluster, size, progress).await?;
    large.say("P8: a million votes are cast and closed");
    let closing = cast_and_close(&mut large, VOTES).await?;
    let memory = Row::new(Goal::P8, site.engine, "the most memory of the server, with the close of a million votes")
        .at_most(1024.0, mebibytes(closing.peak[1]), Unit::Mebibytes);
    let time = row(&large, VOTES, 20.0, &[closing]);
    large.check().await?;
    Ok(vec![time, memory])
}

fn what(votes: usize) -> String {
    format!("close and tally of {} votes", thousands(count(votes)))
}

fn row(site: &Site, votes: usize, limit: f64, closings: &[Closing]) -> Row {
    let of = |part: fn(&Closing) -> f64| median(closings.iter().map(part));
    let (close, tally) = (of(|closing| closing.close.as_secs_f64()), of(|closing| closing.tally.as_secs_f64()));
    let late = if closings.iter().all(|closing| closing.answered) { "" } else { ", which the server did not wait for" };
    let detail = format!(
        "{close:.3} s until it is closed{late}, {tally:.3} s for the tally; the server had {:.1} MiB at most before the \
         close, {:.1} MiB after it",
        of(|closing| mebibytes(closing.peak[0])),
        of(|closing| mebibytes(closing.peak[1])),
    );
    let total = of(|closing| (closing.close + closing.tally).as_secs_f64());
    Row::new(Goal::P8, site.engine, what(votes)).at_most(limit, total, Unit::Seconds).detail(detail)
}

async fn cast_and_close(site: &mut Site, number: usize) -> Result<Closing> {
    let ballot = site.open_ballot().await?;
    let mut done = 0;
    while done < number {
        let votes = Votes::prepare(&ballot, &site.voters[done..number.min(done + CHUNK)]);
        let supply = Supply::Once(Duration::MAX);
        let run = load::closed(site.target()?, &votes.requests, CONNECTIONS, supply).await?;
        if run.others(201) > 0 {
            bail!("{} votes were refused or lost", run.others(201));
        }
        done += votes.requests.len();
        site.witness(&votes, &run, 0);
    }
    let before = site.server.memory()?.peak;
    let begun = Instant::now();
    let answered = close(site, &ballot, begun).await?;
    let closed = begun.elapsed();
    let begun = Instant::now();
    site.api.get(&format!("/ballots/{}/tally", ballot.id)).await?;
    let peak = [before, site.server.memory()?.peak];
    Ok(Closing { close: closed, tally: begun.elapsed(), answered, peak })
}

/// Closes. Where the server gives up answering, the ballot may still become closed.
async fn close(site: &mut Site, ballot: &Ballot, begun: Instant) -> Result<bool> {
    let path = format!("/ballots/{}/transitions", ballot.id);
    let said = site.api.call("POST", &path, Some(&json!({"to": "closed"}))).await;
    if matches!(said, Ok((200..300, _))) {
        return Ok(true);
    }
    while begun.elapsed() < LIMIT {
        if site.api.state(ballot).await.is_ok_and(|state| state == "closed") {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the ballot could not be closed: {said:?}")
}
