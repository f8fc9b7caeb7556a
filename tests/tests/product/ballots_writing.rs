//! Drafts: written, changed, copied, deleted.

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_draft_is_found_as_it_was_written,
            texts_may_stand_in_several_languages,
            a_draft_is_the_organisers_alone,
            a_change_replaces_the_fields_that_it_names,
            candidates_keep_their_ids_through_a_change,
            the_fullest_draft_can_still_be_corrected,
            from_ready_on_nothing_is_changed_or_thrown_away,
            a_copy_is_a_draft_of_its_own,
            a_slug_is_taken_once_per_conference,
            words_of_the_service_are_no_slugs,
            a_draft_that_is_thrown_away_is_gone,
            what_is_no_ballot_is_refused_whole;
    }
}

const BALLOTS: &str = "conferences/eccp-2026/ballots";

async fn organiser_of(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    organiser
}

fn ballot() -> Value {
    json!({"slug": "award", "title": "Award", "question": "Who?\nReally, who?", "kind": "award",
        "method": {"type": "plurality"}, "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "counts",
        "eligibility": {"categories": ["research", "business"]},
        "planned_for": "2026-11-25T19:00:00+01:00", "closes_at": "2026-11-25T22:00:00.5Z",
        "candidates": [
            {"name": "Zoë", "organisation": "Silesia", "country": "pl", "biography": "Born.\nLives.",
             "website": "https://zoe.example/me?a=b"},
            {"name": "Jānis"}]})
}

async fn a_draft_is_found_as_it_was_written(world: &World) {
    let organiser = organiser_of(world).await;
    let made = organiser.post(BALLOTS, &ballot()).await.expect(201);
    let ids: Vec<_> = (0..2).map(|place| made.json["candidates"][place]["id"].clone()).collect();
    let mut expected = ballot();
    let conference = world.api().get("conferences/eccp-2026").await.json["id"].clone();
    for (field, value) in [
        ("id", made.json["id"].clone()),
        ("conference", conference),
        ("state", json!("draft")),
        ("original_language", Value::Null),
        ("eligibility", json!({"categories": ["business", "research"]})),
        ("planned_for", json!("2026-11-25T18:00:00Z")),
        ("opens_at", Value::Null),
        ("manifest_sha256", Value::Null),
        ("cancel_reason", Value::Null),
        (
            "candidates",
            json!([
            {"id": ids[0], "name": "Zoë", "organisation": "Silesia", "country": "PL", "biography": "Born.\nLives.",
             "website": "https://zoe.example/me?a=b", "portrait": null},
            {"id": ids[1], "name": "Jānis", "organisation": null, "country": null, "biography": null,
             "website": null, "portrait": null}]),
        ),
    ] {
        expected[field] = value;
    }
    let mut shown = made.json.clone();
    // Later parts of the contract add fields.
    shown.as_object_mut().unwrap().retain(|field, _| expected.get(field).is_some());
    assert_eq!(shown, expected);
    let found = organiser.get(&format!("ballots/{}", made.text("/id"))).await.expect(200);
    assert_eq!((&found.json, found.header("etag")), (&made.json, made.header("etag")));
}

