//! Ballots: definitions, states, schedules and histories.

use urna_core::ballot::{BallotSummary, Closing};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::HistoryLine;
use urna_core::{Ballot, BallotId, Schedule, Sha256Hash, State, StateName};
use urna_store::ballots::{self, OfConference};
use urna_store::publications::{self, StoredPublication};
use urna_store::{Key, StoreError, Tx};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{
    at, ballot, candidate, definition, frozen, locked, put_ballot, put_conference, put_state, slug, uuid,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_draft_comes_back_as_it_was_put,
            what_is_not_there_is_none,
            a_slug_is_taken_once_per_conference,
            a_draft_can_be_replaced,
            a_draft_cannot_take_the_slug_of_another,
            every_state_comes_back_with_its_data,
            a_published_ballot_has_the_latest_version,
            a_state_leaves_nothing_of_the_one_before,
            the_closing_time_can_be_set_moved_and_taken_away,
            a_draft_can_be_deleted,
            ballots_are_listed_in_the_order_of_their_making,
            drafts_are_listed_only_for_whoever_may_see_them,
            summaries_have_the_states_of_the_ballots,
            a_frozen_definition_is_the_manifests,
            all_ballots_are_listed_by_conference,
            what_is_due_opens_or_closes,
            a_ballot_whose_time_to_open_was_missed_is_not_due,
            the_next_due_time_is_the_earliest,
            the_running_ballots_are_open_or_paused,
            the_history_is_in_the_order_of_writing,
            a_candidate_withdraws_once,
            withdrawals_can_be_forgotten;
    }
}

async fn find(tx: &mut Tx, given: &Ballot) -> OfConference {
    ballots::find_ballot(tx, given.id).await.unwrap().unwrap()
}

async fn a_draft_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let mut given = ballot(1, conference.id, "manager");
        given.definition = definition(Some(&["cluster-manager", "policy"])).into();
        given.schedule = Schedule { planned_for: Some(at(1)), opens_at: Some(at(2)), closes_at: Some(at(3)) };
        assert!(ballots::insert_ballot(tx, conference.key, &given).await.unwrap());
        let found = find(tx, &given).await;
        assert_eq!(found.ballot.value, given);
        assert_eq!(found.conference, conference.key);
        assert_eq!(ballots::find_ballot_by_slug(tx, conference.key, &given.slug).await.unwrap(), Some(found.clone()));
        assert_eq!(ballots::find_ballot_key(tx, given.id).await.unwrap(), Some(found.ballot.key));
    })
    .await;
}

async fn what_is_not_there_is_none(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        put_ballot(tx, &conference, 1, "manager").await;
        let other = ballot(2, conference.id, "manager").id;
        assert!(ballots::find_ballot(tx, other).await.unwrap().is_none());
        assert!(ballots::find_ballot_key(tx, other).await.unwrap().is_none());
        let elsewhere = put_conference(tx, 2, "ecc-2027").await.key;
        assert_eq!(ballots::find_ballot_by_slug(tx, elsewhere, &slug("manager")).await.unwrap(), None);
        assert_eq!(ballots::find_ballot_by_slug(tx, conference.key, &slug("other")).await.unwrap(), None);
        assert_eq!(ballots::find_next_due(tx, at(0)).await.unwrap(), None);
    })
    .await;
}

async fn a_slug_is_taken_once_per_conference(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_ballot(tx, &conference, 1, "manager").await;
        let twin = ballot(2, conference.id, "manager");
        assert!(!ballots::insert_ballot(tx, conference.key, &twin).await.unwrap());
        assert!(ballots::find_ballot(tx, twin.id).await.unwrap().is_none());
        put_ballot(tx, &other, 2, "manager").await;
    })
    .await;
}

async fn a_draft_can_be_replaced(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_ballot(tx, &conference, 1, "manager").await;
        put_ballot(tx, &conference, 2, "bystander").await;
        let mut changed = ballot(1, conference.id, "cluster-manager");
        let mut other = definition(Some(&[]));
        other.candidates.reverse();
        changed.definition = other.into();
        changed.schedule.closes_at = Some(at(9));
        let lock = locked(tx, key, at(0)).await;
        assert!(ballots::set_draft(tx, &lock, &changed).await.unwrap());
        assert_eq!(find(tx, &changed).await.ballot.value, changed);
        let bystander = ballot(2, conference.id, "bystander");
        assert_eq!(find(tx, &bystander).await.ballot.value, bystander);
    })
    .await;
}

