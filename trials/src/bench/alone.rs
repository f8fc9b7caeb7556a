//! P4: one attendee at a time.

use anyhow::Result;

use super::Scale;
use super::measure::{median, micros};
use super::report::{Goal, Row, Unit};
use super::site::{Engine, Site};
use super::yardsticks;

/// The number of syncs that measure the disk's own speed, before and after each round.
const SYNCS: usize = 100;

/// Casts one vote after the other on one connection, each of another attendee. Measures the disk alone before and
/// after.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Row> {
    let mut rounds = Vec::new();
    let folder = match site.engine {
        Engine::Sqlite => site.server.folder().to_owned(),
        Engine::Postgres => site.cluster.folder().to_owned(),
    };
    for number in 1..=scale.rounds {
        site.say(format_args!("P4, round {number}: one attendee at a time"));
        let votes = site.votes(scale.alone_votes).await?;
        let before = micros(yardsticks::fsync(&folder, SYNCS)?.p50());
        let run = site.cast_closed(&votes, 1).await?;
        let after = micros(yardsticks::fsync(&folder, SYNCS)?.p50());
        site.note_refused("P4", &run);
        let times = run.times();
        rounds.push((micros(times.p50()), micros(times.p99()), f64::midpoint(before, after)));
    }
    site.check().await?;
    let detail = format!(
        "p50 {:.0} µs (p99 {:.0} µs) against {:.0} µs for 8 KiB and one fsync",
        median(rounds.iter().map(|round| round.0)),
        median(rounds.iter().map(|round| round.1)),
        median(rounds.iter().map(|round| round.2)),
    );
    let ratio = median(rounds.iter().map(|(vote, _, fsync)| vote / fsync));
    Ok(Row::new(Goal::P4, site.engine, "p50 of a vote of one attendee alone, of one fsync")
        .at_most(3.0, ratio, Unit::Times)
        .detail(detail))
}
