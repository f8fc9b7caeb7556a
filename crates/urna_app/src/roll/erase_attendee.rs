//! Erases a person.

use serde_json::Value;
use urna_core::{Attendee, AttendeeId};
use urna_store::attendees::delete_attendee;
use urna_store::ballot_box::took_part_in_any;

use crate::app::App;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal};

impl App {
    /// Erases a person: name, address, links, sessions, mails. Counts and receipts stay true: a participation in an
    /// ended ballot stays as a number that refers to nobody.
    ///
    /// # Errors
    /// [`Refusal::AttendeeInOpenBallot`] while a ballot in which they took part is running: they could come back
    /// and vote twice. [`Refusal::PreconditionFailed`] if `seen` is given and no longer true.
    pub async fn erase_attendee(
        &self,
        by: &Authority<Manage>,
        id: AttendeeId,
        seen: Option<&Attendee>,
    ) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        let (found, locks) = super::load_between_casts(self, &mut tx, id).await?;
        if seen.is_some_and(|seen| *seen != found.attendee.value) {
            return Err(Refusal::PreconditionFailed.into());
        }
        if took_part_in_any(&mut tx, &locks, found.attendee.key).await? {
            return Err(Refusal::AttendeeInOpenBallot.into());
        }
        delete_attendee(&mut tx, found.attendee.key).await?;
        self.record_change(&mut tx, by, &found, ("attendee.erased", Value::Null)).await?;
        tx.commit().await?;
        Ok(())
    }
}
