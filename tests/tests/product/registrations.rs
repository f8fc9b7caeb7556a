//! People register themselves.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            whoever_registers_is_on_the_roll_unproven_and_gets_a_mail,
            one_mailbox_is_one_person_however_it_is_spelt,
            the_answer_does_not_tell_whether_an_address_is_known,
            a_second_registration_changes_nothing_of_the_first,
            strangers_cause_three_mails_an_hour_and_twenty_a_day,
            nobody_registers_where_registration_is_closed,
            with_approval_the_proven_wait_for_an_organiser,
            two_registrations_at_the_same_instant_are_one_person,
            an_address_is_one_person_per_conference,
            asking_for_a_link_tells_nothing_and_mails_the_known,
            what_is_written_lest_the_time_tells_leaves_nothing_behind,
            what_is_no_registration_is_refused_whole;
    }
}

async fn open_conference(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    organiser
}

async fn mails(world: &World) -> i64 {
    tables::count(world, "outbox").await
}

async fn whoever_registers_is_on_the_roll_unproven_and_gets_a_mail(world: &World) {
    let organiser = open_conference(world).await;
    let body = json!({"email": "anna@cluster.example", "name": " Anna  Nowak ", "organisation": "Silesia",
        "country": "pl", "category": "research", "language": "PL"});
    let taken = world.api().post("conferences/eccp-2026/registrations", &body).await.expect(202);
    assert_eq!(taken.body, "");
    let roll = organiser.roll("eccp-2026").await;
    assert_eq!(roll.len(), 1);
    let mut person = roll[0].clone();
    person["id"] = Value::Null;
    assert_eq!(
        person,
        json!({"id": null, "email": "anna@cluster.example", "name": "Anna  Nowak",
        "organisation": "Silesia", "country": "PL", "category": null, "claimed_category": "research", "language": "pl",
        "external_id": null, "status": "registered", "verified_by": null,
        "mail": {"state": "queued", "reason": null, "queued_at": world.now().to_string(), "sent_at": null}})
    );
    assert_eq!(mails(world).await, 1);
}

async fn one_mailbox_is_one_person_however_it_is_spelt(world: &World) {
    let organiser = open_conference(world).await;
    for (spellings, canonical) in [
        (
            &["Anna.Nowak@Example.ORG", " anna.nowak@example.org ", "\tANNA.NOWAK@EXAMPLE.ORG\n"][..],
            "anna.nowak@example.org",
        ),
        (&["zoe\u{308}@example.org", "ZOË@example.org"], "zoë@example.org"),
        (
            &["ben@MÜNCHEN.example", "ben@mu\u{308}nchen.example", "ben@xn--mnchen-3ya.example"],
            "ben@xn--mnchen-3ya.example",
        ),
        (&["ελένη@παράδειγμα.ελ", "ΕΛΈΝΗ@ΠΑΡΆΔΕΙΓΜΑ.ελ"], "ελένη@xn--hxajbheg2az3al.xn--qxam"),
        (&["o'brien+eccp@example.org"], "o'brien+eccp@example.org"),
    ] {
        for spelling in spellings {
            let _taken = world.api().register("eccp-2026", spelling, "Somebody").await.expect(202);
        }
        let roll = organiser.roll("eccp-2026").await;
        let found = roll.iter().filter(|person| person["email"] == canonical).count();
        assert_eq!(found, 1, "{spellings:?}: {roll:?}");
    }
    assert_eq!(organiser.roll("eccp-2026").await.len(), 5);
}

