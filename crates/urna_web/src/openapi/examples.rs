//! An example for every body in the document, built from its schema: the name of a field decides its value.

use serde_json::{Map, Value, json};
use utoipa::openapi::{Content, OpenApi, RefOr};

/// The id in the examples. They show one conference, one ballot and its people, as the answers of one service would.
const ID: &str = "0199b0c4-5d52-7c1a-9f3e-2b7d8a6c4e10";
const CANDIDATE: &str = "0199b0c4-6a11-7b52-8c0d-91f2e3d4a5b6";
const OTHER_CANDIDATE: &str = "0199b0c4-6a11-7f03-a1b2-c3d4e5f60718";
const SHA256: &str = "5b1f3e0c6a9d2478be53f1c07d94a8e2364b0f5c9ad71e8823c46fb05e7a9d13";
const BASE64: &str = "mZ0w3gk1Jr8cYh5XqTn2VbLd7uFs9oPeAi4CxWvKyRM";

/// Adds an example to every body of a request or an answer that has none, except pictures and archives.
pub(super) fn add(document: &mut OpenApi) {
    let schemas = serde_json::to_value(&document.components).unwrap_or_default();
    let schemas = Schemas(schemas.get("schemas").cloned().unwrap_or_default());
    for (path, item) in &mut document.paths.paths {
        for (_, operation) in super::operations(item) {
            let sent = operation.request_body.iter_mut().filter_map(written).flat_map(|body| body.content.iter_mut());
            let answers = operation.responses.responses.iter_mut();
            let good = answers.filter(|(status, _)| status.starts_with('2'));
            let told = good.filter_map(|(_, answer)| written(answer)).flat_map(|answer| answer.content.iter_mut());
            for (kind, content) in sent.chain(told) {
                if let Some(content) = written(content) {
                    content.example = content.example.take().or_else(|| schemas.body(path, kind, content));
                }
            }
        }
    }
}

fn written<T>(any: &mut RefOr<T>) -> Option<&mut T> {
    match any {
        RefOr::T(written) => Some(written),
        RefOr::Ref(_) => None,
    }
}

/// The schemas of the document, by name.
struct Schemas(Value);

impl Schemas {
    /// Returns the example of a body of this media type.
    fn body(&self, path: &str, kind: &str, content: &Content) -> Option<Value> {
        if kind != "application/json" {
            return text(kind);
        }
        let schema = serde_json::to_value(content.schema.as_ref()?).ok()?;
        if path.ends_with("/manifest") {
            return Some(json!({"ballot_id": ID, "version": 1}));
        }
        Some(self.of(&schema, "", ""))
    }

    /// Returns a value that this schema accepts, for the field `field` of the schema named `within`.
    fn of(&self, schema: &Value, within: &str, field: &str) -> Value {
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            // The field that holds a text says what it is about; the type of the text does not.
            let is_text = |schema: &Value| type_of(schema) == "string" && schema.get("enum").is_none();
            let is_text = is_text(&self.0[name]) || self.0[name]["oneOf"].get(0).is_some_and(is_text);
            let within = if is_text { within } else { name };
            return special(name).unwrap_or_else(|| self.of(&self.0[name], within, field));
        }
        if let Some(any) = ["oneOf", "anyOf"].iter().find_map(|any| schema.get(*any)?.as_array()) {
            let first = any.iter().find(|schema| schema["type"] != "null");
            return first.map_or(Value::Null, |schema| self.of(schema, within, field));
        }
        if let Some(first) = schema.get("enum").and_then(|all| all.get(0)) {
            return first.clone();
        }
        match type_of(schema) {
            "object" => self.object(schema, within),
            "array" => Value::Array(match schema["maxItems"].as_u64() {
                Some(0) => Vec::new(),
                _ => self.items(schema, within, field),
            }),
            "string" => string(schema, within, field),
            "integer" => json!(number(field)),
            "boolean" => json!(!matches!(field, "withdrawn")),
            _ => json!({}),
        }
    }

    fn object(&self, schema: &Value, within: &str) -> Value {
        let fields = schema["properties"].as_object();
        let value = |(name, schema): (&String, &Value)| (name.clone(), self.of(schema, within, name));
        // Nor does a row of plurality have points.
        let has = |(name, _): &(&String, &Value)| within != "ResultRow" || *name != "points";
        Value::Object(
            fields.map(|fields| fields.iter().filter(has).map(value).collect::<Map<_, _>>()).unwrap_or_default(),
        )
    }

    fn items(&self, schema: &Value, within: &str, field: &str) -> Vec<Value> {
        let ids = [json!(CANDIDATE), json!(OTHER_CANDIDATE)];
        match (schema["items"]["format"].as_str(), field) {
            (Some("uuid"), "candidates") => ids[..1].to_vec(),
            (Some("uuid"), _) => ids.to_vec(),
            // The examples show a ballot by plurality, which has no rounds.
            (_, "rounds") => Vec::new(),
            _ => vec![self.of(&schema["items"], within, field)],
        }
    }
}

