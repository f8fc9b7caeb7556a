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

/// A public key that verifies receipts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerificationKey)]
struct VerificationKeyBody {
    /// The key's name in the signature line.
    name: &'static str,
    /// The key in the format of C2SP signed notes.
    vkey: String,
    /// The SHA-256 of the public key, in hex.
    fingerprint: String,
    /// The time from which the key signs.
    #[schema(format = "date-time")]
    from: String,
}

/// The service's public keys.
#[derive(Debug, Serialize, ToSchema)]
struct VerificationKeys {
    items: Vec<VerificationKeyBody>,
}

/// Lists the public keys that verify receipts.
#[utoipa::path(get, path = "/keys", tag = "Verification",
    responses((status = 200, body = VerificationKeys), (status = 304)))]
async fn list_keys(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Problem> {
    let key = web.app.find_verification_key().await?;
    let (vkey, fingerprint, from) = (key.vkey, key.fingerprint, key.from.to_string());
    let items = vec![VerificationKeyBody { name: urna_core::signed_note::KEY_NAME, vkey, fingerprint, from }];
    Ok(etag::answer_json(&headers, "public, max-age=300", &VerificationKeys { items }))
}
