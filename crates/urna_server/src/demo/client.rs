//! The API, as a robot calls it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client as Http, Response, StatusCode};
use serde_json::Value;

/// How often a robot tries when the service is busy.
const TRIES: u32 = 10;
/// The wait after the first try; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// A client of one service. Its connections stay open, like those of a phone.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: Http,
    base: String,
}

/// An answer that came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Answer {
    /// Which problem it is, if it is one.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Client {
    /// A client of the service at this address, without a slash at the end.
    pub(super) fn new(address: &str) -> Result<Self> {
        let http = Http::builder().no_proxy().tcp_nodelay(true).timeout(Duration::from_secs(30)).build()?;
        Ok(Self { http, base: format!("{address}/api/v1") })
    }

    /// A GET that must succeed.
    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.call(self.http.get(format!("{}{path}", self.base))).await;
        succeeded("GET", path, answer?)
    }

    /// A POST that must succeed.
    pub(super) async fn post(&self, token: Option<&str>, path: &str, body: &Value) -> Result<Value> {
        succeeded("POST", path, self.try_post(token, path, body).await?)
    }

    /// A POST that may be refused.
    pub(super) async fn try_post(&self, token: Option<&str>, path: &str, body: &Value) -> Result<Answer> {
        let mut request = self.http.post(format!("{}{path}", self.base)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        self.call(request).await.with_context(|| format!("POST {path}"))
    }

    /// Sends, and again where the service says that it is too busy and has done nothing.
    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            let response = request.try_clone().context("a request in memory can be sent again")?.send().await?;
            if !is_busy(response.status()) {
                return read(response).await;
            }
            tokio::time::sleep(retry_after(&response).unwrap_or(wait)).await;
            wait *= 2;
        }
        read(request.send().await?).await
    }
}

fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE
}

fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

async fn read(response: Response) -> Result<Answer> {
    let status = response.status();
    let bytes = response.bytes().await?;
    Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() })
}

fn succeeded(method: &str, path: &str, answer: Answer) -> Result<Value> {
    if !answer.status.is_success() {
        bail!("{method} {path} answered {}: {}", answer.status, answer.body);
    }
    Ok(answer.body)
}

/// A text in an answer.
pub(super) fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("there is no text at {pointer} in an answer"))
}

/// A whole number in an answer.
pub(super) fn number(value: &Value, pointer: &str) -> Result<u64> {
    let found = value.pointer(pointer).and_then(Value::as_u64);
    found.with_context(|| format!("there is no number at {pointer} in an answer"))
}
