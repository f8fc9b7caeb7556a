//! What stands outside the API's base path: health and the security contact.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;

use crate::problem::Problem;
use crate::state::Web;

/// The routes of this file.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/.well-known/security.txt", get(security_txt))
}

/// The process is alive.
async fn healthz() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// The database answers, and has the schema of this program.
async fn readyz(State(web): State<Web>) -> Result<Response, Problem> {
    web.app.check_ready().await?;
    Ok(Json(json!({"status": "ready"})).into_response())
}

/// RFC 9116, good for a year from when it is read.
async fn security_txt(State(web): State<Web>) -> Response {
    let expires = web.app.now().plus_seconds(365 * 24 * 3600);
    let public_url = &web.app.config().public_url;
    let host = public_url.split("://").nth(1).unwrap_or(public_url).split([':', '/']).next().unwrap_or_default();
    let text = format!(
        "Contact: mailto:security@{host}\nExpires: {expires}\nPreferred-Languages: en\n\
         Canonical: {public_url}/.well-known/security.txt\n"
    );
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text).into_response()
}
