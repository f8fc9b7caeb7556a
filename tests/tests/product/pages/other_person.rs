//! Windows share their cookies. A form made for one person does nothing while another one is signed in.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::json;
use urna_tests::{Answer, Api, Ballot, Cases, World, cases, repository, tracker};

use super::{conference, mark, page, press, submit, submit_own};
use crate::tables;

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            what_was_made_for_another_person_does_nothing,
            a_form_that_does_not_say_for_whom_does_nothing,
            a_form_outlives_the_session_it_was_made_in,
            a_mark_signs_nobody_in,
            a_vote_that_is_sent_again_shows_its_receipt_to_nobody_else,
            a_saved_receipt_is_the_one_that_was_shown,
            the_language_of_mails_is_changed_by_its_reader_alone,
            every_form_that_acts_for_a_person_says_for_whom;
    }
}

/// Anna and Bo at one browser and one ballot; each with the cookie of their session.
struct Scene {
    organiser: Api,
    ballot: Ballot,
    anna: urna_tests::Voter,
    annas: String,
    bos: String,
}

async fn scene(world: &World) -> Scene {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna Nowak").await, organiser.voter("eccp-2026", "Bo Ek").await);
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let (annas, bos) = (press(world, &anna.link).await, press(world, &bo.link).await);
    Scene { organiser, ballot, anna, annas, bos }
}

/// The targets of forms made for a person, each with a choice and a tracker: `{id}` is the ballot.
const DEEDS: [&str; 5] =
    ["/ballots/{id}", "/ballots/{id}/check", "/ballots/{id}/votes", "/ballots/{id}/receipt.json", "/sign-out"];

/// The targets of forms made for nobody in particular: signing in, requesting a link, registering, looking up a
/// receipt.
const NOBODYS: [&str; 6] =
    ["/l/{token}", "/L/{token}", "/{conference}/enter", "/{conference}/link", "/{conference}/register", "/verify"];

/// The response tells Bo who is signed in, and nothing of the submitted data.
fn must_be_refused(answer: Answer, what: &str, secrets: &[&str]) {
    let told = answer.expect(409);
    for words in ["You are voting as</", "Bo Ek", "it recorded no vote", "Go on as Bo Ek", "/eccp-2026/enter"] {
        let words = words.trim_end_matches("</");
        assert!(told.body.contains(words), "{what}: {words}: {}", told.body);
    }
    for secret in secrets {
        assert!(!told.body.contains(secret), "{what} shows {secret}: {}", told.body);
    }
    assert_eq!(told.headers.get("set-cookie"), None, "{what}");
    assert_eq!(told.header("cache-control"), "no-store", "{what}");
}

async fn what_was_made_for_another_person_does_nothing(world: &World) {
    let Scene { ballot, anna, annas, bos, .. } = scene(world).await;
    let (tracker, choice, annas_mark) = (tracker(), &ballot.candidates[1], mark(world, &annas).await);
    let before = tables::everything(world).await;
    for path in DEEDS {
        let path = path.replace("{id}", &ballot.id);
        let form = format!("tracker={tracker}&choice={choice}&for={annas_mark}");
        let refused = submit(world, &path, &bos, &form).await;
        must_be_refused(refused, &path, &[&tracker, choice, &annas_mark, "Anna"]);
    }
    assert_eq!(tables::everything(world).await, before, "nothing is recorded, and nobody signed out");
    let form = format!("tracker={tracker}&choice={choice}");
    let path = format!("/ballots/{}/votes", ballot.id);
    for forged in [anna.id.clone(), URL_SAFE_NO_PAD.encode(&anna.id), "A".repeat(22), format!("{annas_mark}A")] {
        let refused = submit(world, &path, &annas, &format!("{form}&for={forged}")).await.expect(409);
        assert!(!refused.body.contains(choice), "{forged}");
    }
    assert_ne!(annas_mark, mark(world, &bos).await);
    let cast = submit_own(world, &path, &annas, &form).await.expect(303);
    assert_eq!(cast.header("location"), format!("/ballots/{}/receipt", ballot.id), "and Anna votes as ever");
}

