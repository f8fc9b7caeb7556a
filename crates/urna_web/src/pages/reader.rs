//! Who reads a page, and in which language.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use urna_app::Voter;
use urna_core::Conference;
use urna_core::browser::PersonMark;
use urna_texts::Speech;

use crate::pages::frame::{Frame, SignedIn};
use crate::problem::Problem;
use crate::session::{Attendee, cookie, has_cookie};
use crate::state::Web;

/// The cookie of the language that somebody chose; it says nothing about them.
pub(crate) const LANGUAGE_COOKIE: &str = "urna-language";

/// A person before a page.
pub(crate) struct Reader {
    pub(crate) voter: Option<Arc<Voter>>,
    /// The mark of the forms that are made for them.
    mark: Option<PersonMark>,
    /// Whether the browser sent the cookie of a session, of whatever worth.
    has_cookie: bool,
    /// Whether they came from where one signs in.
    is_from_sign_in: bool,
    /// Path and query of what they asked for.
    path: String,
    chosen: Option<String>,
    accept_language: Option<String>,
}

impl FromRequestParts<Web> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let voter = Option::<Attendee>::from_request_parts(parts, web).await?.map(|Attendee(voter)| voter);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let mark = voter.as_ref().map(|voter| web.app.mark_of(voter));
        Ok(Self { voter, mark, path, ..Self::of_headers(&parts.headers) })
    }
}

impl Reader {
    /// Somebody of whom nothing but the request's headers is known.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        Self {
            voter: None,
            mark: None,
            has_cookie: has_cookie(headers),
            is_from_sign_in: referring_path(headers).is_some_and(is_sign_in),
            path: "/".to_owned(),
            chosen: cookie(headers, LANGUAGE_COOKIE).map(str::to_owned),
            accept_language: headers.get(header::ACCEPT_LANGUAGE).and_then(text),
        }
    }

    /// The same person, who has just signed in and goes on to this path.
    pub(crate) fn signed_in(self, web: &Web, voter: Option<Arc<Voter>>, path: &str) -> Self {
        let mark = voter.as_ref().map(|voter| web.app.mark_of(voter));
        Self { voter, mark, path: path.to_owned(), ..self }
    }

    /// The mark of the forms that are made for them, where somebody is signed in.
    pub(crate) const fn mark(&self) -> Option<&PersonMark> {
        self.mark.as_ref()
    }

    /// Path and query of what they asked for.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the browser sent no session at all, not even one that has ended.
    pub(crate) const fn has_no_cookie(&self) -> bool {
        !self.has_cookie
    }

    /// Whether they may have signed in just now, and the browser has not kept the cookie. Who has signed out since, and goes back,
    /// looks the same.
    pub(crate) const fn may_refuse_cookies(&self) -> bool {
        self.is_from_sign_in && !self.has_cookie
    }

    /// Their language on a page of this conference, or on one of none.
    pub(crate) fn speech(&self, conference: Option<&Conference>) -> &'static Speech {
        let of_conference = conference.map(|conference| conference.languages.as_slice()).unwrap_or_default();
        urna_texts::choose(self.chosen.as_deref(), self.accept_language.as_deref(), of_conference)
    }

    /// What stands around a page with this heading.
    pub(crate) fn frame(
        &self,
        speech: &'static Speech,
        heading: impl Into<String>,
        conference: Option<&Conference>,
    ) -> Frame {
        // On a page of another conference they are nobody; a page of none leads back to their own.
        let voter = conference.map_or(self.voter.as_ref(), |conference| self.voter_of(conference));
        let conference = conference.or(voter.map(|voter| voter.conference()));
        let voter = voter
            .zip(self.mark)
            .map(|(voter, mark)| SignedIn { name: voter.attendee().name.to_string(), mark: mark.to_string() });
        Frame::new(speech, heading.into(), conference, voter, &self.path)
    }

    /// Whether they are signed in as an attendee of this conference.
    pub(crate) fn voter_of(&self, conference: &Conference) -> Option<&Arc<Voter>> {
        self.voter.as_ref().filter(|voter| voter.conference().id == conference.id)
    }
}

/// The path of the page that a request came from: browsers say it to the same site.
pub(super) fn referring_path(headers: &HeaderMap) -> Option<&str> {
    let (_scheme, rest) = headers.get(header::REFERER)?.to_str().ok()?.split_once("://")?;
    rest.find('/').map(|begin| &rest[begin..])
}

/// Whether one signs in there: at a personal link, or with a badge code.
fn is_sign_in(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path.starts_with("/l/") || path.starts_with("/L/") || path.ends_with("/enter")
}
