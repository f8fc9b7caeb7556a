//! Organisers, their sessions, and the fingerprint of the master secret.

use urna_core::{OrganiserId, Role};
use urna_store::organisers::{self, ListedSession, Organiser};
use urna_store::{Stored, Tx};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, email, hash, organiser, uuid};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_organiser_comes_back_as_it_was_put,
            what_is_not_there_is_none,
            an_address_is_one_active_organiser,
            a_disabled_organiser_keeps_the_id_and_gives_the_address_free,
            a_disabled_organiser_has_no_session,
            organisers_are_listed_oldest_first,
            locking_the_owners_counts_the_active_ones,
            the_last_owner_cannot_vanish_in_a_race,
            a_session_comes_back_as_it_was_put,
            a_session_ends_when_it_is_deleted,
            expired_sessions_are_forgotten_from_the_moment_on,
            the_oldest_and_the_idle_sessions_of_an_organiser_end,
            two_sign_ins_of_an_organiser_follow_each_other,
            a_database_is_tied_to_one_secret;
    }
}

async fn put(tx: &mut Tx, organiser: &Organiser) -> Stored<Organiser> {
    assert!(organisers::insert_organiser(tx, organiser, "$argon2id$…").await.unwrap());
    organisers::find_organiser(tx, organiser.id).await.unwrap().unwrap()
}

async fn an_organiser_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        for (number, role) in (1..).zip(Role::ALL) {
            let given = organiser(number, &format!("{role}@example.org"), role);
            let stored = put(tx, &given).await;
            assert_eq!(stored.value, given);
            let (found, password) = organisers::find_organiser_by_email(tx, &given.email).await.unwrap().unwrap();
            assert_eq!((found, password.as_str()), (stored, "$argon2id$…"));
        }
    })
    .await;
}

async fn what_is_not_there_is_none(on: &TestDb) {
    on.write(async |tx| {
        put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        assert!(organisers::find_organiser(tx, OrganiserId::new(uuid(2))).await.unwrap().is_none());
        let other = email("ann@example.org");
        assert!(organisers::find_organiser_by_email(tx, &other).await.unwrap().is_none());
        assert!(organisers::find_session(tx, &hash(1)).await.unwrap().is_none());
    })
    .await;
}

async fn an_address_is_one_active_organiser(on: &TestDb) {
    on.write(async |tx| {
        let first = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        let second = organiser(2, "anna@example.org", Role::Desk);
        assert!(!organisers::insert_organiser(tx, &second, "another").await.unwrap());
        let (found, password) = organisers::find_organiser_by_email(tx, &first.email).await.unwrap().unwrap();
        assert_eq!((found, password.as_str()), (first, "$argon2id$…"));
    })
    .await;
}

async fn a_disabled_organiser_keeps_the_id_and_gives_the_address_free(on: &TestDb) {
    on.write(async |tx| {
        let first = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        assert!(organisers::set_disabled(tx, first.key, at(9)).await.unwrap());
        assert!(organisers::find_organiser_by_email(tx, &first.email).await.unwrap().is_none());
        let disabled = organisers::find_organiser(tx, first.id).await.unwrap().unwrap();
        assert_eq!(disabled.value, Organiser { disabled_at: Some(at(9)), ..first.value.clone() });

        let second = put(tx, &organiser(2, "anna@example.org", Role::Desk)).await;
        let (found, _) = organisers::find_organiser_by_email(tx, &first.email).await.unwrap().unwrap();
        assert_eq!(found, second);

        // Only the first time counts.
        assert!(!organisers::set_disabled(tx, first.key, at(10)).await.unwrap());
        let still = organisers::find_organiser(tx, first.id).await.unwrap().unwrap();
        assert_eq!(still.disabled_at, Some(at(9)));
    })
    .await;
}

async fn a_disabled_organiser_has_no_session(on: &TestDb) {
    on.write(async |tx| {
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        let ben = put(tx, &organiser(2, "ben@example.org", Role::Owner)).await;
        organisers::insert_session(tx, &hash(1), anna.key, at(0), at(100)).await.unwrap();
        organisers::insert_session(tx, &hash(2), anna.key, at(0), at(100)).await.unwrap();
        organisers::insert_session(tx, &hash(3), ben.key, at(0), at(100)).await.unwrap();
        organisers::set_disabled(tx, anna.key, at(9)).await.unwrap();
        assert!(organisers::find_session(tx, &hash(1)).await.unwrap().is_none());
        assert!(organisers::find_session(tx, &hash(2)).await.unwrap().is_none());
        assert!(organisers::find_session(tx, &hash(3)).await.unwrap().is_some());
        // A session begun in a race with the disabling is useless, too.
        organisers::insert_session(tx, &hash(4), anna.key, at(10), at(100)).await.unwrap();
        assert!(organisers::find_session(tx, &hash(4)).await.unwrap().is_none());
    })
    .await;
}

