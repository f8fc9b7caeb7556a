//! Motions, through every interface.

use serde_json::{Value, json};
use urna_tests::{Api, Ballot, Cases, World, cases, tracker};
use urna_verify::{Fault, Files, FoundChoice, Recount, SavedReceipt};

use crate::methods::{begin, cast, hold, open};
use crate::pages::{page, press, submit_own};
use crate::record::{archive, check, key};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_motion_leads_from_answers_to_a_verified_result,
            as_many_yes_as_no_is_rejected,
            a_motion_without_its_quorum_is_not_counted_anywhere,
            a_motion_of_counts_alone_is_verified,
            a_motion_has_neither_candidates_nor_ties,
            a_rule_of_a_motion_is_within_its_bounds,
            an_answer_is_one_of_three,
            a_quorum_of_who_is_present_is_not_ready,
            without_a_script_a_motion_is_answered_checked_and_cast;
    }
}

/// A motion with these rules; nothing else of a ballot but what every ballot has.
fn motion(method: Value) -> Value {
    json!({"method": method, "kind": "consultation", "candidates": [], "allow_blank": false, "tie_rule": null})
}

fn answer(word: &str) -> Value {
    json!({"motion": word})
}

fn answers(words: &[&str]) -> Vec<Value> {
    words.iter().map(|word| answer(word)).collect()
}

async fn a_motion_leads_from_answers_to_a_verified_result(world: &World) {
    let scene = begin(world).await;
    let rules = json!({"type": "motion", "quorum": {"type": "members", "fraction": "1/2"}});
    let ballot = &open(&scene.0, "charter", motion(rules)).await;
    let manifest = world.api().ballot(ballot, "manifest").await.expect(200).json;
    assert_eq!(
        (&manifest["method"], &manifest["tie_rule"], &manifest["candidates"]),
        (
            &json!({"type": "motion", "quorum": {"type": "members", "fraction": "1/2"},
                "majority": {"base": "yes_and_no", "threshold": {"more_than": "1/2"}}}),
            &json!({"type": "rejected"}),
            &json!([])
        )
    );
    let choices = answers(&["yes", "no", "yes", "abstain"]);
    let (results, found) = hold(world, &scene, ballot, choices).await;
    assert_eq!(results["outcome"], json!({"type": "carried"}));
    assert_eq!(results["answers"], json!({"yes": 2, "no": 1, "abstained": 1}));
    assert_eq!((&results["rows"], &results["rounds"]), (&json!([]), &json!([])));
    assert_eq!(
        results["derivation"],
        json!([
            {"step": "quorum", "members": 6, "needed": 3, "took_part": 4},
            {"step": "answers", "yes": 2, "no": 1, "abstained": 1},
            {"step": "majority", "base": 3, "threshold": {"more_than": "1/2"}, "needed": 2},
        ])
    );
    assert_eq!(serde_json::to_value(&found[3]).unwrap(), json!({"motion": "abstain"}));
    assert!(matches!(found[0], FoundChoice::Motion { .. }));

    let shown = world.api().get(&format!("/{CONFERENCE}/charter/results")).await.expect(200).body;
    for words in [
        "Carried",
        "2 yes, 1 no, 1 abstained",
        "more than 1.5 of 3 who said yes or no",
        "4 of 6 took part; 3 were needed",
        "With as many yes as no a motion is rejected",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("Blank votes") && !shown.contains("blank vote"), "{shown}");
    let table = world.api().ballot(ballot, "results.csv").await.expect(200).body;
    assert_eq!(table, "\u{feff}answer,votes\nyes,2\nno,1\nabstain,1\n");
    let picture = world.api().ballot(ballot, "results.svg").await.expect(200).body;
    assert!(picture.contains("Carried") && picture.contains("Abstained"), "{picture}");
    let _card = world.api().get(&format!("/{CONFERENCE}/charter/card.png")).await.expect(200);
}

async fn as_many_yes_as_no_is_rejected(world: &World) {
    let scene = begin(world).await;
    let rules = json!({"type": "motion", "majority": {"threshold": {"at_least": "1/2"}}});
    let ballot = &open(&scene.0, "charter", motion(rules)).await;
    let (results, _) = hold(world, &scene, ballot, answers(&["yes", "no", "abstain"])).await;
    assert_eq!(results["outcome"], json!({"type": "rejected"}));
    let shown = world.api().get(&format!("/{CONFERENCE}/charter/results")).await.expect(200).body;
    assert!(shown.contains("As many yes as no: the motion is rejected."), "{shown}");
    let refused = scene
        .0
        .post(
            &format!("ballots/{}/tie-breaks", ballot.id),
            &json!({"order": [ballot.id, ballot.id.replace('0', "1")], "reason": "r", "decided_by": "d"}),
        )
        .await;
    refused.refused(409, "already-published");
}

