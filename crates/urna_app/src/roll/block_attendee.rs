//! Bars a person.

use serde_json::Value;
use urna_core::{Attendee, AttendeeId};
use urna_store::attendees::delete_sessions_of;

use crate::app::App;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::Failure;

impl App {
    /// Bars a person and ends their sessions. Once this returns, no further vote of theirs is recorded; one
    /// recorded before stays, since nobody can tell which it is.
    pub async fn block_attendee(&self, by: &Authority<HelpAttendees>, id: AttendeeId) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        let (mut found, _locks) = super::load_between_casts(self, &mut tx, id).await?;
        let is_new = found.attendee.value.block();
        if is_new {
            super::save(&mut tx, &found.attendee).await?;
        }
        // Also if they were blocked before: their link has let them sign in again since, to read.
        delete_sessions_of(&mut tx, found.attendee.key).await?;
        if is_new {
            self.record_change(&mut tx, by, &found, ("attendee.blocked", Value::Null)).await?;
        }
        tx.commit().await?;
        Ok(found.attendee.value)
    }
}
