//! The roll: attendees, their personal links and their sessions.

use urna_core::{Attendee, AttendeeId, AttendeeStatus, ClaimedCategory, PersonName, VerifiedBy};
use urna_store::attendees::{self, OnRoll};
use urna_store::{Key, Stored, ballots, outbox};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{
    at, attendee, category, eligibility, hash, put_attendee, put_ballot, put_conference, shared, take_part, uuid,
};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_attendee_comes_back_as_it_was_put,
            what_is_not_there_is_none,
            an_address_is_one_attendee_of_a_conference,
            an_external_id_is_one_attendee_of_a_conference,
            many_attendees_have_neither_address_nor_external_id,
            an_attendee_can_be_changed,
            a_change_cannot_take_what_is_anothers,
            two_changes_of_one_person_follow_each_other,
            the_roll_is_in_the_order_of_arrival,
            a_cursor_goes_through_all_pages,
            a_deleted_attendee_is_forgotten,
            a_number_is_never_used_again,
            the_admitted_are_verified_and_of_an_admitted_group,
            a_claim_admits_nobody_and_is_counted_where_it_is_asked_for,
            every_link_that_was_ever_issued_stays_known,
            a_link_belongs_to_one_attendee,
            a_session_comes_back_as_it_was_put,
            sessions_can_be_ended,
            the_oldest_sessions_of_a_person_end_first,
            expired_sessions_are_forgotten_from_the_moment_on;
    }
}

fn well_known(number: u128) -> Attendee {
    Attendee {
        organisation: Some("Cluster Île-de-France".to_owned()),
        country: Some("FR".to_owned().try_into().unwrap()),
        category: Some(category("cluster-manager")),
        language: Some("pt-BR".to_owned().try_into().unwrap()),
        external_id: Some(format!("badge № {number}")),
        name: PersonName::parse("Ægir Þórðarson-Ōta").unwrap(),
        link_generation: u32::MAX,
        ..attendee(number)
    }
}

async fn an_attendee_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let nameless = Attendee { email: None, ..attendee(2) };
        let claimed_category = Some(ClaimedCategory::new(category("jury")));
        let claims = Attendee { category: None, claimed_category, ..well_known(3) };
        for given in [well_known(1), nameless, claims] {
            let key = put_attendee(tx, &conference, &given).await;
            let by_key = attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap();
            let expected = OnRoll { attendee: Stored { key, value: given.clone() }, conference: conference.key };
            assert_eq!(by_key, expected);
            assert_eq!(attendees::find_attendee(tx, given.id).await.unwrap().unwrap(), expected);
            if let Some(address) = &given.email {
                let found = attendees::find_attendee_by_email(tx, conference.key, address).await.unwrap();
                assert_eq!(found.unwrap(), expected);
            }
        }
        let grounds = VerifiedBy::ALL.map(Some).into_iter().chain([None]);
        for ((number, status), verified_by) in (10..).zip(AttendeeStatus::ALL).zip(grounds) {
            let given = Attendee { status, verified_by, ..attendee(number) };
            let key = put_attendee(tx, &conference, &given).await;
            assert_eq!(attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap().attendee.value, given);
        }
    })
    .await;
}

async fn what_is_not_there_is_none(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        let there = attendee(1);
        let key = put_attendee(tx, &conference, &there).await;
        assert!(attendees::find_attendee(tx, AttendeeId::new(uuid(2))).await.unwrap().is_none());
        let address = there.email.unwrap();
        assert!(attendees::find_attendee_by_email(tx, other.key, &address).await.unwrap().is_none());
        attendees::delete_attendee(tx, key).await.unwrap();
        assert!(attendees::find_attendee_by_key(tx, key).await.unwrap().is_none());
        assert!(attendees::find_personal_link(tx, &hash(7)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(7)).await.unwrap().is_none());
        // Deleting nothing is not an error.
        attendees::delete_attendee(tx, key).await.unwrap();
        attendees::delete_session(tx, &hash(7)).await.unwrap();
    })
    .await;
}

async fn an_address_is_one_attendee_of_a_conference(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_attendee(tx, &conference, &attendee(1)).await;
        let twin = Attendee { email: attendee(1).email, ..attendee(2) };
        assert_eq!(attendees::insert_attendee(tx, conference.key, &twin, &hash(2)).await.unwrap(), None);
        // Nothing was kept: neither the person nor the link.
        assert!(attendees::find_attendee(tx, twin.id).await.unwrap().is_none());
        assert!(attendees::find_personal_link(tx, &hash(2)).await.unwrap().is_none());
        put_attendee(tx, &other, &twin).await;
    })
    .await;
}

