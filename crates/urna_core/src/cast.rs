//! The decision at the heart of the service: may this vote be recorded?

use crate::attendee::Ineligible;
use crate::ballot::{StateName, state_at};
use crate::time::Timestamp;

/// The state of the tracker that a voter sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackerUse {
    /// No vote on this ballot has this tracker.
    Unused,
    /// The sender's own vote has it, with the same choice or another.
    Own {
        /// Whether the choice is the same.
        same_choice: bool,
    },
    /// Somebody else's vote has it.
    Foreign,
    /// A vote in the box of a closed ballot has it; its voter and choice can no longer be looked up.
    InBox,
}

/// The facts for the decision, read under the ballot's lock.
#[derive(Debug, Clone, Copy)]
pub struct CastFacts {
    /// The ballot's stored state.
    pub state: StateName,
    /// Its closing time.
    pub closes_at: Option<Timestamp>,
    /// The clock of the lock.
    pub now: Timestamp,
    /// Whether the sender has a participation.
    pub took_part: bool,
    /// The state of the tracker.
    pub tracker: TrackerUse,
    /// Whether the sender may vote at all.
    pub eligible: Result<(), Ineligible>,
}

/// The decision on a valid vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Record it.
    Record,
    /// Already recorded: return the same receipt.
    Repeat,
}

/// Why a vote is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CastRefused {
    /// The sender has voted, and this is not a retry of that vote.
    #[error("this attendee has voted on this ballot")]
    AlreadyVoted,
    /// The tracker belongs to somebody else's vote, or to the sender's own with another choice.
    #[error("the tracker was used for another vote")]
    TrackerReused,
    /// Voting has not begun.
    #[error("the ballot is not open yet")]
    NotOpen,
    /// Voting is interrupted.
    #[error("the ballot is paused")]
    Paused,
    /// Voting is over.
    #[error("the ballot is closed")]
    Closed,
    /// The ballot was given up.
    #[error("the ballot was cancelled")]
    Cancelled,
    /// The sender may not vote on this ballot.
    #[error("not eligible: {0}")]
    NotEligible(Ineligible),
}

/// Judges a vote: first the tracker and the participation, then the state, then the eligibility. A voter who
/// retries therefore always gets an answer about their vote, whatever has changed since, unless the ballot was
/// cancelled.
///
/// An open or paused ballot whose closing time has come is judged as closed, sealed yet or not. The voter and choice
/// behind the tracker no longer matter then, so that the answer does not change at the close.
pub fn judge(facts: &CastFacts) -> Result<Verdict, CastRefused> {
    match state_at(facts.state, facts.closes_at, facts.now) {
        StateName::Cancelled => Err(CastRefused::Cancelled),
        StateName::Draft | StateName::Ready => Err(CastRefused::NotOpen),
        StateName::Closed | StateName::Published => match (facts.took_part, facts.tracker) {
            (true, TrackerUse::Unused) => Err(CastRefused::AlreadyVoted),
            (true, _) => Ok(Verdict::Repeat),
            (false, _) => Err(CastRefused::Closed),
        },
        running @ (StateName::Open | StateName::Paused) => match (facts.tracker, facts.took_part) {
            (TrackerUse::Own { same_choice: true }, _) => Ok(Verdict::Repeat),
            (TrackerUse::Own { same_choice: false }, _) | (TrackerUse::Foreign | TrackerUse::InBox, false) => {
                Err(CastRefused::TrackerReused)
            }
            (_, true) => Err(CastRefused::AlreadyVoted),
            (TrackerUse::Unused, false) if running == StateName::Paused => Err(CastRefused::Paused),
            (TrackerUse::Unused, false) => facts.eligible.map(|()| Verdict::Record).map_err(CastRefused::NotEligible),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CastRefused::{AlreadyVoted, Cancelled, Closed, NotEligible, NotOpen, Paused, TrackerReused};
    use TrackerUse::{Foreign, InBox, Own, Unused};

    const SAME: TrackerUse = Own { same_choice: true };
    const OTHER: TrackerUse = Own { same_choice: false };

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn facts(state: StateName, took_part: bool, tracker: TrackerUse) -> CastFacts {
        CastFacts { state, closes_at: None, now: at(10), took_part, tracker, eligible: Ok(()) }
    }

    /// The table of cases, one row per state: the cast and its answer.
    #[test]
    fn the_table_of_cases() {
        use StateName as S;
        for (state, took_part, tracker, verdict) in [
            (S::Draft, false, Unused, Err(NotOpen)),
            (S::Ready, false, Unused, Err(NotOpen)),
            (S::Open, false, Unused, Ok(Verdict::Record)),
            (S::Open, true, Unused, Err(AlreadyVoted)),
            (S::Open, true, SAME, Ok(Verdict::Repeat)),
            (S::Open, true, OTHER, Err(TrackerReused)),
            (S::Open, true, Foreign, Err(AlreadyVoted)),
            (S::Open, false, Foreign, Err(TrackerReused)),
            (S::Paused, false, Unused, Err(Paused)),
            (S::Paused, true, Unused, Err(AlreadyVoted)),
            (S::Paused, true, SAME, Ok(Verdict::Repeat)),
            (S::Paused, true, OTHER, Err(TrackerReused)),
            (S::Paused, true, Foreign, Err(AlreadyVoted)),
            (S::Paused, false, Foreign, Err(TrackerReused)),
            (S::Closed, false, Unused, Err(Closed)),
            (S::Closed, true, Unused, Err(AlreadyVoted)),
            (S::Closed, true, InBox, Ok(Verdict::Repeat)),
            (S::Closed, false, InBox, Err(Closed)),
            (S::Published, false, Unused, Err(Closed)),
            (S::Published, true, Unused, Err(AlreadyVoted)),
            (S::Published, true, InBox, Ok(Verdict::Repeat)),
            (S::Cancelled, true, Unused, Err(Cancelled)),
            (S::Cancelled, false, Unused, Err(Cancelled)),
        ] {
            assert_eq!(judge(&facts(state, took_part, tracker)), verdict, "{state} {took_part} {tracker:?}");
        }
    }

    #[test]
    fn the_closing_time_itself_is_too_late() {
        let open = facts(StateName::Open, false, Unused);
        assert_eq!(judge(&CastFacts { closes_at: Some(at(11)), ..open }), Ok(Verdict::Record));
        assert_eq!(judge(&CastFacts { closes_at: Some(at(10)), ..open }), Err(Closed));
        let retry = facts(StateName::Open, true, SAME);
        assert_eq!(judge(&CastFacts { closes_at: Some(at(10)), ..retry }), Ok(Verdict::Repeat));
    }

    #[test]
    fn eligibility_is_asked_last() {
        let blocked = CastFacts { eligible: Err(Ineligible::Blocked), ..facts(StateName::Open, false, Unused) };
        assert_eq!(judge(&blocked), Err(NotEligible(Ineligible::Blocked)));
        assert_eq!(judge(&CastFacts { state: StateName::Paused, ..blocked }), Err(Paused));
        assert_eq!(judge(&CastFacts { took_part: true, tracker: SAME, ..blocked }), Ok(Verdict::Repeat));
    }
}
