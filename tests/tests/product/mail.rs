//! Mail: the outbox and its worker, with a folder instead of a server.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use urna_app::mail::{MailWorker, Mailer};
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases};

use crate::tables;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_mail_leads_to_a_session,
            without_the_deed_there_is_no_mail,
            without_the_mail_there_is_no_deed,
            a_mail_says_nothing_that_its_reader_gave,
            a_mail_is_in_the_language_of_its_reader,
            the_link_in_a_mail_is_the_one_that_is_valid_when_it_is_sent,
            who_was_erased_or_barred_gets_none,
            what_cannot_be_written_is_tried_again_ever_more_seldom,
            two_workers_share_the_work,
            a_mail_whose_worker_died_is_sent_by_another,
            no_token_lies_in_the_outbox,
            an_address_that_no_mail_reaches_is_refused_at_the_door,
            what_became_of_a_mail_is_said_to_the_organisers,
            an_address_that_was_taken_before_and_cannot_be_mailed_is_no_secret;
    }
}

pub(crate) const FROM: &str = "Urna <urna@vote.example>";

pub(crate) fn worker(world: &World, url: &str) -> MailWorker {
    MailWorker::new(Arc::clone(world.app()), Mailer::new(url, FROM, None).unwrap())
}

pub(crate) fn into_folder(world: &World, folder: &Path) -> MailWorker {
    worker(world, &format!("file:{}", folder.display()))
}

/// Sends all mail that is due. Returns the number of attempts.
pub(crate) async fn deliver_all(worker: &MailWorker) -> usize {
    let mut tries = 0;
    while worker.deliver_next().await.unwrap() {
        tries += 1;
        assert!(tries < 500, "no end");
    }
    tries
}

