//! Tests whether response times leak: pairs of requests, one about a known person and one about an unknown one,
//! alternate; the first of each pair is random. The statistical test is robust against outliers.
//!
//! Each run also measures a planted pair, which differs by one database query, and fails if the two are not told apart.

mod requests;
mod signed_ranks;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use urna_app::random;
use urna_trials::http::Connection;
use urna_trials::server::{Instance, Server};
use xtask::guardian::Guardian;
use xtask::postgres::Cluster;

use self::requests::{Pair, Stage};
use crate::chance::Chance;
use crate::faults::Engine;

/// Time limit for a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Chance alone causes such a difference once in thirty thousand trials.
const SURE: f64 = 4.2;

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Pairs of each kind
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u32).range(50..=5_000))]
    pairs: u32,
    /// Only this engine
    #[arg(long)]
    engine: Option<Engine>,
    /// Seed of the random numbers [default: random]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

/// The measurement of one kind of pair.
struct Finding {
    known: Duration,
    unknown: Duration,
    score: f64,
}

/// Runs the measurements.
pub(crate) async fn run(options: Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| u64::from(u32::from_le_bytes(random::bytes())));
    eprintln!("What the time of an answer tells, with seed {seed}");
    let scratch = tempfile::Builder::new().prefix("urna-timing-").tempdir()?;
    let _guardian = Guardian::start(r#"rm -rf "$1""#, &[scratch.path().as_os_str()], None)?;
    println!("| engine | who is told from nobody | pairs | known, median | unknown, median | score | told |");
    println!("|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if options.engine.is_none_or(|only| only == engine) {
            wrong.extend(on_engine(engine, &scratch, &options, seed).await?);
        }
    }
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("; ")) }
}

/// Measures every kind of pair on one engine. Returns the unexpected findings.
async fn on_engine(engine: Engine, scratch: &TempDir, options: &Options, seed: u64) -> Result<Vec<String>> {
    let folder = tempfile::tempdir_in(scratch.path())?;
    let cluster = (engine == Engine::Postgres).then(|| Cluster::start(&[])).transpose()?;
    let instance = match &cluster {
        None => Instance::sqlite(folder.path())?,
        Some(cluster) => Instance::postgres(folder.path(), cluster.create_database("timing")?)?,
    };
    let mut stage = Stage::set(&instance, options.pairs).await?;
    let server = Server::start(instance).await?;
    stage.prepare(server.address()).await?;
    let mut connection = Connection::new(server.address(), TIMEOUT);
    let mut chance = Chance::new(&[seed]);
    let mut wrong = Vec::new();
    for pair in Pair::ALL {
        let pairs = pair.most().min(options.pairs);
        let finding = measure(&mut connection, &mut stage, pair, pairs, &mut chance).await?;
        let told = finding.score.abs() > SURE;
        let Finding { known, unknown, score } = finding;
        let answer = if told { "yes" } else { "no" };
        let (known, unknown) = (known.as_micros(), unknown.as_micros());
        println!("| {engine} | {pair} | {pairs} | {known} µs | {unknown} µs | {score:.1} | {answer} |");
        if told != pair.is_planted() {
            wrong.push(format!("{engine}, {pair}: told from nobody: {answer} (score {score:.1})"));
        }
    }
    Ok(wrong)
}

async fn measure(
    connection: &mut Connection,
    stage: &mut Stage,
    pair: Pair,
    pairs: u32,
    chance: &mut Chance,
) -> Result<Finding> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..pairs {
        let [to_known, to_unknown] = stage.requests(pair, number)?;
        let known_first = chance.percent(50);
        let order = if known_first { [&to_known, &to_unknown] } else { [&to_unknown, &to_known] };
        let mut times = [Duration::ZERO; 2];
        for (request, time) in order.into_iter().zip(&mut times) {
            let begin = Instant::now();
            let answer = connection.send(request).await.with_context(|| format!("{pair}"))?;
            *time = begin.elapsed();
            let status = answer.status;
            ensure!(status == pair.status(), "{pair}: status {status}");
        }
        let [first, second] = times;
        known.push(if known_first { first } else { second });
        unknown.push(if known_first { second } else { first });
    }
    let differences: Vec<f64> =
        known.iter().zip(&unknown).map(|(known, unknown)| known.as_secs_f64() - unknown.as_secs_f64()).collect();
    Ok(Finding { known: median(known), unknown: median(unknown), score: signed_ranks::score(&differences) })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
