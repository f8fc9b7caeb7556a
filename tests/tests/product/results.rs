//! The published result: its contents and formats, and its secrecy before the publication.

use reqwest::Method;
use reqwest::header::IF_NONE_MATCH;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};

use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_result_has_its_rows_ranks_and_shares,
            a_result_is_a_table_that_spreadsheets_take_as_text,
            a_result_is_a_picture_without_foreign_markup,
            a_result_is_sent_once_to_whoever_has_it,
            a_version_never_changes,
            a_version_that_is_not_there_is_not_found,
            publishing_twice_needs_a_note,
            before_the_publication_there_is_no_result,
            before_the_publication_nothing_public_depends_on_the_choices,
            each_look_at_the_tally_is_recorded_until_the_publication,
            the_tally_is_for_organisers_alone,
            the_tally_tells_how_it_came_to_the_result;
    }
}

async fn cast_all(voters: &[Voter], ballot: &Ballot, votes: &[Option<usize>]) {
    for (voter, vote) in voters.iter().zip(votes) {
        let answer = match vote {
            Some(candidate) => voter.api.cast(ballot, *candidate, &tracker()).await,
            None => voter.api.cast_blank(ballot, &tracker()).await,
        };
        let _recorded = answer.expect(201);
    }
}

/// A published ballot with these candidates and votes.
async fn published(world: &World, names: &[&str], votes: &[Option<usize>]) -> (Api, Ballot) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, votes.len() + 1).await;
    let candidates: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    let changes = json!({"candidates": candidates, "tie_rule": {"type": "shared"}});
    let ballot = organiser.draft(CONFERENCE, "award", changes).await;
    go_on(&organiser, &ballot, "open").await;
    cast_all(&voters, &ballot, votes).await;
    for step in ["closed", "published"] {
        go_on(&organiser, &ballot, step).await;
    }
    (organiser, ballot)
}

async fn a_result_has_its_rows_ranks_and_shares(world: &World) {
    let votes = [Some(2), Some(2), Some(2), Some(0), Some(0), Some(3), Some(3), None];
    let (_, ballot) = published(world, &["Zoë", "Jānis", "María", "Øystein"], &votes).await;
    let found = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(found.header("cache-control"), "public, max-age=1");
    assert_eq!(found.header("content-type"), "application/json");
    let shown = world.api().get(&format!("ballots/{}", ballot.id)).await.expect(200);
    let row = |place: usize, name: &str, rank: u32, votes: u32, share: &str, elected: bool| {
        json!({"candidate_id": ballot.candidates[place], "name": name, "rank": rank, "votes": votes, "share": share,
            "withdrawn": false, "elected": elected})
    };
    let expected = json!({
        "ballot_id": ballot.id, "version": 1, "published_at": world.now().to_string(),
        "method": {"type": "plurality"},
        "turnout": {"eligible": 9, "voted": 8, "counted": 7, "blank": 1},
        "rows": [row(2, "María", 1, 3, "0.4286", true), row(0, "Zoë", 2, 2, "0.2857", false),
            row(3, "Øystein", 2, 2, "0.2857", false), row(1, "Jānis", 4, 0, "0.0000", false)],
        "outcome": {"type": "elected", "candidates": [ballot.candidates[2]]},
        "derivation": [
            {"step": "set_blank_aside", "voted": 8, "blank": 1, "counted": 7},
            {"step": "count", "votes": [[ballot.candidates[0], 2], [ballot.candidates[1], 0], [ballot.candidates[2], 3],
                [ballot.candidates[3], 2]]},
            {"step": "most_votes", "votes": 3, "candidates": [ballot.candidates[2]]},
        ],
        "rounds": [], "versions": [1], "statement_sha256": shown.json["statement_sha256"],
        "record": format!("/api/v1/ballots/{}/record.zip?version=1", ballot.id),
    });
    assert_eq!(found.json, expected);
}

