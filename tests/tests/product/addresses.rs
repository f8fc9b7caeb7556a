//! Addresses that people type, and addresses that programs request on their own.

use reqwest::Method;
use serde_json::json;
use urna_core::Role;
use urna_tests::{Answer, Api, Ballot, Cases, World, cases};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_page_is_found_however_its_address_is_typed,
            what_browsers_and_robots_look_for_is_there,
            a_link_that_nobody_knows_leads_to_the_ways_in,
            only_a_candidate_with_more_to_read_is_linked;
    }
}

async fn get(world: &World, path: &str) -> Answer {
    Api::send(world.api().request(Method::GET, path)).await
}

async fn a_page_is_found_however_its_address_is_typed(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("ecc", "open").await;
    let _page = get(world, "/ecc").await.expect(200);
    for (typed, address) in [
        ("/ECC", "/ecc"),
        ("/ecc/", "/ecc"),
        ("/Ecc/Enter/", "/ecc/enter"),
        ("/ECC/enter?ballot=1", "/ecc/enter?ballot=1"),
        ("/HELP/", "/help"),
    ] {
        let moved = get(world, typed).await.expect(308);
        assert_eq!(moved.header("location"), address, "{typed}");
    }
    for elsewhere in ["//evil.example/", "//evil/", "/%2F%2Fevil/", "/nowhere"] {
        let missing = get(world, elsewhere).await.expect(404);
        assert_eq!(missing.headers.get("location"), None, "{elsewhere}");
    }
    world.api().get("conferences/ECC").await.refused(404, "not-found");
    let form = Api::send(world.api().request(Method::POST, "/ECC/enter")).await;
    assert_eq!(form.headers.get("location"), None, "only what is read moves");
}

async fn what_browsers_and_robots_look_for_is_there(world: &World) {
    let robots = get(world, "/robots.txt").await.expect(200);
    assert!(robots.header("content-type").starts_with("text/plain"));
    for personal in ["/api/", "/l/", "/receipts/"] {
        assert!(robots.body.contains(&format!("Disallow: {personal}\n")), "{}", robots.body);
    }
    let icon = get(world, "/favicon.ico").await.expect(200);
    assert_eq!(icon.header("content-type"), "image/vnd.microsoft.icon");
    assert!(icon.body.starts_with("\0\0\u{1}\0\u{1}\0"), "a file of one picture");
    assert!(icon.header("cache-control").contains("max-age"));
    let page = get(world, "/help").await.expect(200);
    for skin in ["light", "dark"] {
        let line = format!("media=\"(prefers-color-scheme: {skin})\">");
        assert!(page.body.lines().any(|l| l.starts_with("<meta name=\"theme-color\"") && l.ends_with(&line)), "{skin}");
    }
}

async fn a_link_that_nobody_knows_leads_to_the_ways_in(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("ecc", "open").await;
    let unknown = format!("/l/{}", "0".repeat(52));
    for link in ["/l/cut-off", unknown.as_str()] {
        let page = get(world, link).await.expect(404);
        for way in ["/ecc/enter", "/ecc/link"] {
            assert!(page.body.contains(&format!("href=\"{way}\"")), "{link}: {}", page.body);
        }
    }
    organiser.add_conference("another", "open").await;
    let page = get(world, &unknown).await.expect(404);
    let main = page.body.split("<main").nth(1).unwrap();
    assert!(main.contains("<a href=\"/\">") && !main.contains("/ecc/"), "nobody knows which of the two: {main}");
}

async fn only_a_candidate_with_more_to_read_is_linked(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("ecc", "open").await;
    let anna = organiser.voter("ecc", "Anna").await;
    let candidates = json!([{"name": "Zoë", "biography": "Born."}, {"name": "Jānis", "organisation": "Riga"},
        {"name": "María", "website": "https://maria.example"}]);
    let ballot = organiser.draft("ecc", "award", json!({ "candidates": candidates })).await;
    let nothing = json!([{"name": "Zoë"}, {"name": "Jānis", "organisation": "Riga"}]);
    let silent = organiser.draft("ecc", "silent", json!({ "candidates": nothing })).await;
    for ballot in [&ballot, &silent] {
        let _ready = organiser.transition(ballot, "ready").await.expect(201);
    }
    let pressed = Api::send(world.api().request(Method::POST, &format!("/l/{}", anna.link))).await.expect(303);
    let cookie = pressed.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = async |ballot: &Ballot| {
        let request = world.api().request(Method::GET, &format!("/ballots/{}", ballot.id)).header("cookie", &cookie);
        Api::send(request).await.expect(200)
    };
    // In the lobby the link leads to the first candidate, in this voter's order, who has a longer text; without any
    // such candidate there is no link.
    let lobby = page(&ballot).await;
    let is_linked = |index: usize| lobby.body.contains(&format!("/candidates/{}\"", ballot.candidates[index]));
    assert!((is_linked(0) || is_linked(2)) && !is_linked(1), "{}", lobby.body);
    assert!(!page(&silent).await.body.contains("/candidates/"));

    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let page = page(&ballot).await;
    let is_linked = |index: usize| page.body.contains(&format!("/candidates/{}\"", ballot.candidates[index]));
    assert_eq!([0, 1, 2].map(is_linked), [true, false, true], "{}", page.body);
}
