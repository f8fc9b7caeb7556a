//! Votes that are to be cast, and what is remembered of them until the box is opened.

use std::sync::Arc;
use std::time::Instant;

use urna_core::Tracker;
use urna_trials::api::Ballot;
use urna_trials::http;
use urna_trials::journal::{Entry, History};
use urna_trials::stage::Voter;
use urna_trials::votes;

use super::load::{Requests, Sample};

/// One vote each of some attendees on one ballot, made beforehand.
#[derive(Debug)]
pub(super) struct Votes {
    /// The ballot.
    pub(super) ballot: Ballot,
    /// The requests, in the order of the attendees.
    pub(super) requests: Requests,
    /// What is in them.
    sent: Vec<Sent>,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    voter: i64,
    tracker: Tracker,
    choice: u16,
}

impl Votes {
    /// Makes the votes: the candidates in turn.
    pub(super) fn prepare(ballot: &Ballot, voters: &[Voter]) -> Self {
        let choices = (0..).zip(&ballot.candidates).cycle();
        let mut requests = Vec::with_capacity(voters.len());
        let mut sent = Vec::with_capacity(voters.len());
        for (voter, (choice, candidate)) in voters.iter().zip(choices) {
            let tracker = votes::tracker();
            requests.push(votes::cast(&ballot.id, candidate, &tracker, &voter.session));
            sent.push(Sent { voter: voter.key, tracker, choice });
        }
        Self { ballot: ballot.clone(), requests: Arc::new(requests), sent }
    }

    /// A part of the requests, as a load of its own; its samples count from the part's beginning.
    pub(super) fn part(&self, from: usize, to: usize) -> Requests {
        let end = to.min(self.requests.len());
        Arc::new(self.requests[from.min(end)..end].to_vec())
    }

    /// Adds what came of them to the history of the ballot. `offset` is where the part began.
    pub(super) fn witness(&self, history: &mut History, samples: &[Sample], offset: usize, begun: Instant) {
        let nanos = |at: Instant| at.saturating_duration_since(begun).as_nanos();
        history.entries.extend(samples.iter().map(|sample| {
            let sent = self.sent[offset + sample.item];
            Entry {
                voter: sent.voter,
                tracker: sent.tracker,
                choice: sent.choice,
                invoked: nanos(sample.begun),
                ended: Some((sample.outcome.clone(), nanos(sample.ended))),
            }
        }));
    }
}

/// What an attendee's device asks for before the vote: it tells whether they may.
pub(super) fn loads(ballot: &Ballot, voters: &[Voter]) -> Requests {
    let path = format!("/api/v1/ballots/{}/participation", ballot.id);
    Arc::new(voters.iter().map(|voter| http::get(&path, Some(&voter.session))).collect())
}
