//! Every way in which a request can fail, as RFC 9457 problem documents: the only mapping from refusals to HTTP.
//!
//! A handler answers with a [`Problem`]; the outermost layer ([`crate::observe`]) knows the request's id and renders
//! the problem, as JSON for the API and as a page for people.

mod catalogue;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use urna_app::{Failure, FieldError, Refusal, Thing};
use urna_core::BallotId;
use urna_core::cast::CastRefused;
use urna_core::choice::ChoicePlace;
use utoipa::ToSchema;

pub(crate) use catalogue::{Code, ENTRIES};

/// A problem, before the request's id and the service's address are added.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    /// Members beyond those of RFC 9457, such as `allowed`.
    pub(crate) more: Map<String, Value>,
    pub(crate) retry_after: Option<u64>,
    /// The internal cause, for the log alone.
    pub(crate) cause: Option<String>,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({"type": "https://vote.example.org/problems/ballot-closed", "title": "The ballot is closed", "status": 410, "detail": "Voting on this ballot is over.", "code": "ballot-closed", "request_id": "7ae1"}))]
pub(crate) struct ProblemDocument {
    /// The URL of a page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    pub(crate) kind: String,
    /// The kind of problem, for people.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The mistake in this request, for people.
    pub(crate) detail: String,
    /// The kind of problem, for programs; it never changes.
    pub(crate) code: String,
    /// The id of the request in the service's log.
    pub(crate) request_id: String,
    /// The fields that are not valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) errors: Vec<ProblemField>,
    /// Members beyond those of RFC 9457, such as `allowed`.
    #[serde(flatten)]
    #[schema(ignore)]
    pub(crate) more: Map<String, Value>,
}

/// One field of a request that is not valid.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// A JSON pointer (RFC 6901) into the body, or `/` and the name of a query parameter.
    pub(crate) pointer: String,
    /// The kind of mistake, for programs.
    pub(crate) code: String,
    /// The mistake, for people.
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(code: Code) -> Self {
        let detail = code.entry().detail.to_owned();
        Self { code, detail, errors: Vec::new(), more: Map::new(), retry_after: code.entry().retry_after, cause: None }
    }

    pub(crate) fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = detail.to_string();
        self
    }

    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.more.insert(member.to_owned(), value);
        self
    }

    pub(crate) fn invalid(pointer: &str, code: &'static str, detail: impl ToString) -> Self {
        Refusal::invalid(pointer, code, detail).into()
    }

    /// Returns the problem that an operator must look into: these ballots were put back in the database, or the list of
    /// closed ballots cannot be written.
    pub(crate) fn needs_attention(put_back: &[BallotId], unwritten: bool) -> Self {
        let ids: Vec<String> = put_back.iter().map(ToString::to_string).collect();
        let mut details = Vec::new();
        if !ids.is_empty() {
            let ids = ids.join(", ");
            details.push(format!("Ballots that were closed have been put back in the database: {ids}."));
        }
        if unwritten {
            details.push("The list of closed ballots cannot be written.".to_owned());
        }
        let problem = Self::new(Code::NeedsAttention).detail(details.join(" "));
        problem.with("put_back", json!(ids)).with("closed_list_unwritten", json!(unwritten))
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.code.entry().status
    }

    /// Returns the document that the API answers with.
    pub(crate) fn document(&self, public_url: &str, request_id: &str) -> ProblemDocument {
        let entry = self.code.entry();
        let field = |error: &FieldError| ProblemField {
            pointer: error.pointer.clone(),
            code: error.code.to_owned(),
            detail: error.detail.clone(),
        };
        ProblemDocument {
            kind: format!("{public_url}/problems/{}", entry.code),
            title: entry.title.to_owned(),
            status: entry.status.as_u16(),
            detail: self.detail.clone(),
            code: entry.code.to_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.iter().map(field).collect(),
            more: self.more.clone(),
        }
    }
}

