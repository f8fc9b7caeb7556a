//! The roll, as organisers manage it.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases, tracker};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_person_is_found_as_they_were_added,
            nobody_is_on_a_roll_twice,
            who_is_not_vouched_for_proves_the_mailbox,
            a_change_replaces_fields_and_null_takes_one_away,
            a_change_keeps_standing_and_link,
            a_person_is_approved_and_barred_and_approved_again,
            an_erased_person_is_nowhere,
            who_took_part_in_a_running_ballot_is_not_erased,
            erasing_at_the_same_instant_happens_once,
            observers_see_masked_addresses,
            what_is_no_person_is_refused_whole;
    }
}

async fn desk_of(world: &World, registration: &str) -> (Api, Api) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", registration).await;
    (organiser, world.organiser(Role::Desk).await)
}

const ROLL: &str = "conferences/eccp-2026/attendees";

async fn a_person_is_found_as_they_were_added(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let body = json!({"email": "ANNA@Cluster.example", "name": "Anna Ñowak", "organisation": "Silesia",
        "country": "PL", "category": "research", "language": "pl", "external_id": "A-1", "verified": true});
    let made = desk.post(ROLL, &body).await.expect(201);
    let id = made.text("/id");
    assert_eq!(
        made.json,
        json!({"id": id, "email": "anna@cluster.example", "name": "Anna Ñowak",
        "organisation": "Silesia", "country": "PL", "category": "research", "claimed_category": null, "language": "pl",
        "external_id": "A-1", "status": "verified", "verified_by": "organiser"})
    );
    let found = desk.get(&format!("attendees/{id}")).await.expect(200);
    assert_eq!((&found.json, found.header("etag")), (&made.json, made.header("etag")));
    assert_eq!(found.header("cache-control"), "no-store");
    assert_eq!(desk.roll("eccp-2026").await, vec![made.json.clone()]);
    assert_eq!(tables::count(world, "outbox").await, 0, "who is vouched for gets no mail unasked");
    desk.get("conferences/eccp-2027/attendees").await.refused(404, "not-found");
    desk.post("conferences/eccp-2027/attendees", &body).await.refused(404, "not-found");
}

async fn nobody_is_on_a_roll_twice(world: &World) {
    let (organiser, desk) = desk_of(world, "closed").await;
    organiser.add_conference("eccp-2027", "closed").await;
    let anna = json!({"email": "anna@cluster.example", "name": "Anna", "external_id": "A-1", "verified": true});
    let first = desk.post(ROLL, &anna).await.expect(201);
    let same_address = json!({"email": "Anna@CLUSTER.example", "name": "A", "verified": true});
    let same_external = json!({"name": "B", "external_id": "A-1", "verified": true});
    for body in [&anna, &same_address, &same_external] {
        desk.post(ROLL, body).await.refused(409, "duplicate-attendee");
    }
    let ben = desk.post(ROLL, &json!({"name": "Ben", "verified": true})).await.expect(201);
    let _namesake = desk.post(ROLL, &json!({"name": "Ben", "verified": true})).await.expect(201);
    for change in [json!({"email": "anna@cluster.example"}), json!({"external_id": "A-1"})] {
        desk.patch(&format!("attendees/{}", ben.text("/id")), &change).await.refused(409, "duplicate-attendee");
    }
    let unchanged = desk.get(&format!("attendees/{}", ben.text("/id"))).await.expect(200);
    assert_eq!(unchanged.json, ben.json);
    let _elsewhere = desk.post("conferences/eccp-2027/attendees", &anna).await.expect(201);
    let kept = desk.patch(&format!("attendees/{}", first.text("/id")), &json!({"name": "Anna N."})).await.expect(200);
    assert_eq!(kept.json["external_id"], "A-1");
    let carl = json!({"email": "carl@cluster.example", "name": "Carl", "verified": true});
    let (one, other) = tokio::join!(desk.post(ROLL, &carl), organiser.post(ROLL, &carl));
    assert_eq!(one.status.min(other.status), 201);
    assert_eq!(one.status.max(other.status), 409);
}

