//! Sessions as extractors, so that a handler's signature says who may call it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use urna_app::ballots::Audience;
use urna_app::organisers::SignedIn;
use urna_app::{Authority, Permission, Refusal, Voter};
use urna_core::keys::Token;

use crate::cookies::{self, Cookie, SameSite};
use crate::etag::{PRIVATE, PUBLIC};
use crate::problem::Problem;
use crate::state::Web;

/// The cookie of an attendee's session; the prefix `__Host-` is added only over https.
const COOKIE: &str = "urna-session";

/// A session's cookie with this value.
fn session_cookie(secure: bool, value: &str, seconds: Option<u32>) -> Option<HeaderValue> {
    let name = cookies::host_name(COOKIE, secure);
    Cookie { name: &name, value, path: "/", seconds, same_site: SameSite::Lax }.header(secure)
}

/// Returns the header that gives a browser its session.
pub(crate) fn set_cookie(secure: bool, token: &Token) -> Option<HeaderValue> {
    session_cookie(secure, &token.reveal(), None)
}

/// Whether the request carries a session cookie, valid or not.
pub(crate) fn has_cookie(headers: &HeaderMap) -> bool {
    [true, false].into_iter().any(|secure| cookies::find(headers, &cookies::host_name(COOKIE, secure)).is_some())
}

/// Returns the header that makes a browser forget its session.
pub(crate) fn forget_cookie(secure: bool) -> Option<HeaderValue> {
    session_cookie(secure, "", Some(0))
}

/// Returns the session token of a request, from `Authorization: Bearer` or the cookie. Other schemes are ignored: a
/// proxy may ask for a password of its own, as in front of a rehearsal, and the browser sends that with every request.
fn token(headers: &HeaderMap, secure: bool) -> Option<Token> {
    let given = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    let mut bearers = given.filter_map(|value| {
        let (scheme, token) = value.trim().split_once(' ').unwrap_or((value, ""));
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    });
    if let Some(token) = bearers.next() {
        return Token::parse(token.trim());
    }
    cookies::find(headers, &cookies::host_name(COOKIE, secure)).and_then(Token::parse)
}

/// An organiser whose role suffices for `P`.
pub(crate) struct Organiser<P> {
    pub(crate) session: SignedIn,
    pub(crate) authority: Authority<P>,
}

impl<P: Permission> FromRequestParts<Web> for Organiser<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let token = token(&parts.headers, web.secure).ok_or(Refusal::NotSignedIn)?;
        match web.app.find_organiser_session(&token).await? {
            Some(session) => Ok(Self { authority: session.authority()?, session }),
            None if web.app.find_voter(&token).await?.is_some() => Err(Refusal::Forbidden.into()),
            None => Err(Refusal::NotSignedIn.into()),
        }
    }
}

/// Whether the caller is certainly not an organiser, as far as is known without asking the database.
pub(crate) fn is_no_organiser(headers: &HeaderMap, web: &Web) -> bool {
    token(headers, web.secure).is_none_or(|token| web.app.recall_voter(&token).is_some())
}

/// The caller of a route that is public but shows organisers more.
pub(crate) struct Caller(pub(crate) Audience);

impl Caller {
    /// Returns the cache policy for what this caller is shown.
    pub(crate) const fn cache(&self) -> &'static str {
        match self.0 {
            Audience::Public => PUBLIC,
            Audience::Organisers => PRIVATE,
        }
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Some(token) = token(&parts.headers, web.secure) else { return Ok(Self(Audience::Public)) };
        if web.app.recall_voter(&token).is_some() {
            return Ok(Self(Audience::Public));
        }
        let organiser = web.app.find_organiser_session(&token).await?;
        Ok(Self(organiser.map_or(Audience::Public, |_| Audience::Organisers)))
    }
}

/// A signed-in attendee.
pub(crate) struct Attendee(pub(crate) Arc<Voter>);

impl FromRequestParts<Web> for Attendee {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let token = token(&parts.headers, web.secure).ok_or(Refusal::NotSignedIn)?;
        match web.app.find_voter(&token).await? {
            Some(voter) => Ok(Self(voter)),
            None if web.app.find_organiser_session(&token).await?.is_some() => Err(Refusal::Forbidden.into()),
            None => Err(Refusal::NotSignedIn.into()),
        }
    }
}

impl OptionalFromRequestParts<Web> for Attendee {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, Problem> {
        let Some(token) = token(&parts.headers, web.secure) else { return Ok(None) };
        Ok(web.app.find_voter(&token).await?.map(Self))
    }
}
