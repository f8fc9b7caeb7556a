//! Requests that cast votes, and the outcomes of their answers.

use urna_app::random;
use urna_core::Tracker;

use crate::api::code_of;
use crate::http::{self, Answer, Lost};

/// A fresh tracker: one for each vote, reused for each retry of it.
#[must_use]
pub fn tracker() -> Tracker {
    Tracker::new(random::bytes())
}

/// The request that casts a vote.
#[must_use]
pub fn cast(ballot: &str, candidate: &str, tracker: &Tracker, session: &str) -> Vec<u8> {
    let body = format!(r#"{{"choice":{{"candidate":"{candidate}"}},"tracker":"{tracker}"}}"#);
    http::post(&format!("/api/v1/ballots/{ballot}/votes"), Some(session), &body)
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
    use super::*;

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
