//! The linking attack: a program that plays the database administrator and guesses who voted for whom.
//!
//! It watches the database while people vote, and has every file, log, mail and dump from before and after the close;
//! it lacks only the master secret. It tries all known attacks ([`attack`]) on a few ballots whose truth it knows,
//! picks the one that worked best, and is judged on others. Services with a planted fault ([`Plant`]) show in each run
//! that it can succeed at all.

mod attack;
mod evidence;
mod planted;
mod put_back;
mod report;
mod score;
mod service;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tempfile::TempDir;
use urna_app::random;
use xtask::environment;
use xtask::guardian::Guardian;
use xtask::postgres::Cluster;

use self::attack::Attack;
use self::report::Finding;
use self::score::Score;
use self::service::Service;
use crate::chance::Chance;
use crate::faults::Engine;

/// The number of ballots from which the attacker learns.
const LESSONS: u32 = 2;

/// A suspicion that rests on fewer ballots is re-examined on this many new ones.
const ENOUGH: u32 = 20;

/// A fault that is not found on one ballot is searched for on this many new ones.
const ENOUGH_FAULTY: u32 = 5;

/// The accuracy required if a fault is planted.
const FOUND: f64 = 0.9;

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Ballots on which the attack is judged, per engine
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    ballots: u32,
    /// Votes per ballot
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..=10_000))]
    votes: u32,
    /// Votes per second
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rate: u32,
    /// Only this engine
    #[arg(long)]
    engine: Option<Engine>,
    /// Seed of the random numbers [default: random]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Write the table of docs/reliability.md
    #[arg(long)]
    record: bool,
}

/// A planted fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    /// The votes lie unencrypted in the inbox.
    Plaintext,
    /// The ballot box keeps the votes in the order of their arrival.
    InsertionOrder,
}

/// The services under attack.
const SUSPECTS: [(&str, Option<Plant>); 3] = [
    ("Urna", None),
    ("planted: votes that are not encrypted", Some(Plant::Plaintext)),
    ("planted: the box in order of insertion", Some(Plant::InsertionOrder)),
];

/// The services attacked by an administrator who also writes to the database, and whether a fault is planted.
const WRITTEN: [(&str, bool); 2] =
    [("Urna, by somebody who writes", false), ("planted: an instance that never heard of the close", true)];

/// The number of ballots on which Urna itself is attacked like this.
const WRITTEN_TO: u32 = 2;

/// The state of a run.
struct Trial {
    options: Options,
    seed: u64,
    scratch: TempDir,
    begun: Instant,
    _guardian: Guardian,
}

/// Runs the attacks.
pub(crate) async fn run(options: Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| u64::from(u32::from_le_bytes(random::bytes())));
    eprintln!("The linking attack, with seed {seed}");
    let scratch = tempfile::Builder::new().prefix("urna-linking-").tempdir()?;
    let guardian = Guardian::start(r#"rm -rf "$1""#, &[scratch.path().as_os_str()], None)?;
    let trial = Trial { options, seed, scratch, begun: Instant::now(), _guardian: guardian };
    let mut findings = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if trial.options.engine.is_some_and(|only| only != engine) {
            continue;
        }
        for (name, plant) in SUSPECTS {
            // For a planted fault one ballot is enough, if the machine lets the attacker watch closely all the time.
            let (ballots, enough) = if plant.is_none() { (trial.options.ballots, ENOUGH) } else { (1, ENOUGH_FAULTY) };
            let mut finding = trial.attack(engine, name, plant, ballots).await?;
            if ballots < enough
                && let Some(complaint) = finding.complaint()
            {
                eprintln!("  {complaint}; now on {enough} other ballots");
                finding = trial.attack(engine, name, plant, enough).await?;
            }
            findings.push(finding);
        }
        for (name, planted) in WRITTEN {
            let ballots = if planted { 1 } else { WRITTEN_TO };
            let mut finding = trial.attack_by_writing(engine, name, planted, ballots).await?;
            if let Some(complaint) = finding.complaint() {
                eprintln!("  {complaint}; now on {ENOUGH_FAULTY} other ballots");
                finding = trial.attack_by_writing(engine, name, planted, ENOUGH_FAULTY).await?;
            }
            findings.push(finding);
        }
    }
    let table = report::table(&findings);
    print!("{table}");
    if trial.options.record {
        report::write(environment::root(), &table)?;
    }
    let wrong: Vec<String> = findings.iter().filter_map(Finding::complaint).collect();
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("; ")) }
}

