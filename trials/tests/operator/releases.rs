//! Upgrades: later releases go on with whatever an earlier one has written.
//!
//! `trials/releases` keeps, for each release and engine, a database with an open ballot, its backup, its list of closed
//! ballots, a published record, and receipts. The conference ends in 2099. A release adds its folder with
//!
//! ```text
//! cargo xtask with-postgres cargo test --package urna_trials --test operator -- --keep 0.1.0
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use urna_app::{Authority, Clock, passwords::Password};
use urna_core::signed_note::parse_verifier_key;
use urna_core::{Email, Role};
use urna_store::{Db, DbConfig};
use urna_tests::{Api, Ballot, Cases, EVENING, Engine, Fixture as _, Instance, PASSWORD, Place, cases, tracker};
use urna_verify::{Files, Known, SavedReceipt, Signer, verify};
use xtask::environment;

use crate::host::Host;

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_database_of_every_release_is_upgraded_voted_on_and_closed,
            a_backup_of_every_release_is_restored_voted_on_and_closed;
    }
}

const CONFERENCE: &str = "eccp-2099";
const ORGANISER: &str = "olga@organisers.example";

/// The list of closed ballots in the folder of an instance.
const CLOSED: &str = "closed-ballots";

/// The choices in the published ballot and in the open one, as places in the list of candidates.
const VOTED: [usize; 3] = [0, 0, 1];
/// The number of people without a vote in the open ballot.
const WAITING: usize = 2;

/// The files of one release on one engine.
struct Release(PathBuf);

impl Release {
    fn of(version: &str, engine: Engine) -> Self {
        Self(environment::root().join("trials/releases").join(version).join(engine.as_str()))
    }

    /// All releases that are kept.
    fn all(engine: Engine) -> Vec<Self> {
        let folders = fs::read_dir(environment::root().join("trials/releases")).unwrap();
        let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
        let all: Vec<Self> = names.map(|version| Self::of(&version, engine)).collect();
        assert!(!all.is_empty(), "no release is kept");
        all
    }

