//! Self-registration.

use urna_core::{Attendee, AttendeeId, Email, NewAttendee, Slug};
use urna_store::attendees::{find_attendee_by_email, insert_attendee};

use crate::app::App;
use crate::conferences;
use crate::even_time::at_even_time;
use crate::failure::Failure;
use crate::limits::Network;
use crate::mail::{MailKind, enqueue_within_limits};
use crate::random;

/// A person as they describe themselves: nothing of it decides what they may vote on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrant {
    /// The address for their personal link; using the link proves that the mailbox is theirs.
    pub email: Email,
    /// Everything else. The group that they name is a claim.
    pub person: NewAttendee,
}

impl App {
    /// Takes a registration. The answer is the same whether or not the address is known: a mail with the personal
    /// link goes there in any case, and a known attendee is not changed.
    ///
    /// # Errors
    /// [`crate::Refusal::RegistrationClosed`]; [`crate::Refusal::Invalid`] for an address outside the listed
    /// domains; [`crate::Refusal::TooManyAttempts`] if this network has sent thousands of requests.
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
        // A known person is put on the roll a second time, without the address, and removed again: both paths run
        // the same number of statements and write as much.
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
                // A concurrent registration of the same person may have come first.
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
