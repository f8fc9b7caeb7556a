//! The two engines, and the environment variables about them.

use std::fmt;
use std::path::PathBuf;

/// The address of a PostgreSQL server, with an account that may create databases.
const POSTGRES_URL: &str = "URNA_TEST_POSTGRES_URL";

/// The path of a Python with aiosmtpd, for the mail server of the tests.
const AIOSMTPD: &str = "URNA_TEST_AIOSMTPD";

/// The paths of pgbouncer and nginx, to run in front of the database and of the service.
const PGBOUNCER: &str = "URNA_TEST_PGBOUNCER";
const NGINX: &str = "URNA_TEST_NGINX";

/// `1`: a missing engine or mail server is a failure.
const REQUIRE_ALL: &str = "URNA_TEST_REQUIRE_ALL";

/// A database engine that the product runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file; always available.
    Sqlite,
    /// A server; available if `URNA_TEST_POSTGRES_URL` names one.
    Postgres,
}

impl Engine {
    /// Every engine, available or not.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The engines available here.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|engine| engine.is_available()).collect()
    }

    /// Whether it is available here.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => postgres_url().is_some(),
        }
    }

    /// The name that prefixes the names of cases, as in [`urna_store::Db::engine`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The server for the tests on PostgreSQL.
pub(crate) fn postgres_url() -> Option<String> {
    variable(POSTGRES_URL)
}

/// The Python that runs the mail server of the tests. Without it the cases that need it are skipped.
#[must_use]
pub fn aiosmtpd() -> Option<PathBuf> {
    variable(AIOSMTPD).map(PathBuf::from)
}

/// The connection pooler. Without it the cases that need it are skipped.
#[must_use]
pub fn pgbouncer() -> Option<PathBuf> {
    variable(PGBOUNCER).map(PathBuf::from)
}

/// The proxy. Without it the cases that need it are skipped.
#[must_use]
pub fn nginx() -> Option<PathBuf> {
    variable(NGINX).map(PathBuf::from)
}

/// Reports on stderr what is skipped.
///
/// # Errors
/// If something is missing that the environment requires.
pub(crate) fn announce_missing() -> Result<(), String> {
    let requires_all = variable(REQUIRE_ALL).as_deref() == Some("1");
    for (is_there, what, name) in [
        (postgres_url().is_some(), "PostgreSQL", POSTGRES_URL),
        (aiosmtpd().is_some(), "Mail over SMTP", AIOSMTPD),
        (pgbouncer().is_some(), "A pooler before the database", PGBOUNCER),
        (nginx().is_some(), "A proxy before the service", NGINX),
    ] {
        if !is_there && requires_all {
            return Err(format!(
                "{REQUIRE_ALL}=1 asks for every test, but {name} is not set: {what} cannot be tested."
            ));
        }
        if !is_there {
            eprintln!("{what} left out: {name} is not set; `cargo xtask test` sets up everything");
        }
    }
    Ok(())
}

/// An empty variable counts as unset.
#[expect(
    clippy::disallowed_methods,
    reason = "the harness has no configuration; this is its one home of the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
