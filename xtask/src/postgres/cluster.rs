//! A cluster of our own: started, stopped, killed, copied.

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::{free_port, programs::Programs};
use crate::{
    cargo::succeed_quietly,
    debian,
    guardian::{Account, Guardian},
};

/// Stops the server and removes its folder: `$1` is `pg_ctl`, `$2` the folder.
const CLEANUP: &str = r#""$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// Time limit for a start after a kill, including recovery.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How often a starting server is polled.
const LOOK: Duration = Duration::from_millis(5);

/// The ways to stop a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopMode {
    /// Transactions are rolled back, and committed data is written.
    Fast,
    /// Like a crash: the next start recovers from the WAL.
    Immediate,
}

/// A running cluster on a free port of the loopback interface. It is stopped and removed on drop, and also if the
/// program is killed.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    account: Option<Account>,
    folder: PathBuf,
    port: u16,
    child: Mutex<Option<Child>>,
    guardian: Option<Guardian>,
}

impl Cluster {
    /// Creates a cluster and starts it. `settings` are additional lines of postgresql.conf.
    pub fn start(settings: &[&str]) -> Result<Self> {
        Self::start_in(&std::env::temp_dir(), settings)
    }

    /// The same with all files in a folder below `place`, or below /tmp if PostgreSQL cannot use `place`.
    pub fn start_in(place: &Path, settings: &[&str]) -> Result<Self> {
        let cluster = Self::prepare(Programs::find_or_install()?, place)?;
        initdb(&cluster.programs, &cluster.data(), cluster.account)?;
        cluster.configure(&["max_connections = 400"])?;
        cluster.configure(settings)?;
        cluster.start_again()?;
        Ok(cluster)
    }

    /// A physical standby that follows this cluster, with a name for `synchronous_standby_names`.
    pub fn standby(&self, name: &str) -> Result<Self> {
        let standby = Self::prepare(self.programs.clone(), &std::env::temp_dir())?;
        let primary = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        let mut copy = standby.program("pg_basebackup");
        copy.arg("-d").arg(primary).arg("-D").arg(standby.data()).args(["-R", "-X", "stream", "-c", "fast"]);
        succeed_quietly(&mut copy)?;
        // The copy has the settings of its primary; once promoted it must not wait for itself.
        standby.configure(&["synchronous_standby_names = ''"])?;
        standby.start_again()?;
        Ok(standby)
    }

    /// Prepares everything except the cluster's files.
    fn prepare(programs: Programs, place: &Path) -> Result<Self> {
        let account = account()?;
        let folder = folder(place, account)?;
        let pg_ctl = programs.path("pg_ctl");
        let guardian = Guardian::start(CLEANUP, &[pg_ctl.as_os_str(), folder.as_os_str()], account)?;
        Ok(Self { programs, account, folder, port: free_port()?, child: Mutex::new(None), guardian: Some(guardian) })
    }

    /// The address of the default database.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The address of a database.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder of this cluster, owned by the account that PostgreSQL runs as.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The server's log file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The version in PostgreSQL's words: `PostgreSQL 15.18`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// One of PostgreSQL's programs (`psql`, `pgbench`, `pg_test_fsync`, …), run as the account of the cluster, with
    /// the variables that point to the server.
    #[must_use]
    pub fn program(&self, name: &str) -> Command {
        let mut command = run_as(&self.programs.path(name), self.account);
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", "postgres");
        command
    }

