//! Portraits of candidates.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::authority::Manage;
use urna_app::ballots::Audience;
use urna_app::{Focus, PortraitSize};
use urna_core::{Ballot, BallotId, CandidateId, Sha256Hash};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ballots::output::BallotBody;
use crate::etag::{self, IMMUTABLE};
use crate::extract::{InQuery, Upload};
use crate::problem::{Code, Problem};
use crate::session::Organiser;
use crate::state::Web;

/// The sizes in which a portrait is served, in pixels on each side.
const SIZES: [(u32, PortraitSize); 3] =
    [(96, PortraitSize::Small), (192, PortraitSize::Medium), (384, PortraitSize::Large)];

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(change_portrait, remove_portrait)).routes(routes!(find_portrait))
}

/// The position of the face in a portrait.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FocusQuery {
    /// The horizontal position of the most important point, as a fraction of the width from the left; 0.5 by default.
    #[param(minimum = 0, maximum = 1)]
    x: Option<f32>,
    /// The vertical position, as a fraction of the height from the top; 0.4 by default.
    #[param(minimum = 0, maximum = 1)]
    y: Option<f32>,
}

impl FocusQuery {
    fn focus(&self) -> Result<Focus, Problem> {
        let usual = Focus::default();
        let focus = Focus { x: self.x.unwrap_or(usual.x), y: self.y.unwrap_or(usual.y) };
        for (pointer, part) in [("/x", focus.x), ("/y", focus.y)] {
            if !(0.0..=1.0).contains(&part) {
                return Err(Problem::invalid(pointer, "invalid-value", "a number from 0 to 1"));
            }
        }
        Ok(focus)
    }
}

/// A new portrait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Portrait)]
struct PortraitBody {
    /// The SHA-256 of the largest square, by which the ballot's definition names the portrait.
    sha256: String,
    /// The sizes in which the portrait is served, in pixels on each side.
    sizes: [u32; 3],
}

/// The ids of a ballot and of one of its candidates.
type InBallot = Path<(String, String)>;

fn ids(Path((ballot, candidate)): InBallot) -> Result<(BallotId, CandidateId), Problem> {
    let not_found = || Problem::new(Code::NotFound);
    Ok((ballot.parse().map_err(|_| not_found())?, candidate.parse().map_err(|_| not_found())?))
}

/// Returns the draft that the caller has seen, if the request names its version (`If-Match`).
async fn seen(web: &Web, id: BallotId, headers: &HeaderMap) -> Result<Option<Ballot>, Problem> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let seen = web.app.find_ballot(id, Audience::Organisers).await?;
    etag::check_if_match(headers, &BallotBody::at(&seen, web.app.now()))?;
    Ok(Some(seen))
}

/// Sets the portrait of a candidate in a draft: a PNG, JPEG or WebP image of at most 5 MiB.
///
/// It has at most 10,000 pixels on each side, and 40 million in all (33 million with transparency, 16 million with 16
/// bits per channel). The service decodes it and keeps only its pixels, as squares.
#[utoipa::path(put, path = "/ballots/{id}/candidates/{candidate_id}/portrait", operation_id = "change_portrait",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path), ("candidate_id" = Uuid, Path), ("If-Match" = Option<String>, Header), FocusQuery),
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 201, body = PortraitBody), (status = 409, description = "`ballot-locked`"),
        (status = 415, description = "`unsupported-media-type`")))]
async fn change_portrait(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    path: InBallot,
    InQuery(query): InQuery<FocusQuery>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<Response, Problem> {
    let (ballot, candidate) = ids(path)?;
    let upload = (upload.kind, upload.bytes, query.focus()?);
    let seen = seen(&web, ballot, &headers).await?;
    let hash = web.app.change_portrait(&caller.authority, ballot, candidate, Some(upload), seen.as_ref()).await?;
    let sha256 = hash.ok_or(Problem::new(Code::Internal))?.to_string();
    let body = PortraitBody { sha256, sizes: SIZES.map(|(px, _)| px) };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Removes a candidate's portrait while the ballot is a draft.
#[utoipa::path(delete, path = "/ballots/{id}/candidates/{candidate_id}/portrait", operation_id = "remove_portrait",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path), ("candidate_id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = 409, description = "`ballot-locked`")))]
async fn remove_portrait(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    path: InBallot,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let (ballot, candidate) = ids(path)?;
    let seen = seen(&web, ballot, &headers).await?;
    web.app.change_portrait(&caller.authority, ballot, candidate, None, seen.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns a portrait as a square JPEG, which never changes.
#[utoipa::path(get, path = "/portraits/{sha256}/{px}", tag = "Ballots",
    params(("sha256" = String, Path), ("px" = u32, Path, description = "96, 192 or 384")),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = 304), (status = 404, description = "`not-found`")))]
async fn find_portrait(
    State(web): State<Web>,
    headers: HeaderMap,
    Path((sha256, px)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let hash: Sha256Hash = sha256.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let size = SIZES.iter().find(|(side, _)| side.to_string() == px).ok_or(Problem::new(Code::NotFound))?.1;
    let image = web.app.find_portrait(&hash, size).await?;
    Ok(etag::answer(&headers, "image/jpeg", IMMUTABLE, image))
}