async fn texts_may_stand_in_several_languages(world: &World) {
    let organiser = organiser_of(world).await;
    let mut many = ballot();
    many["title"] = json!({"en": "Award", "PT-br": "Prêmio"});
    many["original_language"] = json!("en");
    many["candidates"][0]["name"] = json!({"en": "Zoe", "el": "Ζωή"});
    let made = organiser.post(BALLOTS, &many).await.expect(201);
    assert_eq!(made.json["title"], json!({"en": "Award", "pt-BR": "Prêmio"}));
    assert_eq!(made.json["candidates"][0]["name"], json!({"en": "Zoe", "el": "Ζωή"}));
    for (field, value, pointer) in [
        ("original_language", Value::Null, "/title"),
        ("original_language", json!("fr"), "/title"),
        ("title", json!({}), "/title"),
        ("title", json!({"english": "Award"}), "/title"),
        ("title", json!({"en": "Award", "EN": "Another"}), "/title"),
        ("title", json!({"en": 7}), "/title"),
        ("question", json!({"de": "Wer?"}), "/question"),
        ("candidates", json!([{"name": {"de": "Zoe"}}]), "/candidates/0/name"),
        ("candidates", json!([{"name": "Z"}, {"name": "J", "biography": {"de": "x"}}]), "/candidates/1/biography"),
    ] {
        let mut wrong = many.clone();
        wrong["slug"] = json!("wrong");
        wrong[field] = value.clone();
        let refused = organiser.post(BALLOTS, &wrong).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{value}: {}", refused.body);
    }
    let text = many.to_string().replace("\"award\",\"tie", "\"wrong\",\"tie");
    let twice = text.replace("{\"PT-br\"", "{\"en\":\"Lost\",\"PT-br\"");
    assert_ne!(text, twice);
    let request = organiser.request(Method::POST, BALLOTS).header("content-type", "application/json");
    let refused = Api::send(request.body(twice)).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/title", "one of two texts would be lost: {}", refused.body);
    assert_eq!(tables::count(world, "ballots").await, 1);
}

async fn a_draft_is_the_organisers_alone(world: &World) {
    let organiser = organiser_of(world).await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let draft = organiser.draft("eccp-2026", "award", json!({})).await;
    for what in ["", "/state", "/turnout", "/manifest", "/results", "/commitments"] {
        for api in [&world.api(), &voter.api] {
            let path = format!("ballots/{}{what}", draft.id);
            let code = if what == "/results" { "results-not-published" } else { "not-found" };
            let answer = api.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!([code, "not-found"].contains(&answer.text("/code").as_str()), "{}", answer.body);
        }
    }
    voter.api.get(&format!("ballots/{}/participation", draft.id)).await.refused(404, "not-found");
    let observer = world.organiser(Role::Observer).await;
    for what in ["", "/state", "/turnout"] {
        let seen = observer.get(&format!("ballots/{}{what}", draft.id)).await.expect(200);
        assert_eq!(seen.header("cache-control"), "no-store");
    }
}

async fn a_change_replaces_the_fields_that_it_names(world: &World) {
    let organiser = organiser_of(world).await;
    let made = organiser.post(BALLOTS, &ballot()).await.expect(201);
    let path = format!("ballots/{}", made.text("/id"));
    let changes = json!({"title": "Prize", "planned_for": null, "eligibility": null, "tie_rule": {"type": "shared"},
        "slug": "prize"});
    let changed = organiser.patch(&path, &changes).await.expect(200);
    let mut expected = made.json.clone();
    for (field, value) in [
        ("title", json!("Prize")),
        ("planned_for", Value::Null),
        ("eligibility", json!({"categories": null})),
        ("tie_rule", json!({"type": "shared"})),
        ("slug", json!("prize")),
    ] {
        expected[field] = value;
    }
    assert_eq!(changed.json, expected);
    assert_eq!(organiser.get(&path).await.json, expected);
    let nothing = organiser.patch(&path, &json!({})).await.expect(200);
    assert_eq!(nothing.json, expected);
    for (wrong, pointer) in [
        (json!({"title": null}), "/title"),
        (json!({"state": "open"}), "/state"),
        (json!({"id": made.json["id"]}), "/id"),
        (json!({"manifest_sha256": "x"}), "/manifest_sha256"),
        (json!({"opens_at": "2026-11-26T00:00:00Z"}), "/closes_at"),
    ] {
        let refused = organiser.patch(&path, &wrong).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    assert_eq!(organiser.get(&path).await.json, expected);
}

async fn candidates_keep_their_ids_through_a_change(world: &World) {
    let organiser = organiser_of(world).await;
    let made = organiser.post(BALLOTS, &ballot()).await.expect(201);
    let path = format!("ballots/{}", made.text("/id"));
    let first = made.json["candidates"][0].clone();
    let mut renamed = first.clone();
    renamed["name"] = json!("Zoë Ł.");
    let changes = json!({"candidates": [{"name": "María"}, renamed]});
    let changed = organiser.patch(&path, &changes).await.expect(200);
    assert_eq!(changed.json["candidates"][1], renamed);
    assert_eq!(changed.json["candidates"].as_array().map(Vec::len), Some(2));
    assert_ne!(changed.json["candidates"][0]["id"], made.json["candidates"][1]["id"]);
    let twice = json!({"candidates": [first, first]});
    let refused = organiser.patch(&path, &twice).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["code"], "duplicate-id");
}

