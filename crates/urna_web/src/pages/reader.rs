//! The reader of a page, and their language.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use urna_app::Voter;
use urna_core::Conference;
use urna_core::browser::PersonMark;
use urna_texts::Speech;

use crate::cookies;
use crate::pages::frame::{Frame, ShownVoter};
use crate::problem::Problem;
use crate::session::{Attendee, has_cookie};
use crate::state::Web;

/// The cookie with the language that somebody chose; it says nothing about them.
pub(crate) const LANGUAGE_COOKIE: &str = "urna-language";

/// The reader of a page, signed in or not.
pub(crate) struct Reader {
    pub(crate) voter: Option<Arc<Voter>>,
    /// The mark on the forms that are made for them.
    mark: Option<PersonMark>,
    /// Whether the browser sent a session cookie, valid or not.
    has_cookie: bool,
    /// Whether they came from a page for signing in.
    is_from_sign_in: bool,
    /// The path and query of the requested page.
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
    /// Builds a reader from the request's headers alone.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        Self {
            voter: None,
            mark: None,
            has_cookie: has_cookie(headers),
            is_from_sign_in: referring_path(headers).is_some_and(is_sign_in),
            path: "/".to_owned(),
            chosen: cookies::find(headers, LANGUAGE_COOKIE).map(str::to_owned),
            accept_language: headers.get(header::ACCEPT_LANGUAGE).and_then(text),
        }
    }

    /// Returns the reader as signed in just now and on the way to this path.
    pub(crate) fn signed_in(self, web: &Web, voter: Option<Arc<Voter>>, path: &str) -> Self {
        let mark = voter.as_ref().map(|voter| web.app.mark_of(voter));
        Self { voter, mark, path: path.to_owned(), ..self }
    }

    /// Returns the mark on the forms that are made for them, if they are signed in.
    pub(crate) const fn mark(&self) -> Option<&PersonMark> {
        self.mark.as_ref()
    }

    /// Returns the path and query of the requested page.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the browser sent no session cookie at all, not even of a session that has ended.
    pub(crate) const fn has_no_cookie(&self) -> bool {
        !self.has_cookie
    }

    /// Whether they may have signed in just now with a browser that did not keep the cookie. Somebody who has signed
    /// out and goes back looks the same.
    pub(crate) const fn may_refuse_cookies(&self) -> bool {
        self.is_from_sign_in && !self.has_cookie
    }

    /// Chooses their language on a page of this conference, or of none.
    pub(crate) fn speech(&self, conference: Option<&Conference>) -> &'static Speech {
        let of_conference = conference.map(|conference| conference.languages.as_slice()).unwrap_or_default();
        urna_texts::choose(self.chosen.as_deref(), self.accept_language.as_deref(), of_conference)
    }

    /// Builds the frame of a page with this heading.
    pub(crate) fn frame(
        &self,
        speech: &'static Speech,
        heading: impl Into<String>,
        conference: Option<&Conference>,
    ) -> Frame {
        // On a page of another conference they count as signed out; a page of none leads back to their own.
        let voter = conference.map_or(self.voter.as_ref(), |conference| self.voter_of(conference));
        let conference = conference.or(voter.map(|voter| voter.conference()));
        let voter = voter
            .zip(self.mark)
            .map(|(voter, mark)| ShownVoter { name: voter.attendee().name.to_string(), mark: mark.to_string() });
        Frame::new(speech, heading.into(), conference, voter, &self.path)
    }

    /// Returns the voter if they are signed in as an attendee of this conference.
    pub(crate) fn voter_of(&self, conference: &Conference) -> Option<&Arc<Voter>> {
        self.voter.as_ref().filter(|voter| voter.conference().id == conference.id)
    }
}

/// Returns the path and query of the page from which a request came: browsers tell their own site.
pub(super) fn referring_path(headers: &HeaderMap) -> Option<&str> {
    let (_scheme, rest) = headers.get(header::REFERER)?.to_str().ok()?.split_once("://")?;
    rest.find('/').map(|begin| &rest[begin..])
}

/// Whether the path is of a page for signing in, by personal link or badge code.
fn is_sign_in(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path.starts_with("/l/") || path.starts_with("/L/") || path.ends_with("/enter")
}
