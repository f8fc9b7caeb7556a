//! Votes before, during and after a close, while 64 people vote.

use std::collections::BTreeSet;

use serde_json::json;
use urna_tests::{Answer, Ballot, Cases, Exchange, Rush, World, cases, tracker};

use crate::look::{box_of, commitments, history, tables};
use crate::scene::{CONFERENCE, organiser, vote_request};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            no_vote_is_lost_or_late_when_a_ballot_closes,
            no_vote_is_lost_or_late_when_another_instance_closes,
            no_vote_is_lost_or_late_when_a_ballot_is_paused,
            what_an_instance_acknowledged_outlives_it,
            a_client_that_hangs_up_leaves_no_half_a_vote;
    }
}

/// Checks that the close looks like a single moment: each acknowledged vote was sent before it, each vote refused as
/// too late was answered after it, and the ballot box holds exactly the acknowledged votes.
async fn must_be_as_if_at_one_moment(world: &World, ballot: &Ballot, rush: &Rush) {
    let _closed = rush.close.answer.clone().expect(201);
    for vote in &rush.votes {
        let code = vote.answer.json["code"].as_str();
        // An overloaded instance may say that a vote is certainly not recorded: then it must not be in the ballot box.
        let expected = matches!(
            (vote.answer.status, code),
            (201, None) | (410, Some("ballot-closed")) | (503, Some("not-recorded" | "unavailable"))
        );
        assert!(expected, "{} {}", vote.answer.status, vote.answer.body);
    }
    let last_sent = rush.answered(201).map(|vote| vote.invoked).chain([rush.close.invoked]).max();
    let first_late = rush.answered(410).map(|vote| vote.returned).chain([rush.close.returned]).min();
    assert!(last_sent < first_late, "a vote that was sent after somebody had heard of the close was acknowledged");

    assert_eq!(commitments(world, ballot).await, acknowledged(rush.answered(201)));
    let number = rush.answered(201).count();
    let left = tables(world).await;
    assert_eq!((left.participations.len(), left.inbox.len(), left.keys.len()), (number, 0, 0));
    let turnout = world.api().ballot(ballot, "turnout").await.expect(200);
    assert_eq!(turnout.json, json!({"eligible": rush.votes.len(), "voted": number}));
    assert_eq!(history(world, ballot).await, ["opened", "closed"]);
}

fn acknowledged<'a>(votes: impl Iterator<Item = &'a Exchange>) -> Vec<String> {
    let mut promised: Vec<_> = votes.map(|vote| vote.answer.text("/receipt/commitment")).collect();
    promised.sort_unstable();
    promised
}

async fn no_vote_is_lost_or_late_when_a_ballot_closes(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 1_000).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let rush = Rush::run(&[world.api()], &voters, &ballot, &organiser, 500).await;
    must_be_as_if_at_one_moment(world, &ballot, &rush).await;
    assert!(rush.answered(201).count() >= 500);
    assert!(rush.answered(410).count() > 0, "the close came too late to be in the middle");
}

async fn no_vote_is_lost_or_late_when_another_instance_closes(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 1_000).await;
    let second = world.another_instance().await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let closer = second.api().with_token(organiser.token().unwrap());
    let rush = Rush::run(&[world.api(), second.api()], &voters, &ballot, &closer, 300).await;
    must_be_as_if_at_one_moment(world, &ballot, &rush).await;
    second.stop().await;
}

async fn no_vote_is_lost_or_late_when_a_ballot_is_paused(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 200).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut casts = tokio::task::JoinSet::new();
    for voter in &voters {
        let request = vote_request(&voter.api, &ballot, 1, &tracker());
        casts.spawn(world.instance().answer(request));
    }
    let _paused = organiser.transition(&ballot, "paused").await.expect(201);
    let recorded_when_paused = tables(world).await.participations.len();
    let answers = casts.join_all().await;
    let recorded = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(recorded, recorded_when_paused);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "ballot-paused");
    }
    assert_eq!(tables(world).await.inbox.len(), recorded);
}

async fn what_an_instance_acknowledged_outlives_it(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 100).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let doomed = world.another_instance().await;
    let mut casts = tokio::task::JoinSet::new();
    for voter in &voters {
        let tracker = tracker();
        let answer = doomed.answer(vote_request(&voter.api, &ballot, 0, &tracker));
        casts.spawn(async move { (tracker, answer.await) });
    }
    let (first_tracker, first) = casts.join_next().await.unwrap().unwrap();
    doomed.stop().await;
    let mut answers = vec![(first_tracker, first)];
    answers.extend(casts.join_all().await);
    let (kept, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, answer)| answer.status == 201);
    assert!(!kept.is_empty());
    for (_, answer) in &lost {
        assert!(matches!(answer.status, 503 | 504), "{}", answer.body);
    }

    let revived = world.another_instance().await;
    let organiser = revived.api().with_token(organiser.token().unwrap());
    for (_, answer) in &kept {
        let code = answer.text("/receipt/code");
        let found = revived.api().get(&format!("receipts/{code}")).await.expect(200);
        assert_eq!(found.json["status"], "recorded");
    }
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    let in_box: BTreeSet<_> = commitments(world, &ballot).await.into_iter().collect();
    for (_, answer) in &kept {
        assert!(in_box.contains(&answer.text("/receipt/commitment")), "an acknowledged vote is missing");
    }
    let unsure = lost.iter().filter(|(_, answer)| answer.json["code"] == "outcome-unknown").count();
    assert!(in_box.len() <= kept.len() + unsure, "a vote that was certainly not recorded is in the box");
    revived.stop().await;
}

async fn a_client_that_hangs_up_leaves_no_half_a_vote(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 60).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut retries = tokio::task::JoinSet::new();
    for (patience, voter) in voters.iter().enumerate() {
        let tracker = tracker();
        let first = world.instance().answer(vote_request(&voter.api, &ballot, 2, &tracker));
        let retry = world.instance().answer(vote_request(&voter.api, &ballot, 2, &tracker));
        retries.spawn(async move {
            hang_up(first, patience).await;
            retry.await
        });
    }
    for answer in retries.join_all().await {
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
    }
    let found = tables(world).await;
    assert_eq!((found.participations.len(), found.inbox.len()), (60, 60));
    let _closed = organiser.transition(&ballot, "closed").await.expect(201);
    assert_eq!(box_of(world, &ballot).await.len(), 60);
}

/// Gives up after polling this many times for the response.
async fn hang_up(request: impl Future<Output = Answer>, patience: usize) {
    let mut request = std::pin::pin!(request);
    for _ in 0..=patience {
        let looked = std::future::poll_fn(|context| std::task::Poll::Ready(request.as_mut().poll(context).is_ready()));
        if looked.await {
            return;
        }
        tokio::task::yield_now().await;
    }
}
