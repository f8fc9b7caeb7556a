//! A published result with everything for its page.

use urna_core::ballot::Version;
use urna_core::record::HistoryLine;
use urna_core::{Ballot, Conference, Slug, StateName};
use urna_store::ballots::{find_ballot_by_slug, list_history};
use urna_store::publications::{PublishedVersion, TieBreak, find_tie_break, list_publications};

use super::PublishedResults;
use super::find_results::load_results;
use crate::app::App;
use crate::conferences;
use crate::failure::{Failure, Refusal, Thing};

/// A result with the steps that led to it.
#[derive(Debug, Clone)]
pub struct ResultsView {
    /// The ballot.
    pub ballot: Ballot,
    /// Its conference.
    pub conference: Conference,
    /// The version asked for.
    pub results: PublishedResults,
    /// All versions, oldest first.
    pub versions: Vec<PublishedVersion>,
    /// The ballot's history.
    pub history: Vec<HistoryLine>,
    /// The jury's decision about a tie; also one that was sealed and that nothing needed.
    pub tie_break: Option<TieBreak>,
}

impl App {
    /// A published version of the result of a conference's ballot, or the latest.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`], also for a version that does not exist.
    pub async fn view_results(
        &self,
        conference: &Slug,
        ballot: &Slug,
        version: Option<Version>,
    ) -> Result<ResultsView, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let found = find_ballot_by_slug(&mut tx, conference.key, ballot).await?;
        let ballot = found.ok_or(Refusal::NotFound(Thing::Ballot))?.ballot;
        let key = ballot.key;
        match ballot.state.name() {
            StateName::Draft => return Err(Refusal::NotFound(Thing::Ballot).into()),
            StateName::Published => {}
            _ => return Err(Refusal::ResultsNotPublished.into()),
        }
        Ok(ResultsView {
            results: load_results(&mut tx, key, version).await?,
            versions: list_publications(&mut tx, key).await?,
            history: list_history(&mut tx, key).await?,
            tie_break: find_tie_break(&mut tx, key).await?,
            ballot: ballot.value,
            conference: conference.value,
        })
    }
}
