//! Orders that a jury seals before the close of a ranked count.

use serde_json::{Value, json};
use urna_store::Pools;
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases};

use crate::methods::{begin, cast, open, ranked, ranking};
use crate::put_back::execute;
use crate::record::{archive, check, key};
use crate::scene::{CONFERENCE, go_on};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_sealed_order_settles_a_tie_at_the_close,
            an_order_that_nothing_needs_stays_sealed,
            a_sealed_order_settles_what_a_withdrawal_ties,
            an_order_can_be_sealed_again_until_the_close,
            an_order_is_sealed_only_where_a_jury_orders_everybody,
            a_sealed_order_goes_with_the_definition_that_it_is_for,
            an_order_that_the_database_changed_decides_nothing,
            nothing_is_sealed_after_the_closing_time;
    }
}

fn by_jury() -> Value {
    let mut changes = ranked("irv");
    changes["tie_rule"] = json!({"type": "jury"});
    changes
}

async fn seal(organiser: &Api, ballot: &Ballot, order: &[usize]) -> Answer {
    let order: Vec<_> = order.iter().map(|place| &ballot.candidates[*place]).collect();
    let decision = json!({"order": order, "reason": "As we met.", "decided_by": "the jury"});
    organiser.post(&format!("ballots/{}/tie-breaks", ballot.id), &decision).await
}

/// Each voter ranks one candidate.
async fn vote(voters: &[Voter], ballot: &Ballot, places: &[usize]) {
    for (voter, place) in voters.iter().zip(places) {
        let _vote = cast(voter, ballot, ranking(ballot, &[&[*place]])).await.expect(201);
    }
}

/// Publishes, and checks the record; returns the result and the verifier's summary.
async fn publish(world: &World, organiser: &Api, ballot: &Ballot) -> (Value, urna_verify::Summary) {
    go_on(organiser, ballot, "published").await;
    let results = world.api().ballot(ballot, "results").await.expect(200).json;
    let report = check(&archive(&world.api(), ballot, "").await, &key(&world.api()).await, &[]);
    assert_eq!(report.faults, []);
    (results, report.summary.unwrap())
}

async fn tally(organiser: &Api, ballot: &Ballot) -> Value {
    organiser.get(&format!("ballots/{}/tally", ballot.id)).await.expect(200).json
}

/// Nobody ever sees a tie that waits: the order was there before the votes were counted.
async fn a_sealed_order_settles_a_tie_at_the_close(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &organiser.draft(CONFERENCE, "award", by_jury()).await;
    go_on(&organiser, ballot, "ready").await;
    let sealed = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    assert_eq!(sealed.json["order"][0], json!(ballot.candidates[1]));
    assert_eq!(sealed.text("/sha256").len(), 64);
    go_on(&organiser, ballot, "open").await;
    vote(&voters, ballot, &[2, 2, 0, 1]).await;
    go_on(&organiser, ballot, "closed").await;
    seal(&organiser, ballot, &[0, 1, 2]).await.refused(409, "tie-break-final");
    let tally = tally(&organiser, ballot).await;
    assert_eq!(tally["outcome"]["candidates"], json!([ballot.candidates[2]]));
    let (results, summary) = publish(world, &organiser, ballot).await;
    assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[2]]));
    assert_eq!(results["rounds"][0]["excluded"], json!(ballot.candidates[0]), "who stands last among the tied");
    assert!(summary.decision.is_some_and(|decision| decision.sealed && decision.reason == "As we met."));
    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    for words in ["The jury sealed its order", "Decided by the jury: As we met."] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

async fn an_order_that_nothing_needs_stays_sealed(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &open(&organiser, "award", by_jury()).await;
    let _sealed = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    vote(&voters, ballot, &[2, 2, 2, 0, 0, 1]).await;
    go_on(&organiser, ballot, "closed").await;
    let (_, summary) = publish(world, &organiser, ballot).await;
    assert_eq!(summary.decision, None);
    let shown = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200).body;
    assert!(!shown.contains("As we met."), "{shown}");
    let audit = organiser.get(&format!("audit-events?ballot={}", ballot.id)).await;
    assert!(!audit.body.contains("As we met.") && !audit.body.contains("\"order\""), "{}", audit.body);
}

