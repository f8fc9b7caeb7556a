//! Sessions: their beginning, their end, and the data kept about them.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_core::keys::Token;
use urna_store::organisers;
use urna_tests::{Api, Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_attendees_session_lasts_twelve_hours,
            an_organisers_session_lasts_eight_hours_however_it_is_used,
            an_organisers_session_ends_after_half_an_hour_without_use,
            signing_out_ends_this_session_alone,
            barring_and_erasing_end_every_session,
            no_token_of_a_session_is_stored,
            a_session_is_good_for_its_own_kind_alone,
            without_a_session_nothing_is_shown,
            a_session_holds_on_every_instance,
            an_attendee_chooses_their_language,
            ended_sessions_are_forgotten,
            a_person_has_at_most_twenty_sessions_and_the_oldest_ends,
            an_organiser_has_at_most_ten_sessions_and_the_oldest_ends,
            a_person_sees_and_ends_their_own_sessions,
            an_organiser_sees_and_ends_their_own_sessions,
            a_session_that_was_ended_elsewhere_casts_no_vote;
    }
}

async fn voter(world: &World) -> (Api, urna_tests::Voter) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    (organiser, voter)
}

async fn an_attendees_session_lasts_twelve_hours(world: &World) {
    let (_organiser, anna) = voter(world).await;
    world.pass_seconds(12 * 3600 - 1);
    let current = anna.api.get("sessions/current").await.expect(200);
    assert_eq!(current.text("/expires_at"), world.now().plus_seconds(1).to_string());
    world.pass_seconds(1);
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
}

async fn an_organisers_session_lasts_eight_hours_however_it_is_used(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    for _quarter in 0..31 {
        world.pass_seconds(15 * 60);
        let _current = organiser.get("organiser-sessions/current").await.expect(200);
    }
    world.pass_seconds(15 * 60 - 1);
    let _current = organiser.get("organiser-sessions/current").await.expect(200);
    world.pass_seconds(1);
    organiser.get("organiser-sessions/current").await.refused(401, "not-signed-in");
}

async fn an_organisers_session_ends_after_half_an_hour_without_use(world: &World) {
    let used = world.organiser(Role::Organiser).await;
    let idle = world.organiser(Role::Organiser).await;
    world.pass_seconds(30 * 60 - 1);
    let _current = used.get("organiser-sessions/current").await.expect(200);
    world.pass_seconds(1);
    idle.get("organiser-sessions/current").await.refused(401, "not-signed-in");
    world.pass_seconds(30 * 60 - 2);
    let _current = used.get("organiser-sessions/current").await.expect(200);
    world.pass_seconds(30 * 60);
    used.get("organiser-sessions/current").await.refused(401, "not-signed-in");
}

async fn signing_out_ends_this_session_alone(world: &World) {
    let (organiser, anna) = voter(world).await;
    let elsewhere = world.api().sign_in(&anna.link).await;
    let out = anna.api.delete("sessions/current").await.expect(204);
    assert_eq!(out.body, "");
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
    anna.api.delete("sessions/current").await.refused(401, "not-signed-in");
    let _still = elsewhere.get("sessions/current").await.expect(200);
    let _out = organiser.delete("organiser-sessions/current").await.expect(204);
    organiser.get("organiser-sessions/current").await.refused(401, "not-signed-in");
}

async fn barring_and_erasing_end_every_session(world: &World) {
    let (organiser, anna) = voter(world).await;
    let elsewhere = world.api().sign_in(&anna.link).await;
    let ben = organiser.voter("eccp-2026", "Ben").await;
    let _barred = organiser.post(&format!("attendees/{}/blocks", anna.id), &json!({})).await.expect(201);
    for session in [&anna.api, &elsewhere] {
        session.get("sessions/current").await.refused(401, "not-signed-in");
    }
    let _still = ben.api.get("sessions/current").await.expect(200);
    let _erased = organiser.delete(&format!("attendees/{}", ben.id)).await.expect(204);
    ben.api.get("sessions/current").await.refused(401, "not-signed-in");
    assert_eq!(tables::count(world, "attendee_sessions").await, 0);
}

