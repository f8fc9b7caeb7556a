//! The schema, step by step.

use serde_json::{Value, json};
use urna_core::audit::{Actor, AuditEvent};
use urna_core::{Attendee, AttendeeStatus, ClaimedCategory, VerifiedBy};
use urna_store::audit_events::insert_audit_event;
use urna_store::{Db, DbConfig, StoreError, attendees, migrations};
use urna_tests::{Cases, Place, TestDb, cases, repository};

use crate::raw;
use crate::sample::{at, attendee, category, put_attendee, put_conference};

pub(crate) fn cases() -> Cases {
    cases! {
        on_each_engine:
            an_empty_database_has_no_step_and_is_older,
            a_migrated_database_has_every_step,
            every_file_is_a_step,
            migrating_again_changes_nothing,
            instances_that_start_at_once_migrate_once,
            a_newer_schema_is_refused_and_left_as_it_is,
            a_missing_step_is_older,
            a_step_that_was_changed_afterwards_is_refused,
            who_was_there_before_is_told_apart_by_the_audit_log;
    }
}

async fn connect(place: &Place) -> Db {
    Db::connect(&DbConfig { postgres_connections: 2, ..DbConfig::new(place.url()) }).await.unwrap()
}

async fn an_empty_database_has_no_step_and_is_older(on: &Place) {
    let db = connect(on).await;
    let status = migrations::status(&db).await.unwrap();
    assert!(!status.is_empty());
    assert!(status.iter().all(|step| !step.applied));
    assert!(matches!(migrations::check(&db).await, Err(StoreError::OlderSchema)));
    db.close().await;
}

async fn a_migrated_database_has_every_step(on: &Place) {
    let db = connect(on).await;
    migrations::migrate(&db).await.unwrap();
    assert!(migrations::status(&db).await.unwrap().iter().all(|step| step.applied));
    migrations::check(&db).await.unwrap();
    db.close().await;
}

/// A file that is not included would be forgotten.
async fn every_file_is_a_step(on: &TestDb) {
    let files: Vec<String> = repository::files(&format!("migrations/{}", on.engine()), "sql")
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let steps: Vec<String> = migrations::status(on.db())
        .await
        .unwrap()
        .iter()
        .map(|step| format!("{:04}_{}.sql", step.number, step.name))
        .collect();
    assert_eq!(steps, files);
}

async fn migrating_again_changes_nothing(on: &TestDb) {
    let put = on.write(async |tx| put_conference(tx, 1, "ecc-2026").await).await;
    migrations::migrate(on.db()).await.unwrap();
    migrations::check(on.db()).await.unwrap();
    let found = on.read(async |tx| urna_store::conferences::get_conference(tx, put.key).await.unwrap()).await;
    assert_eq!(found, put);
}

async fn instances_that_start_at_once_migrate_once(on: &Place) {
    let start = async || {
        let db = connect(on).await;
        migrations::migrate(&db).await.unwrap();
        migrations::check(&db).await.unwrap();
        db.close().await;
    };
    tokio::join!(start(), start(), start(), start());
}

async fn a_newer_schema_is_refused_and_left_as_it_is(on: &TestDb) {
    raw::execute(
        on.db(),
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         select 9999, 'of the future', success, checksum, 0 from _sqlx_migrations where version = 1",
    )
    .await;
    // A step that this program would still apply, but for the newer one.
    raw::execute(on.db(), "delete from _sqlx_migrations where version = 4").await;
    raw::execute(on.db(), "drop table outbox").await;
    for _ in 0..2 {
        assert!(matches!(migrations::migrate(on.db()).await, Err(StoreError::NewerSchema(9999))));
        assert!(matches!(migrations::status(on.db()).await, Err(StoreError::NewerSchema(9999))));
        assert!(matches!(migrations::check(on.db()).await, Err(StoreError::NewerSchema(9999))));
    }
    raw::execute(on.db(), "create table outbox (id bigint)").await;
}