async fn a_draft_cannot_take_the_slug_of_another(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_ballot(tx, &conference, 1, "manager").await;
        put_ballot(tx, &other, 3, "region").await;
        let key = put_ballot(tx, &conference, 2, "policy").await;
        let lock = locked(tx, key, at(0)).await;
        let before = ballot(2, conference.id, "policy");
        let mut changed = ballot(2, conference.id, "manager");
        changed.schedule.opens_at = Some(at(1));
        assert!(!ballots::set_draft(tx, &lock, &changed).await.unwrap());
        assert_eq!(find(tx, &before).await.ballot.value, before);
        // In another conference the slug is free, and a ballot may keep its own.
        changed.slug = slug("region");
        assert!(ballots::set_draft(tx, &lock, &changed).await.unwrap());
        assert!(ballots::set_draft(tx, &lock, &changed).await.unwrap());
    })
    .await;
}

fn closing() -> Closing {
    Closing { at: at(77), eligible: 1_000, voted: 976, statement: Sha256Hash::new([7; 32]) }
}

async fn publish(tx: &mut Tx, key: Key<Ballot>, version: u32) {
    let lock = locked(tx, key, at(0)).await;
    let publication = StoredPublication {
        version,
        at: at(80),
        note: None,
        results: "{}".to_owned(),
        tally: Some("{}".to_owned()),
        publication: Some("note".to_owned()),
    };
    publications::insert_publication(tx, &lock, &publication).await.unwrap();
}

async fn every_state_comes_back_with_its_data(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let given = ballot(1, conference.id, "manager");
        let key = put_ballot(tx, &conference, 1, "manager").await;
        publish(tx, key, 1).await;
        let frozen = frozen(&given);
        let states = [
            State::Ready(frozen.clone()),
            State::Draft,
            State::Open(frozen.clone()),
            State::Paused(frozen.clone()),
            State::Closed(frozen.clone(), closing()),
            State::Published(frozen.clone(), closing(), 1),
            State::Cancelled { frozen: None, reason: "the jury's list was wrong".to_owned() },
            State::Cancelled { frozen: Some(frozen), reason: "…".to_owned() },
        ];
        for state in states {
            put_state(tx, key, state.clone()).await;
            assert_eq!(find(tx, &given).await.ballot.value, Ballot { state, ..given.clone() });
        }
    })
    .await;
}

async fn a_published_ballot_has_the_latest_version(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let given = ballot(1, conference.id, "manager");
        let key = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        publish(tx, other, 7).await;
        for version in [1, 2, 10] {
            publish(tx, key, version).await;
            put_state(tx, key, State::Published(frozen(&given), closing(), version)).await;
            assert_eq!(find(tx, &given).await.ballot.state.published_version(), Some(version));
        }
    })
    .await;
}

async fn a_state_leaves_nothing_of_the_one_before(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let given = ballot(1, conference.id, "manager");
        let key = put_ballot(tx, &conference, 1, "manager").await;
        put_state(tx, key, State::Closed(frozen(&given), closing())).await;
        let cancelled = State::Cancelled { frozen: Some(frozen(&given)), reason: "…".to_owned() };
        put_state(tx, key, cancelled).await;
        put_state(tx, key, State::Ready(frozen(&given))).await;
        put_state(tx, key, State::Draft).await;
        let found = find(tx, &given).await.ballot.value;
        assert_eq!(found, given);
        assert_eq!((found.state.frozen(), found.state.closing()), (None, None));
    })
    .await;
}

async fn the_closing_time_can_be_set_moved_and_taken_away(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let given = ballot(1, conference.id, "manager");
        let key = put_ballot(tx, &conference, 1, "manager").await;
        let lock = locked(tx, key, at(0)).await;
        for closes_at in [Some(at(10)), Some(at(20)), None] {
            ballots::set_closing_time(tx, &lock, closes_at).await.unwrap();
            assert_eq!(find(tx, &given).await.ballot.schedule, Schedule { closes_at, ..Schedule::default() });
        }
    })
    .await;
}

