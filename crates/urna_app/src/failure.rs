//! Refusals and failures: every way in which a use case can end other than well.

use urna_core::attendee::Ineligible;
use urna_core::cast::CastRefused;
use urna_core::choice::InvalidChoice;
use urna_core::count::TieBreakRefused;
use urna_core::life_cycle::{InvalidTransition, Missing};
use urna_core::registration::RegistrationRefused;
use urna_core::sealed_vote::TooManyVotes;
use urna_core::{Slug, StateName, Tracker};
use urna_store::{CommitError, StoreError};

/// A thing that a request addresses and that may not exist.
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

/// One invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The place: a JSON pointer (RFC 6901) into the request's body.
    pub pointer: String,
    /// The kind of mistake, for programs.
    pub code: &'static str,
    /// The mistake in words, for people.
    pub detail: String,
}

/// Why a request was refused. Each says what the caller can do about it; none is the service's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Invalid fields.
    Invalid(Vec<FieldError>),
    /// A choice that does not answer the ballot.
    InvalidChoice(InvalidChoice),
    /// No session, or one that has ended.
    NotSignedIn,
    /// Signed in, but not as someone who may do this.
    Forbidden,
    /// Address or password wrong.
    InvalidCredentials,
    /// Too many attempts with one credential or address.
    TooManyAttempts {
        /// Seconds until the next attempt is accepted.
        retry_after: u64,
    },
    /// Not found.
    NotFound(Thing),
    /// Changed by someone else since the caller read it.
    PreconditionFailed,
    /// Another conference or ballot has the slug.
    SlugTaken,
    /// The address or external id is on the roll already.
    DuplicateAttendee,
    /// An active organiser has the address.
    DuplicateOrganiser,
    /// The only owner left: without one, nobody could appoint organisers.
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
    /// No address to send mail to.
    NoAddress,
    /// The person took part in a ballot that is still running.
    AttendeeInOpenBallot,
    /// The definition is frozen.
    BallotLocked,
    /// The definition is not frozen yet.
    BallotNotReady,
    /// The ballot cannot move from its state to that one.
    InvalidTransition(InvalidTransition),
    /// The ballot was closed, and somebody has reset its state in the database: it can only be cancelled.
    PutBack,
    /// Some votes cannot be read any more; closing the ballot without them takes an explicit decision.
    UnreadableVotes {
        /// The number of these votes.
        unreadable: u64,
    },
    /// There are more votes than people who took part: the ballot can only be cancelled.
    TooManyVotes(TooManyVotes),
    /// Conditions for opening the ballot are not met.
    NotReady(Vec<Missing>),
    /// The candidate had withdrawn already.
    AlreadyWithdrawn,
    /// A vote is refused.
    Cast(CastRefused),
    /// The voting is not over.
    NotClosed {
        /// The ballot's state.
        state: StateName,
    },
    /// A tie waits for a decision.
    TieUnresolved,
    /// There is no tie to break.
    NoTie,
    /// The result is public already; a further version needs a note.
    AlreadyPublished,
    /// The jury has given the one order that settles every tie of a ranked count: another cannot be tried.
    TieBreakFinal,
    /// No published result, or not that version.
    ResultsNotPublished,
    /// The ballot is not closed, or was cancelled.
    CommitmentsNotPublic,
    /// No vote has this code.
    ReceiptNotFound,
}

/// How a use case failed.
#[derive(Debug)]
pub enum Failure {
    /// The caller can do something about it.
    Refused(Refusal),
    /// The database is away or broken; the caller may try again later.
    Unavailable(StoreError),
    /// Too much is waiting; the caller may try again in a moment.
    Overloaded,
    /// The vote is certainly not recorded, through no fault of the voter's.
    NotRecorded,
    /// Outcome unknown; retrying with this tracker is safe and tells.
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
            TieBreakRefused::NotEverybody => Refusal::invalid("/order", "not-every-candidate", refused),
        })
    }
}

impl Refusal {
    /// A list cannot continue after an entry that no longer exists.
    pub(crate) fn cursor_gone() -> Self {
        Self::invalid("/cursor", "gone", "what this cursor stood at is no longer there: begin the list again")
    }

    /// A refusal for one invalid field.
    #[must_use]
    pub fn invalid(pointer: &str, code: &'static str, detail: impl ToString) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.to_owned(), code, detail: detail.to_string() }])
    }
}