/// Status, headers and body, without date and request id.
fn shape(answer: &Answer) -> (u16, Vec<String>, String) {
    let mut headers: Vec<String> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.retain(|line| !line.starts_with("date:") && !line.starts_with("x-request-id:"));
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

async fn the_answer_does_not_tell_whether_an_address_is_known(world: &World) {
    let organiser = open_conference(world).await;
    let first = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let again = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await;
    assert_eq!(shape(&again), shape(&first));
    for (status, action) in [("verified", "approvals"), ("blocked", "blocks")] {
        let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
        let done = organiser.post(&format!("attendees/{id}/{action}"), &json!({})).await.expect(201);
        assert_eq!(done.json["status"], status);
        let known = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await;
        assert_eq!(shape(&known), shape(&first), "{status}");
    }
    for _more in 0..5 {
        let capped = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await;
        assert_eq!(shape(&capped), shape(&first), "also when no further mail goes out");
    }
}

async fn a_second_registration_changes_nothing_of_the_first(world: &World) {
    let organiser = open_conference(world).await;
    let _first = world.api().register("eccp-2026", "anna@cluster.example", "Anna Nowak").await.expect(202);
    let before = organiser.roll("eccp-2026").await;
    let body = json!({"email": "ANNA@cluster.example", "name": "Mallory", "organisation": "Evil", "country": "XX",
        "category": "other", "language": "de"});
    let _second = world.api().post("conferences/eccp-2026/registrations", &body).await.expect(202);
    assert_eq!(organiser.roll("eccp-2026").await, before);
    let id = before[0]["id"].as_str().unwrap();
    let link = organiser.show_link(id).await;
    let _session = world.api().sign_in(&link).await;
    assert_eq!(tables::count(world, "personal_links").await, 1);
}

async fn strangers_cause_three_mails_an_hour_and_twenty_a_day(world: &World) {
    let _organiser = open_conference(world).await;
    let ask = json!({"conference": "eccp-2026", "email": "anna@cluster.example"});
    let mut at_most = 0;
    for hour in 0..8 {
        let _registered = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
        for _more in 0..4 {
            let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
        }
        at_most = (at_most + 3).min(20);
        assert_eq!(mails(world).await, at_most, "after hour {hour}");
        world.pass_seconds(3600);
    }
    // Other mailboxes are not delayed.
    let _other = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    assert_eq!(mails(world).await, 21);
    world.pass_seconds(16 * 3600 - 1);
    let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
    assert_eq!(mails(world).await, 21, "not yet a day");
    world.pass_seconds(1);
    let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
    assert_eq!(mails(world).await, 22);
}

async fn nobody_registers_where_registration_is_closed(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let _known = organiser.add_attendee("eccp-2026", "Anna").await;
    world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.refused(403, "registration-closed");
    world.api().register("eccp-2027", "ben@cluster.example", "Ben").await.refused(404, "not-found");
    assert_eq!((tables::count(world, "attendees").await, mails(world).await), (1, 0));
    let _opened = organiser.patch("conferences/eccp-2026", &json!({"registration": "open"})).await.expect(200);
    let _taken = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
}

async fn with_approval_the_proven_wait_for_an_organiser(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "approval").await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
    let link = organiser.show_link(&id).await;
    let anna = world.api().sign_in(&link).await;
    let status = |answer: &Answer| answer.text("/attendee/status");
    assert_eq!(status(&anna.get("sessions/current").await), "pending");
    let again = world.api().sign_in(&link).await;
    assert_eq!(status(&again.get("sessions/current").await), "pending", "a second proof changes nothing");
    let ballot = organiser.draft("eccp-2026", "award", json!({})).await;
    organiser.transition(&ballot, "open").await.refused(409, "not-ready");
    let _approved = organiser.post(&format!("attendees/{id}/approvals"), &json!({})).await.expect(201);
    assert_eq!(status(&anna.get("sessions/current").await), "verified", "in the session that she has");
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let _cast = anna.cast(&ballot, 0, &urna_tests::tracker()).await.expect(201);
}

async fn two_registrations_at_the_same_instant_are_one_person(world: &World) {
    let organiser = open_conference(world).await;
    let second = world.another_instance().await;
    for round in 0..5 {
        let email = format!("anna-{round}@cluster.example");
        let (here, there) = (world.api(), second.api());
        let loud = email.to_uppercase();
        let answers = tokio::join!(
            here.register("eccp-2026", &email, "Anna"),
            there.register("eccp-2026", &email, "Another Anna"),
            here.register("eccp-2026", &loud, "ANNA"),
            there.register("eccp-2026", &email, "Anna"),
        );
        let statuses = [answers.0.status, answers.1.status, answers.2.status, answers.3.status];
        assert_eq!(statuses, [202; 4]);
    }
    assert_eq!(organiser.roll("eccp-2026").await.len(), 5);
    assert_eq!(tables::count(world, "personal_links").await, 5);
    second.stop().await;
}