async fn a_result_is_a_table_that_spreadsheets_take_as_text(world: &World) {
    let names = ["=HYPERLINK(\"https://x.example\")", "@SUM(A1)", "-2+3", "+1", "Anna, \"the\" Cluster", "A=B"];
    let votes = [Some(0), Some(0), Some(4), None];
    let (_, ballot) = published(world, &names, &votes).await;
    let table = world.api().ballot(&ballot, "results.csv").await.expect(200);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let ids = &ballot.candidates;
    let expected = [
        "\u{feff}rank,candidate_id,name,votes,share,withdrawn,elected".to_owned(),
        format!("1,{},\"'=HYPERLINK(\"\"https://x.example\"\")\",2,0.6667,false,true", ids[0]),
        format!("2,{},\"Anna, \"\"the\"\" Cluster\",1,0.3333,false,false", ids[4]),
        format!("3,{},'@SUM(A1),0,0.0000,false,false", ids[1]),
        format!("3,{},'-2+3,0,0.0000,false,false", ids[2]),
        format!("3,{},'+1,0,0.0000,false,false", ids[3]),
        format!("3,{},A=B,0,0.0000,false,false", ids[5]),
    ];
    let lines: Vec<_> = table.body.lines().collect();
    assert_eq!(lines, expected);
}

async fn a_result_is_a_picture_without_foreign_markup(world: &World) {
    let evil = "<script>alert(1)</script>";
    let names = [evil, "\"/><image href=\"x\"/>", "]]>&amp;<!--", "Zoë & Søn"];
    let (_, ballot) = published(world, &names, &[Some(0), Some(0), Some(1), None]).await;
    let picture = world.api().ballot(&ballot, "results.svg").await.expect(200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.header("content-security-policy").contains("default-src 'none'"));
    let document = roxmltree::Document::parse(&picture.body).unwrap();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(["svg", "title", "desc", "rect", "text", "tspan"].contains(&name), "<{name}>");
        assert_eq!(node.tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on") && attribute.name() != "href", "{}", attribute.name());
        }
    }
    let texts: Vec<_> =
        document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
    for name in names {
        assert!(texts.iter().any(|text| text.contains(name)), "{name} stands in the picture as text");
    }
    assert!(texts.iter().any(|text| text.contains(&format!("Winner: {evil}"))));
    assert!(texts.iter().any(|text| text.contains("4 of 5 voted, 1 of them blank")));
}

async fn conditional(api: &Api, path: &str, tag: &str) -> Answer {
    Api::send(api.request(Method::GET, path).header(IF_NONE_MATCH, tag)).await
}

async fn a_result_is_sent_once_to_whoever_has_it(world: &World) {
    let (organiser, ballot) = published(world, &["A", "B"], &[Some(0)]).await;
    for what in ["results", "results.csv", "results.svg", "results?version=1"] {
        let path = format!("ballots/{}/{what}", ballot.id);
        let first = world.api().get(&path).await.expect(200);
        let tag = first.header("etag");
        assert!(tag.starts_with('"') && tag.len() > 10, "a strong tag: {tag}");
        let again = conditional(&world.api(), &path, tag).await.expect(304);
        assert_eq!((again.body.as_str(), again.header("etag")), ("", tag));
        let _list = conditional(&world.api(), &path, &format!("\"x\", {tag}")).await.expect(304);
        let _other = conditional(&world.api(), &path, "\"x\"").await.expect(200);
        let seen_by_organiser = organiser.get(&path).await.expect(200);
        assert_eq!(seen_by_organiser.body, first.body, "a published result is the same for everybody");
    }
}

