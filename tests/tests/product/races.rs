//! Two instances on one database do the same thing at the same time.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::AttendeeStatus;
use urna_tests::{Answer, Api, Ballot, Cases, Instance, World, cases, tracker};

use crate::look::{history, tables};
use crate::scene::{CONFERENCE, closing_time, organiser, take_to};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            two_instances_open_a_ballot_once,
            two_instances_close_a_ballot_once,
            two_instances_cancel_a_ballot_once,
            two_instances_publish_once,
            two_instances_erase_a_person_once,
            two_instances_block_a_person_once,
            two_instances_record_one_vote,
            two_instances_give_one_tracker_to_one_person,
            two_instances_withdraw_a_candidate_once,
            a_scheduled_opening_and_close_happen_once,
            of_close_and_cancel_both_may_happen_but_only_in_that_order,
            of_publish_and_cancel_only_one_happens,
            of_freezing_and_editing_no_edit_is_lost_or_late,
            a_cast_and_an_erasure_leave_no_vote_of_nobody,
            openings_and_the_desk_do_not_block_each_other;
    }
}

/// The number of rounds per race.
const ROUNDS: usize = 5;

/// An organiser on two instances.
struct Two {
    second: Instance,
    here: Api,
    there: Api,
}

impl Two {
    async fn start(world: &World) -> Self {
        let here = organiser(world).await;
        let second = world.another_instance().await;
        let there = second.api().with_token(here.token().unwrap());
        Self { second, here, there }
    }

    /// The same person on the second instance.
    fn twin(&self, api: &Api) -> Api {
        self.second.api().with_token(api.token().unwrap())
    }

    /// Sends the same request to both instances at once.
    async fn both(&self, method: Method, path: &str, body: &Value) -> [Answer; 2] {
        let send = |api: &Api| tokio::spawn(Api::send(api.request(method.clone(), path).json(body)));
        let (one, two) = (send(&self.here), send(&self.there));
        [one.await.unwrap(), two.await.unwrap()]
    }

    async fn transition_both(&self, ballot: &Ballot, to: &str) -> [Answer; 2] {
        let body = json!({"to": to, "reason": "For the record."});
        self.both(Method::POST, &format!("ballots/{}/transitions", ballot.id), &body).await
    }

    async fn ballot_in(&self, slug: &str, state: &str) -> Ballot {
        let ballot = self.here.draft(CONFERENCE, slug, json!({})).await;
        take_to(&self.here, &ballot, state).await;
        ballot
    }
}

/// Of two responses one is a success with this status, the other this refusal.
fn must_be_once(answers: [Answer; 2], success: u16, (status, code): (u16, &str)) -> Answer {
    let [one, two] = answers;
    let (won, lost) = if one.status == success { (one, two) } else { (two, one) };
    lost.refused(status, code);
    won.expect(success)
}

const INVALID_TRANSITION: (u16, &str) = (409, "invalid-transition");

async fn two_instances_open_a_ballot_once(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "draft").await;
        let won = must_be_once(two.transition_both(&ballot, "open").await, 201, INVALID_TRANSITION);
        assert_eq!((&won.json["from"], &won.json["to"]), (&json!("draft"), &json!("open")));
        assert_eq!(history(world, &ballot).await, ["opened"]);
        assert_eq!(tables(world).await.keys.len(), round, "one key for each ballot");
    }
    two.second.stop().await;
}

async fn two_instances_close_a_ballot_once(world: &World) {
    let two = Two::start(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "open").await;
        for voter in &voters {
            let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
        }
        let _won = must_be_once(two.transition_both(&ballot, "closed").await, 201, INVALID_TRANSITION);
        assert_eq!(history(world, &ballot).await, ["opened", "closed"]);
        assert_eq!(tables(world).await.sealed.len(), 3 * round);
    }
    two.second.stop().await;
}

async fn two_instances_cancel_a_ballot_once(world: &World) {
    let two = Two::start(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "open").await;
        for voter in &voters {
            let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
        }
        let _won = must_be_once(two.transition_both(&ballot, "cancelled").await, 201, INVALID_TRANSITION);
        assert_eq!(history(world, &ballot).await, ["opened", "cancelled"]);
        assert_eq!(tables(world).await.cancelled.len(), 3 * round);
    }
    two.second.stop().await;
}

