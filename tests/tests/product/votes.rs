//! Eligibility, and the valid contents of a vote.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::AttendeeStatus;
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};

use crate::look::{columns_of_participations, tables};
use crate::scene::{CONFERENCE, organiser, vote};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            whoever_may_not_vote_hears_why_and_nothing_is_written,
            an_admitted_category_votes,
            organisers_and_strangers_do_not_vote,
            an_ended_session_does_not_vote,
            one_attendee_has_one_vote,
            two_devices_of_one_attendee_have_one_vote,
            a_choice_names_one_candidate_of_the_ballot_or_is_blank,
            a_blank_vote_needs_a_ballot_that_allows_it,
            a_body_is_judged_before_the_state,
            a_tracker_is_32_bytes_in_their_one_spelling,
            a_vote_without_a_tracker_gets_one_that_makes_retries_safe,
            one_tracker_serves_several_ballots,
            a_ballot_that_is_not_there_takes_no_vote,
            while_open_the_tables_hold_no_choice;
    }
}

/// The path of a ballot's votes.
fn votes(ballot: &Ballot) -> String {
    format!("ballots/{}/votes", ballot.id)
}

async fn whoever_may_not_vote_hears_why_and_nothing_is_written(world: &World) {
    let organiser = organiser(world).await;
    organiser.add_conference("another-2026", "closed").await;
    let _admitted = organiser
        .post(
            &format!("conferences/{CONFERENCE}/attendees"),
            &json!({"name": "A", "verified": true, "category": "research"}),
        )
        .await
        .expect(201);
    let ballot = organiser.draft(CONFERENCE, "award", json!({"eligibility": {"categories": ["research"]}})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let before = tables(world).await;

    let blocked = organiser.voter(CONFERENCE, "Barred").await;
    let _barred = organiser.post(&format!("attendees/{}/blocks", blocked.id), &json!({})).await.expect(201);
    for (voter, reason) in [
        (world.somebody(CONFERENCE, AttendeeStatus::Registered).await.api, "unverified"),
        (world.somebody(CONFERENCE, AttendeeStatus::Pending).await.api, "pending"),
        (organiser.sign_in(&blocked.link).await, "blocked"),
        (organiser.voter(CONFERENCE, "Of no category").await.api, "category"),
        (organiser.voter("another-2026", "Of another conference").await.api, "other-conference"),
    ] {
        let answer = voter.cast(&ballot, 0, &tracker()).await;
        answer.refused(403, "not-eligible");
        assert_eq!(answer.json["reason"], reason);
        let standing = voter.ballot(&ballot, "participation").await.expect(200);
        assert_eq!(
            (&standing.json["eligible"], &standing.json["reason"], &standing.json["has_voted"]),
            (&json!(false), &json!(reason), &json!(false))
        );
    }
    assert_eq!(tables(world).await, before);
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 1, "voted": 0}));
}

async fn an_admitted_category_votes(world: &World) {
    let organiser = organiser(world).await;
    let body = json!({"name": "Of research", "verified": true, "category": "research"});
    let id = organiser.post(&format!("conferences/{CONFERENCE}/attendees"), &body).await.expect(201).text("/id");
    let voter = organiser.sign_in(&organiser.show_link(&id).await).await;
    let _other = organiser.voter(CONFERENCE, "Of no category").await;
    let ballot =
        organiser.draft(CONFERENCE, "award", json!({"eligibility": {"categories": ["research", "training"]}})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let standing = voter.ballot(&ballot, "participation").await.expect(200);
    assert_eq!((&standing.json["eligible"], &standing.json["reason"]), (&json!(true), &Value::Null));
    let order = standing.json["candidate_order"].as_array().unwrap();
    let order: BTreeSet<_> = order.iter().filter_map(Value::as_str).collect();
    assert_eq!(order, ballot.candidates.iter().map(String::as_str).collect());

    let _vote = voter.cast(&ballot, 0, &tracker()).await.expect(201);
    let standing = voter.ballot(&ballot, "participation").await.expect(200);
    assert_eq!(standing.json["has_voted"], true);
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 1, "voted": 1}));
}

async fn organisers_and_strangers_do_not_vote(world: &World) {
    let organiser = organiser(world).await;
    let _voter = organiser.voter(CONFERENCE, "Somebody").await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let before = tables(world).await;

    organiser.cast(&ballot, 0, &tracker()).await.refused(403, "forbidden");
    world.api().cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    for token in ["", "x", &tracker()] {
        world.api().with_token(token).cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    }
    organiser.ballot(&ballot, "participation").await.refused(403, "forbidden");
    assert_eq!(tables(world).await, before);
}

