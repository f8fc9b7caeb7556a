//! A run of the harness: its rounds, their outcomes, and the evidence kept after a violation.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use urna_trials::invariants::Violation;
use xtask::guardian::Guardian;
use xtask::postgres::Cluster;

use super::catalogue::{Engine, Row};
use super::tally::Tally;
use crate::chance::Chance;

/// How often progress is reported.
const PROGRESS: Duration = Duration::from_secs(10);

/// After this many rounds with violations a row is given up: more would add nothing.
const ENOUGH: u32 = 5;

/// The outcome of a round.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// Faults that happened while votes were being cast.
    pub(super) faults: u32,
    /// Answers that confirmed a recorded vote.
    pub(super) acknowledged: u32,
    /// Answers with an unknown outcome, and missing answers.
    pub(super) unknown: u32,
    /// The time until the service was ready again.
    pub(super) recovery: Duration,
    pub(super) violations: Vec<Violation>,
}

/// The beginning of a round.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) number: u32,
    /// Different for each round, the same in each run with the same seed.
    pub(super) chance: Chance,
    /// The path of its journal.
    pub(super) journal: PathBuf,
}

/// A whole run.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) seed: u64,
    pub(super) tallies: BTreeMap<(u32, Engine), Tally>,
    /// Rows that could not be tried at all.
    pub(super) failures: Vec<String>,
    scratch: TempDir,
    kept: PathBuf,
    cluster: Option<Cluster>,
    folders: u32,
    _guardian: Guardian,
}

impl Trial {
    pub(super) fn begin(seed: u64) -> Result<Self> {
        let scratch = tempfile::Builder::new().prefix("urna-faults-").tempdir()?;
        let guardian = Guardian::start(r#"rm -rf "$1""#, &[scratch.path().as_os_str()], None)?;
        let kept = xtask::environment::scratch("faults");
        let (tallies, failures) = (BTreeMap::new(), Vec::new());
        Ok(Self { seed, tallies, failures, scratch, kept, cluster: None, folders: 0, _guardian: guardian })
    }

    /// A shared cluster, for rows that do not break it.
    pub(super) fn cluster(&mut self) -> Result<&Cluster> {
        if self.cluster.is_none() {
            self.cluster = Some(Cluster::start(&[])?);
        }
        self.cluster.as_ref().context("it was just started")
    }

    /// A new folder that is deleted after the run.
    pub(super) fn folder(&mut self, name: &str) -> Result<PathBuf> {
        self.folders += 1;
        let folder = self.scratch.path().join(format!("{name}-{}", self.folders));
        fs::create_dir(&folder)?;
        Ok(folder)
    }
}

/// The rounds of one row on one engine.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) trial: &'a mut Trial,
    pub(super) row: &'static Row,
    pub(super) engine: Engine,
    pub(super) rounds: u32,
    tally: Tally,
    folder: PathBuf,
    bad: u32,
    begun: Instant,
    told: Instant,
}

impl<'a> Run<'a> {
    pub(super) fn begin(trial: &'a mut Trial, row: &'static Row, engine: Engine, rounds: u32) -> Result<Self> {
        let folder = trial.folder(&format!("row-{}-{}", row.number, engine.name()))?;
        let now = Instant::now();
        let tally = Tally::default();
        Ok(Self { trial, row, engine, rounds, tally, folder, bad: 0, begun: now, told: now })
    }

    /// The context of a new round.
    pub(super) fn moment(&self, number: u32) -> Moment {
        let engine = if self.engine == Engine::Sqlite { 1 } else { 2 };
        let chance = Chance::new(&[self.trial.seed, u64::from(self.row.number), engine, u64::from(number)]);
        Moment { number, chance, journal: self.journal(number) }
    }

    fn journal(&self, round: u32) -> PathBuf {
        self.folder.join(format!("{}.journal", self.name(round)))
    }

    fn name(&self, round: u32) -> String {
        format!("row-{}-{}-seed-{}-round-{round}", self.row.number, self.engine.name(), self.trial.seed)
    }

    /// Notes the outcome of a round, and reports violations. Any other error is a violation, too: the promise is that
    /// the round completes.
    pub(super) fn took(&mut self, round: u32, outcome: Result<Round>, logs: &[PathBuf]) {
        let outcome = outcome.unwrap_or_else(|error| Round {
            violations: vec![Violation { invariant: "I8", found: format!("the round came to no end: {error:#}") }],
            ..Round::default()
        });
        self.tally.add(&outcome);
        if !outcome.violations.is_empty() {
            self.bad += 1;
            self.report(round, &outcome.violations, logs);
        }
        if self.told.elapsed() > PROGRESS {
            self.told = Instant::now();
            self.tell();
        }
    }

    /// Whether to give up.
    pub(super) const fn is_hopeless(&self) -> bool {
        self.bad >= ENOUGH
    }

    fn tell(&self) {
        let (row, engine) = (self.row.number, self.engine);
        eprintln!("  row {row}, {engine}: {} ({:.1} s)", self.tally, self.begun.elapsed().as_secs_f32());
    }

    fn report(&self, round: u32, violations: &[Violation], logs: &[PathBuf]) {
        const SHOWN: usize = 8;
        eprintln!("VIOLATION in row {}, {}, round {round}, seed {}:", self.row.number, self.engine, self.trial.seed);
        for violation in violations.iter().take(SHOWN) {
            eprintln!("  {violation}");
        }
        if violations.len() > SHOWN {
            eprintln!("  and {} more", violations.len() - SHOWN);
        }
        let journal = self.journal(round);
        for (file, what) in std::iter::once((&journal, "journal")).chain(logs.iter().map(|log| (log, "log"))) {
            match self.keep(round, file) {
                Ok(Some(kept)) => eprintln!("  its {what}: {}", kept.display()),
                Ok(None) => {}
                Err(error) => eprintln!("  {} could not be kept: {error:#}", file.display()),
            }
        }
    }

    /// Copies a file to a place that survives the run.
    fn keep(&self, round: u32, file: &Path) -> Result<Option<PathBuf>> {
        if !file.exists() {
            return Ok(None);
        }
        fs::create_dir_all(&self.trial.kept)?;
        let mut to = self.trial.kept.join(self.name(round));
        for number in 0..100 {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let number = if number == 0 { String::new() } else { format!("-{number}") };
            to.set_file_name(format!("{}{number}.{}", self.name(round), name.rsplit('.').next().unwrap_or("log")));
            if !to.exists() {
                break;
            }
        }
        fs::copy(file, &to)?;
        Ok(Some(to))
    }

    /// Ends the row.
    pub(super) fn end(self) {
        self.tell();
        self.trial.tallies.entry((self.row.number, self.engine)).or_default().join(&self.tally);
    }
}
