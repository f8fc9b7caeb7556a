//! The audit log.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use urna_app::authority::Observe;
use urna_app::{Authority, RecordedEvent};
use urna_core::audit::Actor;
use urna_core::{BallotId, ConferenceId, Slug};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::InQuery;
use crate::listing::{List, Page, list};
use crate::problem::{Code, Problem};
use crate::session::Organiser;
use crate::state::Web;

/// How many events one read of the export takes from the database.
const EXPORT_CHUNK: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list_events)).routes(routes!(export))
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those of the conference with this slug.
    conference: Option<String>,
    /// Only those of this ballot.
    ballot: Option<Uuid>,
}

impl Filter {
    /// The list with this filter; a conference that was found has a slug, which needs no escaping.
    fn path(&self) -> String {
        let conference = self.conference.as_ref().map(|slug| format!("conference={slug}"));
        let ballot = self.ballot.map(|id| format!("ballot={id}"));
        let query: Vec<String> = conference.into_iter().chain(ballot).collect();
        if query.is_empty() {
            return "/api/v1/audit-events".to_owned();
        }
        format!("/api/v1/audit-events?{}", query.join("&"))
    }
}

/// Something that an organiser or the service did. Ids, never names or addresses.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEvent {
    /// Its place in the chain, from 1, without gaps.
    number: u64,
    #[schema(format = "date-time")]
    at: String,
    /// `organiser` with their id, `host`, `schedule`, `attendee` or `stranger`.
    #[schema(value_type = Object)]
    actor: Actor,
    /// Such as `ballot.opened`.
    action: String,
    conference: Option<Uuid>,
    ballot: Option<Uuid>,
    /// The id of what was acted on.
    subject: Option<String>,
    /// Facts beyond that.
    details: serde_json::Value,
    /// SHA-256 over the hash before and this event, in hex.
    hash: String,
}

impl From<&RecordedEvent> for AuditEvent {
    fn from(recorded: &RecordedEvent) -> Self {
        let event = &recorded.event;
        Self {
            number: recorded.number,
            at: event.at.to_string(),
            actor: event.actor,
            action: event.action.clone(),
            conference: event.conference.map(ConferenceId::uuid),
            ballot: event.ballot.map(BallotId::uuid),
            subject: event.subject.clone(),
            details: event.details.clone(),
            hash: urna_core::Sha256Hash::new(recorded.hash).to_string(),
        }
    }
}

async fn conference_of(web: &Web, filter: &Filter) -> Result<Option<ConferenceId>, Problem> {
    let Some(slug) = &filter.conference else { return Ok(None) };
    let slug = Slug::parse(slug).map_err(|_| Problem::new(Code::NotFound))?;
    Ok(Some(web.app.find_conference(&slug).await?.id))
}

async fn read(
    web: &Web,
    by: &Authority<Observe>,
    filter: &Filter,
    after: u64,
    limit: u32,
) -> Result<Vec<RecordedEvent>, Problem> {
    let conference = conference_of(web, filter).await?;
    let ballot = filter.ballot.map(BallotId::new);
    Ok(web.app.list_audit_events(by, conference, ballot, after, limit).await?)
}

/// The audit log, oldest first.
#[utoipa::path(get, path = "/audit-events", operation_id = "list_audit_events",
    tag = "Organisers", security(("session" = [])), params(Page, Filter),
    responses((status = 200, body = List<AuditEvent>), (status = 404, description = "no such conference")))]
async fn list_events(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InQuery(page): InQuery<Page>,
    InQuery(filter): InQuery<Filter>,
) -> Result<Response, Problem> {
    let (limit, after) = page.read::<u64>()?;
    let found = read(&web, &caller.authority, &filter, after.unwrap_or(0), limit).await?;
    let items: Vec<_> = found.iter().map(AuditEvent::from).collect();
    Ok(list(&filter.path(), items, limit, found.last().map(|event| event.number)))
}

/// The whole audit log, one JSON object per line, oldest first.
#[utoipa::path(get, path = "/audit-events.ndjson", operation_id = "export_audit_events",
    tag = "Organisers", security(("session" = [])), params(Filter),
    responses((status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 404, description = "no such conference")))]
async fn export(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InQuery(filter): InQuery<Filter>,
) -> Result<Response, Problem> {
    let mut lines = Vec::new();
    let mut after = 0;
    loop {
        let found = read(&web, &caller.authority, &filter, after, EXPORT_CHUNK).await?;
        let Some(last) = found.last() else { break };
        after = last.number;
        for event in &found {
            let line = serde_json::to_vec(&AuditEvent::from(event)).map_err(|_| Problem::new(Code::Internal))?;
            lines.extend_from_slice(&line);
            lines.push(b'\n');
        }
    }
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))], lines).into_response())
}