async fn two_instances_publish_once(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "closed").await;
        let answers = two.both(Method::POST, &format!("ballots/{}/publications", ballot.id), &json!({})).await;
        let won = must_be_once(answers, 201, (409, "already-published"));
        assert_eq!(won.json, json!({"version": 1}));
        let results = world.api().ballot(&ballot, "results").await.expect(200);
        assert_eq!(results.json["versions"], json!([1]));
    }
    two.second.stop().await;
}

async fn two_instances_erase_a_person_once(world: &World) {
    let two = Two::start(world).await;
    for person in world.crowd(CONFERENCE, ROUNDS).await {
        let answers = two.both(Method::DELETE, &format!("attendees/{}", person.id), &Value::Null).await;
        let _won = must_be_once(answers, 204, (404, "not-found"));
        person.api.get("sessions/current").await.refused(401, "not-signed-in");
    }
    two.second.stop().await;
}

async fn two_instances_block_a_person_once(world: &World) {
    let two = Two::start(world).await;
    let _running = {
        let _voter = world.crowd(CONFERENCE, 1).await;
        two.ballot_in("award", "open").await
    };
    for person in world.crowd(CONFERENCE, ROUNDS).await {
        let path = format!("attendees/{}/blocks", person.id);
        for answer in two.both(Method::POST, &path, &json!({})).await {
            assert_eq!(answer.expect(201).json["status"], AttendeeStatus::Blocked.as_str());
        }
    }
    let events = two.here.get("audit-events?limit=200").await.expect(200);
    let blocked = events.json["items"].as_array().unwrap().iter().filter(|event| event["action"] == "attendee.blocked");
    assert_eq!(blocked.count(), ROUNDS);
    two.second.stop().await;
}

async fn two_instances_record_one_vote(world: &World) {
    let two = Two::start(world).await;
    let voters = world.crowd(CONFERENCE, ROUNDS).await;
    let ballot = two.ballot_in("award", "open").await;
    for voter in &voters {
        let (here, there) = (voter.api.clone(), two.twin(&voter.api));
        let (ballot_here, ballot_there) = (ballot.clone(), ballot.clone());
        let here = tokio::spawn(async move { here.cast(&ballot_here, 0, &tracker()).await });
        let there = tokio::spawn(async move { there.cast(&ballot_there, 1, &tracker()).await });
        let _won = must_be_once([here.await.unwrap(), there.await.unwrap()], 201, (409, "already-voted"));
    }
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (ROUNDS, ROUNDS));
    two.second.stop().await;
}

async fn two_instances_give_one_tracker_to_one_person(world: &World) {
    let two = Two::start(world).await;
    let voters = world.crowd(CONFERENCE, 2 * ROUNDS).await;
    let ballot = two.ballot_in("award", "open").await;
    for pair in voters.chunks(2) {
        let (here, there, shared) = (pair[0].api.clone(), two.twin(&pair[1].api), tracker());
        let (ballot_here, ballot_there, same) = (ballot.clone(), ballot.clone(), shared.clone());
        let here = tokio::spawn(async move { here.cast(&ballot_here, 0, &shared).await });
        let there = tokio::spawn(async move { there.cast(&ballot_there, 0, &same).await });
        let _won = must_be_once([here.await.unwrap(), there.await.unwrap()], 201, (409, "tracker-reused"));
    }
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (ROUNDS, ROUNDS), "a refusal leaves no participation");
    two.second.stop().await;
}

async fn two_instances_withdraw_a_candidate_once(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "open").await;
        let body = json!({"candidate_id": ballot.candidates[0], "reason": "A new post."});
        let answers = two.both(Method::POST, &format!("ballots/{}/withdrawals", ballot.id), &body).await;
        let _won = must_be_once(answers, 201, (409, "already-withdrawn"));
        assert_eq!(history(world, &ballot).await, ["opened", "withdrawn"]);
    }
    two.second.stop().await;
}

async fn a_scheduled_opening_and_close_happen_once(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let in_ten_minutes = world.now().plus_seconds(600).to_string();
    let mut ballots = Vec::new();
    for round in 1..=ROUNDS {
        let ballot = two.here.draft(CONFERENCE, &format!("ballot-{round}"), json!({"opens_at": in_ten_minutes})).await;
        take_to(&two.here, &ballot, "ready").await;
        ballots.push(ballot);
    }
    world.pass_seconds(600);
    let (here, there) = tokio::join!(world.app().run_schedule(), two.second.app().run_schedule());
    assert!(here.is_ok() && there.is_ok());
    for ballot in &ballots {
        assert_eq!(history(world, ballot).await, ["opened"]);
        let _set = closing_time(&two.here, ballot, json!({"in_seconds": 60})).await.expect(201);
    }
    world.pass_seconds(60);
    let (here, there) = tokio::join!(world.app().run_schedule(), two.second.app().run_schedule());
    assert!(here.is_ok() && there.is_ok());
    for ballot in &ballots {
        assert_eq!(history(world, ballot).await, ["opened", "closing_time", "closed"]);
    }
    two.second.stop().await;
}

