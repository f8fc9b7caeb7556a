//! The pages that people see. They work without a script, and change nothing on GET; they call the same use cases as the API.

mod about;
mod assets;
mod ballot;
mod conference;
mod entry;
mod form;
mod frame;
mod kept;
mod own_form;
mod portrait;
mod problem;
mod reader;
mod receipt;
mod results;
mod tint;
mod verifier;

use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use urna_core::{Ballot, Kind, Language, LocalText};

use crate::problem::Problem;
use crate::queries::keys;
use crate::state::Web;

pub(crate) use assets::{icon, logo as logo_path, stylesheet, stylesheet_hash};
pub(crate) use problem::problem_page;
pub(crate) use reader::Reader;

use problem::show_problem;

/// The routes of all pages.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(conference::home))
        .route("/l/{token}", get(entry::show_link).post(entry::sign_in))
        .route("/L/{token}", get(entry::show_link).post(entry::sign_in))
        .route("/sign-out", post(entry::sign_out))
        .route("/language", post(about::choose_language))
        .route("/languages", get(about::languages))
        .route("/help", get(about::help))
        .route("/how-it-works", get(about::how_it_works))
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
        .route("/{conference}/enter", get(entry::ask_for_badge).post(entry::sign_in_by_badge))
        .route("/{conference}/link", get(entry::ask_for_link).post(entry::request_link))
        .route("/{conference}/register", get(entry::ask_to_register).post(entry::register))
        .route("/{conference}/{ballot}/results", get(results::show))
        .route("/{conference}/{ballot}/card.png", get(results::card::show))
        .route("/verifier.html", get(verifier::show))
        .merge(assets::routes())
        .layer(CompressionLayer::new())
        .merge(assets::font_routes())
}

/// The keys that pages know in their queries.
pub(crate) fn queries() -> [(&'static str, Vec<String>); 3] {
    [
        ("/{conference}/enter", keys::<entry::Wanted>()),
        ("/{conference}/{ballot}/results", keys::<results::VersionQuery>()),
        ("/{conference}/{ballot}/card.png", keys::<results::VersionQuery>()),
    ]
}

/// The word by which texts tell what a ballot is for: an award is won, a question has options.
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

/// A page that was made for one person.
fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// A page with another status than 200.
fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    Ok((status, page(template)?).into_response())
}

/// On to another page, by GET.
fn see_other(path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// At another address for good.
pub(crate) fn moved_to(path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, path)]).into_response()
}

/// With this header a script asks for the next page instead of a redirect to it.
const HERE: HeaderName = HeaderName::from_static("urna-here");

fn asks_for_the_next_page(headers: &HeaderMap) -> bool {
    headers.contains_key(HERE)
}

/// A page that is another than the one that was asked for, with where it is.
fn at(path: &str, page: Response) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    ([(header::CONTENT_LOCATION, path)], page).into_response()
}

/// A text of an organiser's, and in which language it stands there.
#[derive(Debug, Clone)]
struct Written {
    text: String,
    /// Where it is another than the page's, or not known to be the page's.
    language: Option<String>,
}

impl Written {
    /// In the reader's language if there is such a text, else as it was written.
    fn of(text: &LocalText, original: Option<&Language>, wanted: &Language) -> Self {
        let language = match text {
            LocalText::Many(texts) if texts.contains_key(wanted) => Some(wanted.clone()),
            LocalText::One(_) | LocalText::Many(_) => original.cloned(),
        };
        Self {
            text: text.in_language(Some(wanted), original).to_owned(),
            language: language.filter(|language| language != wanted).map(|language| language.to_string()),
        }
    }

    /// Attributes for the element that has nothing else in it: the text's own direction, and its language.
    fn marks(&self) -> String {
        let language = self.language.as_deref().map(|language| format!(" lang=\"{language}\"")).unwrap_or_default();
        format!("{language} dir=\"auto\"")
    }

    /// A text of this ballot's.
    fn in_ballot(text: &LocalText, ballot: &Ballot, wanted: &Language) -> Self {
        Self::of(text, ballot.definition.original_language.as_ref(), wanted)
    }
}

/// Where a ballot's page is.
fn ballot_path(ballot: &Ballot) -> String {
    format!("/ballots/{}", ballot.id)
}
