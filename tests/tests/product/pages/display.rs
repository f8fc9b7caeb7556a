//! What a page looks like, and the words that follow what a ballot is for.

use serde_json::json;
use urna_core::Role;
use urna_tests::{Ballot, Cases, World, cases, tracker};

use super::{conference, page, press};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            the_typeface_is_the_services_own_and_nobody_who_votes_waits_for_it,
            an_award_is_won_and_a_question_has_options,
            a_portrait_is_initials_of_people_alone,
            a_conference_says_its_name_once,
            a_result_has_a_card_once_it_is_public;
    }
}

async fn the_typeface_is_the_services_own_and_nobody_who_votes_waits_for_it(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let start = page(world, "/eccp-2026", "").await.expect(200);
    assert!(start.header("content-security-policy").contains("font-src 'self';"));
    let sheets: Vec<_> = start.body.split("<link rel=\"stylesheet\" href=\"").skip(1).collect();
    let display = sheets.iter().map(|rest| rest.split('"').next().unwrap()).nth(1).unwrap();
    let sheet = world.api().get(display).await.expect(200);
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    let fonts: Vec<_> = sheet.body.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(fonts.len(), 12, "three cuts of four sets of signs");
    for font in fonts {
        assert!(font.starts_with("/assets/urna-"), "{font}");
        let answer = world.api().request(reqwest::Method::GET, font).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "font/woff2");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        let bytes = answer.bytes().await.unwrap();
        assert!(bytes.starts_with(b"wOF2") && bytes.len() <= 20_000, "{font}: {}", bytes.len());
    }
    assert_eq!(sheet.body.matches("font-display: swap").count(), 12);
    assert!(world.api().get("/assets/OFL.txt").await.expect(200).body.contains("SIL OPEN FONT LICENSE"));
    for path in [format!("/ballots/{}", ballot.id), "/eccp-2026/enter".to_owned()] {
        assert!(!page(world, &path, &cookie).await.body.contains(display), "{path}");
    }
}

/// The published result of a ballot for which one person votes, as a page and as a picture.
async fn published(world: &World, slug: &str, kind: &str) -> (Ballot, String, String) {
    let organiser = world.organiser(Role::Organiser).await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.draft("eccp-2026", slug, json!({"kind": kind})).await;
    let _open = organiser.transition(&ballot, "open").await.expect(201);
    let cookie = press(world, &voter.link).await;
    let choosing = page(world, &format!("/ballots/{}", ballot.id), &cookie).await.expect(200).body;
    let _cast = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _published = organiser.publish(&ballot).await.expect(201);
    let result = page(world, &format!("/eccp-2026/{slug}/results"), "").await.expect(200).body;
    let picture = world.api().ballot(&ballot, "results.svg").await.expect(200).body;
    (ballot, choosing, result + &picture)
}

/// What is read of a page, without its tags.
fn read(page: &str) -> String {
    page.split('<').filter_map(|part| part.split_once('>')).map(|(_tag, text)| text).collect::<Vec<_>>().join(" ")
}

async fn an_award_is_won_and_a_question_has_options(world: &World) {
    let _organiser = conference(world).await;
    let (_ballot, choosing, result) = published(world, "prize", "award").await;
    assert!(choosing.contains("finalists. They are shown in random order."), "{choosing}");
    for words in ["Winner", "Finalist", "How the winner was decided", "Whoever has the most votes wins.", "· winner"] {
        assert!(result.contains(words), "{words}: {result}");
    }
    let (_ballot, asking, answer) = published(world, "question", "consultation").await;
    assert!(asking.contains("options. They are shown in random order."), "{asking}");
    for words in ["Chosen option", "Option", "How the option was chosen", "· chosen"] {
        assert!(answer.contains(words), "{words}: {answer}");
    }
    for page in [choosing, result, asking, answer].map(|page| read(&page).to_lowercase()) {
        for words in ["elected", "candidate"] {
            assert!(!page.contains(words), "{words} is for elections: {page}");
        }
    }
}

async fn a_portrait_is_initials_of_people_alone(world: &World) {
    let _organiser = conference(world).await;
    let (_ballot, choosing, result) = published(world, "prize", "award").await;
    assert!(result.contains("<p class=\"face\" aria-hidden=\"true\">"), "{result}");
    assert!(!choosing.contains("class=\"face\""), "nobody has a portrait: {choosing}");
    let (_ballot, _asking, answer) = published(world, "question", "consultation").await;
    assert!(!answer.contains("class=\"face\""), "{answer}");
}

async fn a_conference_says_its_name_once(world: &World) {
    let organiser = conference(world).await;
    let name = "Conference of one name";
    let _changed = organiser.patch("conferences/eccp-2026", &json!({ "name": name })).await.expect(200);
    let start = page(world, "/eccp-2026", "").await.expect(200);
    let body = start.body.split("<body").nth(1).unwrap();
    assert_eq!(body.matches(name).count(), 1, "{body}");
    assert!(start.body.contains(&format!("<title>{name}</title>")), "{}", start.body);
    let entry = page(world, "/eccp-2026/enter", "").await.expect(200);
    assert!(entry.body.contains("href=\"/eccp-2026\""), "elsewhere the header leads to it: {}", entry.body);
}

async fn a_result_has_a_card_once_it_is_public(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _cast = anna.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let _early = world.api().get("/eccp-2026/award/card.png").await.expect(404);
    let _published = organiser.publish(&ballot).await.expect(201);
    let card = async |path: &str| {
        let answer = world.api().request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &"image/png".parse().unwrap()));
        answer.bytes().await.unwrap()
    };
    let first = card("/eccp-2026/award/card.png").await;
    assert_eq!(&first[16..24], [1200_u32.to_be_bytes(), 630_u32.to_be_bytes()].concat(), "its width and its height");
    assert_eq!(first, card("/eccp-2026/award/card.png?version=1").await);
    let _changed = organiser.patch("conferences/eccp-2026", &json!({"accent": "#7a1fa2"})).await.expect(200);
    assert_ne!(first, card("/eccp-2026/award/card.png").await, "it has the conference's colour");
    let _nothing = world.api().get("/eccp-2026/award/card.png?version=2").await.expect(404);
    let page = page(world, "/eccp-2026/award/results", "").await.expect(200);
    assert!(page.body.contains("/eccp-2026/award/card.png?version=1\">"), "{}", page.body);
}
