//! "A retry is safe": every sender, tracker and state, and the expected response.

use serde_json::json;
use urna_core::Role;
use urna_tests::{Answer, Ballot, Cases, Voter, World, cases, tracker};

use crate::look::tables;
use crate::scene::{CONFERENCE, closing_time, go_on, organiser, vote};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            before_the_opening_nothing_is_recorded,
            while_open_a_retry_is_safe,
            while_paused_a_retry_is_safe,
            once_closed_a_retry_is_safe,
            once_published_a_retry_is_safe,
            once_cancelled_nothing_is_answered_but_that,
            once_closed_and_cancelled_nothing_is_answered_but_that,
            from_the_closing_time_on_it_is_as_if_closed,
            from_the_closing_time_on_a_paused_ballot_is_as_if_closed,
            the_close_changes_no_answer;
    }
}

/// The request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// A choice without a tracker.
    NoTracker,
    /// An unused tracker.
    Fresh,
    /// The tracker of their vote, with its choice.
    OwnSameChoice,
    /// The tracker of their vote, with another choice.
    OwnOtherChoice,
    /// The tracker of somebody else's vote, with that vote's choice.
    Foreign,
}

use Sent::{Foreign, Fresh, NoTracker, OwnOtherChoice, OwnSameChoice};

const BY_PARTICIPANTS: [Sent; 5] = [NoTracker, Fresh, OwnSameChoice, OwnOtherChoice, Foreign];
const BY_OTHERS: [Sent; 3] = [NoTracker, Fresh, Foreign];

/// The expected response.
#[derive(Debug, Clone, Copy)]
enum Heard {
    /// 200, and the sender's own receipt, byte for byte.
    Receipt,
    /// 200, and the receipt of the vote with that tracker.
    ReceiptOfTracker,
    /// A refusal.
    Refused(u16, &'static str),
}

const ALREADY_VOTED: Heard = Heard::Refused(409, "already-voted");
const REUSED: Heard = Heard::Refused(409, "tracker-reused");
const CLOSED: Heard = Heard::Refused(410, "ballot-closed");
const CANCELLED: Heard = Heard::Refused(410, "ballot-cancelled");

/// Two people who have voted, one who has not, and the receipts.
struct Table {
    ballot: Ballot,
    participant: Voter,
    other_participant: Voter,
    outsider: Voter,
    receipt: Answer,
    receipt_of_other: Answer,
}

impl Table {
    async fn set(world: &World) -> Self {
        let organiser = organiser(world).await;
        let [participant, other_participant, outsider] = organiser.voters(CONFERENCE, 3).await.try_into().unwrap();
        let ballot = organiser.open_ballot(CONFERENCE, "award").await;
        let receipt = participant.api.cast(&ballot, 0, &tracker()).await.expect(201);
        let receipt_of_other = other_participant.api.cast(&ballot, 1, &tracker()).await.expect(201);
        Self { ballot, participant, other_participant, outsider, receipt, receipt_of_other }
    }

    async fn send(&self, voter: &Voter, sent: Sent) -> Answer {
        let fresh = tracker();
        let own = self.receipt.text("/receipt/tracker");
        let foreign = self.receipt_of_other.text("/receipt/tracker");
        let (candidate, tracker) = match sent {
            NoTracker => (0, None),
            Fresh => (0, Some(fresh.as_str())),
            OwnSameChoice => (0, Some(own.as_str())),
            OwnOtherChoice => (2, Some(own.as_str())),
            Foreign => (1, Some(foreign.as_str())),
        };
        voter.api.post(&format!("ballots/{}/votes", self.ballot.id), &vote(&self.ballot, candidate, tracker)).await
    }

    /// Sends each case twice and compares with the table; nothing is written, and the turnout stays.
    async fn expect(
        &self,
        world: &World,
        participant: impl Fn(Sent) -> Heard,
        outsider: impl Fn(Sent) -> Option<Heard>,
    ) {
        let (before, turnout) = (tables(world).await, self.turnout(world).await);
        for _ in 0..2 {
            for sent in BY_PARTICIPANTS {
                self.check(&self.send(&self.participant, sent).await, participant(sent), sent);
            }
            for sent in BY_OTHERS {
                if let Some(heard) = outsider(sent) {
                    self.check(&self.send(&self.outsider, sent).await, heard, sent);
                }
            }
            assert_eq!(self.turnout(world).await, turnout);
        }
        assert_eq!(tables(world).await, before);
    }

    fn check(&self, answer: &Answer, heard: Heard, sent: Sent) {
        let receipt = match heard {
            Heard::Refused(status, code) => {
                assert_eq!((answer.status, answer.json["code"].as_str()), (status, Some(code)), "{sent:?}");
                return answer.refused(status, code);
            }
            Heard::Receipt => &self.receipt,
            Heard::ReceiptOfTracker => &self.receipt_of_other,
        };
        assert_eq!(answer.status, 200, "{sent:?}: {}", answer.body);
        assert_eq!(answer.body, receipt.body, "{sent:?}");
    }

