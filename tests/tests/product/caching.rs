//! Entity tags, caches, and changes made conditional with them.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Ballot, Cases, World, cases};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_is_known_is_not_sent_again,
            a_tag_changes_with_what_it_stands_for,
            what_is_personal_is_not_stored,
            what_is_public_may_be_cached,
            a_change_names_what_it_is_based_on,
            of_two_changes_of_the_same_version_one_is_refused,
            of_two_changes_at_the_same_instant_one_is_refused,
            the_state_is_small;
    }
}

struct Scene {
    organiser: Api,
    voter: urna_tests::Voter,
    ballot: Ballot,
}

async fn scene(world: &World) -> Scene {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    Scene { organiser, voter, ballot }
}

async fn get_with(api: &Api, path: &str, header: &str, value: &str) -> Answer {
    Api::send(api.request(Method::GET, path).header(header, value)).await
}

async fn what_is_known_is_not_sent_again(world: &World) {
    let Scene { organiser, voter, ballot } = scene(world).await;
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let at = |what: &str| format!("ballots/{}{what}", ballot.id);
    let attendee = format!("attendees/{}", voter.id);
    let paths = [
        "",
        "/state",
        "/turnout",
        "/manifest",
        "/results",
        "/results?version=1",
        "/results.csv",
        "/results.svg",
        "/commitments",
        "/commitments.txt",
    ];
    let mut all: Vec<(Api, String)> = paths.iter().map(|what| (world.api(), at(what))).collect();
    all.extend(["conferences/eccp-2026", "keys", "/api/v1/openapi.json"].map(|path| (world.api(), path.to_owned())));
    all.extend([(organiser.clone(), at("")), (organiser, attendee)]);
    for (api, path) in all {
        let first = api.get(&path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{path}: a strong tag, not {tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag} , \"y\""), "*".to_owned()] {
            let again = get_with(&api, &path, "if-none-match", &known).await;
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path} {known}");
            assert_eq!(again.header("etag"), tag, "{path}");
            assert_eq!(again.header("cache-control"), first.header("cache-control"), "{path}");
        }
        for unknown in ["\"x\"", "x", "", tag.trim_matches('"')] {
            let again = get_with(&api, &path, "if-none-match", unknown).await.expect(200);
            assert_eq!(again.body, first.body, "{path}");
        }
    }
}

async fn a_tag_changes_with_what_it_stands_for(world: &World) {
    let Scene { organiser, voter, ballot } = scene(world).await;
    let mut seen = Vec::new();
    let mut look = async |what: &str| {
        let answer = world.api().get(&format!("ballots/{}{what}", ballot.id)).await.expect(200);
        let tag = answer.header("etag").to_owned();
        assert!(!seen.contains(&(what.to_owned(), tag.clone())), "{what}: {}", answer.body);
        seen.push((what.to_owned(), tag));
    };
    look("/state").await;
    look("/turnout").await;
    let _cast = voter.api.cast(&ballot, 0, &urna_tests::tracker()).await.expect(201);
    look("/turnout").await;
    for state in ["paused", "open", "closed"] {
        let _moved = organiser.transition(&ballot, state).await.expect(201);
        if state != "open" {
            look("/state").await;
        }
    }
    look("").await;
    let _published = organiser.publish(&ballot).await.expect(201);
    look("/state").await;
    look("").await;
}

