//! Issues the code for a person's badge.

use serde_json::json;
use urna_core::{AttendeeId, BadgeCode};
use urna_store::Tx;
use urna_store::attendees::{OnRoll, delete_sessions_of};
use urna_store::badge_codes::{self as store, Badge};
use urna_store::conferences::get_conference;

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, HelpAttendees};
use crate::failure::Failure;
use crate::random;

/// The most attempts at drawing a free locator; a hundred thousand people take a tenth of the million places.
const MOST_DRAWS: usize = 100;

impl App {
    /// Returns a person's badge code; the same each time, unless `replace` voids it, and the person's sessions, and
    /// makes a new one.
    ///
    /// # Errors
    /// [`crate::Refusal::NotFound`] if the attendee does not exist.
    pub async fn issue_badge_code(
        &self,
        by: &Authority<HelpAttendees>,
        id: AttendeeId,
        replace: bool,
    ) -> Result<BadgeCode, Failure> {
        let mut tx = self.write().await?;
        let found = super::load_for_change(&mut tx, id).await?;
        let badge = match store::find_badge_of(&mut tx, found.attendee.key).await? {
            Some(badge) if replace => {
                let badge = Badge { generation: badge.generation + 1, ..badge };
                store::set_badge_generation(&mut tx, found.attendee.key, badge.generation).await?;
                // Anyone signed in with the older code may not be the person.
                delete_sessions_of(&mut tx, found.attendee.key).await?;
                badge
            }
            Some(badge) => badge,
            None => first_badge(&mut tx, &found).await?,
        };
        let conference = get_conference(&mut tx, found.conference).await?;
        let entry = AuditEntry::new(self.now(), by.actor(), "badge_code.issued").conference(conference.id).subject(id);
        entry.details(json!({ "replaced": replace && badge.generation > 1 })).record(&mut tx).await?;
        tx.commit().await?;
        Ok(self.keys.badge.code(badge.locator, id, badge.generation))
    }
}

/// Draws a locator that is free within the conference.
async fn first_badge(tx: &mut Tx, found: &OnRoll) -> Result<Badge, Failure> {
    for _ in 0..MOST_DRAWS {
        let locator = u32::from_be_bytes(random::bytes()) & BadgeCode::LARGEST_LOCATOR;
        let badge = Badge { locator, generation: 1 };
        if store::insert_badge(tx, found.conference, found.attendee.key, badge).await? {
            return Ok(badge);
        }
    }
    Err(Failure::Overloaded)
}