impl IntoResponse for Problem {
    /// Returns an empty answer that carries the problem for the outermost layer to render.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = |code| Self::new(code);
        match refusal {
            Refusal::Invalid(errors) => {
                let detail = errors.iter().map(|error| error.detail.clone()).collect::<Vec<_>>().join("; ");
                Self { errors, ..problem(Code::ValidationFailed).detail(detail) }
            }
            Refusal::InvalidChoice(invalid) => {
                let field = |place: ChoicePlace| FieldError {
                    pointer: format!("/choice{place}"),
                    code: "invalid-value",
                    detail: invalid.to_string(),
                };
                let errors = invalid.place().map(field).into_iter().collect();
                Self { errors, ..problem(Code::InvalidChoice).detail(sentence(invalid)) }
            }
            Refusal::NotSignedIn => problem(Code::NotSignedIn),
            Refusal::Forbidden => problem(Code::Forbidden),
            Refusal::InvalidCredentials => problem(Code::InvalidCredentials),
            Refusal::TooManyAttempts { retry_after } => {
                Self { retry_after: Some(retry_after), ..problem(Code::TooManyAttempts) }
            }
            Refusal::NotFound(thing) => problem(Code::NotFound).detail(match thing {
                Thing::Conference => "There is no such conference.",
                Thing::Attendee => "There is no such attendee.",
                Thing::Organiser => "There is no such organiser.",
                Thing::Ballot => "There is no such ballot.",
                Thing::Logo => "There is no such logo.",
                Thing::Candidate => "The ballot has no such candidate.",
                Thing::Portrait => "There is no such portrait.",
                Thing::Session => "You have no such session, or it has ended.",
            }),
            Refusal::PreconditionFailed => problem(Code::PreconditionFailed),
            Refusal::SlugTaken => problem(Code::SlugTaken),
            Refusal::DuplicateAttendee => problem(Code::DuplicateAttendee),
            Refusal::DuplicateOrganiser => problem(Code::DuplicateOrganiser),
            Refusal::LastOwner => problem(Code::LastOwner),
            Refusal::RegistrationClosed => problem(Code::RegistrationClosed),
            Refusal::BadgeCodeInvalid => problem(Code::BadgeCodeInvalid),
            Refusal::LinkInvalid => problem(Code::LinkInvalid),
            Refusal::LinkExpired(slug) => problem(Code::LinkExpired).with("conference", json!(slug)),
            Refusal::LinkReplaced(slug) => problem(Code::LinkReplaced).with("conference", json!(slug)),
            Refusal::NoAddress => problem(Code::NoAddress),
            Refusal::AttendeeInOpenBallot => problem(Code::AttendeeInOpenBallot),
            Refusal::BallotLocked => problem(Code::BallotLocked),
            Refusal::BallotNotReady => problem(Code::BallotNotReady),
            Refusal::InvalidTransition(invalid) => {
                let allowed: Vec<_> = invalid.allowed.iter().map(|state| state.as_str()).collect();
                let detail = format!("The ballot is {}; from there it cannot go where you asked.", invalid.from);
                let problem = problem(Code::InvalidTransition).detail(detail);
                problem.with("from", json!(invalid.from.as_str())).with("allowed", json!(allowed))
            }
            Refusal::UnreadableVotes { unreadable } => {
                let (number, them) = if unreadable == 1 { ("1 vote", "it") } else { ("votes", "them") };
                let number = if unreadable == 1 { number.to_owned() } else { format!("{unreadable} {number}") };
                let detail = format!(
                    "{number} of people who took part cannot be read any more. Nothing has changed. To close without {them}, \
                     repeat the request with \"without_unreadable\": {unreadable} and a reason; or cancel the ballot."
                );
                problem(Code::UnreadableVotes).detail(detail).with("unreadable", json!(unreadable))
            }
            Refusal::TooManyVotes(too_many) => problem(Code::TooManyVotes).detail(sentence(too_many)),
            Refusal::PutBack => problem(Code::BallotPutBack).with("allowed", json!(["cancelled"])),
            Refusal::NotReady(missing) => {
                let missing: Vec<_> = missing.iter().map(|missing| missing.as_str()).collect();
                let detail = format!("Before the ballot can go on it needs: {}.", missing.join(", "));
                problem(Code::NotReady).detail(detail).with("missing", json!(missing))
            }
            Refusal::AlreadyWithdrawn => problem(Code::AlreadyWithdrawn),
            Refusal::Cast(refused) => refused.into(),
            Refusal::NotClosed { state } => {
                problem(Code::NotClosed).detail(format!("The ballot is {state}.")).with("state", json!(state.as_str()))
            }
            Refusal::TieUnresolved => problem(Code::TieUnresolved),
            Refusal::NoTie => problem(Code::NoTie),
            Refusal::AlreadyPublished => problem(Code::AlreadyPublished),
            Refusal::TieBreakFinal => problem(Code::TieBreakFinal),
            Refusal::ResultsNotPublished => problem(Code::ResultsNotPublished),
            Refusal::CommitmentsNotPublic => problem(Code::CommitmentsNotPublic),
            Refusal::ReceiptNotFound => problem(Code::ReceiptNotFound),
        }
    }
}

impl From<CastRefused> for Problem {
    fn from(refused: CastRefused) -> Self {
        match refused {
            CastRefused::AlreadyVoted => Self::new(Code::AlreadyVoted),
            CastRefused::TrackerReused => Self::new(Code::TrackerReused),
            CastRefused::NotOpen => Self::new(Code::BallotNotOpen),
            CastRefused::Paused => Self::new(Code::BallotPaused),
            CastRefused::Closed => Self::new(Code::BallotClosed),
            CastRefused::Cancelled => Self::new(Code::BallotCancelled),
            CastRefused::NotEligible(why) => {
                Self::new(Code::NotEligible).detail(sentence(why)).with("reason", json!(why.as_str()))
            }
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Unavailable(error) if error.is_damage() => {
                Self { cause: Some(error.to_string()), ..Self::new(Code::DataDamaged) }
            }
            Failure::Unavailable(error) => Self { cause: Some(error.to_string()), ..Self::new(Code::Unavailable) },
            Failure::Overloaded => Self::new(Code::Overloaded),
            Failure::NotRecorded => Self::new(Code::NotRecorded),
            Failure::OutcomeUnknown(tracker) => {
                Self::new(Code::OutcomeUnknown).with("tracker", json!(tracker.to_string()))
            }
        }
    }
}

/// Returns an error's text as a sentence, with a capital letter and a full stop.
fn sentence(error: impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
