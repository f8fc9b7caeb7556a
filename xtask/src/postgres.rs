//! A throw-away PostgreSQL cluster for the tests.

mod programs;

use std::{
    ffi::OsString,
    fs,
    io::Write as _,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail};

use self::programs::Programs;
use crate::{
    cargo::succeed_quietly,
    debian, environment,
    guardian::{Account, Guardian},
};

/// The variable in which the tests look for a server.
pub(crate) const URL_VARIABLE: &str = "URNA_TEST_POSTGRES_URL";

/// What stops the server and takes its folder away: `$1` is `pg_ctl`, `$2` the folder.
const CLEANUP: &str = r#""$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// A server to test against.
pub(crate) enum Server {
    /// One that runs already, named by the environment.
    Given(OsString),
    /// One of our own.
    Started(Cluster),
}

impl Server {
    /// Takes the server that the environment names, or else starts one. There is no third way: without PostgreSQL this
    /// is an error, because half of the tests would be left out.
    pub(crate) fn get() -> Result<Self> {
        if let Some(url) = environment::get(URL_VARIABLE) {
            return Ok(Self::Given(url));
        }
        Cluster::start(&Programs::find_or_install()?).map(Self::Started)
    }

    /// The address for `URNA_TEST_POSTGRES_URL`.
    pub(crate) fn url(&self) -> OsString {
        match self {
            Self::Given(url) => url.clone(),
            Self::Started(cluster) => cluster.url().into(),
        }
    }

    /// A name for people. It does not show the address of a given server, which may hold a password.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Given(_) => format!("PostgreSQL (the running server that {URL_VARIABLE} names)"),
            Self::Started(cluster) => format!("{} (a throw-away cluster)", cluster.version),
        }
    }
}

/// A running cluster on a free port of the loopback interface. It is stopped and removed when this is dropped, and also
/// when xtask is killed.
pub(crate) struct Cluster {
    port: u16,
    version: String,
    _guardian: Guardian,
}

impl Cluster {
    fn start(programs: &Programs) -> Result<Self> {
        let account = account()?;
        let folder = folder(account)?;
        let pg_ctl = programs.path("pg_ctl");
        let guardian = Guardian::start(CLEANUP, &[pg_ctl.as_os_str(), folder.as_os_str()], account)?;
        let data = folder.join("data");
        initdb(programs, &data, account)?;
        let port = free_port()?;
        configure(&data, &folder, port)?;
        let log = folder.join("log");
        succeed_quietly(
            run_as(&pg_ctl, account).arg("start").arg("-D").arg(&data).arg("-l").arg(&log).args(["-w", "-t", "60"]),
        )
        .with_context(|| format!("PostgreSQL did not start; its log says:\n{}", tail(&log)))?;
        Ok(Self { port, version: programs.version.clone(), _guardian: guardian })
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// Runs a command with a server up, and hands its exit code on.
pub(crate) fn run_with(command: &[OsString]) -> Result<ExitCode> {
    let server = Server::get()?;
    let (program, arguments) = command.split_first().context("a command is needed")?;
    let mut command = Command::new(program);
    command.args(arguments).env(URL_VARIABLE, server.url());
    if let Server::Started(cluster) = &server {
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", cluster.port.to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", "postgres");
    }
    let status = command.status().with_context(|| format!("{} could not be started", program.display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The account of the cluster: PostgreSQL refuses to run as root.
fn account() -> Result<Option<Account>> {
    if !debian::is_root()? {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let (Ok(uid), Ok(gid)) = (debian::id(&["-u", name]), debian::id(&["-g", name])) {
            return Ok(Some(Account { uid, gid }));
        }
    }
    bail!("PostgreSQL does not run as root, and this machine has no user postgres or nobody to run it as.")
}

/// A new folder that belongs to the account. A socket's path may have no more than about 100 bytes, and the folder for
/// temporary files may be closed to others: then it is /tmp.
fn folder(account: Option<Account>) -> Result<PathBuf> {
    let mut places = vec![std::env::temp_dir(), PathBuf::from("/tmp")];
    places.retain(|place| place.as_os_str().len() <= 60);
    for place in places {
        let Ok(folder) = tempfile::Builder::new().prefix("urna-postgres-").tempdir_in(&place) else {
            continue;
        };
        if let Some(account) = account {
            chown(folder.path(), Some(account.uid), Some(account.gid))
                .context("the cluster's folder could not be handed over")?;
        }
        if run_as(Path::new("test"), account).arg("-w").arg(folder.path()).status().is_ok_and(|status| status.success())
        {
            return Ok(folder.keep());
        }
    }
    bail!("There is no folder for temporary files that PostgreSQL's user can write to.")
}

/// Makes the cluster's files. The collation is deliberately not that of bytes, where the build of PostgreSQL knows
/// another: a query that leans on the engine's order then fails here, not in production.
fn initdb(programs: &Programs, data: &Path, account: Option<Account>) -> Result<()> {
    let call = |locale: &[&str]| {
        let mut command = run_as(&programs.path("initdb"), account);
        command.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]).args(locale);
        succeed_quietly(&mut command)
    };
    // A failed initdb removes what it has made, so that the second call starts afresh.
    call(&["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]).or_else(|_| call(&["--locale=C"]))?;
    Ok(())
}

fn configure(data: &Path, folder: &Path, port: u16) -> Result<()> {
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 400\n",
        folder.display()
    );
    fs::OpenOptions::new()
        .append(true)
        .open(data.join("postgresql.conf"))
        .and_then(|mut file| file.write_all(settings.as_bytes()))
        .context("postgresql.conf could not be written")
}

/// A port that nobody listened on a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on the loopback interface")?;
    Ok(listener.local_addr().context("the port's number is not known")?.port())
}

/// A call as the given account, from a folder that everybody may enter.
fn run_as(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