async fn a_version_never_changes(world: &World) {
    let (organiser, ballot) = published(world, &["A", "B"], &[Some(0), Some(1)]).await;
    let mut first = Vec::new();
    for what in ["results", "results.csv", "results.svg"] {
        let found = world.api().ballot(&ballot, &format!("{what}?version=1")).await.expect(200);
        assert_eq!(found.header("cache-control"), "public, max-age=31536000, immutable");
        first.push((what, found));
    }
    let tag = world.api().ballot(&ballot, "results").await.expect(200).header("etag").to_owned();
    world.pass_seconds(600);
    let note = json!({"note": "A misspelt name."});
    let second = organiser.post(&format!("ballots/{}/publications", ballot.id), &note).await.expect(201);
    assert_eq!(second.json, json!({"version": 2}));

    for (what, first) in &first {
        let again = world.api().ballot(&ballot, &format!("{what}?version=1")).await.expect(200);
        assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
    }
    let latest = conditional(&world.api(), &format!("ballots/{}/results", ballot.id), &tag).await.expect(200);
    assert_eq!((&latest.json["version"], &latest.json["versions"]), (&json!(2), &json!([1, 2])));
    assert_eq!(latest.json["published_at"], world.now().to_string());
    let second = world.api().ballot(&ballot, "results?version=2").await.expect(200);
    assert_eq!(second.json["rows"], latest.json["rows"]);
}

async fn a_version_that_is_not_there_is_not_found(world: &World) {
    let (_, ballot) = published(world, &["A", "B"], &[Some(0)]).await;
    for format in ["results", "results.csv", "results.svg"] {
        for version in ["0", "2", "4294967295"] {
            let answer = world.api().ballot(&ballot, &format!("{format}?version={version}")).await;
            answer.refused(404, "results-not-published");
        }
        for version in ["-1", "x", "", "4294967296", "1.0"] {
            let answer = world.api().ballot(&ballot, &format!("{format}?version={version}")).await;
            answer.refused(422, "validation-failed");
        }
    }
    let absent = Ballot { id: ballot.candidates[0].clone(), ..ballot };
    world.api().ballot(&absent, "results").await.refused(404, "not-found");
}

async fn publishing_twice_needs_a_note(world: &World) {
    let (organiser, ballot) = published(world, &["A", "B"], &[Some(0)]).await;
    let path = format!("ballots/{}/publications", ballot.id);
    organiser.post(&path, &json!({})).await.refused(409, "already-published");
    organiser.post(&path, &json!({"note": null})).await.refused(409, "already-published");
    Api::send(organiser.request(Method::POST, &path)).await.refused(409, "already-published");
    for note in [json!(""), json!(" "), json!("x".repeat(501)), json!(1)] {
        organiser.post(&path, &json!({ "note": note })).await.refused(422, "validation-failed");
    }
    organiser.transition(&ballot, "cancelled").await.refused(409, "invalid-transition");
    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["versions"], json!([1]));
}

async fn before_the_publication_there_is_no_result(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 2).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    let observer = world.organiser(Role::Observer).await;
    for state in ["draft", "ready", "open", "paused", "closed", "cancelled"] {
        if state != "draft" {
            go_on(&organiser, &ballot, state).await;
        }
        if state == "open" {
            cast_all(&voters, &ballot, &[Some(1)]).await;
        }
        for reader in [&world.api(), &voters[0].api, &observer, &organiser] {
            for what in ["results", "results.csv", "results.svg", "results?version=1", "record.zip"] {
                reader.ballot(&ballot, what).await.refused(404, "results-not-published");
            }
        }
    }
}

/// Everything that anyone may read about a ballot, without ids, slugs and hashes, which differ by nature.
async fn public_view(readers: &[&Api], ballot: &Ballot, slug: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for reader in readers {
        for what in ["", "/state", "/turnout", "/manifest", "/results"] {
            let answer = reader.get(&format!("ballots/{}{what}", ballot.id)).await;
            let mut body = answer.json.clone();
            if let Value::Object(members) = &mut body {
                members.retain(|member, _| {
                    !matches!(member.as_str(), "manifest_sha256" | "statement_sha256" | "request_id")
                });
            }
            let mut text = body.to_string().replace(&ballot.id, "BALLOT").replace(slug, "SLUG");
            for (place, candidate) in ballot.candidates.iter().enumerate() {
                text = text.replace(candidate, &format!("CANDIDATE-{place}"));
            }
            seen.push(format!("{what} {} {text}", answer.status));
        }
    }
    seen
}

