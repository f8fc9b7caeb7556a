//! A thousand requests of one attendee at the same instant.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::RequestBuilder;
use tokio::task::JoinSet;
use urna_tests::{Answer, Cases, Instance, World, cases, tracker};

use crate::look::tables;
use crate::scene::{CONFERENCE, organiser, vote_request};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_thousand_at_once_with_different_trackers_are_one_vote,
            a_thousand_at_once_with_one_tracker_are_one_vote_with_one_receipt,
            a_thousand_at_once_on_two_instances_are_one_vote,
            a_thousand_at_once_with_one_tracker_on_two_instances_are_one_vote,
            retries_that_overtake_each_other_all_get_the_receipt,
            of_many_who_share_a_tracker_one_has_a_vote;
    }
}

/// Sends all requests at once, to the instances in turn. Retries those that are told that the service is too busy.
async fn at_once(instances: &[&Instance], requests: Vec<RequestBuilder>) -> Vec<Answer> {
    let mut tries = requests;
    let mut answers = Vec::new();
    for _ in 0..20 {
        let mut casts = JoinSet::new();
        for (number, request) in tries.drain(..).enumerate() {
            let again = request.try_clone().unwrap();
            let answer = instances[number % instances.len()].answer(request);
            casts.spawn(async move { (again, answer.await) });
        }
        for (again, answer) in casts.join_all().await {
            if answer.status == 503 { tries.push(again) } else { answers.push(answer) }
        }
        if tries.is_empty() {
            return answers;
        }
    }
    panic!("{} requests were never answered", tries.len());
}

/// The number of responses by status and code.
fn counted(answers: &[Answer]) -> BTreeMap<(u16, String), usize> {
    let mut counted = BTreeMap::new();
    for answer in answers {
        let code = answer.json["code"].as_str().unwrap_or("receipt").to_owned();
        *counted.entry((answer.status, code)).or_default() += 1;
    }
    counted
}

fn outcome<const N: usize>(expected: [(u16, &str, usize); N]) -> BTreeMap<(u16, String), usize> {
    expected.into_iter().map(|(status, code, number)| ((status, code.to_owned()), number)).collect()
}

async fn must_be_one_vote(world: &World) {
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (1, 1));
}

/// A thousand votes of one attendee, each with its own tracker and choice.
async fn with_different_trackers(world: &World, instances: &[&Instance]) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let requests = (0..1_000).map(|number| vote_request(&voter, &ballot, number % 3, &tracker())).collect();
    let answers = at_once(instances, requests).await;
    assert_eq!(counted(&answers), outcome([(201, "receipt", 1), (409, "already-voted", 999)]));
    must_be_one_vote(world).await;
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
}

/// The same vote a thousand times.
async fn with_one_tracker(world: &World, instances: &[&Instance]) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let tracker = tracker();
    let requests = (0..1_000).map(|_| vote_request(&voter, &ballot, 1, &tracker)).collect();
    let answers = at_once(instances, requests).await;
    assert_eq!(counted(&answers), outcome([(201, "receipt", 1), (200, "receipt", 999)]));
    let receipts: BTreeSet<_> = answers.iter().map(|answer| answer.body.as_str()).collect();
    assert_eq!(receipts.len(), 1, "one vote has one receipt");
    must_be_one_vote(world).await;
}

async fn a_thousand_at_once_with_different_trackers_are_one_vote(world: &World) {
    with_different_trackers(world, &[world.instance()]).await;
}

async fn a_thousand_at_once_with_one_tracker_are_one_vote_with_one_receipt(world: &World) {
    with_one_tracker(world, &[world.instance()]).await;
}

async fn a_thousand_at_once_on_two_instances_are_one_vote(world: &World) {
    let second = world.another_instance().await;
    with_different_trackers(world, &[world.instance(), &second]).await;
    second.stop().await;
}

async fn a_thousand_at_once_with_one_tracker_on_two_instances_are_one_vote(world: &World) {
    let second = world.another_instance().await;
    with_one_tracker(world, &[world.instance(), &second]).await;
    second.stop().await;
}

async fn of_many_who_share_a_tracker_one_has_a_vote(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 100).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let tracker = tracker();
    let requests = voters.iter().map(|voter| vote_request(&voter.api, &ballot, 1, &tracker)).collect();
    let answers = at_once(&[world.instance()], requests).await;
    assert_eq!(counted(&answers), outcome([(201, "receipt", 1), (409, "tracker-reused", 99)]));
    must_be_one_vote(world).await;
}

/// The window between two reads of one cast is small: a hundred voters are likely to hit it.
async fn retries_that_overtake_each_other_all_get_the_receipt(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 100).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for some in voters.chunks(10) {
        let mut requests = Vec::new();
        for voter in some {
            let tracker = tracker();
            requests.extend((0..4).map(|_| vote_request(&voter.api, &ballot, 1, &tracker)));
        }
        let answers = at_once(&[world.instance()], requests).await;
        assert_eq!(counted(&answers), outcome([(201, "receipt", 10), (200, "receipt", 30)]));
    }
}
