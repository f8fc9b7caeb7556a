//! Row 8: the database is slow, stalls, resets connections or has none left. Everybody gets an answer in time, and "not
//! recorded" is told apart from "unknown".

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use urna_trials::database::Database;
use urna_trials::server::Instance;
use urna_trials::votes::Outcome;

use super::crowd::{Crowd, Manner};
use super::database_killed::until_ready;
use super::ground::{self, Ground, Setup};
use super::killed::recovered;
use super::poll::Poll;
use super::proxy::{self, Proxy};
use super::trial::{Moment, Round, Run};

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 500, links: false };

const CONNECTIONS: usize = 40;

/// While everything stalls, more voters can come.
const MANY_CONNECTIONS: usize = 400;

/// The maximum number of voters without a recorded vote who vote after the fault.
const AFTER: usize = 100;

/// The server answers within 15 s, whatever the database does; the rest allows for a busy machine.
const ANSWER: Duration = Duration::from_secs(18);

/// The service must have recovered within this time (I8).
const RECOVERY: Duration = Duration::from_secs(2);

/// Longer than the server's limit for a commit: the shortest time after which all of its limits have passed.
const LONG: Duration = Duration::from_secs(13);

/// Longer than the server's limits for writes before the commit and for getting a connection.
const EXHAUSTED: Duration = Duration::from_secs(7);

/// The server's maximum memory: its queue must not grow without bound.
const MEMORY: u64 = 300 * 1024 * 1024;

/// Runs the rounds of the row.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    let target = SocketAddr::from(([127, 0, 0, 1], run.trial.cluster()?.port()));
    let proxy = Proxy::to(target).await?;
    let make = async |run: &mut Run<'_>| {
        let direct = ground::instance(run)?;
        let staged = ground::stage(&direct, SETUP).await?;
        let proxied = direct.database.url().replace(&target.to_string(), &proxy.address().to_string());
        let instance = Instance { database: Database::Postgres(proxied), ..direct.clone() };
        let mut ground = Ground::on(instance, staged, SETUP.instances).await?;
        ground.database = direct.database;
        Ok(ground)
    };
    ground::rounds(run, make, async |ground, moment| {
        let done = Box::pin(round(&proxy, ground, moment)).await;
        // Whatever went wrong, the next round begins with a working network.
        proxy.set(proxy::Manner::Pass);
        done
    })
    .await
}

async fn round(proxy: &Proxy, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open(SETUP.attendees, moment).await?;
    let (crowd, faults) = match moment.number % 3 {
        0 => slow_and_reset(proxy, ground, moment, &poll).await,
        1 => stalled(proxy, ground, moment, &poll).await,
        _ => exhausted(ground, moment, &poll).await?,
    };
    let recovery = until_ready(&ground.servers[0]).await?;
    for said in poll.finish(crowd).await? {
        if let Outcome::Unknown { status: 0, code } = said.outcome {
            let voter = poll.papers[said.paper].voter;
            poll.violated("answer", format!("attendee {voter} had no answer from a server that runs: {code}"));
        }
    }
    let peak = ground.servers[0].memory()?.peak;
    if peak > MEMORY {
        poll.violated("queue", format!("the server has taken {} MiB of memory", peak >> 20));
    }
    let addresses = ground.addresses();
    poll.retry_unknown(&addresses).await?;
    poll.vote_again(AFTER, &addresses, &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}

fn manner(ground: &Ground, connections: usize) -> Manner {
    Manner { patience: ANSWER, ..ground.manner(connections) }
}

/// Delays every message, and resets all connections again and again.
async fn slow_and_reset(proxy: &Proxy, ground: &Ground, moment: &mut Moment, poll: &Poll) -> (Crowd, u32) {
    const RESETS: u32 = 10;
    let slow = moment.chance.between(Duration::from_millis(1), Duration::from_millis(20));
    proxy.set(proxy::Manner::Slow(slow));
    let crowd = poll.start_all(manner(ground, CONNECTIONS));
    let mut faults = 0;
    for _ in 0..RESETS {
        crowd.vote_for(moment.chance.between(slow, slow * 20)).await;
        faults += u32::from(crowd.under_way() > 0);
        proxy.reset();
    }
    proxy.set(proxy::Manner::Pass);
    (crowd, faults)
}

/// Stalls for a while; every second time for longer than all limits of the server.
async fn stalled(proxy: &Proxy, ground: &Ground, moment: &mut Moment, poll: &Poll) -> (Crowd, u32) {
    let crowd = poll.start_all(manner(ground, CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(SETUP.attendees))).await;
    let faults = u32::from(crowd.under_way() > 0);
    proxy.set(proxy::Manner::Stall);
    let long = (moment.number / 3).is_multiple_of(2);
    let length = moment.chance.between(Duration::from_millis(100), Duration::from_secs(2));
    sleep(if long { LONG } else { length }).await;
    proxy.set(proxy::Manner::Pass);
    (crowd, faults)
}

/// Locks a table, and lets requests that read it take every connection.
async fn exhausted(ground: &Ground, moment: &mut Moment, poll: &Poll) -> Result<(Crowd, u32)> {
    let crowd = poll.start_all(manner(ground, MANY_CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(SETUP.attendees))).await;
    let faults = u32::from(crowd.under_way() > 0);
    let db = ground.database.connect().await?;
    let urna_store::Pools::Postgres(pool) = db.pools() else { anyhow::bail!("a file has no connections") };
    let mut tx = pool.begin().await?;
    sqlx::query("lock table participations in access exclusive mode").execute(&mut *tx).await?;
    let readers = readers(ground, poll);
    sleep(EXHAUSTED).await;
    tx.rollback().await.context("the lock could not be given back")?;
    db.close().await;
    drop(readers);
    Ok((crowd, faults))
}

/// Requests that each hold a database connection as long as the table is locked.
fn readers(ground: &Ground, poll: &Poll) -> JoinSet<()> {
    const READERS: usize = 64;
    let mut readers = JoinSet::new();
    let path = format!("/ballots/{}/turnout", poll.ballot.id);
    for _ in 0..READERS {
        // An organiser's answer is never shared or remembered: each request asks the database.
        let (mut api, path) = (ground.api.at(ground.servers[0].address()), path.clone());
        readers.spawn(async move {
            // Only the request matters, not its response.
            let _ = timeout(ANSWER, api.call("GET", &path, None)).await;
        });
    }
    readers
}
