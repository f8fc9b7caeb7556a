//! Rankings, points and several seats, through every interface.

use reqwest::Method;
use serde_json::{Value, json};
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};
use urna_verify::{FoundChoice, Recount, SavedReceipt};

use crate::look::tables;
use crate::pages::{page, press, submit_own};
use crate::record::{archive, check, key};
use crate::scene::{CONFERENCE, go_on, organiser};
use crate::tables::{count, number};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            every_count_leads_from_votes_to_a_verified_result,
            a_count_that_is_signed_alone_needs_no_votes,
            points_are_summed_and_shown,
            several_seats_are_filled,
            a_wrong_choice_is_refused_at_its_place,
            a_wrong_method_is_refused_at_its_place,
            long_rankings_are_bounded_unless_asked_for,
            recognisable_rankings_have_to_be_accepted,
            everybody_elected_is_no_election,
            a_tie_inside_a_count_waits_for_one_order_of_all,
            a_loser_who_withdraws_after_the_close_changes_nothing,
            every_vote_of_a_ballot_has_one_length,
            without_a_script_ranks_are_chosen_checked_and_cast,
            without_a_script_points_are_given_checked_and_cast,
            what_is_wrong_in_a_form_is_told_and_kept,
            every_method_is_explained_with_an_example;
    }
}

/// An organiser, and six voters.
pub(super) async fn begin(world: &World) -> (Api, Vec<Voter>) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 6).await;
    (organiser, voters)
}

/// An open ballot with this method.
pub(super) async fn open(organiser: &Api, slug: &str, changes: Value) -> Ballot {
    let ballot = organiser.draft(CONFERENCE, slug, changes).await;
    go_on(organiser, &ballot, "open").await;
    ballot
}

pub(super) fn ranked(count: &str) -> Value {
    json!({"method": {"type": "ranked", "count": count}})
}

/// The candidates at these indices, the best first; a list shares its rank.
pub(super) fn ranking(ballot: &Ballot, ranks: &[&[usize]]) -> Value {
    let rank = |places: &&[usize]| match places {
        [one] => json!(ballot.candidates[*one]),
        several => several.iter().map(|place| json!(ballot.candidates[*place])).collect(),
    };
    json!({"ranking": ranks.iter().map(rank).collect::<Vec<_>>()})
}

fn scores(ballot: &Ballot, scores: &[(usize, i64)]) -> Value {
    let scores = scores.iter().map(|(place, points)| (ballot.candidates[*place].clone(), json!(points)));
    json!({"scores": scores.collect::<serde_json::Map<_, _>>()})
}

pub(super) async fn cast(voter: &Voter, ballot: &Ballot, choice: Value) -> Answer {
    let path = format!("ballots/{}/votes", ballot.id);
    voter.api.post(&path, &json!({"choice": choice, "tracker": tracker()})).await
}

/// Casts these choices, closes and publishes; returns the result, and the choices that a verifier finds by receipt.
pub(super) async fn hold(
    world: &World,
    (organiser, voters): &(Api, Vec<Voter>),
    ballot: &Ballot,
    choices: Vec<Value>,
) -> (Value, Vec<FoundChoice>) {
    let mut receipts = Vec::new();
    for (voter, choice) in voters.iter().zip(choices) {
        let answer = cast(voter, ballot, choice).await.expect(201);
        receipts.push(SavedReceipt::read(answer.body.as_bytes(), "saved").unwrap());
    }
    go_on(organiser, ballot, "closed").await;
    let tally = organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json;
    go_on(organiser, ballot, "published").await;
    let results = world.api().ballot(ballot, "results").await.expect(200).json;
    assert_eq!(results["derivation"], tally["derivation"], "what was signed is what is shown");
    let report = check(&archive(&world.api(), ballot, "").await, &key(&world.api()).await, &receipts);
    assert_eq!(report.faults, []);
    let found = report.summary.unwrap().receipts.into_iter().map(|receipt| receipt.choice.unwrap());
    (results, found.collect())
}

