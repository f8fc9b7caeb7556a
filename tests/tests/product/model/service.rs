//! The service under comparison with the model: two instances on one database, and the way each deed is done there.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use urna_core::{AttendeeStatus, Timestamp};
use urna_tests::{Answer, Api, Ballot, EVENING, Engine, Instance, Voter, World};

use super::state::{Choice, Heard, Model, TieRule, Tracker};
use super::steps::{At, Closing, Deed, Step};
use crate::memory::follow;
use crate::scene::closing_time;

/// Longer than an outdated cache entry lives.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The instances, which outlive many lives, with an organiser signed in at each.
pub(super) struct Service<'a> {
    pub(super) world: &'a World,
    /// A client that is not signed in.
    pub(super) public: Api,
    token: String,
    pub(super) memory: Memory,
    here: Door,
    /// `None` if there is only one instance.
    there: Option<Door>,
    /// The number of ballots so far.
    lives: u32,
}

/// Whether instances cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    Off,
    On,
}

/// An instance, and the organiser signed in there.
struct Door {
    instance: Instance,
    organiser: Api,
    /// Follows the changes of the others.
    _follower: Option<JoinSet<()>>,
}

impl Door {
    async fn open(world: &World, token: &str, memory: Memory) -> Self {
        let instance = world.another_instance().await;
        let follower = match memory {
            Memory::Off => None,
            Memory::On => Some(follow(&[instance.app()]).await),
        };
        Self { organiser: instance.api().with_token(token), instance, _follower: follower }
    }
}

impl<'a> Service<'a> {
    pub(super) async fn start(world: &'a World, memory: Memory) -> Self {
        let organiser = world.organiser(urna_core::Role::Organiser).await;
        let token = organiser.token().expect("an organiser is signed in").to_owned();
        let here = Door::open(world, &token, memory).await;
        let there = match (world.engine(), memory) {
            // On SQLite one process serves the file; it learns only from time to time that another has written.
            (Engine::Sqlite, Memory::On) => None,
            _ => Some(Door::open(world, &token, memory).await),
        };
        Self { world, public: world.api(), token, memory, here, there, lives: 0 }
    }

    pub(super) async fn stop(self) {
        for door in [Some(self.here), self.there].into_iter().flatten() {
            door.instance.stop().await;
        }
    }

    const fn door(&self, at: At) -> &Door {
        match (at, &self.there) {
            (At::There, Some(there)) => there,
            _ => &self.here,
        }
    }

    pub(super) const fn organiser(&self, at: At) -> &Api {
        &self.door(at).organiser
    }

    pub(super) const fn instance(&self, at: At) -> &Instance {
        &self.door(at).instance
    }

    async fn restart(&mut self, at: At) {
        let next = Door::open(self.world, &self.token, self.memory).await;
        let door = match (at, &mut self.there) {
            (At::There, Some(there)) => there,
            _ => &mut self.here,
        };
        std::mem::replace(door, next).instance.stop().await;
    }
}

/// A ballot whose life is compared with the model's.
pub(super) struct Lived<'s, 'w> {
    pub(super) service: &'s mut Service<'w>,
    pub(super) model: Model,
    pub(super) ballot: Ballot,
    /// The model's people, in its order.
    pub(super) people: Vec<Voter>,
    conference: String,
    /// Each voter's first receipt.
    pub(super) receipts: BTreeMap<usize, String>,
    /// The instance of the last public change: another one may show it a moment later.
    pub(super) fresh: At,
}

impl<'s, 'w> Lived<'s, 'w> {
    /// A conference and a ballot for one life, on the same evening each time.
    pub(super) async fn begin(service: &'s mut Service<'w>, model: Model) -> Self {
        let world = service.world;
        world.set_time(evening());
        service.lives += 1;
        let conference = format!("life-{}", service.lives);
        let organiser = &service.here.organiser;
        organiser.add_conference(&conference, "closed").await;
        let mut people = Vec::new();
        for person in &model.people {
            let status = person.standing.expect("in the beginning nobody is erased");
            people.push(world.somebody(&conference, status).await);
        }
        let rule = match model.tie_rule {
            TieRule::Jury => "jury",
            TieRule::Shared => "shared",
        };
        let ballot = organiser.draft(&conference, "award", json!({"tie_rule": {"type": rule}})).await;
        Self { service, model, ballot, people, conference, receipts: BTreeMap::new(), fresh: At::Here }
    }