async fn the_fullest_draft_can_still_be_corrected(world: &World) {
    let organiser = organiser_of(world).await;
    let text = |letter: &str, number: usize| format!("{number} {}", letter.repeat(195));
    let candidate = |number| {
        json!({"name": text("Ł", number), "organisation": text("ß", number), "country": "PL",
            "biography": "ж".repeat(850), "website": format!("https://example.org/{number}")})
    };
    let candidates: Vec<_> = (0..100).map(candidate).collect();
    let mut full = ballot();
    full["candidates"] = json!(candidates);
    let made = organiser.post(BALLOTS, &full).await.expect(201).json;
    let mut candidates = made["candidates"].clone();
    candidates[99]["name"] = json!("Corrected");
    let path = format!("ballots/{}", made["id"].as_str().unwrap());
    // As programs write JSON that escape every letter that is not ASCII.
    let escaped: String =
        json!({ "candidates": candidates }).to_string().chars().fold(String::new(), |text, letter| {
            if letter.is_ascii() { text + &letter.to_string() } else { text + &format!("\\u{:04x}", u32::from(letter)) }
        });
    let request = organiser.request(Method::PATCH, &path).header("content-type", "application/json");
    let changed = Api::send(request.body(escaped)).await.expect(200);
    assert_eq!(changed.json["candidates"], candidates);
    candidates[0]["biography"] = json!({"en": "ж".repeat(2_000), "de": "ж".repeat(2_000), "fr": "ж".repeat(2_000)});
    candidates[1]["biography"] = candidates[0]["biography"].clone();
    candidates[2]["biography"] = candidates[0]["biography"].clone();
    let body = json!({"original_language": "en", "candidates": candidates});
    let refused = organiser.patch(&path, &body).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["detail"], "the texts of a ballot may have at most 256 KiB together");
}

async fn from_ready_on_nothing_is_changed_or_thrown_away(world: &World) {
    let organiser = organiser_of(world).await;
    let _voter = organiser.voter("eccp-2026", "Anna").await;
    let draft = organiser.draft("eccp-2026", "award", json!({})).await;
    let path = format!("ballots/{}", draft.id);
    for state in ["ready", "open", "paused", "open", "closed"] {
        let _moved = organiser.transition(&draft, state).await.expect(201);
        let before = organiser.get(&path).await.body;
        organiser.patch(&path, &json!({"title": "Changed"})).await.refused(409, "ballot-locked");
        organiser.delete(&path).await.refused(409, "ballot-locked");
        assert_eq!(organiser.get(&path).await.body, before, "{state}");
    }
    let _published = organiser.publish(&draft).await.expect(201);
    organiser.delete(&path).await.refused(409, "ballot-locked");
    let back = organiser.draft("eccp-2026", "back", json!({})).await;
    for state in ["ready", "draft"] {
        let _moved = organiser.transition(&back, state).await.expect(201);
    }
    let again = format!("ballots/{}", back.id);
    let _changed = organiser.patch(&again, &json!({"title": "Changed"})).await.expect(200);
    let _gone = organiser.delete(&again).await.expect(204);
}

