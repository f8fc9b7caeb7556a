//! P3, and latency over offered load, with an open arrival process.

use anyhow::Result;

use super::Scale;
use super::load::Run;
use super::measure::{median, millis};
use super::report::{Goal, Row, Unit, thousands};
use super::schedule::poisson;
use super::site::{Engine, Site};

/// The connections of the arriving voters.
pub(super) const CONNECTIONS: usize = 1_000;

/// The steps of offered load, as a percentage of the closed loop's maximum.
const STEPS: [u32; 8] = [10, 25, 40, 55, 70, 85, 100, 110];

/// One step of offered load.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) engine: Engine,
    /// Percentage of the maximum.
    pub(super) step: u32,
    /// Arrivals per second.
    pub(super) offered: f64,
    /// Recorded votes per second.
    pub(super) recorded: f64,
    /// Milliseconds from the intended arrival to the response.
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) p999: f64,
    /// Votes refused or lost.
    pub(super) refused: usize,
}

/// Measures at half of the maximum.
pub(super) async fn half(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let rate = site.maximum(scale.peak_votes).await? / 2.0;
    let mut runs = Vec::new();
    for number in 1..=scale.rounds {
        let schedule = poisson(rate, scale.open, scale.attendees, u64::try_from(number)?);
        site.say(format_args!("P3, round {number}: {} votes arrive", thousands(super::measure::count(schedule.len()))));
        let votes = site.votes(schedule.len()).await?;
        let run = site.cast_open(&votes, CONNECTIONS, schedule).await?;
        site.note_refused("P3", &run);
        runs.push(run);
    }
    site.check().await?;
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
    let detail = format!(
        "{} votes/s arrive on {CONNECTIONS} connections: p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms; the server on {:.2} cores, \
         PostgreSQL on {:.2}, the load generator on {:.2}",
        thousands(rate),
        of(|run| millis(run.times().p50())),
        of(|run| millis(run.times().p99())),
        of(|run| millis(run.times().p999())),
        of(|run| run.share(run.spent.server)),
        of(|run| run.share(run.spent.database)),
        of(|run| run.share(run.spent.client)),
    );
    let row = |what: &str| Row::new(Goal::P3, site.engine, format!("at half of the maximum, {what}"));
    let refused: usize = runs.iter().map(|run| run.others(201)).sum();
    Ok(vec![
        row("p99").at_most(25.0, of(|run| millis(run.times().p99())), Unit::Millis).detail(detail),
        row("p99.9").at_most(100.0, of(|run| millis(run.times().p999())), Unit::Millis),
        row("votes lost or refused").at_most(0.0, super::measure::count(refused), Unit::Count),
    ])
}

/// Measures from a tenth of the maximum to beyond it.
pub(super) async fn sweep(site: &mut Site, scale: &Scale) -> Result<Vec<Point>> {
    let maximum = site.maximum(scale.peak_votes).await?;
    let mut points = Vec::new();
    for step in STEPS {
        let rate = maximum * f64::from(step) / 100.0;
        site.say(format_args!("latency at {step} % of the maximum, {} votes/s", thousands(rate)));
        let schedule = poisson(rate, scale.step, scale.attendees, u64::from(step));
        let votes = site.votes(schedule.len()).await?;
        let run = site.cast_open(&votes, CONNECTIONS, schedule).await?;
        let times = run.times();
        points.push(Point {
            engine: site.engine,
            step,
            offered: rate,
            recorded: run.rate(201),
            p50: millis(times.p50()),
            p99: millis(times.p99()),
            p999: millis(times.p999()),
            refused: run.others(201),
        });
    }
    site.check().await?;
    Ok(points)
}
