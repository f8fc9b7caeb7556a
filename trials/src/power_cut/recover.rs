//! Opens the files after a power cut with SQLite, and checks them against the promises.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use urna_core::keys::Keys;
use urna_core::sealed_vote::{BoxKey, Slot};
use urna_core::{BallotId, TrackerHash};
use urna_trials::invariants::{Violation, chosen};
use uuid::Uuid;

use super::recording::{MAIN, Recording};

/// The votes that were sent, and the keys to look them up.
#[derive(Debug)]
pub(super) struct Oracle {
    ballot: Uuid,
    keys: Keys,
    /// By the hash of the tracker.
    sent: HashMap<TrackerHash, Sent>,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    voter: i64,
    choice: u16,
}

/// The findings after a cut.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The number of votes.
    pub(super) votes: usize,
    pub(super) violations: Vec<Violation>,
}

/// The content of the files.
#[derive(Debug, Default)]
struct Recovered {
    /// The encrypted votes, opened.
    votes: Vec<(TrackerHash, Vec<u8>)>,
    /// The row keys of the attendees who voted, in order.
    participations: Vec<i64>,
}

impl Oracle {
    pub(super) fn new(recording: &Recording) -> Result<Self> {
        let sent = recording.papers.iter().map(|paper| {
            let sent = Sent { voter: paper.voter, choice: paper.choice };
            (paper.tracker.hash(), sent)
        });
        Ok(Self { ballot: recording.ballot.id.parse()?, keys: recording.instance.keys()?, sent: sent.collect() })
    }

    /// Opens the database in a folder, and compares it with the acknowledgements before the cut.
    pub(super) async fn check(&self, folder: &Path, acknowledged: &[TrackerHash]) -> Verdict {
        match self.recover(folder).await {
            Ok(recovered) => {
                let violations = self.compare(&recovered, acknowledged);
                Verdict { votes: recovered.votes.len(), violations }
            }
            Err(error) => {
                let violations = vec![Violation { invariant: "database", found: format!("{error:#}") }];
                Verdict { votes: 0, violations }
            }
        }
    }

    async fn recover(&self, folder: &Path) -> Result<Recovered> {
        let options = SqliteConnectOptions::new().filename(folder.join(MAIN));
        let mut connection = SqliteConnection::connect_with(&options).await.context("it cannot be opened")?;
        let recovered = self.read(&mut connection).await;
        connection.close().await.context("it cannot be closed")?;
        recovered
    }

    async fn read(&self, connection: &mut SqliteConnection) -> Result<Recovered> {
        const KEY: &str =
            "select ballots.id, wrapped from ballots join box_keys on ballot_id = ballots.id where uuid = $1";
        const INBOX: &str = "select slot, sealed from ballot_inbox where ballot_id = $1";
        const TOOK_PART: &str = "select attendee_id from participations where ballot_id = $1 order by attendee_id";
        let integrity: Vec<(String,)> = sqlx::query_as("pragma integrity_check").fetch_all(&mut *connection).await?;
        if !matches!(integrity.as_slice(), [(ok,)] if ok == "ok") {
            anyhow::bail!("it is damaged: {integrity:?}");
        }
        let key: Option<(i64, Vec<u8>)> =
            sqlx::query_as(KEY).bind(self.ballot).fetch_optional(&mut *connection).await?;
        // Without its key there are no votes either.
        let Some((number, wrapped)) = key else { return Ok(Recovered::default()) };
        let ballot = BallotId::new(self.ballot);
        let keys = BoxKey::unwrap(&wrapped, &self.keys.wrapping, ballot).context("the ballot's key")?.open_box(ballot);
        let inbox: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(INBOX).bind(number).fetch_all(&mut *connection).await?;
        let took_part: Vec<(i64,)> = sqlx::query_as(TOOK_PART).bind(number).fetch_all(&mut *connection).await?;
        let open = |(slot, sealed): (Vec<u8>, Vec<u8>)| {
            let slot = Slot(slot.try_into().ok().context("a slot has 32 bytes")?);
            let vote = keys.unseal(slot, &sealed).context("a vote in the inbox")?;
            Ok((vote.tracker, vote.choice.clone()))
        };
        Ok(Recovered {
            votes: inbox.into_iter().map(open).collect::<Result<_>>()?,
            participations: took_part.into_iter().map(|(attendee,)| attendee).collect(),
        })
    }

