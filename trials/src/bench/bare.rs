//! The baseline: a plain axum server that reads the same requests, answers with the same bytes and does nothing else.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::body::{Body, Bytes};
use axum::extract::{Json, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, DATE, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use axum::{Router, serve as answer};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use urna_trials::http::Answer;
use urna_trials::server::Process;
use xtask::postgres::free_port;

use super::load::Target;
use super::measure::Meters;

/// Time limit for the start.
const READY_LIMIT: Duration = Duration::from_secs(10);

/// The options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Address to listen on
    #[arg(long)]
    listen: SocketAddr,
    /// File with its responses
    #[arg(long)]
    replies: PathBuf,
}

/// A recorded response of the product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    /// Records a response, without the headers that every server adds itself.
    pub(super) fn record(answer: &Answer<'_>) -> Result<Self> {
        let head = std::str::from_utf8(answer.head).context("the head of an answer is text")?;
        let fields = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        let own = [DATE, CONTENT_LENGTH, CONNECTION];
        let headers = fields
            .filter(|(name, _)| own.iter().all(|own| !name.eq_ignore_ascii_case(own.as_str())))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let body = std::str::from_utf8(answer.body).context("the body of an answer is text")?.to_owned();
        Ok(Self { status: answer.status, headers, body })
    }
}

/// The responses of the bare server.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Replies {
    /// To a vote on any ballot.
    pub(super) vote: Option<Reply>,
    /// To a GET of a path: the full response, and the one to a client that has it cached.
    pub(super) reads: Vec<(String, Reply, Reply)>,
}

/// A bare server in its own process.
#[derive(Debug)]
pub(super) struct Bare {
    address: SocketAddr,
    process: Process,
}

impl Bare {
    /// Starts it, with a file of its responses in the folder.
    pub(super) async fn start(folder: &Path, replies: &Replies) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let file = folder.join("replies.json");
        fs::write(&file, serde_json::to_vec(replies)?).context("the answers cannot be written")?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare-handler").arg("--listen").arg(address.to_string()).arg("--replies").arg(file);
        let process = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        while TcpStream::connect(address).await.is_err() {
            if process.has_ended()? || process.age() > READY_LIMIT {
                bail!("the bare server does not answer");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Self { address, process })
    }

    /// The load generator's target.
    pub(super) fn target(&self) -> Target {
        Target { address: self.address, meters: Meters { server: self.process.id(), postmaster: None } }
    }
}

/// Runs the process of the bare server.
pub(crate) async fn serve(options: Options) -> Result<()> {
    let replies = fs::read(&options.replies).context("the answers cannot be read")?;
    let router = router(serde_json::from_slice(&replies)?)?;
    let listener = TcpListener::bind(options.listen).await?.tap_io(|stream| {
        // As in the product. A peer that is gone is noticed soon enough.
        drop(stream.set_nodelay(true));
    });
    Ok(answer(listener, router).await?)
}

fn router(replies: Replies) -> Result<Router> {
    let mut router = Router::new();
    if let Some(vote) = replies.vote {
        let routes = post(cast).with_state(Arc::new(Ready::new(vote)?));
        router = router.route("/api/v1/ballots/{id}/votes", routes);
    }
    for (path, whole, known) in replies.reads {
        let routes = get(read).with_state(Arc::new((Ready::new(whole)?, Ready::new(known)?)));
        router = router.route(&path, routes);
    }
    Ok(router)
}

/// The body of a vote.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    choice: Choice,
    tracker: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    candidate: String,
}

async fn cast(State(reply): State<Arc<Ready>>, Json(cast): Json<Cast>) -> Response {
    std::hint::black_box((cast.choice.candidate, cast.tracker));
    reply.response()
}

async fn read(State(replies): State<Arc<(Ready, Ready)>>, headers: HeaderMap) -> Response {
    let (whole, known) = &*replies;
    if headers.contains_key(IF_NONE_MATCH) { known.response() } else { whole.response() }
}

/// A response that only has to be copied.
struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Ready {
    fn new(reply: Reply) -> Result<Self> {
        let mut headers = HeaderMap::new();
        for (name, value) in reply.headers {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        Ok(Self { status: StatusCode::from_u16(reply.status)?, headers, body: reply.body.into() })
    }

    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

#[cfg(test)]
mod tests {
    use urna_trials::http::{Connection, get, post};

    use super::*;

    #[tokio::test]
    async fn it_answers_with_what_was_recorded() {
        let reply = |status, body: &str| Reply {
            status,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("etag".to_owned(), "1".to_owned()),
            ],
            body: body.to_owned(),
        };
        let reads = vec![("/state".to_owned(), reply(200, r#"{"a":1}"#), reply(304, ""))];
        let router = router(Replies { vote: Some(reply(201, r#"{"receipt":1}"#)), reads }).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { answer(listener, router).await });
        let mut connection = Connection::new(address, READY_LIMIT);
        let vote = post("/api/v1/ballots/7/votes", None, r#"{"choice":{"candidate":"c"},"tracker":"t"}"#);
        let answer = connection.send(&vote).await.unwrap();
        assert_eq!((answer.status, answer.body), (201, &br#"{"receipt":1}"#[..]));
        let again = Reply::record(&answer).unwrap();
        assert_eq!(again.headers, reply(201, "").headers);
        let unlike = post("/api/v1/ballots/7/votes", None, r#"{"choice":{"candidate":"c"}}"#);
        assert_eq!(connection.send(&unlike).await.unwrap().status, 422);
        assert_eq!(connection.send(&get("/state", None)).await.unwrap().body, br#"{"a":1}"#);
        let known = b"GET /state HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: 1\r\n\r\n";
        assert_eq!(connection.send(known).await.unwrap().status, 304);
    }
}
