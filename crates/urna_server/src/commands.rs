//! The commands, one module each.

mod backup;
mod ballot;
mod completions;
mod count;
mod files;
mod man;
mod migrate;
mod openapi;
mod organiser;
mod password;
mod serve;
mod verify;

use std::path::Path;

use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::command_line::{Command, CommandLine};
use crate::demo;
use crate::exit::Stop;
use crate::output::Output;
use crate::settings::{Flags, Settings};
use crate::telemetry;

/// The default log filter of the service. sqlx logs too much below warnings.
fn service_log() -> Targets {
    Targets::new().with_default(LevelFilter::INFO).with_target("sqlx", LevelFilter::WARN)
}

/// The log filter of other commands: they report what they did on stdout and log only problems.
fn command_log() -> Targets {
    Targets::new().with_default(LevelFilter::WARN)
}

/// Runs the command.
pub(crate) async fn run(command_line: CommandLine) -> Result<(), Stop> {
    let CommandLine { config, json, command } = command_line;
    let output = Output { json };
    let config = config.as_deref();
    match command {
        Command::Serve(arguments) => serve::run(prepare(config, arguments.into_flags(), service_log)?, &output).await,
        Command::Migrate { status } => migrate::run(&for_command(config)?, status, &output).await,
        Command::Organiser(command) => organiser::run(&for_command(config)?, command, &output).await,
        Command::Ballot(command) => ballot::run(&for_command(config)?, command, &output).await,
        Command::Backup(command) => backup::run(&for_command(config)?, command, &output).await,
        Command::Demo(arguments) => {
            let flags = Flags { database_url: arguments.database_url.clone(), ..Flags::default() };
            demo::run(prepare(config, flags, command_log)?, arguments, &output).await
        }
        // These block; nothing else runs meanwhile.
        Command::Verify(arguments) => verify::run(arguments, &output),
        Command::Count(arguments) => count::run(&arguments, &output),
        Command::Openapi { check } => openapi::run(check.as_deref()),
        Command::Completions { shell } => completions::run(shell),
        Command::Man { folder } => man::run(&folder),
    }
}

fn for_command(config: Option<&Path>) -> Result<Settings, Stop> {
    prepare(config, Flags::default(), command_log)
}

/// Reads the settings and starts logging.
fn prepare(config: Option<&Path>, flags: Flags, log: fn() -> Targets) -> Result<Settings, Stop> {
    let mut settings = Settings::load(config, flags)?;
    let filter = settings.log.take().unwrap_or_else(log);
    telemetry::start(filter, settings.log_format);
    Ok(settings)
}
