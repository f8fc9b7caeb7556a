//! The audit log: complete, chained, and without names.

use serde_json::{Value, json};
use urna_core::Role;
use urna_core::audit::{AuditEvent, GENESIS, link};
use urna_tests::{Api, Cases, PASSWORD, World, cases, tracker};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            every_action_leaves_exactly_one_event,
            the_exported_chain_can_be_recomputed,
            a_changed_event_breaks_the_chain,
            events_hold_ids_and_never_names,
            events_are_filtered_by_conference_and_ballot,
            the_next_page_keeps_the_filter,
            what_is_refused_leaves_no_event,
            two_instances_write_one_chain;
    }
}

/// Runs `deed` and expects exactly this event from it.
async fn leaves(organiser: &Api, action: &str, deed: impl Future<Output = urna_tests::Answer>) -> Value {
    let before = organiser.audit().await.len();
    let answer = deed.await;
    assert!(answer.status < 300, "{action}: {}", answer.body);
    let mut events = organiser.audit().await.split_off(before);
    let actions: Vec<_> = events.iter().map(|event| event["action"].clone()).collect();
    assert_eq!(actions, [action]);
    events.remove(0)
}

async fn every_action_leaves_exactly_one_event(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let own = owner.get("organiser-sessions/current").await.text("/organiser/id");
    let slug = json!({"slug": "eccp-2026", "name": "ECCP", "starts_on": "2026-11-25", "ends_on": "2026-11-27",
        "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open"});
    let new = json!({"email": "desk@organisers.example", "role": "desk", "password": PASSWORD});
    let made = leaves(&owner, "organiser.created", owner.post("organisers", &new)).await;
    assert_eq!(
        (&made["actor"], &made["details"]),
        (&json!({"type": "organiser", "id": own}), &json!({"role": "desk"}))
    );
    let path = format!("organisers/{}", made["subject"].as_str().unwrap());
    let _event = leaves(&owner, "organiser.disabled", owner.delete(&path)).await;
    let _event = leaves(&owner, "conference.created", owner.post("conferences", &slug)).await;
    let change = json!({"name": "European Cluster Conference"});
    let _event = leaves(&owner, "conference.changed", owner.patch("conferences/eccp-2026", &change)).await;

    let person = json!({"name": "Anna", "email": "anna@cluster.example", "verified": true});
    let roll = "conferences/eccp-2026/attendees";
    let added = leaves(&owner, "attendee.added", owner.post(roll, &person)).await;
    assert_eq!(added["details"], json!({"status": "verified"}));
    let id = added["subject"].as_str().unwrap();
    let at = |what: &str| format!("attendees/{id}{what}");
    let _event = leaves(&owner, "attendee.changed", owner.patch(&at(""), &json!({"name": "Anna N."}))).await;
    let _event = leaves(&owner, "attendee.blocked", owner.post(&at("/blocks"), &json!({}))).await;
    let _event = leaves(&owner, "attendee.approved", owner.post(&at("/approvals"), &json!({}))).await;
    let show = json!({"deliver": "show"});
    let _event = leaves(&owner, "personal_link.issued", owner.post(&at("/personal-links"), &show)).await;
    life_of_a_ballot(&owner).await;
    let erased = leaves(&owner, "attendee.erased", owner.delete(&at(""))).await;
    assert_eq!(erased["subject"], added["subject"]);
    let _registered = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    assert_eq!(owner.audit().await.last().unwrap()["action"], "attendee.erased", "strangers fill no log");
}

