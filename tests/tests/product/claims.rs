//! A claim decides nothing: an organiser has to confirm the stakeholder group that a ballot requires.

use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};

use crate::scene::CONFERENCE;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            nobody_makes_themselves_the_jury,
            a_claim_counts_once_it_is_confirmed_by_a_change,
            a_claim_counts_once_the_person_is_approved,
            an_organiser_says_that_a_claim_is_not_so,
            who_registers_again_changes_neither_claim_nor_group,
            a_group_that_the_desk_enters_counts_at_once,
            no_other_word_of_theirs_decides;
    }
}

/// Registers Anna as a member of the jury. Returns her id and her signed-in client.
async fn anna_claims(world: &World, organiser: &Api, email: &str) -> (String, Api) {
    let body = json!({"email": email, "name": "Anna Nowak", "category": "jury"});
    let _taken = world.api().post(&format!("conferences/{CONFERENCE}/registrations"), &body).await.expect(202);
    let id = organiser.roll(CONFERENCE).await.last().unwrap()["id"].as_str().unwrap().to_owned();
    let anna = world.api().sign_in(&organiser.show_link(&id).await).await;
    (id, anna)
}

/// A conference with this rule, and an open ballot of the jury, which has a member on the roll.
async fn jury_ballot(world: &World, registration: &str) -> (Api, Ballot) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference(CONFERENCE, registration).await;
    let member = json!({"name": "Eve", "category": "jury", "verified": true});
    let _member = organiser.post(&format!("conferences/{CONFERENCE}/attendees"), &member).await.expect(201);
    let ballot = organiser.draft(CONFERENCE, "award", json!({"eligibility": {"categories": ["jury"]}})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    (organiser, ballot)
}

async fn groups(organiser: &Api, id: &str) -> (Value, Value) {
    let found = organiser.get(&format!("attendees/{id}")).await.expect(200);
    (found.json["category"].clone(), found.json["claimed_category"].clone())
}

async fn eligible(world: &World, ballot: &Ballot) -> Value {
    world.api().ballot(ballot, "turnout").await.expect(200).json["eligible"].clone()
}

async fn nobody_makes_themselves_the_jury(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "open").await;
    let (id, anna) = anna_claims(world, &organiser, "anna@cluster.example").await;
    assert_eq!(organiser.get(&format!("attendees/{id}")).await.text("/status"), "verified");
    assert_eq!(groups(&organiser, &id).await, (Value::Null, json!("jury")));
    let refused = anna.cast(&ballot, 0, &tracker()).await;
    refused.refused(403, "not-eligible");
    assert_eq!(refused.json["reason"], "category");
    let standing = anna.ballot(&ballot, "participation").await.expect(200);
    assert_eq!((&standing.json["eligible"], &standing.json["reason"]), (&json!(false), &json!("category")));
    assert_eq!(eligible(world, &ballot).await, 1);
    let page = anna.get(&format!("/ballots/{}", ballot.id)).await.expect(403);
    assert!(page.body.contains("The organisers have not confirmed that yet."), "{}", page.body);
}

async fn a_claim_counts_once_it_is_confirmed_by_a_change(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "open").await;
    let (id, anna) = anna_claims(world, &organiser, "anna@cluster.example").await;
    let _renamed = organiser.patch(&format!("attendees/{id}"), &json!({"name": "Anna N."})).await.expect(200);
    assert_eq!(groups(&organiser, &id).await, (Value::Null, json!("jury")), "another change confirms nothing");
    let confirmed = organiser.patch(&format!("attendees/{id}"), &json!({"category": "jury"})).await.expect(200);
    assert_eq!((&confirmed.json["category"], &confirmed.json["claimed_category"]), (&json!("jury"), &Value::Null));
    assert_eq!(eligible(world, &ballot).await, 2);
    let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);
    let events = organiser.audit().await;
    let changes: Vec<_> = events.iter().filter(|event| event["action"] == "attendee.changed").collect();
    assert_eq!(
        changes.iter().map(|event| &event["details"]).collect::<Vec<_>>(),
        [&Value::Null, &json!({"category": "jury"})]
    );
}

async fn a_claim_counts_once_the_person_is_approved(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "approval").await;
    let (id, anna) = anna_claims(world, &organiser, "anna@cluster.example").await;
    let path = format!("attendees/{id}/approvals");
    let approved = organiser.post(&path, &json!({})).await.expect(201);
    assert_eq!((&approved.json["status"], &approved.json["category"]), (&json!("verified"), &json!("jury")));
    assert_eq!(approved.json["claimed_category"], Value::Null);
    let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);
    let again = organiser.post(&path, &json!({})).await.expect(201);
    assert_eq!(again.json, approved.json);
    let events = organiser.audit().await;
    let approvals: Vec<_> = events.iter().filter(|event| event["action"] == "attendee.approved").collect();
    assert_eq!(approvals.len(), 1);
    assert_eq!(approvals[0]["details"], json!({"category": "jury"}), "the log says which group was confirmed");
}

