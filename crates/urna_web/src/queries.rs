//! The keys that the query of a request may have. Each route declares its own: an operation of the API in the OpenAPI
//! document, a page in [`crate::pages::queries`]. Every other key is unknown, so that a new route cannot forget to
//! declare its keys.
//!
//! Pages are also requested from e-mails and messengers, which add keys of their own to track people. A page redirects
//! such a request to its clean URL, with only the keys that it knows. The API refuses an unknown key, as it refuses an
//! unknown field, so that a misspelt key is noticed. The memory of answers keeps nothing under a URL that a stranger
//! has made up.

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

/// The number of characters of an unknown key that are repeated to its sender.
const SHOWN: usize = 64;

/// Returns the keys of a query of this type.
pub(crate) fn keys<T: IntoParams>() -> Vec<String> {
    T::into_params(|| Some(ParameterIn::Query)).into_iter().map(|parameter| parameter.name).collect()
}

/// An operation of the API: its method, its route and its keys.
pub(crate) type Declared = (&'static str, String, Vec<String>);

/// The query keys of all routes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queries(Arc<KnownKeys>);

#[derive(Debug, Default)]
struct KnownKeys {
    /// The keys of the API, by route and then by method.
    api: HashMap<String, HashMap<&'static str, Vec<String>>>,
    pages: HashMap<&'static str, Vec<String>>,
}

impl Queries {
    /// Collects the keys of the API and of the pages; a route without an entry takes no query.
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

    /// Returns the answer to a request whose query has a key that its route does not know; `None` if the request may go
    /// on.
    pub(crate) fn judge(&self, request: &Request) -> Option<Response> {
        let query = request.uri().query().filter(|query| !query.is_empty())?;
        let route = request.extensions().get::<MatchedPath>()?.as_str();
        // Health checks are always answered, and the documentation ignores a query.
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
            // The route does not have this method, which is the error to report.
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

    /// Redirects a page to its clean URL. A submitted form is taken as it is: a key in its URL must not lose the
    /// person's input.
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

/// Returns the URL with the known keys alone; `None` if it has no others.
fn clean(address: &Uri, query: &str, known: &[String]) -> Option<String> {
    let key = |pair: &str| {
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map_or(Cow::Borrowed(""), |(key, _)| Cow::Owned(key.into_owned()))
    };
    let (kept, others): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| names(known, &key(pair)));
    let path = address.path();
    // A browser takes a second slash for the beginning of another host's name.
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