    fn compare(&self, recovered: &Recovered, acknowledged: &[TrackerHash]) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut violated = |invariant, found| violations.push(Violation { invariant, found });
        let mut times: HashMap<TrackerHash, usize> = HashMap::new();
        let mut voters = Vec::with_capacity(recovered.votes.len());
        for (tracker, choice) in &recovered.votes {
            *times.entry(*tracker).or_default() += 1;
            match self.sent.get(tracker) {
                Some(sent) if chosen(choice) == Some(Some(sent.choice)) => voters.push(sent.voter),
                Some(sent) => violated("I2", format!("a vote of attendee {} with another choice", sent.voter)),
                None => violated("I2", "a vote that was never sent".to_owned()),
            }
        }
        let lost = acknowledged.iter().filter(|tracker| !times.contains_key(tracker)).count();
        if lost > 0 {
            violated("I1", format!("{lost} of {} acknowledged votes are lost", acknowledged.len()));
        }
        let twice = times.values().filter(|times| **times > 1).count();
        if twice > 0 {
            violated("I1", format!("{twice} votes are there twice"));
        }
        voters.sort_unstable();
        if voters != recovered.participations {
            let (votes, took_part) = (voters.len(), recovered.participations.len());
            violated("I3", format!("the voters of {votes} votes are not the {took_part} attendees who took part"));
        }
        violations
    }
}

#[cfg(test)]
mod tests {
    use urna_core::Tracker;
    use urna_core::keys::MasterSecret;

    use super::*;

    fn tracker(number: u8) -> TrackerHash {
        Tracker::new([number; 32]).hash()
    }

    fn oracle() -> Oracle {
        let sent = (1..=3).map(|number| (tracker(number), Sent { voter: i64::from(number), choice: 1 })).collect();
        Oracle { ballot: Uuid::nil(), keys: Keys::derive(&MasterSecret::new([1; 32])), sent }
    }

    fn recovered(trackers: &[u8], participations: &[i64]) -> Recovered {
        let votes = trackers.iter().map(|number| (tracker(*number), vec![1, 0, 1, 0, 1, 0, 1])).collect();
        Recovered { votes, participations: participations.to_vec() }
    }

    #[test]
    fn what_was_not_acknowledged_may_be_there_or_not() {
        let acknowledged = [tracker(1), tracker(3)];
        assert_eq!(oracle().compare(&recovered(&[3, 1], &[1, 3]), &acknowledged), []);
        assert_eq!(oracle().compare(&recovered(&[3, 1, 2], &[1, 2, 3]), &acknowledged), []);
    }

    #[test]
    fn what_must_not_be_is_found() {
        let found = |recovered: &Recovered| -> Vec<&str> {
            let violations = oracle().compare(recovered, &[tracker(1), tracker(3)]);
            violations.iter().map(|violation| violation.invariant).collect()
        };
        assert_eq!(found(&recovered(&[1], &[1])), ["I1"], "a vote is lost");
        assert_eq!(found(&recovered(&[1, 3], &[1])), ["I3"], "a participation is lost");
        assert_eq!(found(&recovered(&[1, 3], &[1, 2])), ["I3"], "somebody else has taken part");
        assert_eq!(found(&recovered(&[1, 3, 3], &[1, 3])), ["I1", "I3"], "a vote twice");
        assert_eq!(found(&recovered(&[1, 3, 9], &[1, 3])), ["I2"], "nobody's vote");
        let mut other = recovered(&[1, 3], &[1, 3]);
        other.votes[0].1[4] = 2;
        assert_eq!(found(&other), ["I2", "I3"], "another choice");
    }
}
