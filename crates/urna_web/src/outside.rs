//! Routes outside the API's base path: health checks, the security contact and files that programs look for.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use urna_app::{Failure, Unready};

use crate::problem::Problem;
use crate::state::Web;

/// Returns the routes of this file.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/.well-known/security.txt", get(security_txt))
        .route("/robots.txt", get(robots_txt))
        .route("/favicon.ico", get(favicon))
}

/// Answers that the process is alive.
async fn healthz() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// Answers that the service is ready: the database responds and has the schema of this program, and nothing else needs
/// an operator.
async fn readyz(State(web): State<Web>) -> Result<Response, Problem> {
    web.app.check_ready().await.map_err(unready)?;
    Ok(Json(json!({"status": "ready"})).into_response())
}

/// The rules for robots (RFC 9309): they stay away from personal paths. Pages that are not for search engines say so
/// themselves, too.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /l/\nDisallow: /L/\nDisallow: /receipts/\n";

/// The icon for programs that look for it only here: one image of 32 pixels.
const FAVICON: &[u8] = include_bytes!("../assets/favicon.ico");

/// A cache time of one day: neither file has a name that changes with its content.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

async fn robots_txt() -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, A_DAY)], ROBOTS).into_response()
}

async fn favicon() -> Response {
    let kind = HeaderValue::from_static("image/vnd.microsoft.icon");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, A_DAY)], FAVICON).into_response()
}

fn unready(unready: Unready) -> Problem {
    match unready {
        Unready::Database(error) => Failure::from(error).into(),
        Unready::Attention { put_back, unwritten } => Problem::needs_attention(&put_back, unwritten),
    }
}

/// Answers with the security contact (RFC 9116), valid for a year from the request.
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
