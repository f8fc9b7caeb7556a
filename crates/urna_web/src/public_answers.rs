//! What the public asks for again and again (states, ballots, results), answered from memory before anything else runs.
//!
//! An answer that its handler calls public is kept with all its headers. It is used until something that the public sees
//! changes on any instance, and for a second at most; once it is a quarter of a second old, one request in the crowd fetches
//! it anew while the others still get what there is.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{BoxError, Router};
use tower::Service;
use urna_app::Mark;

use crate::etag;
use crate::meters::Meter;
use crate::observe::{REQUEST_ID, request_id};
use crate::problem::{Code, Problem};
use crate::session::is_no_organiser;
use crate::state::Web;

/// An answer that is older is fetched anew.
const FRESH: Duration = Duration::from_millis(250);
/// An answer that is older is not used.
const USABLE: Duration = Duration::from_secs(1);
/// The most answers; some conferences with their ballots are a few dozen.
const MOST: usize = 1_000;
/// What is larger (the record of many votes) is made for each caller.
const LARGEST: u64 = 1024 * 1024;

const BALLOTS: &str = "/api/v1/ballots/";

/// An answer as it was given, without the id of its request.
#[derive(Debug)]
struct Remembered {
    headers: HeaderMap,
    body: Bytes,
    mark: Mark,
    since: Instant,
    /// Whether somebody fetches it anew.
    renewing: AtomicBool,
    /// For the answer itself, and for "not modified".
    meters: [Arc<Meter>; 2],
}

/// The service with its memory in front: what a listener serves.
#[derive(Debug, Clone)]
pub struct PublicAnswers {
    web: Web,
    /// Everything else.
    router: Router,
    answers: Arc<RwLock<HashMap<String, Arc<Remembered>>>>,
}

impl PublicAnswers {
    pub(crate) fn new(web: Web, router: Router) -> Self {
        Self { web, router, answers: Arc::default() }
    }

    /// The answer at this path, if it is remembered and may be used.
    fn recall(&self, path: &str) -> Option<Arc<Remembered>> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(path)?;
        let age = answer.since.elapsed();
        let is_usable = age < USABLE && self.web.app.changes().is_public_as_of(answer.mark);
        let is_mine_to_renew = || age >= FRESH && !answer.renewing.swap(true, Ordering::Relaxed);
        (is_usable && !is_mine_to_renew()).then(|| Arc::clone(answer))
    }

    /// Keeps an answer if it is for everybody.
    async fn remember(&self, path: String, mark: Mark, response: Response) -> Result<Arc<Remembered>, Response> {
        let is_public = |value: &HeaderValue| value.as_bytes().starts_with(b"public");
        let headers = response.headers();
        if response.status() != StatusCode::OK
            || !headers.get(header::CACHE_CONTROL).is_some_and(is_public)
            || !headers.contains_key(header::ETAG)
            || response.size_hint().upper().is_none_or(|size| size > LARGEST)
        {
            return Err(response);
        }
        let (mut head, body) = response.into_parts();
        let body = match to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "a public answer is too large");
                return Err(Problem::new(Code::Internal).into_response());
            }
        };
        head.headers.remove(&REQUEST_ID);
        let route = route(&path);
        let meter = |status| self.web.meters.of("GET", &route, status);
        let answer = Arc::new(Remembered {
            headers: head.headers,
            body,
            mark,
            since: Instant::now(),
            renewing: AtomicBool::new(false),
            meters: [meter(StatusCode::OK), meter(StatusCode::NOT_MODIFIED)],
        });
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(path, Arc::clone(&answer));
        Ok(answer)
    }
}

/// The template of a path below `/api/v1/ballots/`, for metrics.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let rest = path.strip_prefix(BALLOTS).and_then(|rest| rest.split_once('/')).map_or("", |(_, rest)| rest);
    if rest.is_empty() { format!("{BALLOTS}{{id}}") } else { format!("{BALLOTS}{{id}}/{rest}") }
}

impl Remembered {
    /// The answer to one request; 304 and no body where the caller has it.
    fn to(&self, request: &HeaderMap, id: Option<HeaderValue>) -> Response {
        let mut headers = self.headers.clone();
        if let Some(id) = id {
            headers.insert(REQUEST_ID, id);
        }
        let mut response = Response::default();
        if self.headers.get(header::ETAG).is_some_and(|tag| etag::is_known(request, tag)) {
            headers.remove(header::CONTENT_TYPE);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(self.body.clone());
        }
        *response.headers_mut() = headers;
        response
    }
}

impl<B> Service<Request<B>> for PublicAnswers
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let begun = Instant::now();
        let is_public = *request.method() == Method::GET
            && request.uri().path().starts_with(BALLOTS)
            && is_no_organiser(request.headers(), &self.web);
        let mark = self.web.app.changes().mark().filter(|_| is_public);
        let (Some(mark), Some(path)) = (mark, request.uri().path_and_query()) else {
            return Box::pin(self.router.call(request));
        };
        if let Some(answer) = self.recall(path.as_str()) {
            let id = HeaderValue::from_str(&request_id(request.headers())).ok();
            let response = answer.to(request.headers(), id);
            answer.meters[usize::from(response.status() == StatusCode::NOT_MODIFIED)]
                .record(begun.elapsed().as_secs_f64());
            return Box::pin(std::future::ready(Ok(response)));
        }
        let path = path.as_str().to_owned();
        // It is fetched whole, so that it can be kept for those who do not have it.
        let tags = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned();
        let asked: HeaderMap = tags.map(|tags| (header::IF_NONE_MATCH, tags)).collect();
        request.headers_mut().remove(header::IF_NONE_MATCH);
        let mut this = self.clone();
        Box::pin(async move {
            let Ok(response) = this.router.call(request).await;
            let id = response.headers().get(&REQUEST_ID).cloned();
            Ok(match this.remember(path, mark, response).await {
                Ok(answer) => answer.to(&asked, id),
                Err(response) => response,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::route;

    #[test]
    fn a_route_has_no_id_in_it() {
        assert_eq!(route("/api/v1/ballots/0199-abc/state"), "/api/v1/ballots/{id}/state");
        assert_eq!(route("/api/v1/ballots/0199-abc/results?version=1"), "/api/v1/ballots/{id}/results");
        assert_eq!(route("/api/v1/ballots/0199-abc"), "/api/v1/ballots/{id}");
    }
}
