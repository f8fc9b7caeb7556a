//! A person asks for their link.

use urna_core::{Email, Slug};
use urna_store::attendees::find_attendee_by_email;

use crate::app::App;
use crate::conferences;
use crate::failure::Failure;
use crate::mail::{MailKind, enqueue_within_limits};

impl App {
    /// Sends the personal link to this address, if it is on the roll; the answer does not tell.
    pub async fn request_personal_link(&self, conference: &Slug, email: &Email) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        if let Some(found) = find_attendee_by_email(&mut tx, conference.key, email).await? {
            enqueue_within_limits(&mut tx, found.attendee.key, MailKind::PersonalLink, self.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