    /// The result of a statement: a line per row, columns separated by `|`.
    pub fn query(&self, sql: &str) -> Result<String> {
        let mut psql = self.program("psql");
        succeed_quietly(psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]))
    }

    /// Creates an empty database, and returns its address.
    pub fn create_database(&self, name: &str) -> Result<String> {
        self.query(&format!("create database {name}"))?;
        Ok(self.url_of(name))
    }

    /// Adds lines to postgresql.conf; the last one of a name wins. [`Cluster::reload`] activates them.
    pub fn configure(&self, settings: &[&str]) -> Result<()> {
        let place = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n{}\n",
            self.port,
            self.folder.display(),
            settings.join("\n")
        );
        fs::OpenOptions::new()
            .append(true)
            .open(self.data().join("postgresql.conf"))
            .and_then(|mut file| file.write_all(place.as_bytes()))
            .context("postgresql.conf could not be written")
    }

    /// Lets the server reread its settings.
    pub fn reload(&self) -> Result<()> {
        succeed_quietly(&mut self.pg_ctl("reload")).map(drop)
    }

    /// `pg_ctl stop`, and waits until it has stopped.
    pub fn stop(&self, mode: StopMode) -> Result<()> {
        let mode = match mode {
            StopMode::Fast => "fast",
            StopMode::Immediate => "immediate",
        };
        succeed_quietly(self.pg_ctl("stop").args(["-m", mode, "-w", "-t", "60"]))?;
        let mut child = self.child();
        child.as_mut().map_or(Ok(()), |child| child.wait().map(drop)).context("could not wait for the postmaster")
    }

    /// Starts it after a stop or a kill, and waits until it accepts connections. Orphans of a killed postmaster may
    /// hold its memory for a moment: then the start is retried.
    ///
    /// The postmaster is a child of this program, not of `pg_ctl`. So a killed one is reaped at once. Otherwise the
    /// machine's init would reap it some time later, and a new postmaster would wait for that.
    pub fn start_again(&self) -> Result<()> {
        let begin = Instant::now();
        loop {
            let log = fs::File::options().create(true).append(true).open(self.log())?;
            let mut postgres = run_as(&self.programs.path("postgres"), self.account);
            postgres.arg("-D").arg(self.data()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
            // Its own process group: an interrupt from the terminal must not reach it.
            let mut child = postgres.process_group(0).spawn().context("postgres could not be started")?;
            let up = self.wait_until_up(&mut child);
            *self.child() = Some(child);
            let Err(error) = up else { return Ok(()) };
            if !tail(&self.log()).contains("is still in use") || begin.elapsed() > START_LIMIT {
                return Err(error.context(format!("PostgreSQL did not start; its log says:\n{}", tail(&self.log()))));
            }
            thread::sleep(LOOK);
        }
    }

    /// Reads the same file as `pg_ctl`: the eighth line of postmaster.pid holds the postmaster's status.
    fn wait_until_up(&self, child: &mut Child) -> Result<()> {
        let begin = Instant::now();
        loop {
            let text = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            if lines.first() == Some(&child.id().to_string().as_str())
                && matches!(lines.get(7), Some(&("ready" | "standby")))
            {
                return Ok(());
            }
            if let Some(status) = child.try_wait()? {
                bail!("the postmaster ended ({status})");
            }
            if begin.elapsed() > START_LIMIT {
                bail!("the postmaster is not ready after {START_LIMIT:?}");
            }
            thread::sleep(LOOK);
        }
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The process id of the postmaster.
    pub fn postmaster(&self) -> Result<u32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).context("the cluster does not run")?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("postmaster.pid begins with a number")
    }

    /// The backends of clients with this name (`urna` for the server), the oldest first.
    pub fn backends(&self, application_name: &str) -> Result<Vec<u32>> {
        let list = self.query(&format!(
            "select pid from pg_stat_activity where application_name = '{application_name}' order by backend_start, pid"
        ))?;
        list.lines().map(|line| line.parse().context("a pid is a number")).collect()
    }

    /// Kills the postmaster with SIGKILL, and waits until it is gone; its children notice that, and end.
    pub fn kill_postmaster(&self) -> Result<()> {
        let mut child = self.child();
        let child = child.as_mut().context("the cluster was never started")?;
        child.kill().context("the postmaster could not be killed")?;
        child.wait().map(drop).context("could not wait for the postmaster")
    }

    /// Sends SIGKILL to a process of this cluster. If it is a backend, the postmaster restarts all the others, too.
    pub fn kill(&self, process: u32) -> Result<()> {
        kill_process(pid(process)?, Signal::KILL).with_context(|| format!("kill -9 {process}"))
    }

    /// Promotes a standby, and waits until it is the primary.
    pub fn promote(&self) -> Result<()> {
        succeed_quietly(self.pg_ctl("promote").args(["-w", "-t", "60"])).map(drop)
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut command = run_as(&self.programs.path("pg_ctl"), self.account);
        command.arg(verb).arg("-D").arg(self.data());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The guardian stops the server; afterwards the child must be reaped, or killed if the stop failed.
        drop(self.guardian.take());
        if let Some(child) = self.child().as_mut()
            && let Err(error) = child.kill().and_then(|()| child.wait())
        {
            eprintln!("xtask: could not wait for PostgreSQL to exit: {error}");
        }
    }
}

fn pid(number: u32) -> Result<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw).context("not the number of a process")
}

/// The account of the cluster, because PostgreSQL refuses to run as root.
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

/// A new folder owned by the account. If the folder for temporary files is closed to others, or too long for a socket's
/// path (about 100 bytes), it is below /tmp.
fn folder(place: &Path, account: Option<Account>) -> Result<PathBuf> {
    let mut places = vec![place.to_owned(), PathBuf::from("/tmp")];
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

/// Creates the cluster's files. The collation deliberately differs from byte order, if PostgreSQL's build offers that:
/// a query that relies on the engine's order then fails here, not in production.
fn initdb(programs: &Programs, data: &Path, account: Option<Account>) -> Result<()> {
    let call = |locale: &[&str]| {
        let mut command = run_as(&programs.path("initdb"), account);
        command.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]).args(locale);
        succeed_quietly(&mut command)
    };
    // A failed initdb removes its files, so that the second call starts afresh.
    call(&["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]).or_else(|_| call(&["--locale=C"]))?;
    Ok(())
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
