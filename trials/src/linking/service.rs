//! The services under attack: Urna itself, and services with a planted fault.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use urna_store::Db;
use urna_trials::api::{Api, Ballot};
use urna_trials::http::Connection;
use urna_trials::server::{Instance, Server};
use urna_trials::stage::{self, Plan, Voter};
use urna_trials::votes;
use uuid::Uuid;
use xtask::postgres::Cluster;

use super::evidence::{self, Evidence};
use super::planted::PlantedBallot;
use super::put_back::wrapped_key;
use super::{Plant, Truth, poisson};
use crate::chance::Chance;
use urna_trials::database::fetch_all;

/// Time limit for a vote.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The percentage of voters who choose the first, the second and the third candidate.
const SHARES: [usize; 3] = [45, 35, 20];

/// A service with its roll.
pub(super) struct Service {
    cluster: Option<Cluster>,
    instance: Instance,
    voters: Vec<Voter>,
    conference: String,
    db: Db,
    kind: Kind,
    ballots: u32,
    last: Option<Ballot>,
}

enum Kind {
    Urna(Box<(Server, Api)>),
    Planted(Plant),
}

impl Service {
    /// Starts it on a new database with a roll.
    pub(super) async fn start(
        folder: &Path,
        cluster: Option<Cluster>,
        plant: Option<Plant>,
        voters: u32,
    ) -> Result<Self> {
        let mut instance = match &cluster {
            None => Instance::sqlite(folder)?,
            Some(cluster) => Instance::postgres(folder, cluster.create_database("attacked")?)?,
        };
        // Log as much as the service can be made to log.
        "trace".clone_into(&mut instance.log_filter);
        let plan = Plan { attendees: usize::try_from(voters)?, sessions: true, links: true };
        let staged = stage::set(&instance, plan).await?;
        let db = instance.database.connect().await?;
        let kind = match plant {
            None => {
                let server = Server::start(instance.clone()).await?;
                let api = Api::sign_in(server.address(), &staged.organiser).await?;
                Kind::Urna(Box::new((server, api)))
            }
            Some(plant) => {
                PlantedBallot::prepare(&db, plant).await?;
                Kind::Planted(plant)
            }
        };
        Ok(Self {
            cluster,
            instance,
            voters: staged.voters,
            conference: staged.conference,
            db,
            kind,
            ballots: 0,
            last: None,
        })
    }

    /// Lets everybody, or this many, vote on a new ballot and closes it, while the administrator watches.
    pub(super) async fn vote(
        &mut self,
        chance: &mut Chance,
        rate: u32,
        some: Option<usize>,
    ) -> Result<(Evidence, Truth)> {
        self.ballots += 1;
        let mut voters = self.voters.clone();
        for place in (1..voters.len()).rev() {
            voters.swap(place, chance.below(place + 1));
        }
        voters.truncate(some.unwrap_or(voters.len()));
        let choices: Vec<u16> = voters.iter().map(|_| choose(chance)).collect();
        let times = poisson(chance, rate, voters.len());
        let truth = voters.iter().map(|voter| voter.key).zip(choices.iter().copied()).collect();
        let (over, is_over) = watch::channel(false);
        let (arrivals, before, number);
        let mut wrapped = None;
        match &mut self.kind {
            Kind::Urna(urna) => {
                let (server, api) = urna.as_mut();
                let ballot = api.open_ranked_ballot(&self.conference, &format!("ballot-{}", self.ballots)).await?;
                number = number_of(&self.db, &ballot).await?;
                let watching = tokio::spawn(evidence::watch(self.db.clone(), number, is_over));
                let request = |(voter, choice): (&Voter, &u16)| {
                    votes::cast(&ballot, usize::from(*choice), &votes::tracker(), &voter.session)
                };
                let requests = voters.iter().zip(&choices).map(request).collect();
                cast_all(server, requests, &times).await?;
                over.send(true)?;
                arrivals = watching.await??;
                before = Self::files(&self.instance, self.cluster.as_ref())?;
                wrapped = wrapped_key(&self.db, number).await?;
                api.transition(&ballot, "closed").await?;
                self.last = Some(ballot);
            }
            Kind::Planted(plant) => {
                number = i64::from(self.ballots) + 1_000;
                let watching = tokio::spawn(evidence::watch(self.db.clone(), number, is_over));
                let mut ballot = PlantedBallot::open(&self.db, *plant, number);
                let begin = Instant::now();
                for ((voter, choice), at) in voters.iter().zip(&choices).zip(&times) {
                    sleep_until(begin + *at).await;
                    ballot.cast(voter, *choice).await?;
                }
                over.send(true)?;
                arrivals = watching.await??;
                before = Self::files(&self.instance, self.cluster.as_ref())?;
                ballot.close().await?;
            }
        }
        let rows = evidence::read_box(&self.db, number).await?;
        let after = Self::files(&self.instance, self.cluster.as_ref())?;
        Ok((Evidence { ballot: number, wrapped, arrivals, rows, before, after }, truth))
    }

