//! HTTP: the JSON API and the pages, two thin layers over the same use cases.

mod api;
mod canonical;
mod cookies;
mod devices;
mod etag;
mod extract;
mod fixed;
mod listing;
mod meters;
mod network;
mod observe;
mod openapi;
mod outside;
mod pages;
mod problem;
mod public_answers;
mod qr_code;
mod queries;
mod session;
mod state;
mod values;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use ipnet::IpNet;
use tower_http::csrf::CsrfLayer;
use urna_app::App;

use crate::meters::Meters;
use crate::problem::{Code, Problem};
pub use crate::public_answers::PublicAnswers;
use crate::queries::Queries;
use crate::state::{KnownHashes, Web};

/// The configuration of an instance's HTTP side, beyond that of the application.
#[derive(Debug, Clone, Default)]
pub struct WebConfig {
    /// True if the public URL uses https: cookies are then `__Host-` and `Secure`, and HSTS is sent.
    pub secure: bool,
    /// The proxies that are trusted to name the sender's address (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpNet>,
}

/// Builds everything that is served on the public listener.
pub fn service(app: Arc<App>, config: WebConfig) -> PublicAnswers {
    let web = Web {
        app,
        secure: config.secure,
        trusted_proxies: config.trusted_proxies.into(),
        meters: Meters::default(),
        download_hashes: KnownHashes::default(),
    };
    let (api, document) = openapi::api();
    let queries = Queries::new(openapi::queries(&document), pages::queries());
    let router = Router::new()
        .merge(api)
        .route("/api/v1/openapi.json", get(openapi::serve))
        .merge(openapi::docs())
        .merge(outside::routes())
        .merge(pages::routes())
        .fallback(|| async { Problem::new(Code::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .with_state(web.clone())
        .layer((observe::layer(web.clone(), queries), csrf(&web)));
    PublicAnswers::new(web, router)
}

/// Returns the layer that refuses requests from pages of other sites. The public URL is ours, whatever host name a
/// proxy uses for us.
fn csrf(web: &Web) -> CsrfLayer {
    let origin = &web.app.config().public_url;
    CsrfLayer::new().add_trusted_origin(origin).unwrap_or_else(|_| CsrfLayer::new())
}

/// Returns the OpenAPI document, pretty-printed, with a newline at the end.
#[must_use]
pub fn openapi_json() -> String {
    openapi::document_text()
}
