//! Warnings for organisers before a ballot opens. They do not prevent the opening.

use crate::ballot::Schedule;
use crate::conference::Conference;
use crate::time::Timestamp;

/// Something to look at before a ballot opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The ballot admits a stakeholder group that people claim and nobody has confirmed: they cannot vote.
    ClaimedCategories {
        /// The number of people.
        people: u64,
    },
    /// The ballot closes after the end of the conference: links and badge codes stay valid until then.
    ClosesAfterConference {
        /// The end of its last day.
        conference_ends_at: Timestamp,
    },
}

/// The warnings about a ballot of this conference; `claims` people claim a group that it admits.
#[must_use]
pub fn warnings(conference: &Conference, schedule: &Schedule, claims: u64) -> Vec<Warning> {
    let claimed = (claims > 0).then_some(Warning::ClaimedCategories { people: claims });
    let conference_ends_at = conference.ends_at();
    let is_late = schedule.closes_at.is_some_and(|closes_at| closes_at > conference_ends_at);
    let late = is_late.then_some(Warning::ClosesAfterConference { conference_ends_at });
    claimed.into_iter().chain(late).collect()
}
