//! Row 7: SIGTERM under load. Every accepted request is answered, and the shutdown is orderly.

use std::time::Duration;

use anyhow::Result;
use urna_trials::votes::Outcome;

use super::crowd::{Manner, Said};
use super::ground::{Ground, Setup};
use super::killed::recovered;
use super::trial::{Moment, Round};

/// The setup of a round.
pub(super) const SETUP: Setup = Setup { instances: 1, attendees: 500, links: false };

const CONNECTIONS: usize = 40;

/// Time limit for the shutdown: requests in progress get some seconds.
const END: Duration = Duration::from_secs(25);

/// The server must be ready again within this time.
const RECOVERY: Duration = Duration::from_secs(2);

/// One stop under load.
///
/// The server may close an idle kept connection just as the client sends the next request. HTTP offers no remedy, and
/// nothing was accepted. So a request on a new connection must always be answered, and one on a kept connection at
/// least if it was recorded.
pub(super) async fn round(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let votes = SETUP.attendees;
    let mut poll = ground.open(votes, moment).await?;
    let crowd = poll.start_all(Manner { half_afresh: true, ..ground.manner(CONNECTIONS) });
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(votes))).await;
    ground.pace.learn(&crowd);
    let faults = u32::from(crowd.under_way() > 0);
    let (status, _) = ground.servers[0].terminate(END).await?;
    crowd.stop();
    let said = poll.finish(crowd).await?;
    if !status.success() {
        poll.violated("I8", format!("SIGTERM ended the server with {status}"));
    }
    let lost = |said: &Said| matches!(said.outcome, Outcome::Unknown { status: 0, .. });
    for said in said.iter().filter(|said| lost(said) && said.fresh) {
        let voter = poll.papers[said.paper].voter;
        poll.violated("answer", format!("a request of attendee {voter} on a connection of its own was not answered"));
    }

    let recovery = ground.servers[0].restart().await?;
    let kept: Vec<usize> = said.iter().filter(|said| lost(said) && !said.fresh).map(|said| said.paper).collect();
    let again = poll.start(kept, ground.manner(1));
    for said in poll.finish(again).await? {
        if said.outcome == (Outcome::Ok { status: 200 }) {
            let voter = poll.papers[said.paper].voter;
            poll.violated("answer", format!("the vote of attendee {voter} was recorded, but not answered"));
        }
    }
    poll.retry_unknown(&ground.addresses()).await?;
    poll.vote_again(16, &ground.addresses(), &mut moment.chance).await?;
    let round = ground.end(poll).await?;
    Ok(recovered(Round { faults, ..round }, recovery, RECOVERY))
}
