//! The public half of the signing key.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::etag;
use crate::problem::Problem;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list_keys))
}

/// A key with which receipts can be checked.
#[derive(Debug, Serialize, ToSchema)]
struct VerificationKey {
    /// The name in the signature line.
    name: &'static str,
    /// The key in the form of C2SP signed notes.
    vkey: String,
    /// SHA-256 of the public key, in hex.
    fingerprint: String,
    /// Since when it signs.
    #[schema(format = "date-time")]
    from: String,
}

/// Keys.
#[derive(Debug, Serialize, ToSchema)]
struct VerificationKeys {
    items: Vec<VerificationKey>,
}

/// The keys with which receipts can be checked.
#[utoipa::path(get, path = "/keys", tag = "Verification",
    responses((status = 200, body = VerificationKeys), (status = 304)))]
async fn list_keys(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Problem> {
    let key = web.app.find_verification_key().await?;
    let (vkey, fingerprint, from) = (key.vkey, key.fingerprint, key.from.to_string());
    let items = vec![VerificationKey { name: urna_core::signed_note::KEY_NAME, vkey, fingerprint, from }];
    Ok(etag::answer_json(&headers, "public, max-age=300", &VerificationKeys { items }))
}
