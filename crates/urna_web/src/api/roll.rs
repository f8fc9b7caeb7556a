//! Registration and the roll of a conference.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use urna_app::authority::{HelpAttendees, Observe};
use urna_app::roll::Registrant;
use urna_app::{FieldError, Refusal};
use urna_core::new_attendee::{PersonField, PersonRefused, PersonText};
use urna_core::{Attendee, AttendeeId, AttendeeStatus, ClaimedCategory, NewAttendee, Role, VerifiedBy};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::conferences::SlugPath;
use super::mail::WithMail;
use crate::etag;
use crate::extract::{InPath, InQuery, JsonBody};
use crate::listing::{List, Page, list};
use crate::network;
use crate::problem::{Code, Problem};
use crate::session::Organiser;
use crate::state::Web;
use crate::values::EmailField;
use crate::values::schemas::{LanguageTag, Line200, SlugText};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(list_attendees, add))
        .routes(routes!(request_personal_link))
}

/// The status of an attendee.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttendeeStatus)]
pub(super) enum AttendeeStatusName {
    /// Registered, with a mailbox that is not proven yet.
    Registered,
    /// Waiting for approval.
    Pending,
    /// Allowed to vote in each ballot that admits them.
    Verified,
    /// Barred by an organiser.
    Blocked,
}

impl From<AttendeeStatus> for AttendeeStatusName {
    fn from(status: AttendeeStatus) -> Self {
        match status {
            AttendeeStatus::Registered => Self::Registered,
            AttendeeStatus::Pending => Self::Pending,
            AttendeeStatus::Verified => Self::Verified,
            AttendeeStatus::Blocked => Self::Blocked,
        }
    }
}

/// The ground on which an attendee is verified.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerifiedBy)]
pub(super) enum GroundName {
    /// The attendee proved the mailbox. A new address must be proven, too.
    Mailbox,
    /// An organiser approved the attendee, who had registered. A new address must be proven; the approval is
    /// remembered.
    Approval,
    /// An organiser added the attendee to the roll and vouched for them. They stay verified with a new address.
    Organiser,
}

impl From<VerifiedBy> for GroundName {
    fn from(ground: VerifiedBy) -> Self {
        match ground {
            VerifiedBy::Mailbox => Self::Mailbox,
            VerifiedBy::Approval => Self::Approval,
            VerifiedBy::Organiser => Self::Organiser,
        }
    }
}

/// An attendee on the roll.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attendee)]
pub(super) struct AttendeeBody {
    id: Uuid,
    /// The e-mail address, masked (`a…@example.org`) for observers.
    email: Option<String>,
    name: String,
    organisation: Option<String>,
    /// The country, as two letters.
    country: Option<String>,
    /// The stakeholder group that an organiser entered or confirmed. The eligibility of ballots depends on it.
    category: Option<String>,
    /// The stakeholder group that the attendee claims, until an organiser has decided about it. It has no effect.
    claimed_category: Option<String>,
    language: Option<String>,
    /// The id in the system that the roll came from.
    external_id: Option<String>,
    status: AttendeeStatusName,
    /// The ground on which the attendee is verified, or will be again.
    verified_by: Option<GroundName>,
}

impl AttendeeBody {
    /// Returns what an organiser with this role may see.
    pub(super) fn for_role(attendee: &Attendee, role: Role) -> Self {
        let email = attendee.email.as_ref();
        let email =
            if role >= Role::Desk { email.map(ToString::to_string) } else { email.map(urna_core::Email::masked) };
        Self {
            id: attendee.id.uuid(),
            email,
            name: attendee.name.to_string(),
            organisation: attendee.organisation.clone(),
            country: attendee.country.as_ref().map(ToString::to_string),
            category: attendee.category.as_ref().map(ToString::to_string),
            claimed_category: attendee.claimed_category.as_ref().map(|claimed| claimed.as_str().to_owned()),
            language: attendee.language.as_ref().map(ToString::to_string),
            external_id: attendee.external_id.clone(),
            status: attendee.status.into(),
            verified_by: attendee.verified_by.map(GroundName::from),
        }
    }
}

