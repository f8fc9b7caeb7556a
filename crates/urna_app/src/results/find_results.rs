//! Reads a published result.

use serde::{Deserialize, Serialize};
use urna_core::ballot::Version;
use urna_core::tally::{CountStep, Outcome, TallyRow};
use urna_core::{Ballot, BallotId, CandidateId, Kind, LocalText, Method, Timestamp};
use urna_store::publications::find_publication;
use urna_store::{Key, StoreError, Tx};

use super::TallyReport;
use crate::app::App;
use crate::ballots::load;
use crate::failure::{Failure, Refusal};

/// A published result, as stored at the publication; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedResults {
    /// The ballot.
    pub ballot_id: BallotId,
    /// From 1.
    pub version: Version,
    /// The time of publication.
    pub published_at: Timestamp,
    /// The title of the ballot.
    pub title: LocalText,
    /// The language in which the texts were written.
    pub original_language: Option<urna_core::Language>,
    /// The method of counting.
    pub method: Method,
    /// The number of people who are verified and admitted, or took part.
    pub eligible: u64,
    /// The number of people who took part: `counted`, `blank` and `unreadable` together.
    pub voted: u64,
    /// Votes that name a candidate.
    pub counted: u64,
    /// Votes that name nobody.
    pub blank: u64,
    /// Votes that could not be read at the close, and are not counted.
    #[serde(default)]
    pub unreadable: u64,
    /// Best first.
    pub rows: Vec<PublishedRow>,
    /// Who is elected.
    pub outcome: Outcome,
    /// The steps that led to the outcome; empty in results published before it was kept.
    #[serde(default)]
    pub derivation: Vec<CountStep>,
    /// The SHA-256 of the signed statement, in hex.
    pub statement_sha256: String,
}

/// One candidate's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRow {
    /// The candidate.
    pub candidate_id: CandidateId,
    /// Their name, as in the manifest.
    pub name: LocalText,
    /// See [`TallyRow::rank`].
    pub rank: u32,
    /// Votes that name them; see [`TallyRow::votes`].
    pub votes: u64,
    /// Points, where they decide; see [`TallyRow::points`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Share of the counted votes, four decimal places.
    pub share: String,
    /// See [`TallyRow::withdrawn`].
    pub withdrawn: bool,
    /// Whether elected.
    pub elected: bool,
}

impl PublishedResults {
    pub(crate) fn new(report: &TallyReport, version: Version, at: Timestamp) -> Result<Self, StoreError> {
        let TallyReport { ballot, tally, .. } = report;
        let closing = ballot.state.closing().ok_or(StoreError::Corrupt("ballots.closed_at"))?;
        let definition = &ballot.definition;
        let row = |row: &TallyRow| {
            let candidate = definition.candidates.iter().find(|candidate| candidate.id == row.candidate)?;
            Some(PublishedRow {
                candidate_id: row.candidate,
                name: candidate.name.clone(),
                rank: row.rank,
                votes: row.votes,
                points: row.points,
                share: row.share.clone(),
                withdrawn: row.withdrawn,
                elected: row.elected,
            })
        };
        Ok(Self {
            ballot_id: ballot.id,
            version,
            published_at: at,
            title: definition.title.clone(),
            original_language: definition.original_language.clone(),
            method: definition.method,
            eligible: closing.eligible,
            voted: closing.voted,
            counted: tally.counted,
            blank: tally.blank,
            unreadable: closing.voted.saturating_sub(tally.voted),
            rows: tally.rows.iter().filter_map(row).collect(),
            outcome: tally.outcome.clone(),
            derivation: tally.derivation.clone(),
            statement_sha256: closing.statement.to_string(),
        })
    }
}

/// A published result, with facts shown beside it.
#[derive(Debug, Clone)]
pub struct FoundResults {
    /// The version asked for.
    pub results: PublishedResults,
    /// The purpose of the ballot.
    pub kind: Kind,
    /// The number of the latest version.
    pub latest: Version,
}

impl App {
    /// A published version, or the latest.
    ///
    /// # Errors
    /// [`Refusal::ResultsNotPublished`], also for a version that does not exist.
    pub async fn find_results(&self, id: BallotId, version: Option<Version>) -> Result<FoundResults, Failure> {
        let mut tx = self.read().await?;
        let found = load(&mut tx, id).await?;
        let latest = found.ballot.state.published_version().ok_or(Refusal::ResultsNotPublished)?;
        let results = load_results(&mut tx, found.ballot.key, version).await?;
        Ok(FoundResults { results, kind: found.ballot.definition.kind, latest })
    }
}

/// A published version, or the latest.
pub(super) async fn load_results(
    tx: &mut Tx,
    ballot: Key<Ballot>,
    version: Option<Version>,
) -> Result<PublishedResults, Failure> {
    let publication = find_publication(tx, ballot, version).await?.ok_or(Refusal::ResultsNotPublished)?;
    Ok(serde_json::from_str(&publication.results).map_err(|_| StoreError::Corrupt("publications.results"))?)
}
