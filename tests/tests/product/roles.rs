//! Permissions: every operation of the contract, tried by everybody.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use urna_core::Role;
use urna_tests::{Answer, Api, Cases, World, cases, tracker};

use self::Who::{Anyone, Attendee, Organiser};
use crate::tables;

pub(super) fn cases() -> Cases {
    cases! { on_each_engine: every_operation_is_open_to_whom_the_contract_says_and_to_nobody_else; }
}

/// The people that an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anyone,
    Attendee,
    /// Organisers with at least this role.
    Organiser(Role),
}

/// Method, path and permission, as in the contract. Operations that end the session come last.
#[rustfmt::skip]
const OPERATIONS: &[(&str, &str, Who)] = &[
    ("post", "/organiser-sessions", Anyone),
    ("get", "/organiser-sessions", Organiser(Role::Observer)),
    ("delete", "/organiser-sessions/{id}", Organiser(Role::Observer)),
    ("get", "/organiser-sessions/current", Organiser(Role::Observer)),
    ("get", "/organisers", Organiser(Role::Owner)),
    ("post", "/organisers", Organiser(Role::Owner)),
    ("delete", "/organisers/{id}", Organiser(Role::Owner)),
    ("get", "/audit-events", Organiser(Role::Observer)),
    ("get", "/audit-events.ndjson", Organiser(Role::Observer)),
    ("get", "/conferences", Anyone),
    ("post", "/conferences", Organiser(Role::Organiser)),
    ("get", "/conferences/{slug}", Anyone),
    ("patch", "/conferences/{slug}", Organiser(Role::Organiser)),
    ("put", "/conferences/{slug}/logo", Organiser(Role::Organiser)),
    ("delete", "/conferences/{slug}/logo", Organiser(Role::Organiser)),
    ("post", "/conferences/{slug}/registrations", Anyone),
    ("get", "/conferences/{slug}/attendees", Organiser(Role::Observer)),
    ("post", "/conferences/{slug}/attendees", Organiser(Role::Desk)),
    ("get", "/attendees/{id}", Organiser(Role::Desk)),
    ("patch", "/attendees/{id}", Organiser(Role::Desk)),
    ("delete", "/attendees/{id}", Organiser(Role::Organiser)),
    ("post", "/attendees/{id}/approvals", Organiser(Role::Desk)),
    ("post", "/attendees/{id}/blocks", Organiser(Role::Desk)),
    ("post", "/attendees/{id}/personal-links", Organiser(Role::Desk)),
    ("post", "/attendees/{id}/badge-codes", Organiser(Role::Desk)),
    ("post", "/sessions", Anyone),
    ("post", "/personal-link-requests", Anyone),
    ("get", "/sessions", Attendee),
    ("get", "/sessions/{id}", Attendee),
    ("delete", "/sessions/{id}", Attendee),
    ("get", "/sessions/current", Attendee),
    ("patch", "/sessions/current", Attendee),
    ("get", "/conferences/{slug}/ballots", Anyone),
    ("post", "/conferences/{slug}/ballots", Organiser(Role::Organiser)),
    ("get", "/ballots/{id}", Anyone),
    ("patch", "/ballots/{id}", Organiser(Role::Organiser)),
    ("delete", "/ballots/{id}", Organiser(Role::Organiser)),
    ("delete", "/ballots/{id}/candidates/{candidate_id}/portrait", Organiser(Role::Organiser)),
    ("put", "/ballots/{id}/candidates/{candidate_id}/portrait", Organiser(Role::Organiser)),
    ("post", "/ballots/{id}/copies", Organiser(Role::Organiser)),
    ("get", "/ballots/{id}/manifest", Anyone),
    ("get", "/ballots/{id}/state", Anyone),
    ("get", "/ballots/{id}/turnout", Anyone),
    ("get", "/ballots/{id}/readiness", Organiser(Role::Observer)),
    ("post", "/ballots/{id}/transitions", Organiser(Role::Organiser)),
    ("post", "/ballots/{id}/closing-times", Organiser(Role::Organiser)),
    ("post", "/ballots/{id}/withdrawals", Organiser(Role::Organiser)),
    ("get", "/ballots/{id}/participation", Attendee),
    ("post", "/ballots/{id}/votes", Attendee),
    ("get", "/ballots/{id}/tally", Organiser(Role::Organiser)),
    ("post", "/ballots/{id}/tie-breaks", Organiser(Role::Organiser)),
    ("post", "/ballots/{id}/publications", Organiser(Role::Organiser)),
    ("get", "/ballots/{id}/results", Anyone),
    ("get", "/ballots/{id}/record.zip", Anyone),
    ("get", "/ballots/{id}/statement", Anyone),
    ("get", "/ballots/{id}/commitments", Anyone),
    ("get", "/ballots/{id}/commitments.txt", Anyone),
    ("get", "/ballots/{id}/results.csv", Anyone),
    ("get", "/ballots/{id}/results.svg", Anyone),
    ("get", "/receipts/{code}", Anyone),
    ("get", "/portraits/{sha256}/{px}", Anyone),
    ("get", "/keys", Anyone),
    ("delete", "/sessions/current", Attendee),
    ("delete", "/organiser-sessions/current", Organiser(Role::Observer)),
];

/// The operations of the OpenAPI document, paths without the base.
pub(crate) fn documented() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&urna_web::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in paths {
        let path = path.strip_prefix("/api/v1").unwrap();
        let methods = item.as_object().unwrap().keys().filter(|key| !matches!(key.as_str(), "parameters" | "summary"));
        found.extend(methods.map(|method| (method.clone(), path.to_owned())));
    }
    found
}

/// The caller.
struct Caller {
    name: &'static str,
    api: Api,
    /// Their role, if they are an organiser.
    role: Option<Role>,
}

