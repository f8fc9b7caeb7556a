//! Examines the database from outside the service, and recounts the votes.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::api::Ballot;
use crate::database::{Database, fetch_all};

/// A violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The invariant: `I1` to `I8`.
    pub invariant: &'static str,
    /// The finding.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.found)
    }
}

/// A vote in the sealed ballot box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxVote {
    /// The commitment promised in the receipt.
    pub commitment: Vec<u8>,
    /// SHA-256 of the tracker.
    pub tracker_hash: Vec<u8>,
    /// The encoded choice.
    pub choice: Vec<u8>,
}

/// The database's data about one ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The state: `open`, `closed` and so on.
    pub state: String,
    /// The row keys of the attendees who voted.
    pub participations: Vec<i64>,
    /// The number of encrypted votes; zero after the close.
    pub inbox: usize,
    /// The ballot box; empty before the close.
    pub votes: Vec<BoxVote>,
}

/// Examines a ballot. Safe beside a running server; a vote in progress may or may not be seen.
pub async fn look(database: &Database, ballot: &Ballot) -> Result<Found> {
    const BALLOT: &str = "select id, state from ballots where uuid = $1";
    const TOOK_PART: &str = "select attendee_id from participations where ballot_id = $1 order by attendee_id";
    const INBOX: &str = "select count(*) from ballot_inbox where ballot_id = $1";
    const BOX: &str =
        "select commitment, tracker_hash, choice from ballot_box where ballot_id = $1 order by commitment";
    let db = database.connect().await?;
    let id: Uuid = ballot.id.parse().context("a ballot's id is a UUID")?;
    let (number, state) = fetch_all!(&db, (i64, String), BALLOT, id)?.pop().context("there is no such ballot")?;
    let participations = fetch_all!(&db, (i64,), TOOK_PART, number)?;
    let inbox = fetch_all!(&db, (i64,), INBOX, number)?.pop().map_or(0, |(count,)| count);
    let votes = fetch_all!(&db, (Vec<u8>, Vec<u8>, Vec<u8>), BOX, number)?;
    db.close().await;
    let vote = |(commitment, tracker_hash, choice)| BoxVote { commitment, tracker_hash, choice };
    Ok(Found {
        state,
        participations: participations.into_iter().map(|(attendee,)| attendee).collect(),
        inbox: usize::try_from(inbox)?,
        votes: votes.into_iter().map(vote).collect(),
    })
}

impl Found {
    /// The checks that need no journal: as many votes as participations, no duplicates (I3), and an empty inbox once
    /// there is a ballot box.
    #[must_use]
    pub fn check(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut violated = |found: String| violations.push(Violation { invariant: "I3", found });
        let votes = self.inbox + self.votes.len();
        if votes != self.participations.len() {
            violated(format!("{votes} votes and {} participations", self.participations.len()));
        }
        if self.inbox > 0 && !self.votes.is_empty() {
            violated(format!("{} votes are left in the inbox beside the box", self.inbox));
        }
        let twice = self.participations.len() - self.participations.iter().collect::<HashSet<_>>().len();
        if twice > 0 {
            violated(format!("{twice} participations are there twice"));
        }
        let distinct = |part: fn(&BoxVote) -> &Vec<u8>| self.votes.iter().map(part).collect::<HashSet<_>>().len();
        let different = distinct(|vote| &vote.commitment).min(distinct(|vote| &vote.tracker_hash));
        if different < self.votes.len() {
            violated(format!("{} votes in the box are there twice", self.votes.len() - different));
        }
        violations
    }

    /// Recounts the ballot box without any of the service's own code.
    pub fn recount(&self) -> Result<Recount> {
        let mut recount = Recount::default();
        for vote in &self.votes {
            match chosen(&vote.choice).with_context(|| format!("no choice: {:?}", vote.choice))? {
                Some(index) => *recount.votes.entry(index).or_default() += 1,
                None => recount.blank += 1,
            }
        }
        Ok(recount)
    }
}

/// The single index in `u8 method ‖ u16be n ‖ n × (u16be index ‖ u16be value)` of a plurality vote, or the index with rank 1
/// in a ranking without equals. The inner `None` is a blank vote, the outer one invalid bytes.
#[must_use]
pub fn chosen(bytes: &[u8]) -> Option<Option<u16>> {
    let (&method, rest) = bytes.split_first()?;
    let (marks, rest) = rest.split_first_chunk::<2>()?;
    let (marks, pairs) = (u16::from_be_bytes(*marks), rest.as_chunks::<4>());
    match (method, marks, pairs) {
        (1 | 3, 0, ([], [])) => Some(None),
        (1, 1, ([[high, low, 0, 1]], [])) => Some(Some(u16::from_be_bytes([*high, *low]))),
        (3, marks, (pairs, [])) if usize::from(marks) == pairs.len() => {
            let first = pairs.iter().find(|[_, _, high, low]| u16::from_be_bytes([*high, *low]) == 1)?;
            let mut ranks: Vec<u16> = pairs.iter().map(|[_, _, high, low]| u16::from_be_bytes([*high, *low])).collect();
            ranks.sort_unstable();
            let ascends = pairs.is_sorted_by(|[a, b, ..], [c, d, ..]| [a, b] < [c, d]);
            (ascends && ranks.into_iter().eq(1..=marks)).then(|| Some(u16::from_be_bytes([first[0], first[1]])))
        }
        _ => None,
    }
}

