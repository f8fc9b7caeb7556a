//! A ballot that outlives its conference: eligible attendees can sign in until it is over, and organisers are warned
//! beforehand.

use reqwest::Method;
use serde_json::{Value, json};
use urna_tests::{Answer, Api, Ballot, Cases, World, cases, tracker};

use crate::scene::{CONFERENCE, closing_time, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            links_and_badge_codes_live_until_the_last_ballot_is_over,
            a_closing_time_ends_them_whether_or_not_anybody_closes,
            an_announced_ballot_keeps_the_way_in_and_a_draft_does_not,
            a_link_says_until_when_it_is_good,
            a_ballot_that_closes_after_the_conference_is_warned_of,
            claims_are_warned_of_where_a_ballot_asks_for_them;
    }
}

/// Midnight in Brussels after the last day.
const END: &str = "2026-11-27T23:00:00Z";

/// Anna's link and her badge code.
async fn ways_in(organiser: &Api) -> [Value; 2] {
    let id = organiser.add_attendee(CONFERENCE, "Anna").await;
    let link = organiser.show_link(&id).await;
    let code = organiser.post(&format!("attendees/{id}/badge-codes"), &json!({})).await.expect(201).text("/code");
    [json!({ "personal_link": link }), json!({"conference": CONFERENCE, "badge_code": code})]
}

async fn sign_in(world: &World, ways: &[Value; 2]) -> [Answer; 2] {
    let api = world.api();
    [api.post("sessions", &ways[0]).await, api.post("sessions", &ways[1]).await]
}

/// Another organiser: the first one's session has ended by then.
async fn another(world: &World) -> Api {
    world.organiser(urna_core::Role::Organiser).await
}

