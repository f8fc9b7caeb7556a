//! Signing in with the personal link or the badge code, requesting the link, registering, and signing out.

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use urna_app::roll::Registrant;
use urna_app::{Failure, LinkHolder, NewSession, Refusal};
use urna_core::badge_code::InvalidBadgeCode;
use urna_core::email::InvalidEmail;
use urna_core::keys::LinkToken;
use urna_core::new_attendee::{PersonField, PersonRefused, PersonText};
use urna_core::registration::Registration;
use urna_core::text::InvalidText;
use urna_core::{Conference, Email, NewAttendee};
use urna_texts::Speech;
use utoipa::IntoParams;

use super::conference::{SlugInPath, is_due};
use super::form::{Field, FormPage, NoticePage};
use super::frame::Frame;
use super::own_form::OwnForm;
use super::reader::Reader;
use super::{asks_for_the_next_page, at, ballot, conference, kept, page, page_with, see_other};
use crate::extract::{Form, InPath, InQuery};
use crate::network;
use crate::problem::{Code, Problem};
use crate::session;
use crate::state::Web;

/// The token in the path of a personal link.
pub(super) struct LinkInPath(LinkToken);

impl FromRequestParts<Web> for LinkInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, web).await.ok();
        match text.and_then(|Path(text)| LinkToken::parse(&text)) {
            Some(token) => Ok(Self(token)),
            None => Err(with_remedies(web, Refusal::LinkInvalid.into()).await),
        }
    }
}

/// Adds a conference to the problem of an unknown link, which names none: if only one has not ended, its other ways to
/// sign in are the remedy.
async fn with_remedies(web: &Web, problem: Problem) -> Problem {
    if problem.code != Code::LinkInvalid {
        return problem;
    }
    let conferences = web.app.list_conferences(None, 200).await.unwrap_or_default();
    let mut current = conferences.iter().filter(|conference| conference.ends_at() > web.app.now());
    match (current.next(), current.next()) {
        (Some(only), None) => problem.with("conference", serde_json::json!(only.slug)),
        _ => problem,
    }
}

/// The page of a personal link: the attendee's name, and one button.
#[derive(Template)]
#[template(path = "personal_link.html")]
struct PersonalLinkPage {
    frame: Frame,
    name: String,
}

/// Shows whose link it is. Changes nothing, however often a mail scanner opens it.
pub(super) async fn show_link(
    State(web): State<Web>,
    reader: Reader,
    LinkInPath(token): LinkInPath,
) -> Result<Response, Problem> {
    let holder = match web.app.find_link_holder(&token).await {
        Ok(holder) => holder,
        Err(failure) => return Err(with_remedies(&web, failure.into()).await),
    };
    let t = reader.speech(Some(&holder.conference));
    let frame = reader.frame(t, t.say("sign-in-heading"), Some(&holder.conference)).at_once().at_a_secret_address();
    page(&PersonalLinkPage { frame, name: holder.attendee.name.to_string() })
}

/// Signs in and redirects, so that the token leaves the address bar.
pub(super) async fn sign_in(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    LinkInPath(token): LinkInPath,
) -> Result<Response, Problem> {
    let session = web.app.sign_in_by_link(&token).await?;
    signed_in(&web, reader, &headers, session, None).await
}

/// The ballot to show after signing in.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub(super) struct BallotQuery {
    /// Its id.
    ballot: Option<String>,
}

