//! The transitions between the states of a ballot, and their conditions.
//!
//! ```text
//! draft <-> ready -> open <-> paused      open, paused -> closed -> published
//! every state before published -> cancelled
//! ```
//! From `open` on a ballot only moves forward: there is no re-opening.

use serde::{Deserialize, Serialize};

use crate::ballot::{Schedule, StateName};
use crate::definition::Definition;
use crate::ids::CandidateId;
use crate::sha256::Sha256Hash;
use crate::time::Timestamp;

/// One step in the life of a ballot; `draft` to `open` takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitionStep {
    /// Fix the definition.
    Freeze,
    /// Return a frozen definition for editing.
    Thaw,
    /// Open for votes, with a fresh box key.
    Open,
    /// Refuse votes for now.
    Pause,
    /// Take votes again.
    Resume,
    /// End the voting, open and sort the votes, count.
    Close,
    /// Give up, and delete the choices.
    Cancel,
}

/// No such transition: from here only `allowed` can be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a ballot that is {from} cannot become what was asked")]
pub struct InvalidTransition {
    /// The current state.
    pub from: StateName,
    /// States that a transition can reach; publishing is a resource of its own.
    pub allowed: &'static [StateName],
}

/// A reason why a ballot cannot be frozen or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// Fewer than two candidates: there is nothing to choose from.
    Candidates,
    /// As many seats as candidates, or more: everybody would be elected.
    FewerSeats,
    /// Every vote is published, and long rankings can be recognised: an organiser has to accept that (`accept`).
    RecognisableRankings,
    /// Two candidates have the same name; possible in a draft from an earlier release.
    DistinctNames,
    /// Nobody knows who is present, of whom the motion's quorum is a part.
    Presence,
    /// Nobody on the roll may vote.
    EligibleAttendees,
    /// The closing time has passed already.
    ClosingTimeInFuture,
}

impl Missing {
    /// The name as the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidates => "two-candidates",
            Self::FewerSeats => "fewer-seats-than-candidates",
            Self::RecognisableRankings => "recognisable-rankings",
            Self::DistinctNames => "distinct-names",
            Self::Presence => "presence",
            Self::EligibleAttendees => "eligible-attendees",
            Self::ClosingTimeInFuture => "closing-time-in-future",
        }
    }
}

/// The states that a transition can reach.
#[must_use]
pub const fn allowed(from: StateName) -> &'static [StateName] {
    use StateName::{Cancelled, Closed, Draft, Open, Paused, Published, Ready};
    match from {
        Draft => &[Ready, Open, Cancelled],
        Ready => &[Draft, Open, Cancelled],
        Open => &[Paused, Closed, Cancelled],
        Paused => &[Open, Closed, Cancelled],
        Closed => &[Cancelled],
        Published | Cancelled => &[],
    }
}

/// The steps that lead from one state to another.
pub fn steps(from: StateName, to: StateName) -> Result<&'static [TransitionStep], InvalidTransition> {
    use StateName::{Cancelled, Closed, Draft, Open, Paused, Ready};
    if !allowed(from).contains(&to) {
        return Err(InvalidTransition { from, allowed: allowed(from) });
    }
    Ok(match (from, to) {
        (Draft, Ready) => &[TransitionStep::Freeze],
        (Draft, Open) => &[TransitionStep::Freeze, TransitionStep::Open],
        (Ready, Draft) => &[TransitionStep::Thaw],
        (Ready, Open) => &[TransitionStep::Open],
        (Open, Paused) => &[TransitionStep::Pause],
        (Paused, Open) => &[TransitionStep::Resume],
        (_, Closed) => &[TransitionStep::Close],
        (_, Cancelled) => &[TransitionStep::Cancel],
        _ => return Err(InvalidTransition { from, allowed: allowed(from) }),
    })
}

/// Conditions that a definition does not meet for freezing; `accepts_recognisable` if an organiser has accepted
/// [`Missing::RecognisableRankings`].
#[must_use]
pub fn missing_to_freeze(definition: &Definition, accepts_recognisable: bool) -> Vec<Missing> {
    if definition.method.motion().is_some() {
        return definition.needs_presence().then_some(Missing::Presence).into_iter().collect();
    }
    let few = (definition.candidates.len() < 2).then_some(Missing::Candidates);
    let alike = definition.duplicate_name_at().map(|_| Missing::DistinctNames);
    let all = few.is_none() && usize::from(definition.method.seats()) >= definition.candidates.len();
    let told_apart = definition.has_recognisable_rankings() && !accepts_recognisable;
    let told_apart = told_apart.then_some(Missing::RecognisableRankings);
    few.into_iter().chain(all.then_some(Missing::FewerSeats)).chain(alike).chain(told_apart).collect()
}

