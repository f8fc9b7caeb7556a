//! Conferences: added, changed, and refused.

use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_conference_is_found_as_it_was_added,
            a_change_replaces_the_fields_that_it_names,
            a_slug_is_taken_once,
            a_slug_is_taken_once_at_the_same_instant,
            words_of_the_service_are_no_slugs,
            listed_domains_have_one_spelling,
            listed_domains_are_part_of_what_a_change_is_based_on,
            what_is_no_conference_is_refused_whole;
    }
}

fn conference(changes: &Value) -> Value {
    let mut body = json!({"slug": "eccp-2026", "name": "European Cluster Conference", "starts_on": "2026-11-25",
        "ends_on": "2026-11-27", "time_zone": "Europe/Brussels", "languages": ["en", "pt-br"],
        "registration": "open"});
    for (field, value) in changes.as_object().unwrap() {
        match value {
            Value::String(text) if text == "(left out)" => body.as_object_mut().unwrap().remove(field),
            value => body.as_object_mut().unwrap().insert(field.clone(), value.clone()),
        };
    }
    body
}

async fn a_conference_is_found_as_it_was_added(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let body = conference(&json!({"name": " Europa\u{308}ischer Clusterkongreß “Zoë” <b> "}));
    let made = organiser.post("conferences", &body).await.expect(201);
    assert_eq!(made.json["name"], "Europäischer Clusterkongreß “Zoë” <b>", "trimmed, NFC, and else as given");
    assert_eq!(made.json["languages"], json!(["en", "pt-BR"]));
    for field in ["slug", "starts_on", "ends_on", "time_zone", "registration"] {
        assert_eq!(made.json[field], body[field], "{field}");
    }
    let found = world.api().get("conferences/eccp-2026").await.expect(200);
    assert_eq!((&found.json, found.header("etag")), (&made.json, made.header("etag")));
    let listed = world.api().get("conferences").await.expect(200);
    assert_eq!(listed.json, json!({"items": [made.json], "next_cursor": null}));
    world.api().get("conferences/eccp-2027").await.refused(404, "not-found");
    world.api().get("conferences/ECCP-2026").await.refused(404, "not-found");
}

async fn a_change_replaces_the_fields_that_it_names(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let made = organiser.post("conferences", &conference(&json!({}))).await.expect(201);
    let changes = json!({"name": "ECCP", "registration": "closed", "slug": "eccp"});
    let changed = organiser.patch("conferences/eccp-2026", &changes).await.expect(200);
    let mut expected = made.json.clone();
    for (field, value) in changes.as_object().unwrap() {
        expected[field] = value.clone();
    }
    assert_eq!(changed.json, expected);
    world.api().get("conferences/eccp-2026").await.refused(404, "not-found");
    let found = world.api().get("conferences/eccp").await.expect(200);
    assert_eq!((&found.json, found.header("etag")), (&expected, changed.header("etag")));
    let nothing = organiser.patch("conferences/eccp", &json!({})).await.expect(200);
    assert_eq!(nothing.json, expected);
    organiser.patch("conferences/eccp", &json!({"name": null})).await.refused(422, "validation-failed");
    organiser.patch("conferences/eccp", &json!({"ends_on": "2026-11-24"})).await.refused(422, "validation-failed");
    organiser.patch("conferences/eccp", &json!({"id": made.json["id"]})).await.refused(422, "validation-failed");
    organiser.patch("conferences/eccp-2026", &json!({"name": "x"})).await.refused(404, "not-found");
}

async fn a_slug_is_taken_once(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("first", "open").await;
    organiser.add_conference("second", "open").await;
    organiser.post("conferences", &conference(&json!({"slug": "first"}))).await.refused(409, "slug-taken");
    organiser.patch("conferences/second", &json!({"slug": "first"})).await.refused(409, "slug-taken");
    let _found = world.api().get("conferences/second").await.expect(200);
    assert_eq!(tables::count(world, "conferences").await, 2);
}

async fn a_slug_is_taken_once_at_the_same_instant(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let second = world.another_instance().await;
    let there = second.api().with_token(organiser.token().unwrap());
    for round in 0..5 {
        let body = conference(&json!({"slug": format!("eccp-{round}")}));
        let (one, other) = tokio::join!(organiser.post("conferences", &body), there.post("conferences", &body));
        let (made, refused) = if one.status == 201 { (one, other) } else { (other, one) };
        let _made = made.expect(201);
        refused.refused(409, "slug-taken");
    }
    assert_eq!(tables::count(world, "conferences").await, 5);
    second.stop().await;
}

