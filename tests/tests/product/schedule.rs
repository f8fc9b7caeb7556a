//! Ballots open and close by themselves, to the microsecond.

use serde_json::{Value, json};
use urna_core::Timestamp;
use urna_tests::{Ballot, Cases, World, cases, tracker};

use crate::look::{history, tables};
use crate::scene::{CONFERENCE, closing_time, organiser, state};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_vote_is_in_time_until_the_microsecond_before_the_close,
            a_ballot_closes_by_itself_at_its_closing_time,
            a_paused_ballot_closes_by_itself,
            a_ballot_opens_by_itself_at_its_opening_time,
            a_ballot_that_nobody_could_vote_on_stays_ready,
            a_ballot_whose_time_is_over_does_not_open_late,
            close_in_ten_seconds,
            keep_it_open,
            two_minutes_more,
            a_closing_time_is_not_before_now_nor_before_the_opening,
            once_it_is_over_no_closing_time_is_taken,
            what_is_due_happens_before_what_is_asked,
            a_new_instance_finishes_what_was_due,
            a_new_instance_counts_what_another_recorded;
    }
}

/// One microsecond before.
fn just_before(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros() - 1).unwrap()
}

async fn closes_at(world: &World, ballot: &Ballot) -> Value {
    world.api().get(&format!("ballots/{}", ballot.id)).await.expect(200).json["closes_at"].clone()
}

async fn a_vote_is_in_time_until_the_microsecond_before_the_close(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let close = world.now().plus_seconds(60);
    let _set = closing_time(&organiser, &ballot, json!({"closes_at": close.to_string()})).await.expect(201);

    world.set_time(just_before(close));
    assert_eq!(state(&world.api(), &ballot).await, "open");
    let in_time = tracker();
    let _vote = voters[0].api.cast(&ballot, 0, &in_time).await.expect(201);
    world.set_time(close);
    assert_eq!(state(&world.api(), &ballot).await, "closed");
    voters[1].api.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");
    let _retry = voters[0].api.cast(&ballot, 0, &in_time).await.expect(200);
    world.pass_seconds(1_800);
    voters[2].api.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");
    assert_eq!(tables(world).await.participations.len(), 1);
}

async fn a_ballot_closes_by_itself_at_its_closing_time(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let close = world.now().plus_seconds(60);
    let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 60})).await.expect(201);
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);

    assert_eq!(world.app().run_schedule().await.unwrap(), Some(close), "when to look again");
    world.set_time(just_before(close));
    assert_eq!(world.app().run_schedule().await.unwrap(), Some(close));
    assert_eq!(tables(world).await.sealed.len(), 0);
    // The scheduler is late: the ballot nevertheless closed on time.
    world.set_time(close.plus_seconds(5));
    assert_eq!(world.app().run_schedule().await.unwrap(), None);
    assert_eq!(tables(world).await.sealed.len(), 1);
    assert_eq!(closes_at(world, &ballot).await, close.to_string());
    assert_eq!(history(world, &ballot).await, ["opened", "closing_time", "closed"]);
    assert_eq!(world.app().run_schedule().await.unwrap(), None);
    assert_eq!(history(world, &ballot).await, ["opened", "closing_time", "closed"]);
}

async fn a_paused_ballot_closes_by_itself(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 60})).await.expect(201);
    let _paused = organiser.transition(&ballot, "paused").await.expect(201);
    world.pass_seconds(60);
    let _next = world.app().run_schedule().await.unwrap();
    assert_eq!(history(world, &ballot).await, ["opened", "closing_time", "paused", "closed"]);
}

async fn a_ballot_opens_by_itself_at_its_opening_time(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let open = world.now().plus_seconds(60);
    let times = json!({"opens_at": open.to_string(), "closes_at": open.plus_seconds(60).to_string()});
    let ballot = organiser.draft(CONFERENCE, "award", times.clone()).await;
    let unfinished = organiser.draft(CONFERENCE, "unfinished", times).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);

    world.set_time(just_before(open));
    assert_eq!(world.app().run_schedule().await.unwrap(), Some(open));
    voter.api.cast(&ballot, 0, &tracker()).await.refused(409, "ballot-not-open");
    world.set_time(open);
    assert_eq!(world.app().run_schedule().await.unwrap(), Some(open.plus_seconds(60)));
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    assert_eq!(history(world, &ballot).await, ["opened"]);
    assert_eq!(state(&organiser, &unfinished).await, "draft");
}

