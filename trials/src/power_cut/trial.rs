//! Tests a recording.

use std::fs;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use urna_core::{Tracker, TrackerHash};
use urna_trials::invariants::Violation;
use xtask::environment;

use super::afterwards;
use super::cuts::{Cut, Outcome, Replay, plan, save};
use super::folder::Folder;
use super::plant::synchronous_normal;
use super::recording::Recording;
use super::recover::Oracle;
use super::trace::{Change, Event, Synced, What};
use crate::faults::Tally;

/// The number of cuts per run after which the server is started on the remains.
const WHOLE_WAYS: u32 = 3;

/// The number of outcomes with violations to keep, and of violations to report for each.
const KEPT: u64 = 5;

/// How often progress is reported.
const PROGRESS: Duration = Duration::from_secs(10);

/// A recording, and what is known of it.
#[derive(Debug)]
pub(super) struct Trial {
    recording: Recording,
    oracle: Arc<Oracle>,
    /// The trackers, in the order of their acknowledgement.
    order: Vec<String>,
    hashes: Arc<Vec<TrackerHash>>,
    memory: Folder,
    seed: u64,
}

/// The state of a run.
struct Run<'a> {
    trial: &'a Trial,
    count: u32,
    tally: Tally,
    /// Those after which the server is started.
    last: Vec<Outcome>,
    begun: Instant,
    told: Instant,
}

impl Trial {
    pub(super) fn new(recording: Recording, memory: Folder, seed: u64) -> Result<Self> {
        let oracle = Arc::new(Oracle::new(&recording)?);
        let acknowledged = recording.events.iter().filter_map(|event| event.what.acknowledged());
        let order: Vec<String> = acknowledged.map(str::to_owned).collect();
        let hash = |tracker: &String| Ok(tracker.parse::<Tracker>()?.hash());
        let hashes = Arc::new(order.iter().map(hash).collect::<Result<_>>()?);
        Ok(Self { recording, oracle, order, hashes, memory, seed })
    }

    /// Describes the recording. Without a checkpoint and a restarted log it would miss half of what SQLite does.
    pub(super) fn describe(&self) -> Result<String> {
        let (mut writes, mut logs, mut log, mut database, mut folder) = (0, 0, 0, 0, 0);
        for event in &self.recording.events {
            let is_log = |file| self.recording.is_log(file);
            match &event.what {
                What::Change { file, change, .. } => {
                    writes += 1;
                    logs += u32::from(is_log(*file) && matches!(change, Change::Write { at: 0, .. }));
                }
                What::Sync { of: Synced::File(file), .. } if is_log(*file) => log += 1,
                What::Sync { of: Synced::File(_), .. } => database += 1,
                What::Sync { of: Synced::Folder, .. } => folder += 1,
                _ => {}
            }
        }
        ensure!(logs > 1, "SQLite's log did not begin anew while votes were cast: more of them are needed");
        let votes = self.order.len();
        Ok(format!(
            "{votes} votes: {writes} writes; the log began {logs} times; \
             syncs: {log} of the log, {database} of the database, {folder} of the folder"
        ))
    }

    /// Plants `synchronous = normal`, and checks that votes are lost.
    pub(super) async fn plant(&self, count: u32) -> Result<()> {
        let events = synchronous_normal(self.recording.events.clone(), |file| self.recording.is_log(file));
        let cuts = plan(self.seed, count, stretch(&events)?);
        let (mut lose, mut damaged) = (0, 0);
        let take = |outcome: Outcome| {
            let has = |invariant| outcome.verdict.violations.iter().any(|violation| violation.invariant == invariant);
            lose += u32::from(has("I1"));
            if has("database") {
                damaged += 1;
                self.keep(&outcome, damaged)?;
            }
            Ok(())
        };
        self.replay(&events).cut(&cuts, take).await?;
        eprintln!("With synchronous = normal planted: {lose} of {count} cuts lose acknowledged votes.");
        ensure!(damaged == 0, "{damaged} cuts damage the database, which this fault does not do: the model is wrong");
        ensure!(lose > 0, "the planted fault was not found: this test finds nothing");
        Ok(())
    }

