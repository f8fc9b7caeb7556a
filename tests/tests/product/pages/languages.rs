//! The pages in the reader's language.

use reqwest::Method;
use serde_json::json;
use urna_tests::{Answer, Api, Cases, World, cases};

use super::{conference, press, submit_own};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            countries_have_the_names_of_the_readers_language,
            each_language_says_how_far_it_can_be_trusted,
            a_choice_of_language_is_kept_for_mails;
    }
}

async fn in_language(world: &World, path: &str, language: &str) -> Answer {
    Api::send(world.api().request(Method::GET, path).header("accept-language", language)).await.expect(200)
}

async fn countries_have_the_names_of_the_readers_language(world: &World) {
    let organiser = conference(world).await;
    let ballot = organiser.draft("eccp-2026", "award", json!({})).await;
    let _ready = organiser.transition(&ballot, "ready").await.expect(201);
    let path = format!("/ballots/{}/candidates/{}", ballot.id, ballot.candidates[0]);
    for (language, name) in [("en", "Poland"), ("de", "Polen"), ("fr", "Pologne")] {
        assert!(in_language(world, &path, language).await.body.contains(name), "{language}");
        let form = in_language(world, "/eccp-2026/register", language).await;
        assert!(form.body.contains(&format!("<option value=\"PL\">{name}</option>")), "{language}: {}", form.body);
    }
}

async fn each_language_says_how_far_it_can_be_trusted(world: &World) {
    let page = in_language(world, "/languages", "en").await;
    for words in ["Deutsch", "English", "Français", "The original", "not yet read by a native speaker"] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(!page.body.contains("This page was translated by a program"));
    assert!(in_language(world, "/help", "de").await.body.contains("Diese Seite wurde von einem Programm übersetzt"));
}

async fn a_choice_of_language_is_kept_for_mails(world: &World) {
    let organiser = conference(world).await;
    let anna = organiser.voter("eccp-2026", "Anna").await;
    let cookie = press(world, &anna.link).await;
    let choose = async |language: &str| {
        submit_own(world, "/language", &cookie, &format!("language={language}&to=/eccp-2026")).await.expect(303)
    };
    let chosen = choose("fr").await;
    assert_eq!(chosen.header("location"), "/eccp-2026");
    assert!(chosen.header("set-cookie").starts_with("urna-language=fr; "));
    assert_eq!(anna.api.get("sessions/current").await.expect(200).text("/attendee/language"), "fr");
    let nothing = choose("xx").await;
    assert_eq!(nothing.headers.get("set-cookie"), None);
    assert_eq!(anna.api.get("sessions/current").await.expect(200).text("/attendee/language"), "fr");
}
