//! The ground for the rounds of a row: servers, and a roll whose people vote on a new ballot in each round.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use urna_trials::api::{Api, Ballot};
use urna_trials::database::Database;
use urna_trials::server::{Instance, Server};
use urna_trials::stage::{self, Plan, Staged};

use super::catalogue::Engine;
use super::crowd::{Crowd, Manner, Paper};
use super::poll::{self, Poll};
use super::trial::{Moment, Round, Run};

/// After this many rounds the database is replaced, so that it stays small.
const RENEWED: u32 = 100;

/// The setup of the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    /// Servers on the same database.
    pub(super) instances: usize,
    /// The number of eligible attendees.
    pub(super) attendees: usize,
    /// Whether they have personal links.
    pub(super) links: bool,
}

/// Servers with a database, and voters.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) servers: Vec<Server>,
    pub(super) staged: Staged,
    /// An organiser signed in at the first server.
    pub(super) api: Api,
    /// The direct address, bypassing all proxies.
    pub(super) database: Database,
    pub(super) pace: Pace,
    /// Sessions of the same people on other devices, if a row has created them.
    pub(super) other_sessions: Vec<String>,
    ballots: u32,
}

impl Ground {
    /// Creates a new ground.
    pub(super) async fn set(run: &mut Run<'_>, setup: Setup) -> Result<Self> {
        let instance = instance(run)?;
        let staged = stage(&instance, setup).await?;
        Self::on(instance, staged, setup.instances).await
    }

    /// Starts the servers on a prepared database.
    pub(super) async fn on(instance: Instance, staged: Staged, instances: usize) -> Result<Self> {
        let database = instance.database.clone();
        let mut servers = Vec::new();
        for number in 1..instances {
            let folder = instance.folder.with_extension(number.to_string());
            servers.push(Server::start(instance.beside(folder)?).await?);
        }
        servers.insert(0, Server::start(instance).await?);
        let api = Api::sign_in(servers[0].address(), &staged.organiser).await?;
        Ok(Self { servers, staged, api, database, pace: Pace::default(), other_sessions: Vec::new(), ballots: 0 })
    }

    /// Opens a ballot for the first `voters` people of the roll.
    pub(super) async fn open(&mut self, voters: usize, moment: &mut Moment) -> Result<Poll> {
        let ballot = self.open_ballot().await?;
        let papers = poll::papers(&ballot, self.staged.voters[..voters].iter(), &mut moment.chance);
        Poll::new(ballot, papers, &moment.journal)
    }

    /// Opens a ballot for given papers.
    pub(super) async fn open_with(
        &mut self,
        moment: &mut Moment,
        papers: impl FnOnce(&Self, &Ballot, &mut Moment) -> Vec<Paper>,
    ) -> Result<Poll> {
        let ballot = self.open_ballot().await?;
        let papers = papers(self, &ballot, moment);
        Poll::new(ballot, papers, &moment.journal)
    }

    async fn open_ballot(&mut self) -> Result<Ballot> {
        self.ballots += 1;
        self.api.open_ranked_ballot(&self.staged.conference, &format!("ballot-{}", self.ballots)).await
    }

    /// The addresses of the servers.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }

    /// Kept connections to all servers.
    pub(super) fn manner(&self, connections: usize) -> Manner {
        Manner::new(self.addresses(), connections)
    }

    /// Closes, publishes, recounts and checks.
    pub(super) async fn end(&mut self, poll: Poll) -> Result<Round> {
        Box::pin(poll.end(&mut self.api, self.servers[0].instance(), &self.database)).await
    }

    /// The same for a closed ballot.
    pub(super) async fn settle(&mut self, poll: Poll) -> Result<Round> {
        Box::pin(poll.settle(&mut self.api, self.servers[0].instance(), &self.database)).await
    }

    /// The servers' log files.
    pub(super) fn logs(&self) -> Vec<PathBuf> {
        self.servers.iter().map(|server| server.instance().log_file()).collect()
    }
}

/// A new instance on the row's engine, not set up yet.
pub(super) fn instance(run: &mut Run<'_>) -> Result<Instance> {
    let folder = run.trial.folder(run.engine.name())?;
    if run.engine == Engine::Sqlite {
        return Instance::sqlite(folder);
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
    let url = run.trial.cluster()?.create_database(&name)?;
    Instance::postgres(folder, url)
}

/// Sets up a database.
pub(super) async fn stage(instance: &Instance, setup: Setup) -> Result<Staged> {
    stage::set(instance, Plan { attendees: setup.attendees, sessions: true, links: setup.links }).await
}

/// Runs the rounds of a row, each on the ground left by the previous ones. Creates a new ground after an aborted round
/// and after every hundredth.
pub(super) async fn rounds(
    run: &mut Run<'_>,
    make: impl AsyncFn(&mut Run<'_>) -> Result<Ground>,
    round: impl AsyncFn(&mut Ground, &mut Moment) -> Result<Round>,
) -> Result<()> {
    let mut ground = None;
    for number in 0..run.rounds {
        if number % RENEWED == 0 {
            ground = None;
        }
        let mut on = match ground.take() {
            Some(ground) => ground,
            None => Box::pin(make(run)).await?,
        };
        let mut moment = run.moment(number);
        let outcome = Box::pin(round(&mut on, &mut moment)).await;
        let came_to_its_end = outcome.is_ok();
        run.took(number, outcome, &on.logs());
        if run.is_hopeless() {
            break;
        }
        ground = came_to_its_end.then_some(on);
    }
    Ok(())
}

/// The rate at which votes are recorded, as far as known, so that a random moment falls among them.
#[derive(Debug)]
pub(super) struct Pace {
    a_vote: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { a_vote: Duration::from_millis(1) }
    }
}

impl Pace {
    /// The expected time for this many votes.
    pub(super) fn of(&self, votes: usize) -> Duration {
        self.a_vote * u32::try_from(votes).unwrap_or(u32::MAX)
    }

    /// Learns from a crowd that has voted without a fault so far.
    pub(super) fn learn(&mut self, crowd: &Crowd) {
        let (votes, time) = crowd.acknowledged();
        // A few votes tell nothing.
        if let Ok(votes @ 50..) = u32::try_from(votes) {
            self.a_vote = (self.a_vote * 2 + time / votes) / 3;
        }
    }
}