async fn an_organiser_says_that_a_claim_is_not_so(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "approval").await;
    let (id, anna) = anna_claims(world, &organiser, "anna@cluster.example").await;
    let path = format!("attendees/{id}");
    let refused = organiser.patch(&path, &json!({"claimed_category": "press"})).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/claimed_category");
    let _taken = organiser.patch(&path, &json!({"claimed_category": null})).await.expect(200);
    assert_eq!(groups(&organiser, &id).await, (Value::Null, Value::Null));
    let _approved = organiser.post(&format!("{path}/approvals"), &json!({})).await.expect(201);
    anna.cast(&ballot, 0, &tracker()).await.refused(403, "not-eligible");

    let (other, ben) = anna_claims(world, &organiser, "ben@cluster.example").await;
    let _entered = organiser.patch(&format!("attendees/{other}"), &json!({"category": "press"})).await.expect(200);
    let _approved = organiser.post(&format!("attendees/{other}/approvals"), &json!({})).await.expect(201);
    assert_eq!(groups(&organiser, &other).await, (json!("press"), Value::Null), "what was entered stays");
    ben.cast(&ballot, 0, &tracker()).await.refused(403, "not-eligible");
}

async fn who_registers_again_changes_neither_claim_nor_group(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "open").await;
    let (id, anna) = anna_claims(world, &organiser, "anna@cluster.example").await;
    let again = async |category: &str| {
        let body = json!({"email": "ANNA@cluster.example", "name": "Mallory", "category": category});
        let path = format!("conferences/{CONFERENCE}/registrations");
        let _taken = world.api().post(&path, &body).await.expect(202);
    };
    again("press").await;
    assert_eq!(groups(&organiser, &id).await, (Value::Null, json!("jury")));
    let _confirmed = organiser.patch(&format!("attendees/{id}"), &json!({"category": "press"})).await.expect(200);
    again("jury").await;
    assert_eq!(groups(&organiser, &id).await, (json!("press"), Value::Null));
    anna.cast(&ballot, 0, &tracker()).await.refused(403, "not-eligible");
}

async fn a_group_that_the_desk_enters_counts_at_once(world: &World) {
    let (_organiser, ballot) = jury_ballot(world, "closed").await;
    let desk = world.organiser(Role::Desk).await;
    for verified in [true, false] {
        let email = format!("anna-{verified}@cluster.example");
        let body = json!({"name": "Anna", "email": email, "category": "jury", "verified": verified});
        let made = desk.post(&format!("conferences/{CONFERENCE}/attendees"), &body).await.expect(201);
        assert_eq!((&made.json["category"], &made.json["claimed_category"]), (&json!("jury"), &Value::Null));
        let anna = world.api().sign_in(&desk.show_link(&made.text("/id")).await).await;
        let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);
    }
}

/// Any other claim is refused where it would decide, and decides nothing where it is accepted.
async fn no_other_word_of_theirs_decides(world: &World) {
    let (organiser, ballot) = jury_ballot(world, "open").await;
    let path = format!("conferences/{CONFERENCE}/registrations");
    for (field, value) in [
        ("claimed_category", json!("jury")),
        ("verified_by", json!("organiser")),
        ("status", json!("verified")),
        ("external_id", json!("J-1")),
    ] {
        let mut body = json!({"email": "mallory@cluster.example", "name": "Mallory"});
        body[field] = value;
        let refused = world.api().post(&path, &body).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], format!("/{field}"));
    }
    let body = json!({"email": "mallory@cluster.example", "name": "Jury", "organisation": "jury", "country": "PL",
        "language": "en"});
    let _taken = world.api().post(&path, &body).await.expect(202);
    let id = organiser.roll(CONFERENCE).await.last().unwrap()["id"].as_str().unwrap().to_owned();
    let mallory = world.api().sign_in(&organiser.show_link(&id).await).await;
    mallory.cast(&ballot, 0, &tracker()).await.refused(403, "not-eligible");
    for change in [json!({"category": "jury"}), json!({"claimed_category": "jury"}), json!({"status": "verified"})] {
        mallory.patch("sessions/current", &change).await.refused(422, "validation-failed");
    }
}
