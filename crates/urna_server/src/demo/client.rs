//! A client of the API for the robots.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Method, StatusCode};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response};

use super::phase::AT_ONCE;

/// The number of tries while the service is busy.
const TRIES: u32 = 10;
/// The wait after the first try; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// A client of one service. Its connections stay open, as a phone's do.
#[derive(Debug, Clone)]
pub(super) struct Client {
    agent: Agent,
    base: String,
}

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Answer {
    /// The problem code, or an empty text.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Client {
    /// A client of the service at this address, which has no trailing slash.
    pub(super) fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .max_idle_connections(AT_ONCE)
            .max_idle_connections_per_host(AT_ONCE);
        Self { agent: config.build().new_agent(), base: format!("{address}/api/v1") }
    }

    /// A GET that must succeed.
    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.call(Method::GET, None, path, Vec::new()).await;
        succeeded("GET", path, answer.with_context(|| format!("GET {path}"))?)
    }

    /// A POST that must succeed.
    pub(super) async fn post(&self, token: Option<&str>, path: &str, body: &Value) -> Result<Value> {
        succeeded("POST", path, self.try_post(token, path, body).await?)
    }

    /// A POST that may be refused.
    pub(super) async fn try_post(&self, token: Option<&str>, path: &str, body: &Value) -> Result<Answer> {
        let answer = self.call(Method::POST, token, path, serde_json::to_vec(body)?).await;
        answer.with_context(|| format!("POST {path}"))
    }

    /// Sends a request, and repeats it if the service says that it is busy and has done nothing.
    async fn call(&self, method: Method, token: Option<&str>, path: &str, body: Vec<u8>) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(body)?;
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            let (answer, retry_after) = self.send(request.clone()).await?;
            if !is_busy(answer.status) {
                return Ok(answer);
            }
            tokio::time::sleep(retry_after.unwrap_or(wait)).await;
            wait *= 2;
        }
        Ok(self.send(request).await?.0)
    }

    /// Sends once, on a thread that may block.
    async fn send(&self, request: Request<Vec<u8>>) -> Result<(Answer, Option<Duration>)> {
        let agent = self.agent.clone();
        tokio::task::spawn_blocking(move || {
            let mut response = agent.run(request)?;
            let retry_after = retry_after(&response);
            let bytes = response.body_mut().read_to_vec()?;
            let body = serde_json::from_slice(&bytes).unwrap_or_default();
            Ok((Answer { status: response.status(), body }, retry_after))
        })
        .await?
    }
}

fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE
}

fn retry_after<B>(response: &Response<B>) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

fn succeeded(method: &str, path: &str, answer: Answer) -> Result<Value> {
    if !answer.status.is_success() {
        bail!("{method} {path} answered {}: {}", answer.status, answer.body);
    }
    Ok(answer.body)
}

/// A string in a response.
pub(super) fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("there is no text at {pointer} in an answer"))
}

/// A whole number in a response.
pub(super) fn number(value: &Value, pointer: &str) -> Result<u64> {
    let found = value.pointer(pointer).and_then(Value::as_u64);
    found.with_context(|| format!("there is no number at {pointer} in an answer"))
}
