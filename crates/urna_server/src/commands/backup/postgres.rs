//! PostgreSQL's own programs: `pg_dump` and `pg_restore`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::percent_decode_str;
use url::Url;
use urna_store::hosts::addresses;

use crate::exit::{Exit, Stop};
use crate::settings::DatabaseUrl;

/// Debian and its derivatives install them below this folder, in `VERSION/bin`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The coordinates of a database. PostgreSQL's programs get them in the environment, where no other user of the machine
/// can read the password.
pub(super) struct Postgres {
    variables: Vec<(&'static str, String)>,
}

impl Postgres {
    pub(super) fn of(database: &DatabaseUrl) -> Result<Self, Stop> {
        let wrong = || Stop::configuration("the PostgreSQL address cannot be read");
        let addresses = addresses(database.url())?;
        let servers: Result<Vec<Url>, _> = addresses.iter().map(|address| Url::parse(address)).collect();
        let servers = servers.map_err(|_| wrong())?;
        let url = servers.first().ok_or_else(wrong)?;
        let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
            Ok(text) => Ok(text.into_owned()),
            Err(_) => Err(wrong()),
        };
        let mut variables = Vec::new();
        let mut set = |name, value: String| {
            if !value.is_empty() {
                variables.push((name, value));
            }
        };
        // Given several servers, PostgreSQL's programs find the one that takes writes.
        let hosts: Vec<String> = servers.iter().map(|url| decoded(&host_of(url))).collect::<Result<_, Stop>>()?;
        let ports: Vec<String> = servers.iter().map(port_of).collect();
        set("PGHOST", hosts.join(","));
        set("PGPORT", if ports.iter().all(String::is_empty) { String::new() } else { ports.join(",") });
        set("PGTARGETSESSIONATTRS", if servers.len() > 1 { "read-write".to_owned() } else { String::new() });
        set("PGUSER", decoded(url.username())?);
        set("PGPASSWORD", decoded(url.password().unwrap_or_default())?);
        set("PGDATABASE", decoded(url.path().trim_start_matches('/'))?);
        for (name, value) in url.query_pairs() {
            let variable = match &*name {
                "hostaddr" => "PGHOSTADDR",
                "user" => "PGUSER",
                "password" => "PGPASSWORD",
                "dbname" => "PGDATABASE",
                "sslmode" | "ssl-mode" => "PGSSLMODE",
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
                "sslcert" | "ssl-cert" => "PGSSLCERT",
                "sslkey" | "ssl-key" => "PGSSLKEY",
                "options" => "PGOPTIONS",
                _ => continue,
            };
            set(variable, value.into_owned());
        }
        Ok(Self { variables })
    }

    /// Dumps the database into this file, in one transaction.
    pub(super) async fn dump(&self, file: &Path) -> Result<(), Stop> {
        let arguments = ["--format=custom".into(), "--no-owner".into(), "--no-privileges".into(), file_argument(file)];
        self.run("pg_dump", arguments.into()).await
    }

    /// Fills the database, or leaves it unchanged.
    pub(super) async fn restore(&self, file: &Path) -> Result<(), Stop> {
        // `pg_restore` does not take the database name from the environment.
        let name = self.variables.iter().rev().find(|(name, _)| *name == "PGDATABASE").map(|(_, value)| value);
        let name = name.ok_or_else(|| Stop::configuration("the PostgreSQL address names no database"))?;
        let arguments =
            ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"].map(OsString::from);
        let mut arguments: Vec<OsString> = arguments.into();
        arguments.push(format!("--dbname={name}").into());
        arguments.push(file.into());
        self.run("pg_restore", arguments).await
    }

    async fn run(&self, name: &'static str, arguments: Vec<OsString>) -> Result<(), Stop> {
        let mut command = program(name)?;
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(arguments).stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.map_err(|error| Stop::failed(error.to_string()))?;
        let output = output.map_err(|error| Stop::failed(format!("{name} cannot be started: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Stop::new(Exit::Database, format!("{name} failed: {}", said(&output.stderr))))
    }
}

/// A server's host: from the parameters, or from the authority.
fn host_of(url: &Url) -> String {
    let given = url.query_pairs().find(|(name, _)| name == "host").map(|(_, host)| host.into_owned());
    given.unwrap_or_else(|| url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned())
}

fn port_of(url: &Url) -> String {
    let given = url.query_pairs().find(|(name, _)| name == "port").map(|(_, port)| port.into_owned());
    given.unwrap_or_else(|| url.port().map(|port| port.to_string()).unwrap_or_default())
}

fn file_argument(file: &Path) -> OsString {
    let mut argument = OsString::from("--file=");
    argument.push(file);
    argument
}

/// The line that says why a program failed: its first error, or else its last line. The lines after an error may quote
/// the statement it is about.
pub(super) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.contains("error: "));
    error.or_else(|| lines().next_back()).unwrap_or("it does not say why").to_owned()
}

/// One of PostgreSQL's programs: from the path, or the newest in Debian's folder.
#[expect(clippy::disallowed_methods, reason = "the location of programs is not one of Urna's settings")]
pub(super) fn program(name: &str) -> Result<Command, Stop> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    let found = in_path.or_else(|| newest(name)).ok_or_else(|| {
        Stop::failed(format!("{name} is needed and not installed: it comes with PostgreSQL's client programs"))
    })?;
    Ok(Command::new(found))
}

fn newest(name: &str) -> Option<PathBuf> {
    let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = fs::read_dir(DEBIAN).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let programs = folders.filter_map(|folder| Some((version(&folder)?, folder.join("bin").join(name))));
    programs.filter(|(_, file)| file.is_file()).max().map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_failure_is_told() {
        assert_eq!(said(b"pg_dump: one\npg_dump: two\n\n"), "pg_dump: two");
        let with_statement =
            b"pg_restore: error: could not execute query: there is one\nCommand was: CREATE TABLE x (\n);\n";
        assert_eq!(said(with_statement), "pg_restore: error: could not execute query: there is one");
    }
}
