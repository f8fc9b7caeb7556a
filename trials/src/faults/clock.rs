//! Row 13: the clock of the server jumps around the time at which a ballot is to close. Whatever it shows: what was
//! closed once stays closed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::time::sleep;
use urna_trials::server::Instance;
use urna_trials::votes::Outcome;
use xtask::debian;

use super::catalogue::Engine;
use super::chance::Chance;
use super::crowd::{Crowd, Manner, Said};
use super::ground::{self, Ground, Setup};
use super::poll::Poll;
use super::trial::{Moment, Round, Run};

/// Whom a round needs.
const SETUP: Setup = Setup { instances: 1, attendees: 1500, links: false };

/// They vote slowly: somebody must still want to after the last jump.
const CONNECTIONS: usize = 8;
const REST: Duration = Duration::from_millis(15);

/// How far the clock jumps, in seconds.
const JUMPS: [i64; 2] = [10, 3600];

/// When the ballot is to close, in seconds from its opening.
const CLOSES_IN: u32 = 2;

/// How long they go on voting when it is certainly over.
const AFTER: Duration = Duration::from_millis(100);

/// How long a ballot may stay unsealed once it is time by every clock.
const SEALED: Duration = Duration::from_secs(10);

/// How far the times that this program has noted and the database's may lie apart: the answer to a request for a close
/// takes its time.
const APART: Duration = Duration::from_millis(300);

/// What stands in front of the server's clock.
#[derive(Debug)]
pub(super) struct FakeClock {
    library: PathBuf,
    file: PathBuf,
}

impl FakeClock {
    /// The true time, at first.
    pub(super) fn new(file: PathBuf) -> Result<Self> {
        let clock = Self { library: library()?, file };
        clock.set(0)?;
        Ok(clock)
    }

    /// So many seconds from the true time, from now on.
    pub(super) fn set(&self, seconds: i64) -> Result<()> {
        // Replaced in one step: a file that is half written would be another time.
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{seconds:+}\n"))?;
        fs::rename(&next, &self.file).context("the clock cannot be set")
    }

    /// The time of day is the file's, the time that passes is not: as where an administrator sets a clock.
    pub(super) fn of(&self, instance: Instance) -> Instance {
        instance
            .with("LD_PRELOAD", &self.library)
            .with("FAKETIME_TIMESTAMP_FILE", &self.file)
            .with("FAKETIME_NO_CACHE", "1")
            .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }
}

/// libfaketime for programs with several threads; it is installed where that is possible.
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

/// The rounds of the row.
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
    // When exactly the database has read its clock is not known; it was before the answer.
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

/// Forward beyond the close, and back to before it: the ballot was over, and stays so.
async fn over_and_back(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    sleep(chance.between(Duration::from_millis(50), Duration::from_millis(900))).await;
    clock.set(jump)?;
    sleep(chance.between(Duration::from_millis(1), Duration::from_millis(600))).await;
    clock.set(0)?;
    Ok(2)
}

/// Back, shortly before the close: the ballot goes on by this clock, and ends when the clock is right again.
async fn back_before(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    sleep(chance.between(Duration::from_millis(800), Duration::from_millis(2100))).await;
    clock.set(-jump)?;
    sleep(chance.between(Duration::from_millis(200), Duration::from_millis(800))).await;
    Ok(2)
}

/// Several times in both directions.
async fn to_and_fro(clock: &FakeClock, jump: i64, chance: &mut Chance) -> Result<u32> {
    const TIMES: u32 = 6;
    for _ in 0..TIMES {
        sleep(chance.between(Duration::from_millis(50), Duration::from_millis(400))).await;
        clock.set(if chance.coin() { jump } else { -jump })?;
    }
    Ok(TIMES)
}

/// Waits until the schedule has closed the ballot, and looks whether anybody was too early or too late.
async fn end(mut poll: Poll, crowd: Crowd, closes: Closes, engine: Engine, ground: &mut Ground) -> Result<Round> {
    sleep((closes.at + AFTER).saturating_duration_since(Instant::now())).await;
    poll.wait_until_closed(&mut ground.api, SEALED).await?;
    sleep(AFTER).await;
    crowd.stop();
    let said = poll.finish(crowd).await?;
    if engine == Engine::Postgres {
        // There it is the database's clock that decides, and nobody has touched that one.
        for found in said.iter().filter_map(|said| closes.compare(said)) {
            poll.violated("I4", found);
        }
    }
    poll.retry_unknown(&ground.addresses()).await?;
    ground.settle(poll).await
}

/// When a ballot closes by the true clock.
#[derive(Debug, Clone, Copy)]
struct Closes {
    at: Instant,
}

impl Closes {
    /// What is wrong with an answer.
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