/// The mails in a folder, in order.
pub(crate) fn mails(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(paths.iter().all(|path| path.extension().is_some_and(|end| end == "eml")), "{paths:?}");
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// The token of the personal link in a text.
pub(crate) fn link_in(world: &World, text: &str) -> String {
    let before = format!("{}/l/", world.api().base());
    text.split(&before).nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

/// A conference with Anna's registration.
pub(crate) async fn registered(world: &World) -> Api {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let _taken = world.api().register("eccp-2026", "anna@cluster.example", "Anna Nowak").await.expect(202);
    organiser
}

async fn id_of_anna(organiser: &Api) -> String {
    organiser.roll("eccp-2026").await[0]["id"].as_str().unwrap().to_owned()
}

async fn a_mail_leads_to_a_session(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = registered(world).await;
    let worker = into_folder(world, folder.path());
    assert_eq!(deliver_all(&worker).await, 1);
    let mails = mails(folder.path());
    assert_eq!(mails.len(), 1);
    for line in [
        "From: \"Urna\" <urna@vote.example>\r\n",
        "To: anna@cluster.example\r\n",
        "Subject: Your personal link for European Cluster Conference\r\n",
        "Date: Wed, 25 Nov 2026 18:30:00 +0000\r\n",
        "Auto-Submitted: auto-generated\r\n",
    ] {
        let plain = line.replace('"', "");
        assert!(mails[0].contains(line) || mails[0].contains(&plain), "{line}: {}", mails[0]);
    }
    assert!(mails[0].contains("Message-ID: <") && mails[0].contains("@vote.example>\r\n"), "{}", mails[0]);
    let anna = world.api().sign_in(&link_in(world, &mails[0])).await;
    let current = anna.get("sessions/current").await.expect(200);
    assert_eq!(current.text("/attendee/status"), "verified", "the mailbox is proven");
    assert_eq!(current.text("/attendee/id"), id_of_anna(&organiser).await);
    world.pass_seconds(7 * 24 * 3600);
    assert_eq!(deliver_all(&worker).await, 0, "once");
}

async fn without_the_deed_there_is_no_mail(world: &World) {
    let organiser = registered(world).await;
    let before = tables::count(world, "outbox").await;
    // Makes the last statement of adding an attendee fail.
    tables::execute(world, "alter table audit_events rename to audit_events_away").await;
    let body = json!({"name": "Ben", "email": "ben@cluster.example"});
    organiser.post("conferences/eccp-2026/attendees", &body).await.refused(503, "unavailable");
    tables::execute(world, "alter table audit_events_away rename to audit_events").await;
    assert_eq!(tables::count(world, "outbox").await, before);
    assert_eq!(tables::count(world, "attendees").await, 1);
    let _added = organiser.post("conferences/eccp-2026/attendees", &body).await.expect(201);
    assert_eq!(tables::count(world, "outbox").await, before + 1);
}

async fn without_the_mail_there_is_no_deed(world: &World) {
    let _organiser = registered(world).await;
    tables::execute(world, "alter table outbox rename to outbox_away").await;
    let refused = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await;
    refused.refused(503, "unavailable");
    assert!(!refused.header("retry-after").is_empty());
    tables::execute(world, "alter table outbox_away rename to outbox").await;
    assert_eq!((tables::count(world, "attendees").await, tables::count(world, "personal_links").await), (1, 1));
    let _again = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    assert_eq!((tables::count(world, "attendees").await, tables::count(world, "outbox").await), (2, 2));
}

async fn a_mail_says_nothing_that_its_reader_gave(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let body = json!({"email": "victim@cluster.example", "name": "Buy at evil.example", "organisation": "Evil Ltd",
        "category": "evil-group", "language": "de", "country": "XX"});
    let _taken = world.api().post("conferences/eccp-2026/registrations", &body).await.expect(202);
    let _sent = deliver_all(&into_folder(world, folder.path())).await;
    let mail = &mails(folder.path())[0];
    assert!(!mail.to_lowercase().contains("evil"), "{mail}");
}

async fn a_mail_is_in_the_language_of_its_reader(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    let french = json!({"languages": ["nl", "fr"]});
    let _changed = organiser.patch("conferences/eccp-2026", &french).await.expect(200);
    for (language, tag, hello) in [
        (json!("de-AT"), "de", "Guten Tag,"),
        (json!("en"), "en", "Hello,"),
        (json!(null), "fr", "Bonjour,"),
        (json!("mt"), "fr", "Bonjour,"),
    ] {
        let folder = TempDir::new().unwrap();
        let body = json!({"name": "Anna", "email": format!("{tag}-{language}@cluster.example").replace('"', ""), "language": language});
        let _added = organiser.post("conferences/eccp-2026/attendees", &body).await.expect(201);
        assert_eq!(deliver_all(&into_folder(world, folder.path())).await, 1);
        let mails = mails(folder.path());
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert!(mail.contains(&format!("Content-Language: {tag}\r\n")), "{language}: {mail}");
        assert!(mail.contains(hello), "{language}: {mail}");
    }
}

async fn the_link_in_a_mail_is_the_one_that_is_valid_when_it_is_sent(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = registered(world).await;
    let id = id_of_anna(&organiser).await;
    let older = organiser.show_link(&id).await;
    let replace = json!({"deliver": "email", "replace": true});
    let _mailed = organiser.post(&format!("attendees/{id}/personal-links"), &replace).await.expect(201);
    assert_eq!(deliver_all(&into_folder(world, folder.path())).await, 2);
    for mail in mails(folder.path()) {
        let link = link_in(world, &mail);
        assert_ne!(link, older);
        let _session = world.api().sign_in(&link).await;
    }
}

async fn who_was_erased_or_barred_gets_none(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = registered(world).await;
    let _taken = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    let roll = organiser.roll("eccp-2026").await;
    let (anna, ben) = (roll[0]["id"].as_str().unwrap(), roll[1]["id"].as_str().unwrap());
    let _barred = organiser.post(&format!("attendees/{anna}/blocks"), &json!({})).await.expect(201);
    let _erased = organiser.delete(&format!("attendees/{ben}")).await.expect(204);
    let worker = into_folder(world, folder.path());
    assert_eq!(deliver_all(&worker).await, 1);
    assert!(mails(folder.path()).is_empty());
    world.pass_seconds(24 * 3600);
    assert_eq!(deliver_all(&worker).await, 0, "it is given up");
    assert_eq!(tables::number(world, "select count(*) from outbox where sent_at is null").await, 1);
}

async fn what_cannot_be_written_is_tried_again_ever_more_seldom(world: &World) {
    let folder = TempDir::new().unwrap();
    let blocked = folder.path().join("mail");
    std::fs::write(&blocked, "a file where the folder should be").unwrap();
    let _organiser = registered(world).await;
    let worker = into_folder(world, &blocked);
    assert_eq!(deliver_all(&worker).await, 1);
    for wait in [15, 30, 60, 120] {
        world.pass_seconds(wait - 1);
        assert_eq!(deliver_all(&worker).await, 0, "too early, {wait}");
        world.pass_seconds(1);
        assert_eq!(deliver_all(&worker).await, 1, "due, {wait}");
    }
    std::fs::remove_file(&blocked).unwrap();
    world.pass_seconds(3600);
    assert_eq!(deliver_all(&worker).await, 1);
    assert_eq!(mails(&blocked).len(), 1);
}

async fn two_workers_share_the_work(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = registered(world).await;
    for number in 0..29 {
        let body = json!({"name": "X", "email": format!("x{number}@cluster.example")});
        let _added = organiser.post("conferences/eccp-2026/attendees", &body).await.expect(201);
    }
    let second = world.another_instance().await;
    let url = format!("file:{}", folder.path().display());
    let there = MailWorker::new(Arc::clone(second.app()), Mailer::new(&url, FROM, None).unwrap());
    let here = worker(world, &url);
    let (mine, theirs) = tokio::join!(deliver_all(&here), deliver_all(&there));
    // A worker that loses the race for a row may stop early; the rest is due at once.
    let rest = deliver_all(&here).await;
    assert_eq!(mine + theirs + rest, 30, "each mail is tried once");
    let mails = mails(folder.path());
    let receivers: std::collections::BTreeSet<_> =
        mails.iter().map(|mail| mail.split("To: ").nth(1).unwrap().lines().next().unwrap().to_owned()).collect();
    assert_eq!((mails.len(), receivers.len()), (30, 30));
    second.stop().await;
}

async fn a_mail_whose_worker_died_is_sent_by_another(world: &World) {
    let folder = TempDir::new().unwrap();
    let _organiser = registered(world).await;
    // The row that a worker leaves behind if it claims the mail and never returns.
    let until = world.now().plus_seconds(120).as_micros();
    tables::execute(world, &format!("update outbox set attempts = 1, next_attempt_at = {until}")).await;
    let worker = into_folder(world, folder.path());
    assert_eq!(deliver_all(&worker).await, 0, "the other may still be at it");
    world.pass_seconds(120);
    assert_eq!(deliver_all(&worker).await, 1);
    assert_eq!(mails(folder.path()).len(), 1);
}

async fn no_token_lies_in_the_outbox(world: &World) {
    let folder = TempDir::new().unwrap();
    let _organiser = registered(world).await;
    let before = tables::everything(world).await;
    let _sent = deliver_all(&into_folder(world, folder.path())).await;
    let token = link_in(world, &mails(folder.path())[0]);
    for everything in [before, tables::everything(world).await] {
        tables::holds_no_link(&everything, &token);
        assert!(everything.contains("personal_link"), "the search sees the outbox");
        assert!(!everything.contains("keep the link to yourself"), "no text is stored");
    }
}

async fn an_address_that_no_mail_reaches_is_refused_at_the_door(world: &World) {
    let organiser = registered(world).await;
    for address in ["l\u{307}ina@cluster.example", "\u{130}@cluster.example", "anna@-cluster.example"] {
        for (path, body) in [
            ("conferences/eccp-2026/registrations", json!({"email": address, "name": "Lina"})),
            ("personal-link-requests", json!({"conference": "eccp-2026", "email": address})),
        ] {
            world.api().post(path, &body).await.refused(422, "validation-failed");
        }
        let body = json!({"email": address, "name": "Lina"});
        let refused = organiser.post("conferences/eccp-2026/attendees", &body).await;
        refused.refused(422, "validation-failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/email", "{}", refused.body);
        let id = id_of_anna(&organiser).await;
        organiser.patch(&format!("attendees/{id}"), &json!({"email": address})).await.refused(422, "validation-failed");
    }
    assert_eq!((tables::count(world, "attendees").await, tables::count(world, "outbox").await), (1, 1));
}

async fn what_became_of_a_mail_is_said_to_the_organisers(world: &World) {
    let (folder, not_a_folder) = (TempDir::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let organiser = registered(world).await;
    let _other = organiser.add_attendee("eccp-2026", "Ben").await;
    let observer = world.organiser(Role::Observer).await;
    let now = world.now().to_string();
    let id = id_of_anna(&organiser).await;
    let path = format!("attendees/{id}");
    let check = async |expected: serde_json::Value| {
        let one = organiser.get(&path).await.expect(200);
        assert_eq!(one.json["mail"], expected);
        let roll = organiser.roll("eccp-2026").await;
        assert_eq!((&roll[0]["mail"], &roll[1]["mail"]), (&expected, &serde_json::Value::Null));
        let seen = observer.roll("eccp-2026").await[0]["mail"].clone();
        assert_eq!(
            (&seen["state"], &seen["reason"]),
            (&expected["state"], &serde_json::Value::Null),
            "may repeat an address"
        );
        one.header("etag").to_owned()
    };
    let queued = check(json!({"state": "queued", "reason": null, "queued_at": now, "sent_at": null})).await;

    let _failed = deliver_all(&worker(world, &format!("file:{}", not_a_folder.path().display()))).await;
    let reason = organiser.get(&path).await.json["mail"]["reason"].clone();
    assert!(reason.as_str().is_some_and(|reason| !reason.is_empty()), "{reason}");
    let deferred = check(json!({"state": "deferred", "reason": reason, "queued_at": now, "sent_at": null})).await;

    world.pass_seconds(15);
    let _sent = deliver_all(&into_folder(world, folder.path())).await;
    let later = world.now().to_string();
    let sent = check(json!({"state": "sent", "reason": null, "queued_at": now, "sent_at": later})).await;

    // The tag differs in each state. A change based on an older tag still succeeds: it cannot overwrite the state of a
    // mail.
    assert!(queued != deferred && deferred != sent);
    let cached = organiser.request(reqwest::Method::GET, &path).header("if-none-match", &sent);
    assert_eq!(Api::send(cached).await.status, 304);
    let stale = organiser.request(reqwest::Method::GET, &path).header("if-none-match", &queued);
    assert_eq!(Api::send(stale).await.status, 200);
    let change = organiser.request(reqwest::Method::PATCH, &path).header("if-match", &queued);
    let _changed = Api::send(change.json(&json!({"name": "Anna N."}))).await.expect(200);
    let change = organiser.request(reqwest::Method::PATCH, &path).header("if-match", &sent);
    Api::send(change.json(&json!({"name": "Anna M."}))).await.refused(412, "precondition-failed");
}

async fn an_address_that_was_taken_before_and_cannot_be_mailed_is_no_secret(world: &World) {
    let folder = TempDir::new().unwrap();
    let organiser = registered(world).await;
    tables::execute(world, "update attendees set email = 'l\u{307}ina@cluster.example'").await;
    assert_eq!(deliver_all(&into_folder(world, folder.path())).await, 1);
    assert_eq!(mails(folder.path()).len(), 0);
    let person = &organiser.roll("eccp-2026").await[0];
    assert_eq!(person["email"], "l\u{307}ina@cluster.example", "the roll can still be read");
    assert_eq!(person["mail"]["state"], "failed");
    assert!(person["mail"]["reason"].as_str().unwrap().contains("before the @"), "{person}");
    world.pass_seconds(24 * 3600);
    assert_eq!(deliver_all(&into_folder(world, folder.path())).await, 0);
}
