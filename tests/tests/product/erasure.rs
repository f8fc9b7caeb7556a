//! People are erased, blocked and approved while ballots run, and the counts stay right.

use serde_json::json;
use urna_tests::{Api, Ballot, Cases, Voter, World, cases, tracker};

use crate::look::{box_of, tables};
use crate::scene::{CONFERENCE, go_on, organiser, vote_request};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            whoever_took_part_in_a_running_ballot_is_not_erased,
            whoever_did_not_take_part_is_erased_at_any_time,
            after_the_close_an_erasure_changes_no_count,
            whoever_was_erased_may_come_back_as_somebody_new,
            after_a_block_answered_no_vote_is_recorded,
            a_block_ends_the_sessions_of_who_was_barred_before,
            an_approval_lifts_a_block,
            whoever_took_part_stays_eligible_until_the_close_fixes_it;
    }
}

async fn erase(organiser: &Api, voter: &Voter) -> urna_tests::Answer {
    organiser.delete(&format!("attendees/{}", voter.id)).await
}

async fn block(organiser: &Api, voter: &Voter) {
    let _blocked = organiser.post(&format!("attendees/{}/blocks", voter.id), &json!({})).await.expect(201);
}

async fn turnout(world: &World, ballot: &Ballot) -> (u64, u64) {
    let turnout = world.api().ballot(ballot, "turnout").await.expect(200);
    (turnout.json["eligible"].as_u64().unwrap(), turnout.json["voted"].as_u64().unwrap())
}

async fn whoever_took_part_in_a_running_ballot_is_not_erased(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let tracker = tracker();
    let receipt = voter.api.cast(&ballot, 0, &tracker).await.expect(201);
    for state in ["open", "paused"] {
        if state != "open" {
            go_on(&organiser, &ballot, state).await;
        }
        let before = tables(world).await;
        erase(&organiser, &voter).await.refused(409, "attendee-in-open-ballot");
        assert_eq!(tables(world).await, before);
        let repeated = voter.api.cast(&ballot, 0, &tracker).await.expect(200);
        assert_eq!(repeated.body, receipt.body);
    }
    // Another ballot that is over does not matter; this one does until it is over.
    go_on(&organiser, &ballot, "cancelled").await;
    let _erased = erase(&organiser, &voter).await.expect(204);
}

async fn whoever_did_not_take_part_is_erased_at_any_time(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 3).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _vote = voters[0].api.cast(&ballot, 0, &tracker()).await.expect(201);
    assert_eq!(turnout(world, &ballot).await, (3, 1));
    let _erased = erase(&organiser, &voters[1]).await.expect(204);
    assert_eq!(turnout(world, &ballot).await, (2, 1));
    voters[1].api.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
    let back = world.api().post("sessions", &json!({"personal_link": voters[1].link})).await;
    back.refused(404, "link-invalid");
    erase(&organiser, &voters[1]).await.refused(404, "not-found");
    assert_eq!(tables(world).await.participations.len(), 1);
}

async fn after_the_close_an_erasure_changes_no_count(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 4).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let mut codes = Vec::new();
    for (voter, candidate) in voters.iter().zip([1, 1, 0]) {
        codes.push(voter.api.cast(&ballot, candidate, &tracker()).await.expect(201).text("/receipt/code"));
    }
    go_on(&organiser, &ballot, "closed").await;
    let (before, tally) = (tables(world).await, organiser.ballot(&ballot, "tally").await.expect(200).json);
    for voter in [&voters[0], &voters[3]] {
        let _erased = erase(&organiser, voter).await.expect(204);
        voter.api.ballot(&ballot, "participation").await.refused(401, "not-signed-in");
    }
    assert_eq!(turnout(world, &ballot).await, (4, 3));
    assert_eq!(organiser.ballot(&ballot, "tally").await.expect(200).json, tally);
    assert_eq!(tables(world).await, before);
    go_on(&organiser, &ballot, "published").await;
    let results = world.api().ballot(&ballot, "results").await.expect(200);
    assert_eq!(results.json["turnout"], json!({"eligible": 4, "voted": 3, "counted": 3, "blank": 0}));
    for code in &codes {
        let found = world.api().get(&format!("receipts/{code}")).await.expect(200);
        assert_eq!(found.json["status"], "counted");
    }
}

async fn whoever_was_erased_may_come_back_as_somebody_new(world: &World) {
    let organiser = organiser(world).await;
    let body = json!({"name": "Anna", "email": "anna@cluster.example", "verified": true});
    let path = format!("conferences/{CONFERENCE}/attendees");
    let first = organiser.post(&path, &body).await.expect(201).text("/id");
    let anna = organiser.sign_in(&organiser.show_link(&first).await).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let _vote = anna.cast(&ballot, 0, &tracker()).await.expect(201);
    go_on(&organiser, &ballot, "closed").await;
    let before = tables(world).await;
    let _erased = organiser.delete(&format!("attendees/{first}")).await.expect(204);

    let second = organiser.post(&path, &body).await.expect(201).text("/id");
    assert_ne!(first, second);
    let anna = organiser.sign_in(&organiser.show_link(&second).await).await;
    anna.cast(&ballot, 1, &tracker()).await.refused(410, "ballot-closed");
    let standing = anna.ballot(&ballot, "participation").await.expect(200);
    assert_eq!(standing.json["has_voted"], false, "the new person is not the old one");
    assert_eq!(turnout(world, &ballot).await, (1, 1));
    assert_eq!(tables(world).await, before);
    let next = organiser.open_ballot(CONFERENCE, "next").await;
    let _vote = anna.cast(&next, 1, &tracker()).await.expect(201);
    assert_eq!(turnout(world, &next).await, (1, 1));
}

