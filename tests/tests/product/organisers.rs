//! Organisers: appointed, signed in, disabled.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, PASSWORD, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_owner_appoints_an_organiser_who_signs_in,
            a_wrong_password_and_an_unknown_account_look_the_same,
            an_address_is_tried_so_often_and_no_other_suffers,
            a_weak_password_is_refused,
            one_password_is_one_however_a_keyboard_spells_it,
            an_address_has_one_active_organiser,
            the_last_owner_stays,
            two_owners_who_disable_each_other_leave_one,
            a_disabled_organiser_is_out_at_once,
            disabling_at_the_same_instant_happens_once,
            what_is_no_organiser_is_refused_whole;
    }
}

async fn try_sign_in(api: &Api, email: &str, password: &str) -> Answer {
    api.post("organiser-sessions", &json!({"email": email, "password": password})).await
}

async fn appoint(owner: &Api, email: &str, role: &str) -> Answer {
    owner.post("organisers", &json!({"email": email, "role": role, "password": PASSWORD})).await
}

/// The id of the signed-in organiser.
async fn own_id(api: &Api) -> String {
    api.get("organiser-sessions/current").await.expect(200).text("/organiser/id")
}

async fn an_owner_appoints_an_organiser_who_signs_in(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let made = appoint(&owner, " Desk@MÜNCHEN.example ", "desk").await.expect(201);
    assert_eq!(made.json["email"], "desk@xn--mnchen-3ya.example");
    assert_eq!((&made.json["role"], &made.json["disabled_at"]), (&json!("desk"), &Value::Null));
    assert_eq!(made.json["created_at"], world.now().to_string());

    let session = try_sign_in(&world.api(), "DESK@münchen.example", PASSWORD).await.expect(201);
    assert_eq!(session.json["organiser"], made.json);
    assert_eq!(session.json["expires_at"], world.now().plus_seconds(8 * 3600).to_string());
    assert_eq!(session.header("cache-control"), "no-store");
    let desk = world.api().with_token(&session.text("/token"));
    let current = desk.get("organiser-sessions/current").await.expect(200);
    assert_eq!(current.json, json!({"expires_at": session.json["expires_at"], "organiser": made.json}));
    let listed = owner.get("organisers").await.expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed.json["items"][1], made.json);
    assert!(!listed.body.contains("argon2"), "{}", listed.body);
}

/// A response without the parts that differ between requests.
fn shape(answer: &Answer) -> (u16, Vec<String>, Value) {
    let mut headers: Vec<String> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.retain(|line| !line.starts_with("date:") && !line.starts_with("x-request-id:"));
    headers.retain(|line| !line.starts_with("content-length:"));
    headers.sort();
    let mut body = answer.json.clone();
    body["request_id"] = Value::Null;
    (answer.status, headers, body)
}

async fn a_wrong_password_and_an_unknown_account_look_the_same(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let _made = appoint(&owner, "known@organisers.example", "desk").await.expect(201);
    let wrong = try_sign_in(&world.api(), "known@organisers.example", "the heron stands in warm water").await;
    wrong.refused(401, "invalid-credentials");
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
    for (email, password) in [("unknown@organisers.example", PASSWORD), ("no address", PASSWORD), ("", "")] {
        let unknown = try_sign_in(&world.api(), email, password).await;
        assert_eq!(shape(&unknown), shape(&wrong), "{email}");
    }
    assert_eq!(tables::count(world, "organiser_sessions").await, 1, "the owner's alone");
}

async fn an_address_is_tried_so_often_and_no_other_suffers(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    for email in ["tried@organisers.example", "other@organisers.example"] {
        let _made = appoint(&owner, email, "desk").await.expect(201);
    }
    let mut tries = 0;
    let limited = loop {
        let answer = try_sign_in(&world.api(), "tried@organisers.example", "guess").await;
        if answer.status != 401 {
            break answer;
        }
        tries += 1;
        assert!(tries < 20, "nobody says stop");
    };
    limited.refused(429, "too-many-attempts");
    assert!(tries >= 10, "{tries}");
    let seconds: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=31).contains(&seconds), "{seconds}");
    // Neither the right password nor another spelling of the address circumvents the limit.
    try_sign_in(&world.api(), " TRIED@organisers.example", PASSWORD).await.refused(429, "too-many-attempts");
    let _other = try_sign_in(&world.api(), "other@organisers.example", PASSWORD).await.expect(201);
    let _session = owner.get("organiser-sessions/current").await.expect(200);
}

async fn a_weak_password_is_refused(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    owner.add_conference("eccp-2026", "open").await;
    let before = owner.audit().await.len();
    let long = format!("{} {}", PASSWORD, "water ".repeat(180));
    for (password, code) in [
        ("tiny", "too-short"),
        ("fourteen chars", "too-short"),
        ("passwordpassword", "too-common"),
        ("Welcome-Conference-2026!", "too-common"),
        ("aaaaaaaaaaaaaaaa", "too-common"),
        ("Passw0rd!Passw0rd!", "too-common"),
        ("m1chael.jennifer.2026", "too-common"),
        ("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ", "too-common"),
        ("3uropean-Clu5ter-C0nference-2026", "too-common"),
        ("josephine.baker@organisers", "too-common"),
        (long.as_str(), "too-long"),
    ] {
        let body = json!({"email": "josephine.baker@organisers.example", "role": "desk", "password": password});
        let refused = owner.post("organisers", &body).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/password", "{password}");
        assert_eq!(refused.json["errors"][0]["code"], code, "{password}");
        assert!(!refused.body.contains(password), "a password comes back: {}", refused.body);
    }
    assert_eq!(owner.audit().await.len(), before);
    assert_eq!(tables::count(world, "organisers").await, 1);
}

