//! How a use case can end otherwise than well.

use urna_core::attendee::Ineligible;
use urna_core::cast::CastRefused;
use urna_core::choice::InvalidChoice;
use urna_core::count::TieBreakRefused;
use urna_core::life_cycle::{InvalidTransition, Missing};
use urna_core::registration::RegistrationRefused;
use urna_core::sealed_vote::TooManyVotes;
use urna_core::{Slug, StateName, Tracker};
use urna_store::{CommitError, StoreError};

/// Something that is addressed and may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A conference.
    Conference,
    /// An attendee.
    Attendee,
    /// An organiser.
    Organiser,
    /// A ballot.
    Ballot,
    /// A conference's logo.
    Logo,
    /// A candidate of the ballot.
    Candidate,
    /// A portrait.
    Portrait,
    /// One of the caller's sessions.
    Session,
}

/// One field of a request that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the request's body.
    pub pointer: String,
    /// Which kind of mistake, for programs.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
}

/// Why a request was refused. Each says what the caller can do about it; none is the service's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields that cannot be taken.
    Invalid(Vec<FieldError>),
    /// A choice that does not answer the ballot.
    InvalidChoice(InvalidChoice),
    /// No session, or one that has ended.
    NotSignedIn,
    /// Signed in, but not as someone who may do this.
    Forbidden,
    /// Address or password wrong.
    InvalidCredentials,
    /// Too many tries with one credential or address.
    TooManyAttempts {
        /// Seconds until the next try is looked at.
        retry_after: u64,
    },
    /// It is not there.
    NotFound(Thing),
    /// Changed by someone else since the caller read it.
    PreconditionFailed,
    /// Another conference or ballot has the slug.
    SlugTaken,
    /// The address or external id is on the roll already.
    DuplicateAttendee,
    /// An active organiser has the address.
    DuplicateOrganiser,
    /// Without this one nobody could appoint organisers.
    LastOwner,
    /// The conference takes no registrations.
    RegistrationClosed,
    /// No attendee has this personal link.
    LinkInvalid,
    /// No attendee of the conference has this badge code.
    BadgeCodeInvalid,
    /// The conference of the link is over.
    LinkExpired(Slug),
    /// A newer link took its place.
    LinkReplaced(Slug),
    /// There is no address to write to.
    NoAddress,
    /// The person took part in a ballot that is still running.
    AttendeeInOpenBallot,
    /// The definition is fixed.
    BallotLocked,
    /// The definition is not fixed yet.
    BallotNotReady,
    /// The ballot cannot go there from here.
    InvalidTransition(InvalidTransition),
    /// The ballot was closed, and has been put back in the database: it can only be cancelled.
    PutBack,
    /// Votes cannot be read any more; the ballot is closed without them only by a decision that says so.
    UnreadableVotes {
        /// How many.
        unreadable: u64,
    },
    /// There are more votes than people who took part: the ballot can only be cancelled.
    TooManyVotes(TooManyVotes),
    /// The ballot lacks something before it can be opened.
    NotReady(Vec<Missing>),
    /// The candidate had withdrawn already.
    AlreadyWithdrawn,
    /// A vote is refused.
    Cast(CastRefused),
    /// The voting is not over.
    NotClosed {
        /// Where the ballot is.
        state: StateName,
    },
    /// A tie waits for a decision.
    TieUnresolved,
    /// There is no tie to break.
    NoTie,
    /// The result is public; a correction needs a note.
    AlreadyPublished,
    /// There is no published result, or not that version.
    ResultsNotPublished,
    /// The ballot is not closed, or was cancelled.
    CommitmentsNotPublic,
    /// No vote has this code.
    ReceiptNotFound,
}

/// How a use case can end otherwise than well.
#[derive(Debug)]
pub enum Failure {
    /// The caller can do something about it.
    Refused(Refusal),
    /// The database is away or broken; the caller may try again later.
    Unavailable(StoreError),
    /// Too much is waiting; the caller may try again in a moment.
    Overloaded,
    /// A vote is surely not recorded, through no fault of the voter's.
    NotRecorded,
    /// Whether a vote is recorded is not known; to try again with this tracker is safe and tells.
    OutcomeUnknown(Tracker),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Self {
        let (CommitError::RolledBack(source) | CommitError::Unknown(source)) = error;
        Self::Unavailable(StoreError::Database(source))
    }
}

impl From<CastRefused> for Failure {
    fn from(refused: CastRefused) -> Self {
        Self::Refused(Refusal::Cast(refused))
    }
}

impl From<Ineligible> for Failure {
    fn from(ineligible: Ineligible) -> Self {
        CastRefused::NotEligible(ineligible).into()
    }
}

impl From<InvalidChoice> for Failure {
    fn from(invalid: InvalidChoice) -> Self {
        Self::Refused(Refusal::InvalidChoice(invalid))
    }
}

impl From<InvalidTransition> for Failure {
    fn from(invalid: InvalidTransition) -> Self {
        Self::Refused(Refusal::InvalidTransition(invalid))
    }
}

impl From<TooManyVotes> for Failure {
    fn from(too_many: TooManyVotes) -> Self {
        Self::Refused(Refusal::TooManyVotes(too_many))
    }
}

impl From<RegistrationRefused> for Failure {
    fn from(refused: RegistrationRefused) -> Self {
        Self::Refused(match refused {
            RegistrationRefused::Closed => Refusal::RegistrationClosed,
            RegistrationRefused::DomainNotListed => Refusal::invalid("/email", "domain-not-listed", refused),
        })
    }
}

impl From<TieBreakRefused> for Failure {
    fn from(refused: TieBreakRefused) -> Self {
        Self::Refused(match refused {
            TieBreakRefused::NoTie => Refusal::NoTie,
            TieBreakRefused::NotTheTied => Refusal::invalid("/order", "not-the-tied-candidates", refused),
        })
    }
}

impl Refusal {
    /// A list cannot go on after something that is no longer there.
    pub(crate) fn cursor_gone() -> Self {
        Self::invalid("/cursor", "gone", "what this cursor stood at is no longer there: begin the list again")
    }

    /// One field that cannot be taken.
    #[must_use]
    pub fn invalid(pointer: &str, code: &'static str, detail: impl ToString) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.to_owned(), code, detail: detail.to_string() }])
    }
}
