//! The main job from the first attendee to the published result.

use serde_json::json;
use urna_core::Role;
use urna_tests::{Cases, World, cases, tracker};

pub(super) fn cases() -> Cases {
    cases! { on_each_engine: a_ballot_runs_from_draft_to_published_result; }
}

async fn a_ballot_runs_from_draft_to_published_result(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let voters = organiser.voters("eccp-2026", 5).await;
    let ballot = organiser.open_ballot("eccp-2026", "manager-of-the-year").await;

    let mut receipts = Vec::new();
    for (voter, candidate) in voters.iter().zip([0, 1, 1, 2]) {
        receipts.push(voter.api.cast(&ballot, candidate, &tracker()).await.expect(201));
    }
    let blank = voters[4].api.cast_blank(&ballot, &tracker()).await.expect(201);
    let turnout = world.api().ballot(&ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": 5, "voted": 5}));

    world.api().ballot(&ballot, "results").await.refused(404, "results-not-published");
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let code = blank.text("/receipt/code");
    let recorded = world.api().get(&format!("receipts/{code}")).await.expect(200);
    assert_eq!(recorded.json["status"], "recorded");
    let published = organiser.publish(&ballot).await.expect(201);
    assert_eq!(published.json, json!({"version": 1}));

    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["turnout"], json!({"eligible": 5, "voted": 5, "counted": 4, "blank": 1}));
    assert_eq!(results.json["rows"][0]["candidate_id"], ballot.candidates[1].as_str());
    assert_eq!(results.json["rows"][0]["share"], "0.5000");
    assert_eq!(results.json["outcome"], json!({"type": "elected", "candidates": [ballot.candidates[1]]}));
    let counted = world.api().get(&format!("receipts/{code}")).await.expect(200);
    assert_eq!(counted.json["status"], "counted");
}
