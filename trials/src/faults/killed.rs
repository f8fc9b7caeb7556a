//! `kill -9` of a server under load: rows 1 and 2, and row 12 with a second server.

use std::time::Duration;

use anyhow::Result;
use urna_trials::invariants::Violation;

use super::ground::{Ground, Setup};
use super::trial::{Moment, Round};

/// The setup with a single server.
pub(super) const ALONE: Setup = Setup { instances: 1, attendees: 500, links: false };
/// The same with a second server.
pub(super) const BESIDE: Setup = Setup { instances: 2, attendees: 500, links: false };

/// The number of parallel voters: low enough that batches are small and many.
const CONNECTIONS: usize = 40;

/// The maximum number of voters without a recorded vote who vote after the fault.
const AFTER: usize = 16;

/// A server must be ready again within this time (I8).
const RECOVERY: Duration = Duration::from_secs(2);

/// Kills the only server, and starts it again.
pub(super) async fn alone(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = ALONE.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let crowd = poll.start_all(ground.manner(CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes))).await;
    ground.pace.learn(&crowd);
    let faults = u32::from(crowd.under_way() > 0);
    ground.servers[0].kill9()?;
    crowd.stop();
    poll.finish(crowd).await?;

    let recovery = ground.servers[0].restart().await?;
    let addresses = ground.addresses();
    poll.retry_unknown(&addresses).await?;
    poll.vote_again(AFTER, &addresses, &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}

/// Kills one of two servers; its voters go to the other.
pub(super) async fn one_of_two(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = BESIDE.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let victim = moment.chance.below(ground.servers.len());
    let crowd = poll.start_all(ground.manner(CONNECTIONS));
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes))).await;
    ground.pace.learn(&crowd);
    let faults = u32::from(crowd.under_way() > 0);
    ground.servers[victim].kill9()?;
    poll.finish(crowd).await?;

    let survivor = ground.servers[1 - victim].address();
    poll.retry_unknown(&[survivor]).await?;
    let recovery = ground.servers[victim].restart().await?;
    poll.vote_again(AFTER, &ground.addresses(), &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}

/// Notes the time until the service was ready again, and a violation if that was too long.
pub(super) fn recovered(mut round: Round, recovery: Duration, limit: Duration) -> Round {
    round.recovery = recovery;
    if recovery > limit {
        let found = format!("ready again only after {recovery:?}, not within {limit:?}");
        round.violations.push(Violation { invariant: "I8", found });
    }
    round
}
