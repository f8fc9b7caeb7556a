//! The beginning of most cases.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Ballot, World};

/// The slug of a case's conference.
pub(crate) const CONFERENCE: &str = "eccp-2026";

/// An organiser with a conference.
pub(crate) async fn organiser(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference(CONFERENCE, "closed").await;
    organiser
}

/// Brings a draft to a state.
pub(crate) async fn take_to(organiser: &Api, ballot: &Ballot, state: &str) {
    let way: &[&str] = match state {
        "draft" => &[],
        "ready" => &["ready"],
        "open" => &["open"],
        "paused" => &["open", "paused"],
        "closed" => &["open", "closed"],
        "published" => &["open", "closed", "published"],
        "cancelled" => &["open", "cancelled"],
        other => panic!("{other} is no state"),
    };
    for step in way {
        go_on(organiser, ballot, step).await;
    }
}

/// Brings a ballot to the next state.
pub(crate) async fn go_on(organiser: &Api, ballot: &Ballot, to: &str) {
    let done = if to == "published" { organiser.publish(ballot).await } else { organiser.transition(ballot, to).await };
    let _done = done.expect(201);
}

/// The body of a vote for a candidate.
pub(crate) fn vote(ballot: &Ballot, candidate: usize, tracker: Option<&str>) -> Value {
    let mut body = json!({"choice": {"candidate": ballot.candidates[candidate]}});
    if let Some(tracker) = tracker {
        body["tracker"] = json!(tracker);
    }
    body
}

/// A vote that has not been sent.
pub(crate) fn vote_request(voter: &Api, ballot: &Ballot, candidate: usize, tracker: &str) -> RequestBuilder {
    let body = vote(ballot, candidate, Some(tracker));
    voter.request(Method::POST, &format!("ballots/{}/votes", ballot.id)).json(&body)
}

/// The state that the public sees.
pub(crate) async fn state(api: &Api, ballot: &Ballot) -> String {
    api.ballot(ballot, "state").await.expect(200).text("/state")
}

/// Sets the closing time.
pub(crate) async fn closing_time(organiser: &Api, ballot: &Ballot, body: Value) -> urna_tests::Answer {
    organiser.post(&format!("ballots/{}/closing-times", ballot.id), &body).await
}