async fn no_token_of_a_session_is_stored(world: &World) {
    let (organiser, anna) = voter(world).await;
    let everything = tables::everything(world).await;
    for token in [organiser.token().unwrap(), anna.api.token().unwrap()] {
        let hash = tables::hex(&Token::parse(token).unwrap().hash());
        assert!(everything.contains(&hash), "the search sees what is stored");
        tables::holds_no_session(&everything, token);
    }
    assert!(everything.contains("$argon2id$") && !everything.contains(urna_tests::PASSWORD));
}

async fn a_session_is_good_for_its_own_kind_alone(world: &World) {
    let (organiser, anna) = voter(world).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    anna.api.get("organiser-sessions/current").await.refused(403, "forbidden");
    anna.api.get("conferences/eccp-2026/attendees").await.refused(403, "forbidden");
    anna.api.transition(&ballot, "closed").await.refused(403, "forbidden");
    for path in ["sessions/current", &format!("ballots/{}/participation", ballot.id)] {
        organiser.get(path).await.refused(403, "forbidden");
    }
    organiser.cast(&ballot, 0, &urna_tests::tracker()).await.refused(403, "forbidden");
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json["voted"], 0);
}

async fn without_a_session_nothing_is_shown(world: &World) {
    let (organiser, anna) = voter(world).await;
    let token = anna.api.token().unwrap();
    let unknown = "A".repeat(43);
    let wrong = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        format!("Bearer {unknown}"),
        format!("Bearer {}", &token[..42]),
        format!("Bearer {token}A"),
        format!("Bearer{token}"),
        token.to_owned(),
        "Bearer \u{e9}".to_owned(),
    ];
    for value in &wrong {
        for path in ["sessions/current", "organiser-sessions/current", "audit-events"] {
            let request = world.api().request(Method::GET, path).header("authorization", value.as_bytes());
            let refused = Api::send(request).await;
            refused.refused(401, "not-signed-in");
            assert_eq!(refused.header("www-authenticate"), "Bearer", "{value}");
        }
    }
    world.api().get("sessions/current").await.refused(401, "not-signed-in");
    let lower = world.api().request(Method::GET, "sessions/current").header("authorization", format!("bearer {token}"));
    let _current = Api::send(lower).await.expect(200);
    // A right cookie does not make up for a wrong header: the header alone counts.
    let both = world.api().request(Method::GET, "sessions/current").header("cookie", format!("urna-session={token}"));
    Api::send(both.header("authorization", format!("Bearer {unknown}"))).await.refused(401, "not-signed-in");
    assert!(organiser.token().is_some());
}

async fn a_session_holds_on_every_instance(world: &World) {
    let (organiser, anna) = voter(world).await;
    let second = world.another_instance().await;
    let there = second.api().with_token(anna.api.token().unwrap());
    let _current = there.get("sessions/current").await.expect(200);
    let _out = there.delete("sessions/current").await.expect(204);
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
    let organiser_there = second.api().with_token(organiser.token().unwrap());
    let _current = organiser_there.get("organiser-sessions/current").await.expect(200);
    let _out = organiser.delete("organiser-sessions/current").await.expect(204);
    organiser_there.get("organiser-sessions/current").await.refused(401, "not-signed-in");
    second.stop().await;
}

async fn an_attendee_chooses_their_language(world: &World) {
    let (organiser, anna) = voter(world).await;
    let changed = anna.api.patch("sessions/current", &json!({"language": "PT-br"})).await.expect(200);
    assert_eq!(changed.json["attendee"]["language"], "pt-BR");
    let found = organiser.get(&format!("attendees/{}", anna.id)).await.expect(200);
    assert_eq!((&found.json["language"], &found.json["name"]), (&json!("pt-BR"), &json!("Anna")));
    let cleared = anna.api.patch("sessions/current", &json!({"language": null})).await.expect(200);
    assert_eq!(cleared.json["attendee"]["language"], Value::Null);
    for wrong in [json!({"language": "german"}), json!({"name": "Mallory"}), json!({"status": "verified"})] {
        anna.api.patch("sessions/current", &wrong).await.refused(422, "validation-failed");
    }
    let same = anna.api.get("sessions/current").await.expect(200);
    assert_eq!(same.json, cleared.json);
}

async fn ended_sessions_are_forgotten(world: &World) {
    let (_organiser, anna) = voter(world).await;
    world.pass_seconds(8 * 3600);
    world.app().tidy_up().await.unwrap();
    assert_eq!(tables::count(world, "organiser_sessions").await, 0);
    let _current = anna.api.get("sessions/current").await.expect(200);
    world.pass_seconds(4 * 3600);
    world.app().tidy_up().await.unwrap();
    assert_eq!(tables::count(world, "attendee_sessions").await, 0);
}