async fn a_copy_is_a_draft_of_its_own(world: &World) {
    let organiser = organiser_of(world).await;
    let _voter = organiser.voter("eccp-2026", "Anna").await;
    let original = organiser.draft("eccp-2026", "award", json!({"closes_at": "2026-11-25T20:00:00Z"})).await;
    let _open = organiser.transition(&original, "open").await.expect(201);
    let copies = format!("ballots/{}/copies", original.id);
    let shown = organiser.get(&format!("ballots/{}", original.id)).await.json;
    for (body, slug) in [
        (json!({}), "award-copy"),
        (json!({"rehearsal": true}), "award-rehearsal"),
        (json!({"rehearsal": true}), "award-rehearsal-2"),
        (json!({"rehearsal": false}), "award-copy-2"),
    ] {
        let copy = organiser.post(&copies, &body).await.expect(201);
        assert_eq!((copy.text("/slug").as_str(), copy.text("/state").as_str()), (slug, "draft"));
        assert_ne!(copy.json["id"], shown["id"]);
        for field in ["title", "question", "method", "tie_rule", "disclosure", "eligibility", "allow_blank"] {
            assert_eq!(copy.json[field], shown[field], "{field}");
        }
        assert_eq!((&copy.json["closes_at"], &copy.json["manifest_sha256"]), (&Value::Null, &Value::Null));
        let ours = copy.json["candidates"].as_array().unwrap();
        assert_eq!(ours.len(), 3);
        assert!(
            ours.iter().all(|candidate| !original.candidates.contains(&candidate["id"].as_str().unwrap().to_owned()))
        );
    }
    organiser.post(&copies, &json!({"slug": "x"})).await.refused(422, "validation-failed");
    let long = organiser.draft("eccp-2026", &"a".repeat(60), json!({})).await;
    let copy = organiser.post(&format!("ballots/{}/copies", long.id), &json!({})).await.expect(201);
    assert_eq!(copy.text("/slug"), format!("{}-copy", "a".repeat(55)));
}

async fn a_slug_is_taken_once_per_conference(world: &World) {
    let organiser = organiser_of(world).await;
    organiser.add_conference("eccp-2027", "closed").await;
    let _first = organiser.post(BALLOTS, &ballot()).await.expect(201);
    organiser.post(BALLOTS, &ballot()).await.refused(409, "slug-taken");
    let _elsewhere = organiser.post("conferences/eccp-2027/ballots", &ballot()).await.expect(201);
    let second = organiser.draft("eccp-2026", "second", json!({})).await;
    let path = format!("ballots/{}", second.id);
    organiser.patch(&path, &json!({"slug": "award"})).await.refused(409, "slug-taken");
    assert_eq!(organiser.get(&path).await.text("/slug"), "second");
    organiser.post("conferences/eccp-2028/ballots", &ballot()).await.refused(404, "not-found");
}

async fn words_of_the_service_are_no_slugs(world: &World) {
    let organiser = organiser_of(world).await;
    for slug in ["results", "finalists", "enter", "verify"] {
        let mut wrong = ballot();
        wrong["slug"] = json!(slug);
        let refused = organiser.post(BALLOTS, &wrong).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["code"], "reserved", "{slug}");
    }
    assert_eq!(tables::count(world, "ballots").await, 0);
}

async fn a_draft_that_is_thrown_away_is_gone(world: &World) {
    let organiser = organiser_of(world).await;
    let draft = organiser.draft("eccp-2026", "award", json!({})).await;
    let path = format!("ballots/{}", draft.id);
    let second = world.another_instance().await;
    let there = second.api().with_token(organiser.token().unwrap());
    let (one, other) = tokio::join!(organiser.delete(&path), there.delete(&path));
    assert_eq!((one.status.min(other.status), one.status.max(other.status)), (204, 404));
    organiser.get(&path).await.refused(404, "not-found");
    organiser.patch(&path, &json!({"title": "x"})).await.refused(404, "not-found");
    assert_eq!(tables::count(world, "ballots").await, 0);
    let _slug_is_free = organiser.draft("eccp-2026", "award", json!({})).await;
    second.stop().await;
}

