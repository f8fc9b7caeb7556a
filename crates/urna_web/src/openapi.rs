//! The contract: the OpenAPI document generated from the handlers.

mod examples;
mod page;

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Redirect, Response};
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::api;
use crate::fixed::Fixed;
use crate::problem::{ENTRIES, ProblemDocument};
use crate::queries::Declared;
use crate::state::Web;

/// The document's description of itself.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Urna", description = "The voting service for conferences: exactly one vote per verified participant, \
        safe to retry, durable before the reply, and tallies that anyone can recount.",
        license(name = "MIT OR Apache-2.0")),
    components(schemas(ProblemDocument)),
    tags((name = "Organisers", description = "Access of those who run conferences, and what they did"),
        (name = "Conferences", description = "Conferences"),
        (name = "Attendees", description = "The roll: who is on it, and how they get in"),
        (name = "Sessions", description = "Attendees sign in"),
        (name = "Ballots", description = "Questions that are put to the vote, and their life"),
        (name = "Votes", description = "Casting, and looking a receipt up"),
        (name = "Results", description = "Counting and publishing"),
        (name = "Verification", description = "What an independent check needs")))]
struct Document;

/// Returns the routes of the API and their document.
pub(crate) fn api() -> (Router<Web>, OpenApi) {
    let whole = OpenApiRouter::with_openapi(Document::openapi());
    let (router, mut document) = whole.nest("/api/v1", api::routes()).split_for_parts();
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "The token of a session: of an organiser (POST /organiser-sessions) or an attendee (POST /sessions).",
    ));
    document.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::Http(scheme.build()));
    derive_changes(&mut document);
    for (path, item) in &mut document.paths.paths {
        for (is_change, operation) in operations(item) {
            declare_problems(path, is_change, operation);
        }
    }
    examples::add(&mut document);
    (router, document)
}

/// Returns the query keys that each operation of the document declares.
pub(crate) fn queries(document: &OpenApi) -> Vec<Declared> {
    let operations = document.paths.paths.iter().flat_map(|(path, item)| {
        let PathItem { get, post, put, patch, delete, .. } = item;
        let all = [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)];
        all.into_iter().filter_map(move |(method, operation)| Some((path, method, operation.as_ref()?)))
    });
    operations
        .map(|(path, method, operation)| {
            let parameters = operation.parameters.iter().flatten();
            let keys = parameters.filter_map(|any| match any {
                RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
                _ => None,
            });
            (method, path.clone(), keys.collect())
        })
        .collect()
}

/// Returns the operations of a path, each with true if it is a PATCH.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let others = [get, post, put, delete].into_iter().flatten().map(|operation| (false, operation));
    others.chain(patch.as_mut().map(|operation| (true, operation)))
}

/// Derives the body of each PATCH: the fields of the whole, each optional, and `null` where the whole can do without.
fn derive_changes(document: &mut OpenApi) {
    let schemas = document.components.get_or_insert_default().schemas.clone();
    for item in document.paths.paths.values_mut() {
        let body = item.patch.as_mut().and_then(|operation| operation.request_body.as_mut());
        let Some(RefOr::T(body)) = body else { continue };
        let Some(RefOr::T(content)) = body.content.get_mut("application/json") else { continue };
        let Some(RefOr::Ref(reference)) = &content.schema else { continue };
        let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
        if let Some(RefOr::T(Schema::Object(whole))) = schemas.get(name) {
            let mut change = whole.clone();
            change.required.clear();
            change.schema_type = SchemaType::Type(Type::Object);
            change.description = Some("The fields to replace; `null` takes one away (RFC 7396).".to_owned());
            content.schema = Some(RefOr::T(Schema::Object(change)));
        }
    }
}

/// Declares the problems that every operation of this kind may answer with, beyond those that its handler declares.
fn declare_problems(path: &str, is_change: bool, operation: &mut Operation) {
    let is_secured = operation.security.as_ref().is_some_and(|any| !any.is_empty());
    let has_body = operation.request_body.is_some();
    let parameters = operation.parameters.iter().flatten();
    let parameters: Vec<&Parameter> =
        parameters.filter_map(|any| if let RefOr::T(parameter) = any { Some(parameter) } else { None }).collect();
    let has_query = parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Query);
    let takes_if_match = parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case("if-match"));
    // Every operation refuses an unknown key in the query.
    let mut statuses = vec![400, 500, 503, 504];
    if is_secured {
        statuses.extend([401, 403]);
    }
    if path.contains('{') {
        statuses.push(404);
    }
    if has_body {
        statuses.extend([403, 408, 413, 415, 422]);
    }
    if has_query {
        statuses.push(422);
    }
    if takes_if_match || is_change {
        statuses.push(412);
    }
    for status in statuses {
        let name = status.to_string();
        operation.responses.responses.entry(name).or_insert_with(|| {
            let codes = ENTRIES.iter().filter(|entry| entry.status.as_u16() == status);
            let codes: Vec<_> = codes.map(|entry| format!("`{}`", entry.code)).collect();
            RefOr::T(ResponseBuilder::new().description(codes.join(", ")).build())
        });
    }
    for (status, response) in &mut operation.responses.responses {
        // OpenAPI requires a description.
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let status = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
            let reason = status.as_ref().and_then(StatusCode::canonical_reason).unwrap_or_default();
            response.description.push_str(reason);
        }
        if let RefOr::T(response) = response
            && (status.starts_with('4') || status.starts_with('5'))
        {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            response.content = [("application/problem+json".to_owned(), RefOr::T(content))].into_iter().collect();
        }
    }
}

/// Returns the document as it is committed and served.
pub(crate) fn document_text() -> String {
    let (_router, document) = api();
    let text = document.to_pretty_json().expect("the document has string keys and no floats");
    format!("{text}\n")
}

/// Serves the document, which is generated once.
pub(crate) async fn serve(headers: HeaderMap) -> Response {
    static DOCUMENT: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("application/json", "public, max-age=300", document_text()));
    DOCUMENT.answer(&headers)
}

/// The path of the page's stylesheet.
const STYLES: &str = "/api/docs/api.css";

/// Returns the routes of the document as a page. Browsers check the page and its stylesheet each time, and are sent
/// them only if they have changed.
pub(crate) fn docs() -> Router<Web> {
    static PAGE: LazyLock<Fixed> = LazyLock::new(|| Fixed::new("text/html; charset=utf-8", "no-cache", page_text()));
    static STYLESHEET: LazyLock<Fixed> =
        LazyLock::new(|| Fixed::new("text/css; charset=utf-8", "no-cache", include_str!("../assets/api.css")));
    Router::new()
        .route("/api/docs", get(|| async { Redirect::to("/api/docs/") }))
        .route("/api/docs/", get(|headers: HeaderMap| async move { PAGE.answer(&headers) }))
        .route(STYLES, get(|headers: HeaderMap| async move { STYLESHEET.answer(&headers) }))
}

fn page_text() -> String {
    let (_router, document) = api();
    page::of(&serde_json::to_value(&document).expect("the document has string keys and no floats"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let (_router, mut document) = api();
        let items = document.paths.paths.values_mut();
        let names: Vec<_> =
            items.flat_map(operations).filter_map(|(_, operation)| operation.operation_id.clone()).collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert!(names.len() > 40, "{names:?}");
        assert_eq!(distinct.len(), names.len(), "{names:?}");
    }
}
