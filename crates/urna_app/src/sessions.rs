//! Who is signed in, remembered: a session is looked up with every request.
//!
//! What is remembered is used only while [`urna_store::changes::Changes`] says that it is still true; a cast reads the
//! person's standing anew all the same.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use urna_core::keys::Token;
use urna_core::{Attendee, Conference, Timestamp};
use urna_store::attendees::OnRoll;
use urna_store::changes::{Changes, Mark};
use urna_store::{Key, Stored};

/// A new session: its token is shown once.
#[derive(Debug)]
pub struct NewSession<T> {
    /// Goes into a cookie or an `Authorization` header.
    pub token: Token,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who signed in.
    pub who: T,
}

/// An attendee who is signed in.
#[derive(Debug)]
pub struct Voter {
    pub(crate) on_roll: OnRoll,
    pub(crate) conference: Arc<Stored<Conference>>,
    /// Until when.
    pub expires_at: Timestamp,
    pub(crate) token_hash: [u8; 32],
}

impl Voter {
    /// The person.
    #[must_use]
    pub fn attendee(&self) -> &Attendee {
        &self.on_roll.attendee.value
    }

    /// Whose roll they are on.
    #[must_use]
    pub fn conference(&self) -> &Conference {
        &self.conference.value
    }
}

/// Whom a personal link is for.
#[derive(Debug, Clone)]
pub struct LinkHolder {
    /// The person.
    pub attendee: Attendee,
    /// The conference.
    pub conference: Conference,
}

/// More than any conference has; about half a kilobyte each.
const MOST: usize = 200_000;

/// The sessions that an instance remembers.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// By the SHA-256 of the token.
    voters: HashMap<[u8; 32], (Arc<Voter>, Mark)>,
    /// One of each, for all who are on its roll.
    conferences: HashMap<Key<Conference>, Arc<Stored<Conference>>>,
}

impl Sessions {
    /// Who has the session, if that is remembered and still true.
    pub(crate) fn find(&self, token_hash: &[u8; 32], changes: &Changes, now: Timestamp) -> Option<Arc<Voter>> {
        let memory = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (voter, mark) = memory.voters.get(token_hash)?;
        let is_true = voter.expires_at > now && changes.is_attendee_as_of(voter.on_roll.attendee.key, *mark);
        is_true.then(|| Arc::clone(voter))
    }

    /// Remembers who has a session, as it was read after the mark.
    pub(crate) fn remember(&self, voter: &Arc<Voter>, mark: Mark, changes: &Changes) {
        if !changes.is_attendee_as_of(voter.on_roll.attendee.key, mark) {
            // Such as the sign-in that ended the person's oldest session: it would never be used.
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

    /// The same conference for everybody, not a copy for each.
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

    /// Forgets who is not signed in any more, and what is no longer true.
    pub(crate) fn forget_ended(&self, changes: &Changes, now: Timestamp) {
        let mut memory = self.0.write().unwrap_or_else(PoisonError::into_inner);
        memory.voters.retain(|_, (voter, mark)| {
            voter.expires_at > now && changes.is_attendee_as_of(voter.on_roll.attendee.key, *mark)
        });
    }
}
