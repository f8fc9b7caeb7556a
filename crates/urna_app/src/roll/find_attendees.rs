//! Reads the roll.

use urna_core::{Attendee, AttendeeId, Slug};
use urna_store::attendees::{find_attendee, list_attendees};

use crate::app::App;
use crate::authority::{Authority, HelpAttendees, Observe};
use crate::conferences;
use crate::failure::{Failure, Refusal};

impl App {
    /// One attendee.
    pub async fn find_attendee(&self, _by: &Authority<HelpAttendees>, id: AttendeeId) -> Result<Attendee, Failure> {
        let mut tx = self.read().await?;
        Ok(super::load(&mut tx, id).await?.attendee.value)
    }

    /// The roll in the order of arrival, starting after `after`; at most `limit`. The authority's role tells
    /// whether to mask addresses.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` has been erased: continuing from there would skip or repeat people.
    pub async fn list_attendees(
        &self,
        _by: &Authority<Observe>,
        conference: &Slug,
        after: Option<AttendeeId>,
        limit: u32,
    ) -> Result<Vec<Attendee>, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        if let Some(after) = after
            && find_attendee(&mut tx, after).await?.is_none()
        {
            return Err(Refusal::cursor_gone().into());
        }
        let rows = list_attendees(&mut tx, conference.key, after, limit).await?;
        Ok(rows.into_iter().map(|on_roll| on_roll.attendee.value).collect())
    }
}