async fn an_external_id_is_one_attendee_of_a_conference(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_attendee(tx, &conference, &well_known(1)).await;
        let twin = Attendee { external_id: well_known(1).external_id, ..attendee(2) };
        assert_eq!(attendees::insert_attendee(tx, conference.key, &twin, &hash(2)).await.unwrap(), None);
        put_attendee(tx, &other, &twin).await;
    })
    .await;
}

async fn many_attendees_have_neither_address_nor_external_id(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        for number in 1..=3 {
            put_attendee(tx, &conference, &Attendee { email: None, ..attendee(number) }).await;
        }
        assert_eq!(attendees::list_attendees(tx, conference.key, None, 9).await.unwrap().len(), 3);
    })
    .await;
}

async fn an_attendee_can_be_changed(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        let bystander = put_attendee(tx, &conference, &attendee(2)).await;
        let changed = Attendee {
            status: AttendeeStatus::Blocked,
            verified_by: Some(VerifiedBy::Mailbox),
            link_generation: 1,
            ..well_known(1)
        };
        assert!(attendees::set_attendee(tx, &Stored { key, value: changed.clone() }).await.unwrap());
        assert_eq!(attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap().attendee.value, changed);
        // Every optional value can become unknown again.
        let bare = Attendee { email: None, ..attendee(1) };
        assert!(attendees::set_attendee(tx, &Stored { key, value: bare.clone() }).await.unwrap());
        assert_eq!(attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap().attendee.value, bare);
        let other = attendees::find_attendee_by_key(tx, bystander).await.unwrap().unwrap();
        assert_eq!(other.attendee.value, attendee(2));
    })
    .await;
}

async fn a_change_cannot_take_what_is_anothers(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        put_attendee(tx, &conference, &well_known(1)).await;
        let key = put_attendee(tx, &conference, &attendee(2)).await;
        for taken in [
            Attendee { email: well_known(1).email, ..attendee(2) },
            Attendee { external_id: well_known(1).external_id, ..attendee(2) },
        ] {
            assert!(!attendees::set_attendee(tx, &Stored { key, value: taken }).await.unwrap());
            let unchanged = attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap();
            assert_eq!(unchanged.attendee.value, attendee(2));
        }
        // On another conference's roll both are free.
        let key = put_attendee(tx, &other, &attendee(3)).await;
        let value = Attendee { id: attendee(3).id, link_generation: 1, ..well_known(1) };
        assert!(attendees::set_attendee(tx, &Stored { key, value }).await.unwrap());
    })
    .await;
}

/// Each of eight transactions reads the organisation and appends a letter; none is lost.
async fn two_changes_of_one_person_follow_each_other(on: &TestDb) {
    let key = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            put_attendee(tx, &conference, &attendee(1)).await
        })
        .await;
    let changes: Vec<_> = ('a'..='h')
        .map(|letter| {
            let db = on.db().clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                assert!(attendees::lock_attendee(&mut tx, key).await.unwrap());
                let mut found = attendees::find_attendee_by_key(&mut tx, key).await.unwrap().unwrap().attendee;
                found.value.organisation.get_or_insert_default().push(letter);
                assert!(attendees::set_attendee(&mut tx, &found).await.unwrap());
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for change in changes {
        change.await.unwrap();
    }
    on.write(async |tx| {
        let found = attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap().attendee;
        let mut letters: Vec<char> = found.organisation.as_ref().unwrap().chars().collect();
        letters.sort_unstable();
        assert_eq!(letters, ('a'..='h').collect::<Vec<_>>());
        attendees::delete_attendee(tx, key).await.unwrap();
        assert!(!attendees::lock_attendee(tx, key).await.unwrap());
    })
    .await;
}

async fn the_roll_is_in_the_order_of_arrival(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        for (number, conference) in [(7, &conference), (9, &other), (3, &conference), (5, &conference)] {
            put_attendee(tx, conference, &attendee(number)).await;
        }
        let roll = attendees::list_attendees(tx, conference.key, None, 9).await.unwrap();
        let values: Vec<_> = roll.into_iter().map(|on_roll| on_roll.attendee.value).collect();
        assert_eq!(values, [attendee(7), attendee(3), attendee(5)]);
    })
    .await;
}

async fn a_cursor_goes_through_all_pages(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        for number in 1..=7 {
            put_attendee(tx, &conference, &attendee(10 - number)).await;
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = attendees::list_attendees(tx, conference.key, after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 3);
            after = Some(last.attendee.id);
            seen.extend(page.iter().map(|on_roll| on_roll.attendee.id.uuid().as_u128()));
        }
        assert_eq!(seen, [9, 8, 7, 6, 5, 4, 3]);
    })
    .await;
}

