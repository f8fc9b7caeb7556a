//! The two signatures of a ballot: over its statement at the close, and over each publication.

use urna_core::ballot::Version;
use urna_core::choice::Choice;
use urna_core::count::Turnout;
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::{HistoryLine, Publication, Statement, encode_history, encode_tally};
use urna_core::signed_note;
use urna_core::{Ballot, Frozen, Sha256Hash, Timestamp};
use urna_store::ballot_box::BoxVote;
use urna_store::ballots::{list_history, list_withdrawals};
use urna_store::publications::{find_publication, find_tie_break};
use urna_store::statements::{StoredStatement, find_statement, insert_statement};
use urna_store::{BallotLock, Exclusive, StoreError, Stored, Tx};

use super::TallyReport;
use super::closed_box::{ClosedBox, commitments, openings, withdrawn_later};
use super::looks::count_looks;
use crate::app::App;

/// A ballot at its close.
pub(crate) struct BallotAtClose<'a> {
    pub(crate) ballot: &'a Stored<Ballot>,
    pub(crate) frozen: &'a Frozen,
    /// In the order of their commitments.
    pub(crate) votes: &'a [BoxVote],
    /// The choice in each vote.
    pub(crate) choices: Vec<Choice>,
    pub(crate) eligible: u64,
    pub(crate) voted: u64,
    /// The number of people who took part and have no readable vote.
    pub(crate) unreadable: u64,
}

/// Signs and stores the statement at the close. Returns the hash to show.
pub(crate) async fn sign_statement(
    app: &App,
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    at_close: BallotAtClose<'_>,
) -> Result<Sha256Hash, StoreError> {
    let BallotAtClose { ballot, frozen, votes, choices, eligible, voted, unreadable } = at_close;
    let mut history = list_history(tx, ballot.key).await?;
    history.push(HistoryLine { at: lock.now, event: HistoryEvent::Closed { eligible, voted, unreadable } });
    let withdrawn = list_withdrawals(tx, ballot.key).await?;
    let sealed = find_tie_break(tx, ballot.key).await?.map(|tie_break| tie_break.decision);
    let turnout = Turnout { eligible, took_part: voted };
    let tally = ClosedBox::of(&ballot.definition, votes, &choices, turnout, withdrawn).count(
        &ballot.definition,
        frozen,
        sealed.as_ref(),
    );
    let (tally_json, history_json) = (encode_tally(&tally), encode_history(&history));
    let statement = Statement {
        ballot: ballot.id,
        manifest: frozen.hash,
        commitments: Sha256Hash::of(&commitments(votes)),
        openings: Sha256Hash::of(&openings(votes)),
        tally: Sha256Hash::of(&tally_json),
        history: Sha256Hash::of(&history_json),
        eligible,
        participations: voted,
        votes: tally.voted,
        counted: tally.counted,
        blank: tally.blank,
    };
    let text = |json| String::from_utf8(json).map_err(|_| StoreError::Corrupt("statements"));
    let statement = signed_note::sign(&statement.text(), &app.keys.signing);
    let hash = Sha256Hash::of(statement.as_bytes());
    let stored = StoredStatement { tally: text(tally_json)?, history: text(history_json)?, statement };
    insert_statement(tx, lock, &stored).await?;
    Ok(hash)
}

/// Signs a publication.
pub(super) async fn sign_publication(
    app: &App,
    tx: &mut Tx,
    ballot: &Stored<Ballot>,
    report: &TallyReport,
    (version, at, note): (Version, Timestamp, Option<&str>),
) -> Result<String, StoreError> {
    let stored = find_statement(tx, ballot.key).await?.ok_or(StoreError::Corrupt("statements"))?;
    let previous = find_publication(tx, ballot.key, None).await?;
    let publication = Publication {
        ballot: ballot.id,
        statement: Sha256Hash::of(stored.statement.as_bytes()),
        result: Some(Sha256Hash::of(&encode_tally(&report.tally))),
        version,
        at,
        tie_break: report.tie_break.clone().map(|tie_break| tie_break.decision),
        withdrawals: withdrawn_later(tx, ballot, &stored).await?,
        looks: count_looks(tx, ballot.id).await?,
        note: note.map(str::to_owned),
        previous: previous.and_then(|previous| previous.publication).map(|note| Sha256Hash::of(note.as_bytes())),
    };
    Ok(signed_note::sign(&publication.text(), &app.keys.signing))
}
