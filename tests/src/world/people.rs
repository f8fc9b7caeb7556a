//! The actions of people: one method each.

use reqwest::Method;
use serde_json::{Value, json};

use super::answer::Answer;

/// A client of an instance, signed in or not.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    http: reqwest::Client,
    token: Option<String>,
}

/// An attendee with a session.
#[derive(Debug, Clone)]
pub struct Voter {
    /// Their client.
    pub api: Api,
    /// Their id.
    pub id: String,
    /// The token of their personal link.
    pub link: String,
}

/// A ballot created by a test.
#[derive(Debug, Clone)]
pub struct Ballot {
    /// Its id.
    pub id: String,
    /// The ids of its candidates, in the order of the manifest.
    pub candidates: Vec<String>,
}

impl Api {
    /// A client of the instance at this address.
    #[must_use]
    pub fn new(base: String) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Self { base, http: http.expect("a plain HTTP client can be built"), token: None }
    }

    /// A client of the same instance, signed in with this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The token of the session.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The address of the instance, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request to a path of the instance, with the session, for a test to extend. A path without a leading slash
    /// belongs to the API.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url =
            if path.starts_with('/') { format!("{}{path}", self.base) } else { format!("{}/api/v1/{path}", self.base) };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request that a test has put together.
    ///
    /// # Panics
    /// If no response comes.
    pub async fn send(request: reqwest::RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("the instance answers")).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request(Method::POST, path).json(body)).await
    }

    /// PATCH of a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request(Method::PATCH, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }

    /// Signs in as an organiser.
    pub async fn sign_in_organiser(&self, email: &str, password: &str) -> Self {
        let body = json!({"email": email, "password": password});
        let session = self.post("organiser-sessions", &body).await.expect(201);
        self.with_token(&session.text("/token"))
    }

    /// Adds a conference with this slug and this registration rule.
    pub async fn add_conference(&self, slug: &str, registration: &str) {
        let body = json!({"slug": slug, "name": "European Cluster Conference", "starts_on": "2026-11-25",
            "ends_on": "2026-11-27", "time_zone": "Europe/Brussels", "languages": ["en"],
            "registration": registration});
        let _made = self.post("conferences", &body).await.expect(201);
    }

    /// Adds a verified attendee. Returns their id.
    pub async fn add_attendee(&self, conference: &str, name: &str) -> String {
        let body = json!({"name": name, "verified": true});
        self.post(&format!("conferences/{conference}/attendees"), &body).await.expect(201).text("/id")
    }

    /// Registers somebody, as a stranger would.
    pub async fn register(&self, conference: &str, email: &str, name: &str) -> Answer {
        let body = json!({"email": email, "name": name});
        self.post(&format!("conferences/{conference}/registrations"), &body).await
    }

    /// The first page of a conference's roll.
    pub async fn roll(&self, conference: &str) -> Vec<Value> {
        let page = self.get(&format!("conferences/{conference}/attendees?limit=200")).await.expect(200);
        page.json["items"].as_array().cloned().unwrap_or_default()
    }

    /// The first page of the audit log.
    pub async fn audit(&self) -> Vec<Value> {
        let page = self.get("audit-events?limit=200").await.expect(200);
        page.json["items"].as_array().cloned().unwrap_or_default()
    }

    /// The token of an attendee's personal link.
    pub async fn show_link(&self, attendee: &str) -> String {
        let path = format!("attendees/{attendee}/personal-links");
        self.post(&path, &json!({"deliver": "show"})).await.expect(201).text("/token")
    }

    /// Signs in through a personal link.
    pub async fn sign_in(&self, link: &str) -> Self {
        let session = self.post("sessions", &json!({ "personal_link": link })).await.expect(201);
        self.with_token(&session.text("/token"))
    }

    /// Adds a verified attendee and signs them in.
    pub async fn voter(&self, conference: &str, name: &str) -> Voter {
        let id = self.add_attendee(conference, name).await;
        let link = self.show_link(&id).await;
        Voter { api: self.sign_in(&link).await, id, link }
    }

    /// Adds this many voters.
    pub async fn voters(&self, conference: &str, count: usize) -> Vec<Voter> {
        let mut voters = Vec::with_capacity(count);
        for number in 0..count {
            voters.push(self.voter(conference, &format!("Voter {number}")).await);
        }
        voters
    }

    /// Writes a draft with three finalists; `changes` replace fields of it.
    pub async fn draft(&self, conference: &str, slug: &str, changes: Value) -> Ballot {
        let mut body = json!({"slug": slug, "title": "European Cluster Manager of the Year",
            "question": "Who should be European Cluster Manager of the Year?", "kind": "award",
            "method": {"type": "plurality"}, "allow_blank": true, "tie_rule": {"type": "jury"}, "disclosure": "full",
            "candidates": [{"name": "Zoë Łukaszewicz-Ó Briain", "country": "PL"},
                {"name": "Jānis Bērziņš", "country": "LV"}, {"name": "María Ñíguez", "country": "ES"}]});
        if let (Value::Object(body), Value::Object(changes)) = (&mut body, changes) {
            body.extend(changes);
        }
        let made = self.post(&format!("conferences/{conference}/ballots"), &body).await.expect(201);
        let candidates = made.json["candidates"].as_array().into_iter().flatten();
        let candidates = candidates.filter_map(|candidate| candidate["id"].as_str().map(str::to_owned));
        Ballot { id: made.text("/id"), candidates: candidates.collect() }
    }

    /// Requests a transition.
    pub async fn transition(&self, ballot: &Ballot, to: &str) -> Answer {
        let reason = (to == "cancelled").then_some("The finalists have withdrawn.");
        let body = reason.map_or_else(|| json!({ "to": to }), |reason| json!({"to": to, "reason": reason}));
        self.post(&format!("ballots/{}/transitions", ballot.id), &body).await
    }

    /// Writes a draft with three finalists and opens it.
    pub async fn open_ballot(&self, conference: &str, slug: &str) -> Ballot {
        let ballot = self.draft(conference, slug, json!({})).await;
        let _open = self.transition(&ballot, "open").await.expect(201);
        ballot
    }

    /// Casts a vote for the candidate at this index, with a tracker.
    pub async fn cast(&self, ballot: &Ballot, candidate: usize, tracker: &str) -> Answer {
        let body = json!({"choice": {"candidate": ballot.candidates[candidate]}, "tracker": tracker});
        self.post(&format!("ballots/{}/votes", ballot.id), &body).await
    }

    /// Casts a blank vote with a tracker.
    pub async fn cast_blank(&self, ballot: &Ballot, tracker: &str) -> Answer {
        let body = json!({"choice": {"blank": true}, "tracker": tracker});
        self.post(&format!("ballots/{}/votes", ballot.id), &body).await
    }

    /// Publishes the result.
    pub async fn publish(&self, ballot: &Ballot) -> Answer {
        self.post(&format!("ballots/{}/publications", ballot.id), &json!({})).await
    }

    /// Reads a resource of a ballot, such as `results`.
    pub async fn ballot(&self, ballot: &Ballot, what: &str) -> Answer {
        self.get(&format!("ballots/{}/{what}", ballot.id)).await
    }
}

/// A fresh tracker, as a voter's device generates one.
#[must_use]
pub fn tracker() -> String {
    urna_core::Tracker::new(urna_app::random::bytes()).to_string()
}
