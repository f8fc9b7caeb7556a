//! Organisers and their sessions.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::authority::{Appoint, Observe};
use urna_app::organisers::SignInFrom;
use urna_app::own_sessions::OwnSession;
use urna_app::passwords::Password;
use urna_core::{OrganiserId, Role, SessionId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::devices::{Devices, set_cookie};
use crate::extract::{InPath, InQuery, JsonBody};
use crate::listing::{List, Page, list};
use crate::network;
use crate::problem::Problem;
use crate::session::Organiser;
use crate::state::Web;
use crate::values::EmailField;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, list_sessions))
        .routes(routes!(find_session, sign_out))
        .routes(routes!(end_session))
        .routes(routes!(list_organisers, create))
        .routes(routes!(disable))
}

/// The rights of an organiser. From the highest to the lowest, the roles are owner, organiser, desk and observer; each
/// includes the rights of the lower ones.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
enum RoleName {
    Observer,
    Desk,
    Organiser,
    Owner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Observer => Self::Observer,
            RoleName::Desk => Self::Desk,
            RoleName::Organiser => Self::Organiser,
            RoleName::Owner => Self::Owner,
        }
    }
}

/// An organiser.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organiser)]
struct OrganiserBody {
    id: Uuid,
    #[schema(format = "email")]
    email: String,
    #[schema(value_type = RoleName)]
    role: &'static str,
    #[schema(format = "date-time")]
    created_at: String,
    /// The time from which the organiser can no longer sign in.
    #[schema(format = "date-time")]
    disabled_at: Option<String>,
}

impl From<&urna_app::Organiser> for OrganiserBody {
    fn from(organiser: &urna_app::Organiser) -> Self {
        Self {
            id: organiser.id.uuid(),
            email: organiser.email.to_string(),
            role: organiser.role.as_str(),
            created_at: organiser.created_at.to_string(),
            disabled_at: organiser.disabled_at.map(|at| at.to_string()),
        }
    }
}

/// The credentials of an organiser.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[schema(max_length = 320)]
    email: String,
    #[schema(format = "password", max_length = 1024)]
    password: String,
}

/// A new session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganiserSession)]
struct OrganiserSessionBody {
    /// The session's token, shown only once. Send it as `Authorization: Bearer`.
    token: String,
    /// The latest time at which the session ends. It also ends after 30 minutes without use.
    #[schema(format = "date-time")]
    expires_at: String,
    organiser: OrganiserBody,
}

/// Signs an organiser in.
#[utoipa::path(post, path = "/organiser-sessions", operation_id = "sign_in_organiser",
    tag = "Organisers", request_body = Credentials,
    responses((status = 201, body = OrganiserSessionBody,
            headers(("set-cookie" = String, description = "A mark by which the service knows this browser again. It signs nobody in; \
                whoever sends it is not held up by what strangers try at the same account."))),
        (status = 401, description = "`invalid-credentials`"), (status = 429, description = "`too-many-attempts`")))]
async fn sign_in(
    State(web): State<Web>,
    network::From(network): network::From,
    Devices(devices): Devices,
    JsonBody(body): JsonBody<Credentials>,
) -> Result<Response, Problem> {
    let from = SignInFrom { network, devices: devices.clone() };
    let (session, device) = web.app.sign_in_organiser(&body.email, Password::new(body.password), from).await?;
    let body = OrganiserSessionBody {
        token: session.token.reveal(),
        expires_at: session.expires_at.to_string(),
        organiser: OrganiserBody::from(&session.who),
    };
    let mut answer = (StatusCode::CREATED, Json(body)).into_response();
    answer.headers_mut().extend(set_cookie(web.secure, device, devices).map(|value| (header::SET_COOKIE, value)));
    Ok(answer)
}

/// The session of an organiser, without its token.
#[derive(Debug, Serialize, ToSchema)]
struct CurrentOrganiserSession {
    #[schema(format = "date-time")]
    expires_at: String,
    organiser: OrganiserBody,
}

/// Returns the current session and its organiser.
#[utoipa::path(get, path = "/organiser-sessions/current", operation_id = "find_organiser_session",
    tag = "Organisers", security(("session" = [])),
    responses((status = 200, body = CurrentOrganiserSession)))]
async fn find_session(caller: Organiser<Observe>) -> Json<CurrentOrganiserSession> {
    Json(CurrentOrganiserSession {
        expires_at: caller.session.expires_at.to_string(),
        organiser: OrganiserBody::from(&caller.session.organiser),
    })
}

