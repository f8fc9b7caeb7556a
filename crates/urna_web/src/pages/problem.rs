//! Problems as pages, which say in the reader's language what a problem means and what to do.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};

use serde_json::Value;
use urna_texts::Speech;

use super::frame::Frame;
use super::reader::Reader;
use super::{Link, page};
use crate::extract::InPath;
use crate::problem::{Code, ENTRIES, Problem};

/// The page about a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    paragraphs: Vec<String>,
    links: Vec<Link>,
    /// The code and the request, for a reader who asks for help.
    reference: String,
}

/// Returns the heading and the paragraphs for a problem that attendees may meet.
fn words(code: Code, reader: &Reader) -> (&'static str, &'static [&'static str]) {
    match code {
        Code::LinkExpired => ("link-expired-heading", &["link-expired"]),
        Code::LinkReplaced => ("link-replaced-heading", &["link-replaced"]),
        Code::LinkInvalid => ("link-unknown-heading", &["link-unknown"]),
        Code::NotSignedIn if reader.has_no_cookie() => ("signed-out-heading", &["signed-out", "no-cookie"]),
        Code::NotSignedIn => ("session-ended-heading", &["session-ended"]),
        Code::Unavailable | Code::Overloaded | Code::Timeout => ("unavailable-heading", &["critical-unavailable"]),
        Code::NotFound | Code::ResultsNotPublished | Code::CommitmentsNotPublic | Code::ReceiptNotFound => {
            ("missing-heading", &["missing"])
        }
        _ => ("other-heading", &["other"]),
    }
}

/// Returns the links to go on from a problem.
fn links(problem: &Problem, t: &Speech) -> Vec<Link> {
    let link = |text: &str, path: String| Link { text: t.say(text), path };
    let conference = problem.more.get("conference").and_then(Value::as_str);
    match (problem.code, conference) {
        (Code::LinkReplaced | Code::LinkInvalid, Some(slug)) => vec![
            link("conference-enter-code", format!("/{slug}/enter")),
            link("conference-send-link", format!("/{slug}/link")),
        ],
        (_, Some(slug)) => vec![link("to-conference", format!("/{slug}"))],
        _ => vec![link("problem-to-start", "/".to_owned())],
    }
}

/// Answers a request for a page with the problem as a page.
pub(crate) fn problem_page(problem: &Problem, reader: &Reader, request_id: &str) -> Response {
    let t = reader.speech(None);
    let (heading, paragraphs) = words(problem.code, reader);
    let (heading, paragraphs) = match problem.retry_after.filter(|_| problem.code == Code::TooManyAttempts) {
        Some(seconds) => (t.say("too-many-heading"), vec![t.with1("too-many", "seconds", seconds)]),
        None => (t.say(heading), paragraphs.iter().map(|id| t.say(id)).collect()),
    };
    let code = problem.code.entry().code;
    let page = ProblemPage {
        frame: reader.frame(t, heading, None).error(),
        paragraphs,
        links: links(problem, t),
        reference: t.with("problem-code", [("code", code.into()), ("request", request_id.into())]),
    };
    page.render().map_or_else(|_| code.into_response(), |page| Html(page).into_response())
}

/// The page that explains a kind of problem to programmers; its address is in the problem document.
#[derive(Template)]
#[template(path = "problem_kind.html")]
struct KindPage {
    frame: Frame,
    detail: &'static str,
    help: &'static str,
    code: &'static str,
    status: u16,
}

pub(crate) async fn show_problem(reader: Reader, InPath(code): InPath<String>) -> Result<Response, Problem> {
    let entry = ENTRIES.iter().find(|entry| entry.code == code).ok_or(Problem::new(Code::NotFound))?;
    // The catalogue is English, as the API is.
    let t = urna_texts::speech("en").ok_or(Problem::new(Code::Internal))?;
    page(&KindPage {
        frame: reader.frame(t, entry.title, None).public(),
        detail: entry.detail,
        help: entry.help,
        code: entry.code,
        status: entry.status.as_u16(),
    })
}
