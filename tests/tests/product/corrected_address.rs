//! An organiser corrects a person's e-mail address: access moves to the new mailbox, and the old one loses it.

use serde_json::{Value, json};
use tempfile::TempDir;
use urna_core::Role;
use urna_tests::{Answer, Api, Ballot, Cases, World, cases, tracker};

use crate::mail::{deliver_all, into_folder, link_in, mails};
use crate::memory::follow;
use crate::scene::CONFERENCE;
use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            the_old_mailbox_has_no_way_in_and_the_new_one_proves_itself,
            whoever_was_vouched_for_stays_verified_and_keeps_the_badge_code,
            an_approval_is_remembered_until_the_new_mailbox_is_proven,
            another_spelling_of_the_mailbox_changes_nothing,
            an_address_that_is_added_or_taken_away_is_another_mailbox,
            what_waited_for_the_old_mailbox_goes_to_the_new_one_once,
            whoever_is_barred_stays_so_and_gets_no_mail,
            a_new_address_outside_the_listed_domains_waits_for_approval,
            a_vote_that_was_cast_stays_and_is_the_only_one,
            a_sign_in_at_the_same_moment_gives_the_old_mailbox_nothing,
            a_session_that_another_instance_remembers_casts_no_vote;
    }
}

/// A conference with this rule, and its organiser.
async fn conference(world: &World, registration: &str) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference(CONFERENCE, registration).await;
    organiser
}

/// Anna registers with a typo in her address. Returns her id and her personal link.
async fn registered(world: &World, organiser: &Api, email: &str) -> (String, String) {
    let _taken = world.api().register(CONFERENCE, email, "Anna Nowak").await.expect(202);
    let roll = organiser.roll(CONFERENCE).await;
    let id = roll.last().unwrap()["id"].as_str().unwrap().to_owned();
    let link = organiser.show_link(&id).await;
    (id, link)
}

/// An attendee whom an organiser vouches for. Returns the id.
async fn vouched_for(organiser: &Api, email: Option<&str>) -> String {
    let body = json!({"name": "Anna Nowak", "email": email, "verified": true});
    organiser.post(&format!("conferences/{CONFERENCE}/attendees"), &body).await.expect(201).text("/id")
}

async fn move_to(organiser: &Api, id: &str, email: impl Into<Value>) -> Answer {
    organiser.patch(&format!("attendees/{id}"), &json!({"email": email.into()})).await
}

async fn sign_in(world: &World, link: &str) -> Answer {
    world.api().post("sessions", &json!({ "personal_link": link })).await
}

async fn standing(organiser: &Api, id: &str) -> (String, Value) {
    let found = organiser.get(&format!("attendees/{id}")).await.expect(200);
    (found.text("/status"), found.json["verified_by"].clone())
}

fn is(status: &str, verified_by: impl Into<Value>) -> (String, Value) {
    (status.to_owned(), verified_by.into())
}

/// An open ballot; another attendee can vote on it.
async fn open_ballot(organiser: &Api) -> Ballot {
    let _somebody = organiser.add_attendee(CONFERENCE, "Eve").await;
    organiser.open_ballot(CONFERENCE, "award").await
}

async fn the_old_mailbox_has_no_way_in_and_the_new_one_proves_itself(world: &World) {
    let organiser = conference(world, "open").await;
    let (id, old) = registered(world, &organiser, "anna@clutser.example").await;
    let stranger = world.api().sign_in(&old).await;
    assert_eq!(standing(&organiser, &id).await, is("verified", "mailbox"));
    let ballot = open_ballot(&organiser).await;
    let before = tables::count(world, "outbox").await;

    let moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    assert_eq!((&moved.json["status"], &moved.json["verified_by"]), (&json!("registered"), &Value::Null));
    assert_eq!(tables::count(world, "attendee_sessions").await, 0);
    stranger.get("sessions/current").await.refused(401, "not-signed-in");
    stranger.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    sign_in(world, &old).await.refused(410, "link-replaced");
    assert_eq!(standing(&organiser, &id).await, is("registered", Value::Null), "the old link proves nothing");
    assert_eq!(tables::count(world, "outbox").await, before, "one more, and the one that waited less");

    let folder = TempDir::new().unwrap();
    let _tries = deliver_all(&into_folder(world, folder.path())).await;
    let sent = mails(folder.path());
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("To: anna@cluster.example\r\n"), "{}", sent[0]);
    let anna = world.api().sign_in(&link_in(world, &sent[0])).await;
    assert_eq!(standing(&organiser, &id).await, is("verified", "mailbox"));
    let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);

    let events = organiser.audit().await;
    let change = events.iter().find(|event| event["action"] == "attendee.changed").unwrap();
    assert_eq!(change["details"], json!({"address": "changed", "status": "registered"}));
    assert!(!events.iter().any(|event| event.to_string().contains("cluster.example")), "ids, never addresses");
}

