//! The HTML pages. They work without a script, change nothing on GET, and call the same use cases as the API.

mod about;
mod assets;
mod ballot;
mod conference;
mod form;
mod frame;
mod kept;
mod own_form;
mod portrait;
mod problem;
mod reader;
mod receipt;
mod results;
mod sign_in;
mod tint;
mod verifier;

use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use urna_core::{Ballot, Kind, Language, LocalText};

use crate::api::results::VersionQuery;
use crate::problem::Problem;
use crate::queries::keys;
use crate::state::Web;

pub(crate) use assets::{icon, logo as logo_path, stylesheet, stylesheet_hash};
pub(crate) use problem::problem_page;
pub(crate) use reader::Reader;

use problem::show_problem;

/// Returns the routes of all pages.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(conference::home))
        .route("/l/{token}", get(sign_in::show_link).post(sign_in::sign_in))
        .route("/L/{token}", get(sign_in::show_link).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(about::choose_language))
        .route("/languages", get(about::languages))
        .route("/help", get(about::help))
        .route("/how-it-works", get(about::how_it_works))
        .route("/how-it-works/methods", get(about::methods))
        .route("/privacy", get(about::privacy))
        .route("/accessibility", get(about::accessibility))
        .route("/verify", get(receipt::ask_for_code).post(receipt::look_up))
        .route("/receipts/{code}", get(receipt::show_trace))
        .route("/problems/{code}", get(show_problem))
        .route("/ballots/{id}", get(ballot::show).post(ballot::ask))
        .route("/ballots/{id}/check", get(ballot::back).post(ballot::check))
        .route("/ballots/{id}/votes", get(ballot::back).post(ballot::cast))
        .route("/ballots/{id}/receipt", get(receipt::show))
        .route("/ballots/{id}/receipt.json", get(receipt::save).post(receipt::save_own))
        .route("/ballots/{id}/candidates/{candidate}", get(ballot::show_candidate))
        .route("/{conference}", get(conference::show))
        .route("/{conference}/states", get(conference::show_states))
        .route("/{conference}/enter", get(sign_in::ask_for_badge).post(sign_in::sign_in_by_badge))
        .route("/{conference}/link", get(sign_in::ask_for_link).post(sign_in::request_link))
        .route("/{conference}/register", get(sign_in::ask_to_register).post(sign_in::register))
        .route("/{conference}/{ballot}/results", get(results::show))
        .route("/{conference}/{ballot}/card.png", get(results::card::show))
        .route("/verifier.html", get(verifier::show))
        .merge(assets::routes())
        .layer(CompressionLayer::new())
        .merge(assets::font_routes())
        .merge(assets::packed_routes())
}

/// Lists the query keys of each page that takes any.
pub(crate) fn queries() -> [(&'static str, Vec<String>); 3] {
    [
        ("/{conference}/enter", keys::<sign_in::BallotQuery>()),
        ("/{conference}/{ballot}/results", keys::<VersionQuery>()),
        ("/{conference}/{ballot}/card.png", keys::<VersionQuery>()),
    ]
}

/// Returns the word that messages take as `$kind`: an award is won, a question has options.
const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Award => "award",
        Kind::Consultation => "consultation",
    }
}

/// A link at the end of a page.
struct Link {
    text: String,
    path: String,
}

/// Renders a page for one reader.
fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// Renders a page with a status other than 200.
fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    Ok((status, page(template)?).into_response())
}

/// Redirects to another page, by GET.
fn see_other(path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// Redirects to another address, permanently.
pub(crate) fn moved_to(path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, path)]).into_response()
}

/// The header with which the script asks for the next page instead of a redirect to it.
const HERE: HeaderName = HeaderName::from_static("urna-here");

fn asks_for_the_next_page(headers: &HeaderMap) -> bool {
    headers.contains_key(HERE)
}

/// Answers with a page other than the requested one, and with its path in `Content-Location`.
fn at(path: &str, page: Response) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    ([(header::CONTENT_LOCATION, path)], page).into_response()
}

/// A text by an organiser, and its language.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    /// The tag of the text's language; `None` if it is the page's or unknown.
    language: Option<String>,
}

impl Written {
    /// Takes the text in the reader's language if there is one, else the original.
    fn of(text: &LocalText, original: Option<&Language>, wanted: &Language) -> Self {
        let (text, language) = text.with_language(Some(wanted), original);
        Self {
            text: text.to_owned(),
            language: language.filter(|language| *language != wanted).map(ToString::to_string),
        }
    }

    /// Writes the attributes of an element that holds only this text: its language and its own direction.
    fn marks(&self) -> String {
        let language = self.language.as_deref().map(|language| format!(" lang=\"{language}\"")).unwrap_or_default();
        format!("{language} dir=\"auto\"")
    }

    /// Takes a text of a ballot.
    fn in_ballot(text: &LocalText, ballot: &Ballot, wanted: &Language) -> Self {
        Self::of(text, ballot.definition.original_language.as_ref(), wanted)
    }
}

/// Returns the path of a ballot's page.
fn ballot_path(ballot: &Ballot) -> String {
    format!("/ballots/{}", ballot.id)
}
