//! Signing attendees in and out.

use std::sync::Arc;

use urna_core::audit::Actor;
use urna_core::keys::{LinkToken, Token};
use urna_core::{Attendee, BadgeCode, Conference, Language, Slug};
use urna_store::attendees::{self as store, OnRoll};
use urna_store::badge_codes::find_nearest_badge;
use urna_store::changes::ChangeMark;
use urna_store::conferences::{find_conference, get_conference};
use urna_store::{Stored, Tx};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::conferences;
use crate::failure::{Failure, Refusal};
use crate::limits::Network;
use crate::random;
use crate::roll;
use crate::sessions::{LinkHolder, NewSession, Voter};

/// A session ends after twelve hours: a day at a conference.
pub(crate) const SESSION_SECONDS: i64 = 12 * 3600;

/// The most sessions of a person: each tablet at a desk, phone and laptop, and some. Then the oldest ends.
const MOST_SESSIONS: u32 = 20;

impl App {
    /// The holder of this link. Changes nothing, however often a mail scanner opens the link.
    ///
    /// # Errors
    /// [`Refusal::LinkInvalid`], [`Refusal::LinkReplaced`], [`Refusal::LinkExpired`].
    pub async fn find_link_holder(&self, token: &LinkToken) -> Result<LinkHolder, Failure> {
        let mut tx = self.read().await?;
        let (on_roll, conference) = self.holder(&mut tx, token).await?;
        Ok(LinkHolder { attendee: on_roll.attendee.value, conference: conference.value })
    }

    async fn holder(&self, tx: &mut Tx, token: &LinkToken) -> Result<(OnRoll, Stored<Conference>), Failure> {
        let found = store::find_personal_link(tx, &token.hash()).await?;
        let (on_roll, generation) = found.ok_or(Refusal::LinkInvalid)?;
        let conference = get_conference(tx, on_roll.conference).await?;
        if generation != on_roll.attendee.link_generation {
            return Err(Refusal::LinkReplaced(conference.value.slug).into());
        }
        if conferences::is_over(tx, &conference, self.now()).await? {
            return Err(Refusal::LinkExpired(conference.value.slug).into());
        }
        Ok((on_roll, conference))
    }

    /// Signs an attendee in through their personal link, as often as they like. The first time proves the mailbox.
    ///
    /// # Errors
    /// [`Refusal::LinkInvalid`], [`Refusal::LinkReplaced`], [`Refusal::LinkExpired`].
    pub async fn sign_in_by_link(&self, link: &LinkToken) -> Result<NewSession<LinkHolder>, Failure> {
        let mark = self.db.changes().mark();
        let mut tx = self.write().await?;
        // Lock the row, then read again: somebody may be replacing the link, or changing or erasing the person.
        let (found, _conference) = self.holder(&mut tx, link).await?;
        store::lock_attendee(&mut tx, found.attendee.key).await?;
        let (mut on_roll, conference) = self.holder(&mut tx, link).await?;
        let attendee = &mut on_roll.attendee;
        let mut entry = None;
        if attendee.value.prove_mailbox(conference.registration, &conference.listed_domains) {
            roll::save(&mut tx, attendee).await?;
            let event =
                AuditEntry::new(self.now(), Actor::Attendee, "attendee.mailbox_proven").conference(conference.id);
            entry = Some(event.subject(attendee.id).details(serde_json::json!({"status": attendee.status.as_str()})));
        }
        self.begin_session(tx, on_roll, conference, mark, entry).await
    }

    /// Signs an attendee in with the code on their badge, as often as they like. It proves no mailbox.
    ///
    /// `network` is the network of the attempt. Attempts are limited by it alone, generously enough for a hall full
    /// of people behind one address. They are never limited by person: anyone who saw a badge could lock that
    /// person out.
    ///
    /// # Errors
    /// [`Refusal::TooManyAttempts`]; [`Refusal::BadgeCodeInvalid`] if the conference or the code is not known;
    /// [`Refusal::LinkExpired`] if the conference is over.
    pub async fn sign_in_by_badge(
        &self,
        conference: &Slug,
        code: BadgeCode,
        network: Network,
    ) -> Result<NewSession<LinkHolder>, Failure> {
        self.limits.try_badge_code(network)?;
        let mark = self.db.changes().mark();
        // A read transaction: a guesser must not keep the writer from voters.
        let mut tx = self.read().await?;
        let found = find_conference(&mut tx, conference).await?;
        let conference = found.ok_or(Refusal::BadgeCodeInvalid)?;
        let found = self.badge_holder(&mut tx, &conference, code).await?;
        drop(tx);
        let mut tx = self.write().await?;
        store::lock_attendee(&mut tx, found.attendee.key).await?;
        let on_roll = self.badge_holder(&mut tx, &conference, code).await?;
        if conferences::is_over(&mut tx, &conference, self.now()).await? {
            return Err(Refusal::LinkExpired(conference.value.slug).into());
        }
        self.begin_session(tx, on_roll, conference, mark, None).await
    }

