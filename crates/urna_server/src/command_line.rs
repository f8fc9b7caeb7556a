//! The command line, as `clap` reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use urna_core::email::InvalidEmail;
use urna_core::method::ranked::RankedCount;
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

    /// Write the output on stdout as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service
    Serve(ServeArguments),
    /// Bring the database's schema up to date
    Migrate {
        /// Only show which schema steps have been applied
        #[arg(long)]
        status: bool,
    },
    /// Appoint, list and disable organisers
    #[command(subcommand)]
    Organiser(OrganiserCommand),
    /// List ballots; open, close and publish them
    #[command(subcommand)]
    Ballot(BallotCommand),
    /// Create, check and restore backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Check a published record and receipts; needs no service and no database
    Verify(VerifyArguments),
    /// Count an election from a file of rankings, by the same rules as a ballot
    Count(CountArguments),
    /// Watch a whole vote: a sample conference in a temporary database, with robots that vote
    Demo(DemoArguments),
    /// Print the OpenAPI document of the API
    Openapi {
        /// Only compare it with this file, and fail if they differ
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man pages into a folder, one per command
    Man {
        /// The folder, which must exist
        folder: PathBuf,
    },
}

/// The settings most useful for a trial; the others come from the file or the environment.
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
    /// The address that people type, for example <https://vote.example.org>
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

impl ServeArguments {
    /// The settings given as flags.
    pub(crate) fn into_flags(self) -> Flags {
        let Self { listen, data_dir, database_url, public_url } = self;
        Flags { listen, data_dir, database_url, public_url }
    }
}

/// The subcommands of `organiser`.
#[derive(Debug, Subcommand)]
pub(crate) enum OrganiserCommand {
    /// Appoint an organiser; asks for a password on the terminal
    Create {
        /// Their e-mail address
        #[arg(value_parser = parse_email)]
        email: Email,
        /// Their role
        #[arg(long, default_value = Role::Owner.as_str(), value_parser = role_parser())]
        role: Role,
        /// Read the password from the first line of stdin
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all current and former organisers
    List,
    /// End an organiser's access and sessions
    Disable {
        /// Their e-mail address
        #[arg(value_parser = parse_email)]
        email: Email,
    },
}

/// The subcommands of `ballot`.
#[derive(Debug, Subcommand)]
pub(crate) enum BallotCommand {
    /// List the ballots of all conferences
    List,
    /// Open a ballot for votes
    Open {
        /// The ballot's id
        id: BallotId,
        /// Although every vote will be published, and long rankings can be recognised
        #[arg(long)]
        accept_recognisable_rankings: bool,
    },
    /// Close a ballot and count it
    Close {
        /// The ballot's id
        id: BallotId,
        /// Leave out this many unreadable votes: the number that a close without this option reports
        #[arg(long, value_name = "NUMBER", requires = "reason", value_parser = clap::value_parser!(u64).range(1..))]
        without_unreadable: Option<u64>,
        /// Why they are left out
        #[arg(long, value_name = "TEXT", value_parser = parse_reason, requires = "without_unreadable")]
        reason: Option<String>,
    },
    /// Cancel a ballot: its votes are deleted uncounted
    Cancel {
        /// The ballot's id
        id: BallotId,
        /// The reason; it becomes public
        #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
        reason: String,
    },
    /// Publish the result of a closed ballot
    Publish {
        /// The ballot's id
        id: BallotId,
    },
}

/// The subcommands of `backup`.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Write a backup to a new file and check it; works while the service runs
    Create {
        /// The file, which must not exist
        file: PathBuf,
    },
    /// Read a whole backup and show what it contains
    Check {
        /// The backup
        file: PathBuf,
    },
    /// Restore a backup into a database that does not exist yet (SQLite) or is empty (PostgreSQL)
    Restore {
        /// The backup
        file: PathBuf,
        /// Restore it although votes in it are damaged
        #[arg(long)]
        damaged: bool,
    },
}

/// The record to check, and the keys to check it with.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The record: its address, the address of the ballot, or a file
    #[arg(value_name = "URL|FILE")]
    pub(crate) record: String,
    /// A saved receipt that must be in the record; repeat it for more receipts
    #[arg(long = "receipt", value_name = "FILE")]
    pub(crate) receipts: Vec<PathBuf>,
    /// The service's verification key (urna+1a2b3c4d+AQ…) or its fingerprint, from a source you trust
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<Signer>,
    /// The fingerprint of the statement that was shown at the close
    #[arg(long, value_name = "HEX")]
    pub(crate) statement: Option<ShownStatement>,
}

/// An election to count.
#[derive(Debug, Args)]
pub(crate) struct CountArguments {
    /// The votes: .blt, .csv, .json, or .soc, .soi, .toc, .toi of `PrefLib`
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How the votes are counted
    #[arg(long, value_name = "METHOD", default_value = RankedCount::ScottishStv.as_str(), value_parser = count_parser())]
    pub(crate) method: RankedCount,
    /// How many are elected [default: as the file says, or 1]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) seats: Option<u16>,
    /// The order that settles ties: the number of every candidate, the preferred one first
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub(crate) tie_order: Option<Vec<usize>>,
}

/// Size and method of the demonstration.
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// How many attendees to invent
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(3..=100_000))]
    pub(crate) attendees: u32,
    /// The method of voting for the award
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = DemoMethod::Plurality)]
    pub(crate) method: DemoMethod,
    /// Address and port to listen on [default: 127.0.0.1:8080, or another port if that is taken]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Exit once the result is published, instead of leaving the service running
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
    /// Each vote gives every finalist from 0 to 5 points
    Score,
    /// Each vote ranks finalists; instant runoff
    Irv,
    /// Each vote ranks finalists; Schulze
    Schulze,
    /// Each vote ranks finalists; Borda
    Borda,
    /// Each vote ranks finalists for two seats; the single transferable vote of Scotland
    #[value(name = "scottish_stv")]
    ScottishStv,
    /// Each vote says yes or no to a motion, or abstains
    Motion,
}

impl DemoMethod {
    /// Whether its votes rank finalists.
    pub(crate) const fn is_ranked(self) -> bool {
        matches!(self, Self::Irv | Self::Schulze | Self::Borda | Self::ScottishStv)
    }
}

fn parse_email(text: &str) -> Result<Email, InvalidEmail> {
    Email::parse(text)
}

/// Validates a reason as the API does.
fn parse_reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a reason has words".to_owned()),
        reason if reason.chars().count() > 500 => Err("a reason has at most 500 characters".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

fn count_parser() -> impl clap::builder::TypedValueParser<Value = RankedCount> {
    let of_name = |name: String| RankedCount::ALL.into_iter().find(|count| count.as_str() == name);
    PossibleValuesParser::new(RankedCount::ALL.map(RankedCount::as_str))
        .map(move |name| of_name(name).expect("only the names of counts are possible"))
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
