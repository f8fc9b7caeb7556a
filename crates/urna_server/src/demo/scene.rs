//! The sample conference, its ballots, and the organiser who runs them over the API.

use anyhow::{Context as _, Result, bail};
use axum::http::StatusCode;
use jiff::ToSpan as _;
use serde_json::{Value, json};
use urna_app::authority::Appoint;
use urna_app::passwords::Password;
use urna_app::{App, Authority, Failure, Refusal, random};
use urna_core::{Email, Role};

use super::client::{Client, text};
use crate::command_line::DemoMethod;

/// The invented finalists and their countries.
pub(super) const FINALISTS: [(&str, &str, &str, &str); 3] = [
    (
        "Żaneta Brøndum-Łęcka",
        "PL",
        "Tatra Photonics Cluster",
        "Brought ninety small firms and four universities to one table, and into each other's laboratories.",
    ),
    (
        "Aurelio Håkansson",
        "SE",
        "Nordic Battery Cluster",
        "Built a training centre that three regions share, and that every member may use.",
    ),
    (
        "Mirela Četković-Duarte",
        "HR",
        "Adriatic Maritime Cluster",
        "Made repair yards along the coast share their docks, their tools and their apprentices.",
    ),
];

/// The options of the ballot that stays open.
const PLACES: [&str; 4] = ["Tallinn", "Ljubljana", "Porto", "Thessaloniki"];

/// The number of names to try until one is free.
const MOST_NAMES: u32 = 1000;

/// An organiser who can sign in.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) password: String,
}

/// Appoints the organiser of the demonstration as an operator does: on the host. Everything else goes over HTTP.
pub(super) async fn appoint(app: &App) -> Result<Account> {
    let [first, second, third] = [(); 3].map(|()| u32::from_be_bytes(random::bytes()));
    let password = format!("{first:08x}-{second:08x}-{third:08x}");
    for number in 1..=MOST_NAMES {
        let email = format!("{}@example.org", numbered("demo", number));
        let address = Email::parse(&email).context("the address of the organiser")?;
        let authority = Authority::<Appoint>::host();
        match app.create_organiser(&authority, address, Role::Owner, Password::new(password.clone())).await {
            Ok(_) => return Ok(Account { email, password }),
            Err(Failure::Refused(Refusal::DuplicateOrganiser)) => {}
            Err(failure) => bail!("the organiser could not be appointed: {failure:?}"),
        }
    }
    bail!("there are too many demonstrations in this database")
}

fn numbered(name: &str, number: u32) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// The signed-in organiser.
#[derive(Debug, Clone)]
pub(super) struct Organiser {
    pub(super) client: Client,
    pub(super) token: String,
    /// The slug of the conference.
    pub(super) conference: String,
}

/// A ballot as the API describes it.
#[derive(Debug)]
pub(super) struct Ballot {
    pub(super) id: String,
    pub(super) slug: String,
    pub(super) title: String,
    /// The ids of the candidates, in ballot order.
    pub(super) candidates: Vec<String>,
}

impl Organiser {
    /// Signs in and creates the conference, which begins today.
    pub(super) async fn begin(client: Client, account: &Account, app: &App) -> Result<Self> {
        let credentials = json!({"email": account.email, "password": account.password});
        let session = client.post(None, "/organiser-sessions", &credentials).await?;
        let token = text(&session, "/token")?;
        let today = app.now().as_jiff().in_tz("Europe/Brussels")?.date();
        for number in 1..=MOST_NAMES {
            let slug = numbered("european-cluster-conference", number);
            let conference = json!({
                "slug": slug, "name": "European Cluster Conference", "starts_on": today.to_string(),
                "ends_on": today.checked_add(2.days())?.to_string(), "time_zone": "Europe/Brussels",
                "languages": ["en", "fr", "de"], "registration": "approval",
            });
            let answer = client.try_post(Some(&token), "/conferences", &conference).await?;
            match (answer.status, answer.code()) {
                (StatusCode::CREATED, _) => return Ok(Self { client, token, conference: slug }),
                (StatusCode::CONFLICT, "slug-taken") => {}
                _ => bail!("the conference could not be added: {} {}", answer.status, answer.body),
            }
        }
        bail!("there are too many demonstrations in this database")
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.client.post(Some(&self.token), path, body).await
    }

