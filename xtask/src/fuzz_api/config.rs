//! The configuration of schemathesis: real values for parameters and bodies.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::scene::Scene;

/// How often a real value replaces a generated one.
const PROBABILITY: f64 = 0.8;

/// The two calls of schemathesis per role.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Part {
    /// All operations except those that would end the session in use.
    Everything,
    /// Only those that end it.
    SignOut,
}

impl Part {
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Everything => "schemathesis.toml",
            Self::SignOut => "schemathesis-sign-out.toml",
        }
    }
}

/// The operations that end the session in use, as schemathesis names them.
pub(super) fn signs_out(document: &Value, narrowed: bool) -> Vec<String> {
    if narrowed {
        return Vec::new();
    }
    let current =
        paths(document).filter(|(path, operations)| path.ends_with("/current") && operations.get("delete").is_some());
    current.map(|(path, _)| format!("DELETE {path}")).collect()
}

/// The configuration as TOML. Its paths and parameters come from the document that the server serves.
pub(super) fn write(document: &Value, scene: &Scene, part: Part) -> String {
    let mut toml = String::from("request-timeout = 30\nwarnings = false\n");
    if scene.token.is_some() {
        toml.push_str("headers = { Authorization = \"Bearer ${URNA_FUZZ_TOKEN}\" }\n");
    }
    // A random Authorization header would discard the role.
    toml.push_str("\n[generation]\nwith-security-parameters = false\n");

    let dictionaries = dictionaries(scene);
    for (name, values) in &dictionaries {
        let _ = write!(toml, "\n[dictionaries.{name}]\nvalues = {}\n", json!(values));
    }
    let known = |name: &str| dictionaries.iter().any(|(known, _)| *known == name);

    if part == Part::Everything {
        for name in signs_out(document, false) {
            let _ = write!(toml, "\n[[operations]]\ninclude-name = {}\nenabled = false\n", json!(name));
        }
    }
    for (path, _) in paths(document) {
        let bound: Vec<(String, &str)> = in_path(path).filter(|(_, dictionary)| known(dictionary)).collect();
        if bound.is_empty() {
            continue;
        }
        let _ = write!(toml, "\n[[operations]]\ninclude-path = {}\n[operations.parameters]\n", json!(path));
        for (parameter, dictionary) in bound {
            let _ = writeln!(
                toml,
                "{} = {{ dictionary = {}, probability = {PROBABILITY} }}",
                json!(parameter),
                json!(dictionary)
            );
        }
    }
    toml
}

/// The lists of real values. Empty ones are left out, because schemathesis refuses them.
fn dictionaries(scene: &Scene) -> Vec<(&'static str, &[String])> {
    let mut lists: Vec<(&'static str, &[String])> = vec![
        ("conferences", &scene.conferences),
        ("ballots", &scene.ballots),
        ("attendees", &scene.attendees),
        ("organisers", &scene.organisers),
        ("receipts", &scene.receipts),
    ];
    lists.retain(|(_, values)| !values.is_empty());
    lists
}

fn paths(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    document["paths"].as_object().into_iter().flatten().map(|(path, operations)| (path.as_str(), operations))
}

/// The parameters of a path and their lists: in `/ballots/{id}` the noun before the parameter tells the kind of id.
fn in_path(path: &str) -> impl Iterator<Item = (String, &str)> {
    let segments: Vec<&str> = path.split('/').collect();
    let pairs: Vec<(String, &str)> = segments
        .windows(2)
        .filter_map(|pair| {
            let name = pair[1].strip_prefix('{')?.split('}').next()?;
            Some((format!("path.{name}"), pair[0]))
        })
        .collect();
    pairs.into_iter()
}

/// The values that the hooks of schemathesis put into bodies, and the people that must not be deleted.
pub(super) fn for_hooks(scene: &Scene) -> Value {
    let candidates: Map<String, Value> =
        scene.candidates.iter().map(|(ballot, ids)| (ballot.clone(), json!(ids))).collect();
    json!({
        "self": scene.own_id,
        "candidates": candidates,
        "fields": {
            "tracker": scene.trackers,
            "email": scene.emails,
            "password": scene.passwords,
            "conference": scene.conferences,
            "personal_link": scene.personal_links,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({ "paths": {
            "/api/v1/ballots/{ballot_id}/votes": { "post": {} },
            "/api/v1/conferences/{slug}": { "get": {} },
            "/api/v1/sessions/current": { "get": {}, "delete": {} },
        }})
    }

    fn scene() -> Scene {
        Scene { token: Some("t".to_owned()), ballots: vec!["b1".to_owned()], ..Scene::default() }
    }

    #[test]
    fn real_values_stand_where_the_path_says_what_they_are() {
        let toml = write(&document(), &scene(), Part::Everything);
        assert!(toml.contains(r#""path.ballot_id" = { dictionary = "ballots", probability = 0.8 }"#), "{toml}");
        assert!(!toml.contains("conferences"), "an empty list must not be named: {toml}");
    }

    #[test]
    fn the_session_in_use_is_ended_only_in_the_call_made_for_it() {
        let disabled = "include-name = \"DELETE /api/v1/sessions/current\"\nenabled = false";
        assert!(write(&document(), &scene(), Part::Everything).contains(disabled));
        assert!(!write(&document(), &scene(), Part::SignOut).contains(disabled));
        assert_eq!(signs_out(&document(), false), ["DELETE /api/v1/sessions/current"]);
    }
}
