//! The command line, as `clap` reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use urna_core::email::InvalidEmail;
use urna_core::{BallotId, Email, Role};
use urna_verify::{ShownStatement, Signer};

use crate::exit;
use crate::settings::Flags;

/// A voting service for conferences
#[derive(Debug, Parser)]
#[command(name = "urna", version, after_long_help = exit::HELP)]
pub(crate) struct CommandLine {
    /// A file with settings (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Write what goes to stdout as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service
    Serve(ServeArguments),
    /// Bring the database's schema up to date
    Migrate {
        /// Only say which steps the database has
        #[arg(long)]
        status: bool,
    },
    /// Appoint organisers, list them, end their access
    #[command(subcommand)]
    Organiser(OrganiserCommand),
    /// List ballots; open, close and publish them
    #[command(subcommand)]
    Ballot(BallotCommand),
    /// Make a backup of the database, check one, bring one back
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Check a published record and receipts; needs no service and no database
    Verify(VerifyArguments),
    /// Watch a whole vote: a sample conference in a temporary database, with robots that vote
    Demo(DemoArguments),
    /// Print the OpenAPI document of the API
    Openapi {
        /// Only compare it with this file, and fail if they differ
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Write the man pages into a folder, one for each command
    Man {
        /// The folder, which must exist
        folder: PathBuf,
    },
}

/// Settings that are at hand for trying things out; the others come from the file or the environment.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Address and port of the service [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Folder of the SQLite file, the master secret and the mail files [default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// `sqlite://FILE` or `postgres://USER@HOST/DATABASE` [default: urna.db in the data directory]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The address that people type, such as <https://vote.example.org>
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl ServeArguments {
    /// The settings among the flags.
    pub(crate) fn into_flags(self) -> Flags {
        let Self { listen, data_dir, database_url, public_url } = self;
        Flags { listen, data_dir, database_url, public_url }
    }
}

/// What can be done about organisers.
#[derive(Debug, Subcommand)]
pub(crate) enum OrganiserCommand {
    /// Appoint an organiser; asks for a password on the terminal
    Create {
        /// Their address
        #[arg(value_parser = parse_email)]
        email: Email,
        /// What they may do
        #[arg(long, default_value = Role::Owner.as_str(), value_parser = role_parser())]
        role: Role,
        /// Read the password from the first line of stdin
        #[arg(long)]
        password_stdin: bool,
    },
    /// Everybody who is or was an organiser
    List,
    /// End an organiser's access and sessions
    Disable {
        /// Their address
        #[arg(value_parser = parse_email)]
        email: Email,
    },
}

/// What can be done about ballots.
#[derive(Debug, Subcommand)]
pub(crate) enum BallotCommand {
    /// Every ballot of every conference
    List,
    /// Open a ballot for votes
    Open {
        /// Its id
        id: BallotId,
    },
    /// Close a ballot and count it
    Close {
        /// Its id
        id: BallotId,
        /// Leave out so many votes that cannot be read any more: the number that a close without this names
        #[arg(long, value_name = "NUMBER", requires = "reason", value_parser = clap::value_parser!(u64).range(1..))]
        without_unreadable: Option<u64>,
        /// Why they are left out
        #[arg(long, value_name = "TEXT", value_parser = parse_reason, requires = "without_unreadable")]
        reason: Option<String>,
    },
    /// Give a ballot up: its votes are deleted uncounted
    Cancel {
        /// Its id
        id: BallotId,
        /// Why; it becomes public
        #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
        reason: String,
    },
    /// Publish the result of a closed ballot
    Publish {
        /// Its id
        id: BallotId,
    },
}

/// What can be done with backups.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Write a backup to a new file, also while the service runs, and check it
    Create {
        /// The file, which must not exist
        file: PathBuf,
    },
    /// Read a backup from end to end, and say what is in it
    Check {
        /// The file
        file: PathBuf,
    },
    /// Bring a backup back into a database that is not there yet (SQLite) or is empty (PostgreSQL)
    Restore {
        /// The file
        file: PathBuf,
        /// Bring it back although votes in it are damaged
        #[arg(long)]
        damaged: bool,
    },
}

/// What is checked, and by which key.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The record: its address, the ballot's, or a file
    #[arg(value_name = "URL|FILE")]
    pub(crate) record: String,
    /// A saved receipt that must be in the record; may be given again
    #[arg(long = "receipt", value_name = "FILE")]
    pub(crate) receipts: Vec<PathBuf>,
    /// The service's verification key as you have it from elsewhere (urna+1a2b3c4d+AQ…), or its fingerprint
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<Signer>,
    /// The fingerprint of the statement, as it was shown at the close
    #[arg(long, value_name = "HEX")]
    pub(crate) statement: Option<ShownStatement>,
}

/// How large the demonstration is.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// How many people are invented
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(3..=100_000))]
    pub(crate) attendees: u32,
    /// How the award is decided
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = DemoMethod::Plurality)]
    pub(crate) method: DemoMethod,
    /// Address and port to listen on [default: 127.0.0.1:8080, or another port where that is taken]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// End when the result is published, instead of leaving the service running to be tried
    #[arg(long)]
    pub(crate) exit: bool,
    /// Use this database instead of a temporary one
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
}

/// The methods of voting that the demonstration shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DemoMethod {
    /// Each vote names one finalist
    Plurality,
    /// Each vote names up to two finalists
    Approval,
}

fn parse_email(text: &str) -> Result<Email, InvalidEmail> {
    Email::parse(text)
}

/// The API's form of a reason.
fn parse_reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a reason has words".to_owned()),
        reason if reason.chars().count() > 500 => Err("a reason has at most 500 characters".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

fn role_parser() -> impl clap::builder::TypedValueParser<Value = Role> {
    let names = Role::ALL.map(Role::as_str);
    PossibleValuesParser::new(names).map(|name| Role::parse(&name).expect("only the names of roles are possible"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
