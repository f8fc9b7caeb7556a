//! Rows 10 and 11: races that only the database can decide.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;
use urna_trials::api::Ballot;
use urna_trials::votes::Outcome;

use super::catalogue::Engine;
use super::crowd::{Manner, Paper};
use super::ground::{Ground, Setup};
use super::poll;
use super::trial::{Moment, Round};

/// The number of simultaneous casts of one attendee.
const PARALLEL: usize = 1000;

/// A race is decided at its start: many small ones find more than a large one.
const WAVES: usize = 24;

/// The number of casts in a small race.
const WAVE: usize = 40;

/// The number of connections that vote during the close.
const CONCURRENT: usize = 200;

/// The total number of their votes.
const VOTES: usize = 1200;

/// How long voting goes on after the close.
const AFTER: Duration = Duration::from_millis(30);

/// The setup of row 10.
pub(super) const fn one_attendee_setup(engine: Engine) -> Setup {
    Setup { instances: instances(engine), attendees: 1 + WAVES, links: false }
}

/// The setup of row 11.
pub(super) const fn close_setup(engine: Engine) -> Setup {
    Setup { instances: instances(engine), attendees: VOTES, links: false }
}

/// SQLite allows only one server.
const fn instances(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 2,
    }
}

/// One attendee casts with different trackers, all at the same moment: exactly one vote is recorded.
pub(super) async fn one_attendee(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open_with(moment, papers).await?;
    let mut waves = BTreeMap::<i64, Vec<usize>>::new();
    for (place, paper) in poll.papers.iter().enumerate() {
        waves.entry(paper.voter).or_default().push(place);
    }
    let faults = u32::try_from(waves.len())?;
    for (voter, places) in waves {
        let manner = Manner { together: true, ..ground.manner(places.len()) };
        let mut crowd = poll.start(places, manner);
        crowd.let_go().await;
        let said = poll.finish(crowd).await?;
        let recorded = said.iter().filter(|said| matches!(said.outcome, Outcome::Ok { .. })).count();
        if recorded != 1 {
            let tried = said.len();
            poll.violated("I3", format!("of {tried} parallel casts of attendee {voter}, {recorded} were recorded"));
        }
    }
    Ok(Round { faults, ..ground.end(poll).await? })
}

/// A thousand papers of the first attendee, and a wave for each of the others.
fn papers(ground: &Ground, ballot: &Ballot, moment: &mut Moment) -> Vec<Paper> {
    let (first, others) = ground.staged.voters.split_at(1);
    let many = std::iter::repeat_n(&first[0], PARALLEL);
    let voters = many.chain(others.iter().flat_map(|voter| std::iter::repeat_n(voter, WAVE)));
    poll::papers(ballot, voters, &mut moment.chance)
}

/// The ballot closes while many vote: nothing is recorded afterwards, and no recorded vote is lost.
pub(super) async fn close(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open(VOTES, moment).await?;
    let mut crowd = poll.start_all(Manner { together: true, ..ground.manner(CONCURRENT) });
    crowd.let_go().await;
    crowd.vote_for(moment.chance.between(Duration::ZERO, ground.pace.of(VOTES))).await;
    ground.pace.learn(&crowd);
    let at = ground.addresses()[moment.chance.below(ground.servers.len())];
    let mut organiser = ground.api.at(at);
    let faults = u32::from(crowd.under_way() > 0);
    poll.close(&mut organiser).await?;
    sleep(AFTER).await;
    crowd.stop();
    poll.finish(crowd).await?;
    poll.retry_unknown(&ground.addresses()).await?;
    Ok(Round { faults, ..ground.settle(poll).await? })
}