async fn a_deleted_attendee_is_forgotten(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        let other = put_attendee(tx, &conference, &attendee(2)).await;
        for (number, key) in [(11, key), (12, other)] {
            attendees::insert_session(tx, &hash(number), key, at(100)).await.unwrap();
            outbox::insert_mail(tx, key, "invitation", at(1)).await.unwrap();
        }
        let ballot = put_ballot(tx, &conference, 1, "manager").await;
        let lock = shared(tx, ballot).await;
        assert!(take_part(tx, &lock, key).await);

        attendees::delete_attendee(tx, key).await.unwrap();
        assert!(attendees::find_attendee(tx, attendee(1).id).await.unwrap().is_none());
        assert!(attendees::find_personal_link(tx, &hash(1)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(11)).await.unwrap().is_none());
        assert_eq!(outbox::count_mails(tx, key, at(0)).await.unwrap(), 0);
        // A number remains, so that the number of participations stays right.
        assert_eq!(urna_store::ballot_box::count_participations(tx, ballot).await.unwrap(), 1);

        assert!(attendees::find_personal_link(tx, &hash(2)).await.unwrap().is_some());
        assert!(attendees::find_session(tx, &hash(12)).await.unwrap().is_some());
        assert_eq!(outbox::count_mails(tx, other, at(0)).await.unwrap(), 1);
        // The address is free again.
        put_attendee(tx, &conference, &attendee(1)).await;
    })
    .await;
}

/// A reused number would make the next person one who has voted.
async fn a_number_is_never_used_again(on: &TestDb) {
    let (conference, attendee_key, ballot_key) = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            put_attendee(tx, &conference, &attendee(1)).await;
            put_ballot(tx, &conference, 1, "first").await;
            let attendee_key = put_attendee(tx, &conference, &attendee(2)).await;
            let ballot_key = put_ballot(tx, &conference, 2, "second").await;
            (conference, attendee_key, ballot_key)
        })
        .await;
    on.write(async |tx| {
        attendees::delete_attendee(tx, attendee_key).await.unwrap();
        let lock = crate::sample::locked(tx, ballot_key, at(0)).await;
        ballots::delete_ballot(tx, &lock).await.unwrap();
    })
    .await;
    on.write(async |tx| {
        assert_ne!(put_attendee(tx, &conference, &attendee(2)).await, attendee_key);
        assert_ne!(put_ballot(tx, &conference, 2, "second").await, ballot_key);
    })
    .await;
}

async fn the_admitted_are_verified_and_of_an_admitted_group(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        let mut number = 0;
        for status in AttendeeStatus::ALL {
            // Per status: two managers, three policy makers, four of no group.
            for (group, count) in [(Some("manager"), 2), (Some("policy"), 3), (None, 4)] {
                for _ in 0..count {
                    number += 1;
                    let category = group.map(category);
                    put_attendee(tx, &conference, &Attendee { status, category, ..attendee(number) }).await;
                }
            }
        }
        put_attendee(tx, &other, &attendee(number + 1)).await;
        for (groups, expected) in [
            (None, 9),
            (Some(["manager"].as_slice()), 2),
            (Some(&["manager", "policy"]), 5),
            (Some(&["policy", "press"]), 3),
            (Some(&["press"]), 0),
            (Some(&[]), 0),
        ] {
            let eligibility = eligibility(groups);
            let admitted = attendees::count_admitted(tx, conference.key, &eligibility).await.unwrap();
            assert_eq!(admitted, expected, "{groups:?}");
        }
    })
    .await;
}

async fn a_claim_admits_nobody_and_is_counted_where_it_is_asked_for(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let other = put_conference(tx, 2, "ecc-2027").await;
        let mut number = 0;
        let claims = |number, status, claimed: &str, of: Option<&str>| Attendee {
            status,
            category: of.map(category),
            claimed_category: Some(ClaimedCategory::new(category(claimed))),
            ..attendee(number)
        };
        for status in AttendeeStatus::ALL {
            for (claimed, of) in [("jury", None), ("jury", None), ("press", None), ("jury", Some("press"))] {
                number += 1;
                put_attendee(tx, &conference, &claims(number, status, claimed, of)).await;
            }
        }
        put_attendee(tx, &other, &claims(number + 1, AttendeeStatus::Verified, "jury", None)).await;
        for (groups, admitted, claimed) in [
            (None, 4, 0),
            (Some(["jury"].as_slice()), 0, 6),
            (Some(&["press"]), 1, 3),
            (Some(&["jury", "press"]), 1, 9),
            (Some(&[]), 0, 0),
        ] {
            let eligibility = eligibility(groups);
            let counted = attendees::count_admitted(tx, conference.key, &eligibility).await.unwrap();
            assert_eq!(counted, admitted, "{groups:?}");
            assert_eq!(attendees::count_claims(tx, conference.key, &eligibility).await.unwrap(), claimed, "{groups:?}");
        }
    })
    .await;
}