/// Reads a person, or reports each invalid field.
fn parse(text: &PersonText<'_>) -> Result<NewAttendee, Problem> {
    let field = |(field, refused): (PersonField, PersonRefused)| FieldError {
        pointer: format!("/{field}"),
        code: "invalid-value",
        detail: refused.to_string(),
    };
    NewAttendee::parse(text).map_err(|faults| Refusal::Invalid(faults.into_iter().map(field).collect()).into())
}

/// A person who registers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegistrationInput {
    #[schema(value_type = EmailField)]
    email: String,
    #[schema(value_type = Line200)]
    name: String,
    #[schema(value_type = Option<Line200>)]
    organisation: Option<String>,
    /// The country, as two letters (ISO 3166-1 alpha-2).
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2}$")]
    country: Option<String>,
    /// The stakeholder group that the person claims, as a slug. It counts once an organiser has confirmed it.
    #[schema(value_type = Option<SlugText>)]
    category: Option<String>,
    /// A language tag, such as `en`.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
}

/// Registers a person. The response is the same for a known and an unknown address; an e-mail with the personal link
/// follows.
#[utoipa::path(post, path = "/conferences/{slug}/registrations", tag = "Attendees", params(("slug" = String, Path)),
    request_body = RegistrationInput,
    responses((status = 202, description = "a mail follows"), (status = 403, description = "`registration-closed`")))]
async fn register(
    State(web): State<Web>,
    InPath(slug): InPath<SlugPath>,
    network::From(network): network::From,
    JsonBody(body): JsonBody<RegistrationInput>,
) -> Result<StatusCode, Problem> {
    let RegistrationInput { email, name, organisation, country, category, language } = &body;
    let text = PersonText {
        email: Some(email),
        name,
        organisation: organisation.as_deref(),
        country: country.as_deref(),
        category: category.as_deref(),
        language: language.as_deref(),
        external_id: None,
    };
    let mut person = parse(&text)?;
    let email = person.email.take().ok_or(Problem::new(Code::Internal))?;
    let new = Registrant { email, person };
    web.app.register(&slug.0, new, network).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A person as an organiser describes them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AttendeeInput {
    /// The e-mail address. A person without one signs in with a link that the registration desk shows.
    #[schema(value_type = Option<EmailField>)]
    email: Option<String>,
    #[schema(value_type = Line200)]
    name: String,
    #[schema(value_type = Option<Line200>)]
    organisation: Option<String>,
    /// The country, as two letters (ISO 3166-1 alpha-2).
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2}$")]
    country: Option<String>,
    /// The stakeholder group, as a slug. It counts from then on, whatever the person claims.
    #[schema(value_type = Option<SlugText>)]
    category: Option<String>,
    /// The claim as it was read, or `null` to reject the claim.
    #[schema(value_type = Option<SlugText>)]
    claimed_category: Option<String>,
    /// A language tag, such as `en`.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// The id in the system that the roll came from.
    #[schema(value_type = Option<Line200>)]
    external_id: Option<String>,
}

impl AttendeeInput {
    /// Returns the organiser's description of the person, and true if the person's claim is left undecided.
    pub(super) fn read(self, seen: &Attendee) -> Result<(NewAttendee, bool), Problem> {
        let seen = seen.claimed_category.as_ref().map(ClaimedCategory::as_str);
        let keeps_claim = self.claimed_category.is_some();
        if keeps_claim && self.claimed_category.as_deref() != seen {
            let detail = "what a person claims can only be confirmed, as category, or taken away";
            return Err(Problem::invalid("/claimed_category", "invalid-value", detail));
        }
        let known = parse(&PersonText {
            email: self.email.as_deref(),
            name: &self.name,
            organisation: self.organisation.as_deref(),
            country: self.country.as_deref(),
            category: self.category.as_deref(),
            language: self.language.as_deref(),
            external_id: self.external_id.as_deref(),
        })?;
        Ok((known, keeps_claim))
    }
}

