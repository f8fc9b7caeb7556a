//! The cache of an instance: soon right on all instances after a change on one, and never used to decide about a vote.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use urna_app::App;
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};

use crate::scene::{CONFERENCE, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_state_that_changes_on_one_instance_changes_on_the_other,
            a_session_that_ends_on_one_instance_ends_on_the_other,
            a_result_is_the_same_from_both_instances,
            a_voter_who_was_barred_elsewhere_is_refused_at_once,
            a_known_answer_is_not_sent_again_from_memory,
            organisers_see_drafts_that_the_public_does_not;
        on_postgres:
            a_change_that_nobody_tells_is_seen_after_a_second;
    }
}

/// Longer than any notification takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Until the set is dropped, these instances follow each other's changes and may cache the rest.
pub(crate) async fn follow(apps: &[&Arc<App>]) -> JoinSet<()> {
    let mut followers = JoinSet::new();
    for app in apps {
        let follower = Arc::clone(app);
        followers.spawn(async move { follower.follow_changes().await });
    }
    let begun = Instant::now();
    while apps.iter().any(|app| app.changes().mark().is_none()) {
        assert!(begun.elapsed() < PATIENCE, "the changes are not followed");
        tokio::task::yield_now().await;
    }
    followers
}

/// An open ballot on which somebody can vote.
async fn open_ballot(organiser: &Api) -> Ballot {
    let _somebody = organiser.add_attendee(CONFERENCE, "Eve").await;
    organiser.open_ballot(CONFERENCE, "award").await
}

/// Polls until the response is as expected.
async fn until(ask: impl AsyncFn() -> Answer, is_so: impl Fn(&Answer) -> bool) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = ask().await;
        if is_so(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "still {} {}", answer.status, answer.body);
    }
}

async fn a_state_that_changes_on_one_instance_changes_on_the_other(world: &World) {
    let organiser = organiser(world).await;
    let ballot = open_ballot(&organiser).await;
    let other = world.another_instance().await;
    let _following = follow(&[world.app(), other.app()]).await;
    let here = async || world.api().ballot(&ballot, "state").await;
    let there = async || other.api().ballot(&ballot, "state").await;
    for to in ["paused", "open", "closed"] {
        for _ in 0..3 {
            assert_eq!(here().await.expect(200).json, there().await.expect(200).json);
        }
        let _changed = organiser.transition(&ballot, to).await.expect(201);
        assert_eq!(here().await.text("/state"), to, "whoever changes something sees it changed");
        until(there, |answer| answer.text("/state") == to).await;
        // The old value does not come back, whatever was in progress.
        assert_eq!(there().await.text("/state"), to);
    }
    other.stop().await;
}

async fn a_session_that_ends_on_one_instance_ends_on_the_other(world: &World) {
    let organiser = organiser(world).await;
    let (anna, ben) = (organiser.voter(CONFERENCE, "Anna").await, organiser.voter(CONFERENCE, "Ben").await);
    let other = world.another_instance().await;
    let _following = follow(&[world.app(), other.app()]).await;
    let at_the_other = |voter: &Voter| other.api().with_token(voter.api.token().unwrap());
    for voter in [&anna, &ben] {
        for _ in 0..2 {
            let _known = at_the_other(voter).get("sessions/current").await.expect(200);
        }
    }
    let _barred = organiser.post(&format!("attendees/{}/blocks", anna.id), &json!({})).await.expect(201);
    let (annas, bens) = (at_the_other(&anna), at_the_other(&ben));
    until(async || annas.get("sessions/current").await, |answer| answer.status == 401).await;
    let _still = bens.get("sessions/current").await.expect(200);
    let _out = ben.api.delete("sessions/current").await.expect(204);
    ben.api.get("sessions/current").await.refused(401, "not-signed-in");
    until(async || bens.get("sessions/current").await, |answer| answer.status == 401).await;
    other.stop().await;
}

async fn a_result_is_the_same_from_both_instances(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Anna").await;
    let ballot = open_ballot(&organiser).await;
    let _vote = voter.api.cast(&ballot, 1, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let other = world.another_instance().await;
    let _following = follow(&[world.app(), other.app()]).await;
    let there = async || other.api().ballot(&ballot, "results").await;
    there().await.refused(404, "results-not-published");
    let _published = organiser.publish(&ballot).await.expect(201);
    let here = world.api().ballot(&ballot, "results").await.expect(200);
    let first = until(there, |answer| answer.status == 200).await;
    assert_eq!(first.body, here.body);
    let remembered = there().await;
    assert_eq!((remembered.body, remembered.headers.len()), (first.body, first.headers.len()));
    assert_ne!(remembered.headers["x-request-id"], first.headers["x-request-id"]);
    other.stop().await;
}

/// The other instance may not have heard yet, and caches the session; the vote is judged by the current state.
async fn a_voter_who_was_barred_elsewhere_is_refused_at_once(world: &World) {
    let organiser = organiser(world).await;
    let ballot = open_ballot(&organiser).await;
    let other = world.another_instance().await;
    let _following = follow(&[world.app(), other.app()]).await;
    for name in ["Anna", "Ben", "Zoë"] {
        let voter = organiser.voter(CONFERENCE, name).await;
        let there = other.api().with_token(voter.api.token().unwrap());
        let _known = there.get("sessions/current").await.expect(200);
        let _barred = organiser.post(&format!("attendees/{}/blocks", voter.id), &json!({})).await.expect(201);
        let answer = there.cast(&ballot, 0, &tracker()).await;
        assert!(matches!(answer.status, 401 | 403), "{}", answer.body);
    }
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json["voted"], 0);
    other.stop().await;
}

async fn a_known_answer_is_not_sent_again_from_memory(world: &World) {
    let organiser = organiser(world).await;
    let ballot = open_ballot(&organiser).await;
    let _following = follow(&[world.app()]).await;
    let path = format!("ballots/{}/state", ballot.id);
    let first = world.api().get(&path).await.expect(200);
    let tag = first.header("etag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
        let request = world.api().request(reqwest::Method::GET, &path).header("if-none-match", &known);
        let again = Api::send(request.header("x-request-id", "a-phone")).await.expect(304);
        assert_eq!((again.header("etag"), again.body.as_str()), (tag.as_str(), ""));
        assert_eq!(again.header("x-request-id"), "a-phone");
        assert_eq!(again.header("cache-control"), first.header("cache-control"));
        assert_eq!(again.header("x-content-type-options"), "nosniff");
    }
    let request = world.api().request(reqwest::Method::GET, &path).header("if-none-match", "\"another\"");
    assert_eq!(Api::send(request).await.expect(200).body, first.body);
}

async fn organisers_see_drafts_that_the_public_does_not(world: &World) {
    let organiser = organiser(world).await;
    let draft = organiser.draft(CONFERENCE, "award", json!({})).await;
    let _following = follow(&[world.app()]).await;
    for _ in 0..3 {
        let _own = organiser.ballot(&draft, "state").await.expect(200);
        world.api().ballot(&draft, "state").await.refused(404, "not-found");
    }
}

/// Somebody changes the database by hand: the cache is never older than a second.
async fn a_change_that_nobody_tells_is_seen_after_a_second(world: &World) {
    let organiser = organiser(world).await;
    let ballot = open_ballot(&organiser).await;
    let _following = follow(&[world.app()]).await;
    let state = async || world.api().ballot(&ballot, "state").await;
    assert_eq!(state().await.text("/state"), "open");
    crate::tables::execute(world, "update ballots set state = 'paused'").await;
    let begun = Instant::now();
    until(state, |answer| answer.text("/state") == "paused").await;
    assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
}
