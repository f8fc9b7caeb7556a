//! A cache of sessions: every request looks its session up.
//!
//! An entry is used only while [`urna_store::changes::Changes`] confirms it. A cast reads the person's standing
//! again in any case.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use urna_core::keys::Token;
use urna_core::{Attendee, Conference, Timestamp};
use urna_store::attendees::OnRoll;
use urna_store::changes::{ChangeMark, Changes};
use urna_store::{Key, Stored};

/// A new session: its token is shown once.
#[derive(Debug)]
pub struct NewSession<T> {
    /// Goes into a cookie or an `Authorization` header.
    pub token: Token,
    /// The time when it ends.
    pub expires_at: Timestamp,
    /// The person who signed in.
    pub who: T,
}

/// A signed-in attendee.
#[derive(Debug)]
pub struct Voter {
    pub(crate) on_roll: OnRoll,
    pub(crate) conference: Arc<Stored<Conference>>,
    /// The time when the session ends.
    pub expires_at: Timestamp,
    pub(crate) token_hash: [u8; 32],
}

impl Voter {
    /// The person.
    #[must_use]
    pub fn attendee(&self) -> &Attendee {
        &self.on_roll.attendee.value
    }

    /// The conference whose roll they are on.
    #[must_use]
    pub fn conference(&self) -> &Conference {
        &self.conference.value
    }
}

/// The holder of a personal link.
#[derive(Debug, Clone)]
pub struct LinkHolder {
    /// The person.
    pub attendee: Attendee,
    /// The conference.
    pub conference: Conference,
}

/// More than any conference has; about half a kilobyte each.
const MOST: usize = 200_000;

/// The sessions cached by an instance.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// By the SHA-256 of the token.
    voters: HashMap<[u8; 32], (Arc<Voter>, ChangeMark)>,
    /// One copy of each, shared by everybody on its roll.
    conferences: HashMap<Key<Conference>, Arc<Stored<Conference>>>,
}

impl Sessions {
    /// The holder of the session, if cached and still current.
    pub(crate) fn find(&self, token_hash: &[u8; 32], changes: &Changes, now: Timestamp) -> Option<Arc<Voter>> {
        let memory = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (voter, mark) = memory.voters.get(token_hash)?;
        let is_true = voter.expires_at > now && changes.is_attendee_as_of(voter.on_roll.attendee.key, *mark);
        is_true.then(|| Arc::clone(voter))
    }

    /// Caches the holder of a session, read after the mark.
    pub(crate) fn remember(&self, voter: &Arc<Voter>, mark: ChangeMark, changes: &Changes) {
        if !changes.is_attendee_as_of(voter.on_roll.attendee.key, mark) {
            // Out of date already, and would never be used: for example, a sign-in has just ended the person's
            // oldest session.
            return;
        }
        let mut memory = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if memory.voters.len() >= MOST {
            memory.voters.retain(|_, (voter, mark)| changes.is_attendee_as_of(voter.on_roll.attendee.key, *mark));
        }
        if memory.voters.len() < MOST {
            memory.voters.insert(voter.token_hash, (Arc::clone(voter), mark));
        }
    }

    /// Shares one copy of the conference, rather than one for each person.
    pub(crate) fn share(&self, conference: Stored<Conference>) -> Arc<Stored<Conference>> {
        let mut memory = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match memory.conferences.get(&conference.key) {
            Some(shared) if **shared == conference => Arc::clone(shared),
            _ => {
                let shared = Arc::new(conference);
                memory.conferences.insert(shared.key, Arc::clone(&shared));
                shared
            }
        }
    }

    /// Forgets ended sessions and entries that are out of date.
    pub(crate) fn forget_ended(&self, changes: &Changes, now: Timestamp) {
        let mut memory = self.0.write().unwrap_or_else(PoisonError::into_inner);
        memory.voters.retain(|_, (voter, mark)| {
            voter.expires_at > now && changes.is_attendee_as_of(voter.on_roll.attendee.key, *mark)
        });
    }
}
