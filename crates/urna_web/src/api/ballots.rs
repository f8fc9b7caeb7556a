//! Endpoints that create, show and change ballots, and move them through their life cycle.

mod input;
pub(super) mod output;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use urna_app::authority::{Manage, Observe};
use urna_app::ballots::Audience;
use urna_app::ballots::Wanted;
use urna_core::{BallotId, StateName, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::input::{Accepted, BallotInput, ClosingTimeInput, CopyInput, TransitionInput, WithdrawalInput, editable};
use self::output::{
    BallotBody, BallotState, ClosingTimeBody, ReadinessBody, TransitionBody, TurnoutBody, WarningBody, WithdrawalBody,
};
use super::conferences::SlugPath;
use crate::etag::{self, IMMUTABLE, PRIVATE, PUBLIC};
use crate::extract::{InPath, InQuery, JsonBody, LARGEST_BALLOT, MergePatch, OptionalJsonBody};
use crate::listing::{List, Page, list};
use crate::problem::{Code, Problem};
use crate::session::{Caller, Organiser};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_ballots, create))
        .routes(routes!(find, change, delete))
        .routes(routes!(copy))
        .routes(routes!(find_manifest))
        .routes(routes!(find_state))
        .routes(routes!(find_turnout))
        .routes(routes!(find_readiness))
        .routes(routes!(change_state))
        .routes(routes!(set_closing_time))
        .routes(routes!(withdraw_candidate))
}

/// Lists a conference's ballots, oldest first. Only organisers see drafts.
#[utoipa::path(get, path = "/conferences/{slug}/ballots", tag = "Ballots", params(("slug" = String, Path), Page),
    security((), ("session" = [])), responses((status = 200, body = List<BallotBody>)))]
async fn list_ballots(
    State(web): State<Web>,
    caller: Caller,
    InPath(slug): InPath<SlugPath>,
    InQuery(page): InQuery<Page>,
) -> Result<Response, Problem> {
    let (limit, after) = page.read::<BallotId>()?;
    let found = web.app.list_ballots(&slug.0, caller.0, after, limit).await?;
    let items: Vec<_> = found.iter().map(|ballot| BallotBody::at(ballot, web.app.now())).collect();
    let path = format!("/api/v1/conferences/{}/ballots", slug.0);
    Ok(list(&path, items, limit, found.last().map(|ballot| ballot.id)))
}

/// Creates a draft.
#[utoipa::path(post, path = "/conferences/{slug}/ballots", operation_id = "create_ballot",
    tag = "Ballots", security(("session" = [])),
    params(("slug" = String, Path)), request_body = BallotInput,
    responses((status = 201, body = BallotBody), (status = 409, description = "`slug-taken`")))]
async fn create(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(slug): InPath<SlugPath>,
    JsonBody(body): JsonBody<BallotInput, LARGEST_BALLOT>,
) -> Result<Response, Problem> {
    let made = web.app.create_ballot(&caller.authority, &slug.0, body.ballot(&web.app)?).await?;
    Ok(etag::created(&BallotBody::at(&made, web.app.now())))
}

/// Returns one ballot. Only organisers see drafts.
#[utoipa::path(get, path = "/ballots/{id}", operation_id = "find_ballot", tag = "Ballots", params(("id" = Uuid, Path)),
    security((), ("session" = [])), responses((status = 200, body = BallotBody), (status = 304)))]
async fn find(
    State(web): State<Web>,
    caller: Caller,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = web.app.find_ballot(id, caller.0).await?;
    // A shared cache must not hold what only organisers may see.
    Ok(etag::answer_json(&headers, caller.cache(), &BallotBody::at(&found, web.app.now())))
}

/// Changes a draft. Send the fields to replace; `null` removes a field. A candidate that is sent with its `id` keeps
/// it.
#[utoipa::path(patch, path = "/ballots/{id}", operation_id = "change_ballot",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = BallotInput,
    responses((status = 200, body = BallotBody), (status = 409, description = "`ballot-locked`, `slug-taken`")))]
