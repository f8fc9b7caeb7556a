//! The canaries: known secrets go through the whole flow while everything is logged. Then the test searches for them in
//! everything that the service and its database have written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::time::sleep;
use urna_core::{BallotId, Tracker};
use urna_trials::api::{Api, text};
use urna_trials::server::{Instance, Server};
use urna_trials::stage::{self, Plan};
use urna_trials::votes;
use xtask::environment;
use xtask::postgres::{Cluster, URL_VARIABLE};

/// Time limit for a mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// Belongs to nobody else.
const EMAIL: &str = "canary-in-a-coal-mine@singing.example";

#[tokio::test]
async fn no_secret_is_written_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance::sqlite(folder.path()).unwrap();
    let database = vec![folder.path().join("data")];
    fly(instance, database).await;
}

#[tokio::test]
async fn no_secret_is_written_on_postgres() {
    if environment::get(URL_VARIABLE).is_none() && environment::get("URNA_TEST_REQUIRE_ALL").is_none() {
        eprintln!("left out: `cargo xtask test` sets up PostgreSQL");
        return;
    }
    // Its own cluster, to search its files.
    let cluster = Cluster::start(&["log_statement = 'none'"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance::postgres(folder.path(), cluster.create_database("canary").unwrap()).unwrap();
    let database = vec![cluster.data(), cluster.log(), folder.path().join("data")];
    fly(instance, database).await;
}

/// A secret in all the forms in which it may be written.
struct Canary {
    name: &'static str,
    forms: Vec<Vec<u8>>,
}

impl Canary {
    /// A text that is only ever written verbatim.
    fn text(name: &'static str, text: &str) -> Self {
        assert!(text.len() > 7, "{name} is too short to be found by itself: {text}");
        Self { name, forms: vec![text.as_bytes().to_vec(), text.to_lowercase().into_bytes()] }
    }

    /// Bytes: raw, in hex, in base64.
    fn bytes(name: &'static str, bytes: &[u8]) -> Self {
        let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let forms = [URL_SAFE_NO_PAD.encode(bytes), STANDARD.encode(bytes), hex.to_uppercase(), hex];
        let forms = forms.into_iter().map(String::into_bytes).chain([bytes.to_vec()]);
        Self { name, forms: forms.collect() }
    }

    fn is_in(&self, haystack: &[u8]) -> bool {
        self.forms.iter().any(|form| contains(haystack, form))
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut rest = haystack;
    while let Some(place) = rest.iter().position(|byte| *byte == first) {
        rest = &rest[place..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Every file below these paths.
fn files(paths: &[PathBuf]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for path in paths {
        collect(path, &mut all);
    }
    all
}

fn collect(path: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), all);
        }
    } else if let Ok(bytes) = fs::read(path) {
        // The server may remove a file in between.
        all.push((path.to_owned(), bytes));
    }
}

#[track_caller]
fn assert_silent(canaries: &[&Canary], what: &str, files: &[(PathBuf, Vec<u8>)]) {
    assert!(!files.is_empty(), "there is nothing to look into: {what}");
    for (path, bytes) in files {
        for canary in canaries {
            assert!(!canary.is_in(bytes), "{} is in {what}: {}", canary.name, path.display());
        }
    }
}

#[track_caller]
fn assert_heard(canary: &Canary, what: &str, files: &[(PathBuf, Vec<u8>)]) {
    assert!(files.iter().any(|(_, bytes)| canary.is_in(bytes)), "{} cannot be found at all in {what}", canary.name);
}

async fn fly(mut instance: Instance, database: Vec<PathBuf>) {
    "trace".clone_into(&mut instance.log_filter);
    let plan = Plan { attendees: 3, sessions: true, links: true };
    let staged = stage::set(&instance, plan).await.unwrap();
    let (log, mail) = (vec![instance.log_file()], vec![instance.folder.join("mail")]);
    let mut server = Server::start(instance.clone()).await.unwrap();
    let address = server.address();

    // An organiser signs in, and sends a link by mail.
    let mut guest = Api::new(address);
    let credentials = json!({"email": staged.organiser.email, "password": staged.organiser.password});
    let organiser_session = text(&guest.post("/organiser-sessions", &credentials).await.unwrap(), "/token").unwrap();
    let mut organiser = Api::sign_in(address, &staged.organiser).await.unwrap();
    let attendees = format!("/conferences/{}/attendees", staged.conference);
    let person = json!({"name": "Canary", "email": EMAIL, "verified": true});
    let person = text(&organiser.post(&attendees, &person).await.unwrap(), "/id").unwrap();
    let mailed =
        organiser.post(&format!("/attendees/{person}/personal-links"), &json!({"deliver": "email"})).await.unwrap();
    let begun = Instant::now();
    while files(&mail).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "no mail was written: {mailed}");
        sleep(Duration::from_millis(20)).await;
    }

    // One attendee signs in by link and votes, twice with the same tracker; another one's vote is refused.
    let link = staged.voters[0].link.clone().unwrap();
    let session = guest.post("/sessions", &json!({ "personal_link": link })).await.unwrap();
    let session = text(&session, "/token").unwrap();
    let ballot = organiser.open_ballot(&staged.conference, "canary").await.unwrap();
    let tracker = votes::tracker();
    let cast = votes::cast(&ballot, 1, &tracker, &session);
    let (status, receipt) = guest.cast(&cast).await.unwrap();
    assert_eq!(status, 201, "{receipt}");
    assert_eq!(guest.cast(&cast).await.unwrap().0, 200);
    let stolen = votes::cast(&ballot, 0, &tracker, &staged.voters[1].session);
    assert_eq!(guest.cast(&stolen).await.unwrap().0, 409);
    let wrong = br#"{"choice":{"candidate":"a-canary-that-is-no-candidate"}}"#;
    let wrong = format!(
        "POST /api/v1/ballots/{}/votes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{}",
        ballot.id,
        staged.voters[2].session,
        wrong.len(),
        String::from_utf8_lossy(wrong)
    );
    assert_eq!(guest.cast(wrong.as_bytes()).await.unwrap().0, 422);
    let code = text(&receipt, "/code").or_else(|_| text(&receipt, "/receipt/code")).unwrap();
    let (status, _shown) = guest.receipt(&code).await.unwrap();
    assert_eq!(status, 200);

    let id: BallotId = ballot.id.parse().unwrap();
    let number = tracker.code(id).number().to_be_bytes();
    let always = [
        Canary::text("the organiser's password", &staged.organiser.password),
        Canary::text("the organiser's session", &organiser_session),
        Canary::text("the personal link", &link),
        Canary::text("the attendee's session", &session),
        Canary::text("another attendee's session", &staged.voters[1].session),
        Canary::text("the session of who sent nonsense", &staged.voters[2].session),
        Canary::bytes("the tracker", tracker.as_bytes()),
    ];
    let of_the_vote = [
        Canary::bytes("the tracker's hash", tracker.hash().as_bytes()),
        Canary::bytes("the code's number", &number),
        Canary::text("the code", &code),
        Canary::text("the code without hyphens", &code.replace('-', "")),
    ];
    let in_requests = [
        Canary::text("the address", EMAIL),
        Canary::text("the candidate who was chosen", &ballot.candidates[1]),
        Canary::text("what was sent instead of a candidate", "a-canary-that-is-no-candidate"),
    ];
    let open_database = files(&database);
    let hidden: Vec<&Canary> = always.iter().chain(&of_the_vote).collect();
    assert_silent(&hidden, "the database before the close", &open_database);
    assert_heard(&in_requests[0], "the database", &open_database);

    organiser.transition(&ballot, "closed").await.unwrap();
    let results: Value = organiser.publish(&ballot).await.unwrap();
    assert_eq!(results["turnout"]["voted"], 1);
    assert_eq!(guest.receipt(&code).await.unwrap().0, 200);
    server.terminate(PATIENCE).await.unwrap();

    let closed_database = files(&database);
    let hidden: Vec<&Canary> = always.iter().collect();
    assert_silent(&hidden, "the database after the close", &closed_database);
    // Votes are published from there, so this proves that the search finds them.
    assert_heard(&of_the_vote[0], "the database after the close", &closed_database);
    let logs = files(&log);
    let hidden: Vec<&Canary> = always.iter().chain(&of_the_vote).chain(&in_requests).collect();
    assert_silent(&hidden, "the log", &logs);
    assert_heard(&Canary::text("the route", "/api/v1/ballots/{"), "the log", &logs);
    let mails = files(&mail);
    let hidden: Vec<&Canary> = always.iter().chain(&of_the_vote).chain(&in_requests[1..]).collect();
    assert_silent(&hidden, "the mails", &mails);
    assert_heard(&in_requests[0], "the mails", &mails);
}

#[test]
fn a_canary_is_found_in_each_of_its_forms() {
    let tracker = Tracker::new([0xa7; 32]);
    let canary = Canary::bytes("tracker", tracker.as_bytes());
    for form in [tracker.to_string().into_bytes(), tracker.as_bytes().to_vec(), "A7".repeat(32).into_bytes()] {
        assert!(canary.is_in(&[b"aa\xa7".as_slice(), &form, b"b"].concat()));
    }
    assert!(!canary.is_in(b"nothing"));
}
