//! The pages: they work without a script, and trust nothing that people typed.

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
            who_waits_or_is_barred_is_told_so,
            a_session_that_has_ended_is_a_page_with_that_status,
            what_people_typed_is_never_markup,
            no_page_has_a_script_or_a_style_of_its_own;
    }
}

async fn conference(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "approval").await;
    organiser
}

/// Presses the button; answers with the cookie.
async fn press(world: &World, link: &str) -> String {
    let pressed = Api::send(world.api().request(Method::POST, &format!("/l/{link}"))).await.expect(303);
    pressed.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn page(world: &World, path: &str, cookie: &str) -> Answer {
    let page = Api::send(world.api().request(Method::GET, path).header("cookie", cookie)).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    page
}

async fn a_link_shows_whom_it_is_for_and_one_button(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Zoë Łukaszewicz-Ó Briain").await;
    let page = page(world, &format!("/l/{}", anna.link), "").await.expect(200);
    assert!(page.body.contains("<p class=\"name\">Zoë Łukaszewicz-Ó Briain</p>"), "{}", page.body);
    assert!(page.body.contains("European Cluster Conference"));
    assert_eq!((page.body.matches("<button").count(), page.body.matches("<form").count()), (1, 1));
    assert!(page.body.contains("<form method=\"post\"><button>Sign in</button></form>"), "{}", page.body);
    assert!(page.body.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("name=\"viewport\""));
    assert!(!page.body.contains(&anna.link), "the token is not repeated");
}

async fn the_button_leads_to_the_ballots(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let empty = page(world, "/me", &cookie).await.expect(200);
    assert!(empty.body.contains("Nothing has been put to the vote yet."));
    let _draft = organiser.draft("eccp-2026", "draft", json!({"title": "Still a secret"})).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let listed = page(world, "/me", &cookie).await.expect(200);
    assert!(listed.body.contains("European Cluster Manager of the Year") && listed.body.contains("Voting is open"));
    assert!(!listed.body.contains("Still a secret"));
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let results = page(world, "/me", &cookie).await.expect(200);
    let path = format!("/api/v1/ballots/{}/results.svg", ballot.id);
    assert!(results.body.contains(&format!("<a href=\"{path}\">")), "{}", results.body);
    let _picture = world.api().get(&path).await.expect(200);
    organiser.add_conference("eccp-2027", "closed").await;
    let ben = organiser.voter("eccp-2027", "Ben").await;
    let elsewhere = page(world, "/me", &press(world, &ben.link).await).await.expect(200);
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
        ("cancelled", "Cancelled"),
    ] {
        let _moved = organiser.transition(&ballot, state).await.expect(201);
        let page = page(world, "/me", &cookie).await.expect(200);
        assert!(page.body.contains(words), "{state}: {}", page.body);
    }
    let timed = organiser.draft("eccp-2026", "timed", json!({"closes_at": "2026-11-25T19:00:00Z"})).await;
    let _open = organiser.transition(&timed, "open").await.expect(201);
    let open = page(world, "/me", &cookie).await.expect(200);
    assert!(open.body.contains("Voting is open"));
    world.pass_seconds(30 * 60);
    let over = page(world, "/me", &cookie).await.expect(200);
    assert!(over.body.contains("Voting is closed") && !over.body.contains("Voting is open"), "{}", over.body);
}

async fn who_waits_or_is_barred_is_told_so(world: &World) {
    let organiser = conference(world).await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna").await.expect(202);
    let id = organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned();
    let link = organiser.show_link(&id).await;
    let cookie = press(world, &link).await;
    assert!(page(world, "/me", &cookie).await.expect(200).body.contains("awaits the organisers' approval"));
    let _approved = organiser.post(&format!("attendees/{id}/approvals"), &json!({})).await.expect(201);
    assert!(!page(world, "/me", &cookie).await.expect(200).body.contains("awaits"));
    let _barred = organiser.post(&format!("attendees/{id}/blocks"), &json!({})).await.expect(201);
    let ended = page(world, "/me", &cookie).await.expect(401);
    assert!(ended.body.contains("not-signed-in"), "{}", ended.body);
    let again = press(world, &link).await;
    assert!(page(world, "/me", &again).await.expect(200).body.contains("barred you from voting"));
}

async fn a_session_that_has_ended_is_a_page_with_that_status(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    for (cookie, status) in [
        (String::new(), 401),
        ("urna-session=".to_owned(), 401),
        ("urna-session=nonsense".to_owned(), 401),
        (format!("urna-session={}", "A".repeat(43)), 401),
        (format!("other={}", anna.api.token().unwrap()), 401),
        (format!("urna-session={}", organiser.token().unwrap()), 403),
        (format!("urna-session={}", anna.api.token().unwrap()), 200),
    ] {
        let page = page(world, "/me", &cookie).await;
        assert_eq!(page.status, status, "{cookie}");
        assert_eq!(page.body.contains("Anna"), status == 200);
        assert_eq!(page.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    }
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
    for path in [link.as_str(), "/me", svg.as_str()] {
        let page = Api::send(world.api().request(Method::GET, path).header("cookie", &cookie)).await.expect(200);
        assert!(!page.body.contains("<script") && !page.body.contains("<img"), "{path}: {}", page.body);
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

async fn no_page_has_a_script_or_a_style_of_its_own(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let _ballot = organiser.open_ballot("eccp-2026", "award").await;
    for path in ["/", "/me", &format!("/l/{}", anna.link), "/l/x", "/nowhere", "/problems/not-found", "/problems/x"] {
        let page = page(world, path, &cookie).await;
        for forbidden in ["<script", "<style", " style=", " onclick", " onload", "javascript:", "http://", "https://"] {
            assert!(!page.body.contains(forbidden), "{path} has {forbidden}");
        }
        assert!(page.body.contains("<link rel=\"stylesheet\" href=\"/assets/urna.css\">"), "{path}");
        assert!(page.body.contains("<h1>") && page.body.starts_with("<!doctype html>"), "{path}");
    }
    let css = world.api().get("/assets/urna.css").await.expect(200);
    assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
    assert!(!css.body.contains("@import") && !css.body.contains("url("), "{}", css.body);
}