/// Leads to the requested ballot, else to the only one that is due, else to the conference. The script gets that page
/// at once.
async fn signed_in(
    web: &Web,
    reader: Reader,
    headers: &HeaderMap,
    session: NewSession<LinkHolder>,
    wanted: Option<String>,
) -> Result<Response, Problem> {
    let cookie = session::set_cookie(web.secure, &session.token).ok_or(Problem::new(Code::Internal))?;
    let slug = &session.who.conference.slug;
    let now = web.app.now();
    let ballots = web.app.list_ballot_states(slug, 200).await?;
    let mut due = ballots.iter().filter(|ballot| is_due(ballot.state_at(now)));
    let asked_for = wanted.and_then(|id| ballots.iter().find(|ballot| ballot.id.to_string() == id));
    let only = asked_for.or_else(|| due.next().filter(|_| due.next().is_none()));
    let to = only.map_or_else(|| format!("/{slug}"), |ballot| format!("/ballots/{}", ballot.id));
    // The browser's receipts belong to the previous voter.
    let was_elses = reader.voter.as_ref().is_some_and(|voter| voter.attendee().id != session.who.attendee.id);
    let turn = if was_elses { kept::begin_turn(web) } else { None };
    // The browser sends a kept receipt only with a request for the ballot itself.
    let voter = web.app.find_voter(&session.token).await?;
    let has_voted = match (&voter, only) {
        (Some(voter), Some(ballot)) => web.app.find_participation(voter, ballot.id).await?.has_voted,
        _ => false,
    };
    let mut answer = if asks_for_the_next_page(headers) && !has_voted {
        let reader = reader.signed_in(web, voter, &to);
        let shown = match only {
            Some(ballot) => ballot::show_to(web, &reader, headers, ballot.id).await?,
            None => conference::show_to(web, &reader, slug).await?,
        };
        at(&to, shown)
    } else {
        see_other(&to)
    };
    for cookie in [cookie].into_iter().chain(turn) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Builds the form for a badge code.
fn badge_form(reader: &Reader, conference: &Conference, code: &str, error: Option<&str>) -> FormPage {
    let t = reader.speech(Some(conference));
    let field = Field {
        id: "code",
        label: t.say("badge-label"),
        hint: t.say("badge-hint"),
        kind: "text",
        autocomplete: "off",
        is_code: true,
        value: code.to_owned(),
        error: error.map(|id| t.say(id)),
        ..Field::default()
    };
    let frame = reader.frame(t, t.say("badge-heading"), Some(conference));
    let page = FormPage::new(frame, t.say("badge-intro"), vec![field], t.say("sign-in-submit"));
    page.back_to(conference).leading_on()
}

pub(super) async fn ask_for_badge(
    State(web): State<Web>,
    reader: Reader,
    InPath(slug): InPath<SlugInPath>,
) -> Result<Response, Problem> {
    page(&badge_form(&reader, &find(&web, slug).await?, "", None))
}

pub(super) async fn sign_in_by_badge(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    InPath(slug): InPath<SlugInPath>,
    network::From(network): network::From,
    InQuery(wanted): InQuery<BallotQuery>,
    form: Form,
) -> Result<Response, Problem> {
    let conference = find(&web, slug).await?;
    let typed = form.get("code");
    let mistake = match typed.parse() {
        Ok(code) => match web.app.sign_in_by_badge(&conference.slug, code, network).await.map_err(Problem::from) {
            Ok(session) => return signed_in(&web, reader, &headers, session, wanted.ballot).await,
            Err(problem) if problem.code == Code::BadgeCodeInvalid => "badge-unknown",
            Err(problem) => return Err(problem),
        },
        Err(InvalidBadgeCode::Form) if typed.is_empty() => "badge-missing",
        Err(InvalidBadgeCode::Form) => "badge-form",
        Err(InvalidBadgeCode::Check) => "badge-mistyped",
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &badge_form(&reader, &conference, typed, Some(mistake)))
}

/// Ends the session and has the browser forget it. From then on no receipt in the browser opens: the next person may
/// hold it.
pub(super) async fn sign_out(State(web): State<Web>, OwnForm { voter, .. }: OwnForm) -> Result<Response, Problem> {
    web.app.sign_out_attendee(&voter).await?;
    let mut response = see_other(&format!("/{}", voter.conference().slug));
    for cookie in [session::forget_cookie(web.secure), kept::begin_turn(&web)] {
        response.headers_mut().append(header::SET_COOKIE, cookie.ok_or(Problem::new(Code::Internal))?);
    }
    Ok(response)
}

async fn find(web: &Web, slug: SlugInPath) -> Result<Conference, Problem> {
    Ok(web.app.find_conference(&slug.0).await?)
}

fn address_field(t: &Speech, value: &str, error: Option<&str>) -> Field {
    Field {
        id: "email",
        label: t.say("link-label"),
        kind: "email",
        autocomplete: "email",
        value: value.to_owned(),
        error: error.map(|id| t.say(id)),
        ..Field::default()
    }
}

/// Builds the form for the address to which the personal link goes.
fn link_form(reader: &Reader, conference: &Conference, email: &str, error: Option<&str>) -> FormPage {
    let t = reader.speech(Some(conference));
    let frame = reader.frame(t, t.say("link-heading"), Some(conference));
    let fields = vec![address_field(t, email, error)];
    FormPage::new(frame, t.say("link-intro"), fields, t.say("link-submit")).back_to(conference)
}

pub(super) async fn ask_for_link(
    State(web): State<Web>,
    reader: Reader,
    InPath(slug): InPath<SlugInPath>,
) -> Result<Response, Problem> {
    page(&link_form(&reader, &find(&web, slug).await?, "", None))
}

pub(super) async fn request_link(
    State(web): State<Web>,
    reader: Reader,
    InPath(slug): InPath<SlugInPath>,
    network::From(network): network::From,
    form: Form,
) -> Result<Response, Problem> {
    let conference = find(&web, slug).await?;
    let typed = form.get("email");
    match Email::parse(typed) {
        Ok(email) => {
            web.app.request_personal_link(&conference.slug, &email, network).await?;
            sent(&reader, &conference, "link-sent")
        }
        Err(invalid) => {
            let form = link_form(&reader, &conference, typed, Some(wrong_address(invalid)));
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &form)
        }
    }
}

