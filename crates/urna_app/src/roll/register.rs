//! A person registers themselves.

use urna_core::{Attendee, AttendeeId, Email, NewAttendee, Slug};
use urna_store::attendees::{find_attendee_by_email, insert_attendee};

use crate::app::App;
use crate::conferences;
use crate::even_time::at_even_time;
use crate::failure::Failure;
use crate::limits::Network;
use crate::mail::{MailKind, enqueue_within_limits};
use crate::random;

/// A person as they describe themselves: nothing of it decides on what they may vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrant {
    /// Where their personal link goes; using it proves that the mailbox is theirs.
    pub email: Email,
    /// The rest. The group that they name is a claim.
    pub person: NewAttendee,
}

impl App {
    /// Takes a registration. The answer is the same whether or not the address is known: either way a mail with the
    /// personal link goes there, and nothing of a known attendee changes.
    ///
    /// # Errors
    /// [`crate::Refusal::RegistrationClosed`]; [`crate::Refusal::Invalid`] for an address outside the listed domains;
    /// [`crate::Refusal::TooManyAttempts`] where this network asks for thousands.
    pub async fn register(&self, conference: &Slug, new: Registrant, network: Network) -> Result<(), Failure> {
        self.limits.try_asking_for_mail(network)?;
        at_even_time(Box::pin(self.put_on_roll(conference, new))).await
    }

    async fn put_on_roll(&self, conference: &Slug, new: Registrant) -> Result<(), Failure> {
        let email = new.email.clone();
        let now = self.now();
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        conference.registration.admits(&email, &conference.listed_domains)?;

        let person = NewAttendee { email: Some(new.email), ..new.person };
        let attendee = person.registered(AttendeeId::new(random::id(now)));
        let link = self.keys.link.token(attendee.id, attendee.link_generation);
        // Who is known is put onto the roll a second time, without the address, and taken off again: both ways cost the same
        // statements, and write as much.
        let known = find_attendee_by_email(&mut tx, conference.key, &email).await?;
        let email_of_row = attendee.email.clone().filter(|_| known.is_none());
        let row = Attendee { email: email_of_row, ..attendee };
        tx.begin_undoable().await?;
        let added = insert_attendee(&mut tx, conference.key, &row, &link.hash()).await?;
        let known = match (known, added) {
            (None, Some(added)) => {
                tx.keep().await?;
                Some(added)
            }
            (known, added) => {
                tx.undo().await?;
                // Another registration of the same person may have been faster.
                let faster =
                    if added.is_none() { find_attendee_by_email(&mut tx, conference.key, &email).await? } else { None };
                known.or(faster).map(|known| known.attendee.key)
            }
        };
        if let Some(key) = known {
            enqueue_within_limits(&mut tx, key, MailKind::PersonalLink, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