impl Trial {
    async fn attack(&self, engine: Engine, name: &'static str, plant: Option<Plant>, ballots: u32) -> Result<Finding> {
        let folder = tempfile::tempdir_in(self.scratch.path())?;
        let cluster = (engine == Engine::Postgres).then(|| Cluster::start(&[])).transpose()?;
        let mut service = Box::pin(Service::start(folder.path(), cluster, plant, self.options.votes)).await?;
        let mut chance = Chance::new(&[self.seed, u64::from(ballots)]);
        let mut lessons: HashMap<Attack, Score> = HashMap::new();
        for _ in 0..LESSONS {
            let (evidence, truth) = Box::pin(service.vote(&mut chance, self.options.rate, None)).await?;
            for (attack, guess) in attack::all(&evidence) {
                lessons.entry(attack).or_default().add(&score::judge(&guess, &evidence, &truth)?);
            }
        }
        let (best, learnt) = score::best(&lessons);
        let mut score = Score::default();
        for number in 1..=ballots {
            let (evidence, truth) = Box::pin(service.vote(&mut chance, self.options.rate, None)).await?;
            score.add(&score::judge(&attack::run(best, &evidence), &evidence, &truth)?);
            if number % 5 == 0 || number == ballots {
                self.say(engine, name, &format!("{number} of {ballots} ballots, by {best}: {score}"));
            }
        }
        let (best, learnt) = (best.to_string(), Some(learnt));
        Ok(Finding { engine, name, planted: plant.is_some(), attacks: lessons.len(), best, learnt, score })
    }

    /// Attacks as an administrator who also writes.
    async fn attack_by_writing(
        &self,
        engine: Engine,
        name: &'static str,
        planted: bool,
        ballots: u32,
    ) -> Result<Finding> {
        let folder = tempfile::tempdir_in(self.scratch.path())?;
        let cluster = (engine == Engine::Postgres).then(|| Cluster::start(&[])).transpose()?;
        let voters = u32::try_from(put_back::VOTERS)?;
        let mut service = Box::pin(Service::start(folder.path(), cluster, None, voters)).await?;
        let mut chance = Chance::new(&[self.seed, 2, u64::from(ballots)]);
        let mut score = Score::default();
        for _ in 0..ballots {
            score.add(&Box::pin(put_back::attack(&mut service, &mut chance, planted)).await?);
        }
        self.say(engine, name, &score.to_string());
        let best = put_back::ATTACK.to_owned();
        Ok(Finding { engine, name, planted, attacks: 1, best, learnt: None, score })
    }

    fn say(&self, engine: Engine, name: &str, what: &str) {
        eprintln!("  [{:5.1} s] {engine}, {name}: {what}", self.begun.elapsed().as_secs_f32());
    }
}

/// The votes by voter: the row key of the attendee, and the index of the candidate.
type Truth = HashMap<i64, u16>;

/// Random arrival times.
fn poisson(chance: &mut Chance, rate: u32, votes: usize) -> Vec<Duration> {
    let gap = Duration::from_secs(1) / rate;
    let mut at = Duration::ZERO;
    let mut next = || {
        // The gaps of independent arrivals are exponential.
        let fraction = (score::float(chance.below(1 << 30)) + 1.0) / score::float(1 << 30);
        at += gap.mul_f64(-fraction.ln());
        at
    };
    (0..votes).map(|_| next()).collect()
}
