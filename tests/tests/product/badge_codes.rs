//! Badge codes: typed by people, guessed by others, created and replaced at the registration desk.

use reqwest::Method;
use serde_json::json;
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases};

use crate::scene::{CONFERENCE, organiser};
use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_code_signs_in_as_often_as_it_is_used,
            a_code_is_read_as_people_type_it,
            the_same_code_is_given_until_it_is_replaced,
            a_typing_slip_is_told_from_a_wrong_code,
            a_code_is_good_at_its_own_conference_alone,
            a_code_ends_with_the_conference_and_with_the_person,
            a_code_proves_no_mailbox,
            who_guesses_waits_and_nobody_elsewhere_does,
            the_page_takes_the_code_and_says_what_is_wrong,
            making_a_code_is_audited_and_stores_no_secret;
    }
}

/// Creates or replaces somebody's code.
async fn code(organiser: &Api, attendee: &str, replace: bool) -> String {
    let body = json!({ "replace": replace });
    organiser.post(&format!("attendees/{attendee}/badge-codes"), &body).await.expect(201).text("/code")
}

async fn sign_in(world: &World, code: &str) -> Answer {
    world.api().post("sessions", &json!({"conference": CONFERENCE, "badge_code": code})).await
}

/// A wrong code for the same person: one digit of the secret changed, with a valid check character.
fn guessed(code: &str) -> String {
    let digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let changed = if code.as_bytes()[5] == b'0' { '1' } else { '0' };
    let guesses = digits.chars().map(|check| format!("{}{changed}{}{check}", &code[..5], &code[6..15]));
    guesses.into_iter().find(|guess| guess.parse::<urna_core::BadgeCode>().is_ok()).unwrap()
}

async fn a_code_signs_in_as_often_as_it_is_used(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    let first = sign_in(world, &code).await.expect(201);
    assert_eq!(first.json["attendee"], json!({"id": id, "name": "Anna Nowak", "status": "verified", "language": null}));
    assert_eq!(first.text("/conference/slug"), CONFERENCE);
    assert_eq!(first.text("/expires_at"), world.now().plus_seconds(12 * 3600).to_string());
    let second = sign_in(world, &code).await.expect(201);
    assert_ne!(first.text("/token"), second.text("/token"));
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for (session, status) in [(first, 201), (second, 409)] {
        let voter = world.api().with_token(&session.text("/token"));
        let _answer = voter.cast(&ballot, 0, &urna_tests::tracker()).await.expect(status);
    }
}

async fn a_code_is_read_as_people_type_it(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    let typed = code.to_lowercase().replace('0', "o").replace('1', "l");
    for spelling in [code.replace('-', ""), code.replace('-', " "), typed, format!("  {code}\n")] {
        assert_eq!(sign_in(world, &spelling).await.expect(201).text("/attendee/id"), id, "{spelling}");
    }
}

async fn the_same_code_is_given_until_it_is_replaced(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let first = code(&organiser, &id, false).await;
    assert_eq!(code(&organiser, &id, false).await, first);
    let session = world.api().with_token(&sign_in(world, &first).await.expect(201).text("/token"));
    let _current = session.get("sessions/current").await.expect(200);
    let second = code(&organiser, &id, true).await;
    assert_ne!(first, second);
    assert_eq!(first[..4], second[..4], "the part that finds the person stays");
    sign_in(world, &first).await.refused(401, "badge-code-invalid");
    session.get("sessions/current").await.refused(401, "not-signed-in");
    let _session = sign_in(world, &second).await.expect(201);
    assert_eq!(code(&organiser, &id, false).await, second);
    let other = organiser.add_attendee(CONFERENCE, "Bo").await;
    assert_ne!(code(&organiser, &other, true).await[..4], second[..4], "the first code of a person replaces none");
}

async fn a_typing_slip_is_told_from_a_wrong_code(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    let mut slip = code.clone();
    slip.replace_range(0..1, if code.starts_with('0') { "1" } else { "0" });
    let answer = sign_in(world, &slip).await.expect(422);
    assert_eq!(answer.json["errors"][0]["pointer"], "/badge_code");
    assert_eq!(answer.json["errors"][0]["code"], "mistyped");
    assert_eq!(sign_in(world, "K7QM").await.expect(422).json["errors"][0]["code"], "invalid-value");
    sign_in(world, &guessed(&code)).await.refused(401, "badge-code-invalid");
    let link = organiser.show_link(&id).await;
    for body in [
        json!({}),
        json!({"badge_code": code}),
        json!({"conference": CONFERENCE}),
        json!({"conference": CONFERENCE, "personal_link": link}),
        json!({"conference": CONFERENCE, "badge_code": code, "personal_link": link}),
    ] {
        world.api().post("sessions", &body).await.refused(422, "validation-failed");
    }
}

