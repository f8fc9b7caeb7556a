//! Ties, withdrawals, and ballots with only blank votes.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use urna_tests::{Answer, Api, Ballot, Cases, World, cases, tracker};

use crate::look::{box_of, history};
use crate::scene::{CONFERENCE, go_on, organiser};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_tie_waits_for_the_jury,
            the_jury_names_each_of_the_tied_once,
            the_jury_may_think_again_until_the_publication,
            a_tie_is_broken_only_where_there_is_one,
            a_lot_can_be_drawn_again_by_anyone,
            a_shared_place_has_several_winners,
            who_withdraws_is_counted_and_not_elected,
            a_withdrawal_from_a_draft_is_an_edit,
            one_candidate_withdraws_once,
            a_withdrawal_after_the_publication_shows_in_the_next_version,
            a_withdrawal_can_settle_a_tie,
            without_votes_nobody_is_elected,
            with_blank_votes_alone_nobody_is_elected;
    }
}

/// A ballot with this tie rule, closed after these votes; `None` is a blank vote.
async fn closed_after(world: &World, rule: &str, votes: &[Option<usize>]) -> (Api, Ballot) {
    let organiser = organiser(world).await;
    let ballot = another_closed_after(world, &organiser, "award", rule, votes).await;
    (organiser, ballot)
}

async fn another_closed_after(
    world: &World,
    organiser: &Api,
    slug: &str,
    rule: &str,
    votes: &[Option<usize>],
) -> Ballot {
    let voters = world.crowd(CONFERENCE, votes.len().max(1)).await;
    let ballot = organiser.draft(CONFERENCE, slug, json!({"tie_rule": {"type": rule}})).await;
    go_on(organiser, &ballot, "open").await;
    for (voter, vote) in voters.iter().zip(votes) {
        let answer = match vote {
            Some(candidate) => voter.api.cast(&ballot, *candidate, &tracker()).await,
            None => voter.api.cast_blank(&ballot, &tracker()).await,
        };
        let _recorded = answer.expect(201);
    }
    go_on(organiser, &ballot, "closed").await;
    ballot
}

const TIE: [Option<usize>; 5] = [Some(0), Some(0), Some(2), Some(2), Some(1)];

async fn break_tie(organiser: &Api, ballot: &Ballot, order: &[usize]) -> Answer {
    let order: Vec<_> = order.iter().map(|place| &ballot.candidates[*place]).collect();
    let body = json!({"order": order, "reason": "The better pitch.", "decided_by": "The jury"});
    organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &body).await
}

async fn withdraw(organiser: &Api, ballot: &Ballot, candidate: usize) -> Answer {
    let body = json!({"candidate_id": ballot.candidates[candidate], "reason": "A new post."});
    organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &body).await
}

fn elected(ballot: &Ballot, places: &[usize]) -> Value {
    let candidates: Vec<_> = places.iter().map(|place| &ballot.candidates[*place]).collect();
    json!({"type": "elected", "candidates": candidates})
}

async fn outcome(organiser: &Api, ballot: &Ballot) -> Value {
    organiser.ballot(ballot, "tally").await.expect(200).json["outcome"].clone()
}

async fn results(world: &World, ballot: &Ballot) -> Value {
    world.api().ballot(ballot, "results").await.expect(200).json
}

async fn a_tie_waits_for_the_jury(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &TIE).await;
    let tied = [&ballot.candidates[0], &ballot.candidates[2]];
    let expected = json!({"type": "tied", "candidates": tied, "rule": {"type": "jury"}});
    assert_eq!(outcome(&organiser, &ballot).await, expected);
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");
    world.api().ballot(&ballot, "results").await.refused(404, "results-not-published");

    let decided = break_tie(&organiser, &ballot, &[2, 0]).await.expect(201);
    assert_eq!(decided.json["order"], json!([tied[1], tied[0]]));
    assert_eq!(outcome(&organiser, &ballot).await, elected(&ballot, &[2]));
    go_on(&organiser, &ballot, "published").await;
    let results = results(world, &ballot).await;
    assert_eq!(results["outcome"], elected(&ballot, &[2]));
    let rows: Vec<_> =
        results["rows"].as_array().unwrap().iter().map(|row| (row["rank"].clone(), row["elected"].clone())).collect();
    assert_eq!(rows, [(json!(1), json!(false)), (json!(1), json!(true)), (json!(3), json!(false))]);
}

async fn the_jury_names_each_of_the_tied_once(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &TIE).await;
    for order in [&[0, 1][..], &[0], &[0, 0], &[0, 2, 1], &[0, 2, 2], &[]] {
        let answer = break_tie(&organiser, &ballot, order).await;
        answer.refused(422, "validation-failed");
        assert_eq!(answer.json["errors"][0]["pointer"], "/order", "{order:?}");
        assert_eq!(answer.json["errors"][0]["code"], "not-the-tied-candidates", "{order:?}");
    }
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");
    let path = format!("ballots/{}/tie-breaks", ballot.id);
    for body in [
        json!({"order": [ballot.candidates[0], ballot.candidates[2]]}),
        json!({"order": [ballot.candidates[0], ballot.candidates[2]], "reason": "", "decided_by": "The jury"}),
        json!({"order": ["x"], "reason": "r", "decided_by": "The jury"}),
    ] {
        organiser.post(&path, &body).await.refused(422, "validation-failed");
    }
}

