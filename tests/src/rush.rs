//! A ballot that closes while many vote.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::world::{Answer, Api, Ballot, Voter, tracker};

/// The number of phones that send at the same time.
const CASTERS: usize = 64;

/// A request and its response, with the times at which the client sent and received them.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The time of sending.
    pub invoked: Instant,
    /// The time at which the response had arrived.
    pub returned: Instant,
    /// The response.
    pub answer: Answer,
}

/// The outcome of a close in the middle of the voting.
#[derive(Debug, Clone)]
pub struct Rush {
    /// All votes that were sent.
    pub votes: Vec<Exchange>,
    /// The close.
    pub close: Exchange,
}

impl Exchange {
    async fn of(request: impl Future<Output = Answer>) -> Self {
        let invoked = Instant::now();
        let answer = request.await;
        Self { invoked, returned: Instant::now(), answer }
    }

    /// The client's waiting time.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.returned - self.invoked
    }
}

impl Rush {
    /// Everybody votes, 64 at a time and spread over these instances. Once `before` votes are acknowledged, `closer`
    /// closes the ballot; the later voters vote all the same.
    ///
    /// # Panics
    /// If an instance does not answer.
    pub async fn run(instances: &[Api], voters: &[Voter], ballot: &Ballot, closer: &Api, before: usize) -> Self {
        let tokens: Vec<_> = voters.iter().filter_map(|voter| voter.api.token().map(str::to_owned)).collect();
        let (tokens, next) = (Arc::new(tokens), Arc::new(AtomicUsize::new(0)));
        let (acknowledged, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let mut casters = JoinSet::new();
        for api in instances.iter().cycle().take(CASTERS) {
            let (api, ballot, tokens, next) = (api.clone(), ballot.clone(), Arc::clone(&tokens), Arc::clone(&next));
            let (acknowledged, enough) = (Arc::clone(&acknowledged), Arc::clone(&enough));
            casters.spawn(async move {
                let mut sent = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some(token) = tokens.get(number) else { return sent };
                    let voter = api.with_token(token);
                    let vote = Exchange::of(voter.cast(&ballot, number % 3, &tracker())).await;
                    if vote.answer.status == 201 && acknowledged.fetch_add(1, Ordering::SeqCst) + 1 == before {
                        enough.notify_one();
                    }
                    sent.push(vote);
                }
            });
        }
        enough.notified().await;
        let close = Exchange::of(closer.transition(ballot, "closed")).await;
        Self { votes: casters.join_all().await.concat(), close }
    }

    /// The votes that were answered with this status.
    pub fn answered(&self, status: u16) -> impl Iterator<Item = &Exchange> {
        self.votes.iter().filter(move |vote| vote.answer.status == status)
    }
}