async fn a_code_is_good_at_its_own_conference_alone(world: &World) {
    let organiser = organiser(world).await;
    organiser.add_conference("other-2026", "closed").await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    for conference in ["other-2026", "nowhere"] {
        let answer = world.api().post("sessions", &json!({"conference": conference, "badge_code": code})).await;
        answer.refused(401, "badge-code-invalid");
    }
}

async fn a_code_ends_with_the_conference_and_with_the_person(world: &World) {
    let organiser = organiser(world).await;
    let (anna, bo) = (organiser.add_attendee(CONFERENCE, "Anna").await, organiser.add_attendee(CONFERENCE, "Bo").await);
    let (annas, bos) = (code(&organiser, &anna, false).await, code(&organiser, &bo, false).await);
    let _erased = organiser.delete(&format!("attendees/{anna}")).await.expect(204);
    sign_in(world, &annas).await.refused(401, "badge-code-invalid");
    organiser.post(&format!("attendees/{anna}/badge-codes"), &json!({})).await.refused(404, "not-found");
    assert_eq!(tables::count(world, "badge_codes").await, 1);
    let end = organiser.get(&format!("conferences/{CONFERENCE}")).await.expect(200).text("/ends_on");
    world.set_time(format!("{end}T22:59:59Z").parse().unwrap());
    let _session = sign_in(world, &bos).await.expect(201);
    world.pass_seconds(1);
    sign_in(world, &bos).await.refused(410, "link-expired");
    sign_in(world, &guessed(&bos)).await.refused(401, "badge-code-invalid");
}

async fn a_code_proves_no_mailbox(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference(CONFERENCE, "open").await;
    let _mailed = world.api().register(CONFERENCE, "anna@cluster.example", "Anna").await.expect(202);
    let id = organiser.roll(CONFERENCE).await[0]["id"].as_str().unwrap().to_owned();
    let code = code(&organiser, &id, false).await;
    assert_eq!(sign_in(world, &code).await.expect(201).text("/attendee/status"), "registered");
}

async fn who_guesses_waits_and_nobody_elsewhere_does(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    let guess = guessed(&code);
    let from = |address: &str, code: &str| {
        let body = json!({"conference": CONFERENCE, "badge_code": code});
        world.api().request(Method::POST, "sessions").header("x-forwarded-for", address).json(&body)
    };
    let mut waits = None;
    for _ in 0..200 {
        let many = (0..64).map(|_| Api::send(from("203.0.113.7", &guess)));
        let answers = futures_util::future::join_all(many).await;
        waits = answers.into_iter().find(|answer| answer.status != 401);
        if waits.is_some() {
            break;
        }
    }
    let waits = waits.expect("a guesser is told to wait in the end");
    assert_eq!(waits.header("retry-after"), "1");
    waits.refused(429, "too-many-attempts");
    let _session = Api::send(from("203.0.113.8", &code)).await.expect(201);
}

async fn the_page_takes_the_code_and_says_what_is_wrong(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let code = code(&organiser, &id, false).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let path = format!("/{CONFERENCE}/enter");
    let start = world.api().get(&format!("/{CONFERENCE}")).await.expect(200);
    assert!(start.body.contains(&format!("href=\"{path}\"")), "{}", start.body);
    let page = world.api().get(&path).await.expect(200);
    assert!(page.body.contains("autocapitalize=\"characters\"") && page.body.contains("autocomplete=\"off\""));
    let typed = async |code: &str| {
        let form = world.api().request(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
        Api::send(form.body(format!("code={}", code.replace(' ', "+")))).await
    };
    for (wrong, sentence) in [
        ("", "Enter your badge code"),
        ("K7QM", "A badge code has 13 characters."),
        ("0000-0000-0000-1", "That code has a typing mistake."),
        (&guessed(&code), "We do not know that code."),
    ] {
        let page = typed(wrong).await.expect(422);
        assert!(page.body.contains("There is a problem") && page.body.contains(sentence), "{}", page.body);
        assert!(page.body.contains(&format!("value=\"{wrong}\"")), "nothing that was typed is lost");
    }
    let entered = typed(&code.to_lowercase()).await.expect(303);
    assert_eq!(entered.header("location"), format!("/ballots/{}", ballot.id));
    assert!(entered.header("set-cookie").starts_with("urna-session="));
}

async fn making_a_code_is_audited_and_stores_no_secret(world: &World) {
    let organiser = organiser(world).await;
    let id = organiser.add_attendee(CONFERENCE, "Anna Nowak").await;
    let _first = code(&organiser, &id, false).await;
    let second = code(&organiser, &id, true).await;
    let events = organiser.audit().await;
    let made: Vec<_> = events.iter().filter(|event| event["action"] == "badge_code.issued").collect();
    assert_eq!(made.len(), 2);
    assert!(made.iter().all(|event| event["subject"] == json!(id)), "{made:?}");
    let secret = &second[5..14];
    assert!(!serde_json::to_string(&events).unwrap().contains(secret));
    let columns = tables::number(world, "select count(*) from badge_codes where generation = 2").await;
    assert_eq!(columns, 1, "only the number of the generation is kept");
}
