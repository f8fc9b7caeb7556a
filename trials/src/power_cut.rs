//! The power-cut test: what the real server wrote while votes were cast, with the power cut at any point of it.
//!
//! The server runs under strace. What it did with the files of its SQLite database is replayed onto a disk on which
//! nothing is certain but what was synced ([`disk`]), up to a random point; SQLite opens what is left, and every vote
//! that was acknowledged before that point must be there. To see that the test can find something, each run also makes
//! some cuts of a trace from which the syncs of the commits were taken out ([`plant`]), and fails if no vote is lost.

mod afterwards;
mod cuts;
mod disk;
mod folder;
mod plant;
mod recording;
mod recover;
mod strace;
mod trace;
mod trial;

use std::path::PathBuf;

use anyhow::{Result, bail};
use urna_app::random;

use self::folder::Folder;
use self::recording::Recording;
use self::trial::Trial;
use crate::faults;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many cuts
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    cuts: u32,
    /// Where chance begins; the recording is another one each time
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// How many votes are cast while it is recorded
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    votes: u32,
    /// Plant a fault, and succeed only if it is found
    #[arg(long)]
    plant: Option<Plant>,
    /// The server to record, instead of the one that was built with this program
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Add what comes of it to docs/reliability.json, and write the table of docs/reliability.md
    #[arg(long, conflicts_with_all = ["plant", "server"])]
    record: bool,
}

/// Faults that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Plant {
    /// The trace without the syncs that SQLite leaves out with `synchronous = normal`
    SynchronousNormal,
}

/// How many cuts each run makes with the fault planted.
const CUTS_WITH_PLANT: u32 = 20;

/// Cuts the power.
pub(crate) async fn run(options: Options) -> Result<()> {
    let record = options.record.then(faults::read_record).transpose()?;
    let seed = options.seed.unwrap_or_else(|| u64::from(u32::from_be_bytes(random::bytes())));
    eprintln!("Recording the server while {} votes are cast, seed {seed}…", options.votes);
    let memory = Folder::in_memory()?;
    let recording = Recording::make(options.votes, options.server, &memory).await?;
    let trial = Trial::new(recording, memory, seed)?;
    eprintln!("{}", trial.describe()?);
    if let Some(Plant::SynchronousNormal) = options.plant {
        return trial.plant(options.cuts).await;
    }
    trial.plant(CUTS_WITH_PLANT).await?;
    let tally = trial.cut(options.cuts).await?;
    if let Some(record) = record {
        faults::add_power_cuts(record, tally)?;
    }
    match tally.violations {
        0 => Ok(()),
        cuts => bail!("{cuts} of {} cuts break a promise", options.cuts),
    }
}
