//! The pages work without a script, and trust nothing that people typed.

pub(super) mod cookies;
pub(super) mod display;
pub(super) mod languages;
pub(super) mod other_person;
pub(super) mod personal;
pub(super) mod verifier;

use reqwest::Method;
use serde_json::json;
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases, tracker};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_link_shows_whom_it_is_for_and_one_button,
            the_button_leads_to_the_ballots,
            each_state_of_a_ballot_has_its_words,
            who_waits_or_is_blocked_is_told_so,
            what_people_typed_is_never_markup,
            downloads_are_what_the_page_says_they_are,
            a_broken_tie_is_told_beside_the_winner,
            a_vote_after_the_close_is_told_by_how_much,
            a_conference_tells_the_states_of_its_ballots_in_a_few_bytes,
            what_only_a_form_leads_to_leads_back,
            a_link_that_is_over_leads_on,
            no_page_has_a_script_or_a_style_within;
    }
}

async fn conference(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "approval").await;
    organiser
}

/// Presses the button. Returns the cookie.
pub(super) async fn press(world: &World, link: &str) -> String {
    let pressed = Api::send(world.api().request(Method::POST, &format!("/l/{link}"))).await.expect(303);
    pressed.header("set-cookie").split(';').next().unwrap().to_owned()
}

pub(super) async fn page(world: &World, path: &str, cookie: &str) -> Answer {
    let page = Api::send(world.api().request(Method::GET, path).header("cookie", cookie)).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    page
}

/// Sends a form.
async fn submit(world: &World, path: &str, cookie: &str, form: &str) -> Answer {
    let request = world.api().request(Method::POST, path).header("cookie", cookie);
    Api::send(request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned())).await
}

