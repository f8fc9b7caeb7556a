//! Badge codes: the locators that find a person, and the generation of their code. Never a secret.

use urna_core::{Attendee, Conference};

use crate::attendees::{OnRoll, find_attendee_by_key};
use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::Key;

/// The stored part of a badge code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// 20 bits; unique within a conference.
    pub locator: u32,
    /// From 1; older generations are void.
    pub generation: u32,
}

fn badge(locator: i64, generation: i64) -> Result<Badge, StoreError> {
    Ok(Badge {
        locator: u32::try_from(locator).or_corrupt("badge_codes.locator")?,
        generation: u32::try_from(generation).or_corrupt("badge_codes.generation")?,
    })
}

/// Gives a person their first badge code; `false` if somebody else has the locator.
pub async fn insert_badge(
    tx: &mut Tx,
    conference: Key<Conference>,
    attendee: Key<Attendee>,
    badge: Badge,
) -> Result<bool, StoreError> {
    const SQL: &str = "insert into badge_codes (attendee_id, conference_id, locator, generation) \
                       values ($1, $2, $3, $4) on conflict do nothing";
    let (locator, generation) = (i64::from(badge.locator), i64::from(badge.generation));
    Ok(execute!(tx, SQL, attendee.number(), conference.number(), locator, generation)? == 1)
}

/// Makes a generation of an attendee's code the valid one.
pub async fn set_badge_generation(tx: &mut Tx, attendee: Key<Attendee>, generation: u32) -> Result<(), StoreError> {
    const SQL: &str = "update badge_codes set generation = $2 where attendee_id = $1";
    execute!(tx, SQL, attendee.number(), i64::from(generation))?;
    Ok(())
}

/// An attendee's badge, if one was ever made.
pub async fn find_badge_of(tx: &mut Tx, attendee: Key<Attendee>) -> Result<Option<Badge>, StoreError> {
    const SQL: &str = "select locator, generation from badge_codes where attendee_id = $1";
    let row = fetch_optional!(tx, (i64, i64), SQL, attendee.number())?;
    row.map(|(locator, generation)| badge(locator, generation)).transpose()
}

/// The person with this locator; if nobody has it, the nearest one before it (else after it). With the generation
/// of their code; `None` if the conference has no badge.
///
/// An unused locator costs the same reads as a used one, so that timing does not tell which are in use.
pub async fn find_nearest_badge(
    tx: &mut Tx,
    conference: Key<Conference>,
    locator: u32,
) -> Result<Option<(OnRoll, Badge)>, StoreError> {
    const SQL: &str = "select attendee_id, locator, generation from badge_codes \
                       where conference_id = $1 and locator >= coalesce((select max(locator) from badge_codes \
                       where conference_id = $1 and locator <= $2), 0) order by locator limit 1";
    let row = fetch_optional!(tx, (i64, i64, i64), SQL, conference.number(), i64::from(locator))?;
    let Some((attendee, locator, generation)) = row else {
        return Ok(None);
    };
    let badge = badge(locator, generation)?;
    Ok(find_attendee_by_key(tx, Key::new(attendee)).await?.map(|on_roll| (on_roll, badge)))
}