async fn of_close_and_cancel_both_may_happen_but_only_in_that_order(world: &World) {
    let two = Two::start(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "open").await;
        let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
        let (close, cancel) =
            tokio::join!(two.here.transition(&ballot, "closed"), two.there.transition(&ballot, "cancelled"));
        let _cancelled = cancel.expect(201);
        let lived = history(world, &ballot).await;
        if close.status == 201 {
            assert_eq!(lived, ["opened", "closed", "cancelled"]);
        } else {
            close.refused(409, "invalid-transition");
            assert_eq!(lived, ["opened", "cancelled"]);
        }
        let left = tables(world).await;
        assert_eq!((left.inbox.len(), left.sealed.len(), left.keys.len(), left.cancelled.len()), (0, 0, 0, round));
    }
    two.second.stop().await;
}

async fn of_publish_and_cancel_only_one_happens(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "closed").await;
        let (publish, cancel) = tokio::join!(two.here.publish(&ballot), two.there.transition(&ballot, "cancelled"));
        if publish.status == 201 {
            cancel.refused(409, "invalid-transition");
            let _results = world.api().ballot(&ballot, "results").await.expect(200);
        } else {
            publish.refused(409, "not-closed");
            let _cancelled = cancel.expect(201);
            world.api().ballot(&ballot, "results").await.refused(404, "results-not-published");
        }
    }
    two.second.stop().await;
}

async fn of_freezing_and_editing_no_edit_is_lost_or_late(world: &World) {
    let two = Two::start(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for round in 1..=ROUNDS {
        let ballot = two.ballot_in(&format!("ballot-{round}"), "draft").await;
        let path = format!("ballots/{}", ballot.id);
        let edit = json!({"question": "Who, if anybody?"});
        let (frozen, edited) = tokio::join!(two.here.transition(&ballot, "ready"), two.there.patch(&path, &edit));
        let _frozen = frozen.expect(201);
        let manifest = world.api().ballot(&ballot, "manifest").await.expect(200);
        let in_manifest = manifest.json["question"] == "Who, if anybody?";
        if edited.status == 200 {
            assert!(in_manifest, "an edit was confirmed and then lost");
        } else {
            edited.refused(409, "ballot-locked");
            assert!(!in_manifest);
        }
    }
    two.second.stop().await;
}

async fn a_cast_and_an_erasure_leave_no_vote_of_nobody(world: &World) {
    let two = Two::start(world).await;
    let voters = world.crowd(CONFERENCE, 4 * ROUNDS).await;
    let ballot = two.ballot_in("award", "open").await;
    let mut votes = 0;
    for voter in &voters {
        let path = format!("attendees/{}", voter.id);
        let fresh = tracker();
        let (cast, erased) = tokio::join!(voter.api.cast(&ballot, 0, &fresh), two.there.delete(&path));
        if cast.status == 201 {
            votes += 1;
            erased.refused(409, "attendee-in-open-ballot");
        } else {
            cast.refused(401, "not-signed-in");
            let _erased = erased.expect(204);
        }
    }
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (votes, votes));
    two.second.stop().await;
}

/// Transactions that take several locks take them in one order: no response is 503.
async fn openings_and_the_desk_do_not_block_each_other(world: &World) {
    let two = Two::start(world).await;
    let people = world.crowd(CONFERENCE, 10).await;
    let mut ballots = Vec::new();
    for number in 1..=2 * ROUNDS {
        ballots.push(two.ballot_in(&format!("ballot-{number}"), "draft").await);
    }
    let mut work = tokio::task::JoinSet::new();
    for (ballot, person) in ballots.iter().zip(people.iter().skip(1).cycle()) {
        let open = two.here.request(Method::POST, &format!("ballots/{}/transitions", ballot.id));
        work.spawn(Api::send(open.json(&json!({"to": "open"}))));
        for deed in ["blocks", "approvals"] {
            work.spawn(Api::send(two.there.request(Method::POST, &format!("attendees/{}/{deed}", person.id))));
        }
    }
    for answer in work.join_all().await {
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    two.second.stop().await;
}
