//! HTTP: the JSON API and the pages, both thin, over the same use cases.

mod api;
mod canonical;
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

/// What the HTTP side of an instance needs to know beyond the application.
#[derive(Debug, Clone, Default)]
pub struct WebConfig {
    /// Whether the public address is https: then cookies are `__Host-` and `Secure`, and HSTS is sent.
    pub secure: bool,
    /// Whose word on the sender's address (`X-Forwarded-For`) is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// Everything that is served on the public listener.
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

/// Refuses what a page of another site sends. The public address is ours, whatever name a proxy asks us by.
fn csrf(web: &Web) -> CsrfLayer {
    let origin = &web.app.config().public_url;
    CsrfLayer::new().add_trusted_origin(origin).unwrap_or_else(|_| CsrfLayer::new())
}

/// The OpenAPI document, pretty-printed, with a newline at the end.
#[must_use]
pub fn openapi_json() -> String {
    openapi::document_text()
}
