//! The power-cut test: what the real server wrote while votes were cast, with the power cut at any point of it.
//!
//! The server runs under strace. What it did with the files of its SQLite database is replayed onto a disk on which
//! nothing is certain but what was synced ([`disk`]), up to a random point; SQLite opens what is left, and every vote
//! that was acknowledged before that point must be there. To see that the test can find something, each run also makes
//! some cuts of a trace from which the syncs of the commits were taken out ([`plant`]), and fails if no vote is lost.

mod afterwards;
mod chance;
mod cuts;
mod disk;
mod plant;
mod recording;
mod recover;
mod strace;
mod trace;

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use urna_app::random;
use urna_core::{Tracker, TrackerHash};
use xtask::environment;

use self::cuts::Outcome;
use self::recording::Recording;
use self::recover::Oracle;
use self::trace::{Event, Synced, What};

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
}

/// Faults that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Plant {
    /// The trace without the syncs that SQLite leaves out with `synchronous = normal`
    SynchronousNormal,
}

/// How many cuts each run makes with the fault planted.
const CUTS_WITH_PLANT: u32 = 20;

/// After how many cuts of a run the server is started on what is left.
const WHOLE_WAYS: u32 = 3;

/// How many outcomes with violations are kept.
const KEPT: usize = 5;

/// A trace, and what is known of it.
struct Trial {
    recording: Recording,
    oracle: Arc<Oracle>,
    /// The trackers in the order of their acknowledgements.
    order: Vec<String>,
    hashes: Arc<Vec<TrackerHash>>,
    seed: u64,
}

/// Cuts the power.
pub(crate) async fn run(options: Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| u64::from(u32::from_be_bytes(random::bytes())));
    eprintln!("Recording the server while {} votes are cast, seed {seed}…", options.votes);
    let recording = Recording::make(options.votes, options.server).await?;
    let trial = Trial::new(recording, seed)?;
    eprintln!("{}", trial.describe()?);
    if options.plant.is_some() {
        return trial.plant(options.cuts).await;
    }
    trial.plant(CUTS_WITH_PLANT).await?;
    trial.cut(options.cuts).await
}

impl Trial {
    fn new(recording: Recording, seed: u64) -> Result<Self> {
        let oracle = Arc::new(Oracle::new(&recording)?);
        let acknowledged = recording.events.iter().filter_map(|event| event.what.acknowledged());
        let order: Vec<String> = acknowledged.map(str::to_owned).collect();
        let hash = |tracker: &String| Ok(tracker.parse::<Tracker>()?.hash());
        let hashes = Arc::new(order.iter().map(hash).collect::<Result<_>>()?);
        Ok(Self { recording, oracle, order, hashes, seed })
    }

    /// What was recorded. Without a checkpoint it would miss half of what SQLite does.
    fn describe(&self) -> Result<String> {
        let log = |file: &usize| self.recording.is_log(*file);
        let (mut writes, mut syncs, mut checkpoints, mut others) = (0, 0, 0, 0);
        for event in &self.recording.events {
            match &event.what {
                What::Change { .. } => writes += 1,
                What::Sync { of: Synced::File(file), .. } if log(file) => syncs += 1,
                What::Sync { of: Synced::File(_), .. } => checkpoints += 1,
                What::Sync { .. } => others += 1,
                _ => {}
            }
        }
        ensure!(checkpoints > 0, "SQLite made no checkpoint: more votes are needed");
        Ok(format!(
            "{} votes: {writes} writes; {syncs} syncs of the log, {checkpoints} of the database, {others} of the folder",
            self.order.len()
        ))
    }

    /// From the first acknowledgement to the server's end.
    fn stretch(events: &[Event]) -> Result<Range<usize>> {
        let first = events.iter().position(|event| event.what.acknowledged().is_some());
        Ok(first.context("no vote was acknowledged")?..events.len())
    }

