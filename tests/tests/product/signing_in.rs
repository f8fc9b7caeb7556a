//! Strangers at the organisers' sign-in: whom they can delay, and what is remembered of them.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, PASSWORD, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            whoever_has_signed_in_with_a_browser_is_not_locked_out_of_it,
            invented_addresses_from_one_network_block_no_organiser,
            an_unknown_account_is_held_up_like_a_known_one,
            the_mark_of_a_browser_is_for_one_account_and_signs_nobody_in,
            a_browser_that_organisers_share_knows_each_of_them,
            failed_tries_are_in_the_audit_log_by_account_and_number;
    }
}

const CHAIR: &str = "chair@organisers.example";
const STRANGER: &str = "198.51.100.66";
const ELSEWHERE: &str = "203.0.113.7";

async fn appoint(world: &World, email: &str) -> Api {
    let owner = world.organiser(Role::Owner).await;
    let body = json!({"email": email, "role": "organiser", "password": PASSWORD});
    let _made = owner.post("organisers", &body).await.expect(201);
    owner
}

/// A sign-in attempt from this network, with a browser's cookies, if any.
async fn sign_in(world: &World, email: &str, password: &str, network: &str, cookies: &str) -> Answer {
    let request = world.api().request(Method::POST, "organiser-sessions").header("x-forwarded-for", network);
    let request = if cookies.is_empty() { request } else { request.header("cookie", cookies) };
    Api::send(request.json(&json!({"email": email, "password": password}))).await
}

