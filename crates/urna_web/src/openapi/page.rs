//! The document as a page without a script: every operation with its requests and answers, and the schemas.

mod schema;

use askama::Template;
use serde_json::{Map, Value};

use self::schema::{Kind, code, named, rich};
use super::STYLES;
use crate::pages;
use crate::problem::ENTRIES;

/// Returns the page as HTML.
pub(super) fn of(document: &Value) -> String {
    page(document).render().expect("a page is written into a string")
}

#[derive(Template)]
#[template(path = "api.html")]
struct Page<'a> {
    icon: &'static str,
    stylesheet: &'static str,
    own_stylesheet: &'static str,
    version: &'a str,
    description: &'a str,
    session: String,
    groups: Vec<Group<'a>>,
    kinds: Vec<Kind>,
}

/// The operations with one tag.
struct Group<'a> {
    name: &'a str,
    description: &'a str,
    operations: Vec<Operation<'a>>,
}

struct Operation<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: String,
    who: &'static str,
    parameters: Vec<Parameter<'a>>,
    body: Option<Body>,
    answers: Vec<Answer<'a>>,
    problems: Vec<Problem<'a>>,
    curl: String,
}

struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    is_required: bool,
    kind: String,
    text: String,
}

/// The body of a request or an answer: its media type, its schema and an example.
struct Body {
    media_type: String,
    kind: String,
    example: Option<String>,
}

struct Answer<'a> {
    status: &'a str,
    text: String,
    bodies: Vec<Body>,
}

/// A status of refusals, and their names.
struct Problem<'a> {
    status: &'a str,
    text: String,
}

fn page(document: &Value) -> Page<'_> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let all: Vec<(&str, Operation<'_>)> = entries(&document["paths"])
        .flat_map(|(path, item)| entries(item).map(move |(method, operation)| (path, method, operation)))
        .map(|(path, method, value)| (value["tags"][0].as_str().unwrap_or_default(), operation(path, method, value)))
        .collect();
    let mut groups: Vec<Group<'_>> = list(&document["tags"])
        .map(|tag| Group {
            name: tag["name"].as_str().unwrap_or_default(),
            description: tag["description"].as_str().unwrap_or_default(),
            operations: Vec::new(),
        })
        .collect();
    for (tag, operation) in all {
        match groups.iter_mut().find(|group| group.name == tag) {
            Some(group) => group.operations.push(operation),
            None => groups.push(Group { name: tag, description: "", operations: vec![operation] }),
        }
    }
    Page {
        icon: pages::icon(),
        stylesheet: pages::stylesheet(),
        own_stylesheet: STYLES,
        version: text("/info/version"),
        description: text("/info/description"),
        session: rich(text("/components/securitySchemes/session/description")),
        groups,
        kinds: entries(&document["components"]["schemas"]).map(|(name, schema)| named(name, schema)).collect(),
    }
}

fn operation<'a>(path: &'a str, method: &str, value: &'a Value) -> Operation<'a> {
    let body = value["requestBody"]["content"].as_object().and_then(|content| bodies(content).into_iter().next());
    let who = match value["security"].as_array().map(|all| all.iter().any(|one| one == &Value::Object(Map::new()))) {
        None => "For everybody.",
        Some(true) => "For everybody; who is signed in may see more.",
        Some(false) => "Needs a session.",
    };
    let (answers, refusals): (Vec<_>, Vec<_>) =
        entries(&value["responses"]).partition(|(status, _)| status.starts_with(['2', '3']));
    let answers = answers.into_iter().map(|(status, response)| Answer {
        status,
        text: rich(response["description"].as_str().unwrap_or_default()),
        bodies: response["content"].as_object().map(bodies).unwrap_or_default(),
    });
    let problems = refusals.into_iter().map(|(status, response)| Problem {
        status,
        text: with_links(response["description"].as_str().unwrap_or_default()),
    });
    Operation {
        id: value["operationId"].as_str().unwrap_or_default(),
        method: method.to_uppercase(),
        path,
        summary: rich(value["summary"].as_str().unwrap_or_default()),
        who,
        parameters: list(&value["parameters"]).map(parameter).collect(),
        curl: curl(path, method, value),
        body,
        answers: answers.collect(),
        problems: problems.collect(),
    }
}