async fn what_is_no_ballot_is_refused_whole(world: &World) {
    let organiser = organiser_of(world).await;
    let many: Vec<Value> = (0..101).map(|number| json!({"name": format!("N{number}")})).collect();
    for (field, value, pointer) in [
        ("slug", json!("A"), "/slug"),
        ("title", Value::Null, "/title"),
        ("title", json!(""), "/title"),
        ("title", json!("a".repeat(201)), "/title"),
        ("title", json!("two\nlines"), "/title"),
        ("title", json!(["Award"]), "/title"),
        ("question", json!("a".repeat(501)), "/question"),
        ("question", json!("a\u{0}b"), "/question"),
        ("kind", json!("election"), "/kind"),
        ("method", json!({"type": "guess"}), "/method/type"),
        ("method", json!("plurality"), "/method"),
        ("method", json!(["plurality"]), "/method"),
        ("tie_rule", json!(["lot"]), "/tie_rule"),
        ("tie_rule", json!({}), "/tie_rule/type"),
        ("disclosure", json!("none"), "/disclosure"),
        ("allow_blank", json!("yes"), "/allow_blank"),
        ("allow_blank", Value::Null, "/allow_blank"),
        ("eligibility", json!({"categories": []}), "/eligibility/categories"),
        ("eligibility", json!({"categories": ["A B"]}), "/eligibility/categories/0"),
        ("eligibility", json!({"countries": ["PL"]}), "/eligibility/countries"),
        ("eligibility", json!([["research"]]), "/eligibility"),
        ("candidates", json!(many), "/candidates"),
        ("candidates", json!({"name": "Zoë"}), "/candidates"),
        ("candidates", json!(["Zoë"]), "/candidates/0"),
        ("candidates", json!([[null, "Zoë"]]), "/candidates/0"),
        ("candidates", json!([{"name": "Zoë"}, {"name": ""}]), "/candidates/1/name"),
        ("candidates", json!([{"name": "Zoë", "votes": 5}]), "/candidates/0/votes"),
        ("candidates", json!([{"name": "Zoë", "website": "http://zoe.example"}]), "/candidates/0/website"),
        ("candidates", json!([{"name": "Zoë", "website": "https://a@b.example"}]), "/candidates/0/website"),
        ("candidates", json!([{"name": "Zoë", "website": "javascript:alert(1)"}]), "/candidates/0/website"),
        ("candidates", json!([{"name": "Zoë\u{ffff}"}]), "/candidates/0/name"),
        ("title", json!("a\u{fdd0}b"), "/title"),
        ("candidates", json!([{"id": "1", "name": "Zoë"}]), "/candidates/0/id"),
        ("opens_at", json!("2026-11-25T23:00:00Z"), "/closes_at"),
        ("opens_at", json!("soon"), "/opens_at"),
        ("opens_at", json!(1_764_000_000), "/opens_at"),
        ("closes_at", json!("9999-12-31T23:59:59Z"), "/closes_at"),
        ("state", json!("open"), "/state"),
    ] {
        let mut wrong = ballot();
        wrong[field] = value.clone();
        let refused = Api::send(organiser.request(Method::POST, BALLOTS).json(&wrong)).await;
        assert_eq!(refused.status, 422, "{field} {value}: {}", refused.body);
        refused.refused(422, "validation-failed");
        let found = refused.text("/errors/0/pointer");
        assert!(found == pointer || pointer.strip_suffix("/type") == Some(&found), "{field} {value}: {}", refused.body);
    }
    assert_eq!(tables::count(world, "ballots").await, 0);
    assert!(organiser.audit().await.iter().all(|event| event["ballot"].is_null()));
}
