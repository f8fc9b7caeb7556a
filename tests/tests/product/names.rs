//! Names and other texts from people: visible, distinguishable, and each in its own direction.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases, tracker};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            two_candidates_with_one_name_are_refused,
            a_name_that_nobody_sees_is_refused_wherever_it_is_given,
            a_text_from_right_to_left_turns_no_words_around_it;
    }
}

const BALLOTS: &str = "conferences/eccp-2026/ballots";

async fn organiser_of(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    organiser
}

fn ballot(candidates: Value) -> Value {
    json!({"slug": "award", "title": "Award", "question": "Who?", "kind": "award", "method": {"type": "plurality"},
        "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full", "original_language": "en",
        "candidates": candidates})
}

async fn two_candidates_with_one_name_are_refused(world: &World) {
    let organiser = organiser_of(world).await;
    for alike in ["Anna Strauß", "anna strauss", "Anna\u{a0} Strauß", "An\u{200b}na Strauß", "Ａｎｎａ Strauß"]
    {
        let candidates = json!([{"name": "Anna Strauß"}, {"name": "Jānis"}, {"name": alike}]);
        let refused = organiser.post(BALLOTS, &ballot(candidates)).await;
        refused.refused(422, "validation-failed");
        let error = &refused.json["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/candidates/2/name"), &json!("duplicate-name")));
    }
    let in_one_language = json!([{"name": {"en": "Helen", "el": "Ελένη"}}, {"name": {"en": "Eleni", "fr": "HELEN"}}]);
    organiser.post(BALLOTS, &ballot(in_one_language)).await.refused(422, "validation-failed");
    let distinct = json!([{"name": {"en": "Helen", "fr": "Helen"}}, {"name": "Hélen"}]);
    let made = organiser.post(BALLOTS, &ballot(distinct)).await.expect(201);
    let path = format!("ballots/{}", made.text("/id"));
    let etag = made.header("etag").to_owned();
    let change = json!({"candidates": [{"name": "Helen"}, {"name": "helen"}]});
    let request = organiser.request(Method::PATCH, &path).header("if-match", etag).json(&change);
    Api::send(request).await.refused(422, "validation-failed");
}

/// One of each kind: a Hangul filler, a blank Braille pattern, a combining mark without a letter, a tag, a joiner.
const UNSEEN: [&str; 5] = ["\u{3164}", "\u{2800}", "\u{301}", "\u{e0041}", "\u{200d}"];

async fn a_name_that_nobody_sees_is_refused_wherever_it_is_given(world: &World) {
    let organiser = organiser_of(world).await;
    for unseen in UNSEEN {
        let candidates = json!([{"name": "Zoë"}, {"name": unseen}]);
        organiser.post(BALLOTS, &ballot(candidates)).await.refused(422, "validation-failed");
        for field in ["title", "question"] {
            let mut wrong = ballot(json!([{"name": "Zoë"}, {"name": "Jānis"}]));
            wrong[field] = json!(unseen);
            organiser.post(BALLOTS, &wrong).await.refused(422, "validation-failed");
        }
        let roll = "conferences/eccp-2026/attendees";
        organiser.post(roll, &json!({"name": unseen})).await.refused(422, "validation-failed");
        let somewhere = json!({"name": "Zoë", "organisation": unseen});
        organiser.post(roll, &somewhere).await.refused(422, "validation-failed");
        world.api().register("eccp-2026", "zoe@cluster.example", unseen).await.refused(422, "validation-failed");
        let conference = json!({"slug": "unseen", "name": unseen, "starts_on": "2026-11-25", "ends_on": "2026-11-27",
            "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "closed"});
        organiser.post("conferences", &conference).await.refused(422, "validation-failed");
    }
}

/// Laila Haddad.
const NAME: &str = "ليلى حداد";

/// The place of the text in a page if no element or mark isolates its direction.
fn exposed(html: &str) -> Option<String> {
    const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "path"];
    let mut open: Vec<(String, bool)> = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.split([' ', '\n', '/']).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
        if tag.starts_with('/') {
            while open.pop().is_some_and(|(other, _)| other != name) {}
        } else if !tag.starts_with('!') && !VOID.contains(&name.as_str()) && !tag.ends_with('/') {
            // A paragraph of a longer text takes the direction of the whole.
            let is_part = name == "p" && open.last().is_some_and(|(_, isolates)| *isolates);
            let isolates = name == "bdi" || tag.contains("dir=\"auto\"") || is_part;
            open.push((name, isolates));
        }
        let is_isolated = open.last().is_some_and(|(name, isolates)| *isolates || name == "title" && text == NAME)
            || !text.replace(&format!("\u{2068}{NAME}\u{2069}"), "").contains(NAME);
        if !is_isolated {
            return Some(format!("<{piece}"));
        }
    }
    None
}

