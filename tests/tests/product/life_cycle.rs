//! From draft to published: the allowed transitions, and their requirements.

use serde_json::{Value, json};
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};

use crate::look::{history, tables};
use crate::scene::{CONFERENCE, organiser, state, take_to};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            every_way_that_is_not_open_is_refused_and_says_which_are,
            every_way_that_is_open_is_taken,
            a_transition_that_makes_no_sense_is_refused,
            a_ballot_with_fewer_than_two_candidates_does_not_open,
            a_ballot_without_eligible_attendees_does_not_open,
            a_ballot_whose_closing_time_has_passed_does_not_open,
            everything_that_is_missing_is_named_at_once,
            closing_twice_changes_nothing,
            a_result_is_published_only_once_closed,
            what_is_ready_is_fixed_and_what_is_draft_again_is_not,
            a_ballot_that_was_cancelled_says_why;
    }
}

const TARGETS: [&str; 6] = ["draft", "ready", "open", "paused", "closed", "cancelled"];

/// The allowed transitions from each state.
const WAYS: [(&str, &[&str]); 7] = [
    ("draft", &["ready", "open", "cancelled"]),
    ("ready", &["draft", "open", "cancelled"]),
    ("open", &["paused", "closed", "cancelled"]),
    ("paused", &["open", "closed", "cancelled"]),
    ("closed", &["cancelled"]),
    ("published", &[]),
    ("cancelled", &[]),
];

async fn in_state(organiser: &Api, state: &str, slug: &str) -> Ballot {
    let ballot = organiser.draft(CONFERENCE, slug, json!({})).await;
    take_to(organiser, &ballot, state).await;
    ballot
}

async fn every_way_that_is_not_open_is_refused_and_says_which_are(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for (from, allowed) in WAYS {
        let ballot = in_state(&organiser, from, &format!("from-{from}")).await;
        let (lived, before) = (history(world, &ballot).await, tables(world).await);
        for to in TARGETS.into_iter().filter(|to| !allowed.contains(to)) {
            let answer = organiser.transition(&ballot, to).await;
            answer.refused(409, "invalid-transition");
            assert_eq!((&answer.json["from"], &answer.json["allowed"]), (&json!(from), &json!(allowed)), "to {to}");
        }
        assert_eq!(state(&organiser, &ballot).await, from);
        assert_eq!((history(world, &ballot).await, tables(world).await), (lived, before));
    }
}

async fn every_way_that_is_open_is_taken(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for (from, allowed) in WAYS {
        for to in allowed {
            let ballot = in_state(&organiser, from, &format!("from-{from}-to-{to}")).await;
            let done = organiser.transition(&ballot, to).await.expect(201);
            assert_eq!(done.json, json!({"from": from, "to": to, "at": world.now().to_string()}));
            assert_eq!(state(&organiser, &ballot).await, *to);
        }
    }
}

async fn a_transition_that_makes_no_sense_is_refused(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = in_state(&organiser, "open", "award").await;
    let path = format!("ballots/{}/transitions", ballot.id);
    for (body, pointer) in [
        (json!({"to": "published"}), "/to"),
        (json!({"to": "Open"}), "/to"),
        (json!({"to": null}), "/to"),
        (json!({}), "/to"),
        (json!({"to": "cancelled"}), "/reason"),
        (json!({"to": "cancelled", "reason": ""}), "/reason"),
        (json!({"to": "cancelled", "reason": "x".repeat(501)}), "/reason"),
        (json!({"to": "closed", "at": "now"}), "/at"),
    ] {
        let answer = organiser.post(&path, &body).await;
        answer.refused(422, "validation-failed");
        assert_eq!(answer.json["errors"][0]["pointer"], pointer, "{body}");
    }
    let absent = Ballot { id: ballot.candidates[0].clone(), ..ballot.clone() };
    organiser.transition(&absent, "closed").await.refused(404, "not-found");
    assert_eq!(state(&organiser, &ballot).await, "open");
}

/// Opening is refused with this list, and the ballot stays a draft.
async fn must_lack(organiser: &Api, slug: &str, changes: Value, to: &str, missing: &[&str]) {
    let ballot = organiser.draft(CONFERENCE, slug, changes).await;
    let answer = organiser.transition(&ballot, to).await;
    answer.refused(409, "not-ready");
    assert_eq!(answer.json["missing"], json!(missing));
    assert_eq!(state(organiser, &ballot).await, "draft");
}

async fn a_ballot_with_fewer_than_two_candidates_does_not_open(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for (number, candidates) in [json!([]), json!([{"name": "Alone"}])].into_iter().enumerate() {
        for to in ["ready", "open"] {
            let changes = json!({ "candidates": candidates });
            must_lack(&organiser, &format!("{to}-{number}"), changes, to, &["two-candidates"]).await;
        }
    }
    assert_eq!(tables(world).await.keys, []);
}

