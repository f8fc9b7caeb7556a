//! The project's automation: `cargo xtask`.
//!
//! Beside the compiler, tests and checks need a PostgreSQL cluster, a mail server, a fuzzer and so on. Each is found or
//! set up here and removed at the end, so that one command does everything on a fresh clone.

mod bookworm;
mod browser;
mod ci;
mod client;
mod compose;
mod container;
mod dist;
mod fuzz;
mod fuzz_api;
mod openapi;
mod page;
mod suite;
mod trials;
mod venv;
mod wait;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use xtask::postgres;

/// The project's automation
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all tests, on SQLite and PostgreSQL, with a mail server
    #[command(disable_help_flag = true)]
    Test {
        /// Passed on to `cargo test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run all checks of a change: format, lints, tests, documentation, the `OpenAPI` document, dependencies, power
    /// cuts
    Ci,
    /// Run a command with a throw-away PostgreSQL cluster
    ///
    /// The command finds the cluster through `URNA_TEST_POSTGRES_URL`, and through the variables that psql reads.
    WithPostgres {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// Write docs/openapi.json from the code
    Openapi {
        /// Only compare, and fail if they differ
        #[arg(long)]
        check: bool,
    },
    /// Send generated requests to every operation of the API, signed in as each role
    FuzzApi(fuzz_api::Options),
    /// Feed random bytes to every decoder of untrusted input
    Fuzz(fuzz::Options),
    /// Test the pages in Chromium: voting, failures, accessibility, markup, weight
    Browser {
        /// Passed on to Node's test runner
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        files: Vec<OsString>,
    },
    /// Take a picture of every page and state, in three widths and in dark mode
    Screenshots {
        /// Folder for the pictures
        #[arg(required_unless_present = "readme")]
        folder: Option<PathBuf>,
        /// Only pages whose names begin with this
        only: Option<String>,
        /// Renew the pictures of README.md in docs/pictures instead
        #[arg(long, conflicts_with_all = ["folder", "only"])]
        readme: bool,
    },
    /// Check docker-compose.yml against the published schema of the Compose specification
    CheckCompose,
    /// Build the release archive: binary, manual, unit, bill of materials, licences, checksums
    Dist(dist::Options),
    /// Build the image from the Dockerfile, start docker-compose.yml, and check that it serves, sends mail and keeps
    /// its data
    Container(container::Options),
    /// Measure the release binary on both engines
    #[command(disable_help_flag = true)]
    Bench {
        /// Passed on to the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Inject faults into the release binary and its surroundings, and check its promises
    #[command(disable_help_flag = true)]
    Faults {
        /// Passed on to the fault harness
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Cut the power at any point of the release binary's writes, and look for lost votes
    #[command(disable_help_flag = true)]
    PowerCut {
        /// Passed on to the power-cut test
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Guess who voted for whom, with everything that a database administrator has; fail if that works
    #[command(disable_help_flag = true)]
    Linking {
        /// Passed on to the attack
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Try to tell by response times whether somebody is known; fail if that works
    #[command(disable_help_flag = true)]
    Timing {
        /// Passed on to the trial
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Test { arguments } => suite::run(&arguments),
        Command::Ci => ci::run(),
        Command::WithPostgres { command } => return finish(postgres::run_with(&command)),
        Command::Openapi { check } => openapi::run(check),
        Command::FuzzApi(options) => fuzz_api::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Browser { files } => browser::test(&files),
        Command::Screenshots { folder: Some(folder), only, .. } => browser::screenshots(&folder, only.as_deref()),
        Command::Screenshots { folder: None, .. } => browser::pictures_of_readme(),
        Command::CheckCompose => compose::check(),
        Command::Dist(options) => dist::run(&options),
        Command::Container(options) => container::run(&options),
        Command::Bench { arguments } => trials::run("bench", &arguments),
        Command::Faults { arguments } => trials::run("faults", &arguments),
        Command::PowerCut { arguments } => trials::run("power-cut", &arguments),
        Command::Linking { arguments } => trials::run("linking", &arguments),
        Command::Timing { arguments } => trials::run("timing", &arguments),
    };
    finish(result.map(|()| ExitCode::SUCCESS))
}

fn finish(result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