/// Tally, result, page, files and record say how many took part, and tell no answer.
async fn a_motion_without_its_quorum_is_not_counted_anywhere(world: &World) {
    let (organiser, voters) = begin(world).await;
    let rules = json!({"type": "motion", "quorum": {"type": "members", "fraction": "2/3"}});
    let ballot = &open(&organiser, "charter", motion(rules)).await;
    let (mut receipts, mut codes) = (Vec::new(), Vec::new());
    for (voter, word) in voters.iter().zip(["yes", "yes", "no"]) {
        let cast = cast(voter, ballot, answer(word)).await.expect(201);
        codes.push(cast.text("/receipt/code"));
        receipts.push(SavedReceipt::read(cast.body.as_bytes(), "saved").unwrap());
    }
    go_on(&organiser, ballot, "closed").await;
    let tally = organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json;
    let steps = json!([{"step": "quorum", "members": 6, "needed": 4, "took_part": 3}]);
    assert_eq!((&tally["outcome"], &tally["derivation"]), (&json!({"type": "not_decided"}), &steps));
    go_on(&organiser, ballot, "published").await;
    let results = world.api().ballot(ballot, "results").await.expect(200).json;
    assert_eq!((&results["outcome"], &results["derivation"]), (&json!({"type": "not_decided"}), &steps));
    assert_eq!((results.get("answers"), &results["turnout"]["voted"]), (None, &json!(3)));
    let shown = world.api().get(&format!("/{CONFERENCE}/charter/results")).await.expect(200).body;
    for words in ["Not decided", "3 of 6 took part; 4 were needed", "the votes are not counted, and not published"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("<table"), "nothing to put into a table: {shown}");
    let table = world.api().ballot(ballot, "results.csv").await.expect(200).body;
    assert_eq!(table, "\u{feff}answer,votes\n");
    let picture = world.api().ballot(ballot, "results.svg").await.expect(200).body;
    assert!(!picture.contains("Abstained"), "{picture}");

    let found = world.api().get(&format!("/receipts/{}", codes[0])).await.expect(200).body;
    assert!(found.contains("Too few people took part to decide the motion"), "{found}");

    let archive = archive(&world.api(), ballot, "").await;
    assert_eq!(Files::read(&archive).unwrap().openings, None);
    let report = check(&archive, &key(&world.api()).await, &receipts);
    assert_eq!(report.faults, []);
    let summary = report.summary.unwrap();
    assert_eq!((summary.recount, summary.motion.unwrap().outcome), (Recount::NotNeeded, "not_decided"));
    assert!(summary.receipts.iter().all(|receipt| receipt.choice.is_none()));
}

async fn a_motion_of_counts_alone_is_verified(world: &World) {
    let (organiser, voters) = begin(world).await;
    let mut changes =
        motion(json!({"type": "motion", "majority": {"base": "members", "threshold": {"at_least": "1/2"}}}));
    changes["disclosure"] = json!("counts");
    let ballot = &open(&organiser, "charter", changes).await;
    for (voter, word) in voters.iter().zip(["yes", "yes", "yes", "no"]) {
        let _vote = cast(voter, ballot, answer(word)).await.expect(201);
    }
    go_on(&organiser, ballot, "closed").await;
    go_on(&organiser, ballot, "published").await;
    let archive = archive(&world.api(), ballot, "").await;
    let report = check(&archive, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, [] as [Fault; 0]);
    assert_eq!(report.summary.unwrap().motion.unwrap().outcome, "carried");
}

async fn wrong(organiser: &Api, changes: Value, place: &str) {
    let mut body = json!({"slug": "charter", "title": "Charter", "question": "Adopt it?", "kind": "consultation",
        "method": {"type": "motion"}, "allow_blank": false, "disclosure": "full"});
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let refused = organiser.post(&format!("conferences/{CONFERENCE}/ballots"), &body).await;
    refused.refused(422, "validation-failed");
    assert_eq!(refused.json["errors"][0]["pointer"], place, "{changes}: {}", refused.body);
}

async fn a_motion_has_neither_candidates_nor_ties(world: &World) {
    let organiser = organiser(world).await;
    wrong(&organiser, json!({"candidates": [{"name": "Yes"}]}), "/candidates").await;
    wrong(&organiser, json!({"allow_blank": true}), "/allow_blank").await;
    wrong(&organiser, json!({"tie_rule": {"type": "lot"}}), "/tie_rule").await;
    wrong(&organiser, json!({"tie_rule": {"type": "shared"}}), "/tie_rule").await;
    wrong(&organiser, json!({"method": {"type": "plurality"}}), "/tie_rule").await;
    wrong(&organiser, json!({"method": {"type": "plurality"}, "tie_rule": {"type": "rejected"}}), "/tie_rule").await;
}