async fn before_the_publication_nothing_public_depends_on_the_choices(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 4).await;
    let observer = world.organiser(Role::Observer).await;
    let desk = world.organiser(Role::Desk).await;
    let one = organiser.open_ballot(CONFERENCE, "first-slug").await;
    let two = organiser.open_ballot(CONFERENCE, "other-slug").await;
    cast_all(&voters, &one, &[Some(0), Some(0), Some(1)]).await;
    cast_all(&voters, &two, &[Some(2), None, Some(2)]).await;
    let readers = [&world.api(), &voters[0].api, &voters[3].api, &observer, &desk, &organiser];
    for state in ["open", "paused", "closed"] {
        if state != "open" {
            for ballot in [&one, &two] {
                go_on(&organiser, ballot, state).await;
            }
        }
        let seen = public_view(&readers, &one, "first-slug").await;
        assert_eq!(seen, public_view(&readers, &two, "other-slug").await, "{state}");
    }
}

async fn looks(organiser: &Api, ballot: &Ballot) -> usize {
    let events = organiser.get(&format!("audit-events?ballot={}&limit=200", ballot.id)).await.expect(200);
    events.json["items"].as_array().unwrap().iter().filter(|event| event["action"] == "tally.looked_at").count()
}

async fn each_look_at_the_tally_is_recorded_until_the_publication(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    organiser.ballot(&ballot, "tally").await.refused(409, "not-closed");
    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(looks(&organiser, &ballot).await, 0);
    for times in 1..=2 {
        let _tally = organiser.ballot(&ballot, "tally").await.expect(200);
        assert_eq!(looks(&organiser, &ballot).await, times);
    }
    go_on(&organiser, &ballot, "published").await;
    let _tally = organiser.ballot(&ballot, "tally").await.expect(200);
    assert_eq!(looks(&organiser, &ballot).await, 2, "what is public is no secret to look at");
}

async fn the_tally_is_for_organisers_alone(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for state in ["open", "closed", "published"] {
        if state != "open" {
            go_on(&organiser, &ballot, state).await;
        }
        world.api().ballot(&ballot, "tally").await.refused(401, "not-signed-in");
        voter.api.ballot(&ballot, "tally").await.refused(403, "forbidden");
        for role in [Role::Observer, Role::Desk] {
            world.organiser(role).await.ballot(&ballot, "tally").await.refused(403, "forbidden");
        }
    }
    assert_eq!(looks(&organiser, &ballot).await, 0);
    let _tally = world.organiser(Role::Owner).await.ballot(&ballot, "tally").await.expect(200);
}

async fn the_tally_tells_how_it_came_to_the_result(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 5).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    cast_all(&voters, &ballot, &[Some(1), Some(1), Some(0), None]).await;
    go_on(&organiser, &ballot, "closed").await;
    let tally = organiser.ballot(&ballot, "tally").await.expect(200);
    let ids = &ballot.candidates;
    assert_eq!(tally.json["turnout"], json!({"eligible": 5, "voted": 4, "counted": 3, "blank": 1}));
    let expected = json!([
        {"step": "set_blank_aside", "voted": 4, "blank": 1, "counted": 3},
        {"step": "count", "votes": [[ids[0], 1], [ids[1], 2], [ids[2], 0]]},
        {"step": "most_votes", "votes": 2, "candidates": [ids[1]]},
    ]);
    assert_eq!(tally.json["derivation"], expected);
    assert_eq!(tally.json["tie_break"], Value::Null);
    go_on(&organiser, &ballot, "published").await;
    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!((&results.json["rows"], &results.json["outcome"]), (&tally.json["rows"], &tally.json["outcome"]));
}