async fn who_is_not_vouched_for_proves_the_mailbox(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let made = desk.post(ROLL, &json!({"email": "anna@cluster.example", "name": "Anna"})).await.expect(201);
    assert_eq!(made.json["status"], "registered");
    assert_eq!(tables::count(world, "outbox").await, 1);
    let refused = desk.post(ROLL, &json!({"name": "Ben"})).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/verified");
    let anna = world.api().sign_in(&desk.show_link(&made.text("/id")).await).await;
    assert_eq!(anna.get("sessions/current").await.text("/attendee/status"), "verified");
}

async fn a_change_replaces_fields_and_null_takes_one_away(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let body = json!({"email": "anna@cluster.example", "name": "Anna", "organisation": "Silesia", "country": "PL",
        "verified": true});
    let path = format!("attendees/{}", desk.post(ROLL, &body).await.expect(201).text("/id"));
    let changes = json!({"organisation": null, "country": "DE", "email": "Anna@MÜNCHEN.example"});
    let changed = desk.patch(&path, &changes).await.expect(200);
    assert_eq!(changed.json["organisation"], Value::Null);
    assert_eq!((&changed.json["country"], &changed.json["name"]), (&json!("DE"), &json!("Anna")));
    assert_eq!(changed.json["email"], "anna@xn--mnchen-3ya.example");
    let found = desk.get(&path).await.expect(200);
    assert_eq!((&found.json, found.header("etag")), (&changed.json, changed.header("etag")));
    for (wrong, pointer) in [
        (json!({"name": null}), "/name"),
        (json!({"status": "verified"}), "/status"),
        (json!({"verified": true}), "/verified"),
        (json!({"id": "x"}), "/id"),
        (json!({"country": 1}), "/country"),
    ] {
        let refused = desk.patch(&path, &wrong).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    assert_eq!(desk.get(&path).await.json, changed.json);
    let nobody = format!("attendees/{}", world.app().new_id());
    desk.patch(&nobody, &json!({"name": "Anna"})).await.refused(404, "not-found");
}

async fn a_change_keeps_standing_and_link(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let anna = desk.voter("eccp-2026", "Anna").await;
    let path = format!("attendees/{}", anna.id);
    let _replaced =
        desk.post(&format!("{path}/personal-links"), &json!({"deliver": "show", "replace": true})).await.expect(201);
    let link = desk.show_link(&anna.id).await;
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
    let anew = world.api().sign_in(&link).await;
    let changed = desk.patch(&path, &json!({"name": "Anna Nowak"})).await.expect(200);
    assert_eq!(changed.json["status"], "verified");
    assert_eq!(desk.show_link(&anna.id).await, link);
    let current = anew.get("sessions/current").await.expect(200);
    assert_eq!(current.text("/attendee/name"), "Anna Nowak", "the session goes on");
}

async fn a_person_is_approved_and_barred_and_approved_again(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let anna = desk.voter("eccp-2026", "Anna").await;
    let path = format!("attendees/{}", anna.id);
    let barred = desk.post(&format!("{path}/blocks"), &json!({})).await.expect(201);
    assert_eq!(barred.json["status"], "blocked");
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
    let again = desk.post(&format!("{path}/blocks"), &json!({})).await.expect(201);
    assert_eq!(again.json, barred.json);
    let back = world.api().sign_in(&anna.link).await;
    assert_eq!(back.get("sessions/current").await.text("/attendee/status"), "blocked", "a link unblocks nobody");
    let approved = desk.post(&format!("{path}/approvals"), &json!({})).await.expect(201);
    assert_eq!(approved.json["status"], "verified");
    for action in ["blocks", "approvals"] {
        let nobody = format!("attendees/{}/{action}", world.app().new_id());
        desk.post(&nobody, &json!({})).await.refused(404, "not-found");
    }
}

async fn an_erased_person_is_nowhere(world: &World) {
    let (organiser, desk) = desk_of(world, "closed").await;
    let body = json!({"email": "unmistakable@cluster.example", "name": "Unmistakable Nowak",
        "organisation": "Unmistakable Ltd", "external_id": "unmistakable-1"});
    let id = desk.post(ROLL, &body).await.expect(201).text("/id");
    let anna = world.api().sign_in(&desk.show_link(&id).await).await;
    let _others = desk.voters("eccp-2026", 2).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let receipt = anna.cast(&ballot, 0, &tracker()).await.expect(201).text("/receipt/code");
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);

    let path = format!("attendees/{id}");
    desk.delete(&path).await.refused(403, "forbidden");
    let _erased = organiser.delete(&path).await.expect(204);
    desk.get(&path).await.refused(404, "not-found");
    organiser.delete(&path).await.refused(404, "not-found");
    anna.get("sessions/current").await.refused(401, "not-signed-in");
    let everything = tables::everything(world).await;
    assert!(!everything.contains("unmistakable"), "{everything}");
    for table in ["outbox", "attendee_sessions"] {
        let left = tables::number(world, &format!("select count(*) from {table}")).await;
        assert_eq!(left, if table == "outbox" { 0 } else { 2 }, "{table}");
    }
    let _published = organiser.publish(&ballot).await.expect(201);
    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["turnout"], json!({"eligible": 3, "voted": 1, "counted": 1, "blank": 0}));
    let traced = world.api().get(&format!("receipts/{receipt}")).await.expect(200);
    assert_eq!(traced.json["status"], "counted");
    let _anew = desk.post(ROLL, &body).await.expect(201);
}

