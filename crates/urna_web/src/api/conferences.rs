//! Endpoints for conferences.

use axum::extract::State;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use urna_app::authority::Manage;
use urna_app::{Failure, Refusal};
use urna_core::{Conference, ConferenceId, Language, Registration, Slug};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::etag::{self, PUBLIC};
use crate::extract::{InPath, InQuery, JsonBody, MergePatch, Upload};
use crate::listing::{List, Page, list};
use crate::pages::logo_path;
use crate::problem::Problem;
use crate::session::Organiser;
use crate::state::Web;
use crate::values::schemas::{LanguageTag, Line200, SlugText};
use crate::values::{Accent, Day, Domain, Line, Zone};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_conferences, create))
        .routes(routes!(find, change))
        .routes(routes!(change_logo, remove_logo))
}

/// The people who may register themselves.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Registration)]
enum RegistrationName {
    /// Nobody: organisers add people.
    Closed,
    /// Anyone who proves a mailbox in one of `listed_domains`.
    ListedDomains,
    /// Anyone who proves a mailbox and is approved by an organiser.
    Approval,
    /// Anyone who proves a mailbox.
    Open,
}

impl From<RegistrationName> for Registration {
    fn from(name: RegistrationName) -> Self {
        match name {
            RegistrationName::Closed => Self::Closed,
            RegistrationName::ListedDomains => Self::ListedDomains,
            RegistrationName::Approval => Self::Approval,
            RegistrationName::Open => Self::Open,
        }
    }
}

/// A conference.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conference)]
pub(super) struct ConferenceBody {
    id: Uuid,
    /// The conference's name in URLs.
    slug: String,
    name: String,
    #[schema(format = "date")]
    starts_on: String,
    #[schema(format = "date")]
    ends_on: String,
    /// A name from the IANA time zone database.
    time_zone: String,
    /// Language tags, the preferred one first.
    languages: Vec<String>,
    #[schema(value_type = RegistrationName)]
    registration: &'static str,
    /// The e-mail domains that `listed_domains` admits.
    listed_domains: Vec<String>,
    /// The colour of the conference's pages, such as `#17456b`.
    accent: Option<String>,
    /// The path of the conference's logo.
    logo: Option<String>,
}

impl From<&Conference> for ConferenceBody {
    fn from(conference: &Conference) -> Self {
        Self {
            id: conference.id.uuid(),
            slug: conference.slug.to_string(),
            name: conference.name.clone(),
            starts_on: conference.starts_on.to_string(),
            ends_on: conference.ends_on.to_string(),
            time_zone: conference.time_zone.as_str().to_owned(),
            languages: conference.languages.iter().map(ToString::to_string).collect(),
            registration: conference.registration.as_str(),
            listed_domains: conference.listed_domains.clone(),
            accent: conference.accent.map(|accent| accent.to_string()),
            logo: conference.logo.as_ref().map(logo_path),
        }
    }
}

/// A conference as an organiser describes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConferenceInput {
    /// The conference's name in URLs: 1 to 60 characters of a-z, 0-9 and single hyphens. Words that the service uses in
    /// its own URLs are reserved.
    #[schema(value_type = SlugText)]
    slug: Slug,
    #[schema(value_type = Line200)]
    name: Line<200>,
    starts_on: Day,
    /// The last day, not before `starts_on`.
    ends_on: Day,
    /// A name from the IANA time zone database, such as `Europe/Brussels`.
    #[schema(value_type = String, min_length = 1, pattern = "^[A-Za-z0-9/_+-]+$")]
    time_zone: Zone,
    /// Language tags, the preferred one first.
    #[schema(value_type = Vec<LanguageTag>, min_items = 1, max_items = 30)]
    languages: Vec<Language>,
    registration: RegistrationName,
    /// The e-mail domains that `listed_domains` admits.
    #[serde(default)]
    #[schema(required = false, max_items = 200)]
    listed_domains: Vec<Domain>,
    /// The colour of the conference's pages, which darken or lighten it if text would be unreadable.
    #[schema(value_type = Option<String>, pattern = "^#[0-9A-Fa-f]{6}$")]
    accent: Option<Accent>,
}

impl ConferenceInput {
    fn conference(self, id: ConferenceId) -> Result<Conference, Problem> {
        if self.languages.is_empty() || self.languages.len() > 30 {
            return Err(Problem::invalid("/languages", "invalid-value", "between one and 30 languages"));
        }
        if self.listed_domains.len() > 200 {
            return Err(Problem::invalid("/listed_domains", "invalid-value", "at most 200 domains"));
        }
        Ok(Conference {
            id,
            slug: self.slug,
            name: self.name.0,
            starts_on: self.starts_on.0,
            ends_on: self.ends_on.0,
            time_zone: self.time_zone.0,
            languages: self.languages,
            registration: self.registration.into(),
            listed_domains: self.listed_domains.into_iter().map(|domain| domain.0).collect(),
            accent: self.accent.map(|accent| accent.0),
            logo: None,
        })
    }
}

