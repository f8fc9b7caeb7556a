//! Conferences.

use serde_json::json;
use urna_core::conference::Voting;
use urna_core::{Conference, ConferenceId, Sha256Hash, Slug, Timestamp};
use urna_store::conferences::{self as store, Logo};
use urna_store::{StoreError, Stored, Tx};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal, Thing};
use crate::pictures::{self, PictureKind};

/// The conference with this slug, or the refusal.
pub(crate) async fn load(tx: &mut Tx, slug: &Slug) -> Result<Stored<Conference>, Failure> {
    let found = store::find_conference(tx, slug).await?;
    Ok(found.ok_or(Refusal::NotFound(Thing::Conference))?)
}

/// Whether links and badge codes have expired. Until the last day is over the database is not asked.
pub(crate) async fn is_over(tx: &mut Tx, conference: &Stored<Conference>, now: Timestamp) -> Result<bool, StoreError> {
    if !conference.is_over(Voting::Over, now) {
        return Ok(false);
    }
    Ok(conference.is_over(store::find_voting(tx, conference.key, now).await?, now))
}

fn check(conference: &Conference) -> Result<(), Refusal> {
    if conference.slug.is_reserved() {
        return Err(Refusal::invalid("/slug", "reserved", "the service itself uses this word in its addresses"));
    }
    if conference.ends_on < conference.starts_on {
        return Err(Refusal::invalid("/ends_on", "before-start", "the last day must not be before the first"));
    }
    Ok(())
}

fn check_unchanged(conference: &Conference, seen: Option<&Conference>) -> Result<(), Refusal> {
    if seen.is_some_and(|seen| seen != conference) { Err(Refusal::PreconditionFailed) } else { Ok(()) }
}

impl App {
    /// Adds a conference.
    ///
    /// # Errors
    /// [`Refusal::SlugTaken`]; [`Refusal::Invalid`] for a reserved slug or an end before the start.
    pub async fn create_conference(
        &self,
        by: &Authority<Manage>,
        conference: Conference,
    ) -> Result<Conference, Failure> {
        check(&conference)?;
        let mut tx = self.write().await?;
        if !store::insert_conference(&mut tx, &conference).await? {
            return Err(Refusal::SlugTaken.into());
        }
        let entry = AuditEntry::new(self.now(), by.actor(), "conference.created").conference(conference.id);
        entry.record(&mut tx).await?;
        tx.commit().await?;
        Ok(conference)
    }

    /// Replaces a conference's data, if it is unchanged since the caller read it.
    ///
    /// # Errors
    /// [`Refusal::PreconditionFailed`] if it has changed; those of [`App::create_conference`].
    pub async fn change_conference(
        &self,
        by: &Authority<Manage>,
        seen: &Conference,
        wanted: Conference,
    ) -> Result<Conference, Failure> {
        check(&wanted)?;
        let mut tx = self.write().await?;
        let current = load(&mut tx, &seen.slug).await?;
        store::lock_conference(&mut tx, current.key).await?;
        check_unchanged(&load(&mut tx, &seen.slug).await?.value, Some(seen))?;
        let changed = Stored { key: current.key, value: Conference { id: seen.id, logo: seen.logo, ..wanted } };
        if !store::set_conference(&mut tx, &changed).await? {
            return Err(Refusal::SlugTaken.into());
        }
        let entry = AuditEntry::new(self.now(), by.actor(), "conference.changed").conference(seen.id);
        entry.record(&mut tx).await?;
        tx.commit().await?;
        Ok(changed.value)
    }

    /// Sets a conference's logo, replacing any earlier one, or removes it. The upload is decoded; only a picture
    /// made from its pixels is kept.
    ///
    /// # Errors
    /// [`Refusal::PreconditionFailed`] if the conference differs from `seen`; [`Refusal::Invalid`] if the upload
    /// cannot be decoded within the limits.
    pub async fn change_logo(
        &self,
        by: &Authority<Manage>,
        slug: &Slug,
        upload: Option<(PictureKind, Vec<u8>)>,
        seen: Option<&Conference>,
    ) -> Result<(), Failure> {
        // Decoding is dear: refuse before it what can be refused.
        let mut tx = self.read().await?;
        check_unchanged(&load(&mut tx, slug).await?.value, seen)?;
        drop(tx);
        let logo = match upload {
            Some((kind, bytes)) => Some(pictures::made_anew(move || pictures::logo(kind, &bytes)).await?),
            None => None,
        };
        let mut tx = self.write().await?;
        let key = load(&mut tx, slug).await?.key;
        store::lock_conference(&mut tx, key).await?;
        let found = load(&mut tx, slug).await?;
        check_unchanged(&found.value, seen)?;
        if logo.as_ref().map(|logo| Sha256Hash::of(&logo.image)) == found.logo {
            return Ok(());
        }
        match &logo {
            Some(logo) => store::set_logo(&mut tx, found.key, logo).await?,
            None => store::delete_logo(&mut tx, found.key).await?,
        }
        let logo = logo.as_ref().map(|logo| Sha256Hash::of(&logo.image).to_string());
        let entry = AuditEntry::new(self.now(), by.actor(), "conference.logo_changed").conference(found.id);
        let entry = entry.details(json!({ "logo": logo }));
        entry.record(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The logo with this hash.
    pub async fn find_logo(&self, hash: &Sha256Hash) -> Result<Logo, Failure> {
        let mut tx = self.read().await?;
        Ok(store::find_logo(&mut tx, hash).await?.ok_or(Refusal::NotFound(Thing::Logo))?)
    }

    /// The conference with this slug.
    pub async fn find_conference(&self, slug: &Slug) -> Result<Conference, Failure> {
        let mut tx = self.read().await?;
        Ok(load(&mut tx, slug).await?.value)
    }

    /// Conferences, latest first, starting after `after`; at most `limit`.
    pub async fn list_conferences(&self, after: Option<ConferenceId>, limit: u32) -> Result<Vec<Conference>, Failure> {
        let mut tx = self.read().await?;
        let rows = store::list_conferences(&mut tx, after, limit).await?;
        Ok(rows.into_iter().map(|stored| stored.value).collect())
    }
}
