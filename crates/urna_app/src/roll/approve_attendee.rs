//! An organiser approves a person.

use serde_json::Value;
use urna_core::{Attendee, AttendeeId};

use crate::app::App;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::Failure;

impl App {
    /// Vouches for a person: whatever their standing was (barred people too), they are verified now.
    pub async fn approve_attendee(&self, by: &Authority<HelpAttendees>, id: AttendeeId) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        let (mut found, _locks) = super::load_between_casts(self, &mut tx, id).await?;
        if found.attendee.value.approve() {
            super::save(&mut tx, &found.attendee).await?;
            self.record_change(&mut tx, by, &found, ("attendee.approved", Value::Null)).await?;
            tx.commit().await?;
        }
        Ok(found.attendee.value)
    }
}
