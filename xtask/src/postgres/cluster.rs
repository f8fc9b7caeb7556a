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

/// What stops the server and takes its folder away: `$1` is `pg_ctl`, `$2` the folder.
const CLEANUP: &str = r#""$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// How long a cluster may take to come up again after it was killed, recovery included.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How often a server that starts is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// How a server is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopMode {
    /// Transactions are rolled back, what is known is written.
    Fast,
    /// Like a crash: the next start recovers from the log.
    Immediate,
}

/// A running cluster on a free port of the loopback interface. It is stopped and removed when this is dropped, and also
/// when the program is killed.
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
    /// Makes a cluster and starts it. `settings` are further lines of postgresql.conf.
    pub fn start(settings: &[&str]) -> Result<Self> {
        Self::start_in(&std::env::temp_dir(), settings)
    }

    /// The same with all of its files in a folder below `place`, if PostgreSQL can be there, and else in one below /tmp.
    pub fn start_in(place: &Path, settings: &[&str]) -> Result<Self> {
        let cluster = Self::prepare(Programs::find_or_install()?, place)?;
        initdb(&cluster.programs, &cluster.data(), cluster.account)?;
        cluster.configure(&["max_connections = 400"])?;
        cluster.configure(settings)?;
        cluster.start_again()?;
        Ok(cluster)
    }

    /// A physical standby that follows this cluster, under a name that `synchronous_standby_names` can mention.
    pub fn standby(&self, name: &str) -> Result<Self> {
        let standby = Self::prepare(self.programs.clone(), &std::env::temp_dir())?;
        let primary = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        let mut copy = standby.program("pg_basebackup");
        copy.arg("-d").arg(primary).arg("-D").arg(standby.data()).args(["-R", "-X", "stream", "-c", "fast"]);
        succeed_quietly(&mut copy)?;
        // It came with the settings of its primary; once promoted it must not wait for itself.
        standby.configure(&["synchronous_standby_names = ''"])?;
        standby.start_again()?;
        Ok(standby)
    }

    /// Everything but the files of the cluster.
    fn prepare(programs: Programs, place: &Path) -> Result<Self> {
        let account = account()?;
        let folder = folder(place, account)?;
        let pg_ctl = programs.path("pg_ctl");
        let guardian = Guardian::start(CLEANUP, &[pg_ctl.as_os_str(), folder.as_os_str()], account)?;
        Ok(Self { programs, account, folder, port: free_port()?, child: Mutex::new(None), guardian: Some(guardian) })
    }

    /// The address of the database that every cluster has.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The address of a database.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder of everything that is this cluster's; its owner is the account that PostgreSQL runs as.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What the server said.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// As PostgreSQL says it: `PostgreSQL 15.18`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.programs.version
    }

    /// One of PostgreSQL's programs (`psql`, `pgbench`, `pg_test_fsync`, …), as the account of the cluster, with the
    /// variables by which it finds the server.
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

    /// What a statement answers: a line per row, columns between `|`.
    pub fn query(&self, sql: &str) -> Result<String> {
        let mut psql = self.program("psql");
        succeed_quietly(psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]))
    }

    /// Makes an empty database, and says its address.
    pub fn create_database(&self, name: &str) -> Result<String> {
        self.query(&format!("create database {name}"))?;
        Ok(self.url_of(name))
    }

    /// Adds lines to postgresql.conf; a later one of the same name wins. [`Cluster::reload`] makes them known.
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

    /// Has the server read its settings again.
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
        child.as_mut().map_or(Ok(()), |child| child.wait().map(drop)).context("the postmaster could not be waited for")
    }

    /// Starts it after a stop or a kill, and waits until it takes connections. Orphans of a killed postmaster may still
    /// hold its memory for a moment: then the start is tried again.
    ///
    /// The postmaster is a child of this program, not of `pg_ctl`: whoever is killed is then gone at once, and not when
    /// the first process of the machine gets around to it, which a new postmaster would wait for.
    pub fn start_again(&self) -> Result<()> {
        let begin = Instant::now();
        loop {
            let log = fs::File::options().create(true).append(true).open(self.log())?;
            let mut postgres = run_as(&self.programs.path("postgres"), self.account);
            postgres.arg("-D").arg(self.data()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
            // A group of its own: an interrupt from the terminal is not for it.
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

    /// Reads what `pg_ctl` reads: the eighth line of postmaster.pid is the postmaster's own word.
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

    /// The process of the postmaster.
    pub fn postmaster(&self) -> Result<u32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).context("the cluster does not run")?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("postmaster.pid begins with a number")
    }

    /// The processes that serve clients of this name (`urna` is the server's), the longest served first.
    pub fn backends(&self, application_name: &str) -> Result<Vec<u32>> {
        let list = self.query(&format!(
            "select pid from pg_stat_activity where application_name = '{application_name}' order by backend_start, pid"
        ))?;
        list.lines().map(|line| line.parse().context("a pid is a number")).collect()
    }

    /// `kill -9` of the postmaster, and waits until it is gone; its children notice, and end.
    pub fn kill_postmaster(&self) -> Result<()> {
        let mut child = self.child();
        let child = child.as_mut().context("the cluster was never started")?;
        child.kill().context("the postmaster could not be killed")?;
        child.wait().map(drop).context("the postmaster could not be waited for")
    }

    /// `kill -9` of a process of this cluster. Of a backend it makes the postmaster restart all the others, too.
    pub fn kill(&self, process: u32) -> Result<()> {
        kill_process(pid(process)?, Signal::KILL).with_context(|| format!("kill -9 {process}"))
    }

    /// Makes a standby a primary, and waits until it is one.
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
        // The guardian stops the server; what is left then is to be waited for, and where it could not, to be killed.
        drop(self.guardian.take());
        if let Some(child) = self.child().as_mut()
            && let Err(error) = child.kill().and_then(|()| child.wait())
        {
            eprintln!("xtask: the end of PostgreSQL could not be waited for: {error}");
        }
    }
}

fn pid(number: u32) -> Result<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw).context("not the number of a process")
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
