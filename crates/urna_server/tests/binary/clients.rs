//! Runs the clients in `docs/clients` unchanged, over a connection that loses answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use serde_json::{Value, json};

use crate::place::{PASSWORD, Place, Served};

#[test]
fn the_client_in_python_votes_once_however_many_answers_get_lost() {
    votes_once("python3", "vote.py");
}

#[test]
fn the_client_in_javascript_votes_once_however_many_answers_get_lost() {
    votes_once("node", "vote.mjs");
}

#[test]
fn the_client_in_python_says_why_it_was_refused() {
    says_why_it_was_refused("python3", "vote.py");
}

#[test]
fn the_client_in_javascript_says_why_it_was_refused() {
    says_why_it_was_refused("node", "vote.mjs");
}

fn votes_once(program: &str, client: &str) {
    if is_missing(program) {
        return;
    }
    let hall = Hall::open();
    let (way, sent) = lossy_way(hall.listening());
    let link = hall.link.replace(&hall.listening(), &way);
    let output = run(program, client, [&link, &hall.ballot, &hall.candidate]);
    let (said, talked) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n---\n{talked}");

    let votes: Vec<Value> = sent.try_iter().map(|body| serde_json::from_str(&body).unwrap()).collect();
    assert_eq!(votes.len(), LOSSES.len() + 1, "each loss is followed by an attempt: {votes:#?}");
    assert!(votes.iter().all(|vote| *vote == votes[0]), "the same vote, with the same tracker: {votes:#?}");
    let receipt: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(receipt["receipt"]["tracker"], votes[0]["tracker"]);

    hall.close_and_publish();
    let result = hall.ask("GET", "results", "");
    assert_eq!(result["turnout"], json!({"eligible": 2, "voted": 1, "counted": 1, "blank": 0}));
    let record = hall.ask_bytes("record.zip");
    std::fs::write(hall.place.path("record.zip"), record).unwrap();
    std::fs::write(hall.place.path("receipt.json"), said.as_bytes()).unwrap();
    let verified = hall.place.run(["verify", "record.zip", "--receipt", "receipt.json"]).ok();
    assert!(verified.ends_with("Verified.\n"), "{verified}");
}

fn says_why_it_was_refused(program: &str, client: &str) {
    if is_missing(program) {
        return;
    }
    let hall = Hall::open();
    hall.close_and_publish();
    let output = run(program, client, [&hall.link, &hall.ballot, &hall.candidate]);
    let talked = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{talked}");
    assert!(output.stdout.is_empty() && talked.contains("ballot-closed"), "{talked}");
}

/// A running service with one open ballot and an eligible attendee.
struct Hall {
    place: Place,
    served: Served,
    token: String,
    ballot: String,
    candidate: String,
    link: String,
}

impl Hall {
    fn open() -> Self {
        let place = Place::new();
        place.set_up(&[]);
        let served = place.serve(&[]);
        let session = body(&served.sign_in("owner@example.org", PASSWORD));
        let token = text(&session["token"]);
        let post = |path: &str, body_: Value| body(&served.ask("POST", path, Some(&token), &body_.to_string()));
        post(
            "conferences",
            json!({
                "slug": "fair", "name": "European Cluster Conference", "starts_on": "2026-11-25", "ends_on": "2099-11-27",
                "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "closed",
            }),
        );
        let person = |name: &str| post("conferences/fair/attendees", json!({"name": name, "verified": true}));
        let (voter, _another) = (person("Zoë Łukaszewicz"), person("Jānis Bērziņš"));
        let path = format!("attendees/{}/personal-links", text(&voter["id"]));
        let link = text(&post(&path, json!({"deliver": "show"}))["url"]);
        let ballot = post(
            "conferences/fair/ballots",
            json!({
                "slug": "award", "kind": "award", "title": "European Cluster Manager of the Year",
                "question": "Who should be European Cluster Manager of the Year?", "method": {"type": "plurality"},
                "candidates": [{"name": "Mirela Četković-Duarte"}, {"name": "Aurelio Håkansson"}], "allow_blank": true,
                "tie_rule": {"type": "jury"}, "disclosure": "full",
            }),
        );
        let candidate = text(&ballot["candidates"][1]["id"]);
        let ballot = text(&ballot["id"]);
        let hall = Self { place, served, token, ballot, candidate, link };
        hall.ask("POST", "transitions", &json!({"to": "open"}).to_string());
        hall
    }

    fn close_and_publish(&self) {
        self.ask("POST", "transitions", &json!({"to": "closed"}).to_string());
        self.ask("POST", "publications", "{}");
    }