async fn whoever_was_vouched_for_stays_verified_and_keeps_the_badge_code(world: &World) {
    let organiser = conference(world, "closed").await;
    let id = vouched_for(&organiser, Some("anna@clutser.example")).await;
    let path = format!("attendees/{id}/badge-codes");
    let code = organiser.post(&path, &json!({})).await.expect(201).text("/code");
    let old = organiser.show_link(&id).await;
    let stranger = world.api().sign_in(&old).await;

    let moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    assert_eq!((&moved.json["status"], &moved.json["verified_by"]), (&json!("verified"), &json!("organiser")));
    stranger.get("sessions/current").await.refused(401, "not-signed-in");
    sign_in(world, &old).await.refused(410, "link-replaced");
    assert_eq!(tables::count(world, "outbox").await, 1, "the new mailbox gets the link");
    assert_eq!(organiser.post(&path, &json!({})).await.expect(201).text("/code"), code);
    let by_badge = json!({"conference": CONFERENCE, "badge_code": code});
    let session = world.api().post("sessions", &by_badge).await.expect(201);
    let ballot = open_ballot(&organiser).await;
    let anna = world.api().with_token(&session.text("/token"));
    let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);
}

async fn an_approval_is_remembered_until_the_new_mailbox_is_proven(world: &World) {
    let organiser = conference(world, "approval").await;
    let (id, link) = registered(world, &organiser, "anna@clutser.example").await;
    let _proven = sign_in(world, &link).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("pending", Value::Null));
    // Nobody has approved her yet: the proof starts over.
    let _moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    assert_eq!(standing(&organiser, &id).await, is("registered", Value::Null));
    let _proven = sign_in(world, &organiser.show_link(&id).await).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("pending", Value::Null));
    let _approved = organiser.post(&format!("attendees/{id}/approvals"), &json!({})).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("verified", "approval"));

    let _moved = move_to(&organiser, &id, "anna@third.example").await.expect(200);
    assert_eq!(standing(&organiser, &id).await, is("registered", "approval"));
    let _proven = sign_in(world, &organiser.show_link(&id).await).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("verified", "approval"), "nobody has to approve twice");
}

async fn another_spelling_of_the_mailbox_changes_nothing(world: &World) {
    let organiser = conference(world, "open").await;
    let (id, link) = registered(world, &organiser, "anna@münchen.example").await;
    let anna = world.api().sign_in(&link).await;
    let before = (standing(&organiser, &id).await, tables::count(world, "outbox").await);
    for spelling in ["ANNA@MÜNCHEN.example", " anna@mu\u{308}nchen.example ", "Anna@xn--mnchen-3ya.example"] {
        let _same = move_to(&organiser, &id, spelling).await.expect(200);
        assert_eq!((standing(&organiser, &id).await, tables::count(world, "outbox").await), before, "{spelling}");
    }
    let _current = anna.get("sessions/current").await.expect(200);
    assert_eq!(organiser.show_link(&id).await, link);
}

async fn an_address_that_is_added_or_taken_away_is_another_mailbox(world: &World) {
    let organiser = conference(world, "open").await;
    let vouched = vouched_for(&organiser, None).await;
    let (registered, _link) = registered(world, &organiser, "ben@cluster.example").await;
    let _proven = sign_in(world, &organiser.show_link(&registered).await).await.expect(201);
    for (id, email, after, mailed) in [
        (&vouched, json!("anna@cluster.example"), is("verified", "organiser"), 1),
        (&vouched, Value::Null, is("verified", "organiser"), 0),
        (&registered, Value::Null, is("registered", Value::Null), 0),
        (&registered, json!("ben@third.example"), is("registered", Value::Null), 1),
    ] {
        let link = organiser.show_link(id).await;
        let session = world.api().sign_in(&link).await;
        let _sent = deliver_all(&into_folder(world, TempDir::new().unwrap().path())).await;
        let before = tables::count(world, "outbox").await;
        let _moved = move_to(&organiser, id, email.clone()).await.expect(200);
        assert_eq!(standing(&organiser, id).await, after, "{email}");
        session.get("sessions/current").await.refused(401, "not-signed-in");
        sign_in(world, &link).await.refused(410, "link-replaced");
        assert_eq!(tables::count(world, "outbox").await - before, mailed, "{email}");
        if email.is_null() {
            // A link shown by the desk signs somebody in, but proves no mailbox that is not there.
            let _in = sign_in(world, &organiser.show_link(id).await).await.expect(201);
            assert_eq!(standing(&organiser, id).await, after);
        }
    }
}

async fn what_waited_for_the_old_mailbox_goes_to_the_new_one_once(world: &World) {
    let organiser = conference(world, "open").await;
    let (id, _link) = registered(world, &organiser, "anna@clutser.example").await;
    let ask = json!({"conference": CONFERENCE, "email": "anna@clutser.example"});
    let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
    let _moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    // A request with the old address causes no mail.
    let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
    let folder = TempDir::new().unwrap();
    let _tries = deliver_all(&into_folder(world, folder.path())).await;
    let sent = mails(folder.path());
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("To: anna@cluster.example\r\n"), "{}", sent[0]);
    assert_eq!(link_in(world, &sent[0]), organiser.show_link(&id).await);
}

