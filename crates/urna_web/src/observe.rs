//! The outermost layer: request ids, time limits, security headers, logs and metrics, and the rendering of problems.
//!
//! The log names a request's route template, status and duration, but never an address, a query, a header or a body. A
//! receipt code or a link's token in a path is thus never written down.

use std::convert::Infallible;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tower::layer::layer_fn;
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::canonical::canonical;
use crate::pages::{self, Reader};
use crate::problem::{Code, Problem};
use crate::queries::Queries;
use crate::state::Web;

/// The time limit of a handler. It exceeds the total time that a cast can wait (its body 10 s, a connection 5 s, the
/// commit 10 s), so that voters always learn about their vote and get their tracker, never a bare timeout.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// The time limit of a handler that reads every vote of a ballot; there may be a million.
const COUNTING_TIMEOUT: Duration = Duration::from_mins(5);

/// The routes of the handlers that read every vote of a ballot.
const COUNTING: [&str; 7] = [
    "/api/v1/ballots/{id}/transitions",
    "/api/v1/ballots/{id}/tally",
    "/api/v1/ballots/{id}/publications",
    "/api/v1/ballots/{id}/tie-breaks",
    "/api/v1/ballots/{id}/record.zip",
    "/api/v1/ballots/{id}/commitments",
    "/api/v1/ballots/{id}/commitments.txt",
];

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The content security policy. It allows the stylesheet by its hash, because one page contains the stylesheet inline.
static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' '{}'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        pages::stylesheet_hash()
    )
});

/// The service that wraps every route. It is a layer of its own rather than a chain of middleware, in which each link
/// would copy and box the rest of the chain for each request.
#[derive(Debug, Clone)]
pub(crate) struct Observe<S> {
    web: Web,
    queries: Queries,
    inner: S,
}

/// Returns the layer that wraps every route in [`Observe`].
pub(crate) fn layer<S>(web: Web, queries: Queries) -> impl Layer<S, Service = Observe<S>> + Clone {
    layer_fn(move |inner| Observe { web: web.clone(), queries: queries.clone(), inner })
}

impl<S> Service<Request<Body>> for Observe<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let seen = Seen::of(&request);
        let web = self.web.clone();
        if !names_one_host(&request) {
            let refused = Problem::new(Code::MalformedRequest).detail("A request has exactly one Host header.");
            return Box::pin(seen.observe(web, ready(Ok(refused.into_response()))));
        }
        if is_from_plain_http(&request, web.secure) {
            let refused = Problem::new(Code::CrossSiteRequest).into_response();
            return Box::pin(seen.observe(web, ready(Ok(refused))));
        }
        match self.queries.judge(&request) {
            Some(answer) => Box::pin(seen.observe(web, ready(Ok(answer)))),
            None => Box::pin(seen.observe(web, self.inner.call(request))),
        }
    }
}

/// Whether a request names its host exactly once, as RFC 9112 (3.2) requires; an HTTP/1.0 request may name none. A
/// proxy may believe the other one of two.
pub(crate) fn names_one_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.is_empty() || Authority::try_from(host.as_bytes()).is_ok(),
        (None, _) => request.version() < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Whether a page that came over plain http, which anybody on the way may have written, acts on a service that uses
/// https. The layer against other sites compares only hosts if a browser does not name the site.
fn is_from_plain_http(request: &Request<Body>, secure: bool) -> bool {
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = || headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"http://"));
    secure && changes && !headers.contains_key("sec-fetch-site") && origin()
}

/// The parts of a request that are needed once there is an answer.
struct Seen {
    started: Instant,
    id: String,
    method: &'static str,
    route: Option<MatchedPath>,
    /// The reader of a problem, if a page was requested.
    reader: Option<Reader>,
    /// The canonical address, if a page was requested at another one.
    canonical: Option<String>,
}

