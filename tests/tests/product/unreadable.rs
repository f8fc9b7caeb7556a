//! The database is damaged: an unreadable vote is reported as such, and the others can go on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use urna_store::Pools;
use urna_store::backup::{Inventory, read_copy};
use urna_tests::{Answer, Api, Ballot, Cases, Voter, World, cases, tracker};
use urna_verify::{Files, Known, verify};

use crate::look::{box_rows, tables};
use crate::scene::{CONFERENCE, closing_time, go_on, organiser, state};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_unreadable_vote_is_named_and_the_ballot_stays_as_it_is,
            a_ballot_is_closed_without_unreadable_votes_by_a_decision_that_names_them,
            a_decision_about_unreadable_votes_needs_their_number_and_a_reason,
            the_schedule_does_not_decide_about_unreadable_votes,
            a_lost_vote_is_an_unreadable_one,
            more_votes_than_voters_can_only_be_cancelled,
            cancelling_needs_no_vote_to_be_readable,
            a_row_without_a_slot_is_a_vote_that_cannot_be_read,
            a_damaged_box_is_not_an_absent_database,
            a_box_that_is_not_the_signed_one_is_neither_counted_nor_published;
        on_sqlite:
            a_backup_is_whole_without_the_votes_that_a_decision_left_out,
            a_backup_of_an_altered_box_says_so;
        on_each_engine:
            the_retry_of_an_unreadable_vote_is_answered_for_good;
    }
}

macro_rules! execute {
    ($world:expr, $sql:expr $(, $bind:expr)*) => {
        match $world.db().db().pools() {
            Pools::Sqlite { writer, .. } => drop(sqlx::query($sql)$(.bind($bind))*.execute(writer).await.unwrap()),
            Pools::Postgres(pool) => drop(sqlx::query($sql)$(.bind($bind))*.execute(pool).await.unwrap()),
        }
    };
}

/// An open ballot with five votes, the first for one candidate and the others for another.
async fn voted(world: &World) -> (Api, Ballot, Vec<(Voter, String)>) {
    let organiser = organiser(world).await;
    let voters: Vec<_> = world.crowd(CONFERENCE, 5).await.into_iter().map(|voter| (voter, tracker())).collect();
    let ballot = organiser.open_ballot(CONFERENCE, "award").await;
    for (place, (voter, tracker)) in voters.iter().enumerate() {
        let _vote = voter.api.cast(&ballot, place.min(1), tracker).await.expect(201);
    }
    (organiser, ballot, voters)
}

/// Flips a bit of the vote at this position of the inbox.
async fn flip(world: &World, place: usize) {
    let (ballot, slot, mut sealed) = tables(world).await.inbox[place].clone();
    sealed[40] ^= 1;
    execute!(world, "update ballot_inbox set sealed = $3 where ballot_id = $1 and slot = $2", ballot, slot, sealed);
}

