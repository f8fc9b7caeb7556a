//! Sets or removes a candidate's portrait.

use std::sync::Arc;

use serde_json::json;
use urna_core::{Ballot, BallotId, CandidateId, Definition, Sha256Hash, State};
use urna_store::ballots::set_draft;
use urna_store::portraits::{PortraitSize, delete_portrait, find_portrait, set_portrait};

use super::{load, load_for_change};
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal, Thing};
use crate::pictures::{self, Focus, PictureKind};

/// The place of a candidate in a draft that may be changed.
fn find_place(ballot: &Ballot, candidate: CandidateId, seen: Option<&Ballot>) -> Result<usize, Refusal> {
    if ballot.state != State::Draft {
        return Err(Refusal::BallotLocked);
    }
    let place = ballot.definition.candidates.iter().position(|one| one.id == candidate);
    let place = place.ok_or(Refusal::NotFound(Thing::Candidate))?;
    if seen.is_some_and(|seen| seen != ballot) { Err(Refusal::PreconditionFailed) } else { Ok(place) }
}

impl App {
    /// Sets the portrait of a candidate in a draft, replacing any earlier one, or removes it. The upload is
    /// decoded; only squares made from its pixels are kept. Returns the hash by which the definition refers to it.
    ///
    /// # Errors
    /// [`Refusal::BallotLocked`] from `ready` on; [`Refusal::NotFound`] for another ballot's candidate;
    /// [`Refusal::PreconditionFailed`] if the draft differs from `seen`; [`Refusal::Invalid`] if the upload cannot be
    /// decoded within the limits.
    pub async fn change_portrait(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        candidate: CandidateId,
        upload: Option<(PictureKind, Vec<u8>, Focus)>,
        seen: Option<&Ballot>,
    ) -> Result<Option<Sha256Hash>, Failure> {
        // Decoding is dear: refuse before it what can be refused.
        let mut tx = self.read().await?;
        find_place(&load(&mut tx, id).await?.ballot, candidate, seen)?;
        drop(tx);
        let portrait = match upload {
            Some((kind, bytes, focus)) => {
                Some(pictures::made_anew(move || pictures::portrait(kind, &bytes, focus)).await?)
            }
            None => None,
        };
        let hash = portrait.as_ref().map(urna_store::portraits::Portrait::hash);
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let place = find_place(&found.ballot, candidate, seen)?;
        let mut definition = Definition::clone(&found.ballot.definition);
        let before = std::mem::replace(&mut definition.candidates[place].portrait, hash);
        if before == hash {
            return Ok(hash);
        }
        let changed = Ballot { definition: Arc::new(definition), ..found.ballot.value };
        match &portrait {
            Some(portrait) => set_portrait(&mut tx, &lock, candidate, portrait).await?,
            None => delete_portrait(&mut tx, &lock, candidate).await?,
        }
        set_draft(&mut tx, &lock, &changed).await?;
        let entry =
            AuditEntry::new(lock.now, by.actor(), "candidate.portrait_changed").ballot(&changed).subject(candidate);
        let entry = entry.details(json!({ "portrait": hash.map(|hash| hash.to_string()) }));
        entry.record(&mut tx).await?;
        tx.commit().await?;
        Ok(hash)
    }

    /// The portrait with this hash, in one size: a JPEG.
    pub async fn find_portrait(&self, hash: &Sha256Hash, size: PortraitSize) -> Result<Vec<u8>, Failure> {
        let mut tx = self.read().await?;
        Ok(find_portrait(&mut tx, hash, size).await?.ok_or(Refusal::NotFound(Thing::Portrait))?)
    }
}