    async fn badge_holder(
        &self,
        tx: &mut Tx,
        conference: &Stored<Conference>,
        code: BadgeCode,
    ) -> Result<OnRoll, Failure> {
        // If nobody has this locator, compare with the neighbour's code, so that timing does not tell.
        let nearest = find_nearest_badge(tx, conference.key, code.locator()).await?;
        let (on_roll, badge) = nearest.ok_or(Refusal::BadgeCodeInvalid)?;
        if code != self.keys.badge.code(badge.locator, on_roll.attendee.id, badge.generation) {
            return Err(Refusal::BadgeCodeInvalid.into());
        }
        Ok(on_roll)
    }

    /// Begins a session; `entry`, if any, is the audit entry for a change that came with it.
    async fn begin_session(
        &self,
        mut tx: Tx,
        on_roll: OnRoll,
        conference: Stored<Conference>,
        mark: Option<ChangeMark>,
        entry: Option<AuditEntry>,
    ) -> Result<NewSession<LinkHolder>, Failure> {
        let token = Token::new(random::bytes());
        let expires_at = self.now().plus_seconds(SESSION_SECONDS);
        store::delete_oldest_sessions(&mut tx, on_roll.attendee.key, MOST_SESSIONS - 1).await?;
        store::insert_session(&mut tx, &token.hash(), on_roll.attendee.key, expires_at).await?;
        if let Some(entry) = entry {
            entry.record(&mut tx).await?;
        }
        tx.commit().await?;
        let who = LinkHolder { attendee: on_roll.attendee.value.clone(), conference: conference.value.clone() };
        self.signed_in(
            Voter { on_roll, conference: self.sessions.share(conference), expires_at, token_hash: token.hash() },
            mark,
        );
        Ok(NewSession { token, expires_at, who })
    }

    fn signed_in(&self, voter: Voter, mark: Option<ChangeMark>) -> Arc<Voter> {
        let voter = Arc::new(voter);
        if let Some(mark) = mark {
            self.sessions.remember(&voter, mark, self.db.changes());
        }
        voter
    }

    /// The holder of this session token, if cached.
    #[must_use]
    pub fn recall_voter(&self, token: &Token) -> Option<Arc<Voter>> {
        self.sessions.find(&token.hash(), self.db.changes(), self.now())
    }

    /// The holder of this session token; `None` if it is unknown or has ended.
    pub async fn find_voter(&self, token: &Token) -> Result<Option<Arc<Voter>>, Failure> {
        let token_hash = token.hash();
        if let Some(voter) = self.sessions.find(&token_hash, self.db.changes(), self.now()) {
            return Ok(Some(voter));
        }
        let mark = self.db.changes().mark();
        let mut tx = self.read().await?;
        let found = store::find_session(&mut tx, &token_hash).await?;
        let Some((on_roll, expires_at)) = found.filter(|(_, expires_at)| *expires_at > self.now()) else {
            return Ok(None);
        };
        let conference = self.sessions.share(get_conference(&mut tx, on_roll.conference).await?);
        Ok(Some(self.signed_in(Voter { on_roll, conference, expires_at, token_hash }, mark)))
    }

    /// Sets the language of mail to an attendee.
    pub async fn change_language(&self, voter: &Voter, language: Option<Language>) -> Result<Attendee, Failure> {
        let mut tx = self.write().await?;
        let mut found = roll::load_for_change(&mut tx, voter.attendee().id).await?;
        found.attendee.value.language = language;
        roll::save(&mut tx, &found.attendee).await?;
        tx.commit().await?;
        Ok(found.attendee.value)
    }

    /// Ends the session.
    pub async fn sign_out_attendee(&self, voter: &Voter) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        store::delete_session(&mut tx, &voter.token_hash).await?;
        tx.commit().await?;
        Ok(())
    }
}