async fn every_count_leads_from_votes_to_a_verified_result(world: &World) {
    let scene = begin(world).await;
    for (count, winner, steps) in [
        ("irv", 1, vec!["first_places", "round", "round"]),
        ("schulze", 1, vec!["first_places", "pairs", "strengths", "unbeaten"]),
        ("borda", 1, vec!["first_places", "pairs", "half_points", "most_points"]),
        ("scottish_stv", 1, vec!["first_places", "quota", "stage", "stage"]),
    ] {
        let slug = count.replace('_', "-");
        let ballot = &open(&scene.0, &slug, ranked(count)).await;
        // Two each for the first and the second; the third's vote goes to the second.
        let choices = [[0, 1], [0, 2], [1, 2], [1, 0], [2, 1]];
        let choices = choices.iter().map(|[first, second]| ranking(ballot, &[&[*first], &[*second]]));
        let (results, found) = hold(world, &scene, ballot, choices.chain([json!({"blank": true})]).collect()).await;

        assert_eq!(
            results["outcome"],
            json!({"type": "elected", "candidates": [ballot.candidates[winner]]}),
            "{count}"
        );
        assert_eq!(results["turnout"]["blank"], 1);
        let found_steps: Vec<_> = results["derivation"].as_array().unwrap().iter().map(|step| &step["step"]).collect();
        assert_eq!(found_steps[1..], steps, "{count}");
        assert_eq!(results["rounds"].as_array().unwrap().is_empty(), !matches!(count, "irv" | "scottish_stv"));
        assert_eq!(results["rows"][0]["rank"], 1);
        assert_eq!(found[5], FoundChoice::Blank);
        assert!(matches!(&found[0], FoundChoice::Ranking(ranks) if ranks.len() == 2), "{:?}", found[0]);

        let shown = world.api().get(&format!("/{CONFERENCE}/{slug}/results")).await.expect(200).body;
        let words = match count {
            "irv" => ["Round 2", "more than half"],
            "schulze" => ["Duels", "wins every duel"],
            "borda" => ["Points", "Borda"],
            _ => ["Stage 2", "enough for the seat"],
        };
        assert!(words.iter().all(|words| shown.contains(words)), "{words:?}: {shown}");
        let table = world.api().ballot(ballot, "results.csv").await.expect(200).body;
        assert_eq!(table.contains(",points\n"), count == "borda", "{table}");
        let picture = world.api().ballot(ballot, "results.svg").await.expect(200).body;
        assert!(picture.contains(if count == "borda" { "points" } else { "first places" }), "{picture}");
    }
}

/// Rankings kept back cannot be counted again; the result is signed with its rounds.
async fn a_count_that_is_signed_alone_needs_no_votes(world: &World) {
    let (organiser, voters) = begin(world).await;
    for count in ["irv", "scottish_stv"] {
        let slug = count.replace('_', "-");
        let mut changes = ranked(count);
        changes["disclosure"] = json!("counts");
        let ballot = &open(&organiser, &slug, changes).await;
        for (voter, [first, second]) in voters.iter().zip([[0, 1], [0, 2], [1, 2], [1, 0], [2, 1]]) {
            let _vote = cast(voter, ballot, ranking(ballot, &[&[first], &[second]])).await.expect(201);
        }
        go_on(&organiser, ballot, "closed").await;
        // The winner withdraws: the result is another than that of the close.
        let body = json!({"candidate_id": ballot.candidates[1], "reason": "Ill."});
        let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &body).await.expect(201);
        go_on(&organiser, ballot, "published").await;
        let results = world.api().ballot(ballot, "results").await.expect(200).json;
        assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[0]]), "{count}");
        assert_ne!(results["rounds"], json!([]));
        let archive = archive(&world.api(), ballot, "").await;
        let report = check(&archive, &key(&world.api()).await, &[]);
        assert_eq!(report.faults, []);
        let summary = report.summary.unwrap();
        assert_eq!((summary.recount, summary.results[0].elected), (Recount::Nothing, true));
    }
}