async fn organisers_are_listed_oldest_first(on: &TestDb) {
    on.write(async |tx| {
        let mut put_order = Vec::new();
        for (number, name) in [(7, "b"), (9, "c"), (3, "a"), (5, "d"), (4, "e")] {
            let given = organiser(number, &format!("{name}@example.org"), Role::Desk);
            put_order.push(put(tx, &given).await);
        }
        organisers::set_disabled(tx, put_order[1].key, at(9)).await.unwrap();
        put_order[1].value.disabled_at = Some(at(9));
        assert_eq!(organisers::list_organisers(tx, None, 9).await.unwrap(), put_order);
        assert_eq!(organisers::list_organisers(tx, None, 2).await.unwrap(), put_order[..2]);
        let after = Some(put_order[1].id);
        assert_eq!(organisers::list_organisers(tx, after, 2).await.unwrap(), put_order[2..4]);
        let last = Some(put_order[4].id);
        assert_eq!(organisers::list_organisers(tx, last, 2).await.unwrap(), []);
    })
    .await;
}

async fn locking_the_owners_counts_the_active_ones(on: &TestDb) {
    on.write(async |tx| {
        assert_eq!(organisers::lock_owners(tx).await.unwrap(), 0);
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        put(tx, &organiser(2, "ben@example.org", Role::Owner)).await;
        put(tx, &organiser(3, "cleo@example.org", Role::Organiser)).await;
        assert_eq!(organisers::lock_owners(tx).await.unwrap(), 2);
        organisers::set_disabled(tx, anna.key, at(1)).await.unwrap();
        assert_eq!(organisers::lock_owners(tx).await.unwrap(), 1);
    })
    .await;
}

/// Two owners disable each other at the same time, each only if two are left.
async fn the_last_owner_cannot_vanish_in_a_race(on: &TestDb) {
    for round in 0..10 {
        let owners = on
            .write(async |tx| {
                let mut owners = Vec::new();
                for n in [1, 2] {
                    let address = format!("owner-{round}-{n}@example.org");
                    owners.push(put(tx, &organiser(round * 2 + n, &address, Role::Owner)).await);
                }
                owners
            })
            .await;
        let races: Vec<_> = owners
            .iter()
            .map(|owner| {
                let (db, key) = (on.db().clone(), owner.key);
                tokio::spawn(async move {
                    let mut tx = db.write().await.unwrap();
                    let may = organisers::lock_owners(&mut tx).await.unwrap() > 1;
                    if may {
                        organisers::set_disabled(&mut tx, key, at(1)).await.unwrap();
                    }
                    tx.commit().await.unwrap();
                    may
                })
            })
            .collect();
        let mut disabled = 0;
        for race in races {
            disabled += i32::from(race.await.unwrap());
        }
        assert_eq!(disabled, 1);
        on.write(async |tx| {
            assert_eq!(organisers::lock_owners(tx).await.unwrap(), 1);
            for owner in owners {
                organisers::set_disabled(tx, owner.key, at(1)).await.unwrap();
            }
        })
        .await;
    }
}

async fn a_session_comes_back_as_it_was_put(on: &TestDb) {
    on.write(async |tx| {
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        let ben = put(tx, &organiser(2, "ben@example.org", Role::Desk)).await;
        organisers::insert_session(tx, &hash(1), anna.key, at(3), at(100)).await.unwrap();
        organisers::insert_session(tx, &hash(2), ben.key, at(4), at(200)).await.unwrap();
        let session = organisers::find_session(tx, &hash(1)).await.unwrap().unwrap();
        assert_eq!((session.organiser, session.last_used_at, session.expires_at), (anna, at(3), at(100)));
        organisers::set_session_used(tx, &hash(1), at(50)).await.unwrap();
        let session = organisers::find_session(tx, &hash(1)).await.unwrap().unwrap();
        assert_eq!((session.last_used_at, session.expires_at), (at(50), at(100)));
        let other = organisers::find_session(tx, &hash(2)).await.unwrap().unwrap();
        assert_eq!((other.organiser, other.last_used_at), (ben, at(4)));
    })
    .await;
}