    /// Creates the ballot that the demonstration is about.
    pub(super) async fn write_award(&self, method: DemoMethod) -> Result<Ballot> {
        let method = match method {
            DemoMethod::Plurality => json!({"type": "plurality"}),
            DemoMethod::Approval => json!({"type": "approval", "max_choices": 2}),
            DemoMethod::Score => json!({"type": "score", "min": 0, "max": 5}),
            DemoMethod::Irv => json!({"type": "ranked", "count": "irv"}),
            DemoMethod::Schulze => json!({"type": "ranked", "count": "schulze"}),
            DemoMethod::Borda => json!({"type": "ranked", "count": "borda"}),
            DemoMethod::ScottishStv => json!({"type": "ranked", "count": "scottish_stv", "seats": 2}),
            DemoMethod::Motion => return self.write_motion().await,
        };
        let candidates = FINALISTS.map(|(name, country, organisation, biography)| {
            json!({"name": name, "country": country, "organisation": organisation, "biography": biography})
        });
        self.write_ballot(&json!({
            "slug": "manager-of-the-year", "title": "European Cluster Manager of the Year",
            "question": "Who shall be the European Cluster Manager of the Year?", "kind": "award",
            "method": method, "candidates": candidates, "allow_blank": true, "tie_rule": {"type": "lot"}, "disclosure": "full",
        }))
        .await
    }

    /// Creates the ballot that the demonstration is about, if it is a motion.
    async fn write_motion(&self) -> Result<Ballot> {
        self.write_ballot(&json!({
            "slug": "shared-laboratories", "title": "Shared laboratories",
            "question": "Shall the clusters open their laboratories to each other's members?", "kind": "consultation",
            "method": {"type": "motion", "quorum": {"type": "members", "fraction": "1/3"}}, "allow_blank": false,
            "disclosure": "full",
        }))
        .await
    }

    /// Creates the ballot that stays open to try.
    pub(super) async fn write_consultation(&self) -> Result<Ballot> {
        self.write_ballot(&json!({
            "slug": "next-place", "title": "The next conference", "question": "Where shall we meet next year?",
            "kind": "consultation", "method": {"type": "plurality"},
            "candidates": PLACES.map(|place| json!({"name": place})), "allow_blank": true,
            "tie_rule": {"type": "shared"}, "disclosure": "full",
        }))
        .await
    }

    async fn write_ballot(&self, definition: &Value) -> Result<Ballot> {
        let ballot = self.post(&format!("/conferences/{}/ballots", self.conference), definition).await?;
        let candidates = ballot["candidates"].as_array().context("a ballot has candidates")?;
        let candidates = candidates.iter().map(|candidate| text(candidate, "/id")).collect::<Result<_>>()?;
        Ok(Ballot {
            id: text(&ballot, "/id")?,
            slug: text(definition, "/slug")?,
            title: text(definition, "/title")?,
            candidates,
        })
    }

    /// Creates a badge code for an attendee.
    pub(super) async fn badge_code(&self, attendee: &str) -> Result<String> {
        text(&self.post(&format!("/attendees/{attendee}/badge-codes"), &json!({})).await?, "/code")
    }

    /// Changes the state of a ballot.
    pub(super) async fn change_state(&self, ballot: &Ballot, to: &str) -> Result<()> {
        self.post(&format!("/ballots/{}/transitions", ballot.id), &json!({"to": to})).await?;
        Ok(())
    }

    /// Publishes the result, and reads it as the public does.
    pub(super) async fn publish(&self, ballot: &Ballot) -> Result<Value> {
        self.post(&format!("/ballots/{}/publications", ballot.id), &json!({})).await?;
        self.client.get(&format!("/ballots/{}/results", ballot.id)).await
    }
}