/// Returns the editable fields as JSON, into which a PATCH is merged.
fn editable(conference: &Conference) -> serde_json::Value {
    serde_json::json!({
        "slug": conference.slug, "name": conference.name, "starts_on": conference.starts_on.to_string(),
        "ends_on": conference.ends_on.to_string(), "time_zone": conference.time_zone.as_str(),
        "languages": conference.languages, "registration": conference.registration.as_str(),
        "listed_domains": conference.listed_domains, "accent": conference.accent.map(|accent| accent.to_string()),
    })
}

/// Lists conferences, the latest first.
#[utoipa::path(get, path = "/conferences", tag = "Conferences", params(Page),
    responses((status = 200, body = List<ConferenceBody>)))]
async fn list_conferences(State(web): State<Web>, InQuery(page): InQuery<Page>) -> Result<Response, Problem> {
    let (limit, after) = page.read::<ConferenceId>()?;
    let found = web.app.list_conferences(after, limit).await?;
    let items: Vec<_> = found.iter().map(ConferenceBody::from).collect();
    Ok(list("/api/v1/conferences", items, limit, found.last().map(|conference| conference.id)))
}

/// Creates a conference.
#[utoipa::path(post, path = "/conferences", operation_id = "create_conference",
    tag = "Conferences", security(("session" = [])),
    request_body = ConferenceInput,
    responses((status = 201, body = ConferenceBody), (status = 409, description = "`slug-taken`")))]
async fn create(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    JsonBody(body): JsonBody<ConferenceInput>,
) -> Result<Response, Problem> {
    let conference = body.conference(ConferenceId::new(web.app.new_id()))?;
    let made = web.app.create_conference(&caller.authority, conference).await?;
    Ok(etag::created(&ConferenceBody::from(&made)))
}

/// Returns one conference.
#[utoipa::path(get, path = "/conferences/{slug}", operation_id = "find_conference",
    tag = "Conferences", params(("slug" = String, Path)),
    responses((status = 200, body = ConferenceBody), (status = 304)))]
async fn find(State(web): State<Web>, InPath(slug): InPath<SlugPath>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = web.app.find_conference(&slug.0).await?;
    Ok(etag::answer_json(&headers, PUBLIC, &ConferenceBody::from(&found)))
}

/// Changes a conference. Send the fields to replace.
#[utoipa::path(patch, path = "/conferences/{slug}", operation_id = "change_conference",
    tag = "Conferences", security(("session" = [])),
    params(("slug" = String, Path), ("If-Match" = Option<String>, Header)), request_body = ConferenceInput,
    responses((status = 200, body = ConferenceBody), (status = 409, description = "`slug-taken`")))]
async fn change(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(slug): InPath<SlugPath>,
    headers: HeaderMap,
    patch: MergePatch,
) -> Result<Response, Problem> {
    let seen = web.app.find_conference(&slug.0).await?;
    etag::check_if_match(&headers, &ConferenceBody::from(&seen))?;
    let wanted = patch.apply::<ConferenceInput>(&editable(&seen))?.conference(seen.id)?;
    let changed = web.app.change_conference(&caller.authority, &seen, wanted).await?;
    Ok(etag::answer_json(&HeaderMap::new(), PUBLIC, &ConferenceBody::from(&changed)))
}

/// Returns the conference that the caller has seen, if the request names its version (`If-Match`).
async fn seen(web: &Web, slug: &Slug, headers: &HeaderMap) -> Result<Option<Conference>, Problem> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let seen = web.app.find_conference(slug).await?;
    etag::check_if_match(headers, &ConferenceBody::from(&seen))?;
    Ok(Some(seen))
}

/// Sets a conference's logo: a PNG, JPEG or WebP image of at most 5 MiB.
///
/// It has at most 4,096 pixels on each side, and 12 million in all with 16 bits per channel. The service decodes it and
/// keeps only its pixels, as a small image.
#[utoipa::path(put, path = "/conferences/{slug}/logo", operation_id = "change_logo",
    tag = "Conferences", security(("session" = [])),
    params(("slug" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 204), (status = 415, description = "`unsupported-media-type`")))]
async fn change_logo(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(slug): InPath<SlugPath>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<StatusCode, Problem> {
    let seen = seen(&web, &slug.0, &headers).await?;
    let upload = (upload.kind, upload.bytes);
    web.app.change_logo(&caller.authority, &slug.0, Some(upload), seen.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a conference's logo.
#[utoipa::path(delete, path = "/conferences/{slug}/logo", operation_id = "remove_logo",
    tag = "Conferences", security(("session" = [])),
    params(("slug" = String, Path), ("If-Match" = Option<String>, Header)), responses((status = 204)))]
async fn remove_logo(
    State(web): State<Web>,
    caller: Organiser<Manage>,
    InPath(slug): InPath<SlugPath>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let seen = seen(&web, &slug.0, &headers).await?;
    web.app.change_logo(&caller.authority, &slug.0, None, seen.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A conference's slug in a path.
pub(super) struct SlugPath(pub(super) Slug);

impl std::str::FromStr for SlugPath {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        Slug::parse(text).map(Self).map_err(|_| Refusal::NotFound(urna_app::Thing::Conference).into())
    }
}
