//! Personal links: reusable, replaceable, and proof against mail scanners.

use reqwest::Method;
use serde_json::json;
use urna_core::Role;
use urna_core::keys::LinkToken;
use urna_tests::{Api, Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_link_signs_in_as_often_as_it_is_used,
            a_link_is_read_in_any_case,
            the_same_link_is_given_until_it_is_replaced,
            a_replaced_link_says_so,
            mail_scanners_change_nothing,
            the_button_signs_in_and_takes_the_token_out_of_the_address,
            garbage_is_no_link,
            a_link_ends_with_the_conference_where_it_is_held,
            the_link_of_an_erased_person_is_no_link,
            without_an_address_no_link_is_mailed,
            showing_a_link_is_audited,
            no_token_of_a_link_is_stored;
    }
}

async fn registered(world: &World) -> (Api, String) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna Nowak").await.expect(202);
    let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
    (organiser, id)
}

async fn sign_in(world: &World, link: &str) -> urna_tests::Answer {
    world.api().post("sessions", &json!({ "personal_link": link })).await
}

async fn replace(organiser: &Api, id: &str) -> String {
    let body = json!({"deliver": "show", "replace": true});
    organiser.post(&format!("attendees/{id}/personal-links"), &body).await.expect(201).text("/token")
}

async fn a_link_signs_in_as_often_as_it_is_used(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    let first = sign_in(world, &link).await.expect(201);
    assert_eq!(first.json["attendee"], json!({"id": id, "name": "Anna Nowak", "status": "verified", "language": null}));
    assert_eq!(first.text("/conference/slug"), "eccp-2026");
    assert_eq!(first.text("/expires_at"), world.now().plus_seconds(12 * 3600).to_string());
    assert_eq!(first.header("cache-control"), "no-store");
    let second = sign_in(world, &link).await.expect(201);
    assert_ne!(first.text("/token"), second.text("/token"));
    for session in [first, second] {
        let session = world.api().with_token(&session.text("/token"));
        let _current = session.get("sessions/current").await.expect(200);
    }
    let events = organiser.audit().await;
    let proofs = events.iter().filter(|event| event["action"] == "attendee.mailbox_proven");
    assert_eq!(proofs.count(), 1, "the mailbox is proven once");
}

async fn a_link_is_read_in_any_case(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    let typed = link.to_lowercase().replace('0', "o").replace('1', "l");
    for spelling in [link.to_lowercase(), typed, format!("  {link}\n")] {
        let session = sign_in(world, &spelling).await.expect(201);
        assert_eq!(session.text("/attendee/id"), id);
    }
    for path in [format!("/l/{}", link.to_lowercase()), format!("/L/{link}")] {
        let page = world.api().get(&path).await.expect(200);
        assert!(page.body.contains("Anna Nowak"));
    }
}

async fn the_same_link_is_given_until_it_is_replaced(world: &World) {
    let (organiser, id) = registered(world).await;
    let shown = organiser.post(&format!("attendees/{id}/personal-links"), &json!({"deliver": "show"})).await;
    let shown = shown.expect(201);
    let token = shown.text("/token");
    assert_eq!(shown.text("/url"), format!("{}/l/{token}", world.api().base()));
    assert_eq!(shown.text("/expires_at"), "2026-11-27T23:00:00Z");
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(token.len(), 52, "256 bits");
    assert_eq!(organiser.show_link(&id).await, token);
    assert_ne!(replace(&organiser, &id).await, token);
}

async fn a_replaced_link_says_so(world: &World) {
    let (organiser, id) = registered(world).await;
    let oldest = organiser.show_link(&id).await;
    let older = replace(&organiser, &id).await;
    let newest = replace(&organiser, &id).await;
    for old in [&oldest, &older] {
        sign_in(world, old).await.refused(410, "link-replaced");
        let page = world.api().get(&format!("/l/{old}")).await.expect(410);
        assert!(!page.body.contains("Anna") && page.body.contains("link-replaced"), "{}", page.body);
        let button = Api::send(world.api().request(Method::POST, &format!("/l/{old}"))).await.expect(410);
        assert_eq!(button.header("set-cookie"), "");
    }
    assert_eq!(tables::count(world, "attendee_sessions").await, 0);
    let session = sign_in(world, &newest).await.expect(201);
    assert_eq!(session.text("/attendee/id"), id);
}

async fn mail_scanners_change_nothing(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    let before = tables::everything(world).await;
    for path in [format!("/l/{link}"), format!("/L/{link}"), format!("/l/{}", link.to_lowercase())] {
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let answer = Api::send(world.api().request(method, &path)).await.expect(200);
            assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), ("", "no-store"));
        }
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let answer = Api::send(world.api().request(method, &format!("/l/{link}"))).await.expect(405);
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(tables::everything(world).await, before);
    let found = organiser.get(&format!("attendees/{id}")).await.expect(200);
    assert_eq!(found.text("/status"), "registered");
}

