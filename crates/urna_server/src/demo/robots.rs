//! The robots: each is an attendee with a phone who opens a personal link, signs in and votes.

use anyhow::{Context as _, Result, bail};
use axum::http::StatusCode;
use serde_json::{Value, json};
use urna_app::random;
use urna_core::Tracker;

use super::client::{Client, text};
use super::people::Person;
use super::phase::{self, Done};
use super::scene::{Ballot, Organiser};
use crate::command_line::DemoMethod;

/// How often a robot sends a vote without an answer. The tracker makes that safe.
const TRIES: u32 = 5;

/// Adds everybody to the roll. Returns the ids in the same order.
pub(super) async fn add_to_roll(organiser: &Organiser, people: Vec<Person>) -> Result<Done<String>> {
    let organiser = organiser.clone();
    let add = move |person: Person| {
        let organiser = organiser.clone();
        async move {
            let path = format!("/conferences/{}/attendees", organiser.conference);
            text(&organiser.post(&path, &serde_json::to_value(&person)?).await?, "/id")
        }
    };
    phase::run("Adding the attendees", people, add).await
}

/// A personal link handed out by the organiser.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) url: String,
    pub(super) token: String,
}

/// Creates a personal link for each attendee.
pub(super) async fn hand_out_links(organiser: &Organiser, ids: Vec<String>) -> Result<Done<Link>> {
    let organiser = organiser.clone();
    let issue = move |id: String| {
        let organiser = organiser.clone();
        async move {
            let link = organiser.post(&format!("/attendees/{id}/personal-links"), &json!({"deliver": "show"})).await?;
            Ok(Link { url: text(&link, "/url")?, token: text(&link, "/token")? })
        }
    };
    phase::run("Handing out personal links", ids, issue).await
}

/// Signs everybody in. Returns the session tokens.
pub(super) async fn sign_in(client: &Client, links: Vec<Link>) -> Result<Done<String>> {
    let client = client.clone();
    let sign_in = move |link: Link| {
        let client = client.clone();
        async move { text(&client.post(None, "/sessions", &json!({"personal_link": link.token})).await?, "/token") }
    };
    phase::run("Signing in", links, sign_in).await
}

/// A vote that is ready to be sent and resent.
#[derive(Debug, Clone)]
pub(super) struct Vote {
    session: String,
    path: String,
    body: Value,
}

impl Vote {
    fn of(session: String, ballot: &Ballot, choice: &Value) -> Self {
        let tracker = Tracker::new(random::bytes()).to_string();
        let path = format!("/ballots/{}/votes", ballot.id);
        Self { session, path, body: json!({"choice": choice, "tracker": tracker}) }
    }
}

/// A recorded vote.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) vote: Vote,
    /// The receipt code.
    pub(super) code: String,
}

/// Prepares the votes of all robots that vote.
pub(super) fn fill_in(
    ballot: &Ballot,
    method: DemoMethod,
    people: &[Person],
    sessions: Vec<String>,
) -> Result<Vec<Vote>> {
    let mut votes = Vec::with_capacity(people.len());
    for (person, session) in people.iter().zip(sessions) {
        let Some(places) = person.choice(method) else { continue };
        if method == DemoMethod::Motion {
            votes.push(Vote::of(session, ballot, &json!({"motion": person.answer()})));
            continue;
        }
        let named: Option<Vec<_>> = places.iter().map(|place| ballot.candidates.get(*place)).collect();
        let choice = match (named.context("there is such a finalist")?.as_slice(), method) {
            ([], _) => json!({"blank": true}),
            ([one, ..], DemoMethod::Plurality) => json!({"candidate": one}),
            (several, DemoMethod::Approval) => json!({"candidates": several}),
            // Five points for the favourite, and three for the other.
            (several, DemoMethod::Score) => {
                let scores = several.iter().zip([5, 3]).map(|(id, points)| ((*id).clone(), json!(points)));
                json!({"scores": scores.collect::<serde_json::Map<_, _>>()})
            }
            (several, DemoMethod::Irv | DemoMethod::Schulze | DemoMethod::Borda | DemoMethod::ScottishStv) => {
                json!({"ranking": several})
            }
            (_, DemoMethod::Motion) => bail!("a motion has no finalists"),
        };
        votes.push(Vote::of(session, ballot, &choice));
    }
    Ok(votes)
}

/// Casts all votes.
pub(super) async fn cast(client: &Client, votes: Vec<Vote>) -> Result<Done<Cast>> {
    let client = client.clone();
    let cast = move |vote: Vote| {
        let client = client.clone();
        async move {
            let (_status, code) = send(&client, &vote).await?;
            Ok(Cast { vote, code })
        }
    };
    phase::run("Voting", votes, cast).await
}

/// Sends a vote until it is known to be recorded.
async fn send(client: &Client, vote: &Vote) -> Result<(StatusCode, String)> {
    let mut unknown = None;
    for _ in 0..TRIES {
        match client.try_post(Some(&vote.session), &vote.path, &vote.body).await {
            Ok(answer) if answer.status.is_success() => {
                return Ok((answer.status, text(&answer.body, "/receipt/code")?));
            }
            Ok(answer) if answer.status == StatusCode::GATEWAY_TIMEOUT => {}
            Ok(answer) => bail!("a vote was refused: {} {}", answer.status, answer.code()),
            Err(error) => unknown = Some(error),
        }
    }
    Err(unknown.unwrap_or_else(|| anyhow::anyhow!("no answer came")).context("what became of a vote is not known"))
}

/// Resends a recorded vote, as a phone does that lost the answer. The receipt must be the same.
pub(super) async fn send_again(client: &Client, cast: &Cast) -> Result<()> {
    let (status, code) = send(client, &cast.vote).await?;
    if status != StatusCode::OK || code != cast.code {
        bail!("a repeated vote was answered with {status} and another receipt");
    }
    Ok(())
}
