//! Endpoints for one attendee on the roll.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::authority::{HelpAttendees, Manage};
use urna_app::roll::{Delivery, IssuedLink};
use urna_core::{Attendee, AttendeeId, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::mail::{WithMail, without_mail};
use super::roll::{AttendeeBody, AttendeeInput};
use crate::etag::{self, PRIVATE};
use crate::extract::{InPath, JsonBody, MergePatch};
use crate::problem::Problem;
use crate::qr_code;
use crate::session::Organiser;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(find, change, erase))
        .routes(routes!(approve))
        .routes(routes!(block))
        .routes(routes!(issue_personal_link))
        .routes(routes!(issue_badge_code))
}

/// Returns one attendee.
#[utoipa::path(get, path = "/attendees/{id}", operation_id = "find_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path)), responses((status = 200, body = WithMail), (status = 304)))]
async fn find(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = web.app.find_attendee(&caller.authority, id).await?;
    show(&web, &caller, &headers, &found).await
}

/// Answers with an attendee and the state of the last e-mail to them, limited to what the caller may see.
async fn show(
    web: &Web,
    caller: &Organiser<HelpAttendees>,
    headers: &HeaderMap,
    attendee: &Attendee,
) -> Result<Response, Problem> {
    let (id, role) = (attendee.id, caller.authority.role());
    let mails = web.app.find_mail_statuses(&caller.session.authority()?, id, id).await?;
    let shown = WithMail::for_role(AttendeeBody::for_role(attendee, role), mails.get(&id), role);
    Ok(etag::answer_json_as(headers, PRIVATE, &shown.tag(), &shown))
}

/// Returns the editable fields as JSON, into which a PATCH is merged.
fn editable(attendee: &Attendee) -> serde_json::Value {
    serde_json::json!({
        "email": attendee.email.as_ref().map(ToString::to_string), "name": attendee.name,
        "organisation": attendee.organisation, "country": attendee.country, "category": attendee.category,
        "claimed_category": attendee.claimed_category, "language": attendee.language, "external_id": attendee.external_id,
    })
}

/// Changes an attendee. Send the fields to replace; `null` removes a field. A new address voids the personal link and
/// ends every session, and the new link goes to that address by e-mail. Attendees who registered themselves must prove
/// the new address.
#[utoipa::path(patch, path = "/attendees/{id}", operation_id = "change_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)), request_body = AttendeeInput,
    responses((status = 200, body = WithMail), (status = 409, description = "`duplicate-attendee`")))]
async fn change(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
    headers: HeaderMap,
    patch: MergePatch,
) -> Result<Response, Problem> {
    let role = caller.authority.role();
    let seen = web.app.find_attendee(&caller.authority, id).await?;
    etag::check_if_match(&without_mail(&headers), &AttendeeBody::for_role(&seen, role))?;
    let wanted: AttendeeInput = patch.apply(&editable(&seen))?;
    let (wanted, keeps_claim) = wanted.read(&seen)?;
    let changed = web.app.change_attendee(&caller.authority, &seen, wanted, keeps_claim).await?;
    show(&web, &caller, &HeaderMap::new(), &changed).await
}

/// Erases an attendee. Counts and receipts stay valid.
#[utoipa::path(delete, path = "/attendees/{id}", operation_id = "erase_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = 409, description = "`attendee-in-open-ballot`")))]
async fn erase(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(id): InPath<AttendeeId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let desk = caller.session.authority::<HelpAttendees>()?;
    let seen = web.app.find_attendee(&desk, id).await?;
    etag::check_if_match(&without_mail(&headers), &AttendeeBody::for_role(&seen, Role::Organiser))?;
    let seen = headers.contains_key(axum::http::header::IF_MATCH).then_some(&seen);
    web.app.erase_attendee(&caller.authority, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves an attendee: they become verified and belong to the stakeholder group that they claim (`claimed_category`).
#[utoipa::path(post, path = "/attendees/{id}/approvals", operation_id = "approve_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path)), responses((status = 201, body = AttendeeBody)))]
async fn approve(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
) -> Result<Response, Problem> {
    let approved = web.app.approve_attendee(&caller.authority, id).await?;
    Ok(etag::created(&AttendeeBody::for_role(&approved, caller.authority.role())))
}

/// Blocks an attendee and ends their sessions.
#[utoipa::path(post, path = "/attendees/{id}/blocks", operation_id = "block_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path)), responses((status = 201, body = AttendeeBody)))]
async fn block(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
) -> Result<Response, Problem> {
    let blocked = web.app.block_attendee(&caller.authority, id).await?;
    Ok(etag::created(&AttendeeBody::for_role(&blocked, caller.authority.role())))
}

/// The way in which a personal link reaches the attendee.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DeliveryName {
    /// By e-mail.
    Email,
    /// In the response to this request.
    Show,
}

/// A request for a personal link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonalLinkInput {
    deliver: DeliveryName,
    /// True to void the older links and make a new one.
    #[serde(default)]
    #[schema(required = false)]
    replace: bool,
}

/// A personal link, or the confirmation that it goes out by e-mail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum PersonalLinkBody {
    /// The response to `show`.
    Shown {
        /// The URL of the link.
        url: String,
        /// The URL as a QR code: an SVG image, black on white.
        qr_svg: String,
        /// The secret in the URL.
        token: String,
        /// The time at which the link expires: the end of the conference.
        #[schema(format = "date-time")]
        expires_at: String,
    },
    /// The response to `email`.
    Mailed {
        /// Always `email`.
        deliver: &'static str,
    },
}

/// Issues an attendee's personal link.
#[utoipa::path(post, path = "/attendees/{id}/personal-links", tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = PersonalLinkInput,
    responses((status = 201, body = PersonalLinkBody), (status = 409, description = "`no-address`")))]
async fn issue_personal_link(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
    JsonBody(body): JsonBody<PersonalLinkInput>,
) -> Result<Response, Problem> {
    let delivery = match body.deliver {
        DeliveryName::Email => Delivery::Email,
        DeliveryName::Show => Delivery::Show,
    };
    let body = match web.app.issue_personal_link(&caller.authority, id, delivery, body.replace).await? {
        IssuedLink::Mailed => PersonalLinkBody::Mailed { deliver: "email" },
        IssuedLink::Shown(link) => PersonalLinkBody::Shown {
            qr_svg: qr_code::svg(&link.url)?,
            url: link.url,
            token: link.token.reveal(),
            expires_at: link.expires_at.to_string(),
        },
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// A request for a badge code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BadgeCodeInput {
    /// True to void the older code and make a new one.
    #[serde(default)]
    #[schema(required = false)]
    replace: bool,
}

/// A badge code.
#[derive(Debug, Serialize, ToSchema)]
struct BadgeCodeBody {
    /// The code as it is printed on the badge.
    #[schema(example = "K7QM-2XTP-9RVD-W")]
    code: String,
}

/// Issues an attendee's badge code: the same code each time, until it is replaced.
#[utoipa::path(post, path = "/attendees/{id}/badge-codes", tag = "Attendees", security(("session" = [])),
    params(("id" = Uuid, Path)), request_body = BadgeCodeInput, responses((status = 201, body = BadgeCodeBody)))]
async fn issue_badge_code(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(id): InPath<AttendeeId>,
    JsonBody(body): JsonBody<BadgeCodeInput>,
) -> Result<Response, Problem> {
    let code = web.app.issue_badge_code(&caller.authority, id, body.replace).await?;
    Ok((StatusCode::CREATED, Json(BadgeCodeBody { code: code.to_string() })).into_response())
}
