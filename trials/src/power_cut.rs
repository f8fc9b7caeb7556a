//! The power-cut test: cuts the power at any point of the real server's writes while votes are cast.
//!
//! The server runs under strace. Its operations on the files of its SQLite database are replayed up to a random point,
//! onto a simulated disk that guarantees only synced data ([`disk`]). SQLite opens the remains, and every vote that was
//! acknowledged before that point must be there. To prove that the test can find faults, each run also cuts a trace
//! from which the syncs of the commits were removed ([`plant`]), and fails if no vote is lost.

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

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Number of cuts
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    cuts: u32,
    /// Seed of the random numbers; the recording still differs each time
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Votes cast during the recording
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    votes: u32,
    /// Plant a fault, and succeed only if it is found
    #[arg(long)]
    plant: Option<Plant>,
    /// Server to record, instead of the one built with this program
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Add the outcome to docs/reliability.json, and write the table of docs/reliability.md
    #[arg(long, conflicts_with_all = ["plant", "server"])]
    record: bool,
}

/// Faults that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Plant {
    /// The trace without the syncs that SQLite leaves out with `synchronous = normal`
    SynchronousNormal,
}

/// Cuts per run with the fault planted.
const CUTS_WITH_PLANT: u32 = 20;

/// Runs the test.
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