async fn the_jury_may_think_again_until_the_publication(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &TIE).await;
    let _first = break_tie(&organiser, &ballot, &[0, 2]).await.expect(201);
    let _second = break_tie(&organiser, &ballot, &[2, 0]).await.expect(201);
    let tally = organiser.ballot(&ballot, "tally").await.expect(200);
    assert_eq!(tally.json["tie_break"]["order"], json!([ballot.candidates[2], ballot.candidates[0]]));
    assert_eq!(tally.json["tie_break"]["decided_by"], "The jury");
    go_on(&organiser, &ballot, "published").await;
    break_tie(&organiser, &ballot, &[0, 2]).await.refused(409, "already-published");
    assert_eq!(results(world, &ballot).await["outcome"], elected(&ballot, &[2]));
}

async fn a_tie_is_broken_only_where_there_is_one(world: &World) {
    let organiser = organiser(world).await;
    let clear = another_closed_after(world, &organiser, "clear", "jury", &[Some(0), Some(0), Some(1)]).await;
    break_tie(&organiser, &clear, &[0, 1]).await.refused(409, "no-tie");
    for rule in ["lot", "shared"] {
        let settled = another_closed_after(world, &organiser, rule, rule, &TIE).await;
        break_tie(&organiser, &settled, &[0, 2]).await.refused(409, "no-tie");
    }
    for state in ["draft", "ready", "open", "paused", "cancelled"] {
        let ballot = organiser.draft(CONFERENCE, state, json!({})).await;
        crate::scene::take_to(&organiser, &ballot, state).await;
        break_tie(&organiser, &ballot, &[0, 2]).await.refused(409, "not-closed");
    }
}

/// The tied candidates in the order of the lot as `design.md` defines it, computed here independently.
async fn lot(world: &World, ballot: &Ballot) -> Vec<String> {
    let manifest = world.api().ballot(ballot, "manifest").await.expect(200);
    let commitments = box_of(world, ballot).await.into_iter().flat_map(|vote| *vote.commitment.as_bytes());
    let commitments = Sha256::digest(commitments.collect::<Vec<u8>>());
    let mut order: Vec<_> = (0_u16..)
        .zip(&ballot.candidates)
        .map(|(place, candidate)| {
            let hash = Sha256::new()
                .chain_update("urna/lot/v1\n")
                .chain_update(Sha256::digest(&manifest.body))
                .chain_update(commitments)
                .chain_update(place.to_be_bytes());
            (hash.finalize().to_vec(), candidate.clone())
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, candidate)| candidate).collect()
}

async fn a_lot_can_be_drawn_again_by_anyone(world: &World) {
    let organiser = organiser(world).await;
    for slug in ["first", "second", "third"] {
        let ballot = another_closed_after(world, &organiser, slug, "lot", &[Some(2), Some(1), Some(0), None]).await;
        let order = lot(world, &ballot).await;
        let drawn = organiser.ballot(&ballot, "tally").await.expect(200);
        assert_eq!(drawn.json["outcome"], json!({"type": "elected", "candidates": [order[0]]}));
        let step = drawn.json["derivation"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&step["step"], &step["order"]), (&json!("settle_tie"), &json!(order)));
        assert_eq!(outcome(&organiser, &ballot).await, drawn.json["outcome"], "it falls the same way each time");
        go_on(&organiser, &ballot, "published").await;
        assert_eq!(results(world, &ballot).await["outcome"], drawn.json["outcome"]);
    }
}

async fn a_shared_place_has_several_winners(world: &World) {
    let (organiser, ballot) = closed_after(world, "shared", &TIE).await;
    go_on(&organiser, &ballot, "published").await;
    let results = results(world, &ballot).await;
    assert_eq!(results["outcome"], elected(&ballot, &[0, 2]));
    let winners = results["rows"].as_array().unwrap().iter().filter(|row| row["elected"] == true).count();
    assert_eq!(winners, 2);
}

const CLEAR: [Option<usize>; 6] = [Some(0), Some(0), Some(0), Some(1), Some(1), Some(2)];

async fn who_withdraws_is_counted_and_not_elected(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &CLEAR).await;
    assert_eq!(outcome(&organiser, &ballot).await, elected(&ballot, &[0]));
    let withdrawn = withdraw(&organiser, &ballot, 0).await.expect(201);
    assert_eq!(withdrawn.json["candidate_id"], ballot.candidates[0].as_str());
    go_on(&organiser, &ballot, "published").await;
    let results = results(world, &ballot).await;
    assert_eq!(results["outcome"], elected(&ballot, &[1]));
    let first = &results["rows"][0];
    assert_eq!(
        (&first["candidate_id"], &first["votes"], &first["rank"], &first["withdrawn"], &first["elected"]),
        (&json!(ballot.candidates[0]), &json!(3), &json!(1), &json!(true), &json!(false))
    );
    assert_eq!(results["turnout"]["counted"], 6);
    assert_eq!(history(world, &ballot).await, ["opened", "closed", "withdrawn"]);
}