async fn points_are_summed_and_shown(world: &World) {
    let scene = begin(world).await;
    let ballot = &open(&scene.0, "award", json!({"method": {"type": "score", "min": 0, "max": 5}})).await;
    let choices = vec![
        scores(ballot, &[(0, 5), (1, 4)]),
        scores(ballot, &[(2, 5), (1, 4)]),
        scores(ballot, &[(0, 0), (1, 0), (2, 0)]),
    ];
    let (results, found) = hold(world, &scene, ballot, choices).await;
    assert_eq!(results["method"], json!({"type": "score", "min": 0, "max": 5}));
    assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[1]]));
    let rows: Vec<_> = results["rows"].as_array().unwrap().iter().map(|row| (&row["points"], &row["votes"])).collect();
    let text = |text: &str| json!(text);
    assert_eq!(rows, [(&text("8"), &json!(2)), (&text("5"), &json!(1)), (&text("5"), &json!(1))]);
    assert_eq!(results["derivation"][1]["votes"][1], json!([1, 0, 0, 0, 2, 0]), "how many gave how many points");
    let FoundChoice::Scores(points) = &found[0] else { panic!("{:?}", found[0]) };
    assert_eq!(points.iter().map(|(_, points)| *points).collect::<Vec<_>>(), [5, 4, 0], "who gets none has the fewest");
    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    for words in ["from 0 to 5 points", "How many votes gave how many points", "2.67"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

async fn several_seats_are_filled(world: &World) {
    let scene = begin(world).await;
    let stv = json!({"type": "ranked", "count": "scottish_stv", "seats": 2});
    for (slug, method) in [("plurality", json!({"type": "plurality", "seats": 2})), ("stv", stv)] {
        let ballot = &open(&scene.0, slug, json!({"method": method})).await;
        let is_ranked = method["type"] == "ranked";
        let choice = |place: &usize| {
            if is_ranked { ranking(ballot, &[&[*place]]) } else { json!({"candidate": ballot.candidates[*place]}) }
        };
        let (results, _) = hold(world, &scene, ballot, [0, 0, 0, 2, 2, 1].iter().map(choice).collect()).await;
        assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[0], ballot.candidates[2]]));
        assert_eq!(results["method"]["seats"], 2);
        let shown = world.api().get(&format!("/{CONFERENCE}/{slug}/results")).await.expect(200).body;
        for words in ["<h2>Winners</h2>", "There are 2 winners."] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
}