async fn a_session_ends_when_it_is_deleted(on: &TestDb) {
    on.write(async |tx| {
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        organisers::insert_session(tx, &hash(1), anna.key, at(0), at(100)).await.unwrap();
        organisers::insert_session(tx, &hash(2), anna.key, at(0), at(100)).await.unwrap();
        organisers::delete_session(tx, &hash(1)).await.unwrap();
        organisers::delete_session(tx, &hash(1)).await.unwrap();
        assert!(organisers::find_session(tx, &hash(1)).await.unwrap().is_none());
        assert!(organisers::find_session(tx, &hash(2)).await.unwrap().is_some());
    })
    .await;
}

async fn expired_sessions_are_forgotten_from_the_moment_on(on: &TestDb) {
    on.write(async |tx| {
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        for (number, expires_at) in [(1, at(10)), (2, at(20)), (3, at(30))] {
            organisers::insert_session(tx, &hash(number), anna.key, at(0), expires_at).await.unwrap();
        }
        assert_eq!(organisers::delete_expired_sessions(tx, at(20)).await.unwrap(), 2);
        assert!(organisers::find_session(tx, &hash(2)).await.unwrap().is_none());
        // The caller checks the expiry, until the session is deleted.
        assert!(organisers::find_session(tx, &hash(3)).await.unwrap().is_some());
        assert_eq!(organisers::delete_expired_sessions(tx, at(20)).await.unwrap(), 0);
    })
    .await;
}

async fn the_oldest_and_the_idle_sessions_of_an_organiser_end(on: &TestDb) {
    on.write(async |tx| {
        let anna = put(tx, &organiser(1, "anna@example.org", Role::Owner)).await;
        let ben = put(tx, &organiser(2, "ben@example.org", Role::Desk)).await;
        for (number, key, used, expires_at) in
            [(3, anna.key, 9, 30), (1, anna.key, 9, 10), (4, ben.key, 1, 5), (2, anna.key, 1, 20), (5, anna.key, 2, 40)]
        {
            organisers::insert_session(tx, &hash(number), key, at(used), at(expires_at)).await.unwrap();
        }
        let listed = organisers::list_sessions(tx, anna.key).await.unwrap();
        let numbers =
            |sessions: &[ListedSession]| sessions.iter().map(|session| session.token_hash).collect::<Vec<_>>();
        assert_eq!(numbers(&listed), [1, 2, 3, 5].map(hash));
        assert_eq!((listed[2].last_used_at, listed[2].expires_at), (at(9), at(30)));
        // The idle one goes first, although it is not the oldest.
        assert_eq!(organisers::delete_oldest_sessions(tx, anna.key, 3, at(1)).await.unwrap(), 1);
        assert_eq!(numbers(&organisers::list_sessions(tx, anna.key).await.unwrap()), [1, 3, 5].map(hash));
        assert_eq!(organisers::delete_oldest_sessions(tx, anna.key, 2, at(1)).await.unwrap(), 1);
        assert_eq!(numbers(&organisers::list_sessions(tx, anna.key).await.unwrap()), [3, 5].map(hash));
        assert_eq!(organisers::list_sessions(tx, ben.key).await.unwrap().len(), 1);
    })
    .await;
}

/// Each of eight transactions counts the sessions and begins one; no two get the same count.
async fn two_sign_ins_of_an_organiser_follow_each_other(on: &TestDb) {
    let anna = on.write(async |tx| put(tx, &organiser(1, "anna@example.org", Role::Owner)).await).await;
    let key = anna.key;
    let sign_ins: Vec<_> = (1..=8)
        .map(|number| {
            let db = on.db().clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                organisers::lock_organiser(&mut tx, key).await.unwrap();
                let before = organisers::list_sessions(&mut tx, key).await.unwrap().len();
                organisers::insert_session(&mut tx, &hash(number), key, at(1), at(100)).await.unwrap();
                tx.commit().await.unwrap();
                before
            })
        })
        .collect();
    let mut counted = Vec::new();
    for sign_in in sign_ins {
        counted.push(sign_in.await.unwrap());
    }
    counted.sort_unstable();
    assert_eq!(counted, (0..8).collect::<Vec<_>>());
}

async fn a_database_is_tied_to_one_secret(on: &TestDb) {
    on.write(async |tx| {
        assert_eq!(organisers::find_secret_fingerprint(tx).await.unwrap(), None);
        assert_eq!(organisers::find_service_start(tx).await.unwrap(), None);
        organisers::insert_secret_fingerprint(tx, &hash(1), at(1)).await.unwrap();
        organisers::insert_secret_fingerprint(tx, &hash(2), at(2)).await.unwrap();
        assert_eq!(organisers::find_secret_fingerprint(tx).await.unwrap(), Some(hash(1)));
        assert_eq!(organisers::find_service_start(tx).await.unwrap(), Some(at(1)));
    })
    .await;
}
