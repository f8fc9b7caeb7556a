//! The committed contract, and its required contents.

use std::collections::BTreeSet;

use serde_json::Value;
use urna_tests::{Cases, cases, repository};

use crate::roles::documented;

pub(super) fn cases() -> Cases {
    cases! {
        once:
            the_committed_document_is_the_code,
            every_endpoint_of_the_contract_is_in_the_document,
            every_operation_declares_its_problems,
            every_operation_is_described,
            what_needs_a_session_says_so,
            every_reference_leads_somewhere;
    }
}

fn document() -> Value {
    serde_json::from_str(&urna_web::openapi_json()).unwrap()
}

/// Calls `look` with the name and each operation.
fn each_operation(document: &Value, mut look: impl FnMut(&str, &str, &Value)) {
    for (method, path) in documented() {
        let operation = &document["paths"][format!("/api/v1{path}")][&method];
        look(&method, &path, operation);
    }
}

fn the_committed_document_is_the_code() {
    let committed = repository::read("docs/openapi.json");
    assert!(
        committed == urna_web::openapi_json(),
        "docs/openapi.json is old: cargo run -- openapi > docs/openapi.json"
    );
    let document = document();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..4]), Some("3.1."));
    assert_eq!(document["components"]["securitySchemes"]["session"]["scheme"], "bearer");
}

/// The endpoints of the contract's first part; the later parts add theirs.
const ENDPOINTS: &[&str] = &[
    "post /organiser-sessions",
    "get /organiser-sessions/current",
    "delete /organiser-sessions/current",
    "get /organisers",
    "post /organisers",
    "delete /organisers/{id}",
    "get /audit-events",
    "get /audit-events.ndjson",
    "get /conferences",
    "get /conferences/{slug}",
    "post /conferences",
    "patch /conferences/{slug}",
    "post /conferences/{slug}/registrations",
    "get /conferences/{slug}/attendees",
    "post /conferences/{slug}/attendees",
    "get /attendees/{id}",
    "patch /attendees/{id}",
    "delete /attendees/{id}",
    "post /attendees/{id}/approvals",
    "post /attendees/{id}/blocks",
    "post /attendees/{id}/personal-links",
    "post /attendees/{id}/badge-codes",
    "post /sessions",
    "get /sessions/current",
    "patch /sessions/current",
    "delete /sessions/current",
    "post /personal-link-requests",
    "get /conferences/{slug}/ballots",
    "post /conferences/{slug}/ballots",
    "get /ballots/{id}",
    "patch /ballots/{id}",
    "delete /ballots/{id}",
    "post /ballots/{id}/copies",
    "get /ballots/{id}/manifest",
    "get /ballots/{id}/state",
    "get /ballots/{id}/turnout",
    "post /ballots/{id}/transitions",
    "post /ballots/{id}/closing-times",
    "post /ballots/{id}/withdrawals",
    "get /ballots/{id}/participation",
    "post /ballots/{id}/votes",
    "get /ballots/{id}/tally",
    "post /ballots/{id}/tie-breaks",
    "post /ballots/{id}/publications",
    "get /ballots/{id}/results",
    "get /ballots/{id}/results.csv",
    "get /ballots/{id}/results.svg",
    "get /receipts/{code}",
    "get /keys",
];

fn every_endpoint_of_the_contract_is_in_the_document() {
    let found: BTreeSet<String> = documented().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    let missing: Vec<_> = ENDPOINTS.iter().filter(|endpoint| !found.contains(**endpoint)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn every_operation_declares_its_problems() {
    let document = document();
    each_operation(&document, |method, path, operation| {
        let name = format!("{method} {path}");
        let declared = &operation["responses"];
        let mut expected = vec!["500", "503", "504"];
        if operation["security"].as_array().is_some_and(|any| !any.is_empty()) {
            expected.extend(["401", "403"]);
        }
        if path.contains('{') {
            expected.push("404");
        }
        if operation.get("requestBody").is_some() {
            expected.extend(["400", "403", "408", "413", "415", "422"]);
        }
        if method == "patch" {
            expected.push("412");
        }
        for status in expected {
            assert!(declared.get(status).is_some(), "{name} does not declare {status}");
        }
        for (status, response) in declared.as_object().unwrap() {
            if status.starts_with(['4', '5']) {
                let content = response["content"].as_object().unwrap();
                assert_eq!(content.keys().collect::<Vec<_>>(), ["application/problem+json"], "{name} {status}");
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{name} {status}");
            }
        }
        let good = declared.as_object().unwrap().keys().filter(|status| status.starts_with('2'));
        assert!(good.count() >= 1, "{name} says nothing about success");
    });
}

fn every_operation_is_described() {
    let document = document();
    let mut ids = BTreeSet::new();
    each_operation(&document, |method, path, operation| {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
        assert!(ids.insert(operation["operationId"].to_string()), "two operations are {}", operation["operationId"]);
        let named = operation["parameters"].as_array().into_iter().flatten();
        let named: Vec<_> = named.filter(|parameter| parameter["in"] == "path").collect();
        assert_eq!(named.len(), path.matches('{').count(), "{name} describes every part of its path");
    });
}

fn what_needs_a_session_says_so() {
    const PUBLIC: &[&str] = &[
        "post /organiser-sessions",
        "get /conferences",
        "get /conferences/{slug}",
        "post /conferences/{slug}/registrations",
        "post /sessions",
        "post /personal-link-requests",
        "get /ballots/{id}/manifest",
        "get /ballots/{id}/results",
        "get /ballots/{id}/record.zip",
        "get /ballots/{id}/commitments",
        "get /ballots/{id}/commitments.txt",
        "get /ballots/{id}/results.csv",
        "get /ballots/{id}/results.svg",
        "get /portraits/{sha256}/{px}",
        "get /receipts/{code}",
        "get /keys",
    ];
    /// Public operations that also show drafts to organisers.
    const EITHER: &[&str] = &[
        "get /conferences/{slug}/ballots",
        "get /ballots/{id}",
        "get /ballots/{id}/state",
        "get /ballots/{id}/turnout",
        "get /ballots/{id}/statement",
    ];
    let document = document();
    each_operation(&document, |method, path, operation| {
        let name = format!("{method} {path}");
        let security = operation["security"].to_string();
        let expected = match name.as_str() {
            name if PUBLIC.contains(&name) => "null",
            name if EITHER.contains(&name) => r#"[{},{"session":[]}]"#,
            _ => r#"[{"session":[]}]"#,
        };
        assert_eq!(security, expected, "{name}");
    });
}

fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let reference = reference.split('"').next().unwrap();
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
