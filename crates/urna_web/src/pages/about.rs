//! Pages about the service, and the choice of a language.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use urna_texts::{Speech, Status};

use super::frame::{Frame, LanguageLine};
use super::own_form::is_for;
use super::reader::{LANGUAGE_COOKIE, Reader, referring_path};
use super::{page, see_other};
use crate::cookies::{Cookie, SameSite};
use crate::extract::Form;
use crate::problem::{Code, Problem};
use crate::state::Web;

/// A page of headings and paragraphs.
#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    frame: Frame,
    sections: Vec<Section>,
    /// The page that says more: its path, and the words for it.
    more: Option<(&'static str, String)>,
}

struct Section {
    heading: Option<String>,
    paragraphs: Vec<String>,
}

fn about(reader: &Reader, heading: &str, sections: &[(Option<&str>, &[&str])]) -> Result<Response, Problem> {
    about_with(reader, heading, sections, None)
}

/// A page that names another one, which says more: by its path, and the message for it.
fn about_with(
    reader: &Reader,
    heading: &str,
    sections: &[(Option<&str>, &[&str])],
    more: Option<(&'static str, &str)>,
) -> Result<Response, Problem> {
    let t = reader.speech(None);
    let section = |(heading, paragraphs): &(Option<&str>, &[&str])| Section {
        heading: heading.map(|id| t.say(id)),
        paragraphs: paragraphs.iter().map(|id| t.say(id)).collect(),
    };
    page(&AboutPage {
        frame: reader.frame(t, t.say(heading), None).public(),
        sections: sections.iter().map(section).collect(),
        more: more.map(|(path, id)| (path, t.say(id))),
    })
}

pub(super) async fn help(reader: Reader) -> Result<Response, Problem> {
    about(
        &reader,
        "help-heading",
        &[
            (Some("help-vote-heading"), &["help-vote"]),
            (Some("help-no-link-heading"), &["help-no-link"]),
            (Some("help-again-heading"), &["no-cookie"]),
            (Some("help-slow-heading"), &["help-slow", "critical-retry-safe"]),
            (Some("help-someone-heading"), &["help-someone"]),
        ],
    )
}

pub(super) async fn how_it_works(reader: Reader) -> Result<Response, Problem> {
    about_with(
        &reader,
        "how-heading",
        &[
            (Some("how-secret-heading"), &["how-secret", "how-secret-limit"]),
            (Some("how-receipt-heading"), &["how-receipt", "how-receipt-codes", "how-receipt-limit"]),
            (Some("how-count-heading"), &["how-count", "how-count-limit"]),
            (Some("how-before-heading"), &["how-before", "how-before-limit"]),
        ],
        Some(("/how-it-works/methods", "methods-link")),
    )
}

/// The methods of voting, in plain words.
pub(super) async fn methods(reader: Reader) -> Result<Response, Problem> {
    about(
        &reader,
        "methods-heading",
        &[
            (None, &["methods-intro", "methods-example"]),
            (Some("methods-plurality-heading"), &["methods-plurality", "methods-plurality-example"]),
            (Some("methods-approval-heading"), &["methods-approval", "methods-approval-example"]),
            (Some("methods-score-heading"), &["methods-score", "methods-score-example"]),
            (Some("methods-irv-heading"), &["methods-irv", "methods-irv-example"]),
            (Some("methods-schulze-heading"), &["methods-schulze", "methods-schulze-example"]),
            (Some("methods-borda-heading"), &["methods-borda", "methods-borda-example"]),
            (Some("methods-stv-heading"), &["methods-stv", "methods-stv-example"]),
            (Some("methods-motion-heading"), &["methods-motion", "methods-motion-example"]),
            (Some("methods-ties-heading"), &["methods-ties", "methods-withdrawn"]),
        ],
    )
}

pub(super) async fn privacy(reader: Reader) -> Result<Response, Problem> {
    about(
        &reader,
        "privacy-heading",
        &[
            (Some("privacy-what-heading"), &["privacy-what", "privacy-voted"]),
            (Some("privacy-how-long-heading"), &["privacy-how-long"]),
            (Some("privacy-who-heading"), &["privacy-who"]),
            (Some("privacy-rights-heading"), &["privacy-rights"]),
        ],
    )
}

pub(super) async fn accessibility(reader: Reader) -> Result<Response, Problem> {
    let paragraphs: &[&str] =
        &["accessibility-goal", "accessibility-how", "accessibility-time", "accessibility-contact"];
    about(&reader, "accessibility-heading", &[(None, paragraphs)])
}

/// Every language of the pages, and how far to trust each translation.
#[derive(Template)]
#[template(path = "languages.html")]
struct LanguagesPage {
    frame: Frame,
    statuses: Vec<(LanguageLine, String)>,
}

pub(super) async fn languages(reader: Reader) -> Result<Response, Problem> {
    let t = reader.speech(None);
    let status = |speech: &'static Speech| match speech.status() {
        Status::Original => t.say("language-original"),
        Status::Machine => t.say("language-machine"),
        Status::Reviewed => t.say("language-reviewed"),
    };
    page(&LanguagesPage {
        frame: reader.frame(t, t.say("languages-heading"), None).public(),
        statuses: urna_texts::speeches().map(|speech| (LanguageLine::of(speech, t), status(speech))).collect(),
    })
}

/// The time for which a browser remembers a language: a year.
const LANGUAGE_SECONDS: u32 = 365 * 24 * 3600;

/// Remembers the language in the browser and, if the page was made for the signed-in attendee, for their e-mails; then
/// leads back.
pub(super) async fn choose_language(
    State(web): State<Web>,
    reader: Reader,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let path = form.filled("to").or_else(|| referring_path(&headers)).map_or("/", local);
    let wanted = form.get("language");
    let speech = urna_texts::speeches().find(|speech| speech.language().as_str() == wanted);
    let Some(speech) = speech else { return Ok(see_other(path)) };
    if let Some(voter) = reader.voter.as_ref().filter(|_| is_for(&reader, &form)) {
        let _changed = web.app.change_language(voter, Some(speech.language().clone())).await?;
    }
    let value = speech.language().as_str();
    let cookie =
        Cookie { name: LANGUAGE_COOKIE, value, path: "/", seconds: Some(LANGUAGE_SECONDS), same_site: SameSite::Lax };
    let cookie = cookie.header(web.secure).ok_or(Problem::new(Code::Internal))?;
    Ok(([(header::SET_COOKIE, cookie)], see_other(path)).into_response())
}

/// Returns the path if it is on this service, else its start: nobody is led to another site.
fn local(path: &str) -> &str {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    // Browsers drop tabs and the like, and the rest may begin with two slashes.
    let is_local = is_local && !path.contains(char::is_control);
    if is_local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(local("/ecc-2026?x=1"), "/ecc-2026?x=1");
        for elsewhere in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:x",
            "/a\r\nb",
            "/\t/evil.example",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }
}