/// A person to add to the roll.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AttendeeAddition {
    /// The e-mail address. A person without one signs in with a link that the registration desk shows.
    #[schema(value_type = Option<EmailField>)]
    email: Option<String>,
    #[schema(value_type = Line200)]
    name: String,
    #[schema(value_type = Option<Line200>)]
    organisation: Option<String>,
    /// The country, as two letters (ISO 3166-1 alpha-2).
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2}$")]
    country: Option<String>,
    /// The stakeholder group, as a slug.
    #[schema(value_type = Option<SlugText>)]
    category: Option<String>,
    /// A language tag, such as `en`.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// The id in the system that the roll came from.
    #[schema(value_type = Option<Line200>)]
    external_id: Option<String>,
    /// True to vouch for the person; otherwise they get an e-mail and prove the mailbox.
    #[serde(default)]
    #[schema(required = false)]
    verified: bool,
}

/// Adds one person to the roll.
#[utoipa::path(post, path = "/conferences/{slug}/attendees", operation_id = "add_attendee",
    tag = "Attendees", security(("session" = [])),
    params(("slug" = String, Path)), request_body = AttendeeAddition,
    responses((status = 201, body = AttendeeBody), (status = 409, description = "`duplicate-attendee`")))]
async fn add(
    State(web): State<Web>,
    caller: Organiser<HelpAttendees>,
    InPath(slug): InPath<SlugPath>,
    JsonBody(body): JsonBody<AttendeeAddition>,
) -> Result<Response, Problem> {
    let AttendeeAddition { email, name, organisation, country, category, language, external_id, verified } = &body;
    let new = parse(&PersonText {
        email: email.as_deref(),
        name,
        organisation: organisation.as_deref(),
        country: country.as_deref(),
        category: category.as_deref(),
        language: language.as_deref(),
        external_id: external_id.as_deref(),
    })?;
    let added = web.app.add_attendee(&caller.authority, &slug.0, new, *verified).await?;
    Ok(etag::created(&AttendeeBody::for_role(&added, caller.authority.role())))
}

/// Lists the roll in order of arrival.
#[utoipa::path(get, path = "/conferences/{slug}/attendees", tag = "Attendees", security(("session" = [])),
    params(("slug" = String, Path), Page), responses((status = 200, body = List<WithMail>)))]
async fn list_attendees(
    State(web): State<Web>,
    caller: Organiser<Observe>,
    InPath(slug): InPath<SlugPath>,
    InQuery(page): InQuery<Page>,
) -> Result<Response, Problem> {
    let (limit, after) = page.read::<AttendeeId>()?;
    let found = web.app.list_attendees(&caller.authority, &slug.0, after, limit).await?;
    let role = caller.authority.role();
    let mails = match (found.first(), found.last()) {
        (Some(first), Some(last)) => web.app.find_mail_statuses(&caller.authority, first.id, last.id).await?,
        _ => HashMap::new(),
    };
    let with_mail =
        |person: &Attendee| WithMail::for_role(AttendeeBody::for_role(person, role), mails.get(&person.id), role);
    let items: Vec<_> = found.iter().map(with_mail).collect();
    let path = format!("/api/v1/conferences/{}/attendees", slug.0);
    Ok(list(&path, items, limit, found.last().map(|attendee| attendee.id)))
}

/// A request from somebody who has lost their personal link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonalLinkRequest {
    /// The slug of the conference.
    #[schema(value_type = SlugText)]
    conference: urna_core::Slug,
    email: EmailField,
}

/// Requests the personal link by e-mail. The response is the same for a known and an unknown address.
#[utoipa::path(post, path = "/personal-link-requests", tag = "Attendees", request_body = PersonalLinkRequest,
    responses((status = 202, description = "if the address is registered, a mail follows")))]
async fn request_personal_link(
    State(web): State<Web>,
    network::From(network): network::From,
    JsonBody(body): JsonBody<PersonalLinkRequest>,
) -> Result<StatusCode, Problem> {
    match web.app.request_personal_link(&body.conference, &body.email.0, network).await.map_err(Problem::from) {
        // The body names the conference, the URL does not: an unknown conference is answered like an unknown address.
        Err(problem) if problem.code == Code::NotFound => Ok(StatusCode::ACCEPTED),
        outcome => outcome.map(|()| StatusCode::ACCEPTED),
    }
}
