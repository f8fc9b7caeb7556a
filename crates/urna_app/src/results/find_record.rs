//! Reads the record, public once published, and the statement, which organisers may read before.

use urna_core::ballot::Version;
use urna_core::record::{archive, file};
use urna_core::signed_note::verifier_key;
use urna_core::{BallotId, Disclosure, StateName};
use urna_store::StoreError;
use urna_store::publications::{StoredPublication, find_publication};
use urna_store::statements::find_statement;

use super::closed_box::{commitments, load_box, openings};
use super::looks::{Look, record_look};
use crate::app::App;
use crate::authority::{Authority, Manage};
use crate::ballots::{load, load_for_change};
use crate::failure::{Failure, Refusal};

impl App {
    /// The signed publication of this version, or of the latest: it names everything else in the record.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`], also for a version that does not exist.
    pub async fn find_publication(&self, id: BallotId, version: Option<Version>) -> Result<(Version, String), Failure> {
        let mut tx = self.read().await?;
        let ballot = load(&mut tx, id).await?.ballot;
        let publication = match ballot.state.name() {
            StateName::Published => find_publication(&mut tx, ballot.key, version).await?,
            _ => None,
        };
        let signed = |found: StoredPublication| Some((found.version, found.publication?));
        Ok(publication.and_then(signed).ok_or(Refusal::ResultsNotPublished)?)
    }

    /// The record of a published version as an archive: the same bytes whenever and wherever it is made.
    ///
    /// # Errors
    /// Those of [`App::find_publication`].
    pub async fn find_record(&self, id: BallotId, version: Version) -> Result<Vec<u8>, Failure> {
        let (_, publication) = self.find_publication(id, Some(version)).await?;
        let mut tx = self.read().await?;
        let ballot = load(&mut tx, id).await?.ballot;
        let stored = find_statement(&mut tx, ballot.key).await?.ok_or(StoreError::Corrupt("statements"))?;
        let frozen = ballot.state.frozen().ok_or(StoreError::Corrupt("ballots.manifest"))?;
        let manifest = frozen.manifest.as_bytes().to_vec();
        let votes = load_box(self, &mut tx, &ballot).await?;
        drop(tx);
        let key = format!("{}\n", verifier_key(&self.keys.signing.verifying_key()));
        let disclosure = ballot.definition.disclosure;
        let archive = tokio::task::spawn_blocking(move || {
            let openings = (disclosure == Disclosure::Full).then(|| openings(&votes));
            let files = [
                (file::KEY, Some(key.into_bytes())),
                (file::MANIFEST, Some(manifest)),
                (file::COMMITMENTS, Some(commitments(&votes))),
                (file::OPENINGS, openings),
                (file::TALLY, Some(stored.tally.into_bytes())),
                (file::HISTORY, Some(stored.history.into_bytes())),
                (file::STATEMENT, Some(stored.statement.into_bytes())),
                (file::PUBLICATION, Some(publication.into_bytes())),
            ];
            archive::encode(files.iter().filter_map(|(name, bytes)| Some((*name, bytes.as_deref()?))))
        });
        // The task is lost only if the service is ending.
        archive.await.map_err(|_| Failure::Overloaded)
    }

    /// The signed statement. Before the publication only organisers may read it, and each look is recorded in the
    /// audit log.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`] for the public, [`Refusal::NotClosed`] for organisers.
    pub async fn find_statement(&self, by: Option<&Authority<Manage>>, id: BallotId) -> Result<String, Failure> {
        let mut tx = self.read().await?;
        let ballot = load(&mut tx, id).await?.ballot;
        if ballot.state.name() == StateName::Published {
            let stored = find_statement(&mut tx, ballot.key).await?;
            return Ok(stored.ok_or(StoreError::Corrupt("statements"))?.statement);
        }
        let by = by.ok_or(Refusal::ResultsNotPublished)?;
        drop(tx);
        self.settle_ballot(id).await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let state = found.ballot.state.name();
        let stored = find_statement(&mut tx, found.ballot.key).await?.ok_or(Refusal::NotClosed { state })?;
        if state == StateName::Closed {
            record_look(&mut tx, &lock, by, &found.ballot, Look::Statement).await?;
            tx.commit().await?;
        }
        Ok(stored.statement)
    }
}
