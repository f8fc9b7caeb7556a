//! P14: a thousand pages wait in the lobby while voting opens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::sync::watch;
use tokio::task::JoinSet;
use urna_trials::api::Ballot;
use urna_trials::http::{Answer, Connection};
use urna_trials::stage::Voter;

use super::Scale;
use super::measure::{Spent, Times, median};
use super::report::{Goal, Row, Unit};
use super::site::Site;
use crate::chance::Chance;

/// A page polls again after 2.5 to 7.5 seconds, as the script of the pages does.
const SOONEST: Duration = Duration::from_millis(2_500);
const SCATTER: Duration = Duration::from_secs(5);

/// Time limit for a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The observations of the lobby.
struct Round {
    /// For each page: the time from the response to the opening request until the page shows the ballot.
    opened: Times,
    elapsed: Duration,
    spent: Spent,
}

/// Lets the lobby wait, on a new ballot in each round.
pub(super) async fn measure(site: &mut Site, scale: &Scale) -> Result<Vec<Row>> {
    let mut rounds = Vec::new();
    for number in 1..=scale.rounds {
        site.say(format_args!("P14, round {number}: {} pages wait in the lobby", site.hall.len()));
        rounds.push(round(site, u64::try_from(number)?).await?);
    }
    let seconds = |of: fn(&Times) -> Duration| median(rounds.iter().map(|round| of(&round.opened).as_secs_f64()));
    let share = |of: fn(&Spent) -> Duration| {
        median(rounds.iter().map(|round| of(&round.spent).as_secs_f64() / round.elapsed.as_secs_f64()))
    };
    let detail = format!(
        "from the opening to the last ballot shown; half of the pages within {:.1} s; PostgreSQL on \
         {:.2} cores, the waiting pages on {:.2}",
        seconds(Times::p50),
        share(|spent| spent.database),
        share(|spent| spent.client),
    );
    let row = |what| Row::new(Goal::P14, site.engine, what);
    Ok(vec![
        row("a lobby of 1,000: the last page shows the open ballot after").at_most(
            8.0,
            rounds.iter().map(|round| round.opened.per_mille(1000).as_secs_f64()).fold(0.0, f64::max),
            Unit::Seconds,
        ),
        row("a lobby of 1,000: the server's share of the processors")
            .at_most(0.25, share(|spent| spent.server), Unit::Cores)
            .detail(detail),
    ])
}

async fn round(site: &mut Site, seed: u64) -> Result<Round> {
    let ballot = Arc::new(site.ready_ballot_of_the_hall().await?);
    let target = site.target()?;
    let (open, opened) = watch::channel(None);
    let mut pages = JoinSet::new();
    let mut chance = Chance::new(&[seed]);
    for voter in &site.hall {
        // Each page is opened at another moment.
        let first = (SOONEST + SCATTER).mul_f64(chance.fraction());
        let page = Page { voter: voter.clone(), ballot: Arc::clone(&ballot), chance: Chance::new(&[chance.next()]) };
        pages.spawn(page.wait(target.address, first, opened.clone()));
    }
    tokio::time::sleep(2 * (SOONEST + SCATTER)).await;
    let (before, begun) = (target.meters.read()?, Instant::now());
    site.api.transition(&ballot, "open").await?;
    open.send(Some(Instant::now()))?;
    let opened = pages.join_all().await.into_iter().collect::<Result<Times>>()?;
    let (elapsed, spent) = (begun.elapsed(), target.meters.read()?.since(&before));
    site.api.transition(&ballot, "closed").await?;
    Ok(Round { opened, elapsed, spent })
}

/// A page in the lobby.
struct Page {
    voter: Voter,
    ballot: Arc<Ballot>,
    chance: Chance,
}

impl Page {
    /// Polls the state until voting is open, then loads the ballot. Returns the time since the opening.
    async fn wait(
        mut self,
        address: SocketAddr,
        first: Duration,
        opened: watch::Receiver<Option<Instant>>,
    ) -> Result<Duration> {
        let mut connection = Connection::new(address, TIMEOUT);
        let state = format!("/api/v1/ballots/{}/state", self.ballot.id);
        let page = self.request(&format!("/ballots/{}", self.ballot.id), "Accept-Encoding: gzip, deflate, br\r\n");
        let mut tag = String::new();
        tokio::time::sleep(first).await;
        shown(connection.send(&page).await?)?;
        tokio::time::sleep(SOONEST + SCATTER.mul_f64(self.chance.fraction())).await;
        loop {
            let answer = connection.send(&self.request(&state, &tag)).await?;
            match answer.status {
                304 => {}
                200 if String::from_utf8_lossy(answer.body).contains("\"open\"") => break,
                200 => tag = format!("If-None-Match: {}\r\n", answer.header("etag").context("a state has an ETag")?),
                other => bail!("the state was answered with {other}"),
            }
            tokio::time::sleep(SOONEST + SCATTER.mul_f64(self.chance.fraction())).await;
        }
        shown(connection.send(&page).await?)?;
        let shown = Instant::now();
        // A page that polls at the moment of the opening may see it before the organiser gets the response.
        let opened = *opened.borrow();
        Ok(opened.map_or(Duration::ZERO, |opened| shown.saturating_duration_since(opened)))
    }

    fn request(&self, path: &str, header: &str) -> Vec<u8> {
        let cookie = format!("Cookie: urna-session={}\r\n", self.voter.session);
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}{header}\r\n").into_bytes()
    }
}

/// Checks that a response is a page, as browsers get it.
fn shown(answer: Answer<'_>) -> Result<()> {
    if answer.status == 200 && answer.header("content-encoding") == Some("br") {
        return Ok(());
    }
    bail!("the ballot's page was answered with {}", answer.status);
}
