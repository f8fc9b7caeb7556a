//! Schemas in words: JSON Schema as the document uses it.

use std::fmt::Write as _;

use serde_json::Value;

use super::{entries, list};

/// A schema with a name.
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// Describes one of the schemas in the document's components.
pub(super) fn named(name: &str, schema: &Value) -> Kind {
    Kind { name: name.to_owned(), text: description(schema), html: kind(schema) }
}

/// Describes a value as HTML: `text or null`, `list of Ballot`, and the fields of an object as a list.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(kind).collect::<Vec<_>>().join(" and ");
    }
    if let Some(any) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return alternatives(any);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        several => list(several).filter_map(Value::as_str).collect(),
    };
    if types.is_empty() {
        return "any value".to_owned();
    }
    types.into_iter().map(|name| of_type(name, schema)).collect::<Vec<_>>().join(" or ")
}

fn alternatives(any: &[Value]) -> String {
    let is_long = |schema: &Value| schema.get("properties").is_some();
    if any.iter().any(is_long) {
        let each = any.iter().map(|schema| format!("<li>{} {}</li>", description(schema), kind(schema)));
        return format!("one of<ul>{}</ul>", each.collect::<String>());
    }
    any.iter().map(kind).collect::<Vec<_>>().join(" or ")
}

fn of_type(name: &str, schema: &Value) -> String {
    let mut html = match name {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" => return object(schema),
        other => return escaped(other),
    };
    if let Some(values) = schema["enum"].as_array() {
        return values
            .iter()
            .map(|value| code(value.as_str().unwrap_or(&value.to_string())))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let limit = |word: &str| schema[word].as_u64();
    let mut facts = Vec::new();
    facts.extend(schema["format"].as_str().filter(|format| !format.starts_with("int")).map(escaped));
    facts.extend(match (limit("minLength").or(limit("minItems")), limit("maxLength").or(limit("maxItems"))) {
        (Some(least), Some(most)) if least == most => Some(format!("{least} long")),
        (least, Some(most)) => Some(format!("{} to {most} long", least.unwrap_or(0))),
        (Some(least), None) => Some(format!("at least {least} long")),
        (None, None) => None,
    });
    facts.extend(limit("minimum").filter(|least| *least > 0).map(|least| format!("at least {least}")));
    facts.extend(limit("maximum").map(|most| format!("at most {most}")));
    facts.extend(schema["pattern"].as_str().map(code));
    if !facts.is_empty() {
        html = format!("{html} ({})", facts.join(", "));
    }
    html
}

fn object(schema: &Value) -> String {
    let mut html = "object".to_owned();
    if schema["additionalProperties"].is_object() {
        html = format!("{html}, each value {}", kind(&schema["additionalProperties"]));
    }
    if schema.get("properties").is_none() {
        return html;
    }
    html.push_str("<ul>");
    for (name, field) in entries(&schema["properties"]) {
        let is_required = list(&schema["required"]).any(|required| required == name);
        let mark = if is_required { ", <b>required</b>" } else { "" };
        write!(html, "<li>{}: {}{mark} {}</li>", code(name), kind(field), description(field))
            .expect("a string takes everything");
    }
    html.push_str("</ul>");
    html
}

/// Returns the description of a schema, or that of the schema to which one of its alternatives refers.
fn description(schema: &Value) -> String {
    let own = schema["description"].as_str();
    let inner =
        || list(&schema["oneOf"]).filter(|any| any.get("$ref").is_some()).find_map(|any| any["description"].as_str());
    own.or_else(inner).map(rich).unwrap_or_default()
}

/// Converts a text with code between backticks to HTML.
pub(super) fn rich(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(place, part)| if place % 2 == 1 { code(part) } else { escaped(part) }).collect()
}

pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_told_in_words() {
        for (schema, words) in [
            (json!({"$ref": "#/components/schemas/Ballot"}), "<a href=\"#schema-Ballot\">Ballot</a>"),
            (json!({"type": ["string", "null"], "format": "uuid"}), "text (uuid) or null"),
            (
                json!({"type": "array", "items": {"type": "integer", "format": "int64", "minimum": 0}}),
                "list of whole number",
            ),
            (json!({"type": "string", "enum": ["a", "b"]}), "<code>a</code>, <code>b</code>"),
            (
                json!({"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^<"}),
                "text (1 to 9 long, <code>^&lt;</code>)",
            ),
            (json!({"oneOf": [{"type": "null"}, {"type": "boolean"}]}), "null or true or false"),
            (json!({"type": "object", "additionalProperties": {"type": "string"}}), "object, each value text"),
            (json!({}), "any value"),
        ] {
            assert_eq!(kind(&schema), words, "{schema}");
        }
        let object = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "description": "An `id` & more."}}});
        let words = "object<ul><li><code>id</code>: text, <b>required</b> An <code>id</code> &amp; more.</li></ul>";
        assert_eq!(kind(&object), words);
    }
}
