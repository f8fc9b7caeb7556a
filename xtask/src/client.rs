//! A client of Urna's API, for the few calls that set up a scene.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use ureq::{Agent, http::Response};

/// A client of one server.
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// `base` is the address of the API without a trailing slash.
    pub(crate) fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: config.into(), base: base.to_owned() }
    }

    /// The status of a GET.
    pub(crate) fn status(&self, token: Option<&str>, path: &str) -> Result<u16> {
        Ok(self.send_get(token, path)?.status().as_u16())
    }

    /// The body of a GET that must succeed.
    pub(crate) fn get(&self, token: Option<&str>, path: &str) -> Result<Value> {
        body("GET", path, self.send_get(token, path)?)
    }

    /// The body of a POST that must succeed.
    pub(crate) fn post(&self, token: Option<&str>, path: &str, content: &Value) -> Result<Value> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let response = request.send_json(content).with_context(|| format!("POST {path}"))?;
        body("POST", path, response)
    }

    /// A POST that is answered by 202 without a body: a mail follows.
    pub(crate) fn post_accepted(&self, path: &str, content: &Value) -> Result<()> {
        let response = self.agent.post(format!("{}{path}", self.base)).send_json(content);
        let status = response.with_context(|| format!("POST {path}"))?.status();
        if status != 202 {
            bail!("POST {path} answered {status}");
        }
        Ok(())
    }

    fn send_get(&self, token: Option<&str>, path: &str) -> Result<Response<ureq::Body>> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        request.call().with_context(|| format!("GET {path}"))
    }
}

fn body(method: &str, path: &str, mut response: Response<ureq::Body>) -> Result<Value> {
    let status = response.status();
    let text = response.body_mut().read_to_string().with_context(|| format!("{method} {path}"))?;
    if !status.is_success() {
        bail!("{method} {path} answered {status}: {text}");
    }
    serde_json::from_str(&text).with_context(|| format!("{method} {path} answered {status} without JSON: {text}"))
}

/// A string in a response.
pub(crate) fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("there is no text at {pointer} in {value}"))
}
