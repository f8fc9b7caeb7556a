//! What the rounds of a row happen on: servers, and a roll whose people vote on a fresh ballot in each round.

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

/// After so many rounds the database is a new one, so that it stays small.
const RENEWED: u32 = 100;

/// What is wanted of the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    /// Servers on the one database.
    pub(super) instances: usize,
    /// How many people may vote.
    pub(super) attendees: usize,
    /// Whether they have personal links.
    pub(super) links: bool,
}

/// Servers with a database, and people who vote.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) servers: Vec<Server>,
    pub(super) staged: Staged,
    /// An organiser at the first server.
    pub(super) api: Api,
    /// As this program reaches it, past all proxies.
    pub(super) database: Database,
    pub(super) pace: Pace,
    /// Sessions of the same people on other devices, where a row has made them.
    pub(super) other_sessions: Vec<String>,
    ballots: u32,
}

impl Ground {
    /// A new ground.
    pub(super) async fn set(run: &mut Run<'_>, setup: Setup) -> Result<Self> {
        let instance = instance(run)?;
        let staged = stage(&instance, setup).await?;
        Self::on(instance, staged, setup.instances).await
    }

    /// Starts the servers on a database that is set up.
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

    /// Opens a ballot for the first so many people of the roll.
    pub(super) async fn open(&mut self, voters: usize, moment: &mut Moment) -> Result<Poll> {
        let ballot = self.open_ballot().await?;
        let papers = poll::papers(&ballot, self.staged.voters[..voters].iter(), &mut moment.chance);
        Poll::new(ballot, papers, &moment.journal)
    }

    /// Opens a ballot for papers of one's own making.
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
        self.api.open_ballot(&self.staged.conference, &format!("ballot-{}", self.ballots)).await
    }

    /// Where the servers are.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }

    /// Connections that are kept, to all servers.
    pub(super) fn manner(&self, connections: usize) -> Manner {
        Manner::new(self.addresses(), connections)
    }

    /// Closes, publishes, counts again and checks.
    pub(super) async fn end(&mut self, poll: Poll) -> Result<Round> {
        Box::pin(poll.end(&mut self.api, self.servers[0].instance(), &self.database)).await
    }

    /// The same for a ballot that is closed.
    pub(super) async fn settle(&mut self, poll: Poll) -> Result<Round> {
        Box::pin(poll.settle(&mut self.api, self.servers[0].instance(), &self.database)).await
    }

    /// What the servers say.
    pub(super) fn logs(&self) -> Vec<PathBuf> {
        self.servers.iter().map(|server| server.instance().log_file()).collect()
    }
}

/// An instance of the row's engine that is not set up yet.
pub(super) fn instance(run: &mut Run<'_>) -> Result<Instance> {
    let folder = run.trial.folder(run.engine.name())?;
    if run.engine == Engine::Sqlite {
        return Instance::sqlite(folder);
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
    let url = run.trial.cluster()?.create_database(&name)?;
    Instance::postgres(folder, url)
}

/// Sets a database up.
pub(super) async fn stage(instance: &Instance, setup: Setup) -> Result<Staged> {
    stage::set(instance, Plan { attendees: setup.attendees, sessions: true, links: setup.links }).await
}

/// Lets the rounds of a row happen, each on the ground that those before it have left; after one that came to no end, and
/// every hundredth, on a new one.
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

/// How fast votes are recorded, as far as is known: so that a moment by chance falls among them.
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
    /// How long so many votes should take.
    pub(super) fn of(&self, votes: usize) -> Duration {
        self.a_vote * u32::try_from(votes).unwrap_or(u32::MAX)
    }

    /// Learns from a crowd that has voted without a fault so far.
    pub(super) fn learn(&mut self, crowd: &Crowd) {
        let (votes, time) = crowd.acknowledged();
        // Of a few votes nothing can be learnt.
        if let Ok(votes @ 50..) = u32::try_from(votes) {
            self.a_vote = (self.a_vote * 2 + time / votes) / 3;
        }
    }
}
