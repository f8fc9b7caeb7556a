//! Row 13: the server's clock jumps around the scheduled close of a ballot. Whatever it shows, a closed ballot stays
//! closed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::time::sleep;
use urna_trials::server::Instance;
use urna_trials::votes::Outcome;
use xtask::debian;

use super::catalogue::Engine;
use super::crowd::{Crowd, Manner, Said};
use super::ground::{self, Ground, Setup};
use super::poll::Poll;
use super::trial::{Moment, Round, Run};
use crate::chance::Chance;

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 1500, links: false };

/// They vote slowly: some votes must be left after the last jump.
const CONNECTIONS: usize = 8;
const REST: Duration = Duration::from_millis(15);

/// The sizes of the jumps, in seconds.
const JUMPS: [i64; 2] = [10, 3600];

/// When the ballot closes, in seconds after it opens.
const CLOSES_IN: u32 = 2;

/// How long voting goes on after it is certainly over.
const AFTER: Duration = Duration::from_millis(100);

/// How long a ballot may stay unsealed after the close by every clock.
const SEALED: Duration = Duration::from_secs(10);

/// The tolerance between the times noted here and the database's: the response to a close request takes its time.
const APART: Duration = Duration::from_millis(300);

/// Controls the server's clock.
#[derive(Debug)]
pub(super) struct FakeClock {
    library: PathBuf,
    file: PathBuf,
}

impl FakeClock {
    /// Begins with the true time.
    pub(super) fn new(file: PathBuf) -> Result<Self> {
        let clock = Self { library: library()?, file };
        clock.set(0)?;
        Ok(clock)
    }

    /// Sets the offset from the true time, in seconds.
    pub(super) fn set(&self, seconds: i64) -> Result<()> {
        // Replaced atomically: a half-written file would show another time.
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{seconds:+}\n"))?;
        fs::rename(&next, &self.file).context("the clock cannot be set")
    }

    /// Takes the time of day from the file but leaves the monotonic clock alone, as when an administrator sets a clock.
    pub(super) fn of(&self, instance: Instance) -> Instance {
        instance
            .with("LD_PRELOAD", &self.library)
            .with("FAKETIME_TIMESTAMP_FILE", &self.file)
            .with("FAKETIME_NO_CACHE", "1")
            .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }
}

/// The libfaketime library for multi-threaded programs; installed if possible.
fn library() -> Result<PathBuf> {
    if let Some(found) = find(Path::new("/usr/lib")) {
        return Ok(found);
    }
    if debian::can_install()? {
        debian::install("libfaketime").context("libfaketime is missing, and could not be installed")?;
    }
    find(Path::new("/usr/lib")).context("the clock cannot be set without libfaketime: install it")
}

fn find(folder: &Path) -> Option<PathBuf> {
    let below = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    std::iter::once(folder.to_owned())
        .chain(below)
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
        .find(|file| file.is_file())
}

/// Runs the rounds of the row.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    let clock = FakeClock::new(run.trial.folder("clock")?.join("offset"))?;
    let engine = run.engine;
    let make = async |run: &mut Run<'_>| {
        let plain = ground::instance(run)?;
        let staged = ground::stage(&plain, SETUP).await?;
        Ground::on(clock.of(plain), staged, SETUP.instances).await
    };
    ground::rounds(run, make, async |ground, moment| {
        let done = Box::pin(round(&clock, engine, ground, moment)).await;
        clock.set(0)?;
        done
    })
    .await
}

async fn round(clock: &FakeClock, engine: Engine, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let poll = ground.open(SETUP.attendees, moment).await?;
    ground.api.close_in(&poll.ballot, CLOSES_IN).await?;
    // The moment when the database read its clock is unknown, but it was before the response.
    let closes = Closes { at: Instant::now() + Duration::from_secs(CLOSES_IN.into()) };
    let crowd = poll.start_all(Manner { rest: REST, ..ground.manner(CONNECTIONS) });
    let jump = JUMPS[moment.chance.below(JUMPS.len())];
    let faults = match moment.number % 3 {
        0 => over_and_back(clock, jump, &mut moment.chance).await?,
        1 => back_before(clock, jump, &mut moment.chance).await?,
        _ => to_and_fro(clock, jump, &mut moment.chance).await?,
    };
    // From here on every clock is right.
    clock.set(0)?;
    let round = end(poll, crowd, closes, engine, ground).await?;
    Ok(Round { faults, ..round })
}

/// Jumps beyond the close and back: the ballot was over, and stays closed.
async fn over_and_back(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    sleep(chance.between(Duration::from_millis(50), Duration::from_millis(900))).await;
    clock.set(jump)?;
    sleep(chance.between(Duration::from_millis(1), Duration::from_millis(600))).await;
    clock.set(0)?;
    Ok(2)
}

/// Jumps back shortly before the close: by this clock the ballot goes on; it ends when the clock is right again.
async fn back_before(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    sleep(chance.between(Duration::from_millis(800), Duration::from_millis(2100))).await;
    clock.set(-jump)?;
    sleep(chance.between(Duration::from_millis(200), Duration::from_millis(800))).await;
    Ok(2)
}

/// Jumps several times in both directions.
async fn to_and_fro(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    const TIMES: u32 = 6;
    for _ in 0..TIMES {
        sleep(chance.between(Duration::from_millis(50), Duration::from_millis(400))).await;
        clock.set(if chance.coin() { jump } else { -jump })?;
    }
    Ok(TIMES)
}

/// Waits until the schedule has closed the ballot, and checks that no vote was refused too early or recorded too late.
async fn end(mut poll: Poll, crowd: Crowd, closes: Closes, engine: Engine, ground: &mut Ground) -> Result<Round> {
    sleep((closes.at + AFTER).saturating_duration_since(Instant::now())).await;
    poll.wait_until_closed(&mut ground.api, SEALED).await?;
    sleep(AFTER).await;
    crowd.stop();
    let said = poll.finish(crowd).await?;
    if engine == Engine::Postgres {
        // On PostgreSQL the database's clock decides, and that one was not touched.
        for found in said.iter().filter_map(|said| closes.compare(said)) {
            poll.violated("I4", found);
        }
    }
    poll.retry_unknown(&ground.addresses()).await?;
    ground.settle(poll).await
}

/// The close of a ballot by the true clock.
#[derive(Debug, Clone, Copy)]
struct Closes {
    at: Instant,
}

impl Closes {
    /// Describes what is wrong with an answer.
    fn compare(self, said: &Said) -> Option<String> {
        match &said.outcome {
            Outcome::Ok { .. } => {
                let late = said.begun.checked_duration_since(self.at).filter(|late| *late > APART)?;
                Some(format!("a vote that began {late:?} after the close was recorded"))
            }
            Outcome::Fail { code, .. } if code == "ballot-closed" => {
                let early = self.at.checked_duration_since(said.ended).filter(|early| *early > APART)?;
                Some(format!("a vote was refused {early:?} before the close"))
            }
            _ => None,
        }
    }
}