async fn a_wrong_choice_is_refused_at_its_place(world: &World) {
    let (organiser, voters) = begin(world).await;
    let irv = open(&organiser, "irv", ranked("irv")).await;
    let schulze = &open(&organiser, "schulze", ranked("schulze")).await;
    let score = &open(&organiser, "score", json!({"method": {"type": "score", "min": 1, "max": 5}})).await;
    let before = tables(world).await;
    let at_candidate = format!("/choice/scores/{}", score.candidates[0]);
    for (ballot, choice, place) in [
        (&irv, ranking(&irv, &[&[0], &[1, 2]]), Some("/choice/ranking/1")),
        (&irv, ranking(&irv, &[&[0], &[], &[1]]), Some("/choice/ranking/1")),
        (&irv, ranking(&irv, &[&[0], &[1], &[0]]), Some("/choice/ranking/2")),
        (&irv, json!({"ranking": [irv.candidates[0], irv.id]}), Some("/choice/ranking/1")),
        (&irv, json!({"ranking": []}), None),
        (&irv, json!({"candidates": [irv.candidates[0]]}), None),
        (&irv, json!({"ranking": vec![&irv.candidates[0]; 300]}), None),
        (schulze, ranking(schulze, &[&[0, 1], &[2, 1]]), Some("/choice/ranking/1/1")),
        (score, scores(score, &[(0, 6)]), Some(&*at_candidate)),
        (score, scores(score, &[(0, 0)]), Some(&*at_candidate)),
        (score, json!({"scores": {}}), None),
        (score, ranking(score, &[&[0]]), None),
    ] {
        let refused = cast(&voters[0], ballot, choice).await;
        refused.refused(422, "invalid-choice");
        let told = refused.json["errors"].as_array().and_then(|errors| errors.first()).map(|error| &error["pointer"]);
        assert_eq!(told.and_then(Value::as_str), place, "{}", refused.body);
    }
    for nonsense in [
        json!({"ranking": [1, 2]}),
        json!({"ranking": irv.candidates[0]}),
        json!({"ranking": {"0": irv.candidates[0]}}),
        scores(&irv, &[(0, -1)]),
        json!({"scores": {irv.candidates[0].as_str(): 2.5}}),
        json!({"scores": {"nobody": 2}}),
    ] {
        cast(&voters[0], &irv, nonsense).await.refused(422, "validation-failed");
    }
    // A candidate twice, which no JSON library writes.
    let twice = format!(r#"{{"choice": {{"scores": {{"{0}": 2, "{0}": 3}}}}}}"#, score.candidates[0]);
    let request = voters[0].api.request(Method::POST, &format!("ballots/{}/votes", score.id));
    let twice = world.instance().answer(request.header("content-type", "application/json").body(twice)).await;
    twice.refused(422, "invalid-choice");
    assert_eq!(tables(world).await, before);
}

async fn a_wrong_method_is_refused_at_its_place(world: &World) {
    let organiser = organiser(world).await;
    let path = format!("conferences/{CONFERENCE}/ballots");
    let body = |changes: &Value| {
        let mut body = json!({"slug": "award", "title": "T", "question": "Who?", "kind": "award",
            "candidates": [{"name": "A"}, {"name": "B"}, {"name": "C"}], "allow_blank": true,
            "tie_rule": {"type": "lot"}, "disclosure": "full"});
        if let (Value::Object(body), Value::Object(changes)) = (&mut body, changes) {
            body.extend(changes.clone());
        }
        body
    };
    for (changes, place) in [
        (json!({"method": {"type": "score", "min": 5, "max": 5}}), "/method/max"),
        (json!({"method": {"type": "score", "min": 0, "max": 11}}), "/method/max"),
        (json!({"method": {"type": "ranked", "count": "irv", "max_ranks": 0}}), "/method/max_ranks"),
        (json!({"method": {"type": "ranked", "count": "irv", "max_ranks": 101}}), "/method/max_ranks"),
        (json!({"method": {"type": "ranked", "count": "borda", "seats": 2}}), "/method/seats"),
        (json!({"method": {"type": "ranked", "count": "scottish_stv", "seats": 0}}), "/method/seats"),
        (json!({"method": {"type": "plurality", "seats": 101}}), "/method/seats"),
        (json!({"method": {"type": "ranked", "count": "irv"}, "tie_rule": {"type": "shared"}}), "/tie_rule"),
    ] {
        let refused = organiser.post(&path, &body(&changes)).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], place, "{}", refused.body);
    }
    for method in [
        json!({"type": "ranked"}),
        json!({"type": "ranked", "count": "star"}),
        json!({"type": "score", "min": 0}),
        json!({"type": "score", "min": -1, "max": 5}),
        json!({"type": "plurality", "seats": null}),
        json!({"type": "plurality", "max_ranks": 2}),
    ] {
        organiser.post(&path, &body(&json!({"method": method}))).await.refused(422, "validation-failed");
    }
}