async fn a_withdrawal_from_a_draft_is_an_edit(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.draft(CONFERENCE, "award", json!({})).await;
    withdraw(&organiser, &ballot, 0).await.refused(409, "ballot-not-ready");
    go_on(&organiser, &ballot, "ready").await;
    let _withdrawn = withdraw(&organiser, &ballot, 0).await.expect(201);
    // Back in the draft state the list can be edited, and the next manifest has no withdrawals.
    go_on(&organiser, &ballot, "draft").await;
    go_on(&organiser, &ballot, "open").await;
    let _vote = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(outcome(&organiser, &ballot).await, elected(&ballot, &[0]));
}

async fn one_candidate_withdraws_once(world: &World) {
    let organiser = organiser(world).await;
    let _voter = world.crowd(CONFERENCE, 1).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _withdrawn = withdraw(&organiser, &ballot, 1).await.expect(201);
    withdraw(&organiser, &ballot, 1).await.refused(409, "already-withdrawn");
    let path = format!("ballots/{}/withdrawals", ballot.id);
    let unknown = organiser.post(&path, &json!({"candidate_id": ballot.id, "reason": "r"})).await;
    unknown.refused(422, "validation-failed");
    assert_eq!(unknown.json["errors"][0]["code"], "unknown-candidate");
    for body in [json!({"candidate_id": ballot.candidates[0]}), json!({"reason": "r"}), json!({"candidate_id": 7})] {
        organiser.post(&path, &body).await.refused(422, "validation-failed");
    }
    assert_eq!(history(world, &ballot).await, ["opened", "withdrawn"]);
    go_on(&organiser, &ballot, "cancelled").await;
    withdraw(&organiser, &ballot, 2).await.refused(410, "ballot-cancelled");
}

async fn a_withdrawal_after_the_publication_shows_in_the_next_version(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &CLEAR).await;
    go_on(&organiser, &ballot, "published").await;
    let first = world.api().ballot(&ballot, "results?version=1").await.expect(200);
    let _withdrawn = withdraw(&organiser, &ballot, 0).await.expect(201);
    assert_eq!(results(world, &ballot).await["outcome"], elected(&ballot, &[0]), "nothing changes until then");
    organiser.publish(&ballot).await.refused(409, "already-published");
    let note = json!({"note": "The winner has withdrawn."});
    let second = organiser.post(&format!("ballots/{}/publications", ballot.id), &note).await.expect(201);
    assert_eq!(second.json, json!({"version": 2}));
    let latest = results(world, &ballot).await;
    assert_eq!((&latest["version"], &latest["versions"]), (&json!(2), &json!([1, 2])));
    assert_eq!(latest["outcome"], elected(&ballot, &[1]));
    assert_eq!(world.api().ballot(&ballot, "results?version=1").await.expect(200).body, first.body);
}

async fn a_withdrawal_can_settle_a_tie(world: &World) {
    let (organiser, ballot) = closed_after(world, "jury", &TIE).await;
    organiser.publish(&ballot).await.refused(409, "tie-unresolved");
    let _withdrawn = withdraw(&organiser, &ballot, 2).await.expect(201);
    break_tie(&organiser, &ballot, &[0, 2]).await.refused(409, "no-tie");
    go_on(&organiser, &ballot, "published").await;
    assert_eq!(results(world, &ballot).await["outcome"], elected(&ballot, &[0]));
}

/// Nobody is elected under any tie rule, and the result can be published.
async fn must_elect_nobody(world: &World, votes: &[Option<usize>]) {
    let organiser = organiser(world).await;
    for rule in ["jury", "lot", "shared"] {
        let ballot = another_closed_after(world, &organiser, rule, rule, votes).await;
        go_on(&organiser, &ballot, "published").await;
        let results = results(world, &ballot).await;
        assert_eq!(results["outcome"], json!({"type": "no_votes"}));
        let turnout = &results["turnout"];
        assert_eq!((&turnout["voted"], &turnout["counted"]), (&json!(votes.len()), &json!(0)));
        assert_eq!(turnout["blank"], votes.len());
        for row in results["rows"].as_array().unwrap() {
            assert_eq!(
                (&row["votes"], &row["share"], &row["rank"], &row["elected"]),
                (&json!(0), &json!("0.0000"), &json!(1), &json!(false))
            );
        }
        let _table = world.api().ballot(&ballot, "results.csv").await.expect(200);
        let picture = world.api().ballot(&ballot, "results.svg").await.expect(200);
        assert!(roxmltree::Document::parse(&picture.body).is_ok());
    }
}

async fn without_votes_nobody_is_elected(world: &World) {
    must_elect_nobody(world, &[]).await;
}

async fn with_blank_votes_alone_nobody_is_elected(world: &World) {
    must_elect_nobody(world, &[None, None, None]).await;
}
