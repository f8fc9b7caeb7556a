//! The verifier page: a single self-contained file.

use reqwest::Method;
use serde_json::json;
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases, tracker};

use super::{conference, page, press, submit_own};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            the_verifier_is_one_file_with_a_policy_of_its_own,
            no_conference_takes_the_place_of_the_verifier,
            where_something_can_be_checked_the_verifier_is_named;
    }
}

async fn the_verifier_is_one_file_with_a_policy_of_its_own(world: &World) {
    let verifier = world.api().get("/verifier.html").await.expect(200);
    assert_eq!(verifier.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(verifier.header("cache-control"), "public, max-age=300");
    assert_eq!(verifier.header("x-content-type-options"), "nosniff");
    let policy = verifier.header("content-security-policy").to_owned();
    let in_the_file = policy.strip_suffix("; frame-ancestors 'none'").unwrap();
    assert!(verifier.body.contains(&format!("content=\"{in_the_file}\"")), "{policy}");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && policy.contains("connect-src 'none'"));
    assert!(!policy.contains("unsafe") && !policy.contains("'self'"), "{policy}");
    for elsewhere in
        ["<link rel=\"stylesheet\"", " src=\"", "@import", " url(", " import(", " fetch(", "XMLHttpRequest"]
    {
        assert!(!verifier.body.contains(elsewhere), "it loads nothing: {elsewhere}");
    }
    let tag = verifier.header("etag").to_owned();
    let again = Api::send(world.api().request(Method::GET, "/verifier.html").header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
    assert_eq!(again.header("content-security-policy"), policy);
    let other = world.api().get("/verify").await.expect(200);
    assert!(other.header("content-security-policy").contains("script-src 'self'"), "other pages keep theirs");
}

async fn no_conference_takes_the_place_of_the_verifier(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let conference = json!({
        "slug": "verifier.html", "name": "A page", "starts_on": "2026-11-25", "ends_on": "2026-11-27",
        "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open",
    });
    organiser.post("conferences", &conference).await.refused(422, "validation-failed");
    assert!(world.api().get("/verifier.html").await.expect(200).body.contains("urna statement v1"));
}

async fn where_something_can_be_checked_the_verifier_is_named(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ben = organiser.voter("eccp-2026", "Ben").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let cookie = press(world, &anna.link).await;
    let form = format!("choice={}", ballot.candidates[0]);
    let cast = submit_own(world, &format!("/ballots/{}/votes", ballot.id), &cookie, &form).await.expect(303);
    let kept = cast.header("set-cookie").split(';').next().unwrap();
    let receipt = page(world, cast.header("location"), &format!("{cookie}; {kept}")).await.expect(200);
    let recorded = ben.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let trace = format!("/receipts/{}", recorded.json["receipt"]["code"].as_str().unwrap());
    let mut pages = vec![("the receipt".to_owned(), receipt.body)];
    for path in [trace.as_str(), "/verify", "/eccp-2026/award/results"] {
        pages.push((path.to_owned(), page(world, path, "").await.expect(200).body));
    }
    for (name, body) in pages {
        assert!(body.contains("<a href=\"/verifier.html#en\">Check a record on this device</a>"), "{name}: {body}");
        assert!(body.contains("<a href=\"/verifier.html\" download>"), "{name}: {body}");
    }
}