async fn change(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
    patch: MergePatch<LARGEST_BALLOT>,
) -> Result<Response, Problem> {
    let seen = web.app.find_ballot(id, Audience::Organisers).await?;
    etag::check_if_match(&headers, &BallotBody::at(&seen, web.app.now()))?;
    let wanted = patch.apply::<BallotInput>(&editable(&seen))?.ballot(&web.app)?;
    let changed = web.app.change_ballot(&caller.authority, &seen, wanted).await?;
    Ok(etag::answer_json(&HeaderMap::new(), PRIVATE, &BallotBody::at(&changed, web.app.now())))
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/ballots/{id}", operation_id = "delete_ballot",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = 409, description = "`ballot-locked`")))]
async fn delete(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let seen = web.app.find_ballot(id, Audience::Organisers).await?;
    etag::check_if_match(&headers, &BallotBody::at(&seen, web.app.now()))?;
    let seen = headers.contains_key(axum::http::header::IF_MATCH).then_some(&seen);
    web.app.delete_ballot(&caller.authority, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copies a ballot into a draft with the same definition, for a rehearsal or a second round.
#[utoipa::path(post, path = "/ballots/{id}/copies", operation_id = "copy_ballot",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body(content = Option<CopyInput>),
    responses((status = 201, body = BallotBody), (status = 409, description = "`slug-taken`")))]
async fn copy(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    OptionalJsonBody(body): OptionalJsonBody<CopyInput>,
) -> Result<Response, Problem> {
    let copy = web.app.copy_ballot(&caller.authority, id, body.rehearsal).await?;
    Ok(etag::created(&BallotBody::at(&copy, web.app.now())))
}

/// Returns the manifest, the frozen definition of a ballot: the exact bytes whose SHA-256 is `manifest_sha256`.
#[utoipa::path(get, path = "/ballots/{id}/manifest", tag = "Ballots", params(("id" = Uuid, Path)),
    responses((status = 200, description = "canonical JSON (RFC 8785)", body = serde_json::Value), (status = 304)))]
async fn find_manifest(
    State(web): State<Web>,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = web.app.find_ballot(id, Audience::Public).await?;
    let frozen = found.state.frozen().ok_or(Problem::new(Code::NotFound))?;
    // A ready ballot can go back to draft; the manifest is final once the ballot opens.
    let cache = if found.state.name() == StateName::Ready { PUBLIC } else { IMMUTABLE };
    Ok(etag::answer(&headers, "application/json", cache, frozen.manifest.as_bytes()))
}

/// Returns a ballot's state, in a small response that phones poll.
#[utoipa::path(get, path = "/ballots/{id}/state", operation_id = "find_ballot_state",
    tag = "Ballots", params(("id" = Uuid, Path)),
    security((), ("session" = [])), responses((status = 200, body = BallotState), (status = 304)))]
async fn find_state(
    State(web): State<Web>,
    caller: Caller,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = web.app.find_ballot(id, caller.0).await?;
    Ok(etag::answer_json(&headers, caller.cache(), &BallotState::at(&found, web.app.now())))
}

/// Returns a ballot's turnout: how many attendees are eligible and how many have voted, but never for whom.
#[utoipa::path(get, path = "/ballots/{id}/turnout", tag = "Ballots", params(("id" = Uuid, Path)),
    security((), ("session" = [])), responses((status = 200, body = TurnoutBody), (status = 304)))]
async fn find_turnout(
    State(web): State<Web>,
    caller: Caller,
    InPath(id): InPath<BallotId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let turnout = web.app.find_turnout(id, caller.0).await?;
    Ok(etag::answer_json(&headers, caller.cache(), &TurnoutBody { eligible: turnout.eligible, voted: turnout.voted }))
}

/// Reports whether a ballot can be opened, what is missing, and what to check before it opens.
#[utoipa::path(get, path = "/ballots/{id}/readiness", operation_id = "find_ballot_readiness", tag = "Ballots",
    security(("session" = [])), params(("id" = Uuid, Path)), responses((status = 200, body = ReadinessBody)))]