async fn a_draft_can_be_deleted(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_ballot(tx, &conference, 1, "manager").await;
        put_ballot(tx, &conference, 2, "bystander").await;
        let lock = locked(tx, key, at(0)).await;
        // A ballot that was ready before may have a history.
        ballots::insert_history(tx, &lock, &HistoryEvent::Paused).await.unwrap();
        ballots::insert_withdrawal(tx, &lock, candidate(1), "ill").await.unwrap();
        ballots::delete_ballot(tx, &lock).await.unwrap();
        let left = ballots::list_ballots(tx, conference.key, true, None, 9).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].ballot.slug, slug("bystander"));
    })
    .await;
}

fn slugs(listed: &[OfConference]) -> Vec<&str> {
    listed.iter().map(|listed| listed.ballot.slug.as_str()).collect()
}

async fn ballots_are_listed_in_the_order_of_their_making(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        for (number, name) in [(7, "c"), (3, "d"), (5, "b"), (4, "e"), (6, "a")] {
            put_ballot(tx, &conference, number, name).await;
        }
        put_ballot(tx, &other, 9, "other").await;
        let all = ballots::list_ballots(tx, conference.key, true, None, 9).await.unwrap();
        assert_eq!(slugs(&all), ["c", "d", "b", "e", "a"]);
        let first = ballots::list_ballots(tx, conference.key, true, None, 2).await.unwrap();
        assert_eq!(slugs(&first), ["c", "d"]);
        let after = Some(first[1].ballot.id);
        let second = ballots::list_ballots(tx, conference.key, true, after, 2).await.unwrap();
        assert_eq!(slugs(&second), ["b", "e"]);
        let last = Some(all[4].ballot.id);
        assert!(ballots::list_ballots(tx, conference.key, true, last, 2).await.unwrap().is_empty());
    })
    .await;
}

async fn drafts_are_listed_only_for_whoever_may_see_them(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        put_ballot(tx, &conference, 1, "draft").await;
        let key = put_ballot(tx, &conference, 2, "ready").await;
        put_state(tx, key, State::Ready(frozen(&ballot(2, conference.id, "ready")))).await;
        let public = ballots::list_ballots(tx, conference.key, false, None, 9).await.unwrap();
        assert_eq!(slugs(&public), ["ready"]);
        let all = ballots::list_ballots(tx, conference.key, true, None, 9).await.unwrap();
        assert_eq!(slugs(&all), ["draft", "ready"]);
    })
    .await;
}

async fn summaries_have_the_states_of_the_ballots(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_ballot(tx, &conference, 1, "draft").await;
        put_ballot(tx, &other, 9, "elsewhere").await;
        for number in [3, 2] {
            let key = put_ballot(tx, &conference, number, &format!("ready-{number}")).await;
            put_state(tx, key, State::Ready(frozen(&ballot(number, conference.id, "ready")))).await;
            let lock = locked(tx, key, at(0)).await;
            ballots::set_closing_time(tx, &lock, (number == 2).then_some(at(8))).await.unwrap();
        }
        let summary =
            |number, closes_at| BallotSummary { id: BallotId::new(uuid(number)), state: StateName::Ready, closes_at };
        let all = ballots::list_summaries(tx, conference.key, 9).await.unwrap();
        assert_eq!(all, [summary(3, None), summary(2, Some(at(8)))]);
        assert_eq!(ballots::list_summaries(tx, conference.key, 1).await.unwrap(), [summary(3, None)]);
    })
    .await;
}

/// Votes are judged by the published bytes, whatever else the database says; and a manifest of another ballot is
/// damage.
async fn a_frozen_definition_is_the_manifests(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let given = ballot(1, conference.id, "manager");
        let key = put_ballot(tx, &conference, 1, "manager").await;
        put_state(tx, key, State::Open(frozen(&given))).await;
        let lock = locked(tx, key, at(0)).await;
        let mut other = definition(None);
        other.candidates.reverse();
        let changed = Ballot { definition: other.into(), ..given.clone() };
        assert!(ballots::set_draft(tx, &lock, &changed).await.unwrap());
        assert_eq!(find(tx, &given).await.ballot.definition, given.definition);
        let of_another = frozen(&ballot(2, conference.id, "manager"));
        put_state(tx, key, State::Open(of_another)).await;
        assert!(matches!(ballots::find_ballot(tx, given.id).await, Err(StoreError::Corrupt(_))));
        // As a draft again, it is what was written.
        put_state(tx, key, State::Draft).await;
        assert_eq!(find(tx, &given).await.ballot.definition, changed.definition);
    })
    .await;
}