    async fn turnout(&self, world: &World) -> String {
        world.api().ballot(&self.ballot, "turnout").await.expect(200).body
    }
}

/// The responses to voters while the ballot runs.
fn running(sent: Sent) -> Heard {
    match sent {
        OwnSameChoice => Heard::Receipt,
        OwnOtherChoice => REUSED,
        NoTracker | Fresh | Foreign => ALREADY_VOTED,
    }
}

/// The responses to voters once it is over: then nobody knows any more whose tracker it is, and with which choice.
fn over(sent: Sent) -> Heard {
    match sent {
        NoTracker | Fresh => ALREADY_VOTED,
        OwnSameChoice | OwnOtherChoice => Heard::Receipt,
        Foreign => Heard::ReceiptOfTracker,
    }
}

async fn before_the_opening_nothing_is_recorded(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let used_elsewhere = tracker();
    let other = organiser.open_ballot(CONFERENCE, "another").await;
    let _vote = voter.cast(&other, 0, &used_elsewhere).await.expect(201);
    let before = tables(world).await;
    for state in ["draft", "ready"] {
        if state == "ready" {
            go_on(&organiser, &ballot, state).await;
        }
        for tracker in [None, Some(tracker().as_str()), Some(used_elsewhere.as_str())] {
            let body = vote(&ballot, 0, tracker);
            let answer = voter.post(&format!("ballots/{}/votes", ballot.id), &body).await;
            answer.refused(409, "ballot-not-open");
        }
    }
    assert_eq!(tables(world).await, before);
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 1, "voted": 0}));
}

async fn while_open_a_retry_is_safe(world: &World) {
    let table = Table::set(world).await;
    let outsider = |sent| (sent == Foreign).then_some(REUSED);
    table.expect(world, running, outsider).await;
    // The refused request has not cost the outsider their vote.
    let _vote = table.send(&table.outsider, Fresh).await.expect(201);
    let repeated = table.send(&table.other_participant, Foreign).await.expect(200);
    assert_eq!(repeated.body, table.receipt_of_other.body, "to its owner the tracker is not foreign");
}

async fn while_paused_a_retry_is_safe(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    go_on(&organiser, &table.ballot, "paused").await;
    let outsider = |sent| Some(if sent == Foreign { REUSED } else { Heard::Refused(409, "ballot-paused") });
    table.expect(world, running, outsider).await;
    go_on(&organiser, &table.ballot, "open").await;
    let _vote = table.send(&table.outsider, NoTracker).await.expect(201);
}

async fn once_closed_a_retry_is_safe(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    go_on(&organiser, &table.ballot, "closed").await;
    table.expect(world, over, |_| Some(CLOSED)).await;
}

async fn once_published_a_retry_is_safe(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    go_on(&organiser, &table.ballot, "closed").await;
    let order = json!({"order": table.ballot.candidates[..2], "reason": "The pitch.", "decided_by": "The jury"});
    let _decided = organiser.post(&format!("ballots/{}/tie-breaks", table.ballot.id), &order).await.expect(201);
    go_on(&organiser, &table.ballot, "published").await;
    table.expect(world, over, |_| Some(CLOSED)).await;
}

async fn once_cancelled_nothing_is_answered_but_that(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    go_on(&organiser, &table.ballot, "cancelled").await;
    table.expect(world, |_| CANCELLED, |_| Some(CANCELLED)).await;
}

async fn once_closed_and_cancelled_nothing_is_answered_but_that(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    go_on(&organiser, &table.ballot, "closed").await;
    go_on(&organiser, &table.ballot, "cancelled").await;
    table.expect(world, |_| CANCELLED, |_| Some(CANCELLED)).await;
}

async fn from_the_closing_time_on_it_is_as_if_closed(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    let _set = closing_time(&organiser, &table.ballot, json!({"in_seconds": 10})).await.expect(201);
    world.pass_seconds(10);
    table.expect(world, over, |_| Some(CLOSED)).await;
    assert_eq!(tables(world).await.inbox.len(), 2, "nothing has acted yet");
}

async fn from_the_closing_time_on_a_paused_ballot_is_as_if_closed(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    let _set = closing_time(&organiser, &table.ballot, json!({"in_seconds": 10})).await.expect(201);
    go_on(&organiser, &table.ballot, "paused").await;
    world.pass_seconds(10);
    table.expect(world, over, |_| Some(CLOSED)).await;
    assert_eq!(tables(world).await.inbox.len(), 2, "nothing has acted yet");
}

async fn the_close_changes_no_answer(world: &World) {
    let table = Table::set(world).await;
    let organiser = world.organiser(Role::Organiser).await;
    let _set = closing_time(&organiser, &table.ballot, json!({"in_seconds": 10})).await.expect(201);
    world.pass_seconds(10);
    let mut answers = Vec::new();
    for _ in 0..2 {
        for (voter, sent) in BY_PARTICIPANTS
            .map(|sent| (&table.participant, sent))
            .into_iter()
            .chain(BY_OTHERS.map(|sent| (&table.outsider, sent)))
        {
            let answer = table.send(voter, sent).await;
            let body = if answer.status == 200 { answer.body } else { answer.json["code"].to_string() };
            answers.push((answer.status, body));
        }
        let _next = world.app().run_schedule().await.unwrap();
    }
    let (before, after) = answers.split_at(BY_PARTICIPANTS.len() + BY_OTHERS.len());
    assert_eq!(before, after);
    assert_eq!(tables(world).await.sealed.len(), 2);
}