/// The mark on forms made for the holder of this cookie.
async fn mark(world: &World, cookie: &str) -> String {
    let page = page(world, "/help", cookie).await.expect(200);
    page.body.split("name=\"for\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Sends a form made for the holder of this cookie.
pub(super) async fn submit_own(world: &World, path: &str, cookie: &str, form: &str) -> Answer {
    submit(world, path, cookie, &format!("{form}&for={}", mark(world, cookie).await)).await
}

async fn a_link_shows_whom_it_is_for_and_one_button(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Zoë Łukaszewicz-Ó Briain").await;
    let page = page(world, &format!("/l/{}", anna.link), "").await.expect(200);
    assert!(page.body.contains("<p class=\"name\" dir=\"auto\">Zoë Łukaszewicz-Ó Briain</p>"), "{}", page.body);
    assert!(page.body.contains("European Cluster Conference"));
    let main = page.body.split("<main").nth(1).unwrap();
    assert_eq!((main.matches("<button").count(), main.matches("<form").count()), (1, 1));
    assert!(page.body.contains("<form method=\"post\" data-here><button>Sign in</button></form>"), "{}", page.body);
    assert!(page.body.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("name=\"viewport\""));
    assert!(!page.body.contains(&anna.link), "the token is not repeated");
}

async fn the_button_leads_to_the_ballots(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let empty = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(empty.body.contains("Nothing has been put to the vote yet."));
    let _draft = organiser.draft("eccp-2026", "draft", json!({"title": "Still a secret"})).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let listed = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(listed.body.contains("European Cluster Manager of the Year") && listed.body.contains("Voting is open"));
    assert!(!listed.body.contains("Still a secret"));
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let results = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(results.body.contains("<a href=\"/eccp-2026/award/results\" dir=\"auto\">"), "{}", results.body);
    let result = page(world, "/eccp-2026/award/results", &cookie).await.expect(200);
    assert!(result.body.contains("of 1 eligible attendees voted"), "{}", result.body);
    organiser.add_conference("eccp-2027", "closed").await;
    let ben = organiser.voter("eccp-2027", "Ben").await;
    let elsewhere = page(world, "/eccp-2027", &press(world, &ben.link).await).await.expect(200);
    assert!(elsewhere.body.contains("Nothing has been put to the vote yet."), "each conference has its own");
}

async fn each_state_of_a_ballot_has_its_words(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.draft("eccp-2026", "award", json!({})).await;
    for (state, words) in [
        ("ready", "Voting has not opened yet"),
        ("open", "Voting is open"),
        ("paused", "Voting is paused"),
        ("cancelled", "This ballot was cancelled"),
    ] {
        let _moved = organiser.transition(&ballot, state).await.expect(201);
        let page = page(world, "/eccp-2026", &cookie).await.expect(200);
        assert!(page.body.contains(words), "{state}: {}", page.body);
    }
    let timed = organiser.draft("eccp-2026", "timed", json!({"closes_at": "2026-11-25T19:00:00Z"})).await;
    let _open = organiser.transition(&timed, "open").await.expect(201);
    let open = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(open.body.contains("Voting is open"));
    world.pass_seconds(30 * 60);
    let over = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(over.body.contains("Voting is closed") && !over.body.contains("Voting is open"), "{}", over.body);
}

async fn who_waits_or_is_blocked_is_told_so(world: &World) {
    let organiser = conference(world).await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
    let link = organiser.show_link(&id).await;
    let cookie = press(world, &link).await;
    assert!(page(world, "/eccp-2026", &cookie).await.expect(200).body.contains("awaits the organisers’ approval"));
    let _approved = organiser.post(&format!("attendees/{id}/approvals"), &json!({})).await.expect(201);
    assert!(!page(world, "/eccp-2026", &cookie).await.expect(200).body.contains("awaits"));
    let _blocked = organiser.post(&format!("attendees/{id}/blocks"), &json!({})).await.expect(201);
    let ended = page(world, "/eccp-2026", &cookie).await.expect(200);
    assert!(!ended.body.contains("You are voting as"), "{}", ended.body);
    let again = press(world, &link).await;
    assert!(page(world, "/eccp-2026", &again).await.expect(200).body.contains("blocked you from voting"));
}

const NASTY: &str = "<script>alert(1)</script>\"'&lt;<img src=x onerror=alert(1)>{{7777*7777}}";

async fn what_people_typed_is_never_markup(world: &World) {
    let organiser = conference(world).await;
    let _changed = organiser.patch("conferences/eccp-2026", &json!({ "name": NASTY })).await.expect(200);
    let anna = organiser.voter("eccp-2026", NASTY).await;
    let cookie = press(world, &anna.link).await;
    let candidates = json!([{"name": NASTY}, {"name": "=cmd|' /C calc'!A0"}]);
    let changes = json!({"title": NASTY, "candidates": candidates});
    let ballot = organiser.draft("eccp-2026", "award", changes).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let _cast = anna.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let link = format!("/l/{}", anna.link);
    let svg = format!("/api/v1/ballots/{}/results.svg", ballot.id);
    let candidate = format!("/ballots/{}/candidates/{}", ballot.id, ballot.candidates[0]);
    for path in [link.as_str(), "/eccp-2026", "/eccp-2026/award/results", candidate.as_str(), svg.as_str()] {
        let page = Api::send(world.api().request(Method::GET, path).header("cookie", &cookie)).await.expect(200);
        assert!(!page.body.contains("<script>") && !page.body.contains("<img"), "{path}: {}", page.body);
        assert!(page.body.contains("alert(1)"), "{path} shows the name, harmlessly: {}", page.body);
        assert!(!page.body.contains("60481729"), "{path}: nothing is evaluated");
    }
    for path in
        ["/%3Cscript%3Ealert(1)%3C/script%3E", "/problems/%3Cscript%3E", "/l/%3Cscript%3Ealert(1)%3C%2Fscript%3E"]
    {
        let page = world.api().get(path).await.expect(404);
        assert!(!page.body.contains("<script") && !page.body.contains("alert"), "{}", page.body);
    }
    let json = world.api().get("conferences/eccp-2026").await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    let csv = world.api().ballot(&ballot, "results.csv").await.expect(200);
    assert!(csv.body.contains("'=cmd|"), "{}", csv.body);
}

async fn downloads_are_what_the_page_says_they_are(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _cast = anna.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let note = json!({"note": "A name was wrong."});
    let _corrected = organiser.post(&format!("ballots/{}/publications", ballot.id), &note).await.expect(201);
    for version in ["?version=1", "?version=2", ""] {
        let page = world.api().get(&format!("/eccp-2026/award/results{version}")).await.expect(200);
        let links: Vec<_> = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let downloads: Vec<_> = links.into_iter().filter(|link| link.starts_with("/api/v1/ballots/")).collect();
        assert_eq!(downloads.len(), 4, "{downloads:?}");
        for path in downloads {
            let bytes = world.api().request(Method::GET, path).send().await.unwrap().bytes().await.unwrap();
            let hash = urna_core::Sha256Hash::of(&bytes).to_string();
            assert!(page.body.contains(&hash), "{path} {hash}: {}", page.body);
        }
        let card = page.body.split("og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        let card = world.api().get(card.strip_prefix(world.api().base()).unwrap()).await.expect(200);
        assert_eq!(card.header("content-type"), "image/png");
    }
}

async fn published(world: &World) -> (Api, urna_tests::Voter, urna_tests::Ballot) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    (organiser, anna, ballot)
}

async fn a_broken_tie_is_told_beside_the_winner(world: &World) {
    let organiser = conference(world).await;
    let (anna, bo) = (organiser.voter("eccp-2026", "Anna").await, organiser.voter("eccp-2026", "Bo").await);
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    for (voter, candidate) in [(&anna, 0), (&bo, 1)] {
        let _cast = voter.api.cast(&ballot, candidate, &tracker()).await.expect(201);
    }
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let order = [&ballot.candidates[1], &ballot.candidates[0]];
    let decision = json!({"order": order, "reason": "The second pitch.", "decided_by": "the jury"});
    let _decided = organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let _corrected =
        organiser.post(&format!("ballots/{}/publications", ballot.id), &json!({"note": "A name."})).await.expect(201);
    let page = world.api().get("/eccp-2026/award/results").await.expect(200);
    let slip = page.body.split("<section class=\"win\">").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(slip.contains("After a tie, by decision of the jury"), "{slip}");
    for words in [
        "Corrected on 25 November 2026, ",
        "href=\"/eccp-2026/award/results?version=1\"",
        "<th scope=\"row\">All votes</th><td class=\"number\">2</td>",
        "Poland",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let first = world.api().get("/eccp-2026/award/results?version=1").await.expect(200);
    assert!(!first.body.contains("See the version before this one"), "{}", first.body);
}

async fn a_vote_after_the_close_is_told_by_how_much(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let form = format!("tracker={}&choice={}", tracker(), ballot.candidates[0]);
    let path = format!("/ballots/{}/votes", ballot.id);
    let late = submit_own(world, &path, &cookie, &form).await.expect(410);
    assert!(late.body.contains("Your vote reached us a moment later."), "{}", late.body);
    world.pass_seconds(7);
    let later = submit_own(world, &path, &cookie, &form).await.expect(410);
    assert!(later.body.contains("Your vote reached us at ") && later.body.contains("07"), "{}", later.body);
}

async fn a_conference_tells_the_states_of_its_ballots_in_a_few_bytes(world: &World) {
    let organiser = conference(world).await;
    let _anna = organiser.voter("eccp-2026", "Anna").await;
    let first = organiser.open_ballot("eccp-2026", "award").await;
    let _draft = organiser.draft("eccp-2026", "draft", json!({})).await;
    let second = organiser.draft("eccp-2026", "second", json!({})).await;
    let _ready = organiser.transition(&second, "ready").await.expect(201);
    let states = world.api().get("/eccp-2026/states").await.expect(200);
    assert_eq!(states.json, json!({"state": "open,ready"}), "drafts are nobody's");
    let page = world.api().get("/eccp-2026").await.expect(200);
    assert!(page.body.contains("data-watch=\"/eccp-2026/states\""), "{}", page.body);
    assert!(page.body.contains("data-state=\"open,ready\""), "{}", page.body);
    let again = || world.api().request(Method::GET, "/eccp-2026/states").header("if-none-match", states.header("etag"));
    let _same = Api::send(again()).await.expect(304);
    let _paused = organiser.transition(&first, "paused").await.expect(201);
    assert_eq!(Api::send(again()).await.expect(200).json, json!({"state": "paused,ready"}));
    let _nowhere = world.api().get("/nowhere/states").await.expect(404);
}

async fn what_only_a_form_leads_to_leads_back(world: &World) {
    let (_organiser, _anna, ballot) = published(world).await;
    for step in ["check", "votes"] {
        let back = world.api().get(&format!("/ballots/{}/{step}", ballot.id)).await.expect(303);
        assert_eq!(back.header("location"), format!("/ballots/{}", ballot.id));
    }
}

async fn a_link_that_is_over_leads_on(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
    let body = json!({"deliver": "show", "replace": true});
    let newer = organiser.post(&format!("attendees/{id}/personal-links"), &body).await.expect(201).text("/token");
    let replaced = page(world, &format!("/l/{}", anna.link), "").await.expect(410);
    for path in ["/eccp-2026/enter", "/eccp-2026/link"] {
        assert!(replaced.body.contains(&format!("href=\"{path}\"")), "{path}: {}", replaced.body);
    }
    world.pass_seconds(365 * 24 * 3600);
    let expired = page(world, &format!("/l/{newer}"), "").await.expect(410);
    assert!(expired.body.contains("This conference is over") && expired.body.contains("href=\"/eccp-2026\""));
}

async fn no_page_has_a_script_or_a_style_within(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let (ballot, link) = (format!("/ballots/{}", ballot.id), format!("/l/{}", anna.link));
    for path in ["/", "/eccp-2026", &ballot, &link, "/verify", "/help", "/l/x", "/nowhere", "/problems/not-found"] {
        let page = page(world, path, &cookie).await;
        for forbidden in ["<script>", " style=", " onclick", " onload", "javascript:", "http://", "https://"] {
            assert!(!page.body.contains(forbidden), "{path} has {forbidden}");
        }
        let shown = page.body.split("<template").next().unwrap();
        assert!(shown.matches("<h1").count() == 1 && shown.starts_with("<!doctype html>"), "{path}");
    }
    let page = page(world, &ballot, &cookie).await.expect(200);
    for (begin, kind) in [
        ("stylesheet\" href=\"/assets/", "text/css; charset=utf-8"),
        ("src=\"/assets/", "text/javascript; charset=utf-8"),
    ] {
        let name = page.body.split(begin).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let asset = world.api().get(&format!("/assets/{name}")).await.expect(200);
        assert_eq!(asset.header("content-type"), kind);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(!asset.body.contains("@import") && !asset.body.contains("url("));
    }
}