async fn an_ended_session_does_not_vote(world: &World) {
    let organiser = organiser(world).await;
    let signed_out = organiser.voter(CONFERENCE, "Signed out").await;
    let barred = organiser.voter(CONFERENCE, "Barred").await;
    let late = organiser.voter(CONFERENCE, "Twelve hours later").await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let before = tables(world).await;

    let _out = signed_out.api.delete("sessions/current").await.expect(204);
    signed_out.api.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    let _barred = organiser.post(&format!("attendees/{}/blocks", barred.id), &json!({})).await.expect(201);
    barred.api.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    world.pass_seconds(12 * 3600);
    late.api.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    assert_eq!(tables(world).await, before);
    let _vote = organiser.sign_in(&late.link).await.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn one_attendee_has_one_vote(world: &World) {
    let organiser = organiser(world).await;
    let voters = organiser.voters(CONFERENCE, 2).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _first = voters[0].api.cast(&ballot, 0, &tracker()).await.expect(201);
    let before = tables(world).await;
    for candidate in 0..3 {
        voters[0].api.cast(&ballot, candidate, &tracker()).await.refused(409, "already-voted");
    }
    voters[0].api.cast_blank(&ballot, &tracker()).await.refused(409, "already-voted");
    assert_eq!(tables(world).await, before);
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 2, "voted": 1}));
}

async fn two_devices_of_one_attendee_have_one_vote(world: &World) {
    let organiser = organiser(world).await;
    let phone = organiser.voter(CONFERENCE, "Somebody").await;
    let tablet = organiser.sign_in(&phone.link).await;
    let tracker_of_phone = tracker();
    let award = organiser.open_ballot(CONFERENCE, "award").await;
    let recorded = phone.api.cast(&award, 1, &tracker_of_phone).await.expect(201);
    let repeated = tablet.cast(&award, 1, &tracker_of_phone).await.expect(200);
    assert_eq!(repeated.body, recorded.body);
    tablet.cast(&award, 1, &tracker()).await.refused(409, "already-voted");

    let another = organiser.open_ballot(CONFERENCE, "another").await;
    let (from_phone, from_tablet) = (tracker(), tracker());
    let (one, two) = tokio::join!(phone.api.cast(&another, 0, &from_phone), tablet.cast(&another, 1, &from_tablet));
    let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
    let _won = won.expect(201);
    lost.refused(409, "already-voted");
}

