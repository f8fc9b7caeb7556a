//! Issues a personal link at the desk.

use serde_json::json;
use urna_core::keys::LinkToken;
use urna_core::{AttendeeId, Timestamp};
use urna_store::conferences::{find_voting, get_conference};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::{Failure, Refusal};
use crate::mail::{MailKind, enqueue};

/// The way a link reaches its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By mail.
    Email,
    /// On the organiser's screen.
    Show,
}

/// The outcome.
#[derive(Debug)]
pub enum IssuedLink {
    /// A mail is on its way.
    Mailed,
    /// The link itself.
    Shown(PersonalLink),
}

/// A personal link.
#[derive(Debug)]
pub struct PersonalLink {
    /// `https://host/l/TOKEN`.
    pub url: String,
    /// The secret in it.
    pub token: LinkToken,
    /// The end of the conference or of its last ballot; if that ballot has no closing time, the earliest possible end.
    pub expires_at: Timestamp,
}

impl App {
    /// Returns or mails a person's personal link; the same as in every mail, unless `replace` voids it, and all the
    /// person's sessions, and makes a new one.
    ///
    /// # Errors
    /// [`Refusal::NoAddress`] if it is to be mailed and there is no address.
    pub async fn issue_personal_link(
        &self,
        by: &Authority<HelpAttendees>,
        id: AttendeeId,
        delivery: Delivery,
        replace: bool,
    ) -> Result<IssuedLink, Failure> {
        let now = self.now();
        let mut tx = self.write().await?;
        let found = super::load_for_change(&mut tx, id).await?;
        let mut attendee = found.attendee;
        if delivery == Delivery::Email && attendee.email.is_none() {
            return Err(Refusal::NoAddress.into());
        }
        let token = if replace {
            attendee.value.link_generation += 1;
            super::replace_link(self, &mut tx, &attendee).await?
        } else {
            self.keys.link.token(id, attendee.link_generation)
        };
        let conference = get_conference(&mut tx, found.conference).await?;
        let issued = match delivery {
            Delivery::Email => {
                enqueue(&mut tx, attendee.key, MailKind::PersonalLink, now).await?;
                IssuedLink::Mailed
            }
            Delivery::Show => {
                let url = self.personal_link_url(&token);
                let voting = find_voting(&mut tx, found.conference, now).await?;
                IssuedLink::Shown(PersonalLink { url, token, expires_at: conference.is_open_until(voting) })
            }
        };
        let shown = delivery == Delivery::Show;
        let entry = AuditEntry::new(now, by.actor(), "personal_link.issued").conference(conference.id).subject(id);
        entry.details(json!({"shown": shown, "replaced": replace})).record(&mut tx).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// The address that a personal link leads to.
    pub(crate) fn personal_link_url(&self, token: &LinkToken) -> String {
        format!("{}/l/{}", self.config.public_url, token.reveal())
    }
}
