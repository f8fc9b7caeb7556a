//! An organiser puts a person onto the roll.

use serde_json::json;
use urna_core::{
    Attendee, AttendeeId, AttendeeStatus, Category, Country, Email, Language, PersonName, Slug, VerifiedBy,
};
use urna_store::attendees::insert_attendee;

use crate::app::App;
use crate::audit::Entry;
use crate::authority::{Authority, HelpAttendees};
use crate::conferences;
use crate::failure::{Failure, Refusal};
use crate::mail::{MailKind, enqueue};
use crate::random;

/// A person as an organiser describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttendee {
    /// Without one they vote with a badge code.
    pub email: Option<Email>,
    /// As they write it.
    pub name: PersonName,
    /// At most 200 characters.
    pub organisation: Option<String>,
    /// Where they come from.
    pub country: Option<Country>,
    /// Their stakeholder group: it counts, since an organiser says so.
    pub category: Option<Category>,
    /// In which they are written to.
    pub language: Option<Language>,
    /// Their id in the system that the roll came from.
    pub external_id: Option<String>,
}

impl NewAttendee {
    /// Somebody new: verified where an organiser vouches for them, else with a mailbox to prove.
    pub(crate) fn on_roll(self, id: AttendeeId, vouched_for: bool) -> Attendee {
        let status = if vouched_for { AttendeeStatus::Verified } else { AttendeeStatus::Registered };
        Attendee {
            id,
            email: self.email,
            name: self.name,
            organisation: self.organisation,
            country: self.country,
            category: self.category,
            claimed_category: None,
            language: self.language,
            external_id: self.external_id,
            status,
            verified_by: vouched_for.then_some(VerifiedBy::Organiser),
            link_generation: 1,
        }
    }
}

impl App {
    /// Puts a person onto the roll: `verified` where the organiser vouches for them; otherwise a mail with their
    /// personal link goes out, and they prove the mailbox by using it.
    ///
    /// # Errors
    /// [`Refusal::DuplicateAttendee`]; [`Refusal::Invalid`] for somebody without an address who is not vouched for.
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
        let entry = Entry::new(now, by.actor(), "attendee.added").conference(conference.id).subject(attendee.id);
        entry.details(json!({"status": attendee.status.as_str()})).record(&mut tx).await?;
        tx.commit().await?;
        Ok(attendee)
    }
}
