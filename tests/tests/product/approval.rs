//! Approval: votes that name several candidates, through every interface.

use serde_json::{Value, json};
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};
use urna_verify::{FoundChoice, SavedReceipt};

use crate::look::tables;
use crate::pages::{page, press, submit_own};
use crate::record::{archive, check, key};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_vote_names_several_in_any_order,
            what_is_no_choice_of_the_ballot_is_refused_and_told,
            the_bound_is_from_2_to_100,
            the_result_counts_each_name,
            a_tie_is_settled_as_the_ballot_says,
            without_a_script_several_are_ticked_checked_and_cast,
            no_more_are_asked_for_than_can_win,
            a_form_that_cannot_be_cast_keeps_what_was_ticked;
    }
}

/// An open ballot on which a vote names up to two of three.
async fn open(world: &World, changes: Value) -> (Api, Ballot, Vec<Voter>) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 6).await;
    let mut all = json!({"method": {"type": "approval", "max_choices": 2}});
    if let (Value::Object(all), Value::Object(changes)) = (&mut all, changes) {
        all.extend(changes);
    }
    let ballot = organiser.draft(CONFERENCE, "award", all).await;
    go_on(&organiser, &ballot, "open").await;
    (organiser, ballot, voters)
}

/// The candidates at these indices.
fn named(ballot: &Ballot, places: &[usize]) -> Value {
    json!({"candidates": places.iter().map(|place| &ballot.candidates[*place]).collect::<Vec<_>>()})
}

async fn cast(voter: &Voter, ballot: &Ballot, choice: Value, tracker: &str) -> Answer {
    voter.api.post(&format!("ballots/{}/votes", ballot.id), &json!({"choice": choice, "tracker": tracker})).await
}

async fn a_vote_names_several_in_any_order(world: &World) {
    let (_, ballot, voters) = open(world, json!({})).await;
    let tracker = tracker();
    let first = cast(&voters[0], &ballot, named(&ballot, &[0, 2]), &tracker).await.expect(201);
    let again = cast(&voters[0], &ballot, named(&ballot, &[2, 0]), &tracker).await.expect(200);
    assert_eq!(first.json, again.json, "the same choice, written in another order");
    cast(&voters[0], &ballot, named(&ballot, &[0]), &tracker).await.refused(409, "tracker-reused");
    let _one = cast(&voters[1], &ballot, named(&ballot, &[1]), &urna_tests::tracker()).await.expect(201);
    let _blank = cast(&voters[2], &ballot, json!({"blank": true}), &urna_tests::tracker()).await.expect(201);
}

async fn what_is_no_choice_of_the_ballot_is_refused_and_told(world: &World) {
    let (organiser, ballot, voters) = open(world, json!({})).await;
    let before = tables(world).await;
    for (choice, said) in [
        (named(&ballot, &[0, 1, 2]), "at most 2"),
        (named(&ballot, &[]), "To choose nobody"),
        (named(&ballot, &[1, 1]), "each candidate once"),
        (json!({"candidates": [ballot.candidates[0], ballot.id]}), "no such candidate"),
        (json!({"candidate": ballot.candidates[0]}), "`candidates`"),
        (json!({"candidates": [ballot.candidates[0]], "blank": true}), "one of"),
    ] {
        let refused = cast(&voters[0], &ballot, choice, &tracker()).await;
        refused.refused(422, "invalid-choice");
        assert!(refused.text("/detail").contains(said), "{said}: {}", refused.body);
    }
    let many = json!({"candidates": vec![&ballot.candidates[0]; 400]});
    cast(&voters[0], &ballot, many, &tracker()).await.refused(422, "invalid-choice");
    assert_eq!(tables(world).await, before);
    // Plurality does not accept a list either.
    let plurality = organiser.open_ballot(CONFERENCE, "plurality").await;
    let refused = cast(&voters[0], &plurality, named(&plurality, &[0]), &tracker()).await;
    refused.refused(422, "invalid-choice");
    assert!(refused.text("/detail").contains("`candidate`"), "{}", refused.body);
}

