//! A throw-away PostgreSQL cluster for the tests.

mod cluster;
mod programs;

use std::{
    ffi::OsString,
    net::TcpListener,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result};

pub use self::cluster::{Cluster, StopMode};
use self::programs::{PACKAGE, Programs};
use crate::environment;

/// The variable that tells the tests about a server.
pub const URL_VARIABLE: &str = "URNA_TEST_POSTGRES_URL";

/// A server to test against.
#[derive(Debug)]
pub enum Server {
    /// A running server, named by the environment.
    Given(OsString),
    /// A cluster of our own.
    Started(Cluster),
}

impl Server {
    /// Takes the server that the environment names, or else starts one. If neither works, that is an error: without
    /// PostgreSQL half of the tests would be left out.
    pub fn get() -> Result<Self> {
        if let Some(url) = environment::get(URL_VARIABLE) {
            return Ok(Self::Given(url));
        }
        Cluster::start(&[]).map(Self::Started)
    }

    /// Debian's package of PostgreSQL, if no server is named and its programs are missing.
    #[must_use]
    pub fn missing_package() -> Option<String> {
        let is_here = environment::get(URL_VARIABLE).is_some() || Programs::find().is_some();
        (!is_here).then(|| PACKAGE.to_owned())
    }

    /// Describes the server that [`Server::get`] will take.
    #[must_use]
    pub fn announced() -> String {
        match environment::get(URL_VARIABLE) {
            Some(_) => format!("take the PostgreSQL server that {URL_VARIABLE} names"),
            None => "start a throw-away PostgreSQL cluster".to_owned(),
        }
    }

    /// The value for `URNA_TEST_POSTGRES_URL`.
    #[must_use]
    pub fn url(&self) -> OsString {
        match self {
            Self::Given(url) => url.clone(),
            Self::Started(cluster) => cluster.url().into(),
        }
    }

    /// A name for people. It hides the address of a given server, which may contain a password.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Given(_) => format!("PostgreSQL (the running server that {URL_VARIABLE} names)"),
            Self::Started(cluster) => format!("{} (a throw-away cluster)", cluster.version()),
        }
    }
}

/// Runs a command while a server is up, and returns its exit code.
pub fn run_with(command: &[OsString]) -> Result<ExitCode> {
    let server = Server::get()?;
    let (program, arguments) = command.split_first().context("a command is needed")?;
    let mut command = Command::new(program);
    command.args(arguments).env(URL_VARIABLE, server.url());
    if let Server::Started(cluster) = &server {
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", cluster.port().to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", "postgres");
    }
    let status = command.status().with_context(|| format!("{} could not be started", program.display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The path of one of PostgreSQL's programs, such as `pg_dump`.
pub fn program(name: &str) -> Result<PathBuf> {
    Ok(Programs::find_or_install()?.path(name))
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on the loopback interface")?;
    Ok(listener.local_addr().context("the port's number is not known")?.port())
}
