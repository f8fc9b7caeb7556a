//! A server on one engine, with everything that the measurements need.

use std::fmt;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use urna_trials::api::{Api, Ballot, text};
use urna_trials::http::Connection;
use urna_trials::invariants;
use urna_trials::journal::History;
use urna_trials::server::{Instance, Server};
use urna_trials::stage::{self, Organiser, Plan, Voter};
use urna_trials::votes::Outcome;
use xtask::postgres::Cluster;

use super::bare::Reply;
use super::electorate::{Sent, Votes, loads};
use super::load::{self, Run, Sample, Supply, Target};
use super::measure::Meters;

/// The server's log level while it is measured: the default, written to a file.
pub(super) const LOG: &str = "info";

/// Connections of the closed loops.
pub(super) const CONNECTIONS: usize = 256;

/// Time limit of a closed loop; a slow server casts fewer votes.
const PATIENCE: Duration = Duration::from_secs(15);

/// Time limit for a close or a tally: a little more than the server's own limit.
const COUNTING: Duration = Duration::from_secs(310);

/// The database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Reports progress on stderr, with the time elapsed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress(Instant);

impl Progress {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    pub(super) fn say(self, what: impl fmt::Display) {
        eprintln!("[{:6.1} s] {what}", self.0.elapsed().as_secs_f64());
    }

    pub(super) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The size of a site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Attendees who are signed in.
    pub(super) attendees: usize,
    /// Attendees of a second conference, who have personal links and are not signed in.
    pub(super) hall: usize,
    /// Organisers.
    pub(super) organisers: usize,
}

/// A server with its own database.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) engine: Engine,
    pub(super) server: Server,
    pub(super) api: Api,
    pub(super) voters: Vec<Voter>,
    pub(super) hall: Vec<Voter>,
    pub(super) organisers: Vec<Organiser>,
    pub(super) cluster: Rc<Cluster>,
    pub(super) progress: Progress,
    /// Votes per second in a closed loop, once known.
    pub(super) maximum: Option<f64>,
    /// The runs in which votes were refused or lost, and how many.
    pub(super) refused: Vec<String>,
    /// Whether votes rank candidates.
    pub(super) rankings: bool,
    begun: Instant,
    ballots: u32,
    cast: Vec<(Ballot, History)>,
}

/// The slug of the second conference.
pub(super) const HALL: &str = "hall";

impl Site {
    /// Creates the database and starts the server.
    pub(super) async fn start(
        engine: Engine,
        name: &str,
        folder: &Path,
        cluster: &Rc<Cluster>,
        size: Size,
        progress: Progress,
    ) -> Result<Self> {
        progress.say(format_args!("{engine}: a database with {} attendees who are signed in", size.attendees));
        let folder = folder.join(format!("{engine}-{name}"));
        let mut instance = match engine {
            Engine::Sqlite => Instance::sqlite(folder)?,
            Engine::Postgres => Instance::postgres(folder, cluster.create_database(name)?)?,
        };
        LOG.clone_into(&mut instance.log_filter);
        let staged = stage::set(&instance, Plan { attendees: size.attendees, sessions: true, links: false }).await?;
        let plan = Plan { attendees: size.hall, sessions: true, links: true };
        let hall = stage::add_conference(&instance, HALL, plan).await?;
        let mut organisers = vec![staged.organiser];
        for number in 1..size.organisers {
            organisers.push(stage::create_organiser(&instance, &format!("organiser{number}@example.org"))?);
        }
        let server = Server::start(instance).await?;
        let api = Api::sign_in(server.address(), &organisers[0]).await?.patient(COUNTING);
        Ok(Self {
            engine,
            server,
            api,
            voters: staged.voters,
            hall,
            organisers,
            cluster: Rc::clone(cluster),
            progress,
            maximum: None,
            refused: Vec::new(),
            rankings: false,
            begun: Instant::now(),
            ballots: 0,
            cast: Vec::new(),
        })
    }

