//! Answers from memory to frequent public requests (states, ballots, results), before anything else runs.
//!
//! An answer that its handler marks as public is kept with all its headers. It is used until something that the public
//! sees changes on any instance, and for a second at most. Once it is a quarter of a second old, one request fetches it
//! anew while the others still get the kept answer.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{BoxError, Router};
use tower::Service;
use urna_app::ChangeMark;
use urna_core::BallotId;

use crate::etag;
use crate::meters::Meter;
use crate::observe::{REQUEST_ID, names_one_host, request_id};
use crate::problem::{Code, Problem};
use crate::session::is_no_organiser;
use crate::state::Web;

/// The age from which an answer is fetched anew.
const FRESH: Duration = Duration::from_millis(250);
/// The age from which an answer is not used.
const USABLE: Duration = Duration::from_secs(1);
/// The maximum size of all answers, in bytes; some conferences with their ballots are a few hundred thousand.
const ROOM: usize = 32 * 1024 * 1024;
/// The maximum size of an answer, in bytes. A larger one (the record of many votes) is made for each caller.
const LARGEST: u64 = 1024 * 1024;

const BALLOTS: &str = "/api/v1/ballots/";

/// An answer as it was given, without the id of its request.
#[derive(Debug)]
struct Remembered {
    headers: HeaderMap,
    body: Bytes,
    mark: ChangeMark,
    since: Instant,
    /// True while a request fetches the answer anew.
    renewing: AtomicBool,
    /// The meters of the answer itself and of "not modified".
    meters: [Arc<Meter>; 2],
}

/// The service with its memory in front, as a listener serves it.
#[derive(Debug, Clone)]
pub struct PublicAnswers {
    web: Web,
    /// The routes for everything else.
    router: Router,
    answers: Arc<RwLock<Memory>>,
}

/// Answers by their addresses, in a memory whose size is never exceeded.
#[derive(Debug)]
struct Memory {
    answers: HashMap<String, Arc<Remembered>>,
    bytes: usize,
    room: usize,
}

impl Memory {
    fn new(room: usize) -> Self {
        Self { answers: HashMap::new(), bytes: 0, room }
    }

    /// Keeps an answer. If there is no room for it, the answers that may no longer be used are removed; if that is not
    /// enough, this one is not kept. A caller who requests many different things does not push out what everybody
    /// requests.
    fn keep(&mut self, address: String, answer: Arc<Remembered>) {
        if let Some(old) = self.answers.remove(&address) {
            self.bytes -= size(&address, &old);
        }
        let needed = size(&address, &answer);
        if self.bytes + needed > self.room {
            self.answers.retain(|_, answer| answer.since.elapsed() < USABLE);
            self.bytes = self.answers.iter().map(|(address, answer)| size(address, answer)).sum();
        }
        if self.bytes + needed <= self.room {
            self.bytes += needed;
            self.answers.insert(address, answer);
        }
    }
}

/// Returns the memory that an answer takes: its body, its headers, and roughly the overhead around them.
fn size(address: &str, answer: &Remembered) -> usize {
    const AROUND: usize = 1024;
    let headers: usize = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    AROUND + address.len() + headers + answer.body.len()
}

impl PublicAnswers {
    pub(crate) fn new(web: Web, router: Router) -> Self {
        Self { web, router, answers: Arc::new(RwLock::new(Memory::new(ROOM))) }
    }

    /// Returns the answer at this path if it is remembered and may be used, and this request is not the one to fetch it
    /// anew.
    fn recall(&self, path: &str) -> Option<Arc<Remembered>> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.answers.get(path)?;
        let age = answer.since.elapsed();
        let is_usable = age < USABLE && self.web.app.changes().is_public_as_of(answer.mark);
        let is_mine_to_renew = || age >= FRESH && !answer.renewing.swap(true, Ordering::Relaxed);
        (is_usable && !is_mine_to_renew()).then(|| Arc::clone(answer))
    }

    /// Keeps an answer if it is public, or hands the response back.
    async fn remember(&self, path: String, mark: ChangeMark, response: Response) -> Result<Arc<Remembered>, Response> {
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
        answers.keep(path, Arc::clone(&answer));
        Ok(answer)
    }
}

