//! The journal against the database.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Entry, History};
use crate::invariants::{BoxVote, Found, Violation, chosen};
use crate::votes::Outcome;

/// The journal's knowledge of one tracker: one vote, however often it was tried.
#[derive(Default)]
struct Vote<'a> {
    attempts: Vec<&'a Entry>,
}

impl Vote<'_> {
    fn has_ok(&self) -> bool {
        self.attempts.iter().any(|entry| matches!(entry.ended, Some((Outcome::Ok { .. }, _))))
    }

    /// Whether it may be in the ballot box. An attempt with an unknown outcome may have succeeded.
    fn may_be_there(&self) -> bool {
        self.attempts.iter().any(|entry| !matches!(entry.ended, Some((Outcome::Fail { .. }, _))))
    }
}

impl History {
    /// Compares with a closed ballot: I1, I2, I3, I4 and I7. Every vote on the ballot must be in the journal.
    #[must_use]
    pub fn check(&self, found: &Found) -> Vec<Violation> {
        let mut votes: HashMap<Vec<u8>, Vote<'_>> = HashMap::new();
        for entry in &self.entries {
            votes.entry(entry.tracker.hash().as_bytes().to_vec()).or_default().attempts.push(entry);
        }
        let mut in_box: HashMap<&[u8], Vec<&BoxVote>> = HashMap::new();
        for vote in &found.votes {
            in_box.entry(&vote.tracker_hash).or_default().push(vote);
        }
        let mut violations = found.check();
        violations.extend(kept(&votes, &in_box));
        violations.extend(meant(&votes, &in_box));
        violations.extend(one_each(&votes, &in_box, found));
        violations.extend(self.in_time());
        violations
    }

    /// I4. A 200 repeats the record of an earlier attempt, so the beginning of that attempt counts.
    fn in_time(&self) -> Option<Violation> {
        let mut first: HashMap<_, u128> = HashMap::new();
        for entry in &self.entries {
            let invoked = first.entry(entry.tracker).or_insert(entry.invoked);
            *invoked = entry.invoked.min(*invoked);
        }
        let begun = self.entries.iter().filter_map(|entry| match entry.ended {
            Some((Outcome::Ok { status: 200 }, _)) => first.get(&entry.tracker).copied(),
            Some((Outcome::Ok { .. }, _)) => Some(entry.invoked),
            _ => None,
        });
        let refused = self.entries.iter().filter_map(|entry| match &entry.ended {
            Some((Outcome::Fail { code, .. }, at)) if code == "ballot-closed" => Some(*at),
            _ => None,
        });
        // If there were several calls to close, the first may have done it.
        let last_begun = begun.chain(self.close_invoked.iter().min().copied()).max()?;
        let first_closed = refused.chain(self.close_returned.iter().copied()).min()?;
        (last_begun >= first_closed).then(|| Violation {
            invariant: "I4",
            found: format!("what began at {last_begun} ns was done, and the ballot was closed at {first_closed} ns"),
        })
    }
}

/// I1: every ok is in the ballot box exactly once.
fn kept(votes: &HashMap<Vec<u8>, Vote<'_>>, in_box: &HashMap<&[u8], Vec<&BoxVote>>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (hash, vote) in votes.iter().filter(|(_, vote)| vote.has_ok()) {
        let times = in_box.get(hash.as_slice()).map_or(0, Vec::len);
        if times != 1 {
            let voter = vote.attempts[0].voter;
            let found = format!("an acknowledged vote of attendee {voter} is in the box {times} times");
            violations.push(Violation { invariant: "I1", found });
        }
    }
    violations
}

/// I2 and I7: every vote in the ballot box was an ok or an unknown, with the choice that was sent; never a fail.
fn meant(votes: &HashMap<Vec<u8>, Vote<'_>>, in_box: &HashMap<&[u8], Vec<&BoxVote>>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (hash, there) in in_box {
        let (invariant, found) = match votes.get(*hash) {
            None => ("I2", "a vote in the box was never sent".to_owned()),
            Some(vote) if !vote.may_be_there() => {
                ("I7", format!("a refused vote of attendee {} is in the box", vote.attempts[0].voter))
            }
            Some(vote) => {
                let sent: BTreeSet<_> = vote.attempts.iter().map(|entry| Some(Some(entry.choice))).collect();
                if there.iter().all(|vote| sent.contains(&chosen(&vote.choice))) {
                    continue;
                }
                ("I2", format!("a vote of attendee {} is in the box with another choice", vote.attempts[0].voter))
            }
        };
        violations.push(Violation { invariant, found });
    }
    violations
}

/// I3: the votes in the ballot box are those of the attendees who voted, one of each.
fn one_each(
    votes: &HashMap<Vec<u8>, Vote<'_>>,
    in_box: &HashMap<&[u8], Vec<&BoxVote>>,
    found: &Found,
) -> Vec<Violation> {
    let mut counts: BTreeMap<i64, usize> = found.participations.iter().map(|attendee| (*attendee, 0)).collect();
    let mut violations = Vec::new();
    let mut violated = |found: String| violations.push(Violation { invariant: "I3", found });
    for (hash, there) in in_box {
        let Some(vote) = votes.get(*hash) else { continue };
        // A tracker sent by several attendees may belong to any of them.
        let senders: BTreeSet<i64> = vote.attempts.iter().map(|entry| entry.voter).collect();
        match senders.iter().find(|sender| counts.contains_key(sender)) {
            Some(sender) => *counts.entry(*sender).or_default() += there.len(),
            None => violated(format!("a vote of attendee {:?}, who has not taken part", senders.first())),
        }
    }
    for (attendee, votes) in counts.into_iter().filter(|(_, votes)| *votes != 1) {
        violated(format!("attendee {attendee} has taken part and has {votes} votes in the box"));
    }
    violations
}

#[cfg(test)]
mod tests;
