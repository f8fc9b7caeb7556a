//! The examples of the contract: each operation has them, their schemas accept them, and so does the service.

use reqwest::Method;
use serde_json::Value;
use urna_core::Role;
use urna_tests::{Api, Cases, World, cases};

use crate::roles::documented;

pub(super) fn cases() -> Cases {
    cases! {
        once:
            every_operation_has_an_example_that_its_schema_takes,
            a_schema_that_is_broken_is_noticed;
        on_each_engine:
            every_example_of_a_request_can_be_read_by_the_service;
    }
}

fn document() -> Value {
    serde_json::from_str(&urna_web::openapi_json()).unwrap()
}

/// Checks a value against a schema, by the keywords that the document uses. Lists the faults.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{at}: {what}: {value}"));
        }
    };
    let count = |name: &str| schema[name].as_u64();
    if let Some(reference) = schema["$ref"].as_str() {
        return faults(document, document.pointer(&reference[1..]).unwrap(), value, at);
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(|kind| kind.as_str().unwrap()).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let is = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    check(types.is_empty() || types.iter().any(is), "type");
    check(schema["enum"].as_array().is_none_or(|all| all.contains(value)), "enum");
    for (any, exactly_one) in [("oneOf", true), ("anyOf", false)] {
        if let Some(all) = schema[any].as_array() {
            let fitting = all.iter().filter(|one| faults(document, one, value, at).is_empty()).count();
            check(if exactly_one { fitting == 1 } else { fitting > 0 }, any);
        }
    }
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as u64;
        check(count("minLength").is_none_or(|least| length >= least), "minLength");
        check(count("maxLength").is_none_or(|most| length <= most), "maxLength");
    }
    if let Some(number) = value.as_u64() {
        check(count("minimum").is_none_or(|least| number >= least), "minimum");
        check(count("maximum").is_none_or(|most| number <= most), "maximum");
    }
    if let Some(items) = value.as_array() {
        check(count("minItems").is_none_or(|least| items.len() as u64 >= least), "minItems");
        check(count("maxItems").is_none_or(|most| items.len() as u64 <= most), "maxItems");
        for (number, item) in items.iter().enumerate().filter(|_| schema["items"].is_object()) {
            found.extend(faults(document, &schema["items"], item, &format!("{at}/{number}")));
        }
    } else if let Some(fields) = value.as_object() {
        check(count("minProperties").is_none_or(|least| fields.len() as u64 >= least), "minProperties");
        check(count("maxProperties").is_none_or(|most| fields.len() as u64 <= most), "maxProperties");
        for required in schema["required"].as_array().into_iter().flatten() {
            check(fields.contains_key(required.as_str().unwrap()), &format!("required {required}"));
        }
        for (name, value) in fields {
            let known = schema["properties"].get(name).or(schema.get("additionalProperties"));
            match known {
                Some(Value::Bool(false)) => found.push(format!("{at}: unknown field {name}")),
                Some(schema) => found.extend(faults(document, schema, value, &format!("{at}/{name}"))),
                None => {}
            }
        }
    }
    found
}

fn a_schema_that_is_broken_is_noticed() {
    let document = document();
    let faults = |schema: &str, value: &str| {
        let value: Value = serde_json::from_str(value).unwrap();
        faults(&document, &document["components"]["schemas"][schema], &value, "")
    };
    assert!(faults("Choice", r#"{"blank": true}"#).is_empty());
    for (schema, value) in [
        ("Choice", "{}"),
        ("Choice", r#"{"blank": true, "candidate": null}"#),
        ("Choice", r#"{"nobody": true}"#),
        ("NewOrganiser", r#"{"email": "a@example.org", "role": "king", "password": "the heron stands in cold water"}"#),
        ("NewOrganiser", r#"{"email": "a@example.org", "role": "desk", "password": "short"}"#),
        ("NewOrganiser", r#"{"email": "a@example.org", "role": "desk"}"#),
        ("TieBreakInput", r#"{"order": [], "reason": "x", "decided_by": "x"}"#),
        ("ClosingTimeInput", r#"{"in_seconds": "600"}"#),
    ] {
        assert!(!faults(schema, value).is_empty(), "{schema} {value}");
    }
}

/// The JSON bodies of an operation: place and content.
fn bodies(operation: &Value) -> Vec<(String, &Value)> {
    let is_text = |kind: &str| {
        kind == "application/json"
            || !kind.starts_with("image/") && kind != "application/zip"
            || kind == "image/svg+xml"
    };
    let kinds = |place: &str, body: &'_ Value| -> Vec<String> {
        body["content"].as_object().into_iter().flatten().map(|(kind, _)| format!("{place} {kind}")).collect()
    };
    let mut found = Vec::new();
    let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
    let all = answers.map(|(status, answer)| (status.as_str(), answer)).chain([("request", &operation["requestBody"])]);
    for (place, body) in all {
        for (name, content) in kinds(place, body).into_iter().zip(body["content"].as_object().into_iter().flatten()) {
            if is_text(content.0) {
                found.push((name, content.1));
            }
        }
    }
    found
}

fn every_operation_has_an_example_that_its_schema_takes() {
    let document = document();
    let mut wrong = Vec::new();
    let mut examples = 0;
    for (method, path) in documented() {
        let operation = &document["paths"][format!("/api/v1{path}")][&method];
        for (place, body) in bodies(operation) {
            let name = format!("{method} {path} {place}");
            match body.get("example") {
                Some(example) => wrong.extend(faults(&document, &body["schema"], example, &name)),
                None => wrong.push(format!("{name} has no example")),
            }
            examples += 1;
        }
        // A placeholder, generated from an unknown name, says nothing.
        wrong.extend(bodies(operation).into_iter().filter_map(|(place, body)| {
            body["example"]
                .to_string()
                .contains("\"text\"")
                .then(|| format!("{method} {path} {place}: {}", body["example"]))
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples > 60, "{examples}");
}

async fn every_example_of_a_request_can_be_read_by_the_service(world: &World) {
    let owner = world.organiser(Role::Owner).await;
    owner.add_conference("eccp-2026", "open").await;
    let voter = owner.voter("eccp-2026", "Anna").await;
    let ballot = owner.open_ballot("eccp-2026", "first").await;
    let document = document();
    for (method, path) in documented() {
        let operation = &document["paths"][format!("/api/v1{path}")][&method];
        let Some(example) = operation["requestBody"]["content"]["application/json"].get("example") else { continue };
        let path = path.trim_start_matches('/').replace("{slug}", "eccp-2026");
        let id = if path.starts_with("attendees") { &voter.id } else { &ballot.id };
        let path = path.replace("{id}", id);
        let by = if path == "sessions/current" || path.ends_with("/votes") { &voter.api } else { &owner };
        let request = by.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), &path);
        let answer = Api::send(request.json(example)).await;
        let can_be_read = !matches!(answer.status, 400 | 413 | 415) && answer.status < 500;
        // The ids in the examples do not exist here; only errors of form count.
        let of_form = ["missing-field", "unknown-field", "wrong-type", "invalid-value"];
        let mut errors = answer.json["errors"].as_array().into_iter().flatten();
        let is_well_formed = errors.all(|error| of_form.iter().all(|code| error["code"] != *code));
        assert!(can_be_read && is_well_formed, "{method} {path} {example}: {}", answer.body);
    }
}
