//! Requests that cast votes, and the outcomes of their answers.

use serde_json::json;
use urna_app::random;
use urna_core::Tracker;

use crate::api::{Ballot, code_of};
use crate::http::{self, Answer, Lost};

/// A fresh tracker: one for each vote, reused for each retry of it.
#[must_use]
pub fn tracker() -> Tracker {
    Tracker::new(random::bytes())
}

/// The request that casts a vote for the candidate at this place, or that ranks this candidate first: then as many others
/// follow, and in such an order, as the tracker tells, so that a retry is the same vote.
///
/// # Panics
/// If the ballot has no such candidate.
#[must_use]
pub fn cast(ballot: &Ballot, place: usize, tracker: &Tracker, session: &str) -> Vec<u8> {
    let candidate = &ballot.candidates[place];
    let choice = if ballot.others.is_empty() {
        json!({ "candidate": candidate })
    } else {
        json!({ "ranking": ranking(candidate, &ballot.others, tracker.as_bytes()) })
    };
    let body = json!({"choice": choice, "tracker": tracker.to_string()}).to_string();
    http::post(&format!("/api/v1/ballots/{}/votes", ballot.id), Some(session), &body)
}

/// One candidate first, and after it from none to all of the others.
fn ranking<'a>(first: &'a String, others: &'a [String], random: &[u8]) -> Vec<&'a String> {
    let mut left: Vec<&String> = others.iter().collect();
    let (length, order) = random.split_first().expect("a tracker has bytes");
    let mut ranking = vec![first];
    for byte in order.iter().cycle().take(usize::from(*length) % (others.len() + 1)) {
        ranking.push(left.swap_remove(usize::from(*byte) % left.len()));
    }
    ranking
}

/// The outcome of an attempt to vote, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The vote is recorded: 201 by this attempt, 200 by an earlier one with the same tracker.
    Ok {
        /// 200 or 201.
        status: u16,
    },
    /// This attempt certainly recorded nothing.
    Fail {
        /// The status; 0 if nothing was sent.
        status: u16,
        /// The problem code.
        code: String,
    },
    /// Outcome unknown.
    Unknown {
        /// The status; 0 if there was no answer.
        status: u16,
        /// The problem code, or why there was no answer.
        code: String,
    },
}

/// The outcome of an attempt. Unknown unless the contract promises that nothing was recorded.
#[must_use]
pub fn outcome(sent: &Result<Answer<'_>, Lost>) -> Outcome {
    let answer = match sent {
        Ok(answer) => answer,
        Err(lost) if lost.is_certainly_not_sent() => return Outcome::Fail { status: 0, code: "not-sent".to_owned() },
        Err(Lost::NoAnswer(error)) if error.kind() == std::io::ErrorKind::TimedOut => {
            return Outcome::Unknown { status: 0, code: "timed-out".to_owned() };
        }
        Err(_) => return Outcome::Unknown { status: 0, code: "lost".to_owned() },
    };
    let status = answer.status;
    if matches!(status, 200 | 201) {
        return Outcome::Ok { status };
    }
    let code = code_of(answer.body);
    // A refusal counts only with a problem code, which is the service's own word; a proxy's refusal says nothing.
    let refused = (400..500).contains(&status) && code.is_some();
    let certainly_not = refused || (status == 503 && code.as_deref() == Some("not-recorded"));
    let code = code.unwrap_or_else(|| "none".to_owned());
    if certainly_not { Outcome::Fail { status, code } } else { Outcome::Unknown { status, code } }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rankings_have_every_length_and_name_nobody_twice() {
        let others: Vec<String> = (1..=9).map(|number| number.to_string()).collect();
        let first = "first".to_owned();
        let lengths = (0..=u8::MAX).map(|byte| {
            let ranking = ranking(&first, &others, &[byte, byte, 7, 200, byte]);
            assert_eq!(ranking[0], &first);
            assert_eq!(ranking.iter().collect::<BTreeSet<_>>().len(), ranking.len());
            ranking.len()
        });
        assert_eq!(lengths.collect::<BTreeSet<_>>(), (1..=10).collect());
    }

    fn answered(status: u16, body: &str) -> Outcome {
        outcome(&Ok(Answer { status, head: b"", body: body.as_bytes(), closes: false }))
    }

    #[test]
    fn only_a_promise_that_nothing_was_recorded_is_a_fail() {
        let code = |code: &str| format!(r#"{{"code":"{code}"}}"#);
        assert_eq!(answered(201, "{}"), Outcome::Ok { status: 201 });
        assert!(matches!(answered(409, &code("already-voted")), Outcome::Fail { status: 409, .. }));
        assert!(matches!(answered(503, &code("not-recorded")), Outcome::Fail { .. }));
        for (status, body) in [
            (503, "busy".to_owned()),
            (503, code("unavailable")),
            (504, code("outcome-unknown")),
            (500, code("internal-error")),
            (404, "<html>".to_owned()),
        ] {
            assert!(matches!(answered(status, &body), Outcome::Unknown { .. }), "{status} {body}");
        }
        let lost = |lost| outcome(&Err(lost));
        let error = || std::io::Error::other("x");
        assert!(matches!(lost(Lost::NotSent(error())), Outcome::Fail { .. }));
        assert!(matches!(lost(Lost::PartlySent(error())), Outcome::Unknown { .. }));
        assert!(matches!(lost(Lost::NoAnswer(error())), Outcome::Unknown { .. }));
    }
}