/// A recount of the ballot box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recount {
    /// Blank votes.
    pub blank: u64,
    /// Votes by the index of the candidate; a candidate without votes is missing.
    pub votes: BTreeMap<u16, u64>,
}

impl Recount {
    /// Compares with the published result (I5).
    #[must_use]
    pub fn check(&self, ballot: &Ballot, results: &Value) -> Vec<Violation> {
        let counted: u64 = self.votes.values().sum();
        let mut violations = Vec::new();
        let mut compare = |what: &str, published: &Value, recounted: u64| {
            if published.as_u64() != Some(recounted) {
                let found = format!("{what}: {published} published, {recounted} recounted");
                violations.push(Violation { invariant: "I5", found });
            }
        };
        compare("voted", &results["turnout"]["voted"], counted + self.blank);
        compare("counted", &results["turnout"]["counted"], counted);
        compare("blank", &results["turnout"]["blank"], self.blank);
        for (index, id) in (0..).zip(&ballot.candidates) {
            let rows = results["rows"].as_array().into_iter().flatten();
            let votes = rows.filter(|row| row["candidate_id"] == **id).map(|row| &row["votes"]).next();
            compare(id, votes.unwrap_or(&Value::Null), self.votes.get(&index).copied().unwrap_or(0));
        }
        let beyond: u64 = self
            .votes
            .iter()
            .filter(|(index, _)| usize::from(**index) >= ballot.candidates.len())
            .map(|(_, votes)| votes)
            .sum();
        compare("votes for no candidate of the ballot", &Value::from(0), beyond);
        violations
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(choices: &[&[u8]]) -> Found {
        let vote = |(number, choice): (u8, &&[u8])| BoxVote {
            commitment: vec![number; 32],
            tracker_hash: vec![number; 32],
            choice: choice.to_vec(),
        };
        let votes: Vec<BoxVote> = (0..).zip(choices).map(vote).collect();
        Found { state: "closed".to_owned(), participations: (0..).take(votes.len()).collect(), inbox: 0, votes }
    }

    const FIRST: &[u8] = &[1, 0, 1, 0, 0, 0, 1];
    const SECOND: &[u8] = &[1, 0, 1, 0, 1, 0, 1];
    const BLANK: &[u8] = &[1, 0, 0];

    #[test]
    fn a_choice_is_read_to_its_last_byte() {
        assert_eq!(chosen(SECOND), Some(Some(1)));
        assert_eq!(chosen(BLANK), Some(None));
        assert_eq!(chosen(&[3, 0, 0]), Some(None));
        assert_eq!(chosen(&[3, 0, 2, 0, 1, 0, 2, 0, 4, 0, 1]), Some(Some(4)), "who has rank 1");
        for wrong in
            [&[3, 0, 1, 0, 1, 0, 2][..], &[3, 0, 2, 0, 1, 0, 1, 0, 4, 0, 1], &[3, 0, 2, 0, 4, 0, 1, 0, 1, 0, 2]]
        {
            assert_eq!(chosen(wrong), None, "{wrong:?}");
        }
        for wrong in [&[][..], &[1, 0], &[2, 0, 0], &[1, 0, 0, 0], &[1, 0, 1, 0, 1, 0, 2], &[1, 0, 2, 0, 1, 0, 1]] {
            assert_eq!(chosen(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_wrong_tally_is_noticed() {
        let candidates = vec!["a".to_owned(), "b".to_owned()];
        let ballot = Ballot { id: String::new(), candidates, others: Vec::new() };
        let results = |a: u64, b: u64| {
            json!({"turnout": {"voted": 4, "counted": 3, "blank": 1},
                "rows": [{"candidate_id": "b", "votes": b}, {"candidate_id": "a", "votes": a}]})
        };
        let recount = found(&[FIRST, SECOND, FIRST, BLANK]).recount().unwrap();
        assert_eq!(recount.check(&ballot, &results(2, 1)), []);
        assert_eq!(recount.check(&ballot, &results(1, 2)).len(), 2);
        assert!(!recount.check(&ballot, &json!({})).is_empty());
        assert!(found(&[&[9]]).recount().is_err());
    }

    #[test]
    fn what_does_not_add_up_is_noticed() {
        let sound = found(&[FIRST, SECOND]);
        assert_eq!(sound.check(), []);
        let mut changed = sound.clone();
        changed.participations.push(7);
        assert_eq!(changed.check().len(), 1, "a participation without a vote");
        changed.inbox = 1;
        assert_eq!(changed.check().len(), 1, "a vote that was left in the inbox");
        let mut changed = sound.clone();
        changed.participations[1] = changed.participations[0];
        assert_eq!(changed.check().len(), 1, "a participation twice");
        let mut changed = sound;
        changed.votes[1].tracker_hash = changed.votes[0].tracker_hash.clone();
        assert_eq!(changed.check().len(), 1, "a tracker twice");
    }
}
