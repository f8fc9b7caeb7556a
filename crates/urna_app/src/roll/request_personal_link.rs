//! Sends a person their link again, on their own request.

use urna_core::new_attendee::PersonText;
use urna_core::{Attendee, AttendeeId, Email, NewAttendee, Slug};
use urna_store::attendees::{find_attendee_by_email, insert_attendee};

use crate::app::App;
use crate::conferences;
use crate::even_time::at_even_time;
use crate::failure::{Failure, Refusal};
use crate::limits::Network;
use crate::mail::{MailKind, enqueue_within_limits};
use crate::random;

impl App {
    /// Sends the personal link to this address, if it is on the roll. Neither the answer nor its timing tells
    /// whether it is: an unknown person is put on the roll, written to, and removed again before the commit, in as
    /// many statements, and the answer comes at an even time.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`] if this network has sent thousands of requests.
    pub async fn request_personal_link(
        &self,
        conference: &Slug,
        email: &Email,
        network: Network,
    ) -> Result<(), Failure> {
        self.limits.try_asking_for_mail(network)?;
        at_even_time(Box::pin(self.send_link_to(conference, email))).await
    }

    async fn send_link_to(&self, conference: &Slug, email: &Email) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let found = find_attendee_by_email(&mut tx, conference.key, email).await?;
        tx.begin_undoable().await?;
        let nobody = nobody(AttendeeId::new(random::id(now)))?;
        let link = self.keys.link.token(nobody.id, nobody.link_generation);
        let nobody = insert_attendee(&mut tx, conference.key, &nobody, &link.hash()).await?;
        if let Some(found) = found {
            tx.undo().await?;
            enqueue_within_limits(&mut tx, found.attendee.key, MailKind::PersonalLink, now).await?;
        } else {
            // A person without an address and external id cannot be on the roll already.
            let nobody = nobody.ok_or(Refusal::DuplicateAttendee)?;
            enqueue_within_limits(&mut tx, nobody, MailKind::PersonalLink, now).await?;
            tx.undo().await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// A stand-in for a person who is not on the roll.
fn nobody(id: AttendeeId) -> Result<Attendee, Refusal> {
    let nobody = NewAttendee::parse(&PersonText { name: "nobody", ..PersonText::default() });
    let invalid = |_| Refusal::invalid("/name", "invalid", "nobody has no name");
    Ok(nobody.map_err(invalid)?.registered(id))
}