impl Seen {
    fn of(request: &Request<Body>) -> Self {
        let path = request.uri().path();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let wants_page = !["/api/", "/healthz", "/readyz"].iter().any(|other| path.starts_with(other));
        Self {
            started: Instant::now(),
            id: request_id(request.headers()),
            method: method_name(request.method()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            reader: wants_page.then(|| Reader::of_headers(request.headers())),
            canonical: canonical(request.uri()).filter(|_| wants_page && is_read),
        }
    }

    async fn observe(
        self,
        web: Web,
        working: impl Future<Output = Result<Response, Infallible>>,
    ) -> Result<Response, Infallible> {
        let Self { started, id, method, route, reader, canonical } = self;
        let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);

        let span = tracing::debug_span!("request", id = %id, method, route);
        let limit = if COUNTING.contains(&route) { COUNTING_TIMEOUT } else { HANDLER_TIMEOUT };
        let response = answer(&id, limit, working).instrument(span.clone()).await?;

        let cause = response.extensions().get::<Problem>().and_then(|problem| problem.cause.clone());
        let mut response = match canonical.filter(|_| response.status() == StatusCode::NOT_FOUND) {
            Some(address) => pages::moved_to(&address),
            None => render(&web, response, &id, reader.as_ref()),
        };
        headers(response.headers_mut(), &web, &id);

        let (status, seconds) = (response.status(), started.elapsed().as_secs_f64());
        let code = status.as_u16();
        if status.is_server_error() {
            tracing::error!(id, method, route, status = code, seconds, cause, "request failed");
        } else {
            // A log line for each of thousands of requests a second would cost more than it is worth: the meters count
            // them.
            span.in_scope(|| tracing::debug!(status = code, seconds, "request"));
        }
        web.meters.of(method, route, status).record(seconds);
        Ok(response)
    }
}

/// Returns the handler's answer, or a problem if the handler panics or works too long.
async fn answer(
    id: &str,
    limit: Duration,
    working: impl Future<Output = Result<Response, Infallible>>,
) -> Result<Response, Infallible> {
    match tokio::time::timeout(limit, AssertUnwindSafe(working).catch_unwind()).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_panic)) => {
            tracing::error!(id, "a handler panicked");
            Ok(Problem::new(Code::Internal).into_response())
        }
        Err(_elapsed) => Ok(Problem::new(Code::Timeout).into_response()),
    }
}

/// Returns the name of a method. A client may invent methods, and a name for each would fill the memory of the metrics.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Returns the caller's id for the request if it is harmless in a log, else a new one.
pub(crate) fn request_id(headers: &HeaderMap) -> String {
    let harmless = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let given = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(harmless);
    given.map_or_else(fresh_id, str::to_owned)
}

/// Returns an id that no other request of this process has, and hardly any request of another process.
fn fresh_id() -> String {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(u64::from_be_bytes(urna_app::random::bytes())));
    // Steps of an odd number reach every other value before one repeats.
    format!("{:016x}", NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
}

/// Turns an answer that carries a problem, or a bare error from a library, into a problem document or page.
fn render(web: &Web, response: Response, id: &str, reader: Option<&Reader>) -> Response {
    let status = response.status();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if !(status.is_client_error() || status.is_server_error()) => return response,
        // This page itself says what is wrong.
        None if response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) =>
        {
            return response;
        }
        None => Problem::new(match status {
            StatusCode::FORBIDDEN => Code::CrossSiteRequest,
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
            status if status.is_client_error() => Code::MalformedRequest,
            _ => Code::Internal,
        }),
    };
    let public_url = &web.app.config().public_url;
    let document = problem.document(public_url, id);
    let mut rendered = if let Some(reader) = reader {
        (problem.status(), pages::problem_page(&problem, reader, id)).into_response()
    } else {
        let json = HeaderValue::from_static("application/problem+json");
        (problem.status(), [(header::CONTENT_TYPE, json)], Json(document)).into_response()
    };
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    rendered
}

fn headers(headers: &mut HeaderMap, web: &Web, id: &str) {
    headers.reserve(10);
    // The verifier's page has a policy of its own.
    let has_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    if !has_policy {
        set(header::CONTENT_SECURITY_POLICY, &CONTENT_SECURITY_POLICY);
    }
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if web.secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status(limit: Duration, working: impl Future<Output = Result<Response, Infallible>>) -> u16 {
        let Ok(response) = answer("id", limit, working).await;
        response.status().as_u16()
    }

    #[tokio::test]
    async fn a_handler_that_panics_or_works_too_long_is_answered_for() {
        let long = Duration::from_mins(1);
        assert_eq!(status(long, async { Ok(StatusCode::CREATED.into_response()) }).await, 201);
        assert_eq!(status(long, async { panic!("on purpose") }).await, 500);
        let late = async {
            tokio::task::yield_now().await;
            panic!("on purpose, later")
        };
        assert_eq!(status(long, late).await, 500);
        assert_eq!(status(Duration::ZERO, std::future::pending()).await, 504);
    }
}
