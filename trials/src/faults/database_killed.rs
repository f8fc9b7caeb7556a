//! Row 3: PostgreSQL dies under load in one of three ways and comes back; the server reconnects by itself.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::task::block_in_place;
use tokio::time::sleep;
use urna_trials::http::{self, Connection};
use urna_trials::server::{Instance, Server};
use xtask::postgres::{Cluster, StopMode};

use super::ground::{self, Ground, Setup};
use super::killed::recovered;
use super::trial::{Moment, Round, Run};
use crate::chance::Chance;

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 500, links: false };

const CONNECTIONS: usize = 40;

/// The maximum number of voters without a recorded vote who vote after the fault.
const AFTER: usize = 100;

/// The server must be ready within this time after PostgreSQL (I8).
const RECOVERY: Duration = Duration::from_secs(2);

/// By default a recovery first syncs every file of the cluster, one by one: a second that says nothing about the
/// server.
pub(super) const QUICK_RECOVERY: &str = "recovery_init_sync_method = syncfs";

/// A generous limit for events that should come much sooner.
const LIMIT: Duration = Duration::from_secs(30);

const LOOK: Duration = Duration::from_millis(2);

/// The ways to die.
#[derive(Debug, Clone, Copy)]
enum Death {
    Backend,
    Postmaster,
    Immediate,
}

const DEATHS: [Death; 3] = [Death::Backend, Death::Postmaster, Death::Immediate];

/// Runs the rounds of the row, on their own cluster.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    let cluster = block_in_place(|| Cluster::start(&[QUICK_RECOVERY]))?;
    let make = async |run: &mut Run<'_>| {
        let folder = run.trial.folder("database-killed")?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
        let instance = Instance::postgres(folder, cluster.create_database(&name)?)?;
        let staged = ground::stage(&instance, SETUP).await?;
        Ground::on(instance, staged, SETUP.instances).await
    };
    ground::rounds(run, make, async |ground, moment| Box::pin(round(&cluster, ground, moment)).await).await
}

async fn round(cluster: &Cluster, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = SETUP.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let crowd = poll.start_all(ground.manner(CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes))).await;
    ground.pace.learn(&crowd);
    let faults = u32::from(crowd.under_way() > 0);
    let death = DEATHS[usize::try_from(moment.number)? % DEATHS.len()];
    block_in_place(|| die(cluster, death, &mut moment.chance))?;
    let recovery = until_ready(&ground.servers[0]).await.with_context(|| format!("after {death:?}"))?;
    poll.finish(crowd).await?;

    let addresses = ground.addresses();
    poll.retry_unknown(&addresses).await?;
    poll.vote_again(AFTER, &addresses, &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}

/// Kills PostgreSQL, and lets it come back.
fn die(cluster: &Cluster, death: Death, chance: &mut Chance) -> Result<()> {
    match death {
        Death::Backend => {
            let ups = count_of_ups(cluster)?;
            kill_a_backend(cluster, chance)?;
            let begin = Instant::now();
            while count_of_ups(cluster)? == ups {
                if begin.elapsed() > LIMIT {
                    bail!("PostgreSQL did not come back after a backend was killed");
                }
                std::thread::sleep(LOOK);
            }
            Ok(())
        }
        Death::Postmaster => cluster.kill_postmaster().and_then(|()| cluster.start_again()),
        Death::Immediate => cluster.stop(StopMode::Immediate).and_then(|()| cluster.start_again()),
    }
}

/// Kills a backend that serves the server. If it ended by itself before, tries another.
fn kill_a_backend(cluster: &Cluster, chance: &mut Chance) -> Result<()> {
    for _ in 0..10 {
        let backends = cluster.backends("urna")?;
        if !backends.is_empty() && cluster.kill(backends[chance.below(backends.len())]).is_ok() {
            return Ok(());
        }
    }
    bail!("there is no backend of the server to be killed")
}

/// How often PostgreSQL has logged that it accepts connections.
fn count_of_ups(cluster: &Cluster) -> Result<usize> {
    let log = fs::read(cluster.log()).context("PostgreSQL's log cannot be read")?;
    Ok(String::from_utf8_lossy(&log).matches("ready to accept connections").count())
}

/// The time from now until the server reports that it is ready.
pub(super) async fn until_ready(server: &Server) -> Result<Duration> {
    let begin = Instant::now();
    let request = http::get("/readyz", None);
    let mut connection = Connection::new(server.address(), LIMIT);
    loop {
        if connection.send(&request).await.is_ok_and(|answer| answer.status == 200) {
            return Ok(begin.elapsed());
        }
        if begin.elapsed() > LIMIT {
            bail!("the server is not ready within {LIMIT:?}");
        }
        sleep(LOOK).await;
    }
}
