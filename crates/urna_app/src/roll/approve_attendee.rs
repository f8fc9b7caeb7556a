//! Approves a person.

use serde_json::{Value, json};
use urna_core::{Attendee, AttendeeId};

use crate::app::App;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::Failure;

impl App {
    /// Vouches for a person: whatever their standing was, even blocked, they are now verified, and belong to the
    /// stakeholder group that they claim. The audit log says which group was confirmed.
    pub async fn approve_attendee(&self, by: &Authority<HelpAttendees>, id: AttendeeId) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        let (mut found, _locks) = super::load_between_casts(self, &mut tx, id).await?;
        let before = found.attendee.category.clone();
        if found.attendee.value.approve() {
            super::save(&mut tx, &found.attendee).await?;
            let confirmed = found.attendee.category.as_ref().filter(|_| before.is_none());
            let details = confirmed.map_or(Value::Null, |category| json!({ "category": category }));
            self.record_change(&mut tx, by, &found, ("attendee.approved", details)).await?;
            tx.commit().await?;
        }
        Ok(found.attendee.value)
    }
}
