//! What can be wrong with a record.

use urna_core::record::archive::InvalidArchive;
use urna_core::signed_note::InvalidNote;

/// Something that is wrong with a record; each says what in one sentence. Places count from 1, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are not an archive as a record has it.
    #[error("this is not the archive of a record: {0}")]
    Archive(InvalidArchive),
    /// Something is missing.
    #[error("the file `{0}` is missing")]
    MissingFile(&'static str),
    /// Not in the form that it has.
    #[error("the file `{0}` is not in the form that the format asks for")]
    Form(&'static str),
    /// The record names another key than the one that was given.
    #[error("the record is of another key than the one you gave")]
    OtherKey,
    /// A signature is wrong.
    #[error("the file `{file}` is not what the service signed: {cause}")]
    Signature {
        /// Which file.
        file: &'static str,
        /// Why not.
        cause: InvalidNote,
    },
    /// A file is not the one of the statement.
    #[error("the file `{0}` is not the one that the statement was signed over")]
    Changed(&'static str),
    /// Files of two ballots.
    #[error("the file `{0}` is of another ballot")]
    OtherBallot(&'static str),
    /// The publication is of another statement.
    #[error("the publication is of another statement")]
    OtherStatement,
    /// Somebody knows another statement from elsewhere.
    #[error("the statement is not the one that was shown")]
    OtherThanShown,
    /// Who is said to have withdrawn after the close cannot have.
    #[error(
        "the withdrawals of the publication are not candidates in the order of the manifest, each once, none of whom had withdrawn before"
    )]
    Withdrawals,
    /// Every version but the first names the one before.
    #[error("the publication does not name the version before it")]
    NoPrevious,
    /// The commitments are to be in ascending order.
    #[error("commitment {place} is not larger than the one before it")]
    Order {
        /// The first such.
        place: usize,
    },
    /// A commitment is there twice.
    #[error("commitment {place} is there twice")]
    Repeated {
        /// The second of the two.
        place: usize,
    },
    /// A record with openings has one for each commitment.
    #[error("there are {openings} openings for {commitments} commitments")]
    OpeningsMissing {
        /// How many openings there are.
        openings: usize,
        /// How many there must be.
        commitments: usize,
    },
    /// The ballot discloses counts alone.
    #[error("the ballot discloses counts alone, but there are openings")]
    OpeningsDisclosed,
    /// Votes are not what was promised.
    #[error("{votes} votes are not what the commitments promise; the first is vote {place}")]
    Commitment {
        /// How many.
        votes: usize,
        /// The first such.
        place: usize,
    },
    /// One tracker is one vote.
    #[error("vote {place} has the tracker of another vote")]
    TrackerRepeated {
        /// The second of the two.
        place: usize,
    },
    /// A vote does not answer the ballot.
    #[error("vote {place} is not a choice that the ballot allows")]
    IllegalChoice {
        /// The first such.
        place: usize,
    },
    /// Numbers do not fit.
    #[error("{what}: {said} by the statement, {found} in the record")]
    Count {
        /// Which number.
        what: &'static str,
        /// What the statement says.
        said: u64,
        /// What there is.
        found: u64,
    },
    /// More people took part than could.
    #[error("{participations} people took part, but only {eligible} could")]
    TooMany {
        /// How many took part.
        participations: u64,
        /// How many could.
        eligible: u64,
    },
    /// The ballot was cancelled, somebody withdrew who does not stand, or twice.
    #[error("event {place} of the history cannot have happened")]
    Event {
        /// The first such.
        place: usize,
    },
    /// The history has to end with the close that the statement is of.
    #[error("the history does not end with the close that the statement is of")]
    History,
    /// The count is wrong.
    #[error("the tally is not what counting the votes gives")]
    Tally,
    /// The decision does not settle the tie.
    #[error("the decision about a tie does not name each of the tied candidates once")]
    Decision,
    /// There is a tie that nobody settled.
    #[error("the result was published while a tie was not settled")]
    TieUnresolved,
    /// The promise was not kept.
    #[error("the vote of receipt {0} is not in the record, although the service promised it")]
    ReceiptMissing(String),
    /// The receipt is not by the service.
    #[error("receipt {name} is not what the service signed: {cause}")]
    ReceiptSignature {
        /// Which receipt.
        name: String,
        /// Why not.
        cause: InvalidNote,
    },
    /// The receipt is of another ballot.
    #[error("receipt {0} is of another ballot")]
    ReceiptOfAnotherBallot(String),
    /// The receipt's parts do not belong together.
    #[error("receipt {0} says two different things")]
    ReceiptContradicts(String),
    /// The vote that was promised to one tracker is another one's.
    #[error("the vote of receipt {0} is in the record as the vote of another tracker")]
    ReceiptOfAnotherTracker(String),
}