async fn what_is_personal_is_not_stored(world: &World) {
    let Scene { organiser, voter, ballot } = scene(world).await;
    let participation = format!("ballots/{}/participation", ballot.id);
    for (api, path) in [
        (&voter.api, "sessions/current"),
        (&voter.api, participation.as_str()),
        (&voter.api, "/eccp-2026"),
        (&voter.api, &format!("/ballots/{}", ballot.id)),
        (&organiser, "organiser-sessions/current"),
        (&organiser, "conferences/eccp-2026/attendees"),
        (&organiser, "audit-events"),
        (&organiser, "audit-events.ndjson"),
        (&organiser, &format!("attendees/{}", voter.id)),
        (&organiser, &format!("ballots/{}", ballot.id)),
        (&organiser, &format!("ballots/{}/state", ballot.id)),
        (&organiser, "conferences/eccp-2026/ballots"),
        (&world.api(), &format!("/l/{}", voter.link)),
    ] {
        let answer = api.get(path).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let cast = voter.api.cast(&ballot, 0, &urna_tests::tracker()).await.expect(201);
    assert_eq!(cast.header("cache-control"), "no-store");
}

async fn what_is_public_may_be_cached(world: &World) {
    let Scene { organiser, ballot, .. } = scene(world).await;
    let cache = async |what: &str| {
        let answer = world.api().get(&format!("ballots/{}{what}", ballot.id)).await.expect(200);
        answer.header("cache-control").to_owned()
    };
    let (moment, for_ever) = ("public, max-age=1", "public, max-age=31536000, immutable");
    for what in ["", "/state", "/turnout"] {
        assert_eq!(cache(what).await, moment, "{what}");
    }
    assert_eq!(cache("/manifest").await, for_ever);
    let missing = world.api().ballot(&ballot, "results").await;
    missing.refused(404, "results-not-published");
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    for what in ["/results", "/results.csv", "/results.svg"] {
        assert_eq!(cache(what).await, moment, "{what}");
        assert_eq!(cache(&format!("{what}?version=1")).await, for_ever, "{what}");
    }
    let ready = organiser.draft("eccp-2026", "second", json!({})).await;
    let _ready = organiser.transition(&ready, "ready").await.expect(201);
    let manifest = world.api().ballot(&ready, "manifest").await.expect(200);
    assert_eq!(manifest.header("cache-control"), moment, "a ready ballot may go back to draft");
}

/// PATCH or DELETE with `If-Match`.
async fn based_on(api: &Api, method: Method, path: &str, tag: &str, change: &Value) -> Answer {
    let request = api.request(method.clone(), path).header("if-match", tag);
    Api::send(if method == Method::PATCH { request.json(change) } else { request }).await
}

/// The resources that accept `If-Match`, each with a change; `true` if it can be deleted.
async fn editable(world: &World) -> (Api, Vec<(String, Value, bool)>) {
    let Scene { organiser, voter, .. } = scene(world).await;
    let draft = organiser.draft("eccp-2026", "draft", json!({})).await;
    let things = vec![
        ("conferences/eccp-2026".to_owned(), json!({"name": "Changed"}), false),
        (format!("ballots/{}", draft.id), json!({"question": "Changed?"}), true),
        (format!("attendees/{}", voter.id), json!({"name": "Changed"}), true),
    ];
    (organiser, things)
}

async fn a_change_names_what_it_is_based_on(world: &World) {
    let (organiser, things) = editable(world).await;
    for (path, change, can_be_deleted) in things {
        let before = organiser.get(&path).await.expect(200);
        let methods = if can_be_deleted { &[Method::PATCH, Method::DELETE][..] } else { &[Method::PATCH] };
        for method in methods {
            for other in ["\"x\"", "x", "", "\"\"", "\"a\", \"b\""] {
                let refused = based_on(&organiser, method.clone(), &path, other, &change).await;
                assert_eq!(refused.status, 412, "{method} {path} {other}: {}", refused.body);
                refused.refused(412, "precondition-failed");
            }
        }
        assert_eq!(organiser.get(&path).await.body, before.body, "{path}");
        let tag = before.header("etag");
        let changed = based_on(&organiser, Method::PATCH, &path, &format!("\"x\", {tag}"), &change).await.expect(200);
        assert_ne!(changed.header("etag"), tag, "{path}");
        based_on(&organiser, Method::PATCH, &path, tag, &change).await.refused(412, "precondition-failed");
        let any = based_on(&organiser, Method::PATCH, &path, "*", &change).await.expect(200);
        if can_be_deleted {
            based_on(&organiser, Method::DELETE, &path, tag, &change).await.refused(412, "precondition-failed");
            let _gone = based_on(&organiser, Method::DELETE, &path, any.header("etag"), &change).await.expect(204);
        }
    }
}

async fn of_two_changes_of_the_same_version_one_is_refused(world: &World) {
    let (organiser, things) = editable(world).await;
    let other = world.organiser(Role::Organiser).await;
    for (path, change, _) in things {
        let tag = organiser.get(&path).await.expect(200).header("etag").to_owned();
        assert_eq!(other.get(&path).await.header("etag"), tag, "both see the same version");
        let first = based_on(&organiser, Method::PATCH, &path, &tag, &change).await.expect(200);
        let mut second = change.clone();
        for value in second.as_object_mut().unwrap().values_mut() {
            *value = json!("Lost");
        }
        based_on(&other, Method::PATCH, &path, &tag, &second).await.refused(412, "precondition-failed");
        assert_eq!(organiser.get(&path).await.body, first.body, "{path}");
    }
}

async fn of_two_changes_at_the_same_instant_one_is_refused(world: &World) {
    let (organiser, things) = editable(world).await;
    let second = world.another_instance().await;
    let there = second.api().with_token(organiser.token().unwrap());
    for (path, change, _) in things {
        for round in 0..5 {
            let tag = organiser.get(&path).await.expect(200).header("etag").to_owned();
            let version = |who: &str| {
                let mut version = change.clone();
                for value in version.as_object_mut().unwrap().values_mut() {
                    *value = json!(format!("{who} {round}"));
                }
                version
            };
            let (ours, theirs) = (version("Ours"), version("Theirs"));
            let (one, other) = tokio::join!(
                based_on(&organiser, Method::PATCH, &path, &tag, &ours),
                based_on(&there, Method::PATCH, &path, &tag, &theirs)
            );
            let (kept, refused) = if one.status == 200 { (one, other) } else { (other, one) };
            refused.refused(412, "precondition-failed");
            assert_eq!(organiser.get(&path).await.body, kept.expect(200).body, "{path}");
        }
    }
    second.stop().await;
}

async fn the_state_is_small(world: &World) {
    let Scene { organiser, .. } = scene(world).await;
    let times = json!({"opens_at": "2026-11-25T18:30:00.123456Z", "closes_at": "2026-11-25T20:30:00.123456Z",
        "title": "T".repeat(200)});
    let ballot = organiser.draft("eccp-2026", "long", times).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    for state in ["open", "paused", "cancelled"] {
        let _moved = organiser.transition(&ballot, state).await.expect(201);
        let answer = world.api().ballot(&ballot, "state").await.expect(200);
        assert!(answer.body.len() <= 200, "{}", answer.body);
        let fields: Vec<_> = answer.json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["closes_at", "opens_at", "result_available", "state"], "{}", answer.body);
    }
}
