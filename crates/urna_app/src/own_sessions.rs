//! People list their own sessions and end them: on a lost phone, or on the tablet at the desk.

use urna_core::{SessionId, Timestamp};
use urna_store::{attendees, organisers};

use crate::app::App;
use crate::attendee_sessions;
use crate::failure::{Failure, Refusal, Thing};
use crate::organisers::{IDLE_SECONDS, SESSION_SECONDS, SignedIn};
use crate::sessions::Voter;

/// A session, as shown to its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// The time when it began.
    pub created_at: Timestamp,
    /// The time of the last use, if that is kept.
    pub last_used_at: Option<Timestamp>,
    /// The time when it ends at the latest.
    pub expires_at: Timestamp,
    /// Whether this session sent the request.
    pub is_current: bool,
}

const HOUR: i64 = 3600 * 1_000_000;

/// An attendee's session, to the hour: the exact second could tell when somebody was about to vote.
fn of_attendee(token_hash: &[u8; 32], expires_at: Timestamp, voter: &Voter) -> OwnSession {
    let created = expires_at.plus_seconds(-attendee_sessions::SESSION_SECONDS).as_micros();
    let to_hour = |micros: i64| Timestamp::from_micros(micros.div_euclid(HOUR) * HOUR).unwrap_or(expires_at);
    OwnSession {
        id: SessionId::of(token_hash),
        created_at: to_hour(created),
        last_used_at: None,
        expires_at: to_hour(expires_at.as_micros().saturating_add(HOUR - 1)),
        is_current: *token_hash == voter.token_hash,
    }
}

fn of_organiser(session: &organisers::ListedSession, signed_in: &SignedIn) -> OwnSession {
    OwnSession {
        id: SessionId::of(&session.token_hash),
        created_at: session.expires_at.plus_seconds(-SESSION_SECONDS),
        last_used_at: Some(session.last_used_at),
        expires_at: session.expires_at,
        is_current: session.token_hash == signed_in.token_hash,
    }
}

impl App {
    /// The sessions of an attendee that have not ended, newest first; there are never many.
    pub async fn list_sessions(&self, voter: &Voter) -> Result<Vec<OwnSession>, Failure> {
        let mut tx = self.read().await?;
        let sessions = attendees::list_sessions(&mut tx, voter.on_roll.attendee.key).await?;
        let running = sessions.iter().rev().filter(|(_, expires_at)| *expires_at > self.now());
        Ok(running.map(|(token_hash, expires_at)| of_attendee(token_hash, *expires_at, voter)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if the attendee has no such session, or no longer.
    pub async fn find_own_session(&self, voter: &Voter, id: SessionId) -> Result<OwnSession, Failure> {
        let found = self.list_sessions(voter).await?.into_iter().find(|session| session.id == id);
        Ok(found.ok_or(Refusal::NotFound(Thing::Session))?)
    }

    /// Ends one of an attendee's own sessions. Once this returns, no instance records a vote from that session.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if the attendee has no such session.
    pub async fn end_session(&self, voter: &Voter, id: SessionId) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        let sessions = attendees::list_sessions(&mut tx, voter.on_roll.attendee.key).await?;
        let found = sessions.iter().find(|(token_hash, _)| SessionId::of(token_hash) == id);
        let (token_hash, _) = found.ok_or(Refusal::NotFound(Thing::Session))?;
        attendees::delete_session(&mut tx, token_hash).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The sessions of an organiser that have not ended, newest first; there are never many.
    pub async fn list_organiser_sessions(&self, signed_in: &SignedIn) -> Result<Vec<OwnSession>, Failure> {
        let now = self.now();
        let mut tx = self.read().await?;
        let sessions = organisers::list_sessions(&mut tx, signed_in.key).await?;
        let is_running = |session: &&organisers::ListedSession| {
            session.expires_at > now && session.last_used_at.plus_seconds(IDLE_SECONDS) > now
        };
        Ok(sessions.iter().rev().filter(is_running).map(|session| of_organiser(session, signed_in)).collect())
    }

    /// Ends one of an organiser's own sessions.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if the organiser has no such session.
    pub async fn end_organiser_session(&self, signed_in: &SignedIn, id: SessionId) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        let sessions = organisers::list_sessions(&mut tx, signed_in.key).await?;
        let found = sessions.iter().find(|session| SessionId::of(&session.token_hash) == id);
        let found = found.ok_or(Refusal::NotFound(Thing::Session))?;
        organisers::delete_session(&mut tx, &found.token_hash).await?;
        tx.commit().await?;
        Ok(())
    }
}
