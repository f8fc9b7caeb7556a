//! The commands, one module each.

mod ballot;
mod completions;
mod migrate;
mod openapi;
mod organiser;
mod password;
mod serve;

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::command_line::{Command, CommandLine};
use crate::demo;
use crate::exit::Stop;
use crate::settings::{Flags, Settings};
use crate::telemetry;

/// What is logged where nothing was said. sqlx's own talk is for those who look for something.
const SERVICE_LOG: &str = "info,sqlx=warn";
/// A command on the host says what it did, and logs only what went wrong.
const COMMAND_LOG: &str = "warn";

/// Does what the command line says.
pub(crate) async fn run(command_line: CommandLine) -> Result<(), Stop> {
    let CommandLine { config, json, command } = command_line;
    let output = Output { json };
    let config = config.as_deref();
    match command {
        Command::Serve(arguments) => serve::run(prepare(config, arguments.into_flags(), SERVICE_LOG)?, &output).await,
        Command::Migrate { status } => migrate::run(&for_command(config)?, status, &output).await,
        Command::Organiser(command) => organiser::run(&for_command(config)?, command, &output).await,
        Command::Ballot(command) => ballot::run(&for_command(config)?, command, &output).await,
        Command::Demo(arguments) => {
            let flags = Flags { database_url: arguments.database_url.clone(), ..Flags::default() };
            demo::run(prepare(config, flags, COMMAND_LOG)?, arguments, &output).await
        }
        Command::Openapi { check } => openapi::run(check.as_deref()),
        Command::Completions { shell } => completions::run(shell),
    }
}

fn for_command(config: Option<&Path>) -> Result<Settings, Stop> {
    prepare(config, Flags::default(), COMMAND_LOG)
}

/// Reads the settings and starts the logs.
fn prepare(config: Option<&Path>, flags: Flags, log: &str) -> Result<Settings, Stop> {
    let mut settings = Settings::load(config, flags)?;
    let filter = settings.log.take().unwrap_or_else(|| EnvFilter::new(log));
    telemetry::start(filter, settings.log_format);
    Ok(settings)
}

/// What a command answers, on stdout.
#[derive(Debug)]
pub(crate) struct Output {
    /// For programs instead of people.
    pub(crate) json: bool,
}

impl Output {
    /// Writes the answer for people, or for programs.
    pub(crate) fn answer(&self, json: &impl Serialize, text: impl fmt::Display) -> Result<(), Stop> {
        let text = if self.json {
            serde_json::to_string(json).map_err(|error| Stop::failed(error.to_string()))?
        } else {
            text.to_string()
        };
        print(&text)
    }
}

/// Writes lines to stdout.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut stdout = io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let outcome = stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes()));
    match outcome.and_then(|()| stdout.flush()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| Stop::failed(format!("stdout cannot be written to: {error}"))),
    }
}

/// Lines in columns, the first line being their heads.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let widths = rows.iter().fold(Vec::new(), |mut widths: Vec<usize>, row| {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
        widths
    });
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["id".to_owned(), "name".to_owned()], vec!["1".to_owned(), "Žofia".to_owned()]];
        assert_eq!(columns(&rows), "id  name\n1   Žofia\n");
        assert_eq!(columns(&[]), "");
    }
}
