//! Sessions of attendees.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::Refusal;
use urna_app::own_sessions::OwnSession;
use urna_core::badge_code::InvalidBadgeCode;
use urna_core::keys::LinkToken;
use urna_core::{Attendee as Person, Language, SessionId, Slug};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::conferences::ConferenceBody;
use super::roll::AttendeeStatusName;
use crate::extract::{InPath, JsonBody, MergePatch};
use crate::listing::List;
use crate::network;
use crate::problem::Problem;
use crate::session::Attendee;
use crate::state::Web;
use crate::values::schemas::{LanguageTag, SlugText};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, list_sessions))
        .routes(routes!(find, change, sign_out))
        .routes(routes!(find_own, end_own))
}

/// The credentials of an attendee: a personal link, or a conference and a badge code.
#[derive(Deserialize, ToSchema)]
#[serde(untagged, try_from = "SessionFields")]
enum SessionInput {
    Link(LinkInput),
    Badge(BadgeInput),
}

/// A personal link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkInput {
    /// The token of the link, in upper or lower case.
    #[schema(min_length = 1, max_length = 100)]
    personal_link: String,
}

/// A badge of a conference.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BadgeInput {
    /// The slug of the conference.
    #[schema(value_type = SlugText)]
    conference: Slug,
    /// The code on the badge, as people type it.
    #[schema(min_length = 1, max_length = 100, example = "K7QM-2XTP-9RVD-W")]
    badge_code: String,
}

/// The fields of both variants, so that an error in one of them is reported with its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionFields {
    personal_link: Option<String>,
    conference: Option<Slug>,
    badge_code: Option<String>,
}

impl TryFrom<SessionFields> for SessionInput {
    type Error = &'static str;

    fn try_from(fields: SessionFields) -> Result<Self, Self::Error> {
        match fields {
            SessionFields { personal_link: Some(personal_link), conference: None, badge_code: None } => {
                Ok(Self::Link(LinkInput { personal_link }))
            }
            SessionFields { personal_link: None, conference: Some(conference), badge_code: Some(badge_code) } => {
                Ok(Self::Badge(BadgeInput { conference, badge_code }))
            }
            _ => Err("either personal_link, or conference and badge_code"),
        }
    }
}

/// The signed-in attendee, as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
struct Myself {
    id: Uuid,
    name: String,
    status: AttendeeStatusName,
    language: Option<String>,
}

impl From<&Person> for Myself {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id.uuid(),
            name: person.name.to_string(),
            status: person.status.into(),
            language: person.language.as_ref().map(ToString::to_string),
        }
    }
}

/// A new session.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    /// The session's token, shown only once. Send it as `Authorization: Bearer`.
    token: String,
    #[schema(format = "date-time")]
    expires_at: String,
    attendee: Myself,
    conference: ConferenceBody,
}

/// Signs an attendee in with a personal link or a badge code, as often as needed. The first sign-in with the link
/// proves the mailbox.
#[utoipa::path(post, path = "/sessions", operation_id = "sign_in_attendee",
    tag = "Sessions", request_body = SessionInput,
    responses((status = 201, body = Session), (status = 401, description = "`badge-code-invalid`"),
        (status = 404, description = "`link-invalid`"), (status = 410, description = "`link-expired`, `link-replaced`"),
        (status = 429, description = "`too-many-attempts`")))]
async fn sign_in(
    State(web): State<Web>,
    network::From(network): network::From,
    JsonBody(body): JsonBody<SessionInput>,
) -> Result<Response, Problem> {
    let session = match body {
        SessionInput::Link(LinkInput { personal_link }) => {
            let link = LinkToken::parse(personal_link.trim()).ok_or(Refusal::LinkInvalid)?;
            web.app.sign_in_by_link(&link).await?
        }
        SessionInput::Badge(BadgeInput { conference, badge_code }) => {
            let code =
                badge_code.parse().map_err(|mistake| Problem::invalid("/badge_code", code_of(mistake), mistake))?;
            web.app.sign_in_by_badge(&conference, code, network).await?
        }
    };
    let body = Session {
        token: session.token.reveal(),
        expires_at: session.expires_at.to_string(),
        attendee: Myself::from(&session.who.attendee),
        conference: ConferenceBody::from(&session.who.conference),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Returns the error code for programs: a code that fails its check character is mistyped, and not worth an attempt.
const fn code_of(mistake: InvalidBadgeCode) -> &'static str {
    match mistake {
        InvalidBadgeCode::Form => "invalid-value",
        InvalidBadgeCode::Check => "mistyped",
    }
}

/// The session of an attendee, without its token.
#[derive(Debug, Serialize, ToSchema)]
struct CurrentSession {
    #[schema(format = "date-time")]
    expires_at: String,
    attendee: Myself,
    conference: ConferenceBody,
}

/// Returns the current session and its attendee.
#[utoipa::path(get, path = "/sessions/current", operation_id = "find_session",
    tag = "Sessions", security(("session" = [])),
    responses((status = 200, body = CurrentSession)))]