async fn all_ballots_are_listed_by_conference(on: &TestDb) {
    on.write(async |tx| {
        let first = put_conference(tx, 9, "ecc-2026").await;
        let second = put_conference(tx, 2, "ecc-2027").await;
        for (number, conference, name) in [(1, &second, "c"), (5, &first, "b"), (4, &second, "d"), (3, &first, "a")] {
            put_ballot(tx, conference, number, name).await;
        }
        assert_eq!(slugs(&ballots::list_all_ballots(tx).await.unwrap()), ["b", "a", "c", "d"]);
        let states = ballots::list_states(tx).await.unwrap();
        let expected = [1, 5, 4, 3].map(|number| (BallotId::new(uuid(number)), StateName::Draft));
        assert_eq!(states, expected);
    })
    .await;
}

/// A ballot in a state, with opening and closing times.
async fn scheduled(tx: &mut Tx, number: u128, state: StateName, opens: Option<i64>, closes: Option<i64>) {
    let conference = match urna_store::conferences::list_conferences(tx, None, 1).await.unwrap().pop() {
        Some(conference) => conference,
        None => put_conference(tx, 1, "ecc-2026").await,
    };
    let mut given = ballot(number, conference.id, &format!("ballot-{number}"));
    given.schedule.opens_at = opens.map(at);
    given.schedule.closes_at = closes.map(at);
    assert!(ballots::insert_ballot(tx, conference.key, &given).await.unwrap());
    let key = ballots::find_ballot_key(tx, given.id).await.unwrap().unwrap();
    let frozen = frozen(&given);
    let state = match state {
        StateName::Draft => State::Draft,
        StateName::Ready => State::Ready(frozen),
        StateName::Open => State::Open(frozen),
        StateName::Paused => State::Paused(frozen),
        StateName::Closed => State::Closed(frozen, closing()),
        StateName::Published => {
            publish(tx, key, 1).await;
            State::Published(frozen, closing(), 1)
        }
        StateName::Cancelled => State::Cancelled { frozen: Some(frozen), reason: "…".to_owned() },
    };
    put_state(tx, key, state).await;
}

async fn due(tx: &mut Tx, now: i64) -> Vec<u128> {
    let due = ballots::list_due(tx, at(now)).await.unwrap();
    due.into_iter().map(|id| id.uuid().as_u128()).collect()
}

async fn what_is_due_opens_or_closes(on: &TestDb) {
    on.write(async |tx| {
        scheduled(tx, 9, StateName::Ready, Some(10), None).await;
        scheduled(tx, 8, StateName::Open, Some(1), Some(20)).await;
        scheduled(tx, 7, StateName::Paused, None, Some(30)).await;
        // Never due: no time, or a state in which times are irrelevant.
        scheduled(tx, 1, StateName::Ready, None, None).await;
        scheduled(tx, 2, StateName::Open, Some(1), None).await;
        scheduled(tx, 3, StateName::Draft, Some(1), None).await;
        scheduled(tx, 4, StateName::Closed, Some(1), Some(2)).await;
        scheduled(tx, 5, StateName::Published, Some(1), Some(2)).await;
        scheduled(tx, 6, StateName::Cancelled, Some(1), Some(2)).await;
        assert_eq!(due(tx, 9).await, []);
        assert_eq!(due(tx, 10).await, [9]);
        assert_eq!(due(tx, 20).await, [9, 8]);
        assert_eq!(due(tx, 30).await, [9, 8, 7]);
    })
    .await;
}

async fn a_ballot_whose_time_to_open_was_missed_is_not_due(on: &TestDb) {
    on.write(async |tx| {
        scheduled(tx, 1, StateName::Ready, Some(10), Some(20)).await;
        assert_eq!(due(tx, 19).await, [1]);
        assert_eq!(due(tx, 20).await, []);
    })
    .await;
}

