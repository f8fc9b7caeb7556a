//! The desk corrects what is known of a person.

use urna_core::Attendee;
use urna_store::Stored;

use super::NewAttendee;
use crate::app::App;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::{Failure, Refusal};

impl App {
    /// Replaces what is known of a person, if it still is what the caller saw. Standing and link stay as they are.
    ///
    /// # Errors
    /// [`Refusal::PreconditionFailed`]; [`Refusal::DuplicateAttendee`].
    pub async fn change_attendee(
        &self,
        by: &Authority<HelpAttendees>,
        seen: &Attendee,
        wanted: NewAttendee,
    ) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        // A change of group changes who may vote.
        let (found, _locks) = super::load_between_casts(self, &mut tx, seen.id).await?;
        if found.attendee.value != *seen {
            return Err(Refusal::PreconditionFailed.into());
        }
        let mut value = wanted.on_roll(seen.id, seen.status);
        value.link_generation = seen.link_generation;
        let changed = Stored { key: found.attendee.key, value };
        super::save(&mut tx, &changed).await?;
        self.record_change(&mut tx, by, &found, "attendee.changed").await?;
        tx.commit().await?;
        Ok(changed.value)
    }
}