async fn the_bound_is_from_2_to_100(world: &World) {
    let organiser = organiser(world).await;
    let body = |method: Value| {
        json!({"slug": "award", "title": "T", "question": "Who?", "kind": "award", "method": method,
            "candidates": [{"name": "A"}, {"name": "B"}], "allow_blank": true, "tie_rule": {"type": "lot"},
            "disclosure": "full"})
    };
    let path = format!("conferences/{CONFERENCE}/ballots");
    for wrong in [0, 1, 101] {
        let refused = organiser.post(&path, &body(json!({"type": "approval", "max_choices": wrong}))).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/method/max_choices");
    }
    for wrong in [json!({"type": "approval"}), json!({"type": "approval", "max_choices": 2, "more": 1})] {
        organiser.post(&path, &body(wrong)).await.refused(422, "validation-failed");
    }
    let made = organiser.post(&path, &body(json!({"type": "approval", "max_choices": 100}))).await.expect(201);
    assert_eq!(made.json["method"], json!({"type": "approval", "max_choices": 100}));
}

async fn the_result_counts_each_name(world: &World) {
    let (organiser, ballot, voters) = open(world, json!({})).await;
    let mut receipts = Vec::new();
    for (voter, places) in voters.iter().zip([&[0, 1][..], &[1], &[1, 2], &[0, 2]]) {
        let answer = cast(voter, &ballot, named(&ballot, places), &tracker()).await.expect(201);
        receipts.push(SavedReceipt::read(answer.body.as_bytes(), "saved").unwrap());
    }
    let blank = cast(&voters[4], &ballot, json!({"blank": true}), &tracker()).await.expect(201);
    receipts.push(SavedReceipt::read(blank.body.as_bytes(), "saved").unwrap());
    go_on(&organiser, &ballot, "closed").await;
    let tally = organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json;
    go_on(&organiser, &ballot, "published").await;

    let found = world.api().ballot(&ballot, "results").await.expect(200).json;
    assert_eq!(found["method"], json!({"type": "approval", "max_choices": 2}));
    assert_eq!(found["turnout"], json!({"eligible": 6, "voted": 5, "counted": 4, "blank": 1}));
    let rows: Vec<_> = found["rows"].as_array().unwrap().iter().map(|row| (&row["votes"], &row["share"])).collect();
    let share = |text: &str| json!(text);
    assert_eq!(rows, [(&json!(3), &share("0.7500")), (&json!(2), &share("0.5000")), (&json!(2), &share("0.5000"))]);
    assert_eq!(found["outcome"], json!({"type": "elected", "candidates": [ballot.candidates[1]]}));
    assert_eq!(found["derivation"], tally["derivation"], "what was signed is what is shown");
    assert_eq!(found["derivation"][2]["step"], "most_votes");
    let table = world.api().ballot(&ballot, "results.csv").await.expect(200);
    assert!(table.body.contains(",3,0.7500,false,true"), "{}", table.body);
    let picture = world.api().ballot(&ballot, "results.svg").await.expect(200);
    assert!(picture.body.contains("75.0"), "{}", picture.body);

    let (record, key) = (archive(&world.api(), &ballot, "").await, key(&world.api()).await);
    let report = check(&record, &key, &receipts);
    assert_eq!(report.faults, []);
    let choices = report.summary.unwrap().receipts.into_iter().map(|receipt| receipt.choice.unwrap());
    let lengths: Vec<_> = choices
        .map(|choice| match choice {
            FoundChoice::Candidates(names) => names.len(),
            FoundChoice::Blank => 0,
            other => panic!("{other:?} in an approval"),
        })
        .collect();
    assert_eq!(lengths, [2, 1, 2, 2, 0]);

    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    for words in ["up to 2 finalists", ">75.0"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

async fn a_tie_is_settled_as_the_ballot_says(world: &World) {
    let (organiser, ballot, voters) = open(world, json!({"tie_rule": {"type": "jury"}})).await;
    let _both = cast(&voters[0], &ballot, named(&ballot, &[0, 1]), &tracker()).await.expect(201);
    go_on(&organiser, &ballot, "closed").await;
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");
    let order = [&ballot.candidates[1], &ballot.candidates[0]];
    let decision = json!({"order": order, "reason": "The better pitch.", "decided_by": "the jury"});
    let _decided = organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await.expect(201);
    go_on(&organiser, &ballot, "published").await;
    let found = world.api().ballot(&ballot, "results").await.expect(200).json;
    assert_eq!(found["outcome"], json!({"type": "elected", "candidates": [ballot.candidates[1]]}));
    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    assert!(shown.contains("Decided by the jury: The better pitch."), "{shown}");
    let report = check(&archive(&world.api(), &ballot, "").await, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, []);
}

async fn without_a_script_several_are_ticked_checked_and_cast(world: &World) {
    let (_, ballot, voters) = open(world, json!({})).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}", ballot.id);
    let choosing = page(world, &path, &cookie).await.expect(200);
    assert_eq!(choosing.body.matches("type=\"checkbox\" name=\"candidates\"").count(), 3, "{}", choosing.body);
    assert!(choosing.body.contains("Choose up to 2 of 3 finalists."), "{}", choosing.body);
    let [first, second, _] = ballot.candidates.as_slice() else { panic!("three candidates") };
    let form = format!("tracker={}&candidates={second}&candidates={first}", tracker());
    let checked = submit_own(world, &format!("{path}/check"), &cookie, &form).await.expect(200);
    for name in ["Zoë Łukaszewicz-Ó Briain", "Jānis Bērziņš"] {
        assert!(checked.body.contains(name), "{name}: {}", checked.body);
    }
    for id in [first, second] {
        assert_eq!(checked.body.matches(&format!("name=\"candidates\" value=\"{id}\"")).count(), 2, "{}", checked.body);
    }
    let changed = submit_own(world, &format!("{path}/check"), &cookie, &format!("{form}&change=1")).await.expect(200);
    assert_eq!(changed.body.matches(" checked>").count(), 2, "{}", changed.body);
    let _recorded = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
    let again = submit_own(world, &format!("{path}/votes"), &cookie, &form).await.expect(303);
    assert!(again.header("location").ends_with("/receipt"), "{}", again.header("location"));
}

async fn no_more_are_asked_for_than_can_win(world: &World) {
    let (organiser, ballot, voters) = open(world, json!({})).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}", ballot.id);
    for (candidate, words) in
        [(0, "Choose up to 2 of 2 finalists."), (1, "There is one finalist. Choose that one, if you want to.")]
    {
        let body = json!({"candidate_id": ballot.candidates[candidate], "reason": "Ill."});
        let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &body).await.expect(201);
        let choosing = page(world, &path, &cookie).await.expect(200);
        assert!(choosing.body.contains(words), "{words}: {}", choosing.body);
    }
}

async fn a_form_that_cannot_be_cast_keeps_what_was_ticked(world: &World) {
    let (_, ballot, voters) = open(world, json!({})).await;
    let cookie = press(world, &voters[0].link).await;
    let path = format!("/ballots/{}/check", ballot.id);
    let all = ballot.candidates.iter().fold(String::new(), |all, id| all + "&candidates=" + id);
    for (fields, words, ticked) in [
        (all, "Choose at most 2.", 3),
        (format!("&choice=blank&candidates={}", ballot.candidates[1]), "Choose one or the other.", 1),
        (String::new(), "Choose a finalist", 0),
    ] {
        let form = format!("tracker={}{fields}", tracker());
        let refused = submit_own(world, &path, &cookie, &form).await.expect(422);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert_eq!(refused.body.matches(" checked>").count(), ticked, "{words}");
    }
}
