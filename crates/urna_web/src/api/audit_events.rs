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

/// The number of events that the export reads from the database at a time.
const EXPORT_CHUNK: u32 = 500;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list_events)).routes(routes!(export))
}

/// A filter for events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// The slug of the conference whose events are listed.
    conference: Option<String>,
    /// The id of the ballot whose events are listed.
    ballot: Option<Uuid>,
}

impl Filter {
    /// Returns the path of the list with this filter. The slug needs no escaping, because its conference was found.
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

/// An action of an organiser or of the service. It holds ids, never names or addresses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
struct AuditEventBody {
    /// The event's place in the chain, counted from 1 without gaps.
    number: u64,
    #[schema(format = "date-time")]
    at: String,
    /// The one who acted: `organiser` with their id, `host`, `schedule`, `attendee` or `stranger`.
    #[schema(value_type = Object)]
    actor: Actor,
    /// The kind of action, such as `ballot.opened`.
    action: String,
    conference: Option<Uuid>,
    ballot: Option<Uuid>,
    /// The id of the object of the action.
    subject: Option<String>,
    /// Further facts about the action.
    details: serde_json::Value,
    /// The SHA-256 of the previous event's hash and this event, in hex.
    hash: String,
}

impl From<&RecordedEvent> for AuditEventBody {
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

/// Lists the audit log, oldest event first.
#[utoipa::path(get, path = "/audit-events", operation_id = "list_audit_events",
    tag = "Organisers", security(("session" = [])), params(Page, Filter),
    responses((status = 200, body = List<AuditEventBody>), (status = 404, description = "no such conference")))]
async fn list_events(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InQuery(page): InQuery<Page>,
    InQuery(filter): InQuery<Filter>,
) -> Result<Response, Problem> {
    let (limit, after) = page.read::<u64>()?;
    let found = read(&web, &caller.authority, &filter, after.unwrap_or(0), limit).await?;
    let items: Vec<_> = found.iter().map(AuditEventBody::from).collect();
    Ok(list(&filter.path(), items, limit, found.last().map(|event| event.number)))
}

/// Exports the whole audit log, one JSON object per line, oldest event first.
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
            let line = serde_json::to_vec(&AuditEventBody::from(event)).map_err(|_| Problem::new(Code::Internal))?;
            lines.extend_from_slice(&line);
            lines.push(b'\n');
        }
    }
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))], lines).into_response())
}
