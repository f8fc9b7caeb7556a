//! Corrects a person's data at the desk.

use serde_json::{Map, Value, json};
use urna_core::{Attendee, AttendeeStatus, NewAttendee};
use urna_store::outbox::delete_unsent;
use urna_store::{Stored, Tx};

use crate::app::App;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::{Failure, Refusal};
use crate::mail::{MailKind, enqueue};

impl App {
    /// Replaces a person's data, if it is unchanged since the caller read it. Standing and link stay, unless the
    /// address becomes another mailbox: see [`Attendee::move_to`]. A given stakeholder group counts, and settles
    /// the person's claim; `keeps_claim` is false if an organiser removes the claim.
    ///
    /// # Errors
    /// [`Refusal::PreconditionFailed`]; [`Refusal::DuplicateAttendee`].
    pub async fn change_attendee(
        &self,
        by: &Authority<HelpAttendees>,
        seen: &Attendee,
        wanted: NewAttendee,
        keeps_claim: bool,
    ) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        // Required: a new group or address changes who may vote.
        let (found, _locks) = super::load_between_casts(self, &mut tx, seen.id).await?;
        if found.attendee.value != *seen {
            return Err(Refusal::PreconditionFailed.into());
        }
        let NewAttendee { email, name, organisation, country, category, language, external_id } = wanted;
        let mut value = Attendee { name, organisation, country, language, external_id, ..found.attendee.value.clone() };
        value.claimed_category = value.claimed_category.filter(|_| keeps_claim);
        value.assign(category);
        let moved = value.move_to(email);
        let changed = Stored { key: found.attendee.key, value };
        super::save(&mut tx, &changed).await?;
        let mut details = Map::new();
        if changed.category != found.attendee.category {
            // Recorded because it decides who may vote on what.
            details.insert("category".to_owned(), json!(changed.category));
        }
        if moved {
            self.begin_anew(&mut tx, &changed).await?;
            details.insert("address".to_owned(), json!("changed"));
            details.insert("status".to_owned(), json!(changed.status.as_str()));
        }
        let details = if details.is_empty() { Value::Null } else { Value::Object(details) };
        self.record_change(&mut tx, by, &found, ("attendee.changed", details)).await?;
        tx.commit().await?;
        Ok(changed.value)
    }

    /// Replaces the way in with the mailbox: a reader of the old one loses link and sessions, and the new one gets
    /// the link. Mail still waiting for the old address is not sent a second time.
    async fn begin_anew(&self, tx: &mut Tx, attendee: &Stored<Attendee>) -> Result<(), Failure> {
        super::replace_link(self, tx, attendee).await?;
        delete_unsent(tx, attendee.key).await?;
        if attendee.email.is_some() && attendee.status != AttendeeStatus::Blocked {
            enqueue(tx, attendee.key, MailKind::PersonalLink, self.now()).await?;
        }
        Ok(())
    }
}