async fn a_ballot_without_eligible_attendees_does_not_open(world: &World) {
    let organiser = organiser(world).await;
    must_lack(&organiser, "empty-roll", json!({}), "open", &["eligible-attendees"]).await;
    let _registered = world.somebody(CONFERENCE, urna_core::AttendeeStatus::Registered).await;
    let _blocked = world.somebody(CONFERENCE, urna_core::AttendeeStatus::Blocked).await;
    must_lack(&organiser, "nobody-verified", json!({}), "open", &["eligible-attendees"]).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let other_group = json!({"eligibility": {"categories": ["research"]}});
    must_lack(&organiser, "nobody-of-the-group", other_group, "open", &["eligible-attendees"]).await;
    assert_eq!(tables(world).await.keys, []);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn a_ballot_whose_closing_time_has_passed_does_not_open(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for (slug, seconds) in [("just-now", 0), ("yesterday", -86_400)] {
        let closes_at = world.now().plus_seconds(seconds).to_string();
        must_lack(&organiser, slug, json!({ "closes_at": closes_at }), "open", &["closing-time-in-future"]).await;
    }
    let soon = world.now().plus_seconds(1).to_string();
    let ballot = organiser.draft(CONFERENCE, "in-a-second", json!({ "closes_at": soon })).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
}

async fn everything_that_is_missing_is_named_at_once(world: &World) {
    let organiser = organiser(world).await;
    let past = world.now().plus_seconds(-60).to_string();
    let missing = ["eligible-attendees", "closing-time-in-future"];
    must_lack(&organiser, "award", json!({ "closes_at": past }), "open", &missing).await;
}

async fn closing_twice_changes_nothing(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = in_state(&organiser, "open", "award").await;
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let closed = (organiser.get(&format!("ballots/{}", ballot.id)).await.body, tables(world).await);
    world.pass_seconds(60);
    organiser.transition(&ballot, "closed").await.refused(409, "invalid-transition");
    assert_eq!((organiser.get(&format!("ballots/{}", ballot.id)).await.body, tables(world).await), closed);
    assert_eq!(history(world, &ballot).await, ["opened", "closed"]);
}

async fn a_result_is_published_only_once_closed(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for from in ["draft", "ready", "open", "paused", "cancelled"] {
        let ballot = in_state(&organiser, from, from).await;
        let answer = organiser.publish(&ballot).await;
        answer.refused(409, "not-closed");
        assert_eq!(answer.json["state"], from);
        organiser.ballot(&ballot, "tally").await.refused(409, "not-closed");
        assert_eq!(state(&organiser, &ballot).await, from);
    }
}

async fn what_is_ready_is_fixed_and_what_is_draft_again_is_not(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = in_state(&organiser, "ready", "award").await;
    let path = format!("ballots/{}", ballot.id);
    let edit = json!({"question": "Who, if anybody?"});
    let frozen = world.api().ballot(&ballot, "manifest").await.expect(200);
    organiser.patch(&path, &edit).await.refused(409, "ballot-locked");
    organiser.delete(&path).await.refused(409, "ballot-locked");
    assert_eq!(world.api().ballot(&ballot, "manifest").await.expect(200).body, frozen.body);

    take_step(&organiser, &ballot, "draft").await;
    let _edited = organiser.patch(&path, &edit).await.expect(200);
    world.api().get(&path).await.refused(404, "not-found");
    world.api().ballot(&ballot, "manifest").await.refused(404, "not-found");
    take_step(&organiser, &ballot, "open").await;
    let fixed = world.api().ballot(&ballot, "manifest").await.expect(200);
    assert_eq!(fixed.json["question"], "Who, if anybody?");
    for state in ["open", "paused", "closed"] {
        if state != "open" {
            take_step(&organiser, &ballot, state).await;
        }
        organiser.patch(&path, &edit).await.refused(409, "ballot-locked");
        organiser.delete(&path).await.refused(409, "ballot-locked");
        assert_eq!(world.api().ballot(&ballot, "manifest").await.expect(200).body, fixed.body);
    }
}

async fn take_step(organiser: &Api, ballot: &Ballot, to: &str) {
    let _done = organiser.transition(ballot, to).await.expect(201);
}

async fn a_ballot_that_was_cancelled_says_why(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    for (from, lived) in [
        ("ready", &["cancelled"][..]),
        ("open", &["opened", "cancelled"]),
        ("paused", &["opened", "paused", "cancelled"]),
        ("closed", &["opened", "closed", "cancelled"]),
    ] {
        let ballot = in_state(&organiser, from, from).await;
        let _cancelled = organiser.transition(&ballot, "cancelled").await.expect(201);
        let public = world.api().get(&format!("ballots/{}", ballot.id)).await.expect(200);
        assert_eq!(public.json["state"], "cancelled");
        assert_eq!(public.json["cancel_reason"], "The finalists have withdrawn.");
        assert_eq!(history(world, &ballot).await, lived);
    }
    assert_eq!(tables(world).await.keys, []);
}
