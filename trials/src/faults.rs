//! The fault harness: injects faults under load, and checks every promise after each.

mod catalogue;
mod clock;
mod crowd;
mod cut;
mod database_killed;
mod disk;
mod failover;
mod fingerprint;
mod ground;
mod killed;
mod mail;
mod network;
mod poll;
mod promises;
mod proxy;
mod races;
mod record;
mod report;
mod slow;
mod smtp;
mod stopped;
mod tally;
mod trial;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use urna_app::random;
use xtask::environment;

pub(crate) use self::catalogue::Engine;
use self::catalogue::{POWER_CUT, ROWS};
use self::ground::{Ground, Setup, rounds};
pub(crate) use self::record::Record;
use self::record::Tallies;
pub(crate) use self::report::write_between;
pub(crate) use self::tally::Tally;
use self::trial::{Run, Trial};

/// Open files a run may need: a thousand connections and some more.
const FILES: u64 = 8192;

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only these rows of the catalogue of faults
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    only: Vec<u32>,
    /// Rounds of each row on each engine, instead of the row's own number
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
    /// Seed for moments and choices [default: random]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Add the outcome to docs/reliability.json, and write the table of docs/reliability.md
    #[arg(long)]
    record: bool,
}

/// Injects the faults, and checks the invariants after each.
pub(crate) async fn run(options: Options) -> Result<()> {
    let unknown = options.only.iter().find(|number| ROWS.iter().all(|row| row.number != **number));
    if let Some(number) = unknown {
        bail!("there is no row {number} here; there are {}", ROWS.map(|row| row.number.to_string()).join(", "));
    }
    allow_files()?;
    let record = options.record.then(read_record).transpose()?;
    let seed = options.seed.unwrap_or_else(|| u64::from(u32::from_le_bytes(random::bytes())));
    eprintln!("Faults, with seed {seed}");
    let mut trial = Trial::begin(seed)?;
    for row in ROWS.iter().filter(|row| options.only.is_empty() || options.only.contains(&row.number)) {
        eprintln!("Row {}: {}", row.number, row.title);
        for engine in row.engines {
            let rounds = options.rounds.unwrap_or(row.rounds);
            let mut run = Run::begin(&mut trial, row, *engine, rounds)?;
            let done = run_row(&mut run).await;
            run.end();
            if let Err(error) = done {
                eprintln!("NOT TRIED: row {}, {engine}: {error:#}", row.number);
                trial.failures.push(format!("row {}, {engine}: {error:#}", row.number));
            }
        }
    }
    if let Some(record) = record {
        add_to_record(record, &trial.tallies)?;
    }
    verdict(&trial)
}

/// The record for this build. Read before a run, because the sources may change meanwhile.
pub(crate) fn read_record() -> Result<Record> {
    let root = environment::root();
    Record::read(&root.join(record::FILE), fingerprint::of(root)?)
}

fn add_to_record(mut record: Record, tallies: &Tallies) -> Result<()> {
    let root = environment::root();
    record.add(tallies);
    record.now.commit = fingerprint::commit(root).or(record.now.commit);
    record.write(&root.join(record::FILE))?;
    write_between(root, "faults", &report::table(&record))
}

/// Adds the outcome of power cuts.
pub(crate) fn add_power_cuts(record: Record, tally: Tally) -> Result<()> {
    add_to_record(record, &Tallies::from([((POWER_CUT.number, Engine::Sqlite), tally)]))
}

async fn run_row(run: &mut Run<'_>) -> Result<()> {
    let on = |setup: Setup| async move |run: &mut Run<'_>| Ground::set(run, setup).await;
    match run.row.number {
        1 | 2 => rounds(run, on(killed::ALONE), killed::alone).await,
        3 => database_killed::run(run).await,
        4 => failover::run(run).await,
        6 => disk::run(run).await,
        7 => rounds(run, on(stopped::SETUP), stopped::round).await,
        8 => network::run(run).await,
        9 => rounds(run, on(cut::setup(run.engine)), cut::round).await,
        10 => rounds(run, on(races::one_attendee_setup(run.engine)), races::one_attendee).await,
        11 => rounds(run, on(races::close_setup(run.engine)), races::close).await,
        12 => rounds(run, on(killed::BESIDE), killed::one_of_two).await,
        13 => clock::run(run).await,
        14 => mail::run(run).await,
        16 => rounds(run, on(slow::SETUP), slow::round).await,
        number => bail!("row {number} has no rounds"),
    }
}

fn verdict(trial: &Trial) -> Result<()> {
    let violations: u64 = trial.tallies.values().map(|tally| tally.violations).sum();
    match (violations, trial.failures.len()) {
        (0, 0) => Ok(()),
        (0, failures) => bail!("{failures} rows could not be tried, and so have not passed"),
        (violations, _) => bail!("{violations} violations, with seed {}", trial.seed),
    }
}

/// Shells start programs with a low soft limit, which each may raise itself.
fn allow_files() -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < FILES) {
        let files = maximum.map_or(FILES, |maximum| maximum.min(FILES));
        setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum })
            .context("the limit of open files cannot be raised")?;
    }
    Ok(())
}