async fn life_of_a_ballot(owner: &Api) {
    let draft = json!({"slug": "award", "title": "Award", "question": "Who?", "kind": "award",
        "method": {"type": "plurality"}, "allow_blank": true, "tie_rule": {"type": "jury"}, "disclosure": "full",
        "candidates": [{"name": "Zoë"}, {"name": "Jānis"}]});
    let made = leaves(owner, "ballot.created", owner.post("conferences/eccp-2026/ballots", &draft)).await;
    let id = made["ballot"].as_str().unwrap();
    let at = |what: &str| format!("ballots/{id}{what}");
    let _event = leaves(owner, "ballot.changed", owner.patch(&at(""), &json!({"question": "Who is it?"}))).await;
    let copied = leaves(owner, "ballot.copied", owner.post(&at("/copies"), &json!({}))).await;
    let copy = format!("ballots/{}", copied["ballot"].as_str().unwrap());
    let _event = leaves(owner, "ballot.deleted", owner.delete(&copy)).await;
    let candidate = owner.get(&at("")).await.text("/candidates/0/id");
    let to = |state: &str| json!({"to": state});
    let mut actions = Vec::new();
    for state in ["ready", "draft", "ready", "open", "paused", "open"] {
        let before = owner.audit().await.len();
        let _moved = owner.post(&at("/transitions"), &to(state)).await.expect(201);
        let events = owner.audit().await.split_off(before);
        assert_eq!(events.len(), 1, "{state}: {events:?}");
        actions.push(events[0]["action"].clone());
    }
    assert!(actions.iter().all(|action| action.as_str().is_some_and(|action| action.starts_with("ballot."))));
    for (what, body) in [
        ("/withdrawals", json!({"candidate_id": candidate, "reason": "Has retired."})),
        ("/closing-times", json!({"in_seconds": 600})),
        ("/transitions", to("closed")),
        ("/publications", json!({})),
    ] {
        let before = owner.audit().await.len();
        let _done = owner.post(&at(what), &body).await.expect(201);
        assert_eq!(owner.audit().await.len(), before + 1, "{what}");
    }
}

