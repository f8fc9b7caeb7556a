//! The pages that mails and problems lead to. They work without a script, and change nothing on GET.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use urna_app::Refusal;
use urna_core::keys::LinkToken;
use urna_core::{Ballot, StateName, Timestamp};

use crate::extract::InPath;
use crate::problem::{Code, ENTRIES, Problem};
use crate::session::{self, Attendee};
use crate::state::Web;

/// The routes of this file.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home))
        .route("/l/{token}", get(show_link).post(sign_in))
        .route("/L/{token}", get(show_link).post(sign_in))
        .route("/me", get(welcome))
        .route("/problems/{code}", get(show_problem))
        .route("/assets/urna.css", get(stylesheet))
}

fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// What is at the root of the service.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage;

async fn home() -> Result<Response, Problem> {
    page(&HomePage)
}

/// The token in the path of a personal link.
struct LinkInPath(LinkToken);

impl FromRequestParts<Web> for LinkInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, web).await.ok();
        let token = text.and_then(|Path(text)| LinkToken::parse(&text)).ok_or(Refusal::LinkInvalid)?;
        Ok(Self(token))
    }
}

/// Whom a personal link is for, and the one button.
#[derive(Template)]
#[template(path = "personal_link.html")]
struct PersonalLinkPage {
    conference: String,
    name: String,
}

/// Changes nothing, however often a mail scanner opens it.
async fn show_link(State(web): State<Web>, LinkInPath(token): LinkInPath) -> Result<Response, Problem> {
    let holder = web.app.find_link_holder(&token).await?;
    page(&PersonalLinkPage { conference: holder.conference.name, name: holder.attendee.name.to_string() })
}

/// Signs in and redirects, so that the token leaves the address bar.
async fn sign_in(State(web): State<Web>, LinkInPath(token): LinkInPath) -> Result<Response, Problem> {
    let session = web.app.sign_in_attendee(&token).await?;
    let cookie = session::set_cookie(web.secure, &session.token).ok_or(Problem::new(Code::Internal))?;
    let to = HeaderValue::from_static("/me");
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::SET_COOKIE, cookie)]).into_response())
}

/// A ballot in the list.
struct BallotLine {
    title: String,
    state: &'static str,
    results: Option<String>,
}

impl BallotLine {
    /// As it stands now: closed from the closing time on.
    fn at(ballot: &Ballot, now: Timestamp) -> Self {
        let state = match ballot.state_at(now) {
            StateName::Draft | StateName::Ready => "Voting has not opened yet",
            StateName::Open => "Voting is open",
            StateName::Paused => "Voting is paused",
            StateName::Closed => "Voting is closed; the result will be announced",
            StateName::Published => "The result is published",
            StateName::Cancelled => "Cancelled",
        };
        let published = ballot.state.published_version().is_some();
        Self {
            title: ballot.definition.original(&ballot.definition.title).to_owned(),
            state,
            results: published.then(|| format!("/api/v1/ballots/{}/results.svg", ballot.id)),
        }
    }
}

/// Where an attendee is after signing in.
#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    conference: String,
    name: String,
    status: &'static str,
    ballots: Vec<BallotLine>,
}

async fn welcome(State(web): State<Web>, Attendee(voter): Attendee) -> Result<Response, Problem> {
    let ballots = web.app.list_ballots(&voter.conference().slug, false, None, 200).await?;
    page(&WelcomePage {
        conference: voter.conference().name.clone(),
        name: voter.attendee().name.to_string(),
        status: voter.attendee().status.as_str(),
        ballots: ballots.iter().map(|ballot| BallotLine::at(ballot, web.app.now())).collect(),
    })
}

/// What a kind of problem means, or what went wrong with a page.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    title: &'a str,
    detail: &'a str,
    help: &'a str,
    code: &'a str,
    status: u16,
    request_id: Option<&'a str>,
}

async fn show_problem(InPath(code): InPath<String>) -> Result<Response, Problem> {
    let entry = ENTRIES.iter().find(|entry| entry.code == code).ok_or(Problem::new(Code::NotFound))?;
    page(&ProblemPage {
        title: entry.title,
        detail: entry.detail,
        help: entry.help,
        code: entry.code,
        status: entry.status.as_u16(),
        request_id: None,
    })
}

/// A problem as a page, where somebody asked for a page.
pub(crate) fn problem_page(problem: &Problem, request_id: &str) -> Response {
    let entry = problem.code.entry();
    let page = ProblemPage {
        title: entry.title,
        detail: &problem.detail,
        help: entry.help,
        code: entry.code,
        status: entry.status.as_u16(),
        request_id: Some(request_id),
    };
    page.render().map_or_else(|_| entry.title.into_response(), |page| Html(page).into_response())
}

const STYLESHEET: &str = include_str!("../assets/urna.css");

async fn stylesheet() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, STYLESHEET).into_response()
}