impl Caller {
    /// The refusal they get; `None` if they are allowed.
    fn refusal(&self, who: Who) -> Option<(u16, &'static str)> {
        let may = match who {
            Anyone => true,
            Attendee => self.name == "attendee",
            Organiser(lowest) => self.role.is_some_and(|role| role >= lowest),
        };
        match (may, self.name) {
            (true, _) => None,
            (false, "anonymous") => Some((401, "not-signed-in")),
            (false, _) => Some((403, "forbidden")),
        }
    }
}

/// Values for the placeholders in paths.
struct Scene {
    attendee: String,
    ballot: String,
    candidate: String,
    organiser: String,
}

impl Scene {
    /// A body that the operation accepts.
    fn body(&self, method: &str, path: &str) -> Option<Value> {
        let new = json!({"slug": "another", "name": "Another", "starts_on": "2026-11-25", "ends_on": "2026-11-27",
            "time_zone": "Europe/Brussels", "languages": ["en"], "registration": "open"});
        Some(match (method, path) {
            ("get" | "delete", _) => return None,
            (_, "/organiser-sessions") => json!({"email": "nobody@organisers.example", "password": "wrong"}),
            (_, "/organisers") => json!({"email": "x", "role": "desk", "password": "x"}),
            ("post", "/conferences") => new,
            (_, "/conferences/{slug}/registrations") => json!({"email": "x@cluster.example", "name": "X"}),
            (_, "/conferences/{slug}/attendees") => json!({"name": "X", "verified": true}),
            (_, "/attendees/{id}/personal-links") => json!({"deliver": "show", "replace": true}),
            (_, "/sessions") => json!({"personal_link": "x"}),
            (_, "/personal-link-requests") => json!({"conference": "x", "email": "x@cluster.example"}),
            (_, "/ballots/{id}/transitions") => json!({"to": "paused"}),
            (_, "/ballots/{id}/closing-times") => json!({"in_seconds": 60}),
            (_, "/ballots/{id}/withdrawals") => json!({"candidate_id": self.candidate, "reason": "x"}),
            (_, "/ballots/{id}/votes") => json!({"choice": {"candidate": self.candidate}, "tracker": tracker()}),
            (_, "/ballots/{id}/tie-breaks") => json!({"order": [], "reason": "x", "decided_by": "x"}),
            _ => json!({}),
        })
    }

    /// The path: of an existing resource, or of a missing one.
    fn path(&self, world: &World, path: &str, there: bool) -> String {
        let id = match path {
            _ if !there => world.app().new_id().to_string(),
            path if path.starts_with("/attendees") => self.attendee.clone(),
            path if path.starts_with("/organisers") => self.organiser.clone(),
            _ => self.ballot.clone(),
        };
        let path = path.replace("{id}", &id).replace("{slug}", "eccp-2026").replace("{code}", "K7QF-2M9T-XW4R");
        let path = path.replace("{candidate_id}", &self.candidate).replace("{sha256}", "0").replace("{px}", "96");
        path.trim_start_matches('/').to_owned()
    }

    async fn ask(&self, world: &World, api: &Api, (method, path): (&str, &str), there: bool) -> Answer {
        let verb: Method = method.to_uppercase().parse().unwrap();
        let request = api.request(verb, &self.path(world, path, there));
        match self.body(method, path) {
            Some(body) => Api::send(request.json(&body)).await,
            None => Api::send(request).await,
        }
    }
}

async fn callers(world: &World, voter: &Api) -> Vec<Caller> {
    let mut callers = vec![
        Caller { name: "anonymous", api: world.api(), role: None },
        Caller { name: "attendee", api: voter.clone(), role: None },
    ];
    for (name, role) in
        [("observer", Role::Observer), ("desk", Role::Desk), ("organiser", Role::Organiser), ("owner", Role::Owner)]
    {
        callers.push(Caller { name, api: world.organiser(role).await, role: Some(role) });
    }
    callers
}

async fn every_operation_is_open_to_whom_the_contract_says_and_to_nobody_else(world: &World) {
    let listed: BTreeMap<(String, String), Who> =
        OPERATIONS.iter().map(|(method, path, who)| (((*method).to_owned(), (*path).to_owned()), *who)).collect();
    assert_eq!(listed.keys().cloned().collect::<BTreeSet<_>>(), documented(), "the table has every operation");

    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let own = organiser.get("organiser-sessions/current").await.text("/organiser/id");
    let scene = Scene {
        attendee: voter.id.clone(),
        candidate: ballot.candidates[0].clone(),
        ballot: ballot.id,
        organiser: own,
    };
    let callers = callers(world, &voter.api).await;

    // Unauthorised callers are refused whatever they ask about, and nothing happens.
    let before = tables::everything(world).await;
    for (method, path, who) in OPERATIONS {
        for caller in &callers {
            let Some((status, code)) = caller.refusal(*who) else { continue };
            for there in [true, false] {
                let answer = scene.ask(world, &caller.api, (method, path), there).await;
                assert_eq!(answer.status, status, "{} {method} {path}: {}", caller.name, answer.body);
                answer.refused(status, code);
            }
        }
    }
    assert_eq!(tables::everything(world).await, before, "a refused request changed something");

    // Authorised callers pass the check; the resources do not exist, so that nothing ends too early.
    for (method, path, who) in OPERATIONS {
        for caller in callers.iter().filter(|caller| caller.refusal(*who).is_none()) {
            let answer = scene.ask(world, &caller.api, (method, path), false).await;
            let refused = matches!(answer.json["code"].as_str(), Some("not-signed-in" | "forbidden"));
            assert!(!refused && answer.status < 500, "{} {method} {path}: {}", caller.name, answer.body);
        }
    }
}
