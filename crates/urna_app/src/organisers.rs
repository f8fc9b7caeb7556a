//! Organisers and their sessions.

use std::sync::Arc;

use serde_json::json;
use urna_core::keys::Token;
use urna_core::{DeviceMark, Email, OrganiserId, Role, Timestamp};
use urna_store::conferences::list_conferences;
use urna_store::organisers::{self as store, Organiser};
use urna_store::{Key, Stored};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Appoint, Authority, Permission};
use crate::failure::{Failure, Refusal, Thing};
use crate::limits::Network;
use crate::passwords::Password;
use crate::random;
use crate::sessions::NewSession;

/// A session ends after eight hours in any case.
pub(crate) const SESSION_SECONDS: i64 = 8 * 3600;
/// A session ends after thirty minutes without use.
pub(crate) const IDLE_SECONDS: i64 = 30 * 60;
/// The use of a session is recorded at most once a minute.
const USE_RESOLUTION_SECONDS: i64 = 60;

/// The most sessions of an organiser; with one more, the oldest ends.
const MOST_SESSIONS: u32 = 10;

/// The most conferences whose names are forbidden in passwords.
const MOST_CONFERENCES: u32 = 200;

/// The place from which somebody tries to sign in as an organiser.
#[derive(Debug)]
pub struct SignInFrom {
    /// The network of the request.
    pub network: Network,
    /// The marks that the browser sent, genuine or not; several organisers may share one browser.
    pub devices: Vec<DeviceMark>,
}

/// A signed-in organiser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The organiser.
    pub organiser: Organiser,
    /// The time when the session ends in any case.
    pub expires_at: Timestamp,
    pub(crate) key: Key<Organiser>,
    pub(crate) token_hash: [u8; 32],
}

impl SignedIn {
    /// The authority with permission `P`, if the role suffices.
    pub fn authority<P: Permission>(&self) -> Result<Authority<P>, Refusal> {
        Authority::of(self.organiser.id, self.organiser.role).ok_or(Refusal::Forbidden)
    }
}

impl App {
    /// Appoints an organiser.
    ///
    /// # Errors
    /// [`Refusal::DuplicateOrganiser`]; [`Refusal::Invalid`] for a weak password.
    pub async fn create_organiser(
        &self,
        by: &Authority<Appoint>,
        email: Email,
        role: Role,
        password: Password,
    ) -> Result<Organiser, Failure> {
        let context = self.words_around(&email).await?;
        password.check_strength(&context.iter().map(String::as_str).collect::<Vec<_>>())?;
        let hash = self.passwords.hash(password).await?;
        let now = self.now();
        let organiser =
            Organiser { id: OrganiserId::new(random::id(now)), email, role, created_at: now, disabled_at: None };
        let mut tx = self.write().await?;
        if !store::insert_organiser(&mut tx, &organiser, &hash).await? {
            return Err(Refusal::DuplicateOrganiser.into());
        }
        let entry = AuditEntry::new(now, by.actor(), "organiser.created").subject(organiser.id);
        entry.details(json!({"role": role.as_str()})).record(&mut tx).await?;
        tx.commit().await?;
        Ok(organiser)
    }

    /// Words that a password must not be made of: the account's address, the service's address, the conferences' names.
    async fn words_around(&self, email: &Email) -> Result<Vec<String>, Failure> {
        let mut tx = self.read().await?;
        let conferences = list_conferences(&mut tx, None, MOST_CONFERENCES).await?;
        let conferences = conferences.into_iter().flat_map(|found| [found.value.name, found.value.slug.to_string()]);
        Ok([email.to_string(), self.config.public_url.clone()].into_iter().chain(conferences).collect())
    }

    /// Everybody who is or was an organiser, oldest first, starting after `after`; at most `limit`.
    pub async fn list_organisers(
        &self,
        _by: &Authority<Appoint>,
        after: Option<OrganiserId>,
        limit: u32,
    ) -> Result<Vec<Organiser>, Failure> {
        let mut tx = self.read().await?;
        let rows = store::list_organisers(&mut tx, after, limit).await?;
        Ok(rows.into_iter().map(|stored| stored.value).collect())
    }

