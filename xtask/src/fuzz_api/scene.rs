//! The data behind the generated requests: a ballot in each state, people, receipts.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::Role;
use crate::client::{Client, text};

/// The conference of all the data.
const CONFERENCE: &str = "fuzzed";

/// The real values for generated requests.
#[derive(Default)]
pub(super) struct Scene {
    /// The session of the role; `None` for anonymous.
    pub(super) token: Option<String>,
    /// A second session, to be ended by requests.
    pub(super) spare_token: Option<String>,
    /// The id of the person with that session, whom no request may delete midway. Empty for anonymous.
    pub(super) own_id: String,
    pub(super) conferences: Vec<String>,
    pub(super) ballots: Vec<String>,
    /// The candidates of each ballot.
    pub(super) candidates: Vec<(String, Vec<String>)>,
    pub(super) attendees: Vec<String>,
    pub(super) organisers: Vec<String>,
    pub(super) receipts: Vec<String>,
    pub(super) trackers: Vec<String>,
    pub(super) emails: Vec<String>,
    pub(super) personal_links: Vec<String>,
    pub(super) passwords: Vec<String>,
}

/// The e-mail address of an organiser.
pub(super) fn organiser_email(role: Role) -> String {
    format!("{role}@example.org")
}

impl Scene {
    /// Prepares the data through the API, and signs in as the role.
    pub(super) fn set(client: &Client, role: Role, password: &str) -> Result<Self> {
        let owner = sign_in(client, Role::Owner, password)?;
        let mut setter = Setter { client, token: text(&owner, "/token")?, scene: Self::default() };
        setter.conferences()?;
        setter.attendees()?;
        setter.ballots()?;

        let mut scene = setter.scene;
        for organiser in Role::ORGANISERS {
            scene.emails.push(organiser_email(organiser));
        }
        scene.passwords.push(password.to_owned());
        let listed = client.get(Some(&text(&owner, "/token")?), "/organisers")?;
        for organiser in listed["items"].as_array().context("GET /organisers has no items")? {
            scene.organisers.push(text(organiser, "/id")?);
        }
        scene.sign_in(client, role, password)?;
        // The acting person is never targeted on purpose: targeting the others is enough.
        let own_id = scene.own_id.clone();
        scene.organisers.retain(|id| *id != own_id);
        Ok(scene)
    }

    fn sign_in(&mut self, client: &Client, role: Role, password: &str) -> Result<()> {
        let session = || match role {
            Role::Anonymous => Ok(Value::Null),
            Role::Attendee => {
                let link = self.personal_links.first().context("there is no personal link")?;
                client.post(None, "/sessions", &json!({ "personal_link": link }))
            }
            Role::Observer | Role::Desk | Role::Organiser | Role::Owner => sign_in(client, role, password),
        };
        let (first, second) = (session()?, session()?);
        if role == Role::Anonymous {
            return Ok(());
        }
        let person = if role == Role::Attendee { "/attendee/id" } else { "/organiser/id" };
        self.own_id = text(&first, person)?;
        self.token = Some(text(&first, "/token")?);
        self.spare_token = Some(text(&second, "/token")?);
        Ok(())
    }
}

fn sign_in(client: &Client, role: Role, password: &str) -> Result<Value> {
    client.post(None, "/organiser-sessions", &json!({ "email": organiser_email(role), "password": password }))
}

/// Prepares the data as an owner.
struct Setter<'a> {
    client: &'a Client,
    token: String,
    scene: Scene,
}