async fn every_link_that_was_ever_issued_stays_known(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        let bystander = put_attendee(tx, &conference, &attendee(2)).await;
        attendees::insert_personal_link(tx, key, 2, &hash(22)).await.unwrap();
        attendees::set_link_generation(tx, key, 2).await.unwrap();
        for (token, generation) in [(hash(1), 1), (hash(22), 2)] {
            let (on_roll, found) = attendees::find_personal_link(tx, &token).await.unwrap().unwrap();
            assert_eq!((on_roll.attendee.key, found), (key, generation));
            assert_eq!(on_roll.attendee.link_generation, 2);
        }
        let other = attendees::find_attendee_by_key(tx, bystander).await.unwrap().unwrap();
        assert_eq!(other.attendee.link_generation, 1);
    })
    .await;
}

async fn a_link_belongs_to_one_attendee(on: &TestDb) {
    let second: Key<Attendee> = on
        .write(async |tx| {
            let conference = put_conference(tx, 1, "ecc-2026").await;
            put_attendee(tx, &conference, &attendee(1)).await;
            put_attendee(tx, &conference, &attendee(2)).await
        })
        .await;
    let mut tx = on.db().write().await.unwrap();
    assert!(attendees::insert_personal_link(&mut tx, second, 2, &hash(1)).await.is_err());
}

async fn a_session_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        attendees::insert_session(tx, &hash(11), key, at(100)).await.unwrap();
        let (on_roll, expires_at) = attendees::find_session(tx, &hash(11)).await.unwrap().unwrap();
        assert_eq!(on_roll, attendees::find_attendee_by_key(tx, key).await.unwrap().unwrap());
        assert_eq!(expires_at, at(100));
        assert!(attendees::find_session(tx, &hash(1)).await.unwrap().is_none(), "a link is no session");
    })
    .await;
}

async fn sessions_can_be_ended(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        let other = put_attendee(tx, &conference, &attendee(2)).await;
        for (number, key) in [(11, key), (12, key), (13, key), (21, other)] {
            attendees::insert_session(tx, &hash(number), key, at(100)).await.unwrap();
        }
        attendees::delete_session(tx, &hash(11)).await.unwrap();
        assert!(attendees::find_session(tx, &hash(11)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(12)).await.unwrap().is_some());
        attendees::delete_sessions_of(tx, key).await.unwrap();
        assert!(attendees::find_session(tx, &hash(12)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(13)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(21)).await.unwrap().is_some());
    })
    .await;
}

async fn the_oldest_sessions_of_a_person_end_first(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let anna = put_attendee(tx, &conference, &attendee(1)).await;
        let ben = put_attendee(tx, &conference, &attendee(2)).await;
        for (number, key, expires_at) in [(3, anna, 30), (1, anna, 10), (4, ben, 5), (2, anna, 20), (5, anna, 30)] {
            attendees::insert_session(tx, &hash(number), key, at(expires_at)).await.unwrap();
        }
        let listed = [(hash(1), at(10)), (hash(2), at(20)), (hash(3), at(30)), (hash(5), at(30))];
        assert_eq!(attendees::list_sessions(tx, anna).await.unwrap(), listed);
        for (keep, ended, left) in [(9, 0, &listed[..]), (4, 0, &listed), (3, 1, &listed[1..]), (2, 1, &listed[2..])] {
            assert_eq!(attendees::delete_oldest_sessions(tx, anna, keep).await.unwrap(), ended);
            assert_eq!(attendees::list_sessions(tx, anna).await.unwrap(), left);
        }
        assert_eq!(attendees::list_sessions(tx, ben).await.unwrap(), [(hash(4), at(5))]);
        assert_eq!(attendees::delete_oldest_sessions(tx, anna, 0).await.unwrap(), 2);
    })
    .await;
}

async fn expired_sessions_are_forgotten_from_the_moment_on(on: &TestDb) {
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        let key = put_attendee(tx, &conference, &attendee(1)).await;
        for (number, expires_at) in [(1, at(10)), (2, at(20)), (3, at(30))] {
            attendees::insert_session(tx, &hash(number), key, expires_at).await.unwrap();
        }
        assert_eq!(attendees::delete_expired_sessions(tx, at(20)).await.unwrap(), 2);
        assert!(attendees::find_session(tx, &hash(2)).await.unwrap().is_none());
        assert!(attendees::find_session(tx, &hash(3)).await.unwrap().is_some());
    })
    .await;
}
