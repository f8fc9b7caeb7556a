//! P10 and P12: the cost of a vote does not depend on the size of the ballot, or on other ballots.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::Scale;
use super::electorate::Votes;
use super::latency::CONNECTIONS;
use super::load::{self, Run, Supply};
use super::measure::{count, median};
use super::report::{Goal, Row, Unit, thousands};
use super::schedule::poisson;
use super::site::{self, Site};

/// The maximum rate in votes per second while the cost is measured.
const RATE: f64 = 4_000.0;

/// The number of ballots open at once.
const BALLOTS: usize = 8;

/// Measures the cost of the first, the later and the last votes of a ballot under the same load.
pub(super) async fn cost(site: &mut Site, scale: &Scale) -> Result<Row> {
    let rate = (site.maximum(scale.peak_votes).await? / 4.0).min(RATE);
    let all = scale.attendees;
    let windows = [(0, 1_000), (all / 10 - 1_000, all / 10), (all - all / 10, all)];
    let mut costs = [const { Vec::new() }; 3];
    for number in 1..=scale.rounds {
        site.say(format_args!("P10, round {number}: {} votes on one ballot", thousands(count(all))));
        let votes = site.votes(all).await?;
        let mut done = 0;
        for (costs, (from, to)) in costs.iter_mut().zip(windows) {
            if from > done {
                let part = votes.part(done, from);
                let supply = Supply::Once(Duration::MAX);
                let between = load::closed(site.target()?, &part, site::CONNECTIONS, supply).await?;
                take(site, &votes, &between, done);
            }
            let schedule = poisson(rate, Duration::MAX, to - from, u64::try_from(number)?);
            let run = load::open(site.target()?, &votes.part(from, to), CONNECTIONS, schedule).await?;
            take(site, &votes, &run, from);
            costs.push(run.micros_each(run.spent.server + run.spent.database));
            done = to;
        }
    }
    site.check().await?;
    let costs = costs.map(median);
    let named: Vec<String> = windows
        .iter()
        .zip(costs)
        .map(|((from, to), cost)| format!("{}–{}: {cost:.1} µs", thousands(count(from + 1)), thousands(count(*to))))
        .collect();
    let detail = format!("per vote, at {} votes/s: {}", thousands(rate), named.join(", "));
    let (least, most) = costs.iter().fold((f64::MAX, 0.0), |(least, most), cost| (cost.min(least), cost.max(most)));
    Ok(Row::new(Goal::P10, site.engine, "processor time per vote in one ballot: the dearest part, of the cheapest")
        .at_most(1.2, most / least, Unit::Times)
        .detail(detail))
}

fn take(site: &mut Site, votes: &Votes, run: &Run, offset: usize) {
    site.note_refused("P10", run);
    site.witness(votes, run, offset);
}

/// Measures the maximum on one ballot and on eight, in turn.
pub(super) async fn several(site: &mut Site, scale: &Scale) -> Result<Row> {
    let mut rounds = Vec::new();
    for number in 1..=scale.rounds {
        site.say(format_args!("P12, round {number}: one ballot"));
        let votes = site.votes(scale.several_votes).await?;
        let one = site.cast_closed(&votes, site::CONNECTIONS).await?;
        site.say(format_args!("P12, round {number}: {BALLOTS} ballots at once"));
        let eight = on_several(site, scale.several_votes / BALLOTS).await?;
        site.note_refused("P12, one ballot", &one);
        site.note_refused("P12, several", &eight);
        rounds.push((one.rate(201), eight.rate(201)));
    }
    site.check().await?;
    let detail = format!(
        "{} votes/s on {BALLOTS} ballots, {} on one",
        thousands(median(rounds.iter().map(|(_, eight)| *eight))),
        thousands(median(rounds.iter().map(|(one, _)| *one))),
    );
    let ratio = median(rounds.iter().map(|(one, eight)| eight / one));
    Ok(Row::new(Goal::P12, site.engine, "votes/s on eight ballots at once, of those on one")
        .at_least(0.8, ratio, Unit::Times)
        .detail(detail))
}

/// Lets every voter vote on each ballot; the ballots take turns.
async fn on_several(site: &mut Site, voters: usize) -> Result<Run> {
    let mut ballots = Vec::new();
    for _ in 0..BALLOTS {
        ballots.push(site.votes(voters).await?);
    }
    let requests = (0..voters).flat_map(|voter| ballots.iter().map(move |votes| votes.requests[voter].clone()));
    let requests = Arc::new(requests.collect());
    let run = load::closed(site.target()?, &requests, site::CONNECTIONS, Supply::Once(Duration::MAX)).await?;
    for (place, votes) in ballots.iter().enumerate() {
        let of_this = run.samples.iter().filter(|sample| sample.item % BALLOTS == place);
        let mut of_this: Vec<_> = of_this.cloned().collect();
        for sample in &mut of_this {
            sample.item /= BALLOTS;
        }
        site.witness_samples(votes, &of_this, 0);
    }
    Ok(run)
}