impl Setter<'_> {
    fn post(&self, path: &str, content: &Value) -> Result<Value> {
        self.client.post(Some(&self.token), path, content)
    }

    fn conferences(&mut self) -> Result<()> {
        for (slug, registration) in [(CONFERENCE, "open"), ("another", "closed")] {
            let content = json!({
                "slug": slug, "name": "European Cluster Conference", "starts_on": "2026-01-01", "ends_on": "2099-12-31",
                "time_zone": "Europe/Brussels", "languages": ["en", "de"], "registration": registration,
            });
            self.post("/conferences", &content)?;
            self.scene.conferences.push(slug.to_owned());
        }
        Ok(())
    }

    /// Four people: the first one's session is used, the second and third vote, the last is blocked.
    fn attendees(&mut self) -> Result<()> {
        for number in 1..=4 {
            let email = format!("attendee{number}@example.org");
            let content = json!({
                "email": email, "name": format!("Attendee {number}"), "organisation": "Cluster of Examples",
                "country": "BE", "category": "research", "language": "en", "verified": true,
            });
            let attendee = self.post(&format!("/conferences/{CONFERENCE}/attendees"), &content)?;
            let id = text(&attendee, "/id")?;
            let link = self.post(&format!("/attendees/{id}/personal-links"), &json!({ "deliver": "show" }))?;
            self.scene.personal_links.push(text(&link, "/token")?);
            self.scene.attendees.push(id);
            self.scene.emails.push(email);
        }
        let last = self.scene.attendees.last().context("there is no attendee")?;
        self.post(&format!("/attendees/{last}/blocks"), &json!({}))?;
        Ok(())
    }

    /// A ballot in each state, and a closed one with a tie.
    fn ballots(&mut self) -> Result<()> {
        let voters = [self.voter(1)?, self.voter(2)?];
        let states = ["draft", "ready", "open", "paused", "closed", "published", "cancelled", "tied"];
        for state in states {
            let content = json!({
                "slug": state, "title": "European Cluster Manager of the Year", "question": "Who shall it be?",
                "kind": "award", "method": { "type": "plurality" }, "allow_blank": true,
                "candidates": [{ "name": "Ada" }, { "name": "Blaise" }, { "name": "Cecilia" }],
                "tie_rule": { "type": "jury" }, "disclosure": "full",
            });
            let ballot = self.post(&format!("/conferences/{CONFERENCE}/ballots"), &content)?;
            let id = text(&ballot, "/id")?;
            let candidates = [text(&ballot, "/candidates/0/id")?, text(&ballot, "/candidates/1/id")?];
            let chosen: &[usize] = match state {
                "draft" | "ready" => &[],
                "tied" => &[0, 1],
                _ => &[0],
            };
            self.bring_to(&id, state, chosen, &voters, &candidates)
                .with_context(|| format!("the ballot to be {state}"))?;
            self.scene.candidates.push((id.clone(), candidates.to_vec()));
            self.scene.ballots.push(id);
        }
        Ok(())
    }

    /// The session of an attendee.
    fn voter(&self, index: usize) -> Result<String> {
        let link = self.scene.personal_links.get(index).context("there is no such attendee")?;
        text(&self.client.post(None, "/sessions", &json!({ "personal_link": link }))?, "/token")
    }

    /// `chosen` lists the candidate of each voter.
    fn bring_to(
        &mut self,
        id: &str,
        state: &str,
        chosen: &[usize],
        voters: &[String],
        candidates: &[String],
    ) -> Result<()> {
        match state {
            "draft" => return Ok(()),
            "ready" => return self.move_to(id, &json!({ "to": "ready" })),
            _ => self.move_to(id, &json!({ "to": "open" }))?,
        }
        for (voter, candidate) in voters.iter().zip(chosen) {
            let choice = json!({ "choice": { "candidate": candidates[*candidate] } });
            let vote = self.client.post(Some(voter), &format!("/ballots/{id}/votes"), &choice)?;
            self.scene.receipts.push(text(&vote, "/receipt/code")?);
            self.scene.trackers.push(text(&vote, "/receipt/tracker")?);
        }
        match state {
            "paused" => self.move_to(id, &json!({ "to": "paused" })),
            "closed" | "tied" => self.move_to(id, &json!({ "to": "closed" })),
            "cancelled" => self.move_to(id, &json!({ "to": "cancelled", "reason": "A rehearsal." })),
            "published" => {
                self.move_to(id, &json!({ "to": "closed" }))?;
                self.post(&format!("/ballots/{id}/publications"), &json!({}))?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn move_to(&self, id: &str, content: &Value) -> Result<()> {
        self.post(&format!("/ballots/{id}/transitions"), content)?;
        Ok(())
    }
}
