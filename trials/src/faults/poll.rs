//! A ballot on which a crowd votes: from the first attempt to the recount.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::time::sleep;
use urna_trials::api::{Api, Ballot, text};
use urna_trials::database::Database;
use urna_trials::invariants::{Violation, look};
use urna_trials::journal::Journal;
use urna_trials::server::Instance;
use urna_trials::stage::Voter;
use urna_trials::votes::{self, Outcome};

use super::crowd::{Crowd, Manner, Paper, Said};
use super::promises::Promises;
use super::trial::Round;
use crate::chance::Chance;

/// Time limit for retries of unknown votes and for the close.
const LIMIT: Duration = Duration::from_secs(30);

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// The number of parallel retries.
const RETRIERS: usize = 16;

/// A paper for each of these voters, with a random choice.
pub(super) fn papers<'a>(ballot: &Ballot, voters: impl Iterator<Item = &'a Voter>, chance: &mut Chance) -> Vec<Paper> {
    let paper = |voter: &Voter| {
        let (tracker, place) = (votes::tracker(), chance.below(ballot.candidates.len()));
        let request = votes::cast(ballot, place, &tracker, &voter.session);
        let choice = u16::try_from(place).expect("a ballot has few candidates");
        Paper { voter: voter.key, tracker, choice, request }
    };
    voters.map(paper).collect()
}

/// A ballot with its voters, its journal and the answers so far.
#[derive(Debug)]
pub(super) struct Poll {
    pub(super) ballot: Ballot,
    pub(super) papers: Arc<Vec<Paper>>,
    journal: Arc<Journal>,
    path: PathBuf,
    last: Vec<Option<Outcome>>,
    promises: Promises,
    violations: Vec<Violation>,
    acknowledged: u32,
    unknown: u32,
}

impl Poll {
    /// A poll with these papers.
    pub(super) fn new(ballot: Ballot, papers: Vec<Paper>, path: &Path) -> Result<Self> {
        let journal = Arc::new(Journal::create(path)?);
        let (last, promises) = (vec![None; papers.len()], Promises::new(papers.len()));
        let (violations, path) = (Vec::new(), path.to_owned());
        let papers = Arc::new(papers);
        Ok(Self { ballot, papers, journal, path, last, promises, violations, acknowledged: 0, unknown: 0 })
    }

    /// Lets the crowd vote with these papers.
    pub(super) fn start(&self, order: Vec<usize>, manner: Manner) -> Crowd {
        Crowd::start(Arc::clone(&self.papers), order, Arc::clone(&self.journal), manner)
    }

    /// Lets the crowd vote with all papers.
    pub(super) fn start_all(&self, manner: Manner) -> Crowd {
        self.start((0..self.papers.len()).collect(), manner)
    }

    /// Waits for the crowd, and notes its answers.
    pub(super) async fn finish(&mut self, crowd: Crowd) -> Result<Vec<Said>> {
        let mut all = crowd.finish().await?;
        for said in &mut all {
            match &said.outcome {
                Outcome::Ok { .. } => self.acknowledged += 1,
                Outcome::Unknown { .. } => self.unknown += 1,
                Outcome::Fail { .. } => {}
            }
            if let Some(receipt) = said.receipt.take() {
                self.promises.hear(said.paper, receipt);
            }
            self.last[said.paper] = Some(said.outcome.clone());
        }
        Ok(all)
    }

    /// The papers whose last attempt matches; `None` stands for no attempt, or one that reached nobody.
    pub(super) fn papers_whose(&self, test: impl Fn(Option<&Outcome>) -> bool) -> Vec<usize> {
        let reached = |last: &Option<Outcome>| match last {
            Some(Outcome::Fail { status: 0, .. }) | None => None,
            Some(outcome) => Some(outcome.clone()),
        };
        (0..self.last.len()).filter(|place| test(reached(&self.last[*place]).as_ref())).collect()
    }

    /// Retries every vote with an unknown outcome, with the same tracker, until it is known: it must be recorded.
    pub(super) async fn retry_unknown(&mut self, addresses: &[SocketAddr]) -> Result<()> {
        let begin = Instant::now();
        loop {
            let order = self.papers_whose(|last| matches!(last, Some(Outcome::Unknown { .. })));
            if order.is_empty() {
                return Ok(());
            }
            if begin.elapsed() > LIMIT {
                bail!("after {LIMIT:?} of asking again nobody can tell what became of {} votes", order.len());
            }
            if begin.elapsed() > PAUSE {
                sleep(PAUSE).await;
            }
            self.must_be_recorded(order, addresses).await?;
        }
    }