/// The cookies that a browser sends after this response.
fn cookies(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// Tries wrong passwords until it is rate-limited. Returns the number of tries.
async fn guess(world: &World, email: &str, network: &str, cookies: &str) -> usize {
    for tries in 0..30 {
        let answer = sign_in(world, email, "the heron stands in warm water", network, cookies).await;
        if answer.status != 401 {
            answer.refused(429, "too-many-attempts");
            return tries;
        }
    }
    panic!("nobody says stop");
}

async fn whoever_has_signed_in_with_a_browser_is_not_locked_out_of_it(world: &World) {
    let _owner = appoint(world, CHAIR).await;
    let session = sign_in(world, CHAIR, PASSWORD, ELSEWHERE, "").await.expect(201);
    let browser = cookies(&session);
    let tries = guess(world, CHAIR, STRANGER, "").await;
    assert!((10..25).contains(&tries), "{tries}");

    sign_in(world, CHAIR, PASSWORD, STRANGER, "").await.refused(429, "too-many-attempts");
    let there = sign_in(world, CHAIR, PASSWORD, STRANGER, &browser).await.expect(201);
    let _api_client = sign_in(world, CHAIR, PASSWORD, "203.0.113.8", "").await.expect(201);
    for token in [session.text("/token"), there.text("/token")] {
        let _running = world.api().with_token(&token).get("organiser-sessions/current").await.expect(200);
    }
    // A known browser may not guess any faster.
    let tries = guess(world, CHAIR, ELSEWHERE, &cookies(&there)).await;
    assert!((9..25).contains(&tries), "{tries}");
}

async fn invented_addresses_from_one_network_block_no_organiser(world: &World) {
    let _owner = appoint(world, CHAIR).await;
    let flood = join_all((0..100).map(async |number| {
        sign_in(world, &format!("invented-{number}@organisers.example"), PASSWORD, STRANGER, "").await.status
    }));
    // She signs in while they wait: at the same instant, again and again.
    let chair = async {
        let mut answers = Vec::new();
        for _again in 0..3 {
            answers.push(sign_in(world, CHAIR, PASSWORD, ELSEWHERE, "").await.status);
        }
        answers
    };
    let (flood, chair) = tokio::join!(flood, chair);
    assert_eq!(chair, [201; 3], "{flood:?}");
    assert!(flood.iter().all(|status| [401, 429].contains(status)), "{flood:?}");
    assert!(flood.contains(&429), "so many at once from one network have to wait: {flood:?}");
}

async fn an_unknown_account_is_held_up_like_a_known_one(world: &World) {
    let _owner = appoint(world, CHAIR).await;
    let known = guess(world, CHAIR, STRANGER, "").await;
    let unknown = guess(world, "nobody@organisers.example", STRANGER, "").await;
    // On a busy machine half a minute may pass, and then one more attempt is allowed.
    assert!(known.abs_diff(unknown) <= 3, "{known} {unknown}");
    let answers = [CHAIR, "nobody@organisers.example"].map(async |email| {
        let mut body = sign_in(world, email, PASSWORD, STRANGER, "").await.json;
        body["request_id"] = Value::Null;
        body
    });
    let [known, unknown] = <[Value; 2]>::try_from(join_all(answers).await).unwrap();
    assert_eq!(known, unknown);
}

async fn the_mark_of_a_browser_is_for_one_account_and_signs_nobody_in(world: &World) {
    let _owner = appoint(world, CHAIR).await;
    let answer = sign_in(world, CHAIR, PASSWORD, ELSEWHERE, "").await.expect(201);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("urna-devices="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=34560000"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.to_lowercase().contains("chair"), "{cookie}");
    let request = world.api().request(Method::GET, "organiser-sessions/current").header("cookie", cookies(&answer));
    Api::send(request).await.refused(401, "not-signed-in");

    let wrong = sign_in(world, CHAIR, "the heron stands in warm water", ELSEWHERE, &cookies(&answer)).await;
    wrong.refused(401, "invalid-credentials");
    assert_eq!(wrong.header("set-cookie"), "", "only who signs in is remembered");

    // After a change of one character, or for another account, it is worthless.
    let browser = cookies(&answer);
    let (start, end) = browser.split_at(browser.len() - 30);
    let other = if end.starts_with('A') { "B" } else { "A" };
    let forged = format!("{start}{other}{}", &end[1..]);
    let _held_up = guess(world, CHAIR, STRANGER, "").await;
    sign_in(world, CHAIR, PASSWORD, STRANGER, &forged).await.refused(429, "too-many-attempts");
    let _held_up = guess(world, "nobody@organisers.example", STRANGER, &browser).await;
    let _known = sign_in(world, CHAIR, PASSWORD, STRANGER, &browser).await.expect(201);
}

async fn a_browser_that_organisers_share_knows_each_of_them(world: &World) {
    let owner = appoint(world, CHAIR).await;
    let body = json!({"email": "desk@organisers.example", "role": "desk", "password": PASSWORD});
    let _made = owner.post("organisers", &body).await.expect(201);
    let mut browser = String::new();
    for email in [CHAIR, "desk@organisers.example", CHAIR] {
        browser = cookies(&sign_in(world, email, PASSWORD, ELSEWHERE, &browser).await.expect(201));
    }
    assert_eq!(browser.matches('.').count(), 1, "one mark for each: {browser}");
    for email in [CHAIR, "desk@organisers.example"] {
        let _held_up = guess(world, email, STRANGER, "").await;
        let _known = sign_in(world, email, PASSWORD, STRANGER, &browser).await.expect(201);
    }
}

async fn failed_tries_are_in_the_audit_log_by_account_and_number(world: &World) {
    let owner = appoint(world, CHAIR).await;
    let chair = owner.get("organisers").await.json["items"][1]["id"].clone();
    let failed = async || {
        world.app().record_failed_sign_ins().await.unwrap();
        let mut events = owner.audit().await;
        events.retain(|event| event["action"] == "organiser.sign_in_failed");
        events
    };
    assert_eq!(failed().await, Vec::<Value>::new());
    let since = world.now().to_string();
    for email in [CHAIR, CHAIR, CHAIR, "nobody@organisers.example", "noone@organisers.example"] {
        sign_in(world, email, "wrong", STRANGER, "").await.refused(401, "invalid-credentials");
    }
    assert_eq!(tables::number(world, "select count(*) from audit_events where event like '%failed%'").await, 0);
    let events = failed().await;
    let told = |event: &Value| (event["actor"]["type"].clone(), event["subject"].clone(), event["details"].clone());
    assert_eq!(told(&events[0]), (json!("stranger"), Value::Null, json!({"count": 2, "since": since})));
    assert_eq!(told(&events[1]), (json!("stranger"), chair, json!({"count": 3, "since": since})));

    // However often they try: one entry per quarter of an hour and account.
    sign_in(world, CHAIR, "wrong", STRANGER, "").await.refused(401, "invalid-credentials");
    world.pass_seconds(899);
    assert_eq!(failed().await.len(), 2);
    world.pass_seconds(1);
    let events = failed().await;
    assert_eq!((events.len(), &events[2]["details"]["count"]), (3, &json!(1)));
    for word in ["nobody", "noone", "chair", STRANGER] {
        let found = format!("select count(*) from audit_events where event like '%{word}%'");
        assert_eq!(tables::number(world, &found).await, 0, "{word}");
    }
}
