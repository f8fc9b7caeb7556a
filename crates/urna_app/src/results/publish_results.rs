//! Publishes a result; a published result never changes.

use serde_json::json;
use urna_core::ballot::Version;
use urna_core::record::encode_tally;
use urna_core::tally::Outcome;
use urna_core::{BallotId, State};
use urna_store::StoreError;
use urna_store::ballots::set_state;
use urna_store::publications::{StoredPublication, insert_publication};

use super::PublishedResults;
use super::looks::{Look, record_look};
use super::sign::sign_publication;
use super::tally_ballot::count;
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::ballots::load_for_change;
use crate::failure::{Failure, Refusal};

impl App {
    /// Publishes the result of a closed ballot; with a note, publishes a further version beside the existing ones.
    ///
    /// # Errors
    /// [`Refusal::NotClosed`], [`Refusal::TieUnresolved`], [`Refusal::AlreadyPublished`].
    pub async fn publish_results(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        note: Option<String>,
    ) -> Result<Version, Failure> {
        self.settle_ballot(id).await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let (state, version) = match found.ballot.state.clone() {
            State::Closed(frozen, closing) => (State::Published(frozen, closing, 1), 1),
            State::Published(..) if note.is_none() => return Err(Refusal::AlreadyPublished.into()),
            State::Published(frozen, closing, before) => {
                let version = before.checked_add(1).ok_or(StoreError::Corrupt("publications.version"))?;
                (State::Published(frozen, closing, version), version)
            }
            other => return Err(Refusal::NotClosed { state: other.name() }.into()),
        };
        let report = count(self, &mut tx, &found.ballot).await?;
        if matches!(report.tally.outcome, Outcome::Tied { .. }) {
            // The refusal reveals something about the outcome: record it as a look at the tally.
            record_look(&mut tx, &lock, by, &found.ballot, Look::Tally).await?;
            tx.commit().await?;
            return Err(Refusal::TieUnresolved.into());
        }
        let results = PublishedResults::new(&report, version, lock.now)?;
        let results = serde_json::to_string(&results).map_err(|_| StoreError::Corrupt("publications.results"))?;
        let tally =
            String::from_utf8(encode_tally(&report.tally)).map_err(|_| StoreError::Corrupt("publications.tally"))?;
        let signing = (version, lock.now, note.as_deref());
        let publication = sign_publication(self, &mut tx, &found.ballot, &report, signing).await?;
        insert_publication(
            &mut tx,
            &lock,
            &StoredPublication {
                version,
                at: lock.now,
                note,
                results,
                tally: Some(tally),
                publication: Some(publication),
            },
        )
        .await?;
        set_state(&mut tx, &lock, &state).await?;
        let entry = AuditEntry::new(lock.now, by.actor(), "results.published").ballot(&found.ballot);
        entry.details(json!({ "version": version })).record(&mut tx).await?;
        tx.commit().await?;
        Ok(version)
    }
}