    /// Casts these papers. Only success is right, though the service may say "not yet" for a while.
    async fn must_be_recorded(&mut self, order: Vec<usize>, addresses: &[SocketAddr]) -> Result<()> {
        let crowd = self.start(order, Manner::new(addresses.to_vec(), RETRIERS));
        for said in self.finish(crowd).await? {
            let Outcome::Fail { status, code } = said.outcome else { continue };
            if matches!(status, 0 | 503) {
                // This attempt certainly recorded nothing; the outcome of an earlier one is still unknown.
                self.last[said.paper] = Some(Outcome::Unknown { status, code });
            } else {
                let voter = self.papers[said.paper].voter;
                let found = format!("a retry of attendee {voter} with the same tracker was answered {status} {code}");
                self.violations.push(Violation { invariant: "retry", found });
            }
        }
        Ok(())
    }

    /// After the recovery, half of those refused because of the fault vote, and some who have not tried yet. The other
    /// refused ones stay away, so that the check can see that nothing of theirs was recorded.
    pub(super) async fn vote_again(
        &mut self,
        most: usize,
        addresses: &[SocketAddr],
        chance: &mut Chance,
    ) -> Result<()> {
        let mut order = self.papers_whose(|last| matches!(last, Some(Outcome::Fail { status: 503, .. })));
        order.retain(|_| chance.coin());
        order.extend(self.papers_whose(|last| last.is_none()));
        order.truncate(most);
        let crowd = self.start(order, Manner::new(addresses.to_vec(), RETRIERS));
        for said in self.finish(crowd).await? {
            if let Outcome::Fail { status, code } | Outcome::Unknown { status, code } = said.outcome {
                let found = format!("after the fault a new vote was answered {status} {code}");
                self.violations.push(Violation { invariant: "I8", found });
            }
        }
        Ok(())
    }

    /// Notes a violation.
    pub(super) fn violated(&mut self, invariant: &'static str, found: impl Into<String>) {
        self.violations.push(Violation { invariant, found: found.into() });
    }

    /// Notes a receipt that did not come from the crowd.
    pub(super) fn hear(&mut self, place: usize, receipt: Vec<u8>) {
        self.promises.hear(place, receipt);
    }

    /// Both papers are the same vote.
    pub(super) fn must_be_the_same_receipt(&mut self, one: usize, other: usize) {
        self.promises.must_be_the_same(one, other);
    }

    /// Waits until the schedule has closed the ballot.
    pub(super) async fn wait_until_closed(&self, api: &mut Api, limit: Duration) -> Result<()> {
        let begin = Instant::now();
        while api.state(&self.ballot).await? != "closed" {
            if begin.elapsed() > limit {
                bail!("the ballot was not closed on schedule within {limit:?}");
            }
            sleep(PAUSE).await;
        }
        self.journal.close_returned();
        Ok(())
    }

    /// Closes the ballot, and repeats that until the close is confirmed.
    pub(super) async fn close(&self, api: &mut Api) -> Result<()> {
        let begin = Instant::now();
        self.journal.close_invoked();
        loop {
            let Err(error) = api.transition(&self.ballot, "closed").await else { break };
            // The answer to a successful try may have been lost.
            if api.state(&self.ballot).await.is_ok_and(|state| state == "closed") {
                break;
            }
            if begin.elapsed() > LIMIT {
                return Err(error.context(format!("the ballot could not be closed within {LIMIT:?}")));
            }
            sleep(PAUSE).await;
        }
        self.journal.close_returned();
        Ok(())
    }

    /// Publishes a closed ballot, recounts it and checks every invariant.
    pub(super) async fn settle(self, api: &mut Api, instance: &Instance, database: &Database) -> Result<Round> {
        let manifest = text(&api.get(&format!("/ballots/{}", self.ballot.id)).await?, "/manifest_sha256")?;
        let results = api.publish(&self.ballot).await?;
        let found = look(database, &self.ballot).await?;
        let journal = Arc::try_unwrap(self.journal).ok().context("somebody still votes on a ballot that is closed")?;
        let mut violations = self.violations;
        violations.extend(journal.finish()?.check(&found));
        violations.extend(found.recount()?.check(&self.ballot, &results));
        violations.extend(self.promises.check(&self.papers, &self.ballot, &manifest, instance, &found)?);
        if violations.is_empty() {
            std::fs::remove_file(&self.path).context("the journal cannot be removed")?;
        }
        Ok(Round { acknowledged: self.acknowledged, unknown: self.unknown, violations, ..Round::default() })
    }

    /// [`Poll::close`] and [`Poll::settle`].
    pub(super) async fn end(self, api: &mut Api, instance: &Instance, database: &Database) -> Result<Round> {
        self.close(api).await?;
        self.settle(api, instance, database).await
    }
}
