//! A published result with all that its page shows.

use urna_core::ballot::Version;
use urna_core::record::HistoryLine;
use urna_core::{Ballot, Conference, Slug, Timestamp};
use urna_store::StoreError;
use urna_store::ballots::list_history;
use urna_store::conferences::get_conference;
use urna_store::publications::{TieBreak, find_publication, find_tie_break};

use super::PublishedResults;
use crate::app::App;
use crate::ballots::load;
use crate::failure::Failure;

/// One published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    /// From 1.
    pub version: Version,
    /// Since when.
    pub at: Timestamp,
    /// Why there is a further version.
    pub note: Option<String>,
}

/// A result, and how it came about.
#[derive(Debug, Clone)]
pub struct ResultsView {
    /// Of which ballot.
    pub ballot: Ballot,
    /// Where it was put to the vote.
    pub conference: Conference,
    /// The version that was asked for.
    pub results: PublishedResults,
    /// All versions, the first one first.
    pub versions: Vec<VersionLine>,
    /// What happened to the ballot.
    pub history: Vec<HistoryLine>,
    /// What the jury decided about a tie.
    pub tie_break: Option<TieBreak>,
}

impl App {
    /// A published version of the result of a conference's ballot, or the latest.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`](crate::Refusal::ResultsNotPublished), also for a version that is not there.
    pub async fn view_results(
        &self,
        conference: &Slug,
        ballot: &Slug,
        version: Option<Version>,
    ) -> Result<ResultsView, Failure> {
        let id = self.view_ballot_by_slug(conference, ballot).await?.ballot.id;
        let (results, latest) = self.find_results(id, version).await?;
        let mut tx = self.read().await?;
        let found = load(&mut tx, id).await?;
        let key = found.ballot.key;
        let mut versions = Vec::new();
        for version in 1..=latest {
            let publication = find_publication(&mut tx, key, Some(version)).await?;
            let publication = publication.ok_or(StoreError::Corrupt("publications.version"))?;
            versions.push(VersionLine { version, at: publication.at, note: publication.note });
        }
        Ok(ResultsView {
            conference: get_conference(&mut tx, found.conference).await?.value,
            history: list_history(&mut tx, key).await?,
            tie_break: find_tie_break(&mut tx, key).await?,
            ballot: found.ballot.value,
            results,
            versions,
        })
    }
}