async fn the_button_signs_in_and_takes_the_token_out_of_the_address(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    let press = world.api().request(Method::POST, &format!("/l/{link}"));
    let pressed = Api::send(press.header("sec-fetch-site", "same-origin")).await.expect(303);
    assert_eq!(pressed.header("location"), "/eccp-2026");
    assert_eq!(pressed.header("cache-control"), "no-store");
    let cookie = pressed.header("set-cookie");
    let (pair, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax", "plain http on loopback");
    assert!(pair.starts_with("urna-session="), "{cookie}");
    let me = Api::send(world.api().request(Method::GET, "/eccp-2026").header("cookie", pair)).await.expect(200);
    assert!(me.body.contains("Anna Nowak"), "{}", me.body);
    let current = world.api().request(Method::GET, "sessions/current").header("cookie", format!("a=b; {pair}; c=d"));
    assert_eq!(Api::send(current).await.expect(200).text("/attendee/status"), "verified");
}

async fn garbage_is_no_link(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    let other = if link.starts_with('G') { 'R' } else { 'G' };
    let changed = format!("{other}{}", &link[1..]);
    let long = "A".repeat(52);
    for garbage in ["", "x", "nonsense", &link[..51], &changed, &long, "ZZZZ", "%00", "🗳️", "' or 1=1 --"] {
        sign_in(world, garbage).await.refused(404, "link-invalid");
    }
    for garbage in ["x", &link[..51], &changed, &long, "%00", "%ff%fe", "%F0%9F%97%B3", "..%2f..%2fetc", "<script>"] {
        for method in [Method::GET, Method::POST] {
            let page = Api::send(world.api().request(method, &format!("/l/{garbage}"))).await;
            assert_eq!(page.status, 404, "{garbage}: {}", page.body);
            assert!(page.body.contains("link-invalid"), "{garbage}: {}", page.body);
            assert!(!page.body.contains("<script>"));
        }
    }
    assert_eq!(tables::count(world, "attendee_sessions").await, 0);
}

async fn a_link_ends_with_the_conference_where_it_is_held(world: &World) {
    let (organiser, id) = registered(world).await;
    let link = organiser.show_link(&id).await;
    // Midnight in Brussels after the 27th.
    world.set_time("2026-11-27T22:59:59.999999Z".parse().unwrap());
    let _in_time = sign_in(world, &link).await.expect(201);
    world.set_time("2026-11-27T23:00:00Z".parse().unwrap());
    sign_in(world, &link).await.refused(410, "link-expired");
    let page = world.api().get(&format!("/l/{link}")).await.expect(410);
    assert!(page.body.contains("link-expired") && !page.body.contains("Anna"), "{}", page.body);
    assert_eq!(tables::count(world, "attendee_sessions").await, 1);
    let owner = world.organiser(Role::Owner).await;
    let _longer = owner.patch("conferences/eccp-2026", &json!({"time_zone": "America/Los_Angeles"})).await.expect(200);
    let _in_time = sign_in(world, &link).await.expect(201);
}

async fn the_link_of_an_erased_person_is_no_link(world: &World) {
    let (organiser, id) = registered(world).await;
    let older = organiser.show_link(&id).await;
    let link = replace(&organiser, &id).await;
    let _erased = organiser.delete(&format!("attendees/{id}")).await.expect(204);
    for token in [&older, &link] {
        sign_in(world, token).await.refused(404, "link-invalid");
    }
    assert_eq!(tables::count(world, "personal_links").await, 0);
}

async fn without_an_address_no_link_is_mailed(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let id = organiser.add_attendee("eccp-2026", "Anna").await;
    let path = format!("attendees/{id}/personal-links");
    let link = organiser.show_link(&id).await;
    for body in [json!({"deliver": "email"}), json!({"deliver": "email", "replace": true})] {
        organiser.post(&path, &body).await.refused(409, "no-address");
    }
    assert_eq!(organiser.show_link(&id).await, link, "nothing is half replaced");
    assert_eq!(tables::count(world, "outbox").await, 0);
    let _changed =
        organiser.patch(&format!("attendees/{id}"), &json!({"email": "anna@cluster.example"})).await.expect(200);
    assert_eq!(tables::count(world, "outbox").await, 1, "a new address gets the link unasked");
    let mailed = organiser.post(&path, &json!({"deliver": "email"})).await.expect(201);
    assert_eq!(mailed.json, json!({"deliver": "email"}));
    assert_eq!(tables::count(world, "outbox").await, 2);
    for body in [json!({}), json!({"deliver": "fax"}), json!({"deliver": "show", "replace": "no"})] {
        organiser.post(&path, &body).await.refused(422, "validation-failed");
    }
    let nobody = format!("attendees/{}/personal-links", world.app().new_id());
    organiser.post(&nobody, &json!({"deliver": "show"})).await.refused(404, "not-found");
}

async fn showing_a_link_is_audited(world: &World) {
    let (organiser, id) = registered(world).await;
    let before = organiser.audit().await.len();
    let shown = organiser.show_link(&id).await;
    let replaced = replace(&organiser, &id).await;
    let mail = json!({"deliver": "email"});
    let _mailed = organiser.post(&format!("attendees/{id}/personal-links"), &mail).await.expect(201);
    let events = organiser.audit().await.split_off(before);
    let told: Vec<_> = events.iter().map(|event| (&event["action"], &event["subject"], &event["details"])).collect();
    let (action, subject) = (&json!("personal_link.issued"), &json!(id));
    assert_eq!(
        told,
        [
            (action, subject, &json!({"shown": true, "replaced": false})),
            (action, subject, &json!({"shown": true, "replaced": true})),
            (action, subject, &json!({"shown": false, "replaced": false})),
        ]
    );
    let log = organiser.get("audit-events.ndjson").await.expect(200).body.to_uppercase();
    assert!(!log.contains(&shown) && !log.contains(&replaced));
}

async fn no_token_of_a_link_is_stored(world: &World) {
    let (organiser, id) = registered(world).await;
    let older = organiser.show_link(&id).await;
    let link = replace(&organiser, &id).await;
    let _session = world.api().sign_in(&link).await;
    let mail = json!({"deliver": "email"});
    let _mailed = organiser.post(&format!("attendees/{id}/personal-links"), &mail).await.expect(201);
    let everything = tables::everything(world).await;
    for token in [&older, &link] {
        let hash = tables::hex(&LinkToken::parse(token).unwrap().hash());
        assert!(everything.contains(&hash), "the search sees what is stored");
        tables::holds_no_link(&everything, token);
    }
}