async fn a_rule_of_a_motion_is_within_its_bounds(world: &World) {
    let organiser = organiser(world).await;
    let quorum =
        |fraction: &str| json!({"method": {"type": "motion", "quorum": {"type": "members", "fraction": fraction}}});
    for fraction in ["3/2", "0/2", "1/1001"] {
        wrong(&organiser, quorum(fraction), "/method/quorum").await;
    }
    let majority = |threshold: Value| json!({"method": {"type": "motion", "majority": {"threshold": threshold}}});
    for threshold in [json!({"more_than": "1/1"}), json!({"at_least": "1/3"}), json!({"at_least": "4/3"})] {
        wrong(&organiser, majority(threshold), "/method/majority").await;
    }
    wrong(
        &organiser,
        json!({"method": {"type": "motion", "quorum": {"type": "none", "fraction": "1/2"}}}),
        "/method/fraction",
    )
    .await;
    for nonsense in ["0.5", "1/0x", "-1/2", "1", "01/2"] {
        wrong(&organiser, quorum(nonsense), "/method").await;
    }
}

async fn an_answer_is_one_of_three(world: &World) {
    let (organiser, voters) = begin(world).await;
    let charter = open(&organiser, "charter", motion(json!({"type": "motion"}))).await;
    let award = open(&organiser, "award", json!({})).await;
    let refused = |ballot: &Ballot, choice: Value, code: &'static str| {
        let (voter, ballot) = (&voters[0], ballot.clone());
        async move { cast(voter, &ballot, choice).await.refused(422, code) }
    };
    refused(&charter, answer("maybe"), "validation-failed").await;
    refused(&charter, json!({"motion": null}), "invalid-choice").await;
    refused(&charter, json!({"blank": true}), "invalid-choice").await;
    refused(&charter, json!({"candidate": award.candidates[0]}), "invalid-choice").await;
    refused(&award, answer("yes"), "invalid-choice").await;
    refused(&charter, json!({"motion": "yes", "blank": true}), "invalid-choice").await;
    let _vote = cast(&voters[0], &charter, answer("abstain")).await.expect(201);
}

async fn a_quorum_of_who_is_present_is_not_ready(world: &World) {
    let organiser = organiser(world).await;
    let rules = json!({"type": "motion", "quorum": {"type": "present", "fraction": "1/2"}});
    let ballot = organiser.draft(CONFERENCE, "charter", motion(rules)).await;
    let refused = organiser.post(&format!("ballots/{}/transitions", ballot.id), &json!({"to": "ready"})).await;
    refused.refused(409, "not-ready");
    assert!(refused.body.contains("\"presence\""), "{}", refused.body);
}

async fn without_a_script_a_motion_is_answered_checked_and_cast(world: &World) {
    let (organiser, voters) = begin(world).await;
    let rules = json!({"type": "motion", "quorum": {"type": "members", "fraction": "1/3"},
        "majority": {"base": "cast", "threshold": {"at_least": "2/3"}}});
    let ballot = open(&organiser, "charter", motion(rules)).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}", ballot.id);
    let choosing = page(world, &path, &cookie).await.expect(200).body;
    for words in [
        "Vote yes or no, or abstain.",
        "The motion is carried if at least 2/3 of all who vote, abstentions included, say yes.",
        "It is decided only if at least 1/3 of all who can vote take part",
    ] {
        assert!(choosing.contains(words), "{words}: {choosing}");
    }
    assert_eq!(choosing.matches("type=\"radio\"").count(), 3);
    let tracker = tracker();
    let nothing = submit_own(world, &format!("{path}/check"), &cookie, &format!("tracker={tracker}")).await.expect(422);
    assert!(nothing.body.contains("Choose yes, no, or an abstention"), "{}", nothing.body);
    let both = format!("tracker={tracker}&choice=yes&choice=no");
    let _both = submit_own(world, &format!("{path}/check"), &cookie, &both).await.expect(422);
    let form = format!("tracker={tracker}&choice=no");
    let checked = submit_own(world, &format!("{path}/check"), &cookie, &form).await.expect(200).body;
    assert!(checked.contains(">No</b>") && checked.contains("name=\"choice\" value=\"no\""), "{checked}");
    let changed =
        submit_own(world, &format!("{path}/check"), &cookie, &format!("{form}&change=1")).await.expect(200).body;
    assert!(changed.contains("value=\"no\" checked"), "{changed}");
    let _cast = submit_own(world, &format!("{path}/votes"), &cookie, &form).await;
    assert!(page(world, &path, &cookie).await.expect(200).body.contains("recorded"));
    go_on(&organiser, &ballot, "closed").await;
    go_on(&organiser, &ballot, "published").await;
    let results = world.api().ballot(&ballot, "results").await.expect(200).json;
    assert_eq!(results["outcome"], json!({"type": "not_decided"}), "one of six, where two are needed");
}
