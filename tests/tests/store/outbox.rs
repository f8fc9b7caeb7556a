//! The outbox.

use std::collections::BTreeSet;

use urna_core::Attendee;
use urna_store::{Key, outbox};
use urna_tests::{Cases, TestDb, cases};

use crate::sample::{at, attendee, put_attendee, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_mail_is_claimed_as_it_was_put,
            the_mail_that_waited_longest_is_claimed_first,
            a_claimed_mail_is_kept_from_others_for_a_time,
            a_sent_mail_is_not_sent_again,
            a_failed_mail_is_tried_again_when_it_is_time,
            a_mail_can_be_given_up,
            two_workers_claim_each_mail_once,
            an_attendees_mails_are_counted_since_a_time,
            waiting_mails_are_counted,
            unsent_mails_are_forgotten_and_sent_ones_kept,
            the_last_mail_of_each_attendee_is_listed;
    }
}

async fn someone(on: &TestDb, number: u128) -> Key<Attendee> {
    on.write(async |tx| {
        let conference = put_conference(tx, number, &format!("ecc-{number}")).await;
        put_attendee(tx, &conference, &attendee(number)).await
    })
    .await
}

async fn a_mail_is_claimed_as_it_was_put(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        assert_eq!(outbox::claim_mail(tx, at(100), at(200)).await.unwrap(), None);
        outbox::insert_mail(tx, anna, "invitation", at(10)).await.unwrap();
        assert_eq!(outbox::claim_mail(tx, at(9), at(200)).await.unwrap(), None, "not before its time");
        let mail = outbox::claim_mail(tx, at(10), at(20)).await.unwrap().unwrap();
        assert_eq!((mail.attendee, mail.kind.as_str(), mail.attempts), (anna, "invitation", 1));
    })
    .await;
}

async fn the_mail_that_waited_longest_is_claimed_first(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        for (kind, second) in [("third", 30), ("first", 10), ("second", 20), ("fourth", 30)] {
            outbox::insert_mail(tx, anna, kind, at(second)).await.unwrap();
        }
        let mut kinds = Vec::new();
        while let Some(mail) = outbox::claim_mail(tx, at(50), at(100)).await.unwrap() {
            kinds.push(mail.kind);
        }
        assert_eq!(kinds, ["first", "second", "third", "fourth"]);
    })
    .await;
}

async fn a_claimed_mail_is_kept_from_others_for_a_time(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        outbox::insert_mail(tx, anna, "invitation", at(0)).await.unwrap();
        let first = outbox::claim_mail(tx, at(0), at(60)).await.unwrap().unwrap();
        assert_eq!(outbox::claim_mail(tx, at(59), at(120)).await.unwrap(), None);
        // Its worker seems to be gone.
        let second = outbox::claim_mail(tx, at(60), at(120)).await.unwrap().unwrap();
        assert_eq!((second.key, second.attempts), (first.key, 2));
    })
    .await;
}

async fn a_sent_mail_is_not_sent_again(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        outbox::insert_mail(tx, anna, "invitation", at(0)).await.unwrap();
        outbox::insert_mail(tx, anna, "reminder", at(1)).await.unwrap();
        let mail = outbox::claim_mail(tx, at(1), at(60)).await.unwrap().unwrap();
        outbox::set_sent(tx, mail.key, at(2)).await.unwrap();
        let next = outbox::claim_mail(tx, at(1_000), at(2_000)).await.unwrap().unwrap();
        assert_eq!(next.kind, "reminder");
        assert_eq!(outbox::claim_mail(tx, at(1_000), at(2_000)).await.unwrap(), None);
    })
    .await;
}

async fn a_failed_mail_is_tried_again_when_it_is_time(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        outbox::insert_mail(tx, anna, "invitation", at(0)).await.unwrap();
        let mail = outbox::claim_mail(tx, at(0), at(60)).await.unwrap().unwrap();
        outbox::set_failed(tx, mail.key, "421 try later", Some(at(30))).await.unwrap();
        assert_eq!(outbox::claim_mail(tx, at(29), at(60)).await.unwrap(), None);
        let again = outbox::claim_mail(tx, at(30), at(60)).await.unwrap().unwrap();
        assert_eq!((again.key, again.attempts), (mail.key, 2));
    })
    .await;
}

async fn a_mail_can_be_given_up(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        outbox::insert_mail(tx, anna, "invitation", at(0)).await.unwrap();
        let mail = outbox::claim_mail(tx, at(0), at(60)).await.unwrap().unwrap();
        outbox::set_failed(tx, mail.key, "550 no such mailbox", None).await.unwrap();
        assert_eq!(outbox::claim_mail(tx, at(1_000_000), at(2_000_000)).await.unwrap(), None);
        assert_eq!(outbox::count_waiting(tx).await.unwrap(), (0, None));
        assert_eq!(outbox::count_mails(tx, anna, at(-1)).await.unwrap(), 1);
    })
    .await;
}

async fn two_workers_claim_each_mail_once(on: &TestDb) {
    const MAILS: usize = 40;
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        for number in 0..MAILS {
            outbox::insert_mail(tx, anna, &format!("mail {number}"), at(0)).await.unwrap();
        }
    })
    .await;
    let claimed = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (db, claimed) = (on.db().clone(), claimed.clone());
            tokio::spawn(async move {
                while claimed.lock().unwrap().len() < MAILS {
                    let mut tx = db.write().await.unwrap();
                    let mail = outbox::claim_mail(&mut tx, at(1), at(60)).await.unwrap();
                    tx.commit().await.unwrap();
                    claimed.lock().unwrap().extend(mail.map(|mail| mail.kind));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let claimed = claimed.lock().unwrap();
    assert_eq!(claimed.len(), MAILS, "{claimed:?}");
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), MAILS, "{claimed:?}");
}

