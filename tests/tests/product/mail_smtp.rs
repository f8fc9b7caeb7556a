//! Mail through a real SMTP server.

use std::sync::Arc;

use serde_json::{Value, json};
use urna_app::mail::{MailWorker, Mailer};
use urna_core::Role;
use urna_tests::{Cases, World, aiosmtpd, cases, repository, tracker};

use crate::mail::{FROM, deliver_all, link_in, registered, worker};
use crate::smtp_server::Mailbox;
use crate::tables;

pub(super) fn cases() -> Cases {
    if aiosmtpd().is_none() {
        return Cases::default();
    }
    cases! {
        on_each_engine:
            a_mail_arrives_with_its_headers_and_a_link_that_signs_in,
            a_name_and_an_address_beyond_ascii_arrive_whole,
            a_server_that_asks_to_try_later_gets_the_mail_once,
            a_server_that_refuses_for_good_is_asked_seldom,
            while_the_server_is_down_voting_goes_on_and_the_mail_waits,
            while_the_server_hangs_voting_goes_on_and_the_mail_waits,
            two_workers_on_two_instances_send_each_mail_once,
            an_address_that_the_relay_cannot_take_is_said_to_the_organisers,
            a_private_authority_is_believed_where_it_is_named_and_nowhere_else;
    }
}

async fn a_mail_arrives_with_its_headers_and_a_link_that_signs_in(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&[]);
    let _organiser = registered(world).await;
    assert_eq!(deliver_all(&worker(world, &server.url())).await, 1);
    let mails = mailbox.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail["envelope_from"], "urna@vote.example");
    assert_eq!(mail["envelope_to"], json!(["anna@cluster.example"]));
    for (header, value) in [
        ("to", "anna@cluster.example"),
        ("from", "Urna <urna@vote.example>"),
        ("subject", "Your personal link for European Cluster Conference"),
        ("date", "Wed, 25 Nov 2026 18:30:00 +0000"),
        ("auto-submitted", "auto-generated"),
    ] {
        assert_eq!(mail["headers"][header], value, "{}", mail["raw"]);
    }
    let id = mail["headers"]["message-id"].as_str().unwrap();
    assert!(id.starts_with('<') && id.ends_with("@vote.example>"), "{id}");
    assert!(mail["headers"]["content-type"].as_str().unwrap().starts_with("text/plain; charset="), "{}", mail["raw"]);
    let body = mail["body"].as_str().unwrap();
    assert!(!body.contains("Anna"), "{body}");
    assert!(
        body.contains(
            "until the conference ends on 27 November 2026, and after that while one of its ballots is open."
        ),
        "{body}"
    );
    let anna = world.api().sign_in(&link_in(world, body)).await;
    assert_eq!(anna.get("sessions/current").await.text("/attendee/status"), "verified");
}

async fn a_name_and_an_address_beyond_ascii_arrive_whole(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&[]);
    let organiser = registered(world).await;
    let name = "Ευρωπαϊκό Συνέδριο – Zoë’s \u{1f5f3}\u{fe0f} Łódź, ".to_owned() + &"ü".repeat(100);
    let _changed = organiser.patch("conferences/eccp-2026", &json!({ "name": name })).await.expect(200);
    let _taken = world.api().register("eccp-2026", "ελένη@παράδειγμα.ελ", "Ελένη").await.expect(202);
    assert_eq!(deliver_all(&worker(world, &server.url())).await, 2);
    for mail in mailbox.mails() {
        assert_eq!(mail["headers"]["subject"], format!("Your personal link for {name}"));
        let body = mail["body"].as_str().unwrap();
        assert!(body.contains(&format!("this is your personal link for {name}:")), "{body}");
        let raw = mail["raw"].as_str().unwrap();
        assert!(raw.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
        let _session = world.api().sign_in(&link_in(world, body)).await;
    }
    assert_eq!(mailbox.mails()[1]["envelope_to"], json!(["ελένη@xn--hxajbheg2az3al.xn--qxam"]));
}

