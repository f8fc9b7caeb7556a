//! A client of the API for the organiser of a trial.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Connection, Lost};
use crate::stage::Organiser;

/// Time limit for a call: the server itself limits transitions of large ballots.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The candidates of every trial's ballots, whom votes choose or put first.
const CANDIDATES: [&str; 3] = ["Anna Lind", "Bo Marsh", "Cleo Strand"];

/// The candidates who stand behind them in rankings.
const OTHERS: [&str; 9] =
    ["Dan Holm", "Ea Berg", "Finn Dahl", "Gro Vik", "Hal Moe", "Ida Nes", "Jon Ruud", "Kim Lie", "Liv Foss"];

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The id.
    pub id: String,
    /// The ids of the candidates; the position is the index in the stored choice.
    pub candidates: Vec<String>,
    /// The ids of those whom votes rank after one of these; empty if votes name one candidate.
    pub others: Vec<String>,
}

/// A client of the API on its own connection.
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

    /// Signs in as an organiser.
    pub async fn sign_in(address: SocketAddr, organiser: &Organiser) -> Result<Self> {
        let mut api = Self::new(address);
        let credentials = json!({"email": organiser.email, "password": organiser.password});
        let session = api.post("/organiser-sessions", &credentials).await?;
        api.token = Some(text(&session, "/token")?);
        Ok(api)
    }

    /// Another client with the same session, for the server at this address.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { connection: Connection::new(address, TIMEOUT), token: self.token.clone() }
    }

    /// Another client with the same session and server, with this timeout for each response.
    #[must_use]
    pub fn patient(&self, timeout: Duration) -> Self {
        Self { connection: Connection::new(self.connection.address(), timeout), token: self.token.clone() }
    }

    /// Makes any call below `/api/v1`. Returns status and body, whatever they are; the body is null if it is not JSON.
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
        self.draft(conference, slug, &json!({"type": "plurality"}), &CANDIDATES).await
    }

    /// Drafts a ballot with this method; the candidates after the first three are those whom votes rank after these.
    async fn draft(&mut self, conference: &str, slug: &str, method: &Value, names: &[&str]) -> Result<Ballot> {
        let candidates: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let definition = json!({
            "slug": slug, "title": "A trial", "question": "Who shall it be?", "kind": "award", "method": method,
            "candidates": candidates, "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full",
        });
        let ballot = self.post(&format!("/conferences/{conference}/ballots"), &definition).await?;
        let candidates = ballot["candidates"].as_array().context("a ballot has candidates")?;
        let mut candidates: Vec<_> =
            candidates.iter().map(|candidate| text(candidate, "/id")).collect::<Result<_>>()?;
        let others = candidates.split_off(CANDIDATES.len());
        Ok(Ballot { id: text(&ballot, "/id")?, candidates, others })
    }

    /// Creates a ballot of long rankings, by instant runoff, and opens it: votes of many lengths.
    pub async fn open_ranked_ballot(&mut self, conference: &str, slug: &str) -> Result<Ballot> {
        let names = [CANDIDATES.as_slice(), &OTHERS].concat();
        let method = json!({"type": "ranked", "count": "irv", "max_ranks": names.len()});
        let ballot = self.draft(conference, slug, &method, &names).await?;
        let open = json!({"to": "open", "accept": ["recognisable-rankings"]});
        self.post(&format!("/ballots/{}/transitions", ballot.id), &open).await?;
        Ok(ballot)
    }

    /// Creates a ballot and opens it.
    pub async fn open_ballot(&mut self, conference: &str, slug: &str) -> Result<Ballot> {
        let ballot = self.create_ballot(conference, slug).await?;
        self.transition(&ballot, "open").await?;
        Ok(ballot)
    }

    /// Changes the state of a ballot.
    pub async fn transition(&mut self, ballot: &Ballot, to: &str) -> Result<Value> {
        self.post(&format!("/ballots/{}/transitions", ballot.id), &json!({"to": to})).await
    }

    /// Schedules the close of a ballot.
    pub async fn close_in(&mut self, ballot: &Ballot, seconds: u32) -> Result<Value> {
        self.post(&format!("/ballots/{}/closing-times", ballot.id), &json!({"in_seconds": seconds})).await
    }

    /// The state: `draft`, `open`, `closed` and so on.
    pub async fn state(&mut self, ballot: &Ballot) -> Result<String> {
        text(&self.get(&format!("/ballots/{}/state", ballot.id)).await?, "/state")
    }

    /// The turnout: `{eligible, voted}`.
    pub async fn turnout(&mut self, ballot: &Ballot) -> Result<Value> {
        self.get(&format!("/ballots/{}/turnout", ballot.id)).await
    }

    /// Publishes the result of a closed ballot, and reads it as the public does.
    pub async fn publish(&mut self, ballot: &Ballot) -> Result<Value> {
        self.post(&format!("/ballots/{}/publications", ballot.id), &json!({})).await?;
        self.results(ballot).await
    }

    /// The published result.
    pub async fn results(&mut self, ballot: &Ballot) -> Result<Value> {
        self.get(&format!("/ballots/{}/results", ballot.id)).await
    }

    /// Looks up the vote with this receipt code.
    pub async fn receipt(&mut self, code: &str) -> Result<(u16, Value), Lost> {
        self.call("GET", &format!("/receipts/{code}"), None).await
    }

    /// Casts a vote (see [`crate::votes::cast`]) on this client's connection. Returns status and body, whatever they
    /// are.
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

/// The problem code, if the body is a problem.
#[must_use]
pub fn code_of(body: &[u8]) -> Option<String> {
    let problem: Value = serde_json::from_slice(body).ok()?;
    problem["code"].as_str().map(str::to_owned)
}

/// A string in a response.
pub fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("there is no text at {pointer} in an answer"))
}
