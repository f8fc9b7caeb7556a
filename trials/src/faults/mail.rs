//! Row 14: the mail server is down, slow, or refuses temporarily or permanently. Voting is unaffected; in the end
//! everybody has their mail, exactly once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use tokio::time::sleep;
use urna_trials::stage::Voter;
use urna_trials::votes::Outcome;

use super::clock::FakeClock;
use super::ground::{self, Ground, Setup};
use super::poll::Poll;
use super::smtp::{MailServer, Mood};
use super::trial::{Moment, Round, Run};

/// The setup of a round.
const SETUP: Setup = Setup { instances: 1, attendees: 400, links: true };

const CONNECTIONS: usize = 20;

/// The number of mails in a round.
const MAILS: usize = 8;

/// The server's clock jumps this far when the mail server recovers: every pending retry is then due.
const LATER: i64 = 3700;

/// Time limit for the mails after that.
const LIMIT: Duration = Duration::from_secs(20);

/// By then a duplicate mail would have arrived: longer than the pauses of the worker.
const QUIET: Duration = Duration::from_millis(1200);

const LOOK: Duration = Duration::from_millis(10);

/// Time limit for a refusal to appear in the outbox.
const NOTED: Duration = Duration::from_millis(200);

const MOODS: [Mood; 4] =
    [Mood::Down, Mood::Slow(Duration::from_millis(100)), Mood::Refusing("451 later"), Mood::Refusing("550 never")];

/// Runs the rounds of the row.
pub(super) async fn run(run: &mut Run<'_>) -> Result<()> {
    let clock = FakeClock::new(run.trial.folder("mail")?.join("offset"))?;
    let server = MailServer::start().await?;
    let make = async |run: &mut Run<'_>| {
        let plain = ground::instance(run)?;
        let staged = ground::stage(&plain, SETUP).await?;
        let instance = clock.of(plain).with("URNA_MAIL", server.url()).with("URNA_MAIL_FROM", "urna@example.org");
        Ground::on(instance, staged, SETUP.instances).await
    };
    ground::rounds(run, make, async |ground, moment| {
        let done = Box::pin(round(&clock, &server, ground, moment)).await;
        server.set(Mood::Good);
        clock.set(0)?;
        done
    })
    .await
}

async fn round(clock: &FakeClock, server: &MailServer, ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    let mut poll = ground.open(SETUP.attendees, moment).await?;
    server.forget();
    server.set(MOODS[usize::try_from(moment.number)? % MOODS.len()]);
    let crowd = poll.start_all(ground.manner(CONNECTIONS));
    let first = moment.chance.below(SETUP.attendees - MAILS);
    let wanted: Vec<Voter> = ground.staged.voters[first..first + MAILS].to_vec();
    for voter in &wanted {
        let path = format!("/attendees/{}/personal-links", voter.id);
        ground.api.post(&path, &json!({"deliver": "email"})).await?;
    }
    for said in poll.finish(crowd).await? {
        if !matches!(said.outcome, Outcome::Ok { .. }) {
            poll.violated("mail", format!("a vote was answered {:?} while mail was in trouble", said.outcome));
        }
    }
    let begin = Instant::now();
    // Each mail is tried once before the clock jumps: a later failure would wait from the new time.
    while server.refused() + server.accepted() < MAILS && begin.elapsed() < LIMIT {
        sleep(LOOK).await;
    }
    sleep(NOTED).await;
    server.set(Mood::Good);
    clock.set(LATER)?;
    let begin = Instant::now();
    while server.accepted() < MAILS && begin.elapsed() < LIMIT {
        sleep(LOOK).await;
    }
    let recovery = begin.elapsed();
    sleep(QUIET).await;
    clock.set(0)?;
    compare(&mut poll, &wanted, &server.recipients());
    let round = ground.end(poll).await?;
    Ok(Round { faults: u32::try_from(MAILS)?, recovery, ..round })
}

fn compare(poll: &mut Poll, wanted: &[Voter], accepted: &[String]) {
    let mut mails: BTreeMap<String, usize> =
        wanted.iter().map(|voter| (format!("{}@example.org", voter.id.simple()), 0)).collect();
    for recipient in accepted {
        // The address is the id, on PostgreSQL with hyphens.
        match mails.get_mut(&recipient.replace('-', "")) {
            Some(count) => *count += 1,
            None => poll.violated("mail", "a mail to somebody who wanted none"),
        }
    }
    for (_, count) in mails.into_iter().filter(|(_, count)| *count != 1) {
        poll.violated("mail", format!("somebody who wanted one mail was sent {count}"));
    }
}