async fn words_of_the_service_are_no_slugs(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    for slug in [
        "api",
        "l",
        "me",
        "assets",
        "ballots",
        "receipts",
        "verify",
        "screens",
        "console",
        "help",
        "privacy",
        "accessibility",
        "problems",
        "how-it-works",
        "healthz",
        "readyz",
    ] {
        let refused = organiser.post("conferences", &conference(&json!({"slug": slug}))).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/slug", "{slug}");
        assert_eq!(refused.json["errors"][0]["code"], "reserved", "{slug}");
    }
    assert_eq!(tables::count(world, "conferences").await, 0);
    organiser.add_conference("eccp-2026", "open").await;
    organiser.patch("conferences/eccp-2026", &json!({"slug": "api"})).await.refused(422, "validation-failed");
}

async fn listed_domains_have_one_spelling(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let domains = json!([" MÜNCHEN.example ", "cluster.example"]);
    let body = conference(&json!({"registration": "listed_domains", "listed_domains": domains}));
    let _made = organiser.post("conferences", &body).await.expect(201);
    for email in ["anna@münchen.EXAMPLE", "anna@xn--mnchen-3ya.example", "ben@Cluster.example"] {
        let _taken = world.api().register("eccp-2026", email, "Anna").await.expect(202);
    }
    for email in ["anna@sub.cluster.example", "anna@cluster.example.org", "anna@notcluster.example"] {
        let refused = world.api().register("eccp-2026", email, "Anna").await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/email");
        assert_eq!(refused.json["errors"][0]["code"], "domain-not-listed");
    }
    assert_eq!(tables::count(world, "attendees").await, 2);
}

/// Two organisers each add a domain to the list they saw: the second must not remove the first one's.
async fn listed_domains_are_part_of_what_a_change_is_based_on(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let body = conference(&json!({"registration": "listed_domains", "listed_domains": ["a.example"]}));
    let made = organiser.post("conferences", &body).await.expect(201);
    let change = |domains: Value| {
        let request = organiser.request(reqwest::Method::PATCH, "conferences/eccp-2026");
        let request = request.header("if-match", made.header("etag"));
        urna_tests::Api::send(request.json(&json!({ "listed_domains": domains })))
    };
    let _first = change(json!(["a.example", "b.example"])).await.expect(200);
    change(json!(["a.example", "c.example"])).await.refused(412, "precondition-failed");
    let _taken = world.api().register("eccp-2026", "ben@b.example", "Ben").await.expect(202);
}

async fn what_is_no_conference_is_refused_whole(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let many = |text: &str, count: usize| Value::from(vec![text; count]);
    for (changes, pointer) in [
        (json!({"slug": ""}), "/slug"),
        (json!({"slug": "a".repeat(61)}), "/slug"),
        (json!({"slug": "Ä"}), "/slug"),
        (json!({"slug": "a--b"}), "/slug"),
        (json!({"slug": "(left out)"}), "/slug"),
        (json!({"name": " \u{200b} "}), "/name"),
        (json!({"name": "é".repeat(201)}), "/name"),
        (json!({"name": "a\u{0}b"}), "/name"),
        (json!({"name": "a\u{202e}b"}), "/name"),
        (json!({"name": 7}), "/name"),
        (json!({"starts_on": "2026-02-30"}), "/starts_on"),
        (json!({"starts_on": "20261125"}), "/starts_on"),
        (json!({"starts_on": "2026-11-25T10:00:00Z"}), "/starts_on"),
        (json!({"starts_on": "-009999-01-01"}), "/starts_on"),
        (json!({"ends_on": "2026-11-24"}), "/ends_on"),
        (json!({"ends_on": "10000-01-01"}), "/ends_on"),
        (json!({"time_zone": "Europe/Atlantis"}), "/time_zone"),
        (json!({"time_zone": "../../etc/passwd"}), "/time_zone"),
        (json!({"time_zone": ""}), "/time_zone"),
        (json!({"languages": []}), "/languages"),
        (json!({"languages": many("en", 31)}), "/languages"),
        (json!({"languages": ["english"]}), "/languages/0"),
        (json!({"languages": "en"}), "/languages"),
        (json!({"registration": "Open"}), "/registration"),
        (json!({"listed_domains": many("a.example", 201)}), "/listed_domains"),
        (json!({"listed_domains": ["a.example", "localhost"]}), "/listed_domains/1"),
        (json!({"owner": "me"}), "/owner"),
        (json!({"a/b~c": 1}), "/a~1b~0c"),
    ] {
        let refused = organiser.post("conferences", &conference(&changes)).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{changes}: {}", refused.body);
    }
    assert_eq!(tables::count(world, "conferences").await, 0);
    assert!(organiser.audit().await.iter().all(|event| event["conference"].is_null()));
    let furthest = conference(&json!({"starts_on": "1900-01-01", "ends_on": "9999-12-31"}));
    let _made = organiser.post("conferences", &furthest).await.expect(201);
}