async fn an_address_is_one_person_per_conference(world: &World) {
    let organiser = open_conference(world).await;
    organiser.add_conference("eccp-2027", "open").await;
    for conference in ["eccp-2026", "eccp-2027"] {
        let _taken = world.api().register(conference, "anna@cluster.example", "Anna").await.expect(202);
    }
    let (one, other) = (organiser.roll("eccp-2026").await, organiser.roll("eccp-2027").await);
    assert_ne!(one[0]["id"], other[0]["id"]);
    let link = organiser.show_link(one[0]["id"].as_str().unwrap()).await;
    let anna = world.api().sign_in(&link).await;
    assert_eq!(anna.get("sessions/current").await.text("/conference/slug"), "eccp-2026");
}

async fn asking_for_a_link_tells_nothing_and_mails_the_known(world: &World) {
    let _organiser = open_conference(world).await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let ask = async |conference: &str, email: &str| {
        world.api().post("personal-link-requests", &json!({"conference": conference, "email": email})).await
    };
    let known = ask("eccp-2026", "ANNA@cluster.example").await.expect(202);
    assert_eq!(mails(world).await, 2);
    for (conference, email) in [("eccp-2026", "nobody@cluster.example"), ("eccp-2027", "anna@cluster.example")] {
        assert_eq!(shape(&ask(conference, email).await), shape(&known), "{conference} {email}");
    }
    assert_eq!((mails(world).await, tables::count(world, "attendees").await), (2, 1));
    ask("eccp-2026", "anna").await.refused(422, "validation-failed");
}

async fn what_is_written_lest_the_time_tells_leaves_nothing_behind(world: &World) {
    let _organiser = open_conference(world).await;
    let _first = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    for _more in 0..4 {
        let _again = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
        for email in ["anna@cluster.example", "nobody@cluster.example"] {
            let ask = json!({"conference": "eccp-2026", "email": email});
            let _asked = world.api().post("personal-link-requests", &ask).await.expect(202);
        }
    }
    assert_eq!(tables::count(world, "attendees").await, 1);
    assert_eq!(tables::count(world, "personal_links").await, 1);
    assert_eq!(mails(world).await, 3, "no more than three an hour");
    assert!(!tables::everything(world).await.contains("nobody"), "an unknown address is not kept");
}

async fn what_is_no_registration_is_refused_whole(world: &World) {
    let _organiser = open_conference(world).await;
    let long = format!("{}@cluster.example", "a".repeat(65));
    for (field, value) in [
        ("email", json!("anna")),
        ("email", json!("anna nowak@cluster.example")),
        ("email", json!("anna@cluster.example\r\nBcc: all@cluster.example")),
        ("email", json!("anna@localhost")),
        ("email", json!("anna@[192.168.0.1]")),
        ("email", json!("anna\u{0}@cluster.example")),
        ("email", json!("anna@clu\u{0}ster.example")),
        ("email", json!(long)),
        ("email", json!("")),
        ("email", json!(null)),
        ("email", json!(["anna@cluster.example"])),
        ("name", json!("")),
        ("name", json!("a\u{7}b")),
        ("name", json!("a".repeat(201))),
        ("organisation", json!("a".repeat(201))),
        ("country", json!("POL")),
        ("category", json!("Research & more")),
        ("language", json!("polish")),
        ("verified", json!(true)),
        ("status", json!("verified")),
        ("external_id", json!("1")),
    ] {
        let mut body = json!({"email": "anna@cluster.example", "name": "Anna"});
        body[field] = value.clone();
        let refused = Api::send(world.api().request(Method::POST, "conferences/eccp-2026/registrations").json(&body));
        let refused = refused.await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], format!("/{field}"), "{value}: {}", refused.body);
    }
    assert_eq!((tables::count(world, "attendees").await, mails(world).await), (0, 0));
}