async fn who_took_part_in_a_running_ballot_is_not_erased(world: &World) {
    let (organiser, desk) = desk_of(world, "closed").await;
    let voters = desk.voters("eccp-2026", 2).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _cast = voters[0].api.cast(&ballot, 0, &tracker()).await.expect(201);
    let path = format!("attendees/{}", voters[0].id);
    organiser.delete(&path).await.refused(409, "attendee-in-open-ballot");
    let _paused = organiser.transition(&ballot, "paused").await.expect(201);
    organiser.delete(&path).await.refused(409, "attendee-in-open-ballot");
    let _session = voters[0].api.get("sessions/current").await.expect(200);
    let _bystander = organiser.delete(&format!("attendees/{}", voters[1].id)).await.expect(204);
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _erased = organiser.delete(&path).await.expect(204);
}

async fn erasing_at_the_same_instant_happens_once(world: &World) {
    let (organiser, desk) = desk_of(world, "closed").await;
    let path = format!("attendees/{}", desk.add_attendee("eccp-2026", "Anna").await);
    let second = world.another_instance().await;
    let there = second.api().with_token(organiser.token().unwrap());
    let (a, b, c) = tokio::join!(organiser.delete(&path), there.delete(&path), organiser.delete(&path));
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404, 404], "{} {} {}", a.body, b.body, c.body);
    let events = organiser.audit().await;
    assert_eq!(events.iter().filter(|event| event["action"] == "attendee.erased").count(), 1);
    second.stop().await;
}

async fn observers_see_masked_addresses(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    let body = json!({"email": "anna.nowak@cluster.example", "name": "Anna", "verified": true});
    let made = desk.post(ROLL, &body).await.expect(201);
    let observer = world.organiser(Role::Observer).await;
    let listed = observer.get(ROLL).await.expect(200);
    assert_eq!(listed.json["items"][0]["email"], "a…@cluster.example");
    assert!(!listed.body.contains("nowak"), "{}", listed.body);
    assert_eq!(listed.header("cache-control"), "no-store");
    observer.get(&format!("attendees/{}", made.text("/id"))).await.refused(403, "forbidden");
}

async fn what_is_no_person_is_refused_whole(world: &World) {
    let (_organiser, desk) = desk_of(world, "closed").await;
    for (field, value) in [
        ("name", Value::Null),
        ("name", json!("\u{200b}")),
        ("name", json!({"en": "Anna"})),
        ("email", json!("anna@")),
        ("external_id", json!("a\u{0}")),
        ("external_id", json!("a".repeat(201))),
        ("external_id", json!(17)),
        ("verified", json!("yes")),
        ("verified", Value::Null),
        ("id", json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("link_generation", json!(1)),
    ] {
        let mut body = json!({"name": "Anna", "verified": true});
        body[field] = value.clone();
        let refused = Api::send(desk.request(Method::POST, ROLL).json(&body)).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], format!("/{field}"), "{value}: {}", refused.body);
    }
    assert_eq!(tables::count(world, "attendees").await, 0);
}