async fn a_server_that_asks_to_try_later_gets_the_mail_once(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&["--first", "2", "--answer", "451 4.7.1 greylisted, try later"]);
    let _organiser = registered(world).await;
    let worker = worker(world, &server.url());
    let mut tries = 0;
    for wait in [0, 15, 30] {
        assert_eq!(mailbox.mails().len(), 0);
        world.pass_seconds(wait);
        tries += deliver_all(&worker).await;
    }
    assert_eq!((tries, mailbox.mails().len()), (3, 1));
    world.pass_seconds(24 * 3600);
    assert_eq!(deliver_all(&worker).await, 0);
    assert_eq!(mailbox.mails().len(), 1);
}

async fn a_server_that_refuses_for_good_is_asked_seldom(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&["--first", "1", "--answer", "550 5.1.1 no such mailbox"]);
    let _organiser = registered(world).await;
    let worker = worker(world, &server.url());
    assert_eq!(deliver_all(&worker).await, 1);
    let error = tables::number(world, "select count(*) from outbox where last_error like '%no such mailbox%'").await;
    assert_eq!(error, 1, "the operator can see why");
    world.pass_seconds(3599);
    assert_eq!(deliver_all(&worker).await, 0);
    world.pass_seconds(1);
    assert_eq!(deliver_all(&worker).await, 1);
    assert_eq!(mailbox.mails().len(), 1);
}

async fn while_the_server_is_down_voting_goes_on_and_the_mail_waits(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&[]);
    let (url, port) = (server.url(), server.port().to_string());
    drop(server);
    let organiser = registered(world).await;
    let worker = worker(world, &url);
    assert_eq!(deliver_all(&worker).await, 1);
    let _taken = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    let voter = organiser.voter("eccp-2026", "Carl").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _cast = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _down = deliver_all(&worker).await;
    world.pass_seconds(3600);
    let _down = deliver_all(&worker).await;
    assert!(mailbox.mails().is_empty());

    let _server = mailbox.serve(&["--port", &port]);
    world.pass_seconds(3600);
    let _sent = deliver_all(&worker).await;
    let mut receivers: Vec<_> = mailbox.mails().iter().map(|mail| mail["envelope_to"][0].to_string()).collect();
    receivers.sort();
    assert_eq!(receivers, ["\"anna@cluster.example\"", "\"ben@cluster.example\""]);
}

async fn while_the_server_hangs_voting_goes_on_and_the_mail_waits(world: &World) {
    let mailbox = Mailbox::new();
    let mut server = mailbox.serve(&["--first", "1", "--stall"]);
    let port = server.port().to_string();
    let organiser = registered(world).await;
    let hanging = worker(world, &server.url());
    let delivery = tokio::spawn(async move { hanging.deliver_next().await.unwrap() });
    let server = tokio::task::spawn_blocking(move || {
        server.until_stalled();
        server
    });
    let server = server.await.unwrap();

    let voter = organiser.voter("eccp-2026", "Carl").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let _cast = voter.api.cast(&ballot, 0, &tracker()).await.expect(201);
    let _taken = world.api().register("eccp-2026", "ben@cluster.example", "Ben").await.expect(202);
    assert!(!delivery.is_finished(), "the server still hangs");
    drop(server);
    assert!(delivery.await.unwrap());

    let server = mailbox.serve(&["--port", &port]);
    world.pass_seconds(120);
    let _sent = deliver_all(&worker(world, &server.url())).await;
    assert_eq!(mailbox.mails().len(), 2);
}

async fn two_workers_on_two_instances_send_each_mail_once(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&[]);
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "closed").await;
    for number in 0..20 {
        let body = json!({"name": "X", "email": format!("x{number}@cluster.example")});
        let _added = organiser.post("conferences/eccp-2026/attendees", &body).await.expect(201);
    }
    let second = world.another_instance().await;
    let there = MailWorker::new(Arc::clone(second.app()), Mailer::new(&server.url(), FROM, None).unwrap());
    let here = worker(world, &server.url());
    let (mine, theirs) = tokio::join!(deliver_all(&here), deliver_all(&there));
    let rest = deliver_all(&here).await;
    assert_eq!(mine + theirs + rest, 20);
    let mails = mailbox.mails();
    let ids: std::collections::BTreeSet<_> =
        mails.iter().map(|mail| mail["headers"]["message-id"].to_string()).collect();
    assert_eq!((mails.len(), ids.len()), (20, 20));
    second.stop().await;
}

