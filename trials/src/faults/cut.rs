//! Row 9: the answer is cut after the commit. The voter retries on the same device, on another one, and with another
//! tracker.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use urna_core::Tracker;
use urna_trials::api::{Api, Ballot, text};
use urna_trials::votes::{self, Outcome};

use super::catalogue::Engine;
use super::crowd::{Manner, Paper, Said};
use super::ground::{Ground, Setup};
use super::poll::{self, Poll};
use super::proxy::{self, Proxy, split};
use super::trial::{Moment, Round};

/// The number of answers cut in a round.
const VOTERS: usize = 200;

const CONNECTIONS: usize = 20;

/// Longer than any answer to a vote.
const ANSWER: usize = 1500;

/// The number of voters who retry after the close.
const AFTER: usize = 20;

/// The setup of a round.
pub(super) const fn setup(engine: Engine) -> Setup {
    let instances = match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 2,
    };
    Setup { instances, attendees: VOTERS, links: true }
}

/// Each voter has three papers: the vote, the same from another device, and one with another tracker.
const ORIGINAL: usize = 0;
const OTHER_DEVICE: usize = 1;
const OTHER_TRACKER: usize = 2;

/// The indices of all papers of one kind.
fn places(kind: usize) -> Vec<usize> {
    (kind * VOTERS..(kind + 1) * VOTERS).collect()
}

/// A round: cuts one answer per voter.
pub(super) async fn round(ground: &mut Ground, moment: &mut Moment) -> Result<Round> {
    sign_in_elsewhere(ground).await?;
    let mut poll = ground.open_with(moment, papers).await?;
    let cut = cut(ground, moment, &mut poll).await?;
    let faults = u32::try_from(cut.len())?;

    let repeated = |outcome: &Outcome| *outcome == Outcome::Ok { status: 200 };
    // The same device, at any server.
    let said = cast(ground, &mut poll, places(ORIGINAL)).await?;
    let (recorded, others): (Vec<Said>, Vec<Said>) = said.into_iter().partition(|said| cut.contains(&said.paper));
    expect(&mut poll, &recorded, "the same tracker", repeated);
    expect(&mut poll, &others, "the same tracker", |outcome| matches!(outcome, Outcome::Ok { .. }));
    let said = cast(ground, &mut poll, places(OTHER_DEVICE)).await?;
    expect(&mut poll, &said, "the same tracker on another device", repeated);
    for voter in 0..VOTERS {
        poll.must_be_the_same_receipt(ORIGINAL * VOTERS + voter, OTHER_DEVICE * VOTERS + voter);
    }
    let refused = |outcome: &Outcome| matches!(outcome, Outcome::Fail { status: 409, code } if code == "already-voted");
    let said = cast(ground, &mut poll, places(OTHER_TRACKER)).await?;
    expect(&mut poll, &said, "another tracker", refused);

    poll.close(&mut ground.api).await?;
    let said = cast(ground, &mut poll, places(OTHER_DEVICE)[..AFTER].to_vec()).await?;
    expect(&mut poll, &said, "the same tracker after the close", repeated);
    let said = cast(ground, &mut poll, places(OTHER_TRACKER)[..AFTER].to_vec()).await?;
    expect(&mut poll, &said, "another tracker after the close", refused);
    Ok(Round { faults, ..ground.settle(poll).await? })
}

/// Gives everybody a second session, as on another device. It is created once, by personal link.
async fn sign_in_elsewhere(ground: &mut Ground) -> Result<()> {
    if !ground.other_sessions.is_empty() {
        return Ok(());
    }
    let mut api = Api::new(ground.servers[0].address());
    for voter in &ground.staged.voters {
        let link = voter.link.as_ref().context("everybody has a link here")?;
        let session = api.post("/sessions", &json!({"personal_link": link})).await?;
        ground.other_sessions.push(text(&session, "/token")?);
    }
    Ok(())
}

fn papers(ground: &Ground, ballot: &Ballot, moment: &mut Moment) -> Vec<Paper> {
    let mut papers = poll::papers(ballot, ground.staged.voters.iter(), &mut moment.chance);
    let elsewhere = |(paper, session): (&Paper, &String)| {
        let request = votes::cast(ballot, usize::from(paper.choice), &paper.tracker, session);
        Paper { voter: paper.voter, tracker: paper.tracker, choice: paper.choice, request }
    };
    let others: Vec<Paper> = papers.iter().zip(&ground.other_sessions).map(elsewhere).collect();
    papers.extend(others);
    papers.extend(poll::papers(ballot, ground.staged.voters.iter(), &mut moment.chance));
    papers
}

/// Lets everybody vote, and delivers none or only part of each answer. Returns the papers whose vote was recorded.
async fn cut(ground: &Ground, moment: &mut Moment, poll: &mut Poll) -> Result<BTreeSet<usize>> {
    const GROUPS: usize = 10;
    let mut proxies = Vec::new();
    for address in ground.addresses() {
        proxies.push(Proxy::to(address).await?);
    }
    for group in places(ORIGINAL).chunks(VOTERS / GROUPS) {
        let bytes = if moment.chance.coin() { 0 } else { moment.chance.below(ANSWER) };
        for proxy in &proxies {
            proxy.set(proxy::Manner::Cut(bytes));
        }
        let addresses = proxies.iter().map(Proxy::address).collect();
        let crowd = poll.start(group.to_vec(), Manner::new(addresses, CONNECTIONS));
        poll.finish(crowd).await?;
    }
    let mut recorded = BTreeSet::new();
    for answer in proxies.iter().flat_map(Proxy::swallowed) {
        let (head, body) = split(&answer).context("a swallowed answer is one")?;
        // An unrecorded vote has no receipt.
        if head.starts_with("HTTP/1.1 201") {
            recorded.insert(hear(poll, body)?);
        }
    }
    Ok(recorded)
}

/// Notes the undelivered receipt, so that every later one is compared with it.
fn hear(poll: &mut Poll, body: &[u8]) -> Result<usize> {
    let receipt: Value = serde_json::from_slice(body).context("a swallowed receipt is JSON")?;
    let tracker: Tracker = text(&receipt, "/receipt/tracker")?.parse()?;
    let papers = Arc::clone(&poll.papers);
    let place = papers.iter().position(|paper| paper.tracker == tracker).context("somebody has sent this tracker")?;
    poll.hear(place, body.to_vec());
    Ok(place)
}

/// Casts these papers, bypassing the proxies.
async fn cast(ground: &Ground, poll: &mut Poll, places: Vec<usize>) -> Result<Vec<Said>> {
    let crowd = poll.start(places, ground.manner(CONNECTIONS));
    poll.finish(crowd).await
}

fn expect(poll: &mut Poll, said: &[Said], what: &str, right: impl Fn(&Outcome) -> bool) {
    for said in said.iter().filter(|said| !right(&said.outcome)) {
        let voter = poll.papers[said.paper].voter;
        poll.violated("retry", format!("attendee {voter}, {what}: {:?}", said.outcome));
    }
}
