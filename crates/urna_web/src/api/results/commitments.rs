//! The commitments of a closed ballot, against which a receipt is checked before the result is published.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use urna_core::{BallotId, Commitment};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::etag::{self, PUBLIC};
use crate::extract::InPath;
use crate::problem::{Code, Problem};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(find_commitments)).routes(routes!(find_commitments_txt))
}

/// The commitments of a ballot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Commitments)]
struct CommitmentsBody {
    /// The commitments, each 32 bytes in base64url, in ascending order of their bytes and without duplicates. The
    /// statement signs their concatenated bytes.
    items: Vec<String>,
}

/// Returns every commitment of a closed ballot, and nothing else. A receipt whose commitment is missing here is a
/// broken promise.
#[utoipa::path(get, path = "/ballots/{id}/commitments", tag = "Verification", params(("id" = Uuid, Path)),
    responses((status = 200, body = CommitmentsBody), (status = 304),
        (status = 404, description = "`commitments-not-public`, `not-found`")))]
async fn find_commitments(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&web, id, &headers, "application/json", |commitments| {
        let items = commitments.iter().map(Commitment::to_string).collect();
        serde_json::to_vec(&CommitmentsBody { items }).map_err(|_| Problem::new(Code::Internal))
    })
    .await
}

/// Returns every commitment of a closed ballot as text, one on each line.
#[utoipa::path(get, path = "/ballots/{id}/commitments.txt", tag = "Verification", params(("id" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 304),
        (status = 404, description = "`commitments-not-public`, `not-found`")))]
async fn find_commitments_txt(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&web, id, &headers, "text/plain; charset=utf-8", |commitments| {
        Ok(commitments.iter().flat_map(|commitment| format!("{commitment}\n").into_bytes()).collect())
    })
    .await
}

async fn answer(
    web: &Web,
    id: BallotId,
    headers: &HeaderMap,
    kind: &'static str,
    written: impl FnOnce(&[Commitment]) -> Result<Vec<u8>, Problem>,
) -> Result<Response, Problem> {
    // The statement signs the commitments: a caller who has those of this statement need not wait until they are read.
    let statement = web.app.find_commitments_statement(id).await?;
    let tag = etag::of_bytes(statement.as_bytes());
    if let Some(known) = etag::not_modified(headers, PUBLIC, &tag) {
        return Ok(known);
    }
    let commitments = web.app.find_commitments(id).await?;
    Ok(etag::tagged(kind, PUBLIC, &tag, written(&commitments)?))
}