async fn find(Attendee(voter): Attendee) -> Json<CurrentSession> {
    Json(CurrentSession {
        expires_at: voter.expires_at.to_string(),
        attendee: Myself::from(voter.attendee()),
        conference: ConferenceBody::from(voter.conference()),
    })
}

/// The fields that an attendee may change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionChange {
    /// A language tag, such as `de`.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<Language>,
}

/// Sets the language in which the service writes to the attendee.
#[utoipa::path(patch, path = "/sessions/current", operation_id = "change_session",
    tag = "Sessions", security(("session" = [])),
    request_body = SessionChange, responses((status = 200, body = CurrentSession)))]
async fn change(
    State(web): State<Web>,
    Attendee(voter): Attendee,
    patch: MergePatch,
) -> Result<Json<CurrentSession>, Problem> {
    let current = serde_json::json!({ "language": voter.attendee().language });
    let SessionChange { language } = patch.apply(&current)?;
    let changed = web.app.change_language(&voter, language).await?;
    Ok(Json(CurrentSession {
        expires_at: voter.expires_at.to_string(),
        attendee: Myself::from(&changed),
        conference: ConferenceBody::from(voter.conference()),
    }))
}

/// Ends the current session.
#[utoipa::path(delete, path = "/sessions/current", operation_id = "sign_out_attendee",
    tag = "Sessions", security(("session" = [])),
    responses((status = 204)))]
async fn sign_out(State(web): State<Web>, Attendee(voter): Attendee) -> Result<StatusCode, Problem> {
    web.app.sign_out_attendee(&voter).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One of the caller's own sessions. The times are to the hour: the session began at `created_at` at the earliest, and
/// ends at `expires_at` at the latest.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnSession)]
struct OwnSessionBody {
    id: Uuid,
    #[schema(format = "date-time")]
    created_at: String,
    #[schema(format = "date-time")]
    expires_at: String,
    /// True for the session that sends this request.
    current: bool,
}

impl From<&OwnSession> for OwnSessionBody {
    fn from(session: &OwnSession) -> Self {
        Self {
            id: session.id.uuid(),
            created_at: session.created_at.to_string(),
            expires_at: session.expires_at.to_string(),
            current: session.is_current,
        }
    }
}

/// Lists the caller's own sessions, the newest first, at most 20.
#[utoipa::path(get, path = "/sessions", tag = "Sessions", security(("session" = [])),
    responses((status = 200, body = List<OwnSessionBody>)))]
async fn list_sessions(
    State(web): State<Web>,
    Attendee(voter): Attendee,
) -> Result<Json<List<OwnSessionBody>>, Problem> {
    let found = web.app.list_sessions(&voter).await?;
    Ok(Json(List { items: found.iter().map(OwnSessionBody::from).collect(), next_cursor: None }))
}

/// Returns one of the caller's own sessions.
#[utoipa::path(get, path = "/sessions/{id}", operation_id = "find_own_session", tag = "Sessions",
    security(("session" = [])), params(("id" = Uuid, Path)), responses((status = 200, body = OwnSessionBody)))]
async fn find_own(
    State(web): State<Web>,
    Attendee(voter): Attendee,
    InPath(id): InPath<SessionId>,
) -> Result<Json<OwnSessionBody>, Problem> {
    Ok(Json(OwnSessionBody::from(&web.app.find_own_session(&voter, id).await?)))
}

/// Ends one of the caller's own sessions, such as that of a lost phone.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "end_own_session", tag = "Sessions",
    security(("session" = [])), params(("id" = Uuid, Path)), responses((status = 204)))]
async fn end_own(
    State(web): State<Web>,
    Attendee(voter): Attendee,
    InPath(id): InPath<SessionId>,
) -> Result<StatusCode, Problem> {
    web.app.end_session(&voter, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