/// The exported events, each with its hash.
async fn exported(api: &Api) -> Vec<Value> {
    let log = api.get("audit-events.ndjson").await.expect(200);
    assert_eq!(log.header("content-type"), "application/x-ndjson");
    log.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The index at which the chain breaks, computed from the export alone.
fn broken_at(events: &[Value]) -> Option<usize> {
    let mut previous = GENESIS;
    for (place, event) in events.iter().enumerate() {
        let mut bare = event.clone();
        let number = bare["number"].as_u64().unwrap();
        bare.as_object_mut().unwrap().remove("number");
        bare.as_object_mut().unwrap().remove("hash");
        let bare: AuditEvent = serde_json::from_value(bare).unwrap();
        previous = link(&previous, number, &bare);
        let follows = number == u64::try_from(place).unwrap() + 1;
        if !follows || event["hash"] != tables::hex(&previous) {
            return Some(place);
        }
    }
    None
}

/// A conference with two attendees and a ballot that was held.
async fn a_conference(world: &World, organiser: &Api, slug: &str) -> urna_tests::Ballot {
    organiser.add_conference(slug, "open").await;
    let voters = organiser.voters(slug, 2).await;
    let ballot = organiser.open_ballot(slug, "award").await;
    for voter in &voters {
        let _cast = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    }
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _seen = organiser.ballot(&ballot, "tally").await.expect(200);
    let _published = organiser.publish(&ballot).await.expect(201);
    world.pass_seconds(1);
    ballot
}

async fn the_exported_chain_can_be_recomputed(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let _ballot = a_conference(world, &organiser, "eccp-2026").await;
    let events = exported(&organiser).await;
    assert!(events.len() > 10);
    assert_eq!(broken_at(&events), None);
    assert_eq!(organiser.audit().await, events, "the list is the export");
}

async fn a_changed_event_breaks_the_chain(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let _ballot = a_conference(world, &organiser, "eccp-2026").await;
    let cover_up =
        "update audit_events set event = replace(event, 'attendee.added', 'attendee.changed') where number = 4";
    tables::execute(world, cover_up).await;
    assert_eq!(broken_at(&exported(&organiser).await), Some(3));
    let events = exported(&organiser).await;
    assert_eq!(broken_at(&events[..3]), None);
    assert_eq!(broken_at(&[&events[..1], &events[2..]].concat()), Some(1), "one that is left out is missed");
}

async fn events_hold_ids_and_never_names(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let _ballot = a_conference(world, &organiser, "eccp-2026").await;
    let person = json!({"name": "Anna Unmistakable", "email": "anna@unmistakable.example", "external_id": "A-17",
        "organisation": "Unmistakable Ltd", "verified": true});
    let id = organiser.post("conferences/eccp-2026/attendees", &person).await.expect(201).text("/id");
    let link = organiser.show_link(&id).await;
    let _session = world.api().sign_in(&link).await;
    let log = organiser.get("audit-events.ndjson").await.expect(200).body;
    for word in ["nmistakable", "A-17", "organisers.example", "Voter", "Bērziņš", "European", "@", &link] {
        assert!(!log.contains(word), "{word}");
    }
    assert!(log.contains(&id));
}

async fn events_are_filtered_by_conference_and_ballot(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let one = a_conference(world, &organiser, "eccp-2026").await;
    let other = a_conference(world, &organiser, "eccp-2027").await;
    let all = exported(&organiser).await;
    let conference = world.api().get("conferences/eccp-2027").await.text("/id");
    for (query, keep) in [
        ("conference=eccp-2027".to_owned(), ("conference", conference.clone())),
        (format!("ballot={}", one.id), ("ballot", one.id.clone())),
        (format!("ballot={}&conference=eccp-2027", other.id), ("ballot", other.id.clone())),
    ] {
        let expected: Vec<_> = all.iter().filter(|event| event[keep.0] == keep.1).cloned().collect();
        let page = organiser.get(&format!("audit-events?limit=200&{query}")).await.expect(200);
        assert_eq!(page.json["items"], Value::from(expected.clone()), "{query}");
        let lines = organiser.get(&format!("audit-events.ndjson?{query}")).await.expect(200);
        assert_eq!(lines.body.lines().count(), expected.len(), "{query}");
    }
    let neither = format!("audit-events?ballot={}&conference=eccp-2027", one.id);
    assert_eq!(organiser.get(&neither).await.expect(200).json["items"], json!([]));
    for unknown in ["audit-events?conference=eccp-2028", "audit-events.ndjson?conference=%00"] {
        organiser.get(unknown).await.refused(404, "not-found");
    }
    organiser.get("audit-events?ballot=1").await.refused(422, "validation-failed");
}

async fn the_next_page_keeps_the_filter(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let _one = a_conference(world, &organiser, "eccp-2026").await;
    let _other = a_conference(world, &organiser, "eccp-2027").await;
    let whole = organiser.get("audit-events?limit=200&conference=eccp-2026").await.expect(200);
    let (mut path, mut found) = ("/api/v1/audit-events?conference=eccp-2026&limit=3".to_owned(), Vec::new());
    loop {
        let page = organiser.get(&path).await.expect(200);
        found.extend(page.json["items"].as_array().unwrap().clone());
        let Some(next) = page.header("link").strip_prefix('<').and_then(|link| link.split('>').next()) else { break };
        next.clone_into(&mut path);
    }
    assert_eq!(Value::from(found), whole.json["items"]);
}

async fn what_is_refused_leaves_no_event(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let ballot = a_conference(world, &organiser, "eccp-2026").await;
    let before = organiser.audit().await.len();
    organiser.transition(&ballot, "open").await.refused(409, "invalid-transition");
    organiser.publish(&ballot).await.refused(409, "already-published");
    organiser.delete(&format!("ballots/{}", ballot.id)).await.refused(409, "ballot-locked");
    organiser.post("conferences", &json!({})).await.refused(422, "validation-failed");
    organiser.delete(&format!("attendees/{}", world.app().new_id())).await.refused(404, "not-found");
    assert_eq!(organiser.audit().await.len(), before);
}

async fn two_instances_write_one_chain(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let second = world.another_instance().await;
    let there = second.api().with_token(organiser.token().unwrap());
    let mut deeds = tokio::task::JoinSet::new();
    for number in 0..40 {
        let api = if number % 2 == 0 { organiser.clone() } else { there.clone() };
        deeds.spawn(async move { api.add_attendee("eccp-2026", &format!("Person {number}")).await });
    }
    assert_eq!(deeds.join_all().await.len(), 40);
    let events = exported(&organiser).await;
    assert_eq!(broken_at(&events), None);
    assert_eq!(events.iter().filter(|event| event["action"] == "attendee.added").count(), 40);
    second.stop().await;
}