/// Long rankings tell who their voter is: without a bound of its own, a ballot that is ready has one.
async fn long_rankings_are_bounded_unless_asked_for(world: &World) {
    let organiser = organiser(world).await;
    let path = format!("conferences/{CONFERENCE}/ballots");
    let body = |slug: &str, candidates: usize, method: Value| {
        let candidates: Vec<_> = (1..=candidates).map(|number| json!({"name": format!("C{number}")})).collect();
        json!({"slug": slug, "title": "T", "question": "Who?", "kind": "award", "method": method,
            "candidates": candidates, "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full"})
    };
    let irv = json!({"type": "ranked", "count": "irv"});
    for (slug, candidates, method, ranks) in [
        ("few", 5, irv.clone(), json!(null)),
        ("many", 6, irv, json!(3)),
        ("short", 6, json!({"type": "ranked", "count": "irv", "max_ranks": 2}), json!(2)),
    ] {
        let made = organiser.post(&path, &body(slug, candidates, method)).await.expect(201);
        let path = format!("ballots/{}", made.text("/id"));
        let _ready = organiser.post(&format!("{path}/transitions"), &json!({"to": "ready"})).await.expect(201);
        let ready = organiser.get(&path).await.expect(200);
        assert_eq!(ready.json["method"]["max_ranks"], ranks, "{slug}");
    }
}

/// Before long rankings are published vote by vote, an organiser says that this is meant.
async fn recognisable_rankings_have_to_be_accepted(world: &World) {
    let (organiser, _) = begin(world).await;
    let candidates: Vec<_> = (1..=6).map(|number| json!({"name": format!("C{number}")})).collect();
    let changes = |method: Value, disclosure: &str| json!({"method": method, "disclosure": disclosure, "candidates": candidates, "tie_rule": {"type": "lot"}});
    let long = json!({"type": "ranked", "count": "schulze", "max_ranks": 100});
    let ballot = organiser.draft(CONFERENCE, "long", changes(long.clone(), "full")).await;
    let path = format!("ballots/{}/transitions", ballot.id);
    for to in ["ready", "open"] {
        let refused = organiser.post(&path, &json!({"to": to})).await;
        refused.refused(409, "not-ready");
        assert!(refused.body.contains("recognisable-rankings"), "{}", refused.body);
    }
    let readiness = organiser.get(&format!("ballots/{}/readiness", ballot.id)).await.expect(200).json;
    assert_eq!((&readiness["ready"], &readiness["missing"]), (&json!(false), &json!(["recognisable-rankings"])));
    let accepted = json!({"to": "ready", "accept": ["recognisable-rankings"]});
    let _ready = organiser.post(&path, &accepted).await.expect(201);
    let closing = json!({"to": "paused", "accept": ["recognisable-rankings"]});
    organiser.post(&path, &closing).await.refused(422, "validation-failed");
    organiser.post(&path, &json!({"to": "open", "accept": ["everything"]})).await.refused(422, "validation-failed");
    // Three ranks are not asked about, nor is what is not published.
    let short = json!({"type": "ranked", "count": "schulze", "max_ranks": 3});
    for (slug, changes) in [("short", changes(short, "full")), ("kept", changes(long, "counts"))] {
        let ballot = organiser.draft(CONFERENCE, slug, changes).await;
        go_on(&organiser, &ballot, "ready").await;
    }
}

async fn everybody_elected_is_no_election(world: &World) {
    let organiser = organiser(world).await;
    let ballot = organiser.draft(CONFERENCE, "award", json!({"method": {"type": "plurality", "seats": 3}})).await;
    let path = format!("ballots/{}/transitions", ballot.id);
    let refused = organiser.post(&path, &json!({"to": "ready"})).await;
    refused.refused(409, "not-ready");
    assert!(refused.body.contains("fewer-seats-than-candidates"), "{}", refused.body);
}

