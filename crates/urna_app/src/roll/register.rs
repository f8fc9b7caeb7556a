//! A person registers themselves.

use urna_core::{AttendeeId, Slug};
use urna_store::attendees::{find_attendee_by_email, insert_attendee};

use super::NewAttendee;
use crate::app::App;
use crate::conferences;
use crate::failure::{Failure, Refusal};
use crate::mail::{MailKind, enqueue_within_limits};
use crate::random;

impl App {
    /// Takes a registration. The answer is the same whether or not the address is known: either way a mail with the
    /// personal link goes there, and nothing of a known attendee changes.
    ///
    /// # Errors
    /// [`Refusal::RegistrationClosed`]; [`Refusal::Invalid`] for an address outside the listed domains.
    pub async fn register(&self, conference: &Slug, new: NewAttendee) -> Result<(), Failure> {
        let email = new.email.clone().ok_or_else(|| Refusal::invalid("/email", "missing", "an address is needed"))?;
        let now = self.now();
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        conference.registration.admits(&email, &conference.listed_domains)?;

        let attendee = new.on_roll(AttendeeId::new(random::id(now)), false);
        let link = self.keys.link.token(attendee.id, attendee.link_generation);
        // Tried first and looked up after, so that both ways cost the same statements.
        let added = insert_attendee(&mut tx, conference.key, &attendee, &link.hash()).await?;
        let known = find_attendee_by_email(&mut tx, conference.key, &email).await?;
        if let Some(key) = added.or(known.map(|known| known.attendee.key)) {
            enqueue_within_limits(&mut tx, key, MailKind::PersonalLink, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