    /// Plants `synchronous = normal`, and sees that votes are lost.
    async fn plant(&self, count: u32) -> Result<()> {
        let events = plant::synchronous_normal(self.recording.events.clone(), |file| self.recording.is_log(file));
        let cuts = cuts::plan(self.seed, count, Self::stretch(&events)?);
        let (mut lose, mut damaged) = (0, 0);
        let take = |outcome: Outcome| {
            let has = |invariant| outcome.violations.iter().any(|violation| violation.invariant == invariant);
            lose += u32::from(has("I1"));
            damaged += u32::from(has("database"));
            Ok(())
        };
        let oracle = (&self.oracle, &self.hashes);
        cuts::make((self.seed, &cuts), (&self.recording.before, &events), oracle, take).await?;
        eprintln!("With synchronous = normal planted: {lose} of {count} cuts lose acknowledged votes.");
        ensure!(damaged == 0, "{damaged} cuts damage the database, which this fault does not do: the model is wrong");
        ensure!(lose > 0, "the planted fault was not found: this test finds nothing");
        Ok(())
    }

    /// Makes the cuts, and goes the whole way after the last of them.
    async fn cut(&self, count: u32) -> Result<()> {
        let begin = Instant::now();
        let events = &self.recording.events;
        let cuts = cuts::plan(self.seed, count, Self::stretch(events)?);
        let (mut made, mut violated, mut last) = (0, 0, Vec::new());
        let take = |outcome: Outcome| {
            made += 1;
            if made % 200 == 0 {
                eprintln!("{made} of {count} cuts, {} s", begin.elapsed().as_secs());
            }
            if !outcome.violations.is_empty() {
                violated += 1;
                self.keep(&outcome, violated)?;
            }
            if outcome.cut.number > count.saturating_sub(WHOLE_WAYS) {
                last.push(outcome);
            }
            Ok(())
        };
        let oracle = (&self.oracle, &self.hashes);
        cuts::make((self.seed, &cuts), (&self.recording.before, events), oracle, take).await?;
        for mut outcome in last {
            outcome.violations = self.go_on(&outcome).await?;
            if !outcome.violations.is_empty() {
                violated += 1;
                self.keep(&outcome, violated)?;
            }
        }
        if violated > 0 {
            bail!("{violated} of {count} cuts break a promise");
        }
        eprintln!("{count} cuts, {} s: no acknowledged vote is lost.", begin.elapsed().as_secs());
        Ok(())
    }

    async fn go_on(&self, outcome: &Outcome) -> Result<Vec<urna_trials::invariants::Violation>> {
        let (cut, acknowledged) = (outcome.cut, &self.order[..outcome.acknowledged]);
        let votes = self.order.len();
        eprintln!(
            "After cut {}, with {} of {votes} votes acknowledged: on to the result…",
            cut.number,
            acknowledged.len()
        );
        let way = afterwards::go_on(&self.recording, outcome, acknowledged).await;
        way.with_context(|| format!("after cut {} of seed {}", cut.number, self.seed))
    }

    /// Says what was found, and keeps the files of the first few.
    fn keep(&self, outcome: &Outcome, nth: usize) -> Result<()> {
        let Outcome { cut, .. } = outcome;
        eprintln!("Cut {} of seed {}, after {} events, {:?}:", cut.number, self.seed, cut.after, cut.survival);
        for violation in outcome.violations.iter().take(KEPT) {
            eprintln!("    {violation}");
        }
        if nth > KEPT {
            return Ok(());
        }
        let parent = environment::scratch("power-cut").join(format!("seed-{}", self.seed));
        let folder = parent.join(format!("cut-{}", cut.number));
        fs::create_dir_all(&folder)?;
        cuts::save(&outcome.image, &folder)?;
        if nth == 1 {
            fs::copy(&self.recording.trace, parent.join("trace"))?;
        }
        eprintln!("    kept in {}", folder.display());
        Ok(())
    }
}