async fn a_choice_names_one_candidate_of_the_ballot_or_is_blank(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let other = organiser.open_ballot(CONFERENCE, "another").await;
    let (before, mine) = (tables(world).await, &ballot.candidates);
    for (choice, code) in [
        (json!({"candidate": other.candidates[0]}), "invalid-choice"),
        (json!({"candidate": ballot.id}), "invalid-choice"),
        (json!({"candidate": mine[0], "blank": true}), "invalid-choice"),
        (json!({"candidate": mine[0], "blank": false}), "invalid-choice"),
        (json!({"blank": false}), "invalid-choice"),
        (json!({"candidate": null}), "invalid-choice"),
        (json!({"candidate": mine[0], "candidates": null}), "invalid-choice"),
        (json!({}), "invalid-choice"),
        (json!({"candidate": "Zoë"}), "validation-failed"),
        (json!({"candidate": 1}), "validation-failed"),
        (json!({"candidate": mine[0], "weight": 2}), "validation-failed"),
        (json!({"candidates": [mine[0]]}), "invalid-choice"),
        (json!([mine[0], null]), "validation-failed"),
        (json!("blank"), "validation-failed"),
        (Value::Null, "validation-failed"),
    ] {
        let answer = voter.post(&votes(&ballot), &json!({ "choice": choice })).await;
        answer.refused(422, code);
    }
    let unknown = json!({"choice": {"candidate": mine[0]}, "voter": ballot.id});
    let answer = voter.post(&votes(&ballot), &unknown).await;
    answer.refused(422, "validation-failed");
    assert_eq!(
        (&answer.json["errors"][0]["pointer"], &answer.json["errors"][0]["code"]),
        (&json!("/voter"), &json!("unknown-field"))
    );
    let missing = voter.post(&votes(&ballot), &json!({})).await;
    missing.refused(422, "validation-failed");
    assert_eq!(missing.json["errors"][0]["pointer"], "/choice");
    assert_eq!(tables(world).await, before);
    let _vote = voter.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn a_blank_vote_needs_a_ballot_that_allows_it(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.draft(CONFERENCE, "award", json!({"allow_blank": false})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let before = tables(world).await;
    voter.cast_blank(&ballot, &tracker()).await.refused(422, "invalid-choice");
    assert_eq!(tables(world).await, before);
    let _vote = voter.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn a_body_is_judged_before_the_state(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    voter.post(&votes(&ballot), &json!({"choice": {"candidate": ballot.id}})).await.refused(422, "invalid-choice");
    voter.post(&votes(&ballot), &json!({"choice": 1})).await.refused(422, "validation-failed");
    voter.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");
    world.api().post(&votes(&ballot), &json!({"choice": 1})).await.refused(401, "not-signed-in");
}

async fn a_tracker_is_32_bytes_in_their_one_spelling(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let (good, before) = ("A".repeat(43), tables(world).await);
    for bad in [
        String::new(),
        "A".repeat(42),
        "A".repeat(44),
        format!("{good}="),
        format!(" {good}"),
        format!("{}B", "A".repeat(42)),
        format!("{}+/", "A".repeat(41)),
        "é".repeat(43),
    ] {
        let answer = voter.cast(&ballot, 0, &bad).await;
        answer.refused(422, "validation-failed");
        assert_eq!(answer.json["errors"][0]["pointer"], "/tracker", "{bad}");
    }
    for bad in [json!(7), json!([0, 0, 0]), json!({})] {
        let mut body = vote(&ballot, 0, None);
        body["tracker"] = bad;
        voter.post(&votes(&ballot), &body).await.refused(422, "validation-failed");
    }
    assert_eq!(tables(world).await, before);
    let _vote = voter.cast(&ballot, 0, &good).await.expect(201);
}

async fn a_vote_without_a_tracker_gets_one_that_makes_retries_safe(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let recorded = voter.post(&votes(&ballot), &vote(&ballot, 2, None)).await.expect(201);
    assert_eq!(recorded.header("cache-control"), "no-store");
    assert_eq!(recorded.text("/ballot_id"), ballot.id);
    let tracker = recorded.text("/receipt/tracker");
    let repeated = voter.cast(&ballot, 2, &tracker).await.expect(200);
    assert_eq!(repeated.body, recorded.body);
    assert_eq!(repeated.header("cache-control"), "no-store");
    // The response was lost, and no tracker was sent: the receipt is gone.
    voter.post(&votes(&ballot), &vote(&ballot, 2, None)).await.refused(409, "already-voted");
}

async fn one_tracker_serves_several_ballots(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let tracker = tracker();
    let mut codes = BTreeSet::new();
    for slug in ["award", "partnership"] {
        let ballot = organiser.open_ballot(CONFERENCE, slug).await;
        codes.insert(voter.cast(&ballot, 0, &tracker).await.expect(201).text("/receipt/code"));
    }
    assert_eq!(codes.len(), 2, "a code belongs to one ballot");
}

async fn a_ballot_that_is_not_there_takes_no_vote(world: &World) {
    let organiser = organiser(world).await;
    let voter = organiser.voter(CONFERENCE, "Somebody").await.api;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let absent = Ballot { id: ballot.candidates[0].clone(), ..ballot.clone() };
    voter.cast(&absent, 0, &tracker()).await.refused(404, "not-found");
    let nonsense = Ballot { id: "award".to_owned(), ..ballot };
    voter.cast(&nonsense, 0, &tracker()).await.refused(404, "not-found");
    Api::send(voter.request(Method::GET, &votes(&absent))).await.refused(405, "method-not-allowed");
}

async fn while_open_the_tables_hold_no_choice(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 8).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for (number, voter) in voters.iter().enumerate() {
        let answer = match number % 4 {
            3 => voter.api.cast_blank(&ballot, &tracker()).await,
            candidate => voter.api.cast(&ballot, candidate, &tracker()).await,
        };
        let _recorded = answer.expect(201);
    }
    let open = tables(world).await;
    assert_eq!((open.participations.len(), open.inbox.len(), open.keys.len()), (8, 8, 1));
    assert_eq!((open.sealed.len(), open.cancelled.len()), (0, 0));
    assert_eq!(columns_of_participations(world).await, ["ballot_id", "attendee_id"]);
    let lengths: BTreeSet<_> = open.inbox.iter().map(|(_, slot, sealed)| (slot.len(), sealed.len())).collect();
    assert_eq!(lengths.len(), 1, "a blank vote is as long as any other: {lengths:?}");
    let (choice, nonce_and_tag) = (7, 24 + 16);
    assert_eq!(lengths.first(), Some(&(32, nonce_and_tag + 32 + 8 + 32 + 32 + 2 + choice)));

    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let closed = tables(world).await;
    assert_eq!((closed.inbox.len(), closed.keys.len(), closed.sealed.len()), (0, 0, 8));
    assert_eq!(closed.participations, open.participations);
}