async fn a_tie_inside_a_count_waits_for_one_order_of_all(world: &World) {
    let mut changes = ranked("irv");
    changes["tie_rule"] = json!({"type": "jury"});
    let (organiser, voters) = begin(world).await;
    let ballot = open(&organiser, "award", changes).await;
    for (voter, place) in voters.iter().zip([2, 2, 0, 1]) {
        let _vote = cast(voter, &ballot, ranking(&ballot, &[&[place]])).await.expect(201);
    }
    go_on(&organiser, &ballot, "closed").await;
    let tally = || async { organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json };
    let tied =
        json!({"type": "tied", "candidates": [ballot.candidates[0], ballot.candidates[1]], "rule": {"type": "jury"}});
    let open = tally().await;
    assert_eq!((&open["outcome"], open["derivation"].as_array().unwrap().len()), (&tied, 3));
    assert!(open["rows"].as_array().unwrap().iter().all(|row| row["elected"] == false));
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");

    let decide = |order: Vec<usize>| {
        let order: Vec<_> = order.into_iter().map(|place| &ballot.candidates[place]).collect();
        let decision = json!({"order": order, "reason": "The better pitch.", "decided_by": "the jury"});
        let path = format!("ballots/{}/tie-breaks", ballot.id);
        let organiser = &organiser;
        async move { organiser.post(&path, &decision).await }
    };
    let refused = decide(vec![0, 1]).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["code"], "not-every-candidate");
    let _decided = decide(vec![1, 0, 2]).await.expect(201);
    decide(vec![0, 1, 2]).await.refused(409, "tie-break-final");
    let settled = tally().await;
    assert_eq!(settled["outcome"]["candidates"], json!([ballot.candidates[2]]));
    assert_eq!(
        settled["derivation"][2]["order"],
        json!([ballot.candidates[1], ballot.candidates[0], ballot.candidates[2]])
    );
    go_on(&organiser, &ballot, "published").await;
    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    for words in ["the order of the jury decided", "Decided by the jury: The better pitch."] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let report = check(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, []);
}

/// Somebody who has seen the tally cannot change the winner by withdrawing a loser; the winner's own withdrawal counts.
async fn a_loser_who_withdraws_after_the_close_changes_nothing(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = open(&organiser, "award", ranked("irv")).await;
    // The last one's vote makes the second win against the first.
    for (voter, ranks) in voters.iter().zip([[0, 2], [0, 2], [1, 0], [1, 0], [2, 1]]) {
        let _vote = cast(voter, &ballot, ranking(&ballot, &[&[ranks[0]], &[ranks[1]]])).await.expect(201);
    }
    go_on(&organiser, &ballot, "closed").await;
    let elected = || async {
        organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json["outcome"]["candidates"].clone()
    };
    assert_eq!(elected().await, json!([ballot.candidates[1]]));
    for (gone, winner) in [(0, 1), (1, 2)] {
        let body = json!({"candidate_id": ballot.candidates[gone], "reason": "Ill."});
        let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &body).await.expect(201);
        // Without the second the first would win, but has withdrawn as well.
        assert_eq!(elected().await, json!([ballot.candidates[winner]]), "without {gone}");
    }
    go_on(&organiser, &ballot, "published").await;
    let report = check(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, []);
}

/// The encrypted votes of a ballot tell nothing by their length, whether they rank one, all or nobody.
async fn every_vote_of_a_ballot_has_one_length(world: &World) {
    let (organiser, voters) = begin(world).await;
    let schulze = open(&organiser, "schulze", ranked("schulze")).await;
    let rankings = [&[&[0][..]][..], &[&[2], &[1], &[0]], &[&[0, 1, 2]]].map(|ranks| ranking(&schulze, ranks));
    let score = open(&organiser, "score", json!({"method": {"type": "score", "min": 0, "max": 5}})).await;
    let points = [&[(0, 1)][..], &[(0, 5), (1, 5), (2, 5)]].map(|points| scores(&score, points));
    for (ballot, choices) in [(&schulze, rankings.to_vec()), (&score, points.to_vec())] {
        for (voter, choice) in voters.iter().zip(choices.into_iter().chain([json!({"blank": true})])) {
            let _vote = cast(voter, ballot, choice).await.expect(201);
        }
    }
    let lengths = "select count(distinct length(sealed)) as lengths from ballot_inbox group by ballot_id";
    assert_eq!(number(world, &format!("select max(lengths) from ({lengths}) as of_each")).await, 1);
    assert_eq!(count(world, "ballot_inbox").await, 7);
}