    /// Applies the step to the model and the service, and compares.
    pub(super) async fn live(&mut self, step: &Step) -> anyhow::Result<()> {
        let heard = self.model.live(&step.deed);
        let answer = self.act(step).await?;
        if let Some(answer) = &answer {
            self.compare(step, answer, heard)?;
        }
        match (step.deed, heard) {
            (_, Heard::Moved { .. } | Heard::Published(_)) | (Deed::SetClose(_), Heard::Done(_)) => {
                self.fresh = step.at;
            }
            (Deed::Block(who) | Deed::Approve(who) | Deed::Erase(who), Heard::Done(_)) => {
                self.spread(step.at, who).await?;
            }
            _ => {}
        }
        self.check(step).await
    }

    /// Applies the step to the service. `None` if no request was made.
    async fn act(&mut self, step: &Step) -> anyhow::Result<Option<Answer>> {
        let organiser = self.service.organiser(step.at).clone();
        let ballot = format!("ballots/{}", self.ballot.id);
        let done_to = |who: usize| format!("attendees/{}", self.people[who].id);
        Ok(Some(match step.deed {
            Deed::Go(to) => organiser.transition(&self.ballot, to.as_str()).await,
            Deed::Cast { who, tracker, choice } => {
                let body = self.vote(tracker, choice)?;
                self.voter(step.at, who).post(&format!("{ballot}/votes"), &body).await
            }
            Deed::SetClose(closing) => {
                let body = self.closes_at(closing);
                closing_time(&organiser, &self.ballot, body).await
            }
            Deed::Wait(_) => {
                self.service.world.set_time(at(self.model.now));
                return Ok(None);
            }
            Deed::RunSchedule => {
                let ran = self.service.instance(step.at).app().run_schedule().await;
                ensure!(ran.is_ok(), "the scheduler fails: {ran:?}");
                return Ok(None);
            }
            Deed::Join => self.join(&organiser).await,
            Deed::SignIn(who) => self.sign_in(step.at, who).await,
            Deed::Block(who) => organiser.post(&format!("{}/blocks", done_to(who)), &json!({})).await,
            Deed::Approve(who) => organiser.post(&format!("{}/approvals", done_to(who)), &json!({})).await,
            Deed::Erase(who) => organiser.delete(&done_to(who)).await,
            Deed::Count => organiser.ballot(&self.ballot, "tally").await,
            Deed::BreakTie => {
                let order = self.model.order_of_jury().into_iter().map(|place| &self.ballot.candidates[place]);
                let order: Vec<_> = order.collect();
                let body = json!({"order": order, "reason": "The pitch.", "decided_by": "The jury"});
                organiser.post(&format!("{ballot}/tie-breaks"), &body).await
            }
            Deed::Publish { note } => {
                let body = if note { json!({"note": "For the record."}) } else { json!({}) };
                organiser.post(&format!("{ballot}/publications"), &body).await
            }
            Deed::Restart => {
                self.service.restart(step.at).await;
                return Ok(None);
            }
        }))
    }

    /// Waits until the other instance has also heard of a change to somebody. It judges votes by fresh data, but may
    /// cache the session until then.
    async fn spread(&self, from: At, who: usize) -> anyhow::Result<()> {
        let elsewhere = if from == At::Here { At::There } else { At::Here };
        let (person, session) = (self.model.people[who], self.voter(elsewhere, who));
        let expected = json!(person.standing.filter(|_| person.signed_in).map(AttendeeStatus::as_str));
        let begun = Instant::now();
        loop {
            let known = session.get("sessions/current").await;
            if known.json["attendee"]["status"] == expected {
                return Ok(());
            }
            let may_be_old = self.service.memory == Memory::On && begun.elapsed() < PATIENCE;
            ensure!(may_be_old, "the session of person {who} elsewhere: expected {expected}, found {}", known.body);
            tokio::task::yield_now().await;
        }
    }

    /// The voter at an instance.
    pub(super) fn voter(&self, at: At, who: usize) -> Api {
        let token = self.people[who].api.token().expect("everybody has been signed in once");
        self.service.organiser(at).with_token(token)
    }