async fn close(organiser: &Api, ballot: &Ballot, more: Value) -> Answer {
    let mut body = json!({"to": "closed"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    organiser.post(&format!("ballots/{}/transitions", ballot.id), &body).await
}

async fn must_name(organiser: &Api, ballot: &Ballot, unreadable: u64) {
    let answer = close(organiser, ballot, json!({})).await;
    answer.refused(409, "unreadable-votes");
    assert_eq!(answer.json["unreadable"], unreadable);
    let how = format!("\"without_unreadable\": {unreadable}");
    assert!(answer.text("/detail").contains(&how), "it says how to go on: {}", answer.body);
}

async fn an_unreadable_vote_is_named_and_the_ballot_stays_as_it_is(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    flip(world, 2).await;
    let before = tables(world).await;
    must_name(&organiser, &ballot, 1).await;
    flip(world, 4).await;
    must_name(&organiser, &ballot, 2).await;
    flip(world, 4).await;
    assert_eq!((state(&organiser, &ballot).await, tables(world).await), ("open".to_owned(), before));
    // Once repaired, it closes as usual.
    flip(world, 2).await;
    go_on(&organiser, &ballot, "closed").await;
}

async fn a_ballot_is_closed_without_unreadable_votes_by_a_decision_that_names_them(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    flip(world, 0).await;
    let decision = json!({"without_unreadable": 1, "reason": "A disk has lost it."});
    let _closed = close(&organiser, &ballot, decision).await.expect(201);
    go_on(&organiser, &ballot, "published").await;
    let event = organiser.audit().await.into_iter().rfind(|event| event["action"] == "ballot.closed").unwrap();
    assert_eq!((&event["details"]["without_unreadable"], &event["details"]["voted"]), (&json!(1), &json!(5)));
    assert_eq!(event["details"]["reason"], "A disk has lost it.");

    let results = organiser.ballot(&ballot, "results").await.expect(200);
    let turnout = &results.json["turnout"];
    assert_eq!((&turnout["voted"], &turnout["counted"], &turnout["unreadable"]), (&json!(5), &json!(4), &json!(1)));
    let page = world.api().get(&format!("/{CONFERENCE}/award/results")).await.expect(200);
    assert!(page.body.contains("could not be read any more"), "{}", page.body);

    let url = format!("{}/api/v1/ballots/{}/record.zip", world.api().base(), ballot.id);
    let record = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    let report = verify(&Files::read(&record).unwrap(), &Known::default(), &[], &mut |_, _| {});
    assert_eq!(report.faults, []);
    let summary = report.summary.unwrap();
    assert_eq!((summary.votes, summary.unreadable), (4, 1));
}

async fn a_decision_about_unreadable_votes_needs_their_number_and_a_reason(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    let reason = "A disk has lost it.";
    close(&organiser, &ballot, json!({"without_unreadable": 1, "reason": reason}))
        .await
        .refused(409, "unreadable-votes");
    flip(world, 0).await;
    for number in [2, 5] {
        let answer = close(&organiser, &ballot, json!({"without_unreadable": number, "reason": reason})).await;
        answer.refused(409, "unreadable-votes");
        assert_eq!(answer.json["unreadable"], 1);
    }
    for (body, pointer) in [
        (json!({"without_unreadable": 1}), "/reason"),
        (json!({"without_unreadable": 0, "reason": reason}), "/without_unreadable"),
        (json!({"without_unreadable": -1, "reason": reason}), "/without_unreadable"),
        (json!({"to": "paused", "without_unreadable": 1, "reason": reason}), "/without_unreadable"),
    ] {
        let answer = close(&organiser, &ballot, body).await;
        answer.refused(422, "validation-failed");
        assert_eq!(answer.json["errors"][0]["pointer"], pointer);
    }
    assert_eq!(state(&organiser, &ballot).await, "open");
}

async fn a_row_without_a_slot_is_a_vote_that_cannot_be_read(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    let (number, slot, _) = tables(world).await.inbox[0].clone();
    let shorter = "update ballot_inbox set slot = $3 where ballot_id = $1 and slot = $2";
    execute!(world, shorter, number, slot, [1_u8, 2].as_slice());
    must_name(&organiser, &ballot, 1).await;
    let decision = json!({"without_unreadable": 1, "reason": "A disk has lost it."});
    let _closed = close(&organiser, &ballot, decision).await.expect(201);
    assert_eq!(box_rows(world, &ballot).await.inbox, 0);
}

/// Changes one vote to another candidate, but keeps the commitment.
async fn alter_box(world: &World) {
    let choices = "update ballot_box set choice = (select choice from ballot_box order by choice desc limit 1) \
                   where choice = (select choice from ballot_box order by choice limit 1)";
    execute!(world, choices);
}

async fn a_box_that_is_not_the_signed_one_is_neither_counted_nor_published(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    go_on(&organiser, &ballot, "closed").await;
    alter_box(world).await;
    organiser.ballot(&ballot, "tally").await.refused(500, "data-damaged");
    organiser.publish(&ballot).await.refused(500, "data-damaged");
    assert_eq!(state(&organiser, &ballot).await, "closed");
    go_on(&organiser, &ballot, "cancelled").await;
}

async fn back_up(world: &World) -> Inventory {
    let file = world.instance().folder().join("copy.db");
    world.db().db().copy_into(file.to_str().unwrap()).await.unwrap();
    let inventory = read_copy(&file).await.unwrap();
    std::fs::remove_file(file).unwrap();
    inventory
}

async fn a_backup_is_whole_without_the_votes_that_a_decision_left_out(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    flip(world, 0).await;
    assert_eq!(back_up(world).await.left_out, BTreeMap::new(), "nobody has decided yet");
    let decision = json!({"without_unreadable": 1, "reason": "A disk has lost it."});
    let _closed = close(&organiser, &ballot, decision).await.expect(201);
    let copy = back_up(world).await;
    let number = copy.ballots[0].0;
    assert_eq!((copy.participations[&number], copy.votes[&number], copy.left_out[&number]), (5, 4, 1));
}

async fn a_backup_of_an_altered_box_says_so(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    go_on(&organiser, &ballot, "closed").await;
    assert_eq!(back_up(world).await.altered(), BTreeSet::new());
    alter_box(world).await;
    assert_eq!(back_up(world).await.altered().len(), 1);
    execute!(world, "update ballot_box set nonce = $1", b"short".as_slice());
    assert_eq!(back_up(world).await.altered().len(), 1);
    execute!(world, "delete from ballot_box");
    assert_eq!(back_up(world).await.altered().len(), 1);
}

async fn the_schedule_does_not_decide_about_unreadable_votes(world: &World) {
    let (organiser, ballot, voters) = voted(world).await;
    flip(world, 0).await;
    let _set = closing_time(&organiser, &ballot, json!({"in_seconds": 5})).await.expect(201);
    world.pass_seconds(6);
    let _next = world.app().run_schedule().await.unwrap();
    assert_eq!(box_rows(world, &ballot).await.inbox, 5);
    let late = organiser.voter(CONFERENCE, "Late").await;
    late.api.cast(&ballot, 0, &tracker()).await.refused(410, "ballot-closed");
    must_name(&organiser, &ballot, 1).await;
    organiser.ballot(&ballot, "tally").await.refused(409, "not-closed");
    let decision = json!({"without_unreadable": 1, "reason": "A disk has lost it."});
    let _closed = close(&organiser, &ballot, decision).await.expect(201);
    drop(voters);
}

async fn a_lost_vote_is_an_unreadable_one(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    let (number, slot, _) = tables(world).await.inbox[1].clone();
    execute!(world, "delete from ballot_inbox where ballot_id = $1 and slot = $2", number, slot);
    must_name(&organiser, &ballot, 1).await;
    let _closed =
        close(&organiser, &ballot, json!({"without_unreadable": 1, "reason": "It is gone."})).await.expect(201);
}

async fn more_votes_than_voters_can_only_be_cancelled(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    let (number, attendee) = tables(world).await.participations[0];
    execute!(world, "delete from participations where ballot_id = $1 and attendee_id = $2", number, attendee);
    close(&organiser, &ballot, json!({})).await.refused(409, "too-many-votes");
    go_on(&organiser, &ballot, "cancelled").await;
}

async fn cancelling_needs_no_vote_to_be_readable(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    flip(world, 0).await;
    flip(world, 3).await;
    go_on(&organiser, &ballot, "cancelled").await;
    let rows = box_rows(world, &ballot).await;
    assert_eq!((rows.inbox, rows.cancelled, rows.keys), (0, 3, 0), "the codes that can be read are kept");

    let other = organiser.open_ballot(CONFERENCE, "other").await;
    let voter = organiser.voter(CONFERENCE, "Another").await;
    let _vote = voter.api.cast(&other, 0, &tracker()).await.expect(201);
    let (number, mut wrapped) = tables(world).await.keys[0].clone();
    wrapped[30] ^= 1;
    execute!(world, "update box_keys set wrapped = $2 where ballot_id = $1", number, wrapped);
    must_name(&organiser, &other, 1).await;
    go_on(&organiser, &other, "cancelled").await;
    assert_eq!(box_rows(world, &other).await.cancelled, 0);
}

async fn a_damaged_box_is_not_an_absent_database(world: &World) {
    let (organiser, ballot, _voters) = voted(world).await;
    go_on(&organiser, &ballot, "closed").await;
    execute!(world, "update ballot_box set choice = $1", b"nonsense".as_slice());
    organiser.ballot(&ballot, "tally").await.refused(500, "data-damaged");
    organiser.publish(&ballot).await.refused(500, "data-damaged");
    go_on(&organiser, &ballot, "cancelled").await;
    assert_eq!(box_rows(world, &ballot).await.cancelled, 5);
}

async fn the_retry_of_an_unreadable_vote_is_answered_for_good(world: &World) {
    let (organiser, ballot, voters) = voted(world).await;
    for place in 0..5 {
        flip(world, place).await;
    }
    let (voter, tracker) = &voters[0];
    voter.api.cast(&ballot, 0, tracker).await.refused(409, "already-voted");
    let next = organiser.voter(CONFERENCE, "Next").await;
    next.api.cast(&ballot, 0, tracker).await.refused(409, "tracker-reused");
    let _vote = next.api.cast(&ballot, 0, &urna_tests::tracker()).await.expect(201);
}