/// The desk's view of the mail to the person whose address begins with this. Signs in again, since a session from an
/// hour ago has ended.
async fn mail_of(world: &World, address: &str) -> Value {
    let roll = world.organiser(Role::Desk).await.roll("eccp-2026").await;
    let person = roll.iter().find(|person| person["email"].as_str().is_some_and(|email| email.starts_with(address)));
    person.unwrap()["mail"].clone()
}

async fn an_address_that_the_relay_cannot_take_is_said_to_the_organisers(world: &World) {
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&["--ascii"]);
    let _organiser = registered(world).await;
    let _taken = world.api().register("eccp-2026", "ελένη@cluster.example", "Ελένη").await.expect(202);
    let ascii = worker(world, &server.url());
    assert_eq!(deliver_all(&ascii).await, 2);
    assert_eq!(mailbox.mails().len(), 1);
    assert_eq!(mail_of(world, "anna").await["state"], "sent");
    let mail = mail_of(world, "ελένη").await;
    assert_eq!(mail["state"], "deferred");
    assert!(mail["reason"].as_str().unwrap().contains("SMTPUTF8"), "{mail}");
    world.pass_seconds(3599);
    assert_eq!(deliver_all(&ascii).await, 0, "to ask again soon is of no use");
    drop(server);
    let server = mailbox.serve(&[]);
    world.pass_seconds(1);
    assert_eq!(deliver_all(&worker(world, &server.url())).await, 1);
    assert_eq!(mail_of(world, "ελένη").await["state"], "sent");
}

async fn a_private_authority_is_believed_where_it_is_named_and_nowhere_else(world: &World) {
    let folder = repository::root().join("tests/tests/product/smtp_certificates");
    let authority = std::fs::read(folder.join("ca.pem")).unwrap();
    let certificate = folder.join("server.pem").display().to_string();
    let _organiser = registered(world).await;
    let add = async |body: Value| {
        let organiser = world.organiser(Role::Organiser).await;
        organiser.post("conferences/eccp-2026/attendees", &body).await.expect(201)
    };
    for (number, (option, scheme, query)) in
        [("--starttls", "smtp", "?tls=required"), ("--tls", "smtps", "")].into_iter().enumerate()
    {
        let address = format!("x{number}@cluster.example");
        let _added = add(json!({"name": "X", "email": address})).await;
        let mailbox = Mailbox::new();
        let server = mailbox.serve(&[option, &certificate]);
        let url = format!("{scheme}://127.0.0.1:{}{query}", server.port());
        let with = |authority| MailWorker::new(Arc::clone(world.app()), Mailer::new(&url, FROM, authority).unwrap());
        let _refused = deliver_all(&with(None)).await;
        assert_eq!(mailbox.mails().len(), 0, "nobody vouches for this server");
        let mail = mail_of(world, &address).await;
        assert_eq!(mail["state"], "deferred");
        assert!(mail["reason"].as_str().unwrap().to_lowercase().contains("certificate"), "{mail}");
        world.pass_seconds(3600);
        let _sent = deliver_all(&with(Some(&authority))).await;
        assert_eq!(mail_of(world, &address).await["state"], "sent");
    }
    // If TLS is required, a server that does not offer it gets nothing.
    let _added = add(json!({"name": "Y", "email": "y@cluster.example"})).await;
    let mailbox = Mailbox::new();
    let server = mailbox.serve(&[]);
    let _refused = deliver_all(&worker(world, &format!("{}?tls=required", server.url()))).await;
    assert_eq!(mailbox.mails().len(), 0);
    assert_eq!(mail_of(world, "y@").await["state"], "deferred");
}