async fn a_ballot_that_nobody_could_vote_on_stays_ready(world: &World) {
    let organiser = organiser(world).await;
    let open = world.now().plus_seconds(60).to_string();
    let ballot = organiser.draft(CONFERENCE, "award", json!({ "opens_at": open })).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    world.pass_seconds(60);
    let _next = world.app().run_schedule().await.unwrap();
    assert_eq!(state(&organiser, &ballot).await, "ready");
    // It opens as soon as somebody is eligible.
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let _next = world.app().run_schedule().await.unwrap();
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn a_ballot_whose_time_is_over_does_not_open_late(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let open = world.now().plus_seconds(60);
    let times = json!({"opens_at": open.to_string(), "closes_at": open.plus_seconds(60).to_string()});
    let ballot = organiser.draft(CONFERENCE, "award", times).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    world.pass_seconds(120);
    let _next = world.app().run_schedule().await.unwrap();
    assert_eq!(state(&organiser, &ballot).await, "ready");
    assert_eq!(history(world, &ballot).await, [""; 0]);
}

async fn close_in_ten_seconds(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let set = closing_time(&organiser, &ballot, json!({"in_seconds": 10})).await.expect(201);
    assert_eq!(set.json, json!({"closes_at": world.now().plus_seconds(10).to_string()}));
    let announced = world.api().ballot(&ballot, "state").await.expect(200);
    assert_eq!(announced.json["closes_at"], set.json["closes_at"]);
    world.pass_seconds(10);
    voter.api.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");

    let another = organiser.open_ballot(CONFERENCE, "another").await;
    let _now = closing_time(&organiser, &another, json!({"in_seconds": 0})).await.expect(201);
    voter.api.cast(&another, 0, &tracker()).await.refused(410, "ballot-closed");
}

async fn keep_it_open(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 10})).await.expect(201);
    let kept = closing_time(&organiser, &ballot, json!({"closes_at": null})).await.expect(201);
    assert_eq!(kept.json, json!({"closes_at": null}));
    world.pass_seconds(1_800);
    let _next = world.app().run_schedule().await.unwrap();
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    assert_eq!(history(world, &ballot).await, ["opened", "closing_time", "closing_time"]);
}

async fn two_minutes_more(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 2).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let first = world.now().plus_seconds(60);
    let _set = closing_time(&organiser, &ballot, json!({"closes_at": first.to_string()})).await.expect(201);
    world.set_time(just_before(first));
    let _paused = organiser.transition(&ballot, "paused").await.expect(201);
    let later = first.plus_seconds(120);
    let _more = closing_time(&organiser, &ballot, json!({"closes_at": later.to_string()})).await.expect(201);
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    world.set_time(just_before(later));
    let _next = world.app().run_schedule().await.unwrap();
    let _vote = voters[0].api.cast(&ballot, 0, &tracker()).await.expect(201);
    world.set_time(later);
    voters[1].api.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");
}

async fn a_closing_time_is_not_before_now_nor_before_the_opening(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let open = world.now().plus_seconds(60);
    let ballot = organiser.draft(CONFERENCE, "award", json!({"opens_at": open.to_string()})).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    for (body, code) in [
        (json!({"closes_at": just_before(world.now()).to_string()}), "too-early"),
        (json!({"closes_at": open.to_string()}), "too-early"),
        (json!({"in_seconds": 60}), "too-early"),
        (json!({"in_seconds": -1}), "invalid-value"),
        (json!({"in_seconds": 604_801}), "invalid-value"),
        (json!({"in_seconds": 18_446_744_073_709_551_615_u64}), "invalid-value"),
        (json!({"closes_at": "tomorrow"}), "invalid-value"),
        (json!({"closes_at": "9999-12-31T00:00:00Z"}), "invalid-value"),
        (json!({"closes_at": open.to_string(), "in_seconds": 5}), "exactly-one"),
        (json!({}), "exactly-one"),
    ] {
        let answer = closing_time(&organiser, &ballot, body.clone()).await;
        answer.refused(422, "validation-failed");
        assert_eq!(answer.json["errors"][0]["code"], code, "{body}");
    }
    assert_eq!(closes_at(world, &ballot).await, Value::Null);
    let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 61})).await.expect(201);
    assert_eq!(history(world, &ballot).await, [""; 0], "before the opening it is a plan, not history");
}