/// Whether an address is written as the service itself writes it. The same resource has endless spellings (capitals in
/// an id, zeros before a version, percent-encoded characters): only one of them is remembered.
fn is_as_we_write_it(address: &PathAndQuery) -> bool {
    let Some(below) = address.path().strip_prefix(BALLOTS) else { return false };
    let (id, rest) = below.split_once('/').map_or((below, None), |(id, rest)| (id, Some(rest)));
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'.' | b'-'));
    let is_version = |query: &str| {
        let number = query.strip_prefix("version=").and_then(|number| number.parse().ok());
        number.is_some_and(|number: u32| format!("version={number}") == query)
    };
    id.parse::<BallotId>().is_ok_and(|parsed| parsed.to_string() == id)
        && rest.is_none_or(is_word)
        && address.query().is_none_or(is_version)
}

/// Returns the template of a path below `/api/v1/ballots/`, for metrics.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let rest = path.strip_prefix(BALLOTS).and_then(|rest| rest.split_once('/')).map_or("", |(_, rest)| rest);
    if rest.is_empty() { format!("{BALLOTS}{{id}}") } else { format!("{BALLOTS}{{id}}/{rest}") }
}

impl Remembered {
    /// Returns the answer to one request: 304 without a body if the caller has it.
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
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let begun = Instant::now();
        let is_public = *request.method() == Method::GET
            && request.uri().path_and_query().is_some_and(is_as_we_write_it)
            && names_one_host(&request)
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
        // The answer is fetched whole, so that it can be kept for callers who do not have it.
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
    use super::*;
    use crate::meters::Meters;

    fn answer(bytes: usize, since: Instant) -> Arc<Remembered> {
        let meter = || Meters::default().of("GET", "/", StatusCode::OK);
        let (headers, body) = (HeaderMap::new(), vec![0; bytes].into());
        let mark = ChangeMark::default();
        Arc::new(Remembered { headers, body, mark, since, renewing: false.into(), meters: [meter(), meter()] })
    }

    #[test]
    fn the_memory_is_bounded_in_bytes_and_keeps_what_is_in_use() {
        let now = Instant::now();
        let mut memory = Memory::new(100_000);
        memory.keep("asked for by all".to_owned(), answer(10_000, now));
        for number in 0..1_000 {
            memory.keep(format!("{number}"), answer(10_000, now));
            assert!(memory.bytes <= memory.room, "{number}");
        }
        assert!(memory.answers.contains_key("asked for by all"));
        assert!((2..=9).contains(&memory.answers.len()), "{}", memory.answers.len());
        let long_ago = now.checked_sub(2 * USABLE).unwrap();
        memory.keep("asked for by all".to_owned(), answer(10_000, long_ago));
        memory.keep("larger than the room".to_owned(), answer(200_000, now));
        assert!(!memory.answers.contains_key("larger than the room"));
        assert!(!memory.answers.contains_key("asked for by all"), "what nobody may use goes first");
        let sum: usize = memory.answers.iter().map(|(address, answer)| size(address, answer)).sum();
        assert_eq!(memory.bytes, sum);
    }

    #[test]
    fn one_spelling_of_an_address_is_remembered() {
        let id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
        let is = |rest: &str| is_as_we_write_it(&format!("{BALLOTS}{rest}").parse().unwrap());
        assert!(is(id) && is(&format!("{id}/state")) && is(&format!("{id}/results.csv?version=12")));
        for other in [
            "{id}?",
            "{id}/",
            "{id}/state?x=1",
            "{id}/results?version=01",
            "{id}/results?version=%31",
            "{id}/results?version=1&version=1",
            "{id}/results?version=+1",
            "{id}/sta%74e",
            "{id}/a/b",
            "{ID}",
            "x",
            "",
        ] {
            let address = other.replace("{id}", id).replace("{ID}", &id.to_uppercase());
            assert!(!is(&address), "{address}");
        }
    }

    #[test]
    fn a_route_has_no_id_in_it() {
        assert_eq!(route("/api/v1/ballots/0199-abc/state"), "/api/v1/ballots/{id}/state");
        assert_eq!(route("/api/v1/ballots/0199-abc/results?version=1"), "/api/v1/ballots/{id}/results");
        assert_eq!(route("/api/v1/ballots/0199-abc"), "/api/v1/ballots/{id}");
    }
}
