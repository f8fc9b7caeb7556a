//! Paginated lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_list_is_read_in_pages_without_gap_or_repetition,
            fifty_are_shown_where_nobody_asks_for_more,
            who_comes_while_somebody_reads_is_not_in_their_way,
            what_is_no_cursor_of_the_list_is_refused,
            drafts_are_in_the_organisers_list_alone;
    }
}

/// Follows the links. Returns the ids and the number of pages.
async fn read(api: &Api, path: &str) -> (Vec<Value>, usize) {
    let (mut path, mut found, mut pages) = (format!("/api/v1/{path}"), Vec::new(), 0);
    loop {
        let page = api.get(&path).await.expect(200);
        pages += 1;
        assert!(pages < 50, "no end");
        let fields: Vec<_> = page.json.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["items", "next_cursor"]);
        found.extend(page.json["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let link = page.header("link");
        let Some(cursor) = page.json["next_cursor"].as_str() else {
            assert_eq!(link, "", "the last page leads nowhere");
            return (found, pages);
        };
        assert!(link.ends_with("; rel=\"next\"") && link.contains(&format!("cursor={cursor}")), "{link}");
        link[1..link.find('>').unwrap()].clone_into(&mut path);
    }
}

async fn people(organiser: &Api, count: usize) -> Vec<Value> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(Value::from(organiser.add_attendee("eccp-2026", &format!("Person {number}")).await));
    }
    ids
}

async fn a_list_is_read_in_pages_without_gap_or_repetition(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    owner.add_conference("eccp-2026", "closed").await;
    let ids = people(&owner, 7).await;
    for limit in [1, 2, 3, 6, 7, 8, 200] {
        let (found, pages) = read(&owner, &format!("conferences/eccp-2026/attendees?limit={limit}")).await;
        assert_eq!(found, ids, "in the order of arrival");
        assert!(pages <= 7 / limit + 1, "{pages} pages of {limit}");
    }
    for number in 0..4 {
        owner.add_conference(&format!("other-{number}"), "closed").await;
        let _draft = owner.draft("eccp-2026", &format!("ballot-{number}"), json!({})).await;
        let _organiser = world.organiser(Role::Desk).await;
    }
    for (path, count) in [("conferences", 5), ("conferences/eccp-2026/ballots", 4), ("organisers", 5)] {
        let (whole, _) = read(&owner, &format!("{path}?limit=200")).await;
        let (found, _) = read(&owner, &format!("{path}?limit=2")).await;
        assert_eq!((found.len(), &found), (count, &whole), "{path}");
    }
    let events = owner.get("audit-events?limit=200").await.expect(200);
    let first = owner.get("audit-events?limit=5").await.expect(200);
    let cursor = first.text("/next_cursor");
    let rest = owner.get(&format!("audit-events?limit=195&cursor={cursor}")).await.expect(200);
    let both =
        [first.json["items"].as_array().unwrap().clone(), rest.json["items"].as_array().unwrap().clone()].concat();
    assert_eq!(Value::from(both), events.json["items"]);
}

async fn fifty_are_shown_where_nobody_asks_for_more(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let ids = people(&organiser, 51).await;
    let page = organiser.get("conferences/eccp-2026/attendees").await.expect(200);
    assert_eq!(page.json["items"].as_array().map(Vec::len), Some(50));
    let (found, _) = read(&organiser, "conferences/eccp-2026/attendees").await;
    assert_eq!(found, ids);
}

async fn who_comes_while_somebody_reads_is_not_in_their_way(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let ids = people(&organiser, 4).await;
    let first = organiser.get("conferences/eccp-2026/attendees?limit=2").await.expect(200);
    let late = people(&organiser, 1).await;
    let changed = json!({"name": "Renamed"});
    let _changed = organiser.patch(&format!("attendees/{}", ids[0].as_str().unwrap()), &changed).await.expect(200);
    let cursor = first.text("/next_cursor");
    let rest = organiser.get(&format!("conferences/eccp-2026/attendees?limit=10&cursor={cursor}")).await.expect(200);
    let rest: Vec<_> = rest.json["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(rest, [&ids[2..], &late[..]].concat());

    organiser.add_conference("a", "closed").await;
    let newest = world.api().get("conferences?limit=1").await.expect(200);
    organiser.add_conference("b", "closed").await;
    let cursor = newest.text("/next_cursor");
    let older = world.api().get(&format!("conferences?cursor={cursor}")).await.expect(200);
    let slugs: BTreeSet<_> =
        older.json["items"].as_array().unwrap().iter().map(|item| item["slug"].to_string()).collect();
    assert_eq!(slugs, ["\"eccp-2026\"".to_owned()].into());
}

async fn what_is_no_cursor_of_the_list_is_refused(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    owner.add_conference("eccp-2026", "closed").await;
    let lists = ["conferences", "organisers", "conferences/eccp-2026/attendees", "conferences/eccp-2026/ballots"];
    for list in lists.into_iter().chain(["audit-events"]) {
        for cursor in ["", "x", "====", "%00", "MTIz!", "LTE", "eA", &"A".repeat(3000), "%F0%9F%92%A5"] {
            let refused = owner.get(&format!("{list}?cursor={cursor}")).await;
            assert_eq!(refused.status, 422, "{list} {cursor}: {}", refused.body);
            refused.refused(422, "validation-failed");
            assert_eq!(refused.json["errors"][0]["pointer"], "/cursor");
        }
    }
    // The number of an audit event is not an id, and vice versa.
    let _draft = owner.draft("eccp-2026", "award", json!({})).await;
    let number = owner.get("audit-events?limit=1").await.expect(200).text("/next_cursor");
    for list in lists {
        owner.get(&format!("{list}?cursor={number}")).await.refused(422, "validation-failed");
    }
    let id = owner.get("conferences?limit=1").await.expect(200).text("/next_cursor");
    owner.get(&format!("audit-events?cursor={id}")).await.refused(422, "validation-failed");
}

async fn drafts_are_in_the_organisers_list_alone(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let mut open = Vec::new();
    for number in 0..3 {
        let _draft = organiser.draft("eccp-2026", &format!("draft-{number}"), json!({})).await;
        open.push(Value::from(organiser.open_ballot("eccp-2026", &format!("open-{number}")).await.id));
    }
    let path = "conferences/eccp-2026/ballots?limit=2";
    for api in [&world.api(), &voter.api] {
        assert_eq!(read(api, path).await.0, open);
    }
    for api in [&organiser, &world.organiser(Role::Observer).await] {
        assert_eq!(read(api, path).await.0.len(), 6);
    }
}