    /// Reports the current step.
    pub(super) fn say(&self, what: impl fmt::Display) {
        self.progress.say(format_args!("{}: {what}", self.engine));
    }

    /// The load generator's target.
    pub(super) fn target(&self) -> Result<Target> {
        let postmaster = match self.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(self.cluster.postmaster()?),
        };
        Ok(Target { address: self.server.address(), meters: Meters { server: self.server.pid(), postmaster } })
    }

    /// A new open ballot of the first conference.
    pub(super) async fn open_ballot(&mut self) -> Result<Ballot> {
        self.open_ballot_of(stage::CONFERENCE).await
    }

    /// A new open ballot of the second conference.
    pub(super) async fn open_ballot_of_the_hall(&mut self) -> Result<Ballot> {
        self.open_ballot_of(HALL).await
    }

    /// A new ballot of the second conference, not open yet.
    pub(super) async fn ready_ballot_of_the_hall(&mut self) -> Result<Ballot> {
        self.ballots += 1;
        let ballot = self.api.create_ballot(HALL, &format!("ballot-{}", self.ballots)).await?;
        self.api.transition(&ballot, "ready").await?;
        Ok(ballot)
    }

    async fn open_ballot_of(&mut self, conference: &str) -> Result<Ballot> {
        self.ballots += 1;
        let slug = format!("ballot-{}", self.ballots);
        if self.rankings {
            self.api.open_ranked_ballot(conference, &slug).await
        } else {
            self.api.open_ballot(conference, &slug).await
        }
    }

    /// A new open ballot, loaded by the first `number` attendees as by voters' devices, and a prepared vote of each.
    pub(super) async fn votes(&mut self, number: usize) -> Result<Votes> {
        let ballot = self.open_ballot().await?;
        self.load(&ballot, number).await?;
        Ok(Votes::prepare(&ballot, &self.voters[..number.min(self.voters.len())]))
    }

    /// Lets the first `number` attendees load the ballot.
    pub(super) async fn load(&self, ballot: &Ballot, number: usize) -> Result<()> {
        let requests = loads(ballot, &self.voters[..number.min(self.voters.len())]);
        let run = load::closed(self.target()?, &requests, 64, Supply::Once(Duration::MAX)).await?;
        if run.others(200) > 0 {
            bail!("attendees could not load the ballot: {}", run.instead_of(200));
        }
        Ok(())
    }

    /// Casts the votes in a closed loop, and records the answers.
    pub(super) async fn cast_closed(&mut self, votes: &Votes, connections: usize) -> Result<Run> {
        let run = load::closed(self.target()?, &votes.requests, connections, Supply::Once(PATIENCE)).await?;
        self.witness(votes, &run, 0);
        Ok(run)
    }

    /// Casts the votes on a schedule, and records the answers.
    pub(super) async fn cast_open(
        &mut self,
        votes: &Votes,
        connections: usize,
        schedule: Vec<Duration>,
    ) -> Result<Run> {
        let run = load::open(self.target()?, &votes.requests, connections, schedule).await?;
        self.witness(votes, &run, 0);
        Ok(run)
    }

    /// Creates badge codes for everybody in the hall.
    pub(super) async fn badge_codes(&mut self) -> Result<Vec<String>> {
        let mut codes = Vec::new();
        for voter in &self.hall {
            let made = self.api.post(&format!("/attendees/{}/badge-codes", voter.id), &json!({})).await?;
            codes.push(text(&made, "/code")?);
        }
        Ok(codes)
    }

    /// Records the answers to votes. `offset` is the beginning of the run's part of them.
    pub(super) fn witness(&mut self, votes: &Votes, run: &Run, offset: usize) {
        self.witness_samples(votes, &run.samples, offset);
    }

    /// Notes votes that were refused or lost unexpectedly: they make a figure less valid.
    pub(super) fn note_refused(&mut self, what: impl fmt::Display, run: &Run) {
        if run.others(201) > 0 {
            let note = format!("{what}: {}", run.instead_of(201));
            self.say(format_args!("votes were refused or lost, {note}"));
            self.refused.push(note);
        }
    }

    /// The same for some samples.
    pub(super) fn witness_samples(&mut self, votes: &Votes, samples: &[Sample], offset: usize) {
        let begun = self.begun;
        votes.witness(self.history(&votes.ballot), samples, offset, begun);
    }

    /// Records the answer to one vote.
    pub(super) fn witness_one(&mut self, ballot: &Ballot, sent: Sent, times: [Instant; 2], outcome: Outcome) {
        let entry = sent.entry(times.map(|at| at.saturating_duration_since(self.begun)), outcome);
        self.history(ballot).entries.push(entry);
    }

    fn history(&mut self, ballot: &Ballot) -> &mut History {
        let place = self.cast.iter().position(|(known, _)| known == ballot).unwrap_or_else(|| {
            self.cast.push((ballot.clone(), History::default()));
            self.cast.len() - 1
        });
        &mut self.cast[place].1
    }

    /// The response to a first vote, for the bare server.
    pub(super) async fn record_vote(&mut self) -> Result<Reply> {
        let votes = self.votes(1).await?;
        let mut connection = Connection::new(self.server.address(), PATIENCE);
        let answer = connection.send(&votes.requests[0]).await?;
        if answer.status != 201 {
            bail!("the first vote was answered with {}", answer.status);
        }
        Reply::record(&answer)
    }

    /// The maximum votes per second in a closed loop.
    pub(super) async fn maximum(&mut self, votes: usize) -> Result<f64> {
        if let Some(known) = self.maximum {
            return Ok(known);
        }
        self.say("how many votes it records in a closed loop");
        let votes = self.votes(votes).await?;
        let rate = self.cast_closed(&votes, CONNECTIONS).await?.rate(201);
        self.maximum = Some(rate);
        Ok(rate)
    }

    /// Restarts the server, with empty caches.
    pub(super) async fn restart(&mut self) -> Result<Duration> {
        self.server.terminate(Duration::from_secs(30)).await?;
        self.server.restart().await
    }

    /// Closes every ballot that was voted on, and compares the ballot box and the published result with the answers
    /// that voters got. Any difference ends the benchmark: a fast run that lost a vote is a failed run.
    pub(super) async fn check(&mut self) -> Result<usize> {
        let mut checked = 0;
        for (ballot, mut history) in std::mem::take(&mut self.cast) {
            history.close_invoked.push(self.begun.elapsed().as_nanos());
            if self.api.state(&ballot).await? != "closed" {
                self.api.transition(&ballot, "closed").await?;
            }
            history.close_returned.push(self.begun.elapsed().as_nanos());
            let found = invariants::look(&self.server.instance().database, &ballot).await?;
            let results = self.api.publish(&ballot).await.context("the result cannot be published")?;
            let mut violations = history.check(&found);
            violations.extend(found.recount()?.check(&ballot, &results));
            if let Some(first) = violations.first() {
                bail!(
                    "THE RUN HAS FAILED on {}: {} of the promises of the ballot box are broken, first {first}",
                    self.engine,
                    violations.len()
                );
            }
            checked += found.votes.len();
        }
        self.say(format_args!("checked: {checked} votes are in the box, each once and as it was promised"));
        Ok(checked)
    }

    /// The same for ballots that could not be closed: there must be as many votes and participations as
    /// acknowledgements.
    pub(super) async fn check_open(&mut self) -> Result<()> {
        for (ballot, history) in std::mem::take(&mut self.cast) {
            let found = invariants::look(&self.server.instance().database, &ballot).await?;
            let acknowledged =
                history.entries.iter().filter(|entry| matches!(entry.ended, Some((Outcome::Ok { .. }, _)))).count();
            if let Some(first) = found.check().first() {
                bail!("THE RUN HAS FAILED on {}: {first}", self.engine);
            }
            if found.inbox < acknowledged {
                bail!("THE RUN HAS FAILED on {}: {} of {acknowledged} votes are there", self.engine, found.inbox);
            }
        }
        Ok(())
    }
}
