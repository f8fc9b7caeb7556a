//! The service as a process.

use std::io::{Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::place::{PASSWORD, Place, get};

#[test]
fn it_says_where_it_is_answers_and_ends_well() {
    let place = Place::new();
    let served = place.serve(&[]);
    assert_eq!(served.announced["engine"], "sqlite");
    assert_eq!(served.url("public_url"), served.url("listening"), "with port 0 the address follows the port");
    for path in ["healthz", "readyz", "api/v1/openapi.json"] {
        let answer = get(&format!("{}/{path}", served.url("listening")));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    served.signal(Signal::TERM);
    let (code, log) = served.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("serving") && log.contains("over plain http") && log.contains("SIGTERM"), "{log}");
}

#[test]
fn an_interrupt_ends_it_as_well_however_idle_its_connections_are() {
    let place = Place::new();
    let served = place.serve(&[]);
    let mut idle = served.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut begin = [0; 12];
    idle.read_exact(&mut begin).unwrap();
    let _silent = served.connect();
    served.signal(Signal::INT);
    let (code, log) = served.end();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let place = Place::new();
    let served = place.serve(&[("URNA_METRICS_LISTEN", "127.0.0.1:0")]);
    let health = format!("{}/healthz", served.url("listening"));
    get(&health);
    let metrics = get(served.url("metrics"));
    assert!(metrics.starts_with("HTTP/1.1 200") && metrics.contains("text/plain; version=0.0.4"), "{metrics}");
    for name in ["urna_http_requests_total{", "urna_http_request_seconds_bucket{", "urna_connections "] {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
    assert!(get(&format!("{}/metrics", served.url("listening"))).starts_with("HTTP/1.1 404"));
    assert!(get(&served.url("metrics").replace("/metrics", "/healthz")).starts_with("HTTP/1.1 404"));
}

#[test]
fn logs_can_be_json_and_name_no_path() {
    let place = Place::new();
    let served = place.serve(&[("URNA_LOG_FORMAT", "json"), ("URNA_LOG", "trace")]);
    let secret = "0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789ABCDEFGHJK";
    get(&format!("{}/l/{secret}", served.url("listening")));
    served.signal(Signal::TERM);
    let (_, log) = served.end();
    let events: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().all(|event| event["timestamp"].as_str().unwrap().ends_with('Z')), "{log}");
    assert!(events.iter().any(|event| event["message"] == "request"), "{log}");
    assert!(!log.contains(secret), "{log}");
}

#[test]
fn the_host_works_beside_a_running_server() {
    let place = Place::new();
    let served = place.serve(&[]);
    place.create_organiser("anna@example.org", "owner").ok();
    let answer = served.sign_in("anna@example.org", PASSWORD);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(place.run(["ballot", "list", "--json"]).json()["items"], serde_json::json!([]));
}

#[test]
fn failed_tries_to_sign_in_reach_the_audit_log_while_it_runs() {
    let place = Place::new();
    let served = place.serve(&[]);
    place.create_organiser("anna@example.org", "owner").ok();
    assert!(served.sign_in("anna@example.org", "not the password").starts_with("HTTP/1.1 401"));
    let session = served.sign_in("anna@example.org", PASSWORD);
    let (_, body) = session.split_once("\r\n\r\n").unwrap();
    let token = serde_json::from_str::<serde_json::Value>(body).unwrap()["token"].as_str().unwrap().to_owned();
    let is_written = || served.ask("GET", "audit-events", Some(&token), "").contains("organiser.sign_in_failed");
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_written() {
        assert!(Instant::now() < deadline, "nothing was written down");
        thread::sleep(Duration::from_millis(100));
    }
}