    /// Makes the cuts, and runs the whole procedure after the last of them.
    pub(super) async fn cut(&self, count: u32) -> Result<Tally> {
        let cuts = plan(self.seed, count, stretch(&self.recording.events)?);
        let mut run = Run::begin(self, count);
        self.replay(&self.recording.events).cut(&cuts, |outcome| run.take(outcome)).await?;
        for outcome in std::mem::take(&mut run.last) {
            run.go_on(outcome).await?;
        }
        let Run { tally, begun, .. } = run;
        eprintln!(
            "{count} cuts in {} s, {} of them break a promise; {} acknowledged votes were looked for, {} others were there, too; \
             the server was ready again after {:.2} s at most",
            begun.elapsed().as_secs(),
            tally.violations,
            tally.acknowledged,
            tally.unknown,
            tally.worst_recovery.as_secs_f32()
        );
        Ok(tally)
    }

    fn replay<'a>(&'a self, events: &'a [Event]) -> Replay<'a> {
        let Self { recording, oracle, hashes: order, memory, seed, .. } = self;
        Replay { seed: *seed, before: &recording.before, events, oracle, order, memory }
    }

    /// Reports a violation, and keeps the files of the first few.
    fn keep(&self, outcome: &Outcome, nth: u64) -> Result<()> {
        let Outcome { cut, verdict, .. } = outcome;
        eprintln!(
            "VIOLATION in cut {} of seed {}, after {} events, {:?}:",
            cut.number, self.seed, cut.after, cut.survival
        );
        for (violation, _) in verdict.violations.iter().zip(0..KEPT) {
            eprintln!("    {violation}");
        }
        if nth > KEPT {
            return Ok(());
        }
        let parent = environment::scratch("power-cut").join(format!("seed-{}", self.seed));
        let folder = parent.join(format!("cut-{}", cut.number));
        fs::create_dir_all(&folder)?;
        save(&outcome.image, &folder)?;
        if nth == 1 {
            fs::copy(&self.recording.trace, parent.join("trace"))?;
        }
        eprintln!("    kept in {}", folder.display());
        Ok(())
    }
}

/// From the first acknowledgement to the server's end.
fn stretch(events: &[Event]) -> Result<Range<usize>> {
    let first = events.iter().position(|event| event.what.acknowledged().is_some());
    Ok(first.context("no vote was acknowledged")?..events.len())
}

impl<'a> Run<'a> {
    fn begin(trial: &'a Trial, count: u32) -> Self {
        let now = Instant::now();
        Self { trial, count, tally: Tally::default(), last: Vec::new(), begun: now, told: now }
    }

    fn take(&mut self, outcome: Outcome) -> Result<()> {
        self.tally.rounds += 1;
        // The cut may fall into any activity of the server, also between two waves of votes.
        self.tally.faults += 1;
        self.tally.acknowledged += u64::try_from(outcome.acknowledged)?;
        self.tally.unknown += u64::try_from(outcome.verdict.votes.saturating_sub(outcome.acknowledged))?;
        self.judge(&outcome)?;
        if self.told.elapsed() > PROGRESS {
            self.told = Instant::now();
            eprintln!("{} of {} cuts, {} s", self.tally.rounds, self.count, self.begun.elapsed().as_secs());
        }
        if outcome.cut.number > self.count.saturating_sub(WHOLE_WAYS) {
            self.last.push(outcome);
        }
        Ok(())
    }

    fn judge(&mut self, outcome: &Outcome) -> Result<()> {
        if outcome.verdict.violations.is_empty() {
            return Ok(());
        }
        self.tally.violations += 1;
        self.trial.keep(outcome, self.tally.violations)
    }

    /// An aborted procedure is a violation, too. A cut that already broke a promise is not continued: it would count
    /// twice.
    async fn go_on(&mut self, mut outcome: Outcome) -> Result<()> {
        if !outcome.verdict.violations.is_empty() {
            return Ok(());
        }
        let Trial { recording, order, memory, .. } = self.trial;
        let (Cut { number, .. }, acknowledged) = (outcome.cut, &order[..outcome.acknowledged]);
        eprintln!(
            "After cut {number}, {} of {} votes acknowledged: on to the result…",
            acknowledged.len(),
            order.len()
        );
        match afterwards::go_on(recording, &outcome, acknowledged, memory).await {
            Ok((ready_after, violations)) => {
                self.tally.worst_recovery = self.tally.worst_recovery.max(ready_after);
                outcome.verdict.violations = violations;
            }
            Err(error) => {
                let found = format!("the way to the result came to no end: {error:#}");
                outcome.verdict.violations = vec![Violation { invariant: "I8", found }];
            }
        }
        self.judge(&outcome)
    }
}