async fn the_next_due_time_is_the_earliest(on: &TestDb) {
    on.write(async |tx| {
        scheduled(tx, 1, StateName::Draft, Some(1), Some(2)).await;
        scheduled(tx, 2, StateName::Closed, Some(1), Some(2)).await;
        scheduled(tx, 3, StateName::Ready, None, Some(3)).await;
        scheduled(tx, 4, StateName::Open, Some(4), None).await;
        assert_eq!(ballots::find_next_due(tx, at(0)).await.unwrap(), None);
        scheduled(tx, 5, StateName::Paused, Some(5), Some(50)).await;
        assert_eq!(ballots::find_next_due(tx, at(0)).await.unwrap(), Some(at(50)));
        scheduled(tx, 6, StateName::Ready, Some(40), Some(41)).await;
        assert_eq!(ballots::find_next_due(tx, at(0)).await.unwrap(), Some(at(40)));
        scheduled(tx, 7, StateName::Open, Some(6), Some(30)).await;
        assert_eq!(ballots::find_next_due(tx, at(0)).await.unwrap(), Some(at(30)));
    })
    .await;
}

async fn the_running_ballots_are_open_or_paused(on: &TestDb) {
    on.write(async |tx| {
        for (number, state) in (1..).zip(StateName::ALL) {
            scheduled(tx, number, state, None, None).await;
        }
        let conference = urna_store::conferences::list_conferences(tx, None, 1).await.unwrap().remove(0);
        let mut expected = Vec::new();
        for number in [3, 4] {
            let id = ballot(number, conference.id, "any").id;
            expected.push(ballots::find_ballot_key(tx, id).await.unwrap().unwrap());
        }
        assert_eq!(ballots::list_running(tx, conference.key).await.unwrap(), expected);
        let other = put_conference(tx, 2, "ecc-2027").await;
        assert_eq!(ballots::list_running(tx, other.key).await.unwrap(), []);
    })
    .await;
}

async fn the_history_is_in_the_order_of_writing(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        let events = [
            HistoryEvent::Opened { eligible: 1_000 },
            HistoryEvent::Paused,
            HistoryEvent::Resumed,
            HistoryEvent::ClosingTime { closes_at: Some(at(10)) },
            HistoryEvent::ClosingTime { closes_at: None },
            HistoryEvent::Withdrawn { candidate: candidate(2), reason: "“ill”\n☂".to_owned() },
            HistoryEvent::Closed { eligible: 1_000, voted: 976, unreadable: 2 },
            HistoryEvent::Cancelled { reason: "…".to_owned() },
        ];
        let mut expected = Vec::new();
        // The clock may stand still or go back; the order of writing decides.
        for (event, second) in events.into_iter().zip([5, 5, 4, 6, 6, 6, 3, 7]) {
            let lock = locked(tx, key, at(second)).await;
            ballots::insert_history(tx, &lock, &event).await.unwrap();
            let lock = locked(tx, other, at(second)).await;
            ballots::insert_history(tx, &lock, &HistoryEvent::Paused).await.unwrap();
            expected.push(HistoryLine { at: at(second), event });
        }
        assert_eq!(ballots::list_history(tx, key).await.unwrap(), expected);
    })
    .await;
}

async fn a_candidate_withdraws_once(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        let lock = locked(tx, key, at(1)).await;
        for number in [3, 1] {
            assert!(ballots::insert_withdrawal(tx, &lock, candidate(number), "ill").await.unwrap());
        }
        assert!(!ballots::insert_withdrawal(tx, &lock, candidate(3), "again").await.unwrap());
        let elsewhere = locked(tx, other, at(1)).await;
        assert!(ballots::insert_withdrawal(tx, &elsewhere, candidate(3), "ill").await.unwrap());
        let withdrawn = ballots::list_withdrawals(tx, key).await.unwrap();
        assert_eq!(withdrawn, [candidate(1), candidate(3)]);
    })
    .await;
}

async fn withdrawals_can_be_forgotten(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_ballot(tx, &conference, 1, "manager").await;
        let other = put_ballot(tx, &conference, 2, "other").await;
        for key in [key, other] {
            let lock = locked(tx, key, at(1)).await;
            assert!(ballots::insert_withdrawal(tx, &lock, candidate(1), "ill").await.unwrap());
        }
        let lock = locked(tx, key, at(2)).await;
        ballots::delete_withdrawals(tx, &lock).await.unwrap();
        assert_eq!(ballots::list_withdrawals(tx, key).await.unwrap(), []);
        assert_eq!(ballots::list_withdrawals(tx, other).await.unwrap(), [candidate(1)]);
    })
    .await;
}