/// Conditions that a frozen ballot does not meet for opening at `now`; `eligible` people could vote.
#[must_use]
pub fn missing_to_open(schedule: &Schedule, eligible: u64, now: Timestamp) -> Vec<Missing> {
    let nobody = (eligible == 0).then_some(Missing::EligibleAttendees);
    let too_late = schedule.closes_at.is_some_and(|closes_at| closes_at <= now).then_some(Missing::ClosingTimeInFuture);
    nobody.into_iter().chain(too_late).collect()
}

/// The step that is due at `now` without anybody asking: open a ready ballot, close a running one.
#[must_use]
pub fn due(state: StateName, schedule: &Schedule, now: Timestamp) -> Option<TransitionStep> {
    let come = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    match state {
        StateName::Ready if come(schedule.opens_at) && !come(schedule.closes_at) => Some(TransitionStep::Open),
        StateName::Open | StateName::Paused if come(schedule.closes_at) => Some(TransitionStep::Close),
        _ => None,
    }
}

/// One line of a ballot's public history, which the statement at the close signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HistoryEvent {
    /// Opened for votes.
    Opened {
        /// The number of people who could vote then.
        eligible: u64,
    },
    /// Votes were refused for a while.
    Paused,
    /// Votes were taken again.
    Resumed,
    /// The closing time was set, moved or removed.
    ClosingTime {
        /// The new closing time.
        closes_at: Option<Timestamp>,
    },
    /// A candidate withdrew.
    Withdrawn {
        /// The candidate.
        candidate: CandidateId,
        /// The reason, in the organisers' words.
        reason: String,
    },
    /// The jury gave its order for ties of a ranked count, sealed; a later one replaces it.
    SealedOrder {
        /// [`crate::record::Decision::seal`].
        sha256: Sha256Hash,
    },
    /// Voting ended.
    Closed {
        /// The number of people who are verified and admitted, or took part.
        eligible: u64,
        /// The number of people who took part.
        voted: u64,
        /// The number of their votes that could not be read any more and are not in the box. Omitted if 0.
        #[serde(default, skip_serializing_if = "is_zero")]
        unreadable: u64,
    },
    /// The ballot was given up.
    Cancelled {
        /// The reason, in the organisers' words.
        reason: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_way_has_steps_and_no_other_has() {
        for from in StateName::ALL {
            for to in StateName::ALL {
                assert_eq!(steps(from, to).is_ok(), allowed(from).contains(&to), "{from} to {to}");
            }
        }
    }

    #[test]
    fn from_open_on_there_is_no_way_back() {
        for from in [StateName::Open, StateName::Paused, StateName::Closed, StateName::Published] {
            for to in [StateName::Draft, StateName::Ready] {
                assert!(steps(from, to).is_err(), "{from} to {to}");
            }
        }
        assert!(steps(StateName::Closed, StateName::Open).is_err());
        assert!(steps(StateName::Published, StateName::Cancelled).is_err());
    }

    #[test]
    fn due_is_exact_to_the_microsecond() {
        let at = Timestamp::from_micros(1_000_000).unwrap();
        let just_before = Timestamp::from_micros(999_999).unwrap();
        let closing = Schedule { closes_at: Some(at), ..Schedule::default() };
        assert_eq!(due(StateName::Open, &closing, just_before), None);
        assert_eq!(due(StateName::Paused, &closing, at), Some(TransitionStep::Close));
        let opening = Schedule { opens_at: Some(at), ..Schedule::default() };
        assert_eq!(due(StateName::Ready, &opening, just_before), None);
        assert_eq!(due(StateName::Ready, &opening, at), Some(TransitionStep::Open));
        assert_eq!(due(StateName::Draft, &opening, at), None);
        let missed = Schedule { opens_at: Some(at), closes_at: Some(at), planned_for: None };
        assert_eq!(due(StateName::Ready, &missed, at), None, "a ballot that is over is not opened");
    }

    #[test]
    fn what_is_missing_is_named() {
        let now = Timestamp::from_micros(0).unwrap();
        let late = Schedule { closes_at: Some(now), ..Schedule::default() };
        assert_eq!(missing_to_open(&late, 0, now), [Missing::EligibleAttendees, Missing::ClosingTimeInFuture]);
        assert_eq!(missing_to_open(&Schedule::default(), 1, now), []);
    }
}
