//! The pairs of requests about a known and an unknown person.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result};
use serde_json::json;
use urna_app::{Clock, random};
use urna_core::BadgeCode;
use urna_store::Pools;
use urna_trials::api::Api;
use urna_trials::http;
use urna_trials::server::Instance;
use urna_trials::stage::{self, CONFERENCE, Organiser, Plan, Voter};
use uuid::Uuid;

/// Attempts per account; beyond fifty an account is slowed down.
const TRIES_AT_AN_ACCOUNT: u32 = 40;

/// Kinds of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// Requesting one's personal link.
    LinkRequest,
    /// Registering.
    Registration,
    /// Signing in as an organiser with a wrong password.
    OrganiserSignIn,
    /// Signing in with a wrong badge code.
    BadgeCode,
    /// A badge code of a real conference and of an unknown one. The latter ends with the lookup of the conference.
    Planted,
}

impl Pair {
    pub(super) const ALL: [Self; 5] =
        [Self::LinkRequest, Self::Registration, Self::OrganiserSignIn, Self::BadgeCode, Self::Planted];

    /// Whether the two are expected to differ.
    pub(super) fn is_planted(self) -> bool {
        self == Self::Planted
    }

    /// The maximum number of pairs in a reasonable time: a password takes fifty milliseconds.
    pub(super) const fn most(self) -> u32 {
        match self {
            Self::OrganiserSignIn => 120,
            _ => u32::MAX,
        }
    }

    /// The expected status of both.
    pub(super) const fn status(self) -> u16 {
        match self {
            Self::LinkRequest | Self::Registration => 202,
            Self::OrganiserSignIn | Self::BadgeCode | Self::Planted => 401,
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LinkRequest => "a link request",
            Self::Registration => "a registration",
            Self::OrganiserSignIn => "an organiser's sign-in",
            Self::BadgeCode => "a badge code",
            Self::Planted => "planted: a badge code of no conference",
        })
    }
}

/// The known people.
pub(super) struct Stage {
    voters: Vec<Voter>,
    hyphens: bool,
    owner: Organiser,
    organisers: Vec<Organiser>,
    badges: Vec<BadgeCode>,
    /// The number of networks from which requests came.
    networks: u32,
}

impl Stage {
    /// Adds enough people to a new database that each is used only once: half of them for a link, half for a
    /// registration.
    pub(super) async fn set(instance: &Instance, pairs: u32) -> Result<Self> {
        let attendees = usize::try_from(2 * pairs)?;
        let staged = stage::set(instance, Plan { attendees, sessions: false, links: true }).await?;
        let accounts = Pair::OrganiserSignIn.most().min(pairs).div_ceil(TRIES_AT_AN_ACCOUNT);
        let organisers =
            (0..accounts).map(|number| stage::create_organiser(instance, &format!("organiser-{number}@example.org")));
        let organisers = organisers.collect::<Result<_>>()?;
        let db = instance.database.connect().await?;
        let open = "update conferences set registration = 'open'";
        let hyphens = match db.pools() {
            Pools::Sqlite { writer, .. } => sqlx::query(open).execute(writer).await.map(|_| false)?,
            Pools::Postgres(pool) => sqlx::query(open).execute(pool).await.map(|_| true)?,
        };
        db.close().await;
        Ok(Self {
            voters: staged.voters,
            hyphens,
            owner: staged.organiser,
            organisers,
            badges: Vec::new(),
            networks: 0,
        })
    }

    /// Gives some of them badge codes, once the server runs.
    pub(super) async fn prepare(&mut self, address: SocketAddr) -> Result<()> {
        let mut api = Api::sign_in(address, &self.owner).await?;
        for voter in self.voters.iter().take(20) {
            let issued = api.post(&format!("/attendees/{}/badge-codes", voter.id), &json!({})).await?;
            let code = issued["code"].as_str().context("a badge code is a text")?;
            self.badges.push(code.parse().ok().context("a badge code can be read")?);
        }
        Ok(())
    }

    /// The pair of this number: known, then unknown.
    pub(super) fn requests(&mut self, pair: Pair, number: u32) -> Result<[Vec<u8>; 2]> {
        let place = usize::try_from(number)?;
        let half = self.voters.len() / 2;
        let address = |id: Uuid| {
            let id = if self.hyphens { id.hyphenated().to_string() } else { id.simple().to_string() };
            format!("{id}@example.org")
        };
        let nobody = address(random::id(Clock::System.now()));
        let badge_code = |conference: &str, locator: u32| {
            let code = BadgeCode::new(locator, u64::from(number) + 1).to_string();
            let body = json!({"conference": conference, "badge_code": code});
            http::post("/api/v1/sessions", None, &body.to_string())
        };
        let requests = match pair {
            Pair::LinkRequest => [address(self.voters[place].id), nobody].map(|email| {
                let body = json!({"conference": CONFERENCE, "email": email}).to_string();
                http::post("/api/v1/personal-link-requests", None, &body)
            }),
            Pair::Planted => {
                let known = self.badges[place % self.badges.len()].locator();
                [badge_code(CONFERENCE, known), badge_code("nowhere", known)]
            }
            Pair::Registration => [address(self.voters[half + place].id), nobody].map(|email| {
                let body = json!({"email": email, "name": "Anna Lind"}).to_string();
                http::post(&format!("/api/v1/conferences/{CONFERENCE}/registrations"), None, &body)
            }),
            Pair::OrganiserSignIn => {
                let known = &self.organisers[usize::try_from(number / TRIES_AT_AN_ACCOUNT)?].email;
                // Equally long, and a separate one for each known account: the rate limits then count both alike.
                let unknown = known.replace("organiser", "nonentity");
                [known, &unknown].map(|email| {
                    let body = json!({"email": email, "password": "the heron stands in warm water"}).to_string();
                    http::post("/api/v1/organiser-sessions", None, &body)
                })
            }
            Pair::BadgeCode => {
                let known = self.badges[place % self.badges.len()];
                let taken: Vec<u32> = self.badges.iter().map(|badge| badge.locator()).collect();
                let free =
                    (0..1 << 20).map(|step| (number * 7 + step) % (1 << 20)).find(|locator| !taken.contains(locator));
                let unknown = free.context("a locator is free")?;
                [known.locator(), unknown].map(|locator| badge_code(CONFERENCE, locator))
            }
        };
        Ok(requests.map(|request| self.in_a_network(request)))
    }

    /// Gives each request its own network, through the header of a proxy on this machine, so that no rate limit by
    /// network applies.
    fn in_a_network(&mut self, request: Vec<u8>) -> Vec<u8> {
        self.networks += 1;
        let network = Ipv4Addr::from(0x0b00_0000 + self.networks);
        let text = String::from_utf8_lossy(&request).into_owned();
        text.replacen("\r\nHost:", &format!("\r\nX-Forwarded-For: {network}\r\nHost:"), 1).into_bytes()
    }
}