fn parameter(value: &Value) -> Parameter<'_> {
    Parameter {
        name: value["name"].as_str().unwrap_or_default(),
        place: value["in"].as_str().unwrap_or_default(),
        is_required: value["required"] == true,
        kind: schema::kind(&value["schema"]),
        text: rich(value["description"].as_str().unwrap_or_default()),
    }
}

fn bodies(content: &Map<String, Value>) -> Vec<Body> {
    let body = |(media_type, body): (&String, &Value)| Body {
        media_type: media_type.clone(),
        kind: schema::kind(&body["schema"]),
        example: body.get("example").map(|example| match example {
            Value::String(text) => text.clone(),
            other => format!("{other:#}"),
        }),
    };
    content.iter().map(body).collect()
}

/// Links the names of problems to the pages about them.
fn with_links(description: &str) -> String {
    ENTRIES.iter().fold(rich(description), |text, entry| {
        let name = code(entry.code);
        text.replace(&name, &format!("<a href=\"/problems/{}\">{name}</a>", entry.code))
    })
}

/// Returns the operation as a command with its example; values that only the caller knows are shell variables.
fn curl(path: &str, method: &str, value: &Value) -> String {
    let path = path.replace('{', "${");
    let mut command = format!("curl --request {} \"$U{path}\"", method.to_uppercase());
    if value.get("security").is_some() {
        command.push_str(" \\\n  --header \"Authorization: Bearer $TOKEN\"");
    }
    for (media_type, body) in entries(&value["requestBody"]["content"]) {
        let data = match body.get("example") {
            Some(example) if media_type == "application/json" => {
                format!("--data '{}'", example.to_string().replace('\'', r"'\''"))
            }
            _ => "--data-binary @FILE".to_owned(),
        };
        command = format!("{command} \\\n  --header 'Content-Type: {media_type}' \\\n  {data}");
    }
    if value.pointer("/responses/200/content/application~1zip").is_some() {
        command.push_str(" \\\n  --remote-name");
    }
    command
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        serde_json::from_str(&crate::openapi_json()).unwrap()
    }

    #[test]
    fn every_operation_and_every_schema_is_on_the_page_and_every_link_leads_somewhere() {
        let document = document();
        let html = of(&document);
        for (path, item) in entries(&document["paths"]) {
            for (_, operation) in entries(item) {
                let id = operation["operationId"].as_str().unwrap();
                assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
                assert!(html.contains(path), "{path}");
            }
        }
        for (name, _) in entries(&document["components"]["schemas"]) {
            assert!(html.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
        for target in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(html.matches(&format!("id=\"{target}\"")).count(), 1, "{target}");
        }
        assert!(!html.contains("<script") && !html.contains("style=\""), "the security policy allows neither");
    }

    #[test]
    fn an_operation_is_a_command_that_can_be_pasted() {
        let operation = serde_json::json!({
            "security": [{"session": []}],
            "requestBody": {"content": {"application/json": {"example": {"name": "O'Neill"}}}},
        });
        let command = curl("/api/v1/ballots/{id}/votes", "post", &operation);
        let lines: Vec<&str> = command.lines().map(|line| line.trim_end_matches(" \\").trim()).collect();
        assert_eq!(lines[0], "curl --request POST \"$U/api/v1/ballots/${id}/votes\"");
        assert_eq!(lines[1], "--header \"Authorization: Bearer $TOKEN\"");
        assert_eq!(lines[3], r#"--data '{"name":"O'\''Neill"}'"#);
    }
}
