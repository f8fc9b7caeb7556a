//! Which keys the query of a request may have. A route declares its own: an operation of the API in its document, a page in
//! [`crate::pages::queries`]. Every other key is unknown, so that a new route cannot forget to say what it takes.
//!
//! A page is also asked for through mails and messengers, which add keys of their own to follow people: it sends them on
//! to its clean address, with what it knows. The API refuses a key that it does not know, as it refuses an unknown field:
//! a misspelt one is noticed. Nothing that is remembered is ever kept under an address that a stranger has made up.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use urna_app::FieldError;
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use crate::problem::{Code, Problem};

/// How much of an unknown key is repeated to its sender.
const SHOWN: usize = 64;

/// The keys of a query of this type.
pub(crate) fn keys<T: IntoParams>() -> Vec<String> {
    T::into_params(|| Some(ParameterIn::Query)).into_iter().map(|parameter| parameter.name).collect()
}

/// An operation of the API: its method, its route and its keys.
pub(crate) type Declared = (&'static str, String, Vec<String>);

/// The keys that every route declares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queries(Arc<KnownKeys>);

#[derive(Debug, Default)]
struct KnownKeys {
    /// By route, then by method.
    api: HashMap<String, HashMap<&'static str, Vec<String>>>,
    pages: HashMap<&'static str, Vec<String>>,
}

impl Queries {
    /// Collects the keys of the API and of the pages; a route that is not among them takes no query.
    pub(crate) fn new(
        api: impl IntoIterator<Item = Declared>,
        pages: impl IntoIterator<Item = (&'static str, Vec<String>)>,
    ) -> Self {
        let mut known = KnownKeys { pages: pages.into_iter().collect(), ..KnownKeys::default() };
        for (method, route, keys) in api {
            known.api.entry(route).or_default().insert(method, keys);
        }
        Self(Arc::new(known))
    }

    /// The answer to a request whose query has a key that its route does not know; `None` where the request goes on.
    pub(crate) fn judge(&self, request: &Request) -> Option<Response> {
        let query = request.uri().query().filter(|query| !query.is_empty())?;
        let route = request.extensions().get::<MatchedPath>()?.as_str();
        // A check of health is always answered, and the documentation ignores a query.
        if matches!(route, "/healthz" | "/readyz") || route.starts_with("/api/docs") {
            return None;
        }
        if route.starts_with("/api/") {
            self.in_api(request, route, query)
        } else {
            self.on_page(request, route, query)
        }
    }

    fn in_api(&self, request: &Request, route: &str, query: &str) -> Option<Response> {
        let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
        let known = match self.0.api.get(route) {
            // Another method than the route has: that is what is wrong with it.
            Some(methods) => methods.get(method)?.as_slice(),
            None => &[],
        };
        let unknown = form_urlencoded::parse(query.as_bytes()).map(|(key, _)| key).find(|key| !names(known, key))?;
        let key: String = unknown.chars().take(SHOWN).collect();
        let detail = match known {
            [] => format!("The query has the key {key:?}, and this takes no query."),
            known => format!("The query has the key {key:?}, and this takes only: {}.", known.join(", ")),
        };
        let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        let error = FieldError { pointer, code: "unknown-parameter", detail: detail.clone() };
        Some(Problem { errors: vec![error], ..Problem::new(Code::MalformedRequest).detail(detail) }.into_response())
    }

    /// A form is taken as it comes: what was filled in is not lost for a key in its address.
    fn on_page(&self, request: &Request, route: &str, query: &str) -> Option<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let known = self.0.pages.get(route).map_or(&[][..], Vec::as_slice);
        let clean = clean(request.uri(), query, known)?;
        let location = HeaderValue::from_str(&clean).ok()?;
        Some((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
    }
}

fn names(known: &[String], key: &str) -> bool {
    known.iter().any(|name| name == key)
}

/// The address with the known keys alone; `None` where it has no others.
fn clean(address: &Uri, query: &str, known: &[String]) -> Option<String> {
    let key = |pair: &str| {
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map_or(Cow::Borrowed(""), |(key, _)| Cow::Owned(key.into_owned()))
    };
    let (kept, others): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| names(known, &key(pair)));
    let path = address.path();
    // To a browser a second slash begins the name of another host.
    if others.is_empty() || path.get(1..).is_some_and(|rest| rest.starts_with(['/', '\\'])) {
        return None;
    }
    Some(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_its_page_knows_and_nothing_else() {
        let known = ["ballot".to_owned()];
        let clean = |address: &'static str| {
            let address = Uri::from_static(address);
            super::clean(&address, address.query().unwrap(), &known)
        };
        assert_eq!(clean("/ecc/enter?ballot=1"), None);
        assert_eq!(clean("/ecc/enter?&"), None);
        assert_eq!(clean("/ecc/enter?ballo%74=1"), None, "a name may be written in codes");
        assert_eq!(clean("/ecc/enter?utm_source=x&ballot=a%20b&fbclid").as_deref(), Some("/ecc/enter?ballot=a%20b"));
        assert_eq!(clean("/ecc/enter?=x").as_deref(), Some("/ecc/enter"));
        assert_eq!(clean("//evil.example/enter?x=1"), None, "nobody is sent to another host");
    }
}
