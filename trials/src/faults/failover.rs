//! Row 4: the primary dies under load, its synchronous standby takes over, and no acknowledged vote is lost.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::task::block_in_place;
use urna_trials::database::Database;
use urna_trials::server::Instance;
use urna_trials::votes::Outcome;
use xtask::postgres::{Cluster, StopMode};

use super::crowd::Manner;
use super::database_killed::{QUICK_RECOVERY, until_ready};
use super::ground::{self, Ground, Setup};
use super::killed::recovered;
use super::poll::Poll;
use super::proxy::Proxy;
use super::trial::{Moment, Round, Run};

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 400, links: false };

const CONNECTIONS: usize = 40;

/// The maximum number of voters without a recorded vote who vote after the fault.
const AFTER: usize = 100;

/// The server must be ready again within this time (I8).
const RECOVERY: Duration = Duration::from_secs(10);

/// Time limit for a standby to catch up.
const LIMIT: Duration = Duration::from_secs(30);

/// The voters' time limit while the standby is away: commits then wait for ever.
const IMPATIENT: Duration = Duration::from_millis(1500);

/// A standby without its primary waits this long (five seconds by default) between retries, even before it notices its
/// promotion.
const QUICK_PROMOTION: &str = "wal_retrieve_retry_interval = 100ms";

const DATABASE: &str = "urna";

/// A primary and its synchronous standby behind a fixed address, as with a load balancer or a virtual IP address.
#[derive(Debug)]
struct Pair {
    primary: Cluster,
    standby: Cluster,
    proxy: Proxy,
    /// A counter, so that each standby has its own name.
    standbys: u32,
}

impl Pair {
    async fn start() -> Result<Self> {
        let (primary, standby) = block_in_place(|| {
            let primary = Cluster::start(&[QUICK_RECOVERY, QUICK_PROMOTION])?;
            primary.create_database(DATABASE)?;
            let standby = follow(&primary, 1)?;
            anyhow::Ok((primary, standby))
        })?;
        let proxy = Proxy::to(address(&primary)).await?;
        Ok(Self { primary, standby, proxy, standbys: 1 })
    }

    /// Promotes the standby; the primary is dead and stays dead.
    fn promote(&mut self) -> Result<()> {
        self.standby.promote()?;
        self.proxy.switch(address(&self.standby));
        Ok(())
    }

    /// Gives the new primary its own standby, and removes the old primary.
    fn renew(&mut self) -> Result<()> {
        self.standbys += 1;
        let next = follow(&self.standby, self.standbys)?;
        drop(std::mem::replace(&mut self.primary, std::mem::replace(&mut self.standby, next)));
        Ok(())
    }
}

/// Creates a synchronous standby of this primary. Once this returns, every commit waits for it.
fn follow(primary: &Cluster, number: u32) -> Result<Cluster> {
    let name = format!("standby_{number}");
    let standby = primary.standby(&name)?;
    primary.configure(&[&format!("synchronous_standby_names = 'ANY 1 ({name})'")])?;
    primary.reload()?;
    let begin = Instant::now();
    while primary.query("select sync_state from pg_stat_replication")?.trim() != "quorum" {
        if begin.elapsed() > LIMIT {
            bail!("the standby does not follow within {LIMIT:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(standby)
}

fn address(cluster: &Cluster) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], cluster.port()))
}