async fn without_a_script_ranks_are_chosen_checked_and_cast(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = open(&organiser, "award", ranked("irv")).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}", ballot.id);
    let choosing = page(world, &path, &cookie).await.expect(200);
    assert_eq!(choosing.body.matches("<select name=\"rank-").count(), 3, "{}", choosing.body);
    assert!(choosing.body.contains("Rank up to 3 of 3 finalists"), "{}", choosing.body);
    let [first, second, third] = ballot.candidates.as_slice() else { panic!("three candidates") };
    let form = format!("tracker={}&rank-{first}=2&rank-{second}=1&rank-{third}=", tracker());
    let checked = submit_own(world, &format!("{path}/check"), &cookie, &form).await.expect(200).body;
    let place = |words: &str| checked.find(words).unwrap_or_else(|| panic!("{words}: {checked}"));
    assert!(place("Rank 1") < place("Rank 2"), "in the order of the ranks");
    assert!(!checked.contains("Rank 3"), "{checked}");
    let changed = submit_own(world, &format!("{path}/check"), &cookie, &format!("{form}&change=1")).await.expect(200);
    assert_eq!(changed.body.matches(" selected>").count(), 2, "{}", changed.body);
    let _recorded = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
    let again = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
    assert!(again.header("location").ends_with("/receipt"), "{}", again.header("location"));
}

async fn without_a_script_points_are_given_checked_and_cast(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = open(&organiser, "award", json!({"method": {"type": "score", "min": 0, "max": 5}})).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}", ballot.id);
    let choosing = page(world, &path, &cookie).await.expect(200);
    assert_eq!(choosing.body.matches("type=\"radio\" name=\"points-").count(), 21, "{}", choosing.body);
    let [first, second, _] = ballot.candidates.as_slice() else { panic!("three candidates") };
    let form = format!("tracker={}&points-{first}=5&points-{second}=0", tracker());
    let checked = submit_own(world, &format!("{path}/check"), &cookie, &form).await.expect(200).body;
    assert_eq!((checked.matches("5 points").count(), checked.matches("0 points").count()), (1, 2), "{checked}");
    let changed = submit_own(world, &format!("{path}/check"), &cookie, &format!("{form}&change=1")).await.expect(200);
    // The third has "no points".
    assert_eq!(changed.body.matches(" checked>").count(), 3, "{}", changed.body);
    let _recorded = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
}

async fn what_is_wrong_in_a_form_is_told_and_kept(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = open(&organiser, "award", ranked("irv")).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}/check", ballot.id);
    let [first, second, third] = ballot.candidates.as_slice() else { panic!("three candidates") };
    for (fields, words, kept) in [
        (format!("&rank-{first}=1&rank-{second}=1"), "Rank 1 is given more than once.", 2),
        (format!("&rank-{first}=1&rank-{second}=3"), "Rank 2 is missing.", 2),
        (format!("&rank-{third}=2"), "Rank 1 is missing.", 1),
        (format!("&rank-{first}=1&choice=blank"), "Choose one or the other.", 1),
        (String::new(), "Give somebody rank 1", 0),
        (format!("&rank-{first}=0"), "Give somebody rank 1", 0),
        (format!("&rank-{first}=65535"), "Give somebody rank 1", 0),
        ("&rank-nobody=1".to_owned(), "Give somebody rank 1", 0),
    ] {
        let form = format!("tracker={}{fields}", tracker());
        let refused = submit_own(world, &path, &cookie, &form).await.expect(422);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert_eq!(refused.body.matches(" selected>").count(), kept, "{words}");
    }
}

async fn every_method_is_explained_with_an_example(world: &World) {
    for (language, words) in [("en", "Knoxville wins with 58"), ("de", "58 zu 42"), ("fr", "58 votes contre 42")] {
        let request = world.api().request(Method::GET, "/how-it-works/methods").header("accept-language", language);
        let shown = world.instance().answer(request).await.expect(200).body;
        assert_eq!(shown.matches("<h2>").count(), 9, "{language}");
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let linked = world.api().get("/how-it-works").await.expect(200).body;
    assert!(linked.contains("href=\"/how-it-works/methods\""), "{linked}");
}