/// Ends the current session.
#[utoipa::path(delete, path = "/organiser-sessions/current", operation_id = "sign_out_organiser",
    tag = "Organisers", security(("session" = [])),
    responses((status = 204)))]
async fn sign_out(State(web): State<Web>, caller: Organiser<Observe>) -> Result<StatusCode, Problem> {
    web.app.sign_out_organiser(&caller.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One of the caller's own sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnOrganiserSession)]
struct OwnOrganiserSessionBody {
    id: Uuid,
    #[schema(format = "date-time")]
    created_at: String,
    /// The time of the last use, to the minute.
    #[schema(format = "date-time")]
    last_used_at: Option<String>,
    /// The latest time at which the session ends. It also ends after 30 minutes without use.
    #[schema(format = "date-time")]
    expires_at: String,
    /// True for the session that sends this request.
    current: bool,
}

impl From<&OwnSession> for OwnOrganiserSessionBody {
    fn from(session: &OwnSession) -> Self {
        Self {
            id: session.id.uuid(),
            created_at: session.created_at.to_string(),
            last_used_at: session.last_used_at.map(|at| at.to_string()),
            expires_at: session.expires_at.to_string(),
            current: session.is_current,
        }
    }
}

/// Lists the caller's own sessions, the newest first, at most 10.
#[utoipa::path(get, path = "/organiser-sessions", operation_id = "list_organiser_sessions", tag = "Organisers",
    security(("session" = [])), responses((status = 200, body = List<OwnOrganiserSessionBody>)))]
async fn list_sessions(
    State(web): State<Web>,
    caller: Organiser<Observe>,
) -> Result<Json<List<OwnOrganiserSessionBody>>, Problem> {
    let found = web.app.list_organiser_sessions(&caller.session).await?;
    Ok(Json(List { items: found.iter().map(OwnOrganiserSessionBody::from).collect(), next_cursor: None }))
}

/// Ends one of the caller's own sessions, such as that of a laptop left behind.
#[utoipa::path(delete, path = "/organiser-sessions/{id}", operation_id = "end_organiser_session", tag = "Organisers",
    security(("session" = [])), params(("id" = Uuid, Path)), responses((status = 204)))]
async fn end_session(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InPath(id): InPath<SessionId>,
) -> Result<StatusCode, Problem> {
    web.app.end_organiser_session(&caller.session, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists all current and former organisers.
#[utoipa::path(get, path = "/organisers", tag = "Organisers", security(("session" = [])), params(Page),
    responses((status = 200, body = List<OrganiserBody>)))]
async fn list_organisers(
    State(web): State<Web>,
    caller: Organiser<Appoint>,
    InQuery(page): InQuery<Page>,
) -> Result<Response, Problem> {
    let (limit, after) = page.read::<OrganiserId>()?;
    let found = web.app.list_organisers(&caller.authority, after, limit).await?;
    let items: Vec<_> = found.iter().map(OrganiserBody::from).collect();
    Ok(list("/api/v1/organisers", items, limit, found.last().map(|organiser| organiser.id)))
}

/// A new organiser.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganiser {
    email: EmailField,
    role: RoleName,
    /// A password of at least 15 characters that is not among those that attackers try first.
    #[schema(format = "password", min_length = 15, max_length = 1024)]
    password: String,
}

/// Appoints an organiser.
#[utoipa::path(post, path = "/organisers", operation_id = "create_organiser",
    tag = "Organisers", security(("session" = [])),
    request_body = NewOrganiser,
    responses((status = 201, body = OrganiserBody), (status = 409, description = "`duplicate-organiser`")))]
async fn create(
    State(web): State<Web>,
    caller: Organiser<Appoint>,
    JsonBody(body): JsonBody<NewOrganiser>,
) -> Result<Response, Problem> {
    let password = Password::new(body.password);
    let made = web.app.create_organiser(&caller.authority, body.email.0, body.role.into(), password).await?;
    Ok((StatusCode::CREATED, Json(OrganiserBody::from(&made))).into_response())
}

/// Disables an organiser and ends their sessions.
#[utoipa::path(delete, path = "/organisers/{id}", operation_id = "disable_organiser",
    tag = "Organisers", security(("session" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 204), (status = 409, description = "`last-owner`")))]
async fn disable(
    State(web): State<Web>,
    caller: Organiser<Appoint>,
    InPath(id): InPath<OrganiserId>,
) -> Result<StatusCode, Problem> {
    web.app.disable_organiser(&caller.authority, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
