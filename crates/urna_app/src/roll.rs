//! The roll of a conference: adding people, and helping them.

mod add_attendee;
mod approve_attendee;
mod block_attendee;
mod change_attendee;
mod erase_attendee;
mod find_attendees;
mod issue_badge_code;
mod issue_personal_link;
mod register;
mod request_personal_link;

pub use issue_personal_link::{Delivery, IssuedLink, PersonalLink};
pub use register::Registrant;

use serde_json::Value;
use urna_core::keys::LinkToken;
use urna_core::{Attendee, AttendeeId};
use urna_store::attendees::{self as store, OnRoll};
use urna_store::ballots::list_running;
use urna_store::conferences::{get_conference, lock_conference};
use urna_store::{BallotLock, Exclusive, StoreError, Stored, Tx, lock};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Permission};
use crate::failure::{Failure, Refusal, Thing};

/// The attendee with this id, or the refusal.
pub(crate) async fn load(tx: &mut Tx, id: AttendeeId) -> Result<OnRoll, Failure> {
    Ok(store::find_attendee(tx, id).await?.ok_or(Refusal::NotFound(Thing::Attendee))?)
}

/// The attendee with this id, their row locked until the transaction ends.
pub(crate) async fn load_for_change(tx: &mut Tx, id: AttendeeId) -> Result<OnRoll, Failure> {
    let found = load(tx, id).await?;
    store::lock_attendee(tx, found.attendee.key).await?;
    load(tx, id).await
}

/// The attendee with this id, and the exclusive locks of every running ballot of their conference: until the
/// transaction ends, nobody casts a vote there, and no ballot opens. Required for any change of who may vote.
pub(crate) async fn load_between_casts(
    app: &App,
    tx: &mut Tx,
    id: AttendeeId,
) -> Result<(OnRoll, Vec<BallotLock<Exclusive>>), Failure> {
    let found = load(tx, id).await?;
    lock_conference(tx, found.conference).await?;
    let mut locks = Vec::new();
    for ballot in list_running(tx, found.conference).await? {
        locks.push(lock::lock_for_change(tx, ballot, app.clock.for_lock()).await?);
    }
    Ok((load_for_change(tx, id).await?, locks))
}

/// Saves a changed attendee; refuses if somebody else has the address or the external id.
pub(crate) async fn save(tx: &mut Tx, attendee: &Stored<Attendee>) -> Result<(), Failure> {
    if store::set_attendee(tx, attendee).await? { Ok(()) } else { Err(Refusal::DuplicateAttendee.into()) }
}

/// Makes the attendee's current generation of the personal link the valid one, and ends every session: anyone
/// signed in through an older link may not be the person.
pub(crate) async fn replace_link(app: &App, tx: &mut Tx, attendee: &Stored<Attendee>) -> Result<LinkToken, StoreError> {
    let token = app.keys.link.token(attendee.id, attendee.link_generation);
    store::insert_personal_link(tx, attendee.key, attendee.link_generation, &token.hash()).await?;
    store::set_link_generation(tx, attendee.key, attendee.link_generation).await?;
    store::delete_sessions_of(tx, attendee.key).await?;
    Ok(token)
}

impl App {
    /// Records a change of a person in the audit log.
    async fn record_change<P: Permission>(
        &self,
        tx: &mut Tx,
        by: &Authority<P>,
        on_roll: &OnRoll,
        (action, details): (&str, Value),
    ) -> Result<(), Failure> {
        let conference = get_conference(tx, on_roll.conference).await?;
        let entry = AuditEntry::new(self.now(), by.actor(), action).conference(conference.id);
        entry.subject(on_roll.attendee.id).details(details).record(tx).await?;
        Ok(())
    }
}
