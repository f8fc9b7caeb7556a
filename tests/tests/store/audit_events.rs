//! The audit log.

use serde_json::json;
use urna_core::audit::{Actor, AuditEvent, GENESIS, link};
use urna_core::{BallotId, ConferenceId, OrganiserId};
use urna_store::Tx;
use urna_store::audit_events::{self, RecordedEvent};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, uuid};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_event_comes_back_as_it_was_put,
            each_hash_covers_the_one_before,
            events_that_are_rolled_back_leave_no_gap,
            two_appenders_make_one_chain,
            events_are_listed_by_conference_and_ballot,
            a_cursor_goes_through_all_pages;
    }
}

fn event(second: i64, conference: Option<u128>, ballot: Option<u128>) -> AuditEvent {
    AuditEvent {
        at: at(second),
        actor: Actor::Organiser(OrganiserId::new(uuid(7))),
        action: "ballot.opened".to_owned(),
        conference: conference.map(|number| ConferenceId::new(uuid(number))),
        ballot: ballot.map(|number| BallotId::new(uuid(number))),
        subject: None,
        details: json!({}),
    }
}

async fn put(tx: &mut Tx, event: &AuditEvent) {
    audit_events::insert_audit_event(tx, event).await.unwrap();
}

async fn all(tx: &mut Tx) -> Vec<RecordedEvent> {
    audit_events::list_audit_events(tx, None, None, 0, u32::MAX).await.unwrap()
}

fn check_chain(events: &[RecordedEvent]) {
    let mut previous = GENESIS;
    for (expected, recorded) in (1..).zip(events) {
        assert_eq!(recorded.number, expected, "a gap");
        previous = link(&previous, recorded.number, &recorded.event);
        assert_eq!(recorded.hash, previous, "event {expected}");
    }
}

async fn an_event_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let full = AuditEvent {
            subject: Some("№ 7".to_owned()),
            details: json!({"z": 1, "a": [null, true, 0.1, -5, "“é”\u{0007}"], "2^53": "9007199254740993"}),
            ..event(1, Some(1), Some(2))
        };
        let actors = [Actor::Host, Actor::Schedule, Actor::Attendee, Actor::Stranger];
        let mut given = vec![full, event(2, None, None)];
        given.extend(actors.map(|actor| AuditEvent { actor, ..event(3, Some(1), None) }));
        for event in &given {
            put(tx, event).await;
        }
        let recorded = all(tx).await;
        check_chain(&recorded);
        let events: Vec<AuditEvent> = recorded.into_iter().map(|recorded| recorded.event).collect();
        assert_eq!(events, given);
    })
    .await;
}

async fn each_hash_covers_the_one_before(on: &TestDb) {
    // The same event three times: the hashes differ only because of their positions.
    for _ in 0..3 {
        on.write(async |tx| put(tx, &event(1, None, None)).await).await;
    }
    let recorded = on.read(all).await;
    assert_eq!(recorded.len(), 3);
    check_chain(&recorded);
}

async fn events_that_are_rolled_back_leave_no_gap(on: &TestDb) {
    on.write(async |tx| put(tx, &event(1, None, None)).await).await;
    let mut lost = on.db().write().await.unwrap();
    put(&mut lost, &event(2, None, None)).await;
    drop(lost);
    on.write(async |tx| put(tx, &event(3, None, None)).await).await;
    let recorded = on.read(all).await;
    check_chain(&recorded);
    let times: Vec<_> = recorded.iter().map(|recorded| recorded.event.at).collect();
    assert_eq!(times, [at(1), at(3)]);
}

async fn two_appenders_make_one_chain(on: &TestDb) {
    let appenders: Vec<_> = (0..8)
        .map(|appender| {
            let db = on.db().clone();
            tokio::spawn(async move {
                for second in 0..10 {
                    let mut tx = db.write().await.unwrap();
                    put(&mut tx, &event(second, Some(appender), None)).await;
                    put(&mut tx, &event(second, Some(appender), Some(1))).await;
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for appender in appenders {
        appender.await.unwrap();
    }
    let recorded = on.read(all).await;
    assert_eq!(recorded.len(), 160);
    check_chain(&recorded);
}

async fn events_are_listed_by_conference_and_ballot(on: &TestDb) {
    on.write(async |tx| {
        let places = [
            (None, None),
            (Some(1), None),
            (Some(1), Some(1)),
            (Some(2), Some(2)),
            (Some(1), Some(3)),
            (Some(2), None),
        ];
        for (second, (conference, ballot)) in (1..).zip(places) {
            put(tx, &event(second, conference, ballot)).await;
        }
        for (conference, ballot, expected) in [
            (None, None, vec![1, 2, 3, 4, 5, 6]),
            (Some(1), None, vec![2, 3, 5]),
            (Some(2), None, vec![4, 6]),
            (None, Some(3), vec![5]),
            (Some(1), Some(1), vec![3]),
            (Some(2), Some(1), vec![]),
            (Some(9), None, vec![]),
        ] {
            let id = conference.map(|number| ConferenceId::new(uuid(number)));
            let of = ballot.map(|number| BallotId::new(uuid(number)));
            let list = async |tx: &mut Tx, after, limit| {
                let listed = audit_events::list_audit_events(tx, id, of, after, limit).await.unwrap();
                listed.iter().map(|recorded| recorded.number).collect::<Vec<_>>()
            };
            assert_eq!(list(tx, 0, 9).await, expected, "{conference:?} {ballot:?}");
            let later: Vec<u64> = expected.iter().copied().filter(|number| *number > 3).collect();
            assert_eq!(list(tx, 3, 9).await, later);
            assert_eq!(list(tx, 0, 1).await, expected.iter().copied().take(1).collect::<Vec<_>>());
        }
    })
    .await;
}

async fn a_cursor_goes_through_all_pages(on: &TestDb) {
    on.write(async |tx| {
        for second in 1..=5 {
            // The clock may go back; the chain still goes forward.
            put(tx, &event(10 - second, None, None)).await;
        }
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let page = audit_events::list_audit_events(tx, None, None, after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.number;
            seen.extend(page);
        }
        assert_eq!(seen, all(tx).await);
        assert_eq!(audit_events::list_audit_events(tx, None, None, u64::MAX, 2).await.unwrap(), []);
    })
    .await;
}
