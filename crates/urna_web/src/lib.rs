//! HTTP: the JSON API and the pages, both thin, over the same use cases.

use std::sync::Arc;

use axum::Router;
use urna_app::App;

/// What the HTTP side of an instance needs to know beyond the application.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// Whether the public address is https: then cookies are `__Host-` and `Secure`, and HSTS is sent.
    pub secure: bool,
}

/// Everything that is served on the public listener.
pub fn router(_app: Arc<App>, _config: WebConfig) -> Router {
    Router::new()
}

/// The OpenAPI document, pretty-printed, with a newline at the end.
#[must_use]
pub fn openapi_json() -> String {
    String::from("{}\n")
}