async fn a_form_that_does_not_say_for_whom_does_nothing(world: &World) {
    let Scene { ballot, bos, .. } = scene(world).await;
    let before = tables::everything(world).await;
    for path in DEEDS {
        let path = path.replace("{id}", &ballot.id);
        let (tracker, choice) = (tracker(), &ballot.candidates[0]);
        for form in [format!("tracker={tracker}&choice={choice}"), format!("tracker={tracker}&choice={choice}&for=")] {
            let refused = submit(world, &path, &bos, &form).await;
            assert!(refused.body.contains("Please open this page again"), "{path}: {}", refused.body);
            must_be_refused(refused, &path, &[&tracker, choice]);
        }
    }
    assert_eq!(tables::everything(world).await, before);
}

async fn a_form_outlives_the_session_it_was_made_in(world: &World) {
    let Scene { ballot, anna, annas, .. } = scene(world).await;
    let form = format!("tracker={}&choice={}&for={}", tracker(), ballot.candidates[0], mark(world, &annas).await);
    let _out = submit_own(world, "/sign-out", &annas, "").await.expect(303);
    let anew = press(world, &anna.link).await;
    let _cast = submit(world, &format!("/ballots/{}/votes", ballot.id), &anew, &form).await.expect(303);
}

async fn a_mark_signs_nobody_in(world: &World) {
    let Scene { ballot, annas, .. } = scene(world).await;
    let (choice, mark) = (&ballot.candidates[1], mark(world, &annas).await);
    let form = format!("tracker={}&choice={choice}&for={mark}", tracker());
    for cookie in [String::new(), format!("urna-session={mark}"), format!("for={mark}")] {
        for path in DEEDS {
            let path = path.replace("{id}", &ballot.id);
            let refused = submit(world, &path, &cookie, &form).await.expect(401);
            assert!(!refused.body.contains("Anna") && !refused.body.contains(choice), "{path}: {}", refused.body);
        }
    }
    assert_eq!(tables::count(world, "participations").await, 0);
}

async fn a_vote_that_is_sent_again_shows_its_receipt_to_nobody_else(world: &World) {
    let Scene { ballot, annas, bos, .. } = scene(world).await;
    let tracker = tracker();
    let (path, mark) = (format!("/ballots/{}/votes", ballot.id), mark(world, &annas).await);
    let form = format!("tracker={tracker}&choice={}&for={mark}", ballot.candidates[0]);
    let cast = submit(world, &path, &annas, &form).await.expect(303);
    let kept = cast.header("set-cookie").split(';').next().unwrap().to_owned();
    let receipt =
        page(world, &format!("/ballots/{}/receipt", ballot.id), &format!("{annas}; {kept}")).await.expect(200);
    let code = receipt.body.split("id=\"code\">").nth(1).unwrap().split('<').next().unwrap();
    for cookie in [bos.clone(), format!("{bos}; {kept}")] {
        must_be_refused(submit(world, &path, &cookie, &form).await, "the retry", &[code, &tracker, "Anna"]);
        let here = world.api().request(Method::POST, &path).header("cookie", &cookie).header("urna-here", "1");
        let here = here.header("content-type", "application/x-www-form-urlencoded").body(form.clone());
        must_be_refused(Api::send(here).await, "the retry by a script", &[code, &tracker, "Anna"]);
    }
    let own = page(world, &format!("/ballots/{}", ballot.id), &bos).await.expect(200);
    assert!(
        own.body.contains("Continue") && !own.body.contains(" checked"),
        "Bo has a ballot of his own: {}",
        own.body
    );
    let again = submit(world, &path, &annas, &form).await.expect(303);
    assert_eq!(again.header("location"), format!("/ballots/{}/receipt", ballot.id), "Anna's retry is answered");
    assert_eq!(tables::count(world, "participations").await, 1);
}

async fn a_saved_receipt_is_the_one_that_was_shown(world: &World) {
    let Scene { ballot, annas, bos, .. } = scene(world).await;
    let mut kept = Vec::new();
    for cookie in [&annas, &bos] {
        let form = format!("tracker={}&choice={}", tracker(), ballot.candidates[0]);
        let cast = submit_own(world, &format!("/ballots/{}/votes", ballot.id), cookie, &form).await.expect(303);
        kept.push(cast.header("set-cookie").split(';').next().unwrap().to_owned());
    }
    // Bo has voted after Anna in the same browser; her page is still open.
    let (path, cookie) = (format!("/ballots/{}/receipt.json", ballot.id), format!("{bos}; {}", kept[1]));
    let annas_form = format!("for={}", mark(world, &annas).await);
    must_be_refused(submit(world, &path, &cookie, &annas_form).await, "Anna's button", &["signed_note", "Anna"]);
    let saved = submit_own(world, &path, &cookie, "").await.expect(200);
    assert!(saved.header("content-disposition").starts_with("attachment; filename=\"receipt-"));
    let again = Api::send(world.api().request(Method::GET, &path).header("cookie", &cookie)).await.expect(200);
    assert_eq!(again.json, saved.json, "a browser that asks once more by GET gets the same");
}