    fn vote(&self, tracker: Tracker, choice: Choice) -> anyhow::Result<Value> {
        let choice = match choice {
            Choice::Candidate(place) => json!({"candidate": self.ballot.candidates[place]}),
            Choice::Blank => json!({"blank": true}),
            Choice::Stranger => json!({"candidate": self.ballot.id}),
        };
        Ok(match tracker {
            Tracker::Absent => json!({ "choice": choice }),
            Tracker::Made(number) => json!({"choice": choice, "tracker": made(number)}),
            Tracker::MadeFor(voter) => json!({"choice": choice, "tracker": self.receipt(voter)?["tracker"]}),
        })
    }

    /// The receipt that this person was given.
    pub(super) fn receipt(&self, voter: usize) -> anyhow::Result<Value> {
        let body = self.receipts.get(&voter).with_context(|| format!("person {voter} has no receipt"))?;
        Ok(serde_json::from_str::<Value>(body)?["receipt"].take())
    }

    fn closes_at(&self, closing: Closing) -> Value {
        match closing {
            Closing::Never => json!({"closes_at": null}),
            Closing::InSeconds(seconds) => json!({ "in_seconds": seconds }),
            Closing::JustPassed => json!({"closes_at": at(self.model.now - 1).to_string()}),
        }
    }

    async fn join(&mut self, organiser: &Api) -> Answer {
        let body = json!({"name": "Somebody else", "verified": true});
        let added = organiser.post(&format!("conferences/{}/attendees", self.conference), &body).await.expect(201);
        let id = added.text("/id");
        let link = organiser.show_link(&id).await;
        self.people.push(Voter { api: organiser.sign_in(&link).await, id, link });
        added
    }

    async fn sign_in(&mut self, at: At, who: usize) -> Answer {
        let organiser = self.service.organiser(at);
        let person = &mut self.people[who];
        let answer = organiser.post("sessions", &json!({"personal_link": person.link})).await;
        if let Some(token) = answer.json["token"].as_str() {
            person.api = person.api.with_token(token);
        }
        answer
    }

    /// Whether the response is as expected.
    fn compare(&mut self, step: &Step, answer: &Answer, heard: Heard) -> anyhow::Result<()> {
        let (status, code) = (answer.status, answer.json["code"].as_str());
        let as_expected = match heard {
            Heard::Nothing => false,
            Heard::Done(expected) => status == expected,
            Heard::Refused(expected, why) => status == expected && code == Some(why),
            Heard::Published(version) => status == 201 && answer.json == json!({ "version": version }),
            Heard::Moved { from, to } => {
                let at = self.service.world.now().to_string();
                let moved = json!({"from": from.as_str(), "to": to.as_str(), "at": at});
                status == 201 && answer.json == moved
            }
            // Byte for byte the first receipt.
            Heard::Receipt { status: 200, of } => status == 200 && self.receipts.get(&of) == Some(&answer.body),
            Heard::Receipt { status: expected, of } => {
                ensure!(self.receipts.insert(of, answer.body.clone()).is_none(), "a second vote of person {of}");
                status == expected && self.is_receipt_for(step, answer)
            }
        };
        let first = match heard {
            Heard::Receipt { of, .. } => self.receipts.get(&of).map_or("none", String::as_str),
            _ => "",
        };
        ensure!(as_expected, "expected {heard:?} {first}\nheard {status} {}", answer.body);
        Ok(())
    }

    /// Whether a receipt is for this ballot and the tracker that was sent.
    fn is_receipt_for(&self, step: &Step, answer: &Answer) -> bool {
        let given = &answer.json["receipt"]["tracker"];
        let sent = match step.deed {
            Deed::Cast { tracker: Tracker::Made(number), .. } => *given == made(number),
            _ => given.is_string(),
        };
        sent && answer.json["ballot_id"] == self.ballot.id
    }
}

fn evening() -> Timestamp {
    EVENING.parse().expect("the evening is a time")
}

/// This many microseconds after the evening began.
pub(super) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(evening().as_micros() + micros).expect("a life ends within the calendar")
}

/// The tracker with this number. Real trackers are random; here only equality matters.
fn made(number: u8) -> String {
    urna_core::Tracker::new([number; 32]).to_string()
}