    /// The service's address and port.
    fn listening(&self) -> String {
        self.served.url("listening").strip_prefix("http://").unwrap().trim_end_matches('/').to_owned()
    }

    /// Asks as the organiser, below the ballot's path.
    fn ask(&self, method: &str, path: &str, body_: &str) -> Value {
        let path = format!("ballots/{}/{path}", self.ballot);
        body(&self.served.ask(method, &path, Some(&self.token), body_))
    }

    /// Fetches a file of the ballot.
    fn ask_bytes(&self, path: &str) -> Vec<u8> {
        let mut stream = self.served.connect();
        let path = format!("/api/v1/ballots/{}/{path}", self.ballot);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        answer.split_off(end + 4)
    }
}

/// The ways to lose the answer to a vote.
#[derive(Clone, Copy)]
enum Loss {
    /// The service has recorded the vote; the connection ends without an answer.
    Answer,
    /// The same, in the middle of the answer.
    HalfOfTheAnswer,
    /// The service never sees the vote, and a proxy answers in its place.
    Request(&'static str),
}

const LOSSES: [Loss; 4] = [
    Loss::Request(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nContent-Length: 23\r\n\
         Connection: close\r\n\r\n{\"code\":\"not-recorded\"}",
    ),
    Loss::Answer,
    Loss::HalfOfTheAnswer,
    Loss::Request(
        "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>Sorry.",
    ),
];

/// A proxy that loses answers as [`LOSSES`] lists. The channel yields the votes that were sent.
fn lossy_way(to: String) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let way = listener.local_addr().unwrap().to_string();
    let (votes, sent) = channel();
    // Ends with the test, when the last listener is gone.
    thread::spawn(move || {
        let mut losses = LOSSES.into_iter();
        for stream in listener.incoming() {
            carry(stream.unwrap(), &to, &mut losses, &votes);
        }
    });
    (way, sent)
}

/// Forwards one request to the service and, if not lost, its answer.
fn carry(mut client: TcpStream, to: &str, losses: &mut impl Iterator<Item = Loss>, votes: &Sender<String>) {
    let Some((head, sent)) = request(&client) else { return };
    let is_vote = head.lines().next().unwrap().contains("/votes ");
    let loss = if is_vote { losses.next() } else { None };
    if is_vote {
        votes.send(sent.clone()).unwrap();
    }
    if let Some(Loss::Request(answer)) = loss {
        client.write_all(answer.as_bytes()).unwrap();
        return;
    }
    let mut service = TcpStream::connect(to).unwrap();
    write!(service, "{head}Connection: close\r\n\r\n{sent}").unwrap();
    let mut answer = Vec::new();
    service.read_to_end(&mut answer).unwrap();
    assert!(!is_vote || answer.starts_with(b"HTTP/1.1 20"), "{}", String::from_utf8_lossy(&answer));
    let length = match loss {
        None => answer.len(),
        Some(Loss::HalfOfTheAnswer) => answer.len() - 20,
        Some(Loss::Answer | Loss::Request(_)) => 0,
    };
    client.write_all(&answer[..length]).unwrap();
    client.shutdown(Shutdown::Both).unwrap();
}

/// A request's head, without the connection header and the final empty line, and its body. `None` if the connection
/// closes.
fn request(client: &TcpStream) -> Option<(String, String)> {
    let mut lines = BufReader::new(client);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        let lower = line.to_lowercase();
        if let Some(given) = lower.strip_prefix("content-length:") {
            length = given.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        if !lower.starts_with("connection:") {
            head += &line;
        }
    }
    let mut sent = vec![0; length];
    lines.read_exact(&mut sent).unwrap();
    Some((head, String::from_utf8(sent).unwrap()))
}

fn run(program: &str, client: &str, arguments: [&String; 3]) -> std::process::Output {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients").join(client);
    // A faulty client would retry for minutes.
    command("timeout").args(["30", program]).arg(client).args(arguments).output().unwrap()
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::option_env!("PATH").unwrap_or("/usr/bin:/bin")).stdin(Stdio::null());
    command
}

/// Whether this machine cannot run such programs. If every test is required, that is a failure.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration; this is their one look at the environment")]
fn is_missing(program: &str) -> bool {
    let found = command(program).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("URNA_TEST_REQUIRE_ALL").is_none(), "{program} is needed");
    if !found {
        eprintln!("{program} is not installed: the client for it is left out");
    }
    !found
}

/// The body of a complete, successful answer.
#[track_caller]
fn body(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
    serde_json::from_str(body).unwrap()
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
