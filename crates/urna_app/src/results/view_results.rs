//! A published result with all that its page shows.

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
    pub versions: Vec<PublishedVersion>,
    /// What happened to the ballot.
    pub history: Vec<HistoryLine>,
    /// What the jury decided about a tie.
    pub tie_break: Option<TieBreak>,
}

impl App {
    /// A published version of the result of a conference's ballot, or the latest.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`], also for a version that is not there.
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
