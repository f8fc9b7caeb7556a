//! Drafts: create, change, copy, delete.

use std::sync::Arc;

use urna_core::{Ballot, BallotId, CandidateId, Definition, Schedule, Slug, State};
use urna_store::portraits::{delete_portrait, insert_copied_portrait};
use urna_store::{StoreError, ballots as store};

use super::{load, load_for_change};
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::conferences;
use crate::failure::{Failure, Refusal};
use crate::random;

/// A ballot as an organiser writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBallot {
    /// Its name in web addresses, unique within the conference.
    pub slug: Slug,
    /// Its definition.
    pub definition: Definition,
    /// The planned times of opening and close.
    pub schedule: Schedule,
}

fn check(new: &NewBallot) -> Result<(), Refusal> {
    if new.slug.is_reserved() {
        return Err(Refusal::invalid("/slug", "reserved", "the service itself uses this word in its addresses"));
    }
    let Schedule { opens_at, closes_at, .. } = new.schedule;
    if let (Some(opens_at), Some(closes_at)) = (opens_at, closes_at)
        && closes_at <= opens_at
    {
        return Err(Refusal::invalid("/closes_at", "before-opening", "a ballot closes after it opens"));
    }
    Ok(())
}

/// Portraits are uploaded separately: a definition can only keep those it has, or drop them.
fn check_portraits(wanted: &Definition, seen: Option<&Definition>) -> Result<(), Refusal> {
    for (index, candidate) in wanted.candidates.iter().enumerate() {
        let kept = seen.and_then(|seen| seen.candidates.iter().find(|before| before.id == candidate.id));
        if candidate.portrait.is_some() && candidate.portrait != kept.and_then(|before| before.portrait) {
            let detail = "a portrait is given with its picture: PUT …/candidates/{candidate_id}/portrait";
            return Err(Refusal::invalid(&format!("/candidates/{index}/portrait"), "not-allowed", detail));
        }
    }
    Ok(())
}

impl App {
    /// Creates a draft.
    ///
    /// # Errors
    /// [`Refusal::SlugTaken`]; [`Refusal::Invalid`] for a close before the opening.
    pub async fn create_ballot(
        &self,
        by: &Authority<Manage>,
        conference: &Slug,
        new: NewBallot,
    ) -> Result<Ballot, Failure> {
        check(&new)?;
        check_portraits(&new.definition, None)?;
        let mut tx = self.write().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let ballot = Ballot {
            id: BallotId::new(self.new_id()),
            conference: conference.id,
            slug: new.slug,
            definition: Arc::new(new.definition),
            schedule: new.schedule,
            state: State::Draft,
        };
        if !store::insert_ballot(&mut tx, conference.key, &ballot).await? {
            return Err(Refusal::SlugTaken.into());
        }
        AuditEntry::new(self.now(), by.actor(), "ballot.created").ballot(&ballot).record(&mut tx).await?;
        tx.commit().await?;
        Ok(ballot)
    }

    /// Replaces a draft, if it is unchanged since the caller read it.
    ///
    /// # Errors
    /// [`Refusal::BallotLocked`] from `ready` on; [`Refusal::PreconditionFailed`]; those of [`App::create_ballot`].
    pub async fn change_ballot(
        &self,
        by: &Authority<Manage>,
        seen: &Ballot,
        wanted: NewBallot,
    ) -> Result<Ballot, Failure> {
        check(&wanted)?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, seen.id).await?;
        if found.ballot.state != State::Draft {
            return Err(Refusal::BallotLocked.into());
        }
        if found.ballot.value != *seen {
            return Err(Refusal::PreconditionFailed.into());
        }
        check_portraits(&wanted.definition, Some(&found.ballot.definition))?;
        for gone in found.ballot.definition.candidates.iter().filter(|before| before.portrait.is_some()) {
            let kept = wanted.definition.candidates.iter().find(|candidate| candidate.id == gone.id);
            if kept.and_then(|candidate| candidate.portrait).is_none() {
                delete_portrait(&mut tx, &lock, gone.id).await?;
            }
        }
        let NewBallot { slug, definition, schedule } = wanted;
        let changed = Ballot { slug, definition: Arc::new(definition), schedule, ..found.ballot.value };
        if !store::set_draft(&mut tx, &lock, &changed).await? {
            return Err(Refusal::SlugTaken.into());
        }
        AuditEntry::new(self.now(), by.actor(), "ballot.changed").ballot(&changed).record(&mut tx).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Deletes a draft.
    ///
    /// # Errors
    /// [`Refusal::BallotLocked`] from `ready` on; [`Refusal::PreconditionFailed`] if the draft differs from `seen`.
    pub async fn delete_ballot(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        seen: Option<&Ballot>,
    ) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        if found.ballot.state != State::Draft {
            return Err(Refusal::BallotLocked.into());
        }
        if seen.is_some_and(|seen| *seen != found.ballot.value) {
            return Err(Refusal::PreconditionFailed.into());
        }
        store::delete_ballot(&mut tx, &lock).await?;
        AuditEntry::new(self.now(), by.actor(), "ballot.deleted").ballot(&found.ballot).record(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Creates a draft with the definition of another ballot, whatever the state of that one. Times are not copied;
    /// the slug gets `-rehearsal` or `-copy`, and a number if that is taken.
    pub async fn copy_ballot(&self, by: &Authority<Manage>, id: BallotId, rehearsal: bool) -> Result<Ballot, Failure> {
        let now = self.now();
        let mut tx = self.write().await?;
        let found = load(&mut tx, id).await?;
        let mut definition = Definition::clone(&found.ballot.definition);
        for candidate in &mut definition.candidates {
            candidate.id = CandidateId::new(random::id(now));
        }
        let suffix = if rehearsal { "rehearsal" } else { "copy" };
        let mut copy = Ballot {
            id: BallotId::new(random::id(now)),
            slug: found.ballot.slug.clone(),
            definition: Arc::new(definition),
            schedule: Schedule::default(),
            state: State::Draft,
            ..found.ballot.value.clone()
        };
        for attempt in 1..=100 {
            copy.slug = suffixed(&found.ballot.slug, suffix, attempt);
            if store::insert_ballot(&mut tx, found.conference, &copy).await? {
                let key = store::find_ballot_key(&mut tx, copy.id).await?.ok_or(StoreError::Corrupt("ballots.uuid"))?;
                for (before, after) in found.ballot.definition.candidates.iter().zip(&copy.definition.candidates) {
                    insert_copied_portrait(&mut tx, (found.ballot.key, before.id), (key, after.id)).await?;
                }
                let entry = AuditEntry::new(now, by.actor(), "ballot.copied").ballot(&copy).subject(id);
                entry.record(&mut tx).await?;
                tx.commit().await?;
                return Ok(copy);
            }
        }
        Err(Refusal::SlugTaken.into())
    }
}

/// `slug-suffix`, and from the second attempt `slug-suffix-2`; cuts the slug if the result would be too long.
fn suffixed(slug: &Slug, suffix: &str, attempt: u32) -> Slug {
    let tail = if attempt == 1 { format!("-{suffix}") } else { format!("-{suffix}-{attempt}") };
    let head: String = slug.as_str().chars().take(60 - tail.len()).collect();
    Slug::parse(&format!("{}{tail}", head.trim_end_matches('-'))).expect("a slug with a plain tail is a slug")
}
