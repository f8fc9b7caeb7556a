//! The end of a command: one clear sentence, and an exit code that scripts can rely on.

use std::fmt;
use std::process::ExitCode;

use urna_app::start::StartError;
use urna_app::{Failure, Refusal, Thing};
use urna_store::{CommitError, StoreError};

/// The exit codes, as `--help` documents them. The parser also ends with 2 for wrong arguments.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  failed for another reason
  2  the command line is wrong
  3  the configuration is wrong
  4  the database cannot be used
  5  not found
  6  refused: it conflicts with what is there
  7  verification failed

Settings come from the file of --config (TOML), then from the environment (URNA_LISTEN, \
URNA_DATABASE_URL, ...), then from flags; later ones win. docs/operations.md lists them.";

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Any failure without a code of its own.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A setting is wrong or missing.
    Configuration = 3,
    /// The database is unreachable, or this program cannot use it.
    Database = 4,
    /// The subject of the command does not exist.
    NotFound = 5,
    /// Refused: the request conflicts with the current state.
    Conflict = 6,
    /// A record or a receipt fails verification.
    Verification = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The kind.
    pub(crate) exit: Exit,
    sentence: String,
}

impl Stop {
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: sentence.into() }
    }

    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Failed, sentence)
    }

    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    pub(crate) fn configuration(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Configuration, sentence)
    }
}

/// Always one line, whatever a library's error says.
impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.sentence.split_whitespace().collect();
        f.write_str(&words.join(" ").replace(char::is_control, "\u{fffd}"))
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::failed(format!("{error:#}"))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Address(sentence) => Self::configuration(sentence),
            other => Self::new(Exit::Database, other.to_string()),
        }
    }
}

impl From<StartError> for Stop {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            StartError::Commit(CommitError::RolledBack(error) | CommitError::Unknown(error)) => {
                StoreError::Database(error).into()
            }
            StartError::OtherSecret => Self::configuration(error.to_string()),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Unavailable(error) => error.into(),
            Failure::Overloaded => Self::failed("too much is waiting; try again in a moment"),
            Failure::NotRecorded | Failure::OutcomeUnknown(_) => Self::failed("the vote may not have been recorded"),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        let exit = if matches!(refusal, Refusal::NotFound(_)) { Exit::NotFound } else { Exit::Conflict };
        Self::new(exit, sentence(&refusal))
    }
}

/// The sentences for the refusals that a command on the host can meet.
fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound(Thing::Conference) => "there is no such conference".to_owned(),
        Refusal::NotFound(Thing::Attendee) => "there is no such attendee".to_owned(),
        Refusal::NotFound(Thing::Organiser) => "no active organiser has this address".to_owned(),
        Refusal::NotFound(Thing::Ballot) => "there is no ballot with this id".to_owned(),
        Refusal::Invalid(fields) => {
            let details: Vec<&str> = fields.iter().map(|field| field.detail.as_str()).collect();
            details.join("; ")
        }
        Refusal::DuplicateOrganiser => "an active organiser has this address already".to_owned(),
        Refusal::LastOwner => "this is the last owner: without one nobody could appoint organisers".to_owned(),
        Refusal::InvalidTransition(invalid) => {
            let allowed: Vec<&str> = invalid.allowed.iter().map(|state| state.as_str()).collect();
            let allowed = if allowed.is_empty() { "no other state".to_owned() } else { allowed.join(", ") };
            format!("{invalid}; from here it can become: {allowed}")
        }
        Refusal::UnreadableVotes { unreadable } => format!(
            "{unreadable} votes of people who took part cannot be read any more, and nothing was changed: look for an undamaged \
             copy first; then close with `--without-unreadable {unreadable} --reason TEXT`, or cancel"
        ),
        Refusal::TooManyVotes(too_many) => format!("{too_many}: the ballot can only be cancelled"),
        Refusal::PutBack => {
            "the ballot was closed before, and the database has been put back: it can only be cancelled \
                             (`urna ballot cancel`), and repeated by a copy of it"
                .to_owned()
        }
        Refusal::NotReady(missing) => {
            let missing: Vec<&str> = missing.iter().map(|missing| missing.as_str()).collect();
            let accept = if missing.contains(&"recognisable-rankings") {
                "; accept it with --accept-recognisable-rankings, or set a lower max_ranks"
            } else {
                ""
            };
            format!("the ballot cannot be opened yet: {}{accept}", missing.join(", "))
        }
        Refusal::NotClosed { state } => format!("the ballot is {state}: its result is published after the close"),
        Refusal::TieUnresolved => "candidates are tied, which needs a decision first".to_owned(),
        Refusal::AlreadyPublished => "the result is public already; a correction needs a note".to_owned(),
        // These commands cause no other refusals.
        other => format!("this was refused ({other:?})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_without_control_characters() {
        let stop = Stop::failed("it\n  broke\u{1b}[31m here\r\n");
        assert_eq!(stop.to_string(), "it broke\u{fffd}[31m here");
    }

    #[test]
    fn a_missing_thing_and_a_refusal_end_differently() {
        assert_eq!(Stop::from(Refusal::NotFound(Thing::Ballot)).exit, Exit::NotFound);
        assert_eq!(Stop::from(Refusal::LastOwner).exit, Exit::Conflict);
        assert_eq!(Stop::from(StoreError::NewerSchema(9)).exit, Exit::Database);
        assert_eq!(Stop::from(StoreError::Address(String::new())).exit, Exit::Configuration);
    }
}