async fn once_it_is_over_no_closing_time_is_taken(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let bodies = [json!({"in_seconds": 120}), json!({"closes_at": null})];
    let due = organiser.open_ballot(CONFERENCE, "due").await;
    let _vote = voter.api.cast(&due, 0, &tracker()).await.expect(201);
    let _set = closing_time(&organiser, &due, json!({"in_seconds": 10})).await.expect(201);
    world.pass_seconds(10);
    for body in &bodies {
        closing_time(&organiser, &due, body.clone()).await.refused(410, "ballot-closed");
    }
    assert_eq!(history(world, &due).await, ["opened", "closing_time"], "nothing has acted yet");

    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for (to, code) in [("closed", "ballot-closed"), ("published", "ballot-closed")] {
        crate::scene::go_on(&organiser, &ballot, to).await;
        for body in &bodies {
            closing_time(&organiser, &ballot, body.clone()).await.refused(410, code);
        }
    }
    let given_up = organiser.open_ballot(CONFERENCE, "given-up").await;
    let _cancelled = organiser.transition(&given_up, "cancelled").await.expect(201);
    closing_time(&organiser, &given_up, bodies[0].clone()).await.refused(410, "ballot-cancelled");
}

async fn what_is_due_happens_before_what_is_asked(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    for (asked, allowed) in [("paused", None), ("open", None), ("closed", None), ("cancelled", Some("closed"))] {
        let ballot = organiser.open_ballot(CONFERENCE, &format!("asked-{asked}")).await;
        let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
        let close = world.now().plus_seconds(10);
        let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 10})).await.expect(201);
        world.pass_seconds(15);
        let answer = organiser.transition(&ballot, asked).await;
        let mut lived = vec!["opened", "closing_time", "closed"];
        if let Some(from) = allowed {
            assert_eq!(answer.expect(201).json["from"], from);
            lived.push(asked);
        } else {
            answer.refused(409, "invalid-transition");
            assert_eq!((&answer.json["from"], &answer.json["allowed"]), (&json!("closed"), &json!(["cancelled"])));
            assert_eq!(closes_at(world, &ballot).await, close.to_string());
        }
        assert_eq!(history(world, &ballot).await, lived);
    }
    for (slug, what) in [("publish", "publications"), ("tally", "tally")] {
        let ballot = organiser.open_ballot(CONFERENCE, slug).await;
        let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 10})).await.expect(201);
        world.pass_seconds(15);
        let done =
            if what == "tally" { organiser.ballot(&ballot, what).await } else { organiser.publish(&ballot).await };
        assert!(matches!(done.status, 200 | 201), "{}", done.body);
        assert_eq!(history(world, &ballot).await, ["opened", "closing_time", "closed"]);
    }
}

async fn a_new_instance_finishes_what_was_due(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let closing = organiser.open_ballot(CONFERENCE, "closing").await;
    let _vote = voter.api.cast(&closing, 0, &tracker()).await.expect(201);
    let _set = closing_time(&organiser, &closing, json!({"in_seconds": 60})).await.expect(201);
    let opens_at = world.now().plus_seconds(60).to_string();
    let opening = organiser.draft(CONFERENCE, "opening", json!({ "opens_at": opens_at })).await;
    let _ready = organiser.transition(&opening, "ready").await.expect(201);
    // No instance runs at that time; one starts an hour later.
    world.pass_seconds(1_800);
    let started = world.another_instance().await;
    assert_eq!(started.app().run_schedule().await.unwrap(), None);
    assert_eq!(history(world, &closing).await, ["opened", "closing_time", "closed"]);
    assert_eq!(closes_at(world, &closing).await, opens_at);
    assert_eq!(history(world, &opening).await, ["opened"]);
    started.stop().await;
}

async fn a_new_instance_counts_what_another_recorded(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    let before = world.another_instance().await;
    let ballot = before.api().with_token(organiser.token().unwrap()).open_ballot(CONFERENCE, "award").await;
    for voter in &voters {
        let voter = before.api().with_token(voter.api.token().unwrap());
        let _vote = voter.cast(&ballot, 1, &tracker()).await.expect(201);
    }
    before.stop().await;
    let after = world.another_instance().await;
    let organiser = after.api().with_token(organiser.token().unwrap());
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let results = after.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["outcome"], json!({"type": "elected", "candidates": [ballot.candidates[1]]}));
    assert_eq!(results.json["rows"][0]["votes"], 3);
    after.stop().await;
}
