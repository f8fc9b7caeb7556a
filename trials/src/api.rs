//! The API, as the organiser of a trial calls it.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Connection, Lost};
use crate::stage::Organiser;

/// How long a call may take: transitions of large ballots have a limit of their own on the server.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What the ballots of a trial are about.
const CANDIDATES: [&str; 3] = ["Anna Lind", "Bo Marsh", "Cleo Strand"];

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Its id.
    pub id: String,
    /// The ids of the candidates; the place in this list is the index in the stored choice.
    pub candidates: Vec<String>,
}

/// A client of the API on a connection of its own.
#[derive(Debug)]
pub struct Api {
    connection: Connection,
    token: Option<String>,
}

impl Api {
    /// A client that is not signed in.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { connection: Connection::new(address, TIMEOUT), token: None }
    }

    /// Signs an organiser in.
    pub async fn sign_in(address: SocketAddr, organiser: &Organiser) -> Result<Self> {
        let mut api = Self::new(address);
        let credentials = json!({"email": organiser.email, "password": organiser.password});
        let session = api.post("/organiser-sessions", &credentials).await?;
        api.token = Some(text(&session, "/token")?);
        Ok(api)
    }

    /// A further client of the server at this address, with the same session.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { connection: Connection::new(address, TIMEOUT), token: self.token.clone() }
    }

    /// A further client of the same server, with the same session, that waits so long for each answer.
    #[must_use]
    pub fn patient(&self, timeout: Duration) -> Self {
        Self { connection: Connection::new(self.connection.address(), timeout), token: self.token.clone() }
    }

    /// Any call below `/api/v1`: status and body, whatever they are; the body is null where it is no JSON.
    pub async fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value), Lost> {
        let body = body.map(Value::to_string);
        let request = http::request(method, &format!("/api/v1{path}"), self.token.as_deref(), body.as_deref());
        let answer = self.connection.send(&request).await?;
        Ok((answer.status, serde_json::from_slice(answer.body).unwrap_or_default()))
    }

    /// A GET that must succeed.
    pub async fn get(&mut self, path: &str) -> Result<Value> {
        let answer = self.call("GET", path, None).await.with_context(|| format!("GET {path}"))?;
        succeeded("GET", path, answer)
    }

    /// A POST that must succeed.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.call("POST", path, Some(body)).await.with_context(|| format!("POST {path}"))?;
        succeeded("POST", path, answer)
    }

    /// Drafts a ballot with three candidates, decided by plurality, ties by lot.
    pub async fn create_ballot(&mut self, conference: &str, slug: &str) -> Result<Ballot> {
        let definition = json!({
            "slug": slug, "title": "A trial", "question": "Who shall it be?", "kind": "award",
            "method": {"type": "plurality"}, "candidates": CANDIDATES.map(|name| json!({"name": name})),
            "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full",
        });
        let ballot = self.post(&format!("/conferences/{conference}/ballots"), &definition).await?;
        let candidates = ballot["candidates"].as_array().context("a ballot has candidates")?;
        let candidates = candidates.iter().map(|candidate| text(candidate, "/id")).collect::<Result<_>>()?;
        Ok(Ballot { id: text(&ballot, "/id")?, candidates })
    }

    /// The same, and open.
    pub async fn open_ballot(&mut self, conference: &str, slug: &str) -> Result<Ballot> {
        let ballot = self.create_ballot(conference, slug).await?;
        self.transition(&ballot, "open").await?;
        Ok(ballot)
    }

    /// Takes a ballot to another state.
    pub async fn transition(&mut self, ballot: &Ballot, to: &str) -> Result<Value> {
        self.post(&format!("/ballots/{}/transitions", ballot.id), &json!({"to": to})).await
    }

    /// Has a ballot close by itself.
    pub async fn close_in(&mut self, ballot: &Ballot, seconds: u32) -> Result<Value> {
        self.post(&format!("/ballots/{}/closing-times", ballot.id), &json!({"in_seconds": seconds})).await
    }

    /// `draft`, `open`, `closed` and so on.
    pub async fn state(&mut self, ballot: &Ballot) -> Result<String> {
        text(&self.get(&format!("/ballots/{}/state", ballot.id)).await?, "/state")
    }

    /// `{eligible, voted}`.
    pub async fn turnout(&mut self, ballot: &Ballot) -> Result<Value> {
        self.get(&format!("/ballots/{}/turnout", ballot.id)).await
    }

    /// Publishes the result of a closed ballot, and reads it like everybody else.
    pub async fn publish(&mut self, ballot: &Ballot) -> Result<Value> {
        self.post(&format!("/ballots/{}/publications", ballot.id), &json!({})).await?;
        self.results(ballot).await
    }

    /// The published result.
    pub async fn results(&mut self, ballot: &Ballot) -> Result<Value> {
        self.get(&format!("/ballots/{}/results", ballot.id)).await
    }

    /// What became of the vote with this receipt code.
    pub async fn receipt(&mut self, code: &str) -> Result<(u16, Value), Lost> {
        self.call("GET", &format!("/receipts/{code}"), None).await
    }

    /// Casts a vote (see [`crate::votes::cast`]) on this client's connection: status and body, whatever they are.
    pub async fn cast(&mut self, request: &[u8]) -> Result<(u16, Value), Lost> {
        let answer = self.connection.send(request).await?;
        Ok((answer.status, serde_json::from_slice(answer.body).unwrap_or_default()))
    }
}

fn succeeded(method: &str, path: &str, (status, body): (u16, Value)) -> Result<Value> {
    if !(200..300).contains(&status) {
        bail!("{method} {path} answered {status}: {body}");
    }
    Ok(body)
}

/// The code of a problem, where the body is one.
#[must_use]
pub fn code_of(body: &[u8]) -> Option<String> {
    let problem: Value = serde_json::from_slice(body).ok()?;
    problem["code"].as_str().map(str::to_owned)
}

/// A text in an answer.
pub fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("there is no text at {pointer} in an answer"))
}