    /// The database, which the administrator reads and writes.
    pub(super) const fn db(&self) -> &Db {
        &self.db
    }

    /// The list of closed ballots.
    pub(super) fn closed_file(&self) -> PathBuf {
        self.instance.folder.join("data/closed-ballots")
    }

    fn urna(&mut self) -> Result<(&mut Server, &mut Api, &Ballot)> {
        let Kind::Urna(urna) = &mut self.kind else { bail!("only Urna itself can be asked") };
        let (server, api) = urna.as_mut();
        Ok((server, api, self.last.as_ref().context("there was no ballot yet")?))
    }

    /// Publishes the last ballot.
    pub(super) async fn publish(&mut self) -> Result<()> {
        let (_, api, ballot) = self.urna()?;
        api.publish(ballot).await.map(|_| ())
    }

    /// Asks the service to close the last ballot; the database shows whether it does.
    pub(super) async fn try_to_close(&mut self) -> Result<()> {
        let (_, api, ballot) = self.urna()?;
        let path = format!("/ballots/{}/transitions", ballot.id);
        let answer = api.call("POST", &path, Some(&json!({"to": "closed"}))).await.context("no answer to a close")?;
        ensure!(answer.0 < 500, "a close was answered {answer:?}");
        Ok(())
    }

    /// Kills the server; [`Self::restart`] starts it again.
    pub(super) fn kill(&mut self) -> Result<()> {
        let (server, ..) = self.urna()?;
        server.kill9()
    }

    /// Kills the server, if it runs, and starts it again.
    pub(super) async fn restart(&mut self) -> Result<()> {
        let (server, api, _) = self.urna()?;
        server.restart().await?;
        *api = api.at(server.address());
        Ok(())
    }

    /// All files on the disks of the service and its database except the master secret, and a dump.
    fn files(instance: &Instance, cluster: Option<&Cluster>) -> Result<Vec<Vec<u8>>> {
        let secret = &instance.secret_file;
        ensure!(!secret.starts_with(instance.folder.join("data")), "the master secret lies among the data");
        let own = [instance.folder.join("data"), instance.folder.join("mail"), instance.log_file()];
        let mut paths: Vec<PathBuf> = own.into();
        let mut dump = Vec::new();
        if let Some(cluster) = cluster {
            paths.extend([cluster.data(), cluster.log()]);
            let output = cluster.program("pg_dump").arg("attacked").output().context("pg_dump cannot be started")?;
            ensure!(output.status.success(), "pg_dump failed: {}", String::from_utf8_lossy(&output.stderr));
            dump = output.stdout;
        }
        let mut files = evidence::read_files(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
        files.push(dump);
        Ok(files)
    }
}

async fn number_of(db: &Db, ballot: &Ballot) -> Result<i64> {
    const SQL: &str = "select id from ballots where uuid = $1";
    let id: Uuid = ballot.id.parse().context("a ballot's id is a UUID")?;
    Ok(fetch_all!(db, (i64,), SQL, id)?.pop().context("there is no such ballot")?.0)
}

fn choose(chance: &mut Chance) -> u16 {
    let [first, second, _] = SHARES;
    match chance.below(SHARES.iter().sum()) {
        place if place < first => 0,
        place if place < first + second => 1,
        _ => 2,
    }
}

/// Casts each vote at its time, on its own connection.
async fn cast_all(server: &Server, requests: Vec<Vec<u8>>, times: &[Duration]) -> Result<()> {
    let (address, begin) = (server.address(), Instant::now());
    let mut voters = JoinSet::new();
    for (request, at) in requests.into_iter().zip(times) {
        let due = begin + *at;
        voters.spawn(async move {
            sleep_until(due).await;
            let mut connection = Connection::new(address, TIMEOUT);
            let answer = connection.send(&request).await;
            answer.map(|answer| answer.status).map_err(|lost| format!("{lost:?}"))
        });
    }
    while let Some(answer) = voters.join_next().await {
        ensure!(answer? == Ok(201), "a vote was not recorded");
    }
    Ok(())
}