async fn the_language_of_mails_is_changed_by_its_reader_alone(world: &World) {
    let Scene { annas, bos, anna, .. } = scene(world).await;
    let before = tables::everything(world).await;
    for form in ["language=fr&to=/help".to_owned(), format!("language=fr&to=/help&for={}", mark(world, &annas).await)] {
        let chosen = submit(world, "/language", &bos, &form).await.expect(303);
        assert!(chosen.header("set-cookie").starts_with("urna-language=fr; "), "the browser reads French");
    }
    assert_eq!(tables::everything(world).await, before, "and Bo's mails stay as they are");
    let _chosen = submit_own(world, "/language", &annas, "language=fr&to=/help").await.expect(303);
    assert_eq!(anna.api.get("sessions/current").await.expect(200).text("/attendee/language"), "fr");
}

/// The page routes that accept forms.
fn routes_with_forms() -> Vec<String> {
    let source = repository::read("crates/urna_web/src/pages.rs");
    let routes = source.split(".route(\"").skip(1).filter(|route| route.lines().next().unwrap().contains("post("));
    routes.map(|route| route.split('"').next().unwrap().to_owned()).collect()
}

/// The forms of a page: the target of each, and the person it was made for.
fn forms(body: &str) -> Vec<(String, Option<String>)> {
    let value = |form: &str, begin: &str| Some(form.split_once(begin)?.1.split('"').next()?.to_owned());
    let form = |form: &str| {
        let form = form.split("</form>").next().unwrap();
        (value(form, "action=\"").unwrap_or_default(), value(form, "name=\"for\" value=\""))
    };
    body.split("<form ").skip(1).map(form).collect()
}

async fn every_form_that_acts_for_a_person_says_for_whom(world: &World) {
    let mut known: Vec<_> = DEEDS.iter().chain(&NOBODYS).map(|path| (*path).to_owned()).collect();
    // It acts for a person if it names one, and otherwise for the browser alone.
    known.push("/language".to_owned());
    let mut routes = routes_with_forms();
    routes.sort();
    known.sort();
    assert_eq!(routes, known, "a route that takes a form stands in one of the lists");

    let Scene { organiser, ballot, annas, .. } = scene(world).await;
    let own = mark(world, &annas).await;
    let at = |what: &str| format!("/ballots/{}{what}", ballot.id);
    let form = format!("tracker={}&choice={}", tracker(), ballot.candidates[0]);
    let mut pages = vec![page(world, "/eccp-2026", &annas).await, page(world, &at(""), &annas).await];
    pages.push(submit_own(world, &at("/check"), &annas, &form).await.expect(200));
    pages.push(submit_own(world, &at("/check"), &annas, &format!("{form}&change=1")).await.expect(200));
    tables::execute(world, "alter table participations rename to participations_away").await;
    pages.push(submit_own(world, &at("/votes"), &annas, &form).await.expect(503));
    tables::execute(world, "alter table participations_away rename to participations").await;
    let cast = submit_own(world, &at("/votes"), &annas, &form).await.expect(303);
    let cookie = format!("{annas}; {}", cast.header("set-cookie").split(';').next().unwrap());
    pages.push(page(world, &at("/receipt"), &cookie).await.expect(200));
    pages.push(page(world, &at(""), &cookie).await.expect(200));
    pages.push(submit(world, &at("/votes"), &cookie, &form).await.expect(409));
    let second = organiser.draft("eccp-2026", "second", json!({})).await;
    let _ready = organiser.transition(&second, "ready").await.expect(201);
    pages.push(page(world, &format!("/ballots/{}", second.id), &annas).await.expect(200));

    let mut met = BTreeMap::new();
    for page in &pages {
        for (action, made_for) in forms(&page.body) {
            assert_eq!(made_for.as_ref(), Some(&own), "{action}: {}", page.body);
            *met.entry(action.replace(&ballot.id, "{id}")).or_insert(0) += 1;
        }
    }
    for deed in DEEDS {
        assert!(met.contains_key(deed), "no page leads to {deed}: {met:?}");
    }
}
