//! Unknown keys in the query string.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases};

use crate::roles::documented;

pub(super) fn cases() -> Cases {
    cases! {
        once:
            every_operation_declares_that_it_refuses_unknown_keys;
        on_each_engine:
            a_page_leads_to_its_clean_address,
            a_form_is_taken_whatever_its_address_has_at_the_end,
            the_api_names_the_key_that_it_does_not_know,
            a_query_leads_nobody_to_another_host,
            checks_of_health_are_answered_with_any_query;
    }
}

async fn head(api: &Api, path: &str) -> urna_tests::Answer {
    Api::send(api.request(Method::HEAD, path)).await
}

async fn a_page_leads_to_its_clean_address(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let anyone = world.api();
    let link = format!("/l/{}", voter.link);
    let own = format!("/ballots/{}", ballot.id);
    for (path, kept) in [
        ("/", ""),
        ("/help", ""),
        ("/verify", ""),
        ("/eccp-2026", ""),
        ("/eccp-2026/states", ""),
        ("/eccp-2026/link", ""),
        ("/eccp-2026/enter", ""),
        ("/eccp-2026/enter", "ballot=0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"),
        ("/problems/not-found", ""),
        (link.as_str(), ""),
        (own.as_str(), ""),
    ] {
        let mark = if kept.is_empty() { "?" } else { "&" };
        let clean = if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
        for added in ["utm_source=mail&utm_campaign=%F0%9F%97%B3", "fbclid=IwAR0", "x", "version=1"] {
            let address = format!("{clean}{mark}{added}");
            let answer = anyone.get(&address).await.expect(303);
            assert_eq!(answer.header("location"), clean, "{address}");
            assert_eq!(answer.header("cache-control"), "no-store", "{address}");
            assert_eq!(answer.header("set-cookie"), "", "{address}");
            assert_eq!(head(&anyone, &address).await.header("location"), clean, "{address}");
        }
        let shown = anyone.get(&clean).await;
        assert!([200, 401].contains(&shown.status), "{clean}: {}", shown.status);
    }
    // A mail program's tracking parameters lock nobody out.
    let led = anyone.get(&format!("{link}?utm_medium=email")).await.expect(303);
    let page = anyone.get(led.header("location")).await.expect(200);
    assert!(page.body.contains("Anna"), "{}", page.body);
}

async fn a_form_is_taken_whatever_its_address_has_at_the_end(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let anyone = world.api();
    let signed_in = anyone.request(Method::POST, &format!("/l/{}?utm_source=mail", voter.link));
    let signed_in = Api::send(signed_in).await.expect(303);
    assert_eq!(signed_in.header("location"), "/eccp-2026");
    assert!(signed_in.header("set-cookie").starts_with("urna-session="), "{}", signed_in.header("set-cookie"));

    let registered = anyone
        .request(Method::POST, "/eccp-2026/register?fbclid=1")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("email=b%40cluster.example&name=Bruno");
    let _sent = Api::send(registered).await.expect(202);
    let names: Vec<String> = organiser.roll("eccp-2026").await.iter().map(|one| one["name"].to_string()).collect();
    assert!(names.contains(&"\"Bruno\"".to_owned()), "{names:?}");
}

async fn the_api_names_the_key_that_it_does_not_know(world: &World) {
    let organiser = world.organiser(Role::Owner).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let state = format!("ballots/{}/state", ballot.id);
    for (api, path, known) in [
        (&world.api(), state.as_str(), None),
        (&world.api(), &format!("ballots/{}", ballot.id), None),
        (&world.api(), "keys", None),
        (&world.api(), "/api/v1/openapi.json", None),
        (&voter.api, "sessions/current", None),
        (&world.api(), &format!("ballots/{}/results", ballot.id), Some("version")),
        (&world.api(), "conferences", Some("limit, cursor")),
        (&organiser, "audit-events", Some("limit, cursor, conference, ballot")),
        (&organiser, "audit-events.ndjson", Some("conference, ballot")),
    ] {
        let refused = api.get(&format!("{path}?x~/y=1")).await;
        refused.refused(400, "malformed-request");
        assert_eq!(refused.json.pointer("/errors/0/pointer"), Some(&json!("/x~0~1y")), "{path}");
        assert_eq!(refused.json.pointer("/errors/0/code"), Some(&json!("unknown-parameter")), "{path}");
        assert!(refused.text("/detail").contains("x~/y"), "{path}: {}", refused.body);
        if let Some(known) = known {
            assert!(refused.text("/detail").ends_with(&format!("only: {known}.")), "{path}: {}", refused.body);
        }
        assert_eq!(head(api, &format!("{path}?x=1")).await.status, 400, "{path}");
    }
    // An unknown key also prevents a change.
    let before = organiser.get(&state).await.expect(200);
    let moved = organiser.post(&format!("ballots/{}/transitions?dry_run=1", ballot.id), &json!({"to": "paused"})).await;
    moved.refused(400, "malformed-request");
    assert_eq!(organiser.get(&state).await.body, before.body);
    let long = "x".repeat(5_000);
    let refused = world.api().get(&format!("{state}?{long}")).await;
    refused.refused(400, "malformed-request");
    assert!(refused.body.len() < 1_000, "a sender's text is not repeated in full");
    // Other errors in a request take precedence.
    organiser.delete("keys?x=1").await.refused(405, "method-not-allowed");
    world.api().get("nowhere?x=1").await.refused(404, "not-found");
}

async fn a_query_leads_nobody_to_another_host(world: &World) {
    for path in ["//evil.example?x=1", "/\\evil.example?x=1", "//evil.example/enter?x=1", "/%2F/evil.example?x=1"] {
        let answer = world.api().get(path).await;
        let location = answer.header("location");
        assert!(!location.starts_with("//") && !location.starts_with("/\\"), "{path}: {location}");
    }
}

async fn checks_of_health_are_answered_with_any_query(world: &World) {
    for path in ["/healthz?from=balancer", "/readyz?x=1"] {
        let _well = world.api().get(path).await.expect(200);
    }
}

fn every_operation_declares_that_it_refuses_unknown_keys() {
    let document: Value = serde_json::from_str(&urna_web::openapi_json()).unwrap();
    for (method, path) in documented() {
        let refused = &document["paths"][format!("/api/v1{path}")][&method]["responses"]["400"];
        assert!(refused.is_object(), "{method} {path}");
    }
}