async fn is_signed_in(session: &Api, path: &str) -> bool {
    let answer = session.get(path).await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.body);
    answer.status == 200
}

/// However often one link is used, on whichever instance: the table does not grow.
async fn a_person_has_at_most_twenty_sessions_and_the_oldest_ends(world: &World) {
    let (organiser, anna) = voter(world).await;
    let ben = organiser.voter("eccp-2026", "Ben").await;
    let second = world.another_instance().await;
    let mut sessions = vec![anna.api.clone()];
    for number in 1..30 {
        world.pass_seconds(1);
        let api = if number % 2 == 0 { world.api() } else { second.api() };
        sessions.push(api.sign_in(&anna.link).await);
    }
    assert_eq!(tables::count(world, "attendee_sessions").await, 21);
    for (number, session) in sessions.iter().enumerate() {
        assert_eq!(is_signed_in(session, "sessions/current").await, number >= 10, "session {number}");
    }
    let _still = ben.api.get("sessions/current").await.expect(200);
    // All at once, while the clock stands still: the limit always holds, and the newest session is kept.
    let mut sign_ins = tokio::task::JoinSet::new();
    for _ in 0..25 {
        let (api, link) = (world.api(), anna.link.clone());
        sign_ins.spawn(async move { api.sign_in(&link).await });
    }
    let _all = sign_ins.join_all().await;
    assert_eq!(tables::count(world, "attendee_sessions").await, 21);
    let last = world.api().sign_in(&anna.link).await;
    let _current = last.get("sessions/current").await.expect(200);
    second.stop().await;
}

/// Another session of an organiser, stored directly so that no rate limit applies.
async fn another_session(world: &World, email: &str) -> Api {
    let token = Token::new(urna_app::random::bytes());
    let mut tx = world.db().db().write().await.unwrap();
    let email = urna_core::Email::parse(email).unwrap();
    let (organiser, _hash) = organisers::find_organiser_by_email(&mut tx, &email).await.unwrap().unwrap();
    let expires_at = world.now().plus_seconds(8 * 3600);
    organisers::insert_session(&mut tx, &token.hash(), organiser.key, world.now(), expires_at).await.unwrap();
    tx.commit().await.unwrap();
    world.api().with_token(&token.reveal())
}

async fn an_organiser_has_at_most_ten_sessions_and_the_oldest_ends(world: &World) {
    let _other = world.organiser(Role::Organiser).await;
    let first = world.organiser(Role::Desk).await;
    let email = first.get("organiser-sessions/current").await.text("/organiser/email");
    let mut sessions = vec![first];
    for _ in 1..10 {
        world.pass_seconds(60);
        sessions.push(another_session(world, &email).await);
    }
    world.pass_seconds(15 * 60);
    // All but the second are in use; so it has idled out when the next one begins, and no other has to make room.
    for (number, session) in sessions.iter().enumerate() {
        assert!(number == 1 || is_signed_in(session, "organiser-sessions/current").await);
    }
    world.pass_seconds(15 * 60);
    sessions.push(world.api().sign_in_organiser(&email, urna_tests::PASSWORD).await);
    for (number, session) in sessions.iter().enumerate() {
        assert_eq!(is_signed_in(session, "organiser-sessions/current").await, number != 1, "session {number}");
    }
    sessions.push(world.api().sign_in_organiser(&email, urna_tests::PASSWORD).await);
    assert_eq!(tables::count(world, "organiser_sessions").await, 11);
    for (number, session) in sessions.iter().enumerate() {
        assert_eq!(is_signed_in(session, "organiser-sessions/current").await, number > 1, "session {number}");
    }
}