async fn after_a_block_answered_no_vote_is_recorded(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 12).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for voter in &voters {
        let mut casts = tokio::task::JoinSet::new();
        for _ in 0..4 {
            casts.spawn(world.instance().answer(vote_request(&voter.api, &ballot, 0, &tracker())));
        }
        block(&organiser, voter).await;
        let when_blocked = tables(world).await;
        for answer in casts.join_all().await {
            assert!(matches!(answer.status, 201 | 401 | 403 | 409), "{}", answer.body);
        }
        voter.api.cast(&ballot, 0, &tracker()).await.refused(401, "not-signed-in");
        assert_eq!(tables(world).await, when_blocked, "a vote was recorded after the block had answered");
    }
    // Signing in again does not help, unless they had voted: that vote cannot be told from the others.
    let had_voted = tables(world).await.participations.len();
    let mut barred = 0;
    for voter in &voters {
        let answer = organiser.sign_in(&voter.link).await.cast(&ballot, 0, &tracker()).await;
        if answer.status == 403 {
            answer.refused(403, "not-eligible");
            barred += 1;
        } else {
            answer.refused(409, "already-voted");
        }
    }
    assert_eq!(had_voted + barred, voters.len());
    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(box_of(world, &ballot).await.len(), had_voted);
}

async fn a_block_ends_the_sessions_of_who_was_barred_before(world: &World) {
    let organiser = organiser(world).await;
    let voter = world.crowd(CONFERENCE, 1).await.remove(0);
    for _ in 0..2 {
        block(&organiser, &voter).await;
        let again = organiser.sign_in(&voter.link).await;
        let _signed_in = again.get("sessions/current").await.expect(200);
        block(&organiser, &voter).await;
        again.get("sessions/current").await.refused(401, "not-signed-in");
    }
}

async fn an_approval_lifts_a_block(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 2).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    block(&organiser, &voters[0]).await;
    let again = organiser.sign_in(&voters[0].link).await;
    again.cast(&ballot, 0, &tracker()).await.refused(403, "not-eligible");
    let path = format!("attendees/{}/approvals", voters[0].id);
    let approved = organiser.post(&path, &json!({})).await.expect(201);
    assert_eq!(approved.json["status"], "verified");
    let _vote = again.cast(&ballot, 0, &tracker()).await.expect(201);
    let pending = world.somebody(CONFERENCE, urna_core::AttendeeStatus::Pending).await;
    let _approved = organiser.post(&format!("attendees/{}/approvals", pending.id), &json!({})).await.expect(201);
    let _vote = pending.api.cast(&ballot, 0, &tracker()).await.expect(201);
    assert_eq!(turnout(world, &ballot).await, (3, 2));
}

async fn whoever_took_part_stays_eligible_until_the_close_fixes_it(world: &World) {
    let organiser = organiser(world).await;
    let voters = world.crowd(CONFERENCE, 5).await;
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    let tracker_of_barred = tracker();
    let receipt = voters[0].api.cast(&ballot, 0, &tracker_of_barred).await.expect(201);
    let _vote = voters[1].api.cast(&ballot, 1, &tracker()).await.expect(201);
    assert_eq!(turnout(world, &ballot).await, (5, 2));
    block(&organiser, &voters[0]).await;
    assert_eq!(turnout(world, &ballot).await, (5, 2), "barred, but took part");
    block(&organiser, &voters[2]).await;
    assert_eq!(turnout(world, &ballot).await, (4, 2), "barred, and did not");
    let _added = world.crowd(CONFERENCE, 1).await;
    assert_eq!(turnout(world, &ballot).await, (5, 2));
    let again = organiser.sign_in(&voters[0].link).await;
    let repeated = again.cast(&ballot, 0, &tracker_of_barred).await.expect(200);
    assert_eq!(repeated.body, receipt.body, "a retry is answered whatever became of the voter");
    let standing = again.ballot(&ballot, "participation").await.expect(200);
    assert_eq!((&standing.json["eligible"], &standing.json["has_voted"]), (&json!(true), &json!(true)));

    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(turnout(world, &ballot).await, (5, 2));
    block(&organiser, &voters[3]).await;
    let _late = world.crowd(CONFERENCE, 3).await;
    assert_eq!(turnout(world, &ballot).await, (5, 2), "the close has fixed it");
}