/// Names the message for an invalid address.
const fn wrong_address(invalid: InvalidEmail) -> &'static str {
    match invalid {
        InvalidEmail::Empty => "link-missing",
        InvalidEmail::Unmailable => "link-unmailable",
        _ => "link-malformed",
    }
}

/// Says that an e-mail may be on its way; the answer is the same for every address.
fn sent(reader: &Reader, conference: &Conference, text: &str) -> Result<Response, Problem> {
    let t = reader.speech(Some(conference));
    let notice = NoticePage {
        frame: reader.frame(t, t.say("link-sent-heading"), Some(conference)),
        paragraphs: vec![t.say(text), t.say("link-sent-again")],
        back: format!("/{}", conference.slug),
    };
    page_with(StatusCode::ACCEPTED, &notice)
}

/// The messages about the invalid fields of a registration.
#[derive(Default)]
struct Mistakes {
    email: Option<&'static str>,
    name: Option<&'static str>,
    organisation: Option<&'static str>,
    country: Option<&'static str>,
}

impl Mistakes {
    fn add(&mut self, (field, refused): (PersonField, PersonRefused)) {
        match (field, refused) {
            (PersonField::Email, PersonRefused::Email(invalid)) => self.email = Some(wrong_address(invalid)),
            (PersonField::Name, PersonRefused::Text(InvalidText::Empty)) => self.name = Some("register-name-missing"),
            (PersonField::Name, _) => self.name = Some("register-name-form"),
            (PersonField::Organisation, _) => self.organisation = Some("register-too-long"),
            (PersonField::Country, _) => self.country = Some("register-country-form"),
            // The form has no other fields.
            _ => {}
        }
    }
}

fn registration_form(reader: &Reader, conference: &Conference, form: &Form, mistakes: &Mistakes) -> FormPage {
    let t = reader.speech(Some(conference));
    let field = |id, label: &str, hint: Option<&str>, autocomplete, error: Option<&str>| Field {
        id,
        label: t.say(label),
        hint: hint.map(|id| t.say(id)).unwrap_or_default(),
        kind: "text",
        autocomplete,
        value: form.get(id).to_owned(),
        error: error.map(|id| t.say(id)),
        is_optional: matches!(id, "organisation" | "country"),
        ..Field::default()
    };
    let frame = reader.frame(t, t.say("register-heading"), Some(conference));
    let fields = vec![
        address_field(t, form.get("email"), mistakes.email),
        field("name", "register-name", Some("register-name-hint"), "name", mistakes.name),
        field("organisation", "register-organisation", None, "organization", mistakes.organisation),
        Field { options: t.countries(), ..field("country", "register-country", None, "country", mistakes.country) },
    ];
    FormPage::new(frame, t.say("register-intro"), fields, t.say("register-submit")).back_to(conference)
}

pub(super) async fn ask_to_register(
    State(web): State<Web>,
    reader: Reader,
    InPath(slug): InPath<SlugInPath>,
) -> Result<Response, Problem> {
    let conference = find(&web, slug).await?;
    if conference.registration == Registration::Closed {
        let t = reader.speech(Some(&conference));
        return page(&NoticePage {
            frame: reader.frame(t, t.say("register-closed-heading"), Some(&conference)),
            paragraphs: vec![t.say("register-closed")],
            back: format!("/{}", conference.slug),
        });
    }
    page(&registration_form(&reader, &conference, &Form::default(), &Mistakes::default()))
}

pub(super) async fn register(
    State(web): State<Web>,
    reader: Reader,
    InPath(slug): InPath<SlugInPath>,
    network::From(network): network::From,
    form: Form,
) -> Result<Response, Problem> {
    let conference = find(&web, slug).await?;
    let t = reader.speech(Some(&conference));
    let text = PersonText {
        email: Some(form.get("email")),
        name: form.get("name"),
        organisation: form.filled("organisation"),
        country: form.filled("country"),
        language: Some(t.language().as_str()),
        ..PersonText::default()
    };
    let mut mistakes = Mistakes::default();
    match NewAttendee::parse(&text) {
        Err(faults) => faults.into_iter().for_each(|fault| mistakes.add(fault)),
        Ok(mut person) => {
            let email = person.email.take().ok_or(Problem::new(Code::Internal))?;
            match web.app.register(&conference.slug, Registrant { email, person }, network).await {
                Ok(()) => return sent(&reader, &conference, "register-sent"),
                Err(Failure::Refused(Refusal::Invalid(errors)))
                    if errors.iter().any(|error| error.code == "domain-not-listed") =>
                {
                    mistakes.email = Some("register-other-domain");
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &registration_form(&reader, &conference, &form, &mistakes))
}
