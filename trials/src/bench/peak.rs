//! P1, P2 and P11: votes per second, and the cost of each.

use anyhow::{Result, bail};

use super::Scale;
use super::bare::{Bare, Replies};
use super::load::{self, Run, Supply};
use super::measure::{median, micros, millis};
use super::report::{Goal, Row, Unit, thousands};
use super::site::{CONNECTIONS, Engine, Site};
use super::yardsticks::{self, Writing};

/// Measurements taken right after each other.
struct Round {
    urna: Run,
    bare: Run,
    /// Votes per second of pgbench, with two statements and with one.
    pgbench: Option<(f64, f64)>,
}

impl Round {
    fn share(&self) -> f64 {
        self.urna.rate(201) / self.bare.rate(201)
    }

    /// CPU time of server and database per vote, in microseconds.
    fn cost(&self) -> f64 {
        self.urna.micros_each(self.urna.spent.server + self.urna.spent.database)
    }

    fn bare_cost(&self) -> f64 {
        self.bare.micros_each(self.bare.spent.server)
    }
}

/// Runs closed loops on the product and the bare server in turn.
pub(super) async fn measure(site: &mut Site, scale: &Scale, with_pgbench: bool) -> Result<Vec<Row>> {
    let replies = Replies { vote: Some(site.record_vote().await?), reads: Vec::new() };
    let bare = Bare::start(site.server.folder(), &replies).await?;
    // The first votes after a start meet cold caches, on both.
    let warm = site.votes(scale.peak_votes / 10).await?;
    site.cast_closed(&warm, CONNECTIONS).await?;
    load::closed(bare.target(), &warm.requests, CONNECTIONS, Supply::Again(scale.warm_up)).await?;
    let with_pgbench = with_pgbench && site.engine == Engine::Postgres;
    let mut rounds = Vec::new();
    for number in 1..=scale.rounds {
        rounds.push(round(site, &bare, scale, number, with_pgbench).await?);
    }
    site.maximum = Some(median(rounds.iter().map(|round| round.urna.rate(201))));
    let mut rows = vec![shares(site.engine, &rounds)];
    if with_pgbench {
        rows.extend(against_pgbench(&rounds));
    }
    rows.push(costs(site.engine, &rounds));
    site.check().await?;
    Ok(rows)
}

async fn round(site: &mut Site, bare: &Bare, scale: &Scale, number: usize, with_pgbench: bool) -> Result<Round> {
    site.say(format_args!("P1, round {number}: every voter loads the ballot"));
    let votes = site.votes(scale.peak_votes).await?;
    site.say(format_args!("P1, round {number}: {CONNECTIONS} connections vote"));
    let urna = site.cast_closed(&votes, CONNECTIONS).await?;
    site.say(format_args!("P1, round {number}: {} votes/s; the bare handler", thousands(urna.rate(201))));
    let bare = load::closed(bare.target(), &votes.requests, CONNECTIONS, Supply::Again(scale.bare)).await?;
    site.note_refused("P1", &urna);
    if bare.others(201) > 0 {
        bail!("the bare handler did not answer as it should: {}", bare.instead_of(201));
    }
    let mut pgbench = None;
    if with_pgbench {
        site.say(format_args!("P2, round {number}: pgbench"));
        let run = |writing| yardsticks::pgbench(&site.cluster, site.server.folder(), writing, scale.pgbench);
        pgbench = Some((run(Writing::TwoStatements)?, run(Writing::OneStatement)?));
    }
    Ok(Round { urna, bare, pgbench })
}

fn shares(engine: Engine, rounds: &[Round]) -> Row {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let detail = format!(
        "{} votes/s (p50 {:.1} ms, p99 {:.1} ms, the server on {:.2} cores, PostgreSQL on {:.2}, the load generator on {:.2}) \
         against {} requests/s of the bare handler (p50 {:.1} ms, p99 {:.1} ms, {:.2} cores, the load generator on {:.2})",
        thousands(of(|round| round.urna.rate(201))),
        of(|round| millis(round.urna.times().p50())),
        of(|round| millis(round.urna.times().p99())),
        of(|round| round.urna.share(round.urna.spent.server)),
        of(|round| round.urna.share(round.urna.spent.database)),
        of(|round| round.urna.share(round.urna.spent.client)),
        thousands(of(|round| round.bare.rate(201))),
        of(|round| millis(round.bare.times().p50())),
        of(|round| millis(round.bare.times().p99())),
        of(|round| round.bare.share(round.bare.spent.server)),
        of(|round| round.bare.share(round.bare.spent.client)),
    );
    Row::new(Goal::P1, engine, "votes/s, of the bare handler's requests/s")
        .at_least(0.4, of(Round::share), Unit::Times)
        .detail(detail)
}

fn against_pgbench(rounds: &[Round]) -> [Row; 2] {
    let row = |what: &str, limit, of: fn((f64, f64)) -> f64| {
        let pairs = || rounds.iter().filter_map(|round| Some((round.urna.rate(201), of(round.pgbench?))));
        let (urna, pgbench) = (median(pairs().map(|pair| pair.0)), median(pairs().map(|pair| pair.1)));
        Row::new(Goal::P2, Engine::Postgres, format!("votes/s, of `pgbench` with a minimal vote in {what}"))
            .at_least(limit, median(pairs().map(|(urna, pgbench)| urna / pgbench)), Unit::Times)
            .detail(format!("{} votes/s against {}", thousands(urna), thousands(pgbench)))
    };
    [row("two statements", 3.0, |rates| rates.0), row("one statement", 1.5, |rates| rates.1)]
}

fn costs(engine: Engine, rounds: &[Round]) -> Row {
    let limit = if engine == Engine::Sqlite { 2.2 } else { 2.4 };
    let signature = micros(yardsticks::signature());
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let ratio = median(rounds.iter().map(|round| round.cost() / (round.bare_cost() + signature)));
    let detail = format!(
        "{:.1} µs of the server and {:.1} µs of PostgreSQL per vote, against {:.1} µs per request of the bare handler and \
         {signature:.1} µs for a signature",
        of(|round| round.urna.micros_each(round.urna.spent.server)),
        of(|round| round.urna.micros_each(round.urna.spent.database)),
        of(Round::bare_cost),
    );
    Row::new(Goal::P11, engine, "processor time per vote, of the bare handler's and one Ed25519 signature")
        .at_most(limit, ratio, Unit::Times)
        .detail(detail)
}