async fn page(world: &World, path: &str, cookie: &str) -> Answer {
    let page = Api::send(world.api().request(Method::GET, path).header("cookie", cookie)).await;
    // A ballot redirects to its result.
    let is_page = page.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    assert!(is_page || page.status == 303, "{path}: {}", page.status);
    page
}

async fn a_text_from_right_to_left_turns_no_words_around_it(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    let conference = json!({"slug": "eccp-2026", "name": NAME, "starts_on": "2026-11-25", "ends_on": "2026-11-27",
        "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open"});
    let _made = organiser.post("conferences", &conference).await.expect(201);
    let (anna, ben) = (organiser.voter("eccp-2026", NAME).await, organiser.voter("eccp-2026", "Ben").await);
    let candidates = json!([{"name": NAME, "organisation": NAME, "country": "MA", "biography": NAME},
        {"name": "Jānis", "organisation": NAME, "country": "LV"}]);
    let texts = json!({"title": NAME, "question": NAME, "candidates": candidates});
    let ballots = [("ready", &["ready"][..]), ("open", &["open"]), ("paused", &["open", "paused"])];
    let mut paths = vec![
        "/".to_owned(),
        "/eccp-2026".to_owned(),
        "/eccp-2026/enter".to_owned(),
        "/eccp-2026/link".to_owned(),
        "/eccp-2026/register".to_owned(),
        format!("/l/{}", anna.link),
    ];
    for (slug, states) in ballots {
        let ballot = organiser.draft("eccp-2026", slug, texts.clone()).await;
        for state in states {
            let _moved = organiser.transition(&ballot, state).await.expect(201);
        }
        paths.push(format!("/ballots/{}", ballot.id));
        paths.extend(ballot.candidates.iter().map(|id| format!("/ballots/{}/candidates/{id}", ballot.id)));
    }
    let done = organiser.draft("eccp-2026", "done", texts.clone()).await;
    let _open = organiser.transition(&done, "open").await.expect(201);
    let receipt = anna.api.cast(&done, 0, &tracker()).await.expect(201).text("/receipt/code");
    let _second = ben.api.cast(&done, 1, &tracker()).await.expect(201);
    let withdrawal = json!({"candidate_id": done.candidates[1], "reason": NAME});
    let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", done.id), &withdrawal).await.expect(201);
    let _closed = organiser.transition(&done, "closed").await.expect(201);
    let _published = organiser.publish(&done).await.expect(201);
    let note = json!({ "note": NAME });
    let _again = organiser.post(&format!("ballots/{}/publications", done.id), &note).await.expect(201);
    let cancelled = organiser.draft("eccp-2026", "cancelled", texts).await;
    let reason = json!({"to": "cancelled", "reason": NAME});
    let _gone = organiser.post(&format!("ballots/{}/transitions", cancelled.id), &reason).await.expect(201);
    paths.extend([
        format!("/ballots/{}", done.id),
        format!("/ballots/{}", cancelled.id),
        format!("/receipts/{receipt}"),
        "/eccp-2026/done/results".to_owned(),
        "/eccp-2026/done/results?version=1".to_owned(),
    ]);
    let pressed = Api::send(world.api().request(Method::POST, &format!("/l/{}", anna.link))).await.expect(303);
    let cookie = pressed.header("set-cookie").split(';').next().unwrap().to_owned();
    for cookie in ["", &cookie] {
        for path in &paths {
            let found = exposed(&page(world, path, cookie).await.body);
            assert_eq!(found, None, "{path}");
        }
    }
}
