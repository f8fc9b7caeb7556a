//! Faults of a record.

use urna_core::record::archive::InvalidArchive;
use urna_core::signed_note::InvalidNote;

/// A fault of a record, described in one sentence. Places count from 1, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are not the archive of a record.
    #[error("this is not the archive of a record: {0}")]
    Archive(InvalidArchive),
    /// A file is missing.
    #[error("the file `{0}` is missing")]
    MissingFile(&'static str),
    /// A file is not in its one form.
    #[error("the file `{0}` is not in the form that the format asks for")]
    Form(&'static str),
    /// The record's key is not the one that was given.
    #[error("the record is of another key than the one you gave")]
    OtherKey,
    /// A signature is wrong.
    #[error("the file `{file}` is not what the service signed: {cause}")]
    Signature {
        /// The file.
        file: &'static str,
        /// The reason.
        cause: InvalidNote,
    },
    /// A file is not the one that the statement, or the publication, was signed over.
    #[error("the file `{0}` is not the one that was signed")]
    Changed(&'static str),
    /// The publication names no result, but there is one.
    #[error("the file `{0}` was not signed by anybody")]
    Unsigned(&'static str),
    /// A file is of another ballot.
    #[error("the file `{0}` is of another ballot")]
    OtherBallot(&'static str),
    /// The publication is of another statement.
    #[error("the publication is of another statement")]
    OtherStatement,
    /// The statement is not the one known from elsewhere.
    #[error("the statement is not the one that was shown")]
    OtherThanShown,
    /// The withdrawals after the close are not possible.
    #[error(
        "the withdrawals of the publication are not candidates in the order of the manifest, each once, none of whom had withdrawn before"
    )]
    Withdrawals,
    /// Every version but the first names the one before.
    #[error("the publication does not name the version before it")]
    NoPrevious,
    /// The commitments must be in ascending order.
    #[error("commitment {place} is not larger than the one before it")]
    Order {
        /// The first out of order.
        place: usize,
    },
    /// A commitment appears twice.
    #[error("commitment {place} is there twice")]
    Repeated {
        /// The second of the two.
        place: usize,
    },
    /// A record with openings has one for each commitment.
    #[error("there are {openings} openings for {commitments} commitments")]
    OpeningsMissing {
        /// The number of openings.
        openings: usize,
        /// The number required.
        commitments: usize,
    },
    /// The ballot discloses counts alone, or is a motion that was not decided.
    #[error("there are openings, although the ballot discloses counts alone or was not decided")]
    OpeningsDisclosed,
    /// Votes do not fit their commitments.
    #[error("{votes} votes are not what the commitments promise; the first is vote {place}")]
    Commitment {
        /// The number of these votes.
        votes: usize,
        /// The first of them.
        place: usize,
    },
    /// One tracker is one vote.
    #[error("vote {place} has the tracker of another vote")]
    TrackerRepeated {
        /// The second of the two.
        place: usize,
    },
    /// A vote is not a valid choice of the ballot.
    #[error("vote {place} is not a choice that the ballot allows")]
    IllegalChoice {
        /// The first of them.
        place: usize,
    },
    /// Numbers do not agree.
    #[error("{what}: {said} by the statement, {found} in the record")]
    Count {
        /// The number in question.
        what: &'static str,
        /// Its value in the statement.
        said: u64,
        /// Its value in the record.
        found: u64,
    },
    /// More people took part than could.
    #[error("{participations} people took part, but only {eligible} could")]
    TooMany {
        /// The number of people who took part.
        participations: u64,
        /// The number of people who could.
        eligible: u64,
    },
    /// The ballot was cancelled; or somebody withdrew who is not a candidate, or withdrew twice; or an order was sealed for
    /// a ballot that takes none.
    #[error("event {place} of the history cannot have happened")]
    Event {
        /// The first of them.
        place: usize,
    },
    /// The history has to end with the close that the statement is about.
    #[error("the history does not end with the close that the statement is of")]
    History,
    /// The count is wrong.
    #[error("the tally is not what counting the votes gives")]
    Tally,
    /// The result is wrong.
    #[error("the result is not what counting the votes gives under what was decided since the close")]
    Result,
    /// The order is not the sealed one.
    #[error("the jury's order is not the one that it sealed before the close")]
    OtherOrder,
    /// The decision does not settle the tie.
    #[error("the decision about a tie does not name each of those whom it has to name once, or there was no tie")]
    Decision,
    /// Nobody settled the tie.
    #[error("the result was published while a tie was not settled")]
    TieUnresolved,
    /// The promise was not kept.
    #[error("the vote of receipt {0} is not in the record, although the service promised it")]
    ReceiptMissing(String),
    /// The receipt is not by the service.
    #[error("receipt {name} is not what the service signed: {cause}")]
    ReceiptSignature {
        /// The receipt.
        name: String,
        /// The reason.
        cause: InvalidNote,
    },
    /// The receipt is of another ballot.
    #[error("receipt {0} is of another ballot")]
    ReceiptOfAnotherBallot(String),
    /// The receipt's parts do not belong together.
    #[error("receipt {0} says two different things")]
    ReceiptContradicts(String),
    /// The vote promised to one tracker is another tracker's.
    #[error("the vote of receipt {0} is in the record as the vote of another tracker")]
    ReceiptOfAnotherTracker(String),
}