/// Returns examples for schemas that do not accept every field at once.
fn special(name: &str) -> Option<Value> {
    Some(match name {
        "Choice" => json!({"candidate": CANDIDATE}),
        "Method" => json!({"type": "plurality"}),
        "ClosingTimeInput" => json!({"in_seconds": 600}),
        "SessionInput" => json!({"conference": "eccp-2026", "badge_code": "K7QM-2XTP-9RVD-W"}),
        "TransitionInput" => json!({"to": "open"}),
        "BallotInput" => json!({
            "slug": "award", "title": "European cluster of the year", "question": "Which cluster should win?",
            "kind": "award", "method": {"type": "plurality"}, "allow_blank": true, "disclosure": "full",
            "candidates": [{"name": "Cluster Moravia", "country": "CZ"}, {"name": "Βιοτεχνία", "country": "GR"}],
            "tie_rule": {"type": "jury"}, "closes_at": "2026-11-26T18:30:00Z",
        }),
        "Participation" => {
            json!({"eligible": true, "reason": null, "has_voted": false, "candidate_order": [CANDIDATE, OTHER_CANDIDATE]})
        }
        _ => return None,
    })
}

/// Returns the type of a schema, without the `null` of an optional field.
fn type_of(schema: &Value) -> &str {
    let any = schema["type"].as_array().and_then(|types| types.iter().find(|kind| *kind != "null"));
    any.unwrap_or(&schema["type"]).as_str().unwrap_or_default()
}

fn number(field: &str) -> u64 {
    match field {
        "eligible" => 480,
        "voted" => 311,
        "counted" => 299,
        "blank" => 12,
        "votes" => 170,
        _ => 1,
    }
}

fn string(schema: &Value, within: &str, field: &str) -> Value {
    let text = match (schema["format"].as_str(), within, field) {
        (_, _, "cancel_reason" | "claimed_category" | "warning" | "disabled_at" | "planned_for" | "next_cursor") => {
            return Value::Null;
        }
        (_, "CandidateInput", "portrait") => return Value::Null,
        (_, _, "portrait") => SHA256,
        (Some("uuid"), _, "candidate" | "candidate_id") => CANDIDATE,
        (Some("uuid"), ..) => ID,
        (Some("date"), _, "ends_on") => "2026-11-27",
        (Some("date"), ..) => "2026-11-25",
        (Some("date-time"), _, "opens_at") => "2026-11-25T18:00:00Z",
        (Some("date-time"), _, "expires_at") => "2026-11-26T06:30:00Z",
        (Some("date-time"), ..) => "2026-11-25T18:30:00Z",
        (Some("email"), ..) | (_, _, "email") => "anna@cluster.example",
        (_, _, "password") => "the heron stands in cold water",
        (_, "Conference" | "ConferenceInput", "name") => "European Cluster Conference 2026",
        (_, "VerificationKey", "name") => "urna",
        (_, "Candidate" | "CandidateInput" | "ResultRow", "name") | (_, _, "organisation") => "Cluster Moravia",
        (_, _, "name" | "decided_by") => "Anna Nováková",
        (_, _, "conference") => "eccp-2026",
        (_, _, "slug") => "award",
        (_, _, "title") => "European cluster of the year",
        (_, _, "question") => "Which cluster should win?",
        (_, _, "biography") => "Two hundred companies in machine building.",
        (_, _, "country") => "CZ",
        (_, _, "category" | "categories") => "cluster-manager",
        (_, _, "external_id") => "registration-4711",
        (_, _, "website") => "https://cluster.example",
        (_, _, "language" | "languages" | "original_language") => "en",
        (_, _, "listed_domains") => "cluster.example",
        (_, _, "time_zone") => "Europe/Brussels",
        (_, _, "accent") => "#005ea5",
        (_, _, "logo") => "/assets/logo-5b1f3e0c6a9d2478be53f1c07d94a8e2364b0f5c9ad71e8823c46fb05e7a9d13",
        (_, _, "action") => "ballot.opened",
        (_, _, "subject") => ID,
        (_, _, "reason") => "The jury prefers the younger cluster.",
        (_, _, "missing") => "two-candidates",
        (_, _, "note") => "The name of a candidate was misspelt.",
        (_, _, "share") => "0.5466",
        (_, _, "record") => "/api/v1/ballots/0199b0c4-5d52-7c1a-9f3e-2b7d8a6c4e10/record.zip?version=1",
        (_, "Receipt", "code") => "K7QF-2M9T-XW4R",
        (_, "Receipt", "signed_note") => "urna receipt v2\n…\n\n— urna GisgjQ…\n",
        (_, _, "fingerprint") => "1a2b3c4d",
        (_, _, "vkey") => "urna+1a2b3c4d+AQ…",
        (_, _, "url") => "https://vote.example.org/l/7ZK3…",
        (_, _, "qr_svg") => "<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>",
        (_, _, name) if name == "hash" || name.ends_with("sha256") => SHA256,
        (_, _, name)
            if name.ends_with("token") || matches!(name, "tracker" | "commitment" | "items" | "personal_link") =>
        {
            BASE64
        }
        _ => "text",
    };
    json!(text)
}

/// Returns examples of text that is not JSON.
fn text(kind: &str) -> Option<Value> {
    let text = match kind {
        "text/csv" => format!(
            "\u{feff}rank,candidate_id,name,votes,share,withdrawn,elected\r\n1,{ID},Zoë Łukaszewicz-Ó Briain,170,0.5466,false,true\r\n"
        ),
        "image/svg+xml" => "<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>".to_owned(),
        "application/x-ndjson" => format!(
            "{{\"number\":1,\"at\":\"2026-11-25T18:00:00Z\",\"actor\":{{\"type\":\"host\"}},\"action\":\"organiser.created\",\
             \"conference\":null,\"ballot\":null,\"subject\":\"{ID}\",\"details\":{{}},\"hash\":\"{SHA256}\"}}\n"
        ),
        "text/plain" | "text/plain; charset=utf-8" => "urna result\n…\n\n— vote.example.org GisgjQ…\n".to_owned(),
        _ => return None,
    };
    Some(json!(text))
}
