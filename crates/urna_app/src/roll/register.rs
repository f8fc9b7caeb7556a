//! A person registers themselves.

use urna_core::{Attendee, AttendeeId, AttendeeStatus, ClaimedCategory, Country, Email, Language, PersonName, Slug};
use urna_store::attendees::{find_attendee_by_email, insert_attendee};

use crate::app::App;
use crate::conferences;
use crate::failure::Failure;
use crate::mail::{MailKind, enqueue_within_limits};
use crate::random;

/// A person as they describe themselves: nothing of it decides on what they may vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrant {
    /// Where their personal link goes; using it proves that the mailbox is theirs.
    pub email: Email,
    /// As they write it.
    pub name: PersonName,
    /// At most 200 characters.
    pub organisation: Option<String>,
    /// Where they come from.
    pub country: Option<Country>,
    /// The stakeholder group that they say they belong to.
    pub claimed_category: Option<ClaimedCategory>,
    /// In which they are written to.
    pub language: Option<Language>,
}

impl Registrant {
    fn on_roll(self, id: AttendeeId) -> Attendee {
        Attendee {
            id,
            email: Some(self.email),
            name: self.name,
            organisation: self.organisation,
            country: self.country,
            category: None,
            claimed_category: self.claimed_category,
            language: self.language,
            external_id: None,
            status: AttendeeStatus::Registered,
            verified_by: None,
            link_generation: 1,
        }
    }
}

impl App {
    /// Takes a registration. The answer is the same whether or not the address is known: either way a mail with the
    /// personal link goes there, and nothing of a known attendee changes.
    ///
    /// # Errors
    /// [`crate::Refusal::RegistrationClosed`]; [`crate::Refusal::Invalid`] for an address outside the listed domains.
    pub async fn register(&self, conference: &Slug, new: Registrant) -> Result<(), Failure> {
        let email = new.email.clone();
        let now = self.now();
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        conference.registration.admits(&email, &conference.listed_domains)?;

        let attendee = new.on_roll(AttendeeId::new(random::id(now)));
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
