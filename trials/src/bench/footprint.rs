//! P9: memory, start-up time and size.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::Scale;
use super::latency::CONNECTIONS;
use super::measure::{count, mebibytes, median, millis};
use super::report::{Goal, Row, Unit, thousands};
use super::schedule::poisson;
use super::site::{Engine, Site};

/// Votes per second of the load.
const RATE: f64 = 9_000.0;

/// The number of starts.
const STARTS: usize = 5;

/// How long a fresh server is left idle.
const SETTLE: Duration = Duration::from_secs(2);

/// Measures a fresh server, then with everybody signed in, then another one under load.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    site.say(format_args!("P9: {STARTS} starts"));
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(millis(site.restart().await?));
    }
    let row = |site: &Site, what: String| Row::new(Goal::P9, site.engine, what);
    if site.engine == Engine::Sqlite {
        let every: Vec<String> = starts.iter().map(|start| format!("{start:.0}")).collect();
        rows.push(
            row(site, "from the start to ready, on an existing file".to_owned())
                .at_most(50.0, median(starts), Unit::Millis)
                .detail(format!("{} ms", every.join(", "))),
        );
    }
    tokio::time::sleep(SETTLE).await;
    let idle = mebibytes(site.server.memory()?.resident);
    rows.push(row(site, "memory, idle".to_owned()).at_most(30.0, idle, Unit::Mebibytes));
    rows.push(with_everybody(site, scale).await?);
    rows.push(under_load(site, scale).await?);
    let size = std::fs::metadata(&site.server.instance().urna).context("the binary is there")?.len();
    rows.push(row(site, "the release binary".to_owned()).at_most(40.0, mebibytes(size), Unit::Mebibytes));
    Ok(rows)
}

async fn with_everybody(site: &mut Site, scale: &Scale) -> Result<Row> {
    site.say(format_args!("P9: {} attendees load a ballot", thousands(count(scale.attendees))));
    let ballot = site.open_ballot().await?;
    site.load(&ballot, scale.attendees).await?;
    let memory = site.server.memory()?;
    let what = format!("memory, with {} attendees who have loaded a ballot", thousands(count(scale.attendees)));
    let detail = format!("{:.1} MiB at most", mebibytes(memory.peak));
    let row = Row::new(Goal::P9, site.engine, what);
    Ok(row.at_most(150.0, mebibytes(memory.resident), Unit::Mebibytes).detail(detail))
}

async fn under_load(site: &mut Site, scale: &Scale) -> Result<Row> {
    site.say(format_args!("P9: {} votes/s on {CONNECTIONS} connections", thousands(RATE)));
    site.restart().await?;
    let schedule = poisson(RATE, scale.open, scale.attendees, 9);
    let votes = site.votes(schedule.len()).await?;
    let run = site.cast_open(&votes, CONNECTIONS, schedule).await?;
    let memory = site.server.memory()?;
    site.check().await?;
    let detail = format!(
        "{} votes/s recorded, {} refused; {:.1} MiB at the end",
        thousands(run.rate(201)),
        run.others(201),
        mebibytes(memory.resident)
    );
    Ok(Row::new(Goal::P9, site.engine, "memory at most, under 9,000 votes/s on 1,000 connections")
        .at_most(80.0, mebibytes(memory.peak), Unit::Mebibytes)
        .detail(detail))
}
