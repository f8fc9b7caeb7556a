//! Prepared votes, and a memory of them for the check of the ballot box.

use std::sync::Arc;
use std::time::{Duration, Instant};

use urna_core::Tracker;
use urna_trials::api::Ballot;
use urna_trials::http;
use urna_trials::journal::{Entry, History};
use urna_trials::stage::Voter;
use urna_trials::votes::{self, Outcome};

use super::load::{Requests, Sample};

/// Prepared votes on one ballot, one for each of some attendees.
#[derive(Debug)]
pub(super) struct Votes {
    /// The ballot.
    pub(super) ballot: Ballot,
    /// The requests, in the order of the attendees.
    pub(super) requests: Requests,
    /// The contents of the requests.
    sent: Vec<Sent>,
}

/// The content of a vote's request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// The row key of the attendee.
    pub(super) voter: i64,
    /// The tracker of the vote.
    pub(super) tracker: Tracker,
    /// The index of the candidate.
    pub(super) choice: u16,
}

impl Sent {
    /// The entry for the ballot's history: times and outcome.
    pub(super) fn entry(self, [invoked, ended]: [Duration; 2], outcome: Outcome) -> Entry {
        let Self { voter, tracker, choice } = self;
        let ended = Some((outcome, ended.as_nanos()));
        Entry { voter, tracker, choice, invoked: invoked.as_nanos(), ended }
    }
}

impl Votes {
    /// Prepares the votes, with the candidates in turn.
    pub(super) fn prepare(ballot: &Ballot, voters: &[Voter]) -> Self {
        let choices = (0..ballot.candidates.len()).cycle();
        let mut requests = Vec::with_capacity(voters.len());
        let mut sent = Vec::with_capacity(voters.len());
        for (voter, choice) in voters.iter().zip(choices) {
            let tracker = votes::tracker();
            requests.push(votes::cast(ballot, choice, &tracker, &voter.session));
            let choice = u16::try_from(choice).expect("a ballot has few candidates");
            sent.push(Sent { voter: voter.key, tracker, choice });
        }
        Self { ballot: ballot.clone(), requests: Arc::new(requests), sent }
    }

    /// A part of the requests as its own load; the samples count from the beginning of the part.
    pub(super) fn part(&self, from: usize, to: usize) -> Requests {
        let end = to.min(self.requests.len());
        Arc::new(self.requests[from.min(end)..end].to_vec())
    }

    /// Adds the outcomes to the history of the ballot. `offset` is the beginning of the part.
    pub(super) fn witness(&self, history: &mut History, samples: &[Sample], offset: usize, begun: Instant) {
        history.entries.extend(samples.iter().map(|sample| {
            let times = [sample.begun, sample.ended].map(|at| at.saturating_duration_since(begun));
            self.sent[offset + sample.item].entry(times, sample.outcome.clone())
        }));
    }
}

/// The requests of an attendee's device before the vote: they tell whether the attendee is eligible.
pub(super) fn loads(ballot: &Ballot, voters: &[Voter]) -> Requests {
    let path = format!("/api/v1/ballots/{}/participation", ballot.id);
    Arc::new(voters.iter().map(|voter| http::get(&path, Some(&voter.session))).collect())
}