    /// Ends an organiser's access and sessions. Their id stays, so that the audit log keeps its meaning.
    ///
    /// # Errors
    /// [`Refusal::LastOwner`] if nobody could appoint organisers any more.
    pub async fn disable_organiser(&self, by: &Authority<Appoint>, id: OrganiserId) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.write().await?;
        let owners = store::lock_owners(&mut tx).await?;
        let found = store::find_organiser(&mut tx, id).await?.filter(|found| found.disabled_at.is_none());
        let found = found.ok_or(Refusal::NotFound(Thing::Organiser))?;
        if found.role == Role::Owner && owners <= 1 {
            return Err(Refusal::LastOwner.into());
        }
        if !store::set_disabled(&mut tx, found.key, now).await? {
            // Somebody else has just done it.
            return Err(Refusal::NotFound(Thing::Organiser).into());
        }
        AuditEntry::new(now, by.actor(), "organiser.disabled").subject(id).record(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The same for the command line, which identifies people by address.
    pub async fn disable_organiser_by_email(&self, by: &Authority<Appoint>, email: &Email) -> Result<(), Failure> {
        let mut tx = self.read().await?;
        let (found, _hash) =
            store::find_organiser_by_email(&mut tx, email).await?.ok_or(Refusal::NotFound(Thing::Organiser))?;
        drop(tx);
        self.disable_organiser(by, found.id).await
    }

    /// Signs an organiser in; returns the session, and the mark for the browser to keep.
    ///
    /// # Errors
    /// [`Refusal::InvalidCredentials`] for an unknown address and a wrong password alike, after the same time;
    /// [`Refusal::TooManyAttempts`] after many attempts from one place.
    pub async fn sign_in_organiser(
        self: &Arc<Self>,
        email: &str,
        password: Password,
        from: SignInFrom,
    ) -> Result<(NewSession<Organiser>, DeviceMark), Failure> {
        let email = Email::canonical(email).map_err(|_| Refusal::InvalidCredentials)?;
        let now = self.now();
        let device = from.devices.iter().find(|mark| self.keys.device.knows(mark, &email, now));
        let lane = self.limits.try_organiser_sign_in(&email, from.network, device)?;
        let mut tx = self.read().await?;
        let (organiser, hash) = store::find_organiser_by_email(&mut tx, &email).await?.unzip();
        drop(tx);
        let fits = self.passwords.verify(lane, password, hash).await?;
        let organiser = organiser.ok_or(None);
        let organiser = organiser.and_then(|organiser| if fits { Ok(organiser) } else { Err(Some(organiser.id)) });
        let organiser = organiser.map_err(|tried| {
            self.failed_sign_ins.count(tried, now);
            Refusal::InvalidCredentials
        })?;

        let now = self.now();
        let token = Token::new(random::bytes());
        let expires_at = now.plus_seconds(SESSION_SECONDS);
        let mut tx = self.write().await?;
        store::lock_organiser(&mut tx, organiser.key).await?;
        let idle_since = now.plus_seconds(-IDLE_SECONDS);
        store::delete_oldest_sessions(&mut tx, organiser.key, MOST_SESSIONS - 1, idle_since).await?;
        store::insert_session(&mut tx, &token.hash(), organiser.key, now, expires_at).await?;
        let actor = urna_core::audit::Actor::Organiser(organiser.id);
        AuditEntry::new(now, actor, "organiser.signed_in").subject(organiser.id).record(&mut tx).await?;
        tx.commit().await?;
        let device = device.map_or_else(random::bytes, |known| *known.id());
        let device = self.keys.device.mark(&email, device, now);
        Ok((NewSession { token, expires_at, who: organiser.value }, device))
    }

    /// The organiser with this session token; counts as a use. `None` if the token is unknown or the session has ended.
    pub async fn find_organiser_session(&self, token: &Token) -> Result<Option<SignedIn>, Failure> {
        let now = self.now();
        let token_hash = token.hash();
        let mut tx = self.read().await?;
        let Some(session) = store::find_session(&mut tx, &token_hash).await? else { return Ok(None) };
        drop(tx);
        if session.expires_at <= now || session.last_used_at.plus_seconds(IDLE_SECONDS) <= now {
            return Ok(None);
        }
        if session.last_used_at.plus_seconds(USE_RESOLUTION_SECONDS) <= now {
            let mut tx = self.write().await?;
            store::set_session_used(&mut tx, &token_hash, now).await?;
            tx.commit().await?;
        }
        let Stored { key, value: organiser } = session.organiser;
        Ok(Some(SignedIn { organiser, expires_at: session.expires_at, key, token_hash }))
    }

    /// Ends the session.
    pub async fn sign_out_organiser(&self, session: &SignedIn) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        store::delete_session(&mut tx, &session.token_hash).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes ended sessions and old attempts. Called regularly by the server.
    pub async fn tidy_up(&self) -> Result<(), Failure> {
        let now = self.now();
        self.limits.forget_idle();
        self.sessions.forget_ended(self.db.changes(), now);
        let mut tx = self.write().await?;
        store::delete_expired_sessions(&mut tx, now).await?;
        urna_store::attendees::delete_expired_sessions(&mut tx, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
