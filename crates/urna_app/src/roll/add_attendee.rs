//! Adds a person to the roll.

use serde_json::json;
use urna_core::{Attendee, AttendeeId, NewAttendee, Slug};
use urna_store::attendees::insert_attendee;

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, HelpAttendees};
use crate::conferences;
use crate::failure::{Failure, Refusal};
use crate::mail::{MailKind, enqueue};
use crate::random;

impl App {
    /// Adds a person to the roll: `verified` if the organiser vouches for them. Otherwise a mail with their
    /// personal link goes out, and they prove the mailbox by using it.
    ///
    /// # Errors
    /// [`Refusal::DuplicateAttendee`]; [`Refusal::Invalid`] for a person without an address who is not vouched for.
    pub async fn add_attendee(
        &self,
        by: &Authority<HelpAttendees>,
        conference: &Slug,
        new: NewAttendee,
        verified: bool,
    ) -> Result<Attendee, Failure> {
        if new.email.is_none() && !verified {
            let detail = "without an address nobody can prove a mailbox: vouch for the person with verified: true";
            return Err(Refusal::invalid("/verified", "nothing-to-prove", detail).into());
        }
        let now = self.now();
        let attendee = new.on_roll(AttendeeId::new(random::id(now)), verified);
        let link = self.keys.link.token(attendee.id, attendee.link_generation);

        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let key = insert_attendee(&mut tx, conference.key, &attendee, &link.hash()).await?;
        let key = key.ok_or(Refusal::DuplicateAttendee)?;
        if !verified {
            enqueue(&mut tx, key, MailKind::PersonalLink, now).await?;
        }
        let entry = AuditEntry::new(now, by.actor(), "attendee.added").conference(conference.id).subject(attendee.id);
        entry.details(json!({"status": attendee.status.as_str()})).record(&mut tx).await?;
        tx.commit().await?;
        Ok(attendee)
    }
}