async fn a_sealed_order_settles_what_a_withdrawal_ties(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &open(&organiser, "award", by_jury()).await;
    let _sealed = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    vote(&voters, ballot, &[2, 2, 2, 0, 1]).await;
    go_on(&organiser, ballot, "closed").await;
    let body = json!({"candidate_id": ballot.candidates[2], "reason": "Ill."});
    let _withdrawn = organiser.post(&format!("ballots/{}/withdrawals", ballot.id), &body).await.expect(201);
    let (results, summary) = publish(world, &organiser, ballot).await;
    assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[1]]));
    assert!(summary.decision.is_some_and(|decision| decision.sealed));
}

async fn an_order_can_be_sealed_again_until_the_close(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &open(&organiser, "award", by_jury()).await;
    let _first = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    go_on(&organiser, ballot, "paused").await;
    let _second = seal(&organiser, ballot, &[0, 1, 2]).await.expect(201);
    go_on(&organiser, ballot, "open").await;
    vote(&voters, ballot, &[0, 1]).await;
    go_on(&organiser, ballot, "closed").await;
    let (results, _) = publish(world, &organiser, ballot).await;
    assert_eq!(results["outcome"]["candidates"], json!([ballot.candidates[0]]));
}

async fn an_order_is_sealed_only_where_a_jury_orders_everybody(world: &World) {
    let (organiser, _) = begin(world).await;
    let jury = json!({"tie_rule": {"type": "jury"}});
    let mut lot = ranked("irv");
    lot["tie_rule"] = json!({"type": "lot"});
    for (slug, changes) in [("plurality", jury), ("lot", lot)] {
        let ballot = open(&organiser, slug, changes).await;
        seal(&organiser, &ballot, &[0, 1, 2]).await.refused(409, "not-closed");
    }
    let ballot = organiser.draft(CONFERENCE, "draft", by_jury()).await;
    seal(&organiser, &ballot, &[0, 1, 2]).await.refused(409, "not-closed");
    go_on(&organiser, &ballot, "ready").await;
    for order in [&[0, 1][..], &[0, 1, 1]] {
        let refused = seal(&organiser, &ballot, order).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/order", "{}", refused.body);
    }
}

/// An order is of the candidates of one manifest: a changed definition begins without.
async fn a_sealed_order_goes_with_the_definition_that_it_is_for(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &organiser.draft(CONFERENCE, "award", by_jury()).await;
    go_on(&organiser, ballot, "ready").await;
    let _sealed = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    go_on(&organiser, ballot, "draft").await;
    go_on(&organiser, ballot, "open").await;
    vote(&voters, ballot, &[0, 1]).await;
    go_on(&organiser, ballot, "closed").await;
    assert_eq!(tally(&organiser, ballot).await["outcome"]["type"], "tied");
    let _decided = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
    let (_, summary) = publish(world, &organiser, ballot).await;
    assert!(summary.decision.is_some_and(|decision| !decision.sealed));
}

/// The order is one row; the signed history says which it has to be.
async fn an_order_that_the_database_changed_decides_nothing(world: &World) {
    let (organiser, voters) = begin(world).await;
    for (slug, change) in [
        ("changed", "update tie_breaks set reason = 'Another.'"),
        ("unsealed", "update tie_breaks set order_nonce = null"),
        ("deleted", "delete from tie_breaks"),
    ] {
        let ballot = &open(&organiser, slug, by_jury()).await;
        let _sealed = seal(&organiser, ballot, &[1, 0, 2]).await.expect(201);
        vote(&voters, ballot, &[2, 2, 0, 1]).await;
        go_on(&organiser, ballot, "closed").await;
        execute!(world, change);
        organiser.get(&format!("ballots/{}/tally", ballot.id)).await.refused(500, "data-damaged");
        seal(&organiser, ballot, &[0, 1, 2]).await.refused(500, "data-damaged");
        organiser.publish(ballot).await.refused(500, "data-damaged");
        execute!(world, "delete from tie_breaks");
    }
}

async fn nothing_is_sealed_after_the_closing_time(world: &World) {
    let (organiser, voters) = begin(world).await;
    let ballot = &open(&organiser, "award", by_jury()).await;
    vote(&voters, ballot, &[0, 1]).await;
    // A vote that cannot be read keeps the ballot from closing, but its time has come.
    execute!(world, "update ballot_inbox set sealed = $1", b"nonsense".as_slice());
    let now = json!({"in_seconds": 0});
    let _time = organiser.post(&format!("ballots/{}/closing-times", ballot.id), &now).await.expect(201);
    seal(&organiser, ballot, &[1, 0, 2]).await.refused(409, "not-closed");
}