async fn an_attendees_mails_are_counted_since_a_time(on: &TestDb) {
    let (anna, ben) = (someone(on, 1).await, someone(on, 2).await);
    on.write(async |tx| {
        for second in [10, 20, 30] {
            outbox::insert_mail(tx, anna, "link", at(second)).await.unwrap();
        }
        outbox::insert_mail(tx, ben, "link", at(30)).await.unwrap();
        // Sent or not: the number of mails to somebody counts.
        let mail = outbox::claim_mail(tx, at(30), at(60)).await.unwrap().unwrap();
        outbox::set_sent(tx, mail.key, at(31)).await.unwrap();
        for (since, expected) in [(0, 3), (10, 2), (29, 1), (30, 0)] {
            assert_eq!(outbox::count_mails(tx, anna, at(since)).await.unwrap(), expected, "since {since}");
        }
    })
    .await;
}

async fn waiting_mails_are_counted(on: &TestDb) {
    let anna = someone(on, 1).await;
    on.write(async |tx| {
        assert_eq!(outbox::count_waiting(tx).await.unwrap(), (0, None));
        for second in [20, 10, 30] {
            outbox::insert_mail(tx, anna, "link", at(second)).await.unwrap();
        }
        assert_eq!(outbox::count_waiting(tx).await.unwrap(), (3, Some(at(10))));
        let oldest = outbox::claim_mail(tx, at(30), at(60)).await.unwrap().unwrap();
        assert_eq!(outbox::count_waiting(tx).await.unwrap(), (3, Some(at(10))), "not sent yet");
        outbox::set_sent(tx, oldest.key, at(31)).await.unwrap();
        assert_eq!(outbox::count_waiting(tx).await.unwrap(), (2, Some(at(20))));
    })
    .await;
}

async fn unsent_mails_are_forgotten_and_sent_ones_kept(on: &TestDb) {
    let (anna, ben) = (someone(on, 1).await, someone(on, 2).await);
    on.write(async |tx| {
        for (attendee, second) in [(anna, 1), (anna, 2), (anna, 3), (ben, 4)] {
            outbox::insert_mail(tx, attendee, "invitation", at(second)).await.unwrap();
        }
        let sent = outbox::claim_mail(tx, at(5), at(50)).await.unwrap().unwrap();
        outbox::set_sent(tx, sent.key, at(6)).await.unwrap();
        let under_way = outbox::claim_mail(tx, at(7), at(50)).await.unwrap().unwrap();
        outbox::delete_unsent(tx, anna).await.unwrap();
        assert_eq!(outbox::count_mails(tx, anna, at(0)).await.unwrap(), 1);
        assert_eq!(outbox::count_mails(tx, ben, at(0)).await.unwrap(), 1);
        // Its worker comes back and finds nothing to retry.
        outbox::set_failed(tx, under_way.key, "no answer", Some(at(60))).await.unwrap();
        assert_eq!(outbox::claim_mail(tx, at(100), at(200)).await.unwrap().unwrap().attendee, ben);
        assert_eq!(outbox::claim_mail(tx, at(100), at(200)).await.unwrap(), None);
    })
    .await;
}

async fn the_last_mail_of_each_attendee_is_listed(on: &TestDb) {
    on.write(async |tx| {
        let here = put_conference(tx, 1, "ecc-1").await;
        let there = put_conference(tx, 2, "ecc-2").await;
        let mut keys = Vec::new();
        // Mails of another roll came in between.
        for (number, conference) in [(1, &here), (2, &there), (3, &here), (4, &here), (5, &here)] {
            keys.push(put_attendee(tx, conference, &attendee(number)).await);
        }
        for (key, second) in [(keys[0], 10), (keys[0], 20), (keys[1], 30), (keys[2], 40), (keys[4], 50)] {
            outbox::insert_mail(tx, key, "invitation", at(second)).await.unwrap();
        }
        let first = outbox::claim_mail(tx, at(10), at(900)).await.unwrap().unwrap();
        outbox::set_sent(tx, first.key, at(11)).await.unwrap();
        let second = outbox::claim_mail(tx, at(20), at(900)).await.unwrap().unwrap();
        outbox::set_failed(tx, second.key, "no such mailbox", None).await.unwrap();
        let id = |number| attendee(number).id;
        let mail = |created, next, error: Option<&str>| outbox::LastMail {
            created_at: at(created),
            next_attempt_at: next,
            sent_at: None,
            last_error: error.map(str::to_owned),
        };
        let (anna, ben) = (mail(20, None, Some("no such mailbox")), mail(40, Some(at(40)), None));
        let listed = outbox::list_last_mails(tx, id(1), id(4)).await.unwrap();
        assert_eq!(listed, [(id(1), anna), (id(3), ben.clone())], "the last one, of this roll, in this range");
        assert_eq!(outbox::list_last_mails(tx, id(3), id(3)).await.unwrap(), [(id(3), ben)]);
        assert_eq!(outbox::list_last_mails(tx, id(4), id(4)).await.unwrap(), []);
        assert_eq!(outbox::list_last_mails(tx, id(9), id(9)).await.unwrap(), []);
    })
    .await;
}
