//! Votes that are to be cast, and what is remembered of them until the box is opened.

use std::sync::Arc;
use std::time::{Duration, Instant};

use urna_core::Tracker;
use urna_trials::api::Ballot;
use urna_trials::http;
use urna_trials::journal::{Entry, History};
use urna_trials::stage::Voter;
use urna_trials::votes::{self, Outcome};

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

/// What is in the request of a vote.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// The number of the attendee's row.
    pub(super) voter: i64,
    /// The vote's tracker.
    pub(super) tracker: Tracker,
    /// The index of the candidate.
    pub(super) choice: u16,
}

impl Sent {
    /// For the history of a ballot: when it was sent and answered, and with what.
    pub(super) fn entry(self, [invoked, ended]: [Duration; 2], outcome: Outcome) -> Entry {
        let Self { voter, tracker, choice } = self;
        let ended = Some((outcome, ended.as_nanos()));
        Entry { voter, tracker, choice, invoked: invoked.as_nanos(), ended }
    }
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
        history.entries.extend(samples.iter().map(|sample| {
            let times = [sample.begun, sample.ended].map(|at| at.saturating_duration_since(begun));
            self.sent[offset + sample.item].entry(times, sample.outcome.clone())
        }));
    }
}

/// What an attendee's device asks for before the vote: it tells whether they may.
pub(super) fn loads(ballot: &Ballot, voters: &[Voter]) -> Requests {
    let path = format!("/api/v1/ballots/{}/participation", ballot.id);
    Arc::new(voters.iter().map(|voter| http::get(&path, Some(&voter.session))).collect())
}