async fn one_password_is_one_however_a_keyboard_spells_it(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let body = json!({"email": "zoe@organisers.example", "role": "desk", "password": "zoe\u{308} sent ﬁve letters"});
    let _made = owner.post("organisers", &body).await.expect(201);
    for typed in ["zoë sent five letters", "zoe\u{308} sent ﬁve letters"] {
        let _session = try_sign_in(&world.api(), "zoe@organisers.example", typed).await.expect(201);
    }
    let other = try_sign_in(&world.api(), "zoe@organisers.example", "zoe sent five letters").await;
    other.refused(401, "invalid-credentials");
}

async fn an_address_has_one_active_organiser(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let first = appoint(&owner, "anna@organisers.example", "desk").await.expect(201);
    appoint(&owner, "ANNA@Organisers.example", "owner").await.refused(409, "duplicate-organiser");
    let _gone = owner.delete(&format!("organisers/{}", first.text("/id"))).await.expect(204);
    let second = appoint(&owner, "anna@organisers.example", "observer").await.expect(201);
    assert_ne!(first.text("/id"), second.text("/id"), "the audit log keeps its meaning");
    let both = tokio::join!(
        appoint(&owner, "ben@organisers.example", "desk"),
        appoint(&owner, "ben@organisers.example", "desk")
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

async fn the_last_owner_stays(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let _organiser = world.organiser(Role::Organiser).await;
    let path = format!("organisers/{}", own_id(&owner).await);
    owner.delete(&path).await.refused(409, "last-owner");
    let _session = owner.get("organiser-sessions/current").await.expect(200);
    let _second = appoint(&owner, "second@organisers.example", "owner").await.expect(201);
    let _gone = owner.delete(&path).await.expect(204);
    owner.get("organiser-sessions/current").await.refused(401, "not-signed-in");
}

async fn two_owners_who_disable_each_other_leave_one(world: &World) {
    let second_instance = world.another_instance().await;
    for _round in 0..4 {
        let anna = world.organiser(Role::Owner).await;
        let ben = world.organiser(Role::Owner).await;
        let (annas, bens) = (own_id(&anna).await, own_id(&ben).await);
        let ben_there = second_instance.api().with_token(ben.token().unwrap());
        let others = "update organisers set disabled_at = 1 where role = 'owner' and disabled_at is null and email not in \
                      (select email from organisers order by id desc limit 2)";
        tables::execute(world, others).await;
        let (path_of_ben, path_of_anna) = (format!("organisers/{bens}"), format!("organisers/{annas}"));
        let (first, second) = tokio::join!(anna.delete(&path_of_ben), ben_there.delete(&path_of_anna));
        let gone = [first.status, second.status].iter().filter(|status| **status == 204).count();
        assert_eq!(gone, 1, "{} {}", first.body, second.body);
        let active = "select count(*) from organisers where role = 'owner' and disabled_at is null";
        assert_eq!(tables::number(world, active).await, 1);
    }
    second_instance.stop().await;
}

async fn a_disabled_organiser_is_out_at_once(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let made = appoint(&owner, "gone@organisers.example", "organiser").await.expect(201);
    let gone = world.api().sign_in_organiser("gone@organisers.example", PASSWORD).await;
    let elsewhere = world.api().sign_in_organiser("gone@organisers.example", PASSWORD).await;
    let path = format!("organisers/{}", made.text("/id"));
    let _disabled = owner.delete(&path).await.expect(204);
    for session in [&gone, &elsewhere] {
        session.get("audit-events").await.refused(401, "not-signed-in");
    }
    try_sign_in(&world.api(), "gone@organisers.example", PASSWORD).await.refused(401, "invalid-credentials");
    owner.delete(&path).await.refused(404, "not-found");
    let listed = owner.get("organisers").await.expect(200);
    assert_eq!(listed.json["items"][1]["disabled_at"], world.now().to_string(), "their id stays");
    assert_eq!(tables::count(world, "organiser_sessions").await, 1);
}

async fn disabling_at_the_same_instant_happens_once(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    let made = appoint(&owner, "gone@organisers.example", "desk").await.expect(201);
    let path = format!("organisers/{}", made.text("/id"));
    let (a, b, c, d) = tokio::join!(owner.delete(&path), owner.delete(&path), owner.delete(&path), owner.delete(&path));
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404, 404, 404]);
    let events = owner.audit().await;
    assert_eq!(events.iter().filter(|event| event["action"] == "organiser.disabled").count(), 1);
}

async fn what_is_no_organiser_is_refused_whole(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    for (body, pointer) in [
        (json!({"role": "desk", "password": PASSWORD}), "/email"),
        (json!({"email": "a@organisers.example", "password": PASSWORD}), "/role"),
        (json!({"email": "a@organisers.example", "role": "king", "password": PASSWORD}), "/role"),
        (json!({"email": "a@organisers.example", "role": "desk"}), "/password"),
        (json!({"email": "a b@organisers.example", "role": "desk", "password": PASSWORD}), "/email"),
        (json!({"email": "a@organisers.example", "role": "desk", "password": PASSWORD, "id": 1}), "/id"),
        (json!({"email": "a@organisers.example", "role": "desk", "password": 15}), "/password"),
    ] {
        let refused = Api::send(owner.request(Method::POST, "organisers").json(&body)).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(tables::count(world, "organisers").await, 1);
}