async fn open(organiser: &Api, slug: &str) -> Ballot {
    let ballot = organiser.draft(CONFERENCE, slug, json!({})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    ballot
}

async fn links_and_badge_codes_live_until_the_last_ballot_is_over(world: &World) {
    let organiser = organiser(world).await;
    let ways = ways_in(&organiser).await;
    let (closed, paused) = (open(&organiser, "first").await, open(&organiser, "second").await);
    world.set_time(END.parse().unwrap());
    world.pass_seconds(3 * 24 * 3600);
    for session in sign_in(world, &ways).await {
        let anna = world.api().with_token(&session.expect(201).text("/token"));
        let cast = anna.cast(&closed, 0, &tracker()).await;
        assert!(matches!(cast.status, 201 | 409), "{}", cast.body);
    }
    let organiser = another(world).await;
    let _closed = organiser.transition(&closed, "closed").await.expect(201);
    let _paused = organiser.transition(&paused, "paused").await.expect(201);
    for session in sign_in(world, &ways).await {
        let _in = session.expect(201);
    }
    let _cancelled = organiser.transition(&paused, "cancelled").await.expect(201);
    for session in sign_in(world, &ways).await {
        session.refused(410, "link-expired");
    }
    let _published = organiser.publish(&closed).await.expect(201);
    for session in sign_in(world, &ways).await {
        session.refused(410, "link-expired");
    }
}

async fn a_closing_time_ends_them_whether_or_not_anybody_closes(world: &World) {
    let organiser = organiser(world).await;
    let ways = ways_in(&organiser).await;
    let ballot = open(&organiser, "award").await;
    let late = "2026-11-29T12:00:00Z";
    let _set = closing_time(&organiser, &ballot, json!({"closes_at": late})).await.expect(201);
    world.set_time("2026-11-29T11:59:59Z".parse().unwrap());
    for session in sign_in(world, &ways).await {
        let _in = session.expect(201);
    }
    world.set_time(late.parse().unwrap());
    for session in sign_in(world, &ways).await {
        session.refused(410, "link-expired");
    }
}

async fn an_announced_ballot_keeps_the_way_in_and_a_draft_does_not(world: &World) {
    let organiser = organiser(world).await;
    let ways = ways_in(&organiser).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    world.set_time(END.parse().unwrap());
    let organiser = another(world).await;
    for session in sign_in(world, &ways).await {
        session.refused(410, "link-expired");
    }
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    for session in sign_in(world, &ways).await {
        let _in = session.expect(201);
    }
    let _draft = organiser.transition(&ballot, "draft").await.expect(201);
    for session in sign_in(world, &ways).await {
        session.refused(410, "link-expired");
    }
}

async fn a_link_says_until_when_it_is_good(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna").await;
    let until = async || {
        let path = format!("attendees/{id}/personal-links");
        organiser.post(&path, &json!({"deliver": "show"})).await.expect(201).text("/expires_at")
    };
    assert_eq!(until().await, END);
    let ballot = open(&organiser, "award").await;
    for (closes_at, expected) in [
        (Value::Null, END),
        (json!("2026-11-26T12:00:00Z"), END),
        (json!("2026-11-29T12:00:00Z"), "2026-11-29T12:00:00Z"),
    ] {
        let _set = closing_time(&organiser, &ballot, json!({ "closes_at": closes_at })).await.expect(201);
        assert_eq!(until().await, expected);
    }
}

/// The warnings of a transition; the field is missing if there are none.
async fn warned_of(organiser: &Api, ballot: &Ballot, to: &str) -> Value {
    let done = organiser.transition(ballot, to).await.expect(201);
    done.json.get("warnings").cloned().unwrap_or_else(|| json!([]))
}

async fn readiness(api: &Api, ballot: &Ballot) -> Value {
    let found = api.ballot(ballot, "readiness").await.expect(200);
    assert_eq!(found.header("cache-control"), "no-store");
    found.json
}

async fn a_ballot_that_closes_after_the_conference_is_warned_of(world: &World) {
    let organiser = organiser(world).await;
    let observer = world.organiser(urna_core::Role::Observer).await;
    let _anna = organiser.add_attendee(CONFERENCE, "Anna").await;
    let late = json!([{"code": "closes-after-conference", "conference_ends_at": END}]);
    for (slug, closes_at, expected) in [
        ("in-time", json!(END), json!([])),
        ("late", json!("2026-11-27T23:00:00.000001Z"), late.clone()),
        ("open", Value::Null, json!([])),
    ] {
        let ballot = organiser.draft(CONFERENCE, slug, json!({ "closes_at": closes_at })).await;
        let before = readiness(&observer, &ballot).await;
        assert_eq!(before, json!({"ready": true, "eligible": 1, "missing": [], "warnings": expected}), "{slug}");
        for to in ["ready", "open"] {
            assert_eq!(warned_of(&organiser, &ballot, to).await, expected, "{slug}");
        }
        let after = readiness(&observer, &ballot).await;
        assert_eq!((&after["ready"], &after["warnings"]), (&json!(false), &expected), "{slug}");
        assert_eq!(warned_of(&organiser, &ballot, "closed").await, json!([]));
        assert_eq!(readiness(&observer, &ballot).await["warnings"], json!([]));
    }
}

async fn claims_are_warned_of_where_a_ballot_asks_for_them(world: &World) {
    let organiser = world.organiser(urna_core::Role::Organiser).await;
    organiser.add_conference(CONFERENCE, "open").await;
    for name in ["anna", "ben", "carl"] {
        let category = if name == "carl" { "press" } else { "jury" };
        let body = json!({"email": format!("{name}@cluster.example"), "name": name, "category": category});
        let path = format!("/api/v1/conferences/{CONFERENCE}/registrations");
        let _taken = Api::send(world.api().request(Method::POST, &path).json(&body)).await.expect(202);
    }
    let roll = organiser.roll(CONFERENCE).await;
    let id = |number: usize| roll[number]["id"].as_str().unwrap().to_owned();
    let jury = organiser.draft(CONFERENCE, "jury", json!({"eligibility": {"categories": ["jury"]}})).await;
    let warned = |people: u64| json!([{"code": "claimed-categories", "people": people}]);
    let expected = json!({"ready": false, "eligible": 0, "missing": ["eligible-attendees"], "warnings": warned(2)});
    assert_eq!(readiness(&organiser, &jury).await, expected);
    let refused = organiser.transition(&jury, "open").await;
    refused.refused(409, "not-ready");
    assert_eq!((&refused.json["missing"], &refused.json["warnings"]), (&json!(["eligible-attendees"]), &warned(2)));

    let _approved = organiser.post(&format!("attendees/{}/approvals", id(0)), &json!({})).await.expect(201);
    assert_eq!(warned_of(&organiser, &jury, "open").await, warned(1));
    let _barred = organiser.post(&format!("attendees/{}/blocks", id(1)), &json!({})).await.expect(201);
    assert_eq!(readiness(&organiser, &jury).await["warnings"], json!([]));
    let all = organiser.draft(CONFERENCE, "all", json!({})).await;
    assert_eq!(readiness(&organiser, &all).await["warnings"], json!([]), "whoever may vote without a group");
}