async fn find_readiness(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InPath(id): InPath<BallotId>,
) -> Result<Json<ReadinessBody>, Problem> {
    Ok(Json(ReadinessBody::from(&web.app.find_readiness(&caller.authority, id).await?)))
}

/// Returns the warnings before a ballot opens, or none if they cannot be read: this failure must not make a completed
/// change look like an error.
async fn warnings(web: &Web, caller: &Organiser<Manage>, id: BallotId) -> Vec<WarningBody> {
    let Ok(authority) = caller.session.authority::<Observe>() else { return Vec::new() };
    let readiness = web.app.find_readiness(&authority, id).await;
    readiness.map_or_else(|_| Vec::new(), |found| found.warnings.iter().map(WarningBody::from).collect())
}

/// The warning about a change of state that succeeded, while the list of closed ballots could not be written.
const UNLISTED: &str =
    "It is done. But the list of closed ballots outside the database cannot be written: tell the operators.";

/// Moves a ballot to another state.
#[utoipa::path(post, path = "/ballots/{id}/transitions", operation_id = "change_ballot_state",
    tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = TransitionInput,
    responses((status = 201, body = TransitionBody),
        (status = 409, description = "`invalid-transition` with `from` and `allowed`; `not-ready` with `missing` and `warnings`; \
            `ballot-put-back`; `unreadable-votes` with `unreadable`; `too-many-votes`")))]
async fn change_state(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    JsonBody(body): JsonBody<TransitionInput>,
) -> Result<Response, Problem> {
    let TransitionInput { to, reason, without_unreadable, accept } = body;
    let accepts_recognisable = accept.contains(&Accepted::RecognisableRankings);
    let reason = reason.map(|reason| reason.0);
    let wanted = Wanted { to: to.into(), reason, without_unreadable, accepts_recognisable };
    let done = match web.app.change_state(&caller.authority, id, wanted).await.map_err(Problem::from) {
        Err(problem) if problem.code == Code::NotReady => {
            return Err(problem.with("warnings", serde_json::json!(warnings(&web, &caller, id).await)));
        }
        done => done?,
    };
    let opens = matches!(done.to, StateName::Ready | StateName::Open);
    let body = TransitionBody {
        from: done.from.into(),
        to: done.to.into(),
        at: done.at.to_string(),
        warning: (!done.listed).then_some(UNLISTED),
        warnings: if opens { warnings(&web, &caller, id).await } else { Vec::new() },
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Sets, moves or removes the closing time.
#[utoipa::path(post, path = "/ballots/{id}/closing-times", tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = ClosingTimeInput,
    responses((status = 201, body = ClosingTimeBody), (status = 410, description = "`ballot-closed`, `ballot-cancelled`")))]
async fn set_closing_time(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    JsonBody(body): JsonBody<ClosingTimeInput>,
) -> Result<Response, Problem> {
    let closes_at = web.app.set_closing_time(&caller.authority, id, body.wanted()?).await?;
    let body = ClosingTimeBody { closes_at: closes_at.as_ref().map(Timestamp::to_string) };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Withdraws a candidate: the votes stay counted, and the candidate cannot be elected.
#[utoipa::path(post, path = "/ballots/{id}/withdrawals", tag = "Ballots", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = WithdrawalInput,
    responses((status = 201, body = WithdrawalBody),
        (status = 409, description = "`already-withdrawn`, `ballot-not-ready`"),
        (status = 410, description = "`ballot-cancelled`")))]
async fn withdraw_candidate(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<BallotId>,
    JsonBody(body): JsonBody<WithdrawalInput>,
) -> Result<Response, Problem> {
    let (candidate, reason) = (body.candidate_id, body.reason.0);
    let at = web.app.withdraw_candidate(&caller.authority, id, candidate, reason.clone()).await?;
    let body = WithdrawalBody { candidate_id: candidate.uuid(), reason, at: at.to_string() };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