    fn database(&self, engine: Engine) -> PathBuf {
        self.0.join(match engine {
            Engine::Sqlite => "urna.sqlite",
            Engine::Postgres => "urna.sql",
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap_or_else(|error| panic!("{}: {error}", self.file(name).display()))
    }

    /// Who has voted and who has not, and the ids of the ballots.
    fn facts(&self) -> Value {
        serde_json::from_slice(&self.read("facts.json")).unwrap()
    }
}

async fn start(place: &Place, folder: TempDir) -> Instance {
    let db = Db::connect(&DbConfig::new(place.url())).await.unwrap();
    Instance::start_in(folder, db, Clock::fixed(EVENING.parse().unwrap()), None).await.unwrap()
}

async fn a_database_of_every_release_is_upgraded_voted_on_and_closed(place: &Place) {
    for release in Release::all(place.engine()) {
        let database = Place::start(place.engine()).await.unwrap();
        database.load(&fs::read(release.database(place.engine())).unwrap()).await.unwrap();
        go_on(&release, database).await;
    }
}

async fn a_backup_of_every_release_is_restored_voted_on_and_closed(place: &Place) {
    for release in Release::all(place.engine()) {
        let database = Place::start(place.engine()).await.unwrap();
        let backup = release.file("urna.backup");
        let _said = Host::new().run(database.url(), &["backup", "restore", backup.to_str().unwrap()]).ok();
        go_on(&release, database).await;
    }
}

/// Upgrades the database, and then uses it until all ballots are published and verified.
async fn go_on(release: &Release, database: Place) {
    let _said = Host::new().run(database.url(), &["migrate"]).ok();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(CLOSED), release.read(CLOSED)).unwrap();
    let instance = start(&database, folder).await;
    let facts = release.facts();
    let open = ballot(&facts["open"]);

    let mut receipts = Vec::new();
    for voted in facts["voted"].as_array().unwrap() {
        let voter = sign_in(&instance.api(), &voted["badge_code"]).await;
        let again = voter.post(&votes(&open), &voted["vote"]).await.expect(200);
        assert_eq!(again.json, voted["answer"], "a vote of that release has the receipt that it had");
        receipts.push(receipt(&voted["answer"]));
    }
    for code in facts["waiting"].as_array().unwrap() {
        let voter = sign_in(&instance.api(), code).await;
        receipts.push(receipt(&voter.cast(&open, 1, &tracker()).await.expect(201).json));
    }
    let organiser = instance.api().sign_in_organiser(ORGANISER, PASSWORD).await;
    let _closed = organiser.transition(&open, "closed").await.expect(201);
    let _published = organiser.publish(&open).await.expect(201);
    let results = organiser.ballot(&open, "results").await.expect(200);
    assert_eq!(results.json["turnout"]["voted"], VOTED.len() + WAITING);
    let first = &results.json["rows"][0];
    assert_eq!((&first["votes"], &first["candidate_id"]), (&json!(3), &json!(open.candidates[1])), "{}", results.body);
    is_verified(&archive(&organiser, &open).await, &facts, &receipts);

    let closed = ballot(&facts["closed"]);
    let _published = organiser.publish(&closed).await.expect(201);
    is_verified(&archive(&organiser, &closed).await, &facts, &[]);

    let kept = release.read("record.zip");
    let published: Vec<_> = facts["receipts"].as_array().unwrap().iter().map(receipt).collect();
    assert_eq!(published.len(), VOTED.len());
    is_verified(&kept, &facts, &published);
    assert!(archive(&organiser, &ballot(&facts["published"])).await == kept, "a published record keeps its bytes");
    instance.stop().await;
    database.stop().await.unwrap();
}

fn is_verified(archive: &[u8], facts: &Value, receipts: &[SavedReceipt]) {
    let key = parse_verifier_key(facts["vkey"].as_str().unwrap()).unwrap();
    let known = Known { signer: Some(Signer::Key(key)), ..Known::default() };
    let report = verify(&Files::read(archive).unwrap(), &known, receipts, &mut |_, _| {});
    assert_eq!(report.faults, []);
    assert_eq!(report.summary.unwrap().receipts.len(), receipts.len());
}

fn receipt(answer: &Value) -> SavedReceipt {
    SavedReceipt::read(answer.to_string().as_bytes(), "kept").unwrap()
}

fn votes(ballot: &Ballot) -> String {
    format!("ballots/{}/votes", ballot.id)
}

async fn sign_in(api: &Api, badge_code: &Value) -> Api {
    let body = json!({"conference": CONFERENCE, "badge_code": badge_code});
    api.with_token(&api.post("sessions", &body).await.expect(201).text("/token"))
}

async fn archive(api: &Api, ballot: &Ballot) -> Vec<u8> {
    let request = api.request(Method::GET, &format!("ballots/{}/record.zip?version=1", ballot.id));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().into()
}

fn kept(ballot: &Ballot) -> Value {
    json!({"id": ballot.id, "candidates": ballot.candidates})
}

fn ballot(kept: &Value) -> Ballot {
    let candidates = kept["candidates"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
    Ballot { id: kept["id"].as_str().unwrap().to_owned(), candidates: candidates.collect() }
}

/// Writes the files of this release, on both engines.
pub(super) fn keep(version: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for engine in Engine::ALL {
        let release = Release::of(version, engine);
        fs::create_dir_all(&release.0).unwrap();
        runtime.block_on(keep_on(engine, &release));
        println!("{}", release.0.display());
    }
    ExitCode::SUCCESS
}

async fn keep_on(engine: Engine, release: &Release) {
    let host = Host::new();
    let database = Place::start(engine).await.unwrap();
    let _said = host.run(database.url(), &["migrate"]).ok();
    let instance = start(&database, tempfile::tempdir().unwrap()).await;
    let organiser = organiser(&instance).await;
    let mut voters = Vec::new();
    for number in 0..VOTED.len() + WAITING {
        let id = organiser.add_attendee(CONFERENCE, &format!("Attendee {number}")).await;
        let code =
            organiser.post(&format!("attendees/{id}/badge-codes"), &json!({})).await.expect(201).json["code"].take();
        voters.push((sign_in(&instance.api(), &code).await, code));
    }
    // Has a mail that waits.
    let _registered = instance.api().register(CONFERENCE, "rita@attendees.example", "Rita").await.expect(202);

    let published = organiser.open_ballot(CONFERENCE, "last-year").await;
    let mut receipts = Vec::new();
    for ((voter, _), choice) in voters.iter().zip(VOTED) {
        receipts.push(voter.cast(&published, choice, &tracker()).await.expect(201).json);
    }
    let _closed = organiser.transition(&published, "closed").await.expect(201);
    let _published = organiser.publish(&published).await.expect(201);
    fs::write(release.file("record.zip"), archive(&organiser, &published).await).unwrap();

    let approval = json!({"method": {"type": "approval", "max_choices": 2}});
    let closed = organiser.draft(CONFERENCE, "themes", approval).await;
    let _open = organiser.transition(&closed, "open").await.expect(201);
    for (number, (voter, _)) in voters.iter().enumerate() {
        let approved = &closed.candidates[1..2 + number % 2];
        let vote = json!({"choice": {"candidates": approved}, "tracker": tracker()});
        let _recorded = voter.post(&votes(&closed), &vote).await.expect(201);
    }
    let _closed = organiser.transition(&closed, "closed").await.expect(201);

    let open = organiser.open_ballot(CONFERENCE, "award").await;
    let mut voted = Vec::new();
    for ((voter, code), choice) in voters.iter().zip(VOTED) {
        let vote = json!({"choice": {"candidate": open.candidates[choice]}, "tracker": tracker()});
        let answer = voter.post(&votes(&open), &vote).await.expect(201).json;
        voted.push(json!({"badge_code": code, "vote": vote, "answer": answer}));
    }
    let waiting: Vec<_> = voters[VOTED.len()..].iter().map(|(_, code)| code).collect();
    let vkey = organiser.get("keys").await.expect(200).json["items"][0]["vkey"].take();
    let facts = json!({"vkey": vkey, "open": kept(&open), "voted": voted, "waiting": waiting, "closed": kept(&closed),
        "published": kept(&published), "receipts": receipts});
    fs::write(release.file("facts.json"), format!("{facts:#}\n")).unwrap();

    let backup = release.file("urna.backup");
    let _gone = fs::remove_file(&backup);
    let _said = host.run(database.url(), &["backup", "create", backup.to_str().unwrap()]).ok();
    let folder = instance.end().await;
    fs::copy(folder.path().join(CLOSED), release.file(CLOSED)).unwrap();
    copy_database(&database, &release.database(engine));
    database.stop().await.unwrap();
}

/// An organiser with a conference that goes on until 2099.
async fn organiser(instance: &Instance) -> Api {
    let (email, password) = (Email::parse(ORGANISER).unwrap(), Password::new(PASSWORD.to_owned()));
    let made = instance.app().create_organiser(&Authority::host(), email, Role::Owner, password).await;
    made.unwrap();
    let organiser = instance.api().sign_in_organiser(ORGANISER, PASSWORD).await;
    let body = json!({"slug": CONFERENCE, "name": "European Cluster Conference", "starts_on": "2026-11-25",
        "ends_on": "2099-12-31", "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open"});
    let _made = organiser.post("conferences", &body).await.expect(201);
    organiser
}

fn copy_database(database: &Place, to: &Path) {
    match database.engine() {
        Engine::Sqlite => drop(fs::copy(database.url().trim_start_matches("sqlite://"), to).unwrap()),
        Engine::Postgres => {
            let flags = ["--inserts", "--no-owner", "--no-privileges", "--file"];
            let mut dump = Command::new(xtask::postgres::program("pg_dump").unwrap());
            // The parameters are sqlx's.
            let url = database.url().split('?').next().unwrap();
            assert!(dump.args(flags).arg(to).arg(url).status().unwrap().success());
        }
    }
}