async fn a_person_sees_and_ends_their_own_sessions(world: &World) {
    let (organiser, anna) = voter(world).await;
    let ben = organiser.voter("eccp-2026", "Ben").await;
    world.pass_seconds(3600);
    let phone = world.api().sign_in(&anna.link).await;
    let listed = phone.get("sessions").await.expect(200);
    assert_eq!(listed.header("cache-control"), "no-store");
    let items = listed.json["items"].as_array().unwrap();
    let (new, old) = (items[0].clone(), items[1].clone());
    assert_eq!((items.len(), &new["current"], &old["current"]), (2, &json!(true), &json!(false)));
    assert_eq!(listed.json["next_cursor"], Value::Null);
    // Half past six, shown to the hour.
    assert_eq!(
        (&old["created_at"], &old["expires_at"]),
        (&json!("2026-11-25T18:00:00Z"), &json!("2026-11-26T07:00:00Z"))
    );
    assert_eq!(
        (&new["created_at"], &new["expires_at"]),
        (&json!("2026-11-25T19:00:00Z"), &json!("2026-11-26T08:00:00Z"))
    );
    for token in [anna.api.token().unwrap(), phone.token().unwrap()] {
        let hash = tables::hex(&Token::parse(token).unwrap().hash());
        assert!(!listed.body.contains(token) && !listed.body.replace('-', "").contains(&hash[..32]));
    }
    let path = |session: &Value| format!("sessions/{}", session["id"].as_str().unwrap());
    assert_eq!(phone.get(&path(&old)).await.expect(200).json, old);
    for (who, session) in [(&ben.api, &old), (&ben.api, &new)] {
        who.get(&path(session)).await.refused(404, "not-found");
        who.delete(&path(session)).await.refused(404, "not-found");
    }
    let _ended = phone.delete(&path(&old)).await.expect(204);
    anna.api.get("sessions/current").await.refused(401, "not-signed-in");
    phone.delete(&path(&old)).await.refused(404, "not-found");
    assert_eq!(phone.get("sessions").await.expect(200).json["items"], json!([new]));
    let _ended = phone.delete(&path(&new)).await.expect(204);
    phone.get("sessions").await.refused(401, "not-signed-in");
    let _still = ben.api.get("sessions/current").await.expect(200);
}

async fn an_organiser_sees_and_ends_their_own_sessions(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let laptop = world.organiser(Role::Observer).await;
    let email = laptop.get("organiser-sessions/current").await.text("/organiser/email");
    world.pass_seconds(90);
    let phone = world.api().sign_in_organiser(&email, urna_tests::PASSWORD).await;
    let listed = phone.get("organiser-sessions").await.expect(200);
    assert_eq!(listed.header("cache-control"), "no-store");
    let items = listed.json["items"].as_array().unwrap();
    let (new, old) = (items[0].clone(), items[1].clone());
    assert_eq!((items.len(), &new["current"], &old["current"]), (2, &json!(true), &json!(false)));
    assert_eq!(
        (&old["created_at"], &new["created_at"]),
        (&json!("2026-11-25T18:30:00Z"), &json!("2026-11-25T18:31:30Z"))
    );
    assert_eq!(new["expires_at"], "2026-11-26T02:31:30Z");
    let path = |session: &Value| format!("organiser-sessions/{}", session["id"].as_str().unwrap());
    owner.delete(&path(&old)).await.refused(404, "not-found");
    let _ended = phone.delete(&path(&old)).await.expect(204);
    laptop.get("organiser-sessions/current").await.refused(401, "not-signed-in");
    phone.delete(&path(&old)).await.refused(404, "not-found");
    world.pass_seconds(30 * 60 - 1);
    let again = world.api().sign_in_organiser(&email, urna_tests::PASSWORD).await;
    world.pass_seconds(1);
    let left = again.get("organiser-sessions").await.expect(200);
    assert_eq!(left.json["items"].as_array().unwrap().len(), 1, "what has idled out is not there");
}

/// The other instance may not have heard yet, and caches the session.
async fn a_session_that_was_ended_elsewhere_casts_no_vote(world: &World) {
    let (organiser, anna) = voter(world).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let other = world.another_instance().await;
    let _following = crate::memory::follow(&[world.app(), other.app()]).await;
    for _ in 0..8 {
        let phone = world.api().sign_in(&anna.link).await;
        let there = other.api().with_token(phone.token().unwrap());
        let _known = there.get("sessions/current").await.expect(200);
        let items = anna.api.get("sessions").await.expect(200).json["items"].clone();
        let of_phone = items.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap().clone();
        let _ended = anna.api.delete(&format!("sessions/{}", of_phone["id"].as_str().unwrap())).await.expect(204);
        there.cast(&ballot, 0, &urna_tests::tracker()).await.refused(401, "not-signed-in");
    }
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json["voted"], 0);
    other.stop().await;
}