async fn whoever_is_barred_stays_so_and_gets_no_mail(world: &World) {
    let organiser = conference(world, "open").await;
    let (id, link) = registered(world, &organiser, "anna@clutser.example").await;
    let _proven = sign_in(world, &link).await.expect(201);
    let _barred = organiser.post(&format!("attendees/{id}/blocks"), &json!({})).await.expect(201);
    let _moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    assert_eq!(standing(&organiser, &id).await, is("blocked", Value::Null));
    assert_eq!(tables::count(world, "outbox").await, 0);
    sign_in(world, &link).await.refused(410, "link-replaced");
    let _in = sign_in(world, &organiser.show_link(&id).await).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("blocked", Value::Null));
}

async fn a_new_address_outside_the_listed_domains_waits_for_approval(world: &World) {
    let organiser = conference(world, "listed_domains").await;
    let domains = json!({"listed_domains": ["cluster.example"]});
    let _listed = organiser.patch(&format!("conferences/{CONFERENCE}"), &domains).await.expect(200);
    let (id, link) = registered(world, &organiser, "anna@cluster.example").await;
    let _proven = sign_in(world, &link).await.expect(201);
    assert_eq!(standing(&organiser, &id).await, is("verified", "mailbox"));
    for (email, proven) in [
        ("anna@mail.cluster.example", is("pending", Value::Null)),
        ("anna@elsewhere.example", is("pending", Value::Null)),
        ("anna.nowak@CLUSTER.example", is("verified", "mailbox")),
    ] {
        let _moved = move_to(&organiser, &id, email).await.expect(200);
        let _proven = sign_in(world, &organiser.show_link(&id).await).await.expect(201);
        assert_eq!(standing(&organiser, &id).await, proven, "{email}");
    }
}

async fn a_vote_that_was_cast_stays_and_is_the_only_one(world: &World) {
    let organiser = conference(world, "open").await;
    let (id, link) = registered(world, &organiser, "anna@clutser.example").await;
    let ballot = open_ballot(&organiser).await;
    let stranger = world.api().sign_in(&link).await;
    let _vote = stranger.cast(&ballot, 0, &tracker()).await.expect(201);
    let turnout = async || world.api().ballot(&ballot, "turnout").await.expect(200).json;
    let before = turnout().await;
    let _moved = move_to(&organiser, &id, "anna@cluster.example").await.expect(200);
    assert_eq!(turnout().await, before, "whoever took part stays in the count");
    let anna = world.api().sign_in(&organiser.show_link(&id).await).await;
    anna.cast(&ballot, 1, &tracker()).await.refused(409, "already-voted");
    assert_eq!(turnout().await, before);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
}

/// Whichever comes first: afterwards the old link is void, no session from it continues, and only the new mailbox
/// verifies the person.
async fn a_sign_in_at_the_same_moment_gives_the_old_mailbox_nothing(world: &World) {
    let organiser = conference(world, "open").await;
    let second = world.another_instance().await;
    for round in 0..6 {
        let (id, old) = registered(world, &organiser, &format!("anna-{round}@clutser.example")).await;
        let body = json!({ "personal_link": old });
        let new = format!("anna-{round}@cluster.example");
        let (there, here) = (second.api(), world.api());
        let (signed_in, moved, again) = tokio::join!(
            there.post("sessions", &body),
            move_to(&organiser, &id, new.as_str()),
            here.post("sessions", &body)
        );
        if moved.status == 412 {
            // The sign-in came between the read and the change: the desk reads again.
            let _moved = move_to(&organiser, &id, new).await.expect(200);
        } else {
            assert_eq!(moved.status, 200, "{}", moved.body);
        }
        for session in [signed_in, again] {
            if session.status == 201 {
                let session = world.api().with_token(&session.text("/token"));
                session.get("sessions/current").await.refused(401, "not-signed-in");
            } else {
                session.refused(410, "link-replaced");
            }
        }
        assert_eq!(standing(&organiser, &id).await, is("registered", Value::Null));
    }
    second.stop().await;
}

/// The other instance may not have heard yet, and caches the session of the person who reads the wrong mailbox.
async fn a_session_that_another_instance_remembers_casts_no_vote(world: &World) {
    let organiser = conference(world, "closed").await;
    let ballot = open_ballot(&organiser).await;
    let other = world.another_instance().await;
    let _following = follow(&[world.app(), other.app()]).await;
    for round in 0..8 {
        let id = vouched_for(&organiser, Some(&format!("anna-{round}@clutser.example"))).await;
        let stranger = world.api().sign_in(&organiser.show_link(&id).await).await;
        let there = other.api().with_token(stranger.token().unwrap());
        let _known = there.get("sessions/current").await.expect(200);
        let _moved = move_to(&organiser, &id, format!("anna-{round}@cluster.example")).await.expect(200);
        there.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    }
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json["voted"], 0);
    other.stop().await;
}