/// Runs the rounds of the row.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    let mut pair = Pair::start().await?;
    let folder = run.trial.folder("failover")?;
    let direct = Instance::postgres(folder, pair.primary.url_of(DATABASE))?;
    let staged = ground::stage(&direct, SETUP).await?;
    let proxied = Database::Postgres(format!("postgres://postgres@{}/{DATABASE}", pair.proxy.address()));
    let instance = Instance { database: proxied, ..direct };
    let mut ground = Ground::on(instance, staged, SETUP.instances).await?;
    for number in 0..run.rounds {
        let mut moment = run.moment(number);
        ground.database = Database::Postgres(pair.standby.url_of(DATABASE));
        let outcome = match number % 3 {
            0 => Box::pin(round(&mut pair, &mut ground, &mut moment)).await,
            1 => Box::pin(while_the_old_one_stays(&mut pair, &mut ground, &mut moment)).await,
            _ => Box::pin(after_a_return(&mut pair, &mut ground, &mut moment)).await,
        };
        let came_to_its_end = outcome.is_ok();
        run.took(number, outcome, &ground.logs());
        if run.is_hopeless() || !came_to_its_end {
            break;
        }
        block_in_place(|| pair.renew())?;
    }
    Ok(())
}

/// Kills the primary at a random moment.
async fn round(pair: &mut Pair, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = SETUP.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let crowd = poll.start_all(ground.manner(CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes))).await;
    ground.pace.learn(&crowd);
    let faults = u32::from(crowd.under_way() > 0);
    let begin = Instant::now();
    block_in_place(|| pair.primary.kill_postmaster().and_then(|()| pair.promote()))?;
    until_ready(&ground.servers[0]).await.context("after the failover")?;
    let recovery = begin.elapsed();
    poll.finish(crowd).await?;
    end(poll, ground, moment, faults, recovery).await
}

/// The primary becomes read-only and stays, with all its connections. The standby takes over, and the address leads new
/// connections there. A server that kept its old connections could never record again.
async fn while_the_old_one_stays(pair: &mut Pair, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = SETUP.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let crowd = poll.start_all(Manner { patience: IMPATIENT, ..ground.manner(CONNECTIONS) });
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes) / 2)).await;
    let faults = u32::from(crowd.under_way() > 0);
    let begin = Instant::now();
    block_in_place(|| {
        pair.primary.configure(&["default_transaction_read_only = on"])?;
        pair.primary.reload()?;
        pair.standby.promote()
    })?;
    pair.proxy.lead_to(address(&pair.standby));
    until_ready(&ground.servers[0]).await.context("while the old primary stays")?;
    let recovery = begin.elapsed();
    // Commits in progress there wait for a standby that is gone.
    block_in_place(|| pair.primary.kill_postmaster())?;
    poll.finish(crowd).await?;
    end(poll, ground, moment, faults, recovery).await
}

/// The standby goes away, and commits wait for it. The primary dies and comes back with data that the standby never
/// got; no voter may hear "recorded" for that. Then the primary dies for good, and the standby takes over without that
/// data.
async fn after_a_return(pair: &mut Pair, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = SETUP.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let impatient = Manner { patience: IMPATIENT, ..ground.manner(CONNECTIONS) };
    let crowd = poll.start_all(impatient.clone());
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes) / 2)).await;
    block_in_place(|| pair.standby.stop(StopMode::Fast))?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let faults = u32::from(crowd.under_way() > 0);
    crowd.stop();
    poll.finish(crowd).await?;

    block_in_place(|| pair.primary.kill_postmaster().and_then(|()| pair.primary.start_again()))?;
    let unknown = poll.papers_whose(|last| matches!(last, Some(Outcome::Unknown { .. })));
    let crowd = poll.start(unknown, impatient);
    poll.finish(crowd).await?;

    block_in_place(|| pair.primary.kill_postmaster())?;
    let begin = Instant::now();
    block_in_place(|| pair.standby.start_again().and_then(|()| pair.promote()))?;
    until_ready(&ground.servers[0]).await.context("after the second failover")?;
    let recovery = begin.elapsed();
    end(poll, ground, moment, faults, recovery).await
}

async fn end(
    mut poll: Poll,
    ground: &mut Ground,
    moment: &mut Moment,
    faults: u32,
    recovery: Duration,
) -> Result<Round> {
    let addresses = ground.addresses();
    poll.retry_unknown(&addresses).await?;
    poll.vote_again(AFTER, &addresses, &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}
