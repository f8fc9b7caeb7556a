//! Reads the record, public once published, and the statement, which organisers may read before.

use urna_core::ballot::Version;
use urna_core::count::Turnout;
use urna_core::record::{archive, file};
use urna_core::signed_note::verifier_key;
use urna_core::{Ballot, BallotId, Disclosure, StateName};
use urna_store::publications::{StoredPublication, find_publication};
use urna_store::statements::find_statement;
use urna_store::{StoreError, Stored, Tx};

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
        let publication = load_signed(&mut tx, &ballot, version).await?;
        Ok((publication.version, publication.note))
    }

    /// The record of a published version as an archive: the same bytes whenever and wherever it is made.
    ///
    /// # Errors
    /// Those of [`App::find_publication`].
    pub async fn find_record(&self, id: BallotId, version: Version) -> Result<Vec<u8>, Failure> {
        let mut tx = self.read().await?;
        let ballot = load(&mut tx, id).await?.ballot;
        let publication = load_signed(&mut tx, &ballot, Some(version)).await?;
        let stored = find_statement(&mut tx, ballot.key).await?.ok_or(StoreError::Corrupt("statements"))?;
        let frozen = ballot.state.frozen().ok_or(StoreError::Corrupt("ballots.manifest"))?;
        let manifest = frozen.manifest.as_bytes().to_vec();
        let votes = load_box(self, &mut tx, &ballot).await?;
        drop(tx);
        let key = format!("{}\n", verifier_key(&self.keys.signing.verifying_key()));
        let closing = ballot.state.closing().ok_or(StoreError::Corrupt("ballots.closed_at"))?;
        let turnout = Turnout { eligible: closing.eligible, took_part: closing.voted };
        let definition = &ballot.definition;
        // Nobody counts the votes on a motion without its quorum.
        let is_full = definition.disclosure == Disclosure::Full && definition.method.is_counted(turnout);
        let archive = tokio::task::spawn_blocking(move || {
            let openings = is_full.then(|| openings(&votes));
            let files = [
                (file::KEY, Some(key.into_bytes())),
                (file::MANIFEST, Some(manifest)),
                (file::COMMITMENTS, Some(commitments(&votes))),
                (file::OPENINGS, openings),
                (file::TALLY, Some(stored.tally.into_bytes())),
                (file::HISTORY, Some(stored.history.into_bytes())),
                (file::STATEMENT, Some(stored.statement.into_bytes())),
                (file::RESULT, publication.tally.map(String::into_bytes)),
                (file::PUBLICATION, Some(publication.note.into_bytes())),
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

/// A signed publication.
struct Signed {
    version: Version,
    note: String,
    /// The tally that it is signed over; an earlier release signed none.
    tally: Option<String>,
}

async fn load_signed(tx: &mut Tx, ballot: &Stored<Ballot>, version: Option<Version>) -> Result<Signed, Failure> {
    let found = match ballot.state.name() {
        StateName::Published => find_publication(tx, ballot.key, version).await?,
        _ => None,
    };
    let signed = |found: StoredPublication| {
        Some(Signed { version: found.version, note: found.publication?, tally: found.tally })
    };
    Ok(found.and_then(signed).ok_or(Refusal::ResultsNotPublished)?)
}