async fn a_missing_step_is_older(on: &TestDb) {
    raw::execute(on.db(), "delete from _sqlx_migrations where version = 4").await;
    raw::execute(on.db(), "drop table outbox").await;
    let status = migrations::status(on.db()).await.unwrap();
    let missing: Vec<&str> = status.iter().filter(|step| !step.applied).map(|step| step.name).collect();
    assert_eq!(missing, ["outbox"]);
    assert!(matches!(migrations::check(on.db()).await, Err(StoreError::OlderSchema)));
    migrations::migrate(on.db()).await.unwrap();
    migrations::check(on.db()).await.unwrap();
}

async fn a_step_that_was_changed_afterwards_is_refused(on: &TestDb) {
    raw::execute(
        on.db(),
        "update _sqlx_migrations set checksum = (select checksum from _sqlx_migrations where version = 2) \
         where version = 1",
    )
    .await;
    assert!(matches!(migrations::migrate(on.db()).await, Err(StoreError::Migration(_))));
}

/// The earlier state of an attendee, before `verified_by` and claims existed, with the events in the audit log.
async fn who_was_there_before_is_told_apart_by_the_audit_log(on: &TestDb) {
    use AttendeeStatus::{Blocked, Registered, Verified};
    use VerifiedBy::{Approval, Mailbox, Organiser};
    const ADDED: &str = "attendee.added";
    let verified = || (ADDED, json!({"status": "verified"}));
    let approved = || ("attendee.approved", Value::Null);
    // Status, address, events; then the expected values: the basis of the verification, and whether the group counts.
    let people = [
        (Verified, true, vec![verified()], Some(Organiser), true),
        (Verified, true, vec![verified(), approved()], Some(Organiser), true),
        (Blocked, true, vec![verified(), ("attendee.blocked", Value::Null)], Some(Organiser), true),
        (Verified, true, vec![(ADDED, json!({"status": "registered"}))], Some(Mailbox), true),
        (Verified, true, vec![("attendee.changed", Value::Null)], Some(Mailbox), false),
        (Verified, true, vec![approved()], Some(Approval), false),
        (Verified, false, vec![], Some(Organiser), false),
        (Registered, true, vec![], None, false),
        (Blocked, true, vec![], None, false),
    ];
    on.write(async |tx| {
        let conference = put_conference(tx, 1, "ecc-2026").await;
        for (number, (status, has_address, events, ..)) in (1..).zip(&people) {
            let email = attendee(number).email.filter(|_| *has_address);
            let category = Some(category("jury"));
            let person = Attendee { status: *status, email, category, verified_by: None, ..attendee(number) };
            put_attendee(tx, &conference, &person).await;
            for (action, details) in events {
                let event = AuditEvent {
                    at: at(1),
                    actor: Actor::Host,
                    action: (*action).to_owned(),
                    conference: Some(conference.id),
                    ballot: None,
                    subject: Some(person.id.to_string()),
                    details: details.clone(),
                };
                insert_audit_event(tx, &event).await.unwrap();
            }
        }
    })
    .await;
    let before = "alter table attendees drop column claimed_category; alter table attendees drop column verified_by; \
                  delete from _sqlx_migrations where description in ('standing', 'claims')";
    raw::execute(on.db(), before).await;
    migrations::migrate(on.db()).await.unwrap();
    on.read(async |tx| {
        for (number, (status, .., verified_by, counts)) in (1..).zip(&people) {
            let found = attendees::find_attendee(tx, attendee(number).id).await.unwrap().unwrap().attendee;
            assert_eq!((found.status, found.verified_by), (*status, *verified_by), "attendee {number}");
            let group = if *counts {
                (Some(category("jury")), None)
            } else {
                (None, Some(ClaimedCategory::new(category("jury"))))
            };
            assert_eq!((&found.category, &found.claimed_category), (&group.0, &group.1), "attendee {number}");
        }
    })
    .await;
}
