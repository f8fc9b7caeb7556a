//! The server: the real binary in its own process.

mod process;

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::time::sleep;
use urna_app::random;
use urna_core::keys::{Keys, MasterSecret};
use xtask::{environment, postgres::free_port};

pub use self::process::{Memory, Process};
use crate::database::Database;
use crate::http::{self, Connection};

/// The default time limit for a server to be ready.
pub const READY_LIMIT: Duration = Duration::from_secs(30);

/// How often a starting or stopping server is polled.
const LOOK: Duration = Duration::from_millis(2);

/// An instance: the environment of its server and its commands. It keeps its port, so that a restarted server is where
/// the clients expect it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The binary.
    pub urna: PathBuf,
    /// A wrapper command with its arguments, for example a tracer. The started process must become the binary's own.
    /// Usually empty.
    pub tracer: Vec<OsString>,
    /// The folder of its log, data directory and mail.
    pub folder: PathBuf,
    /// Its database.
    pub database: Database,
    /// The address it listens on.
    pub address: SocketAddr,
    /// The file of the master secret.
    pub secret_file: PathBuf,
    /// Its log filter, as in `URNA_LOG`.
    pub log_filter: String,
    /// Additional environment variables.
    pub variables: Vec<(OsString, OsString)>,
}

impl Instance {
    /// An instance on a SQLite file in the folder.
    pub fn sqlite(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let database = Database::Sqlite(folder.join("data/urna.db"));
        Self::new(folder, database)
    }

    /// An instance on a PostgreSQL database, with its other files in the folder.
    pub fn postgres(folder: impl Into<PathBuf>, url: impl Into<String>) -> Result<Self> {
        Self::new(folder.into(), Database::Postgres(url.into()))
    }

    fn new(folder: PathBuf, database: Database) -> Result<Self> {
        fs::create_dir_all(folder.join("data")).with_context(|| format!("{} cannot be made", folder.display()))?;
        let secret_file = folder.join("urna.secret");
        if !secret_file.exists() {
            fs::write(&secret_file, random::bytes::<32>()).context("the master secret cannot be written")?;
            fs::set_permissions(&secret_file, Permissions::from_mode(0o400))?;
        }
        Ok(Self {
            urna: beside_this_program()?,
            tracer: Vec::new(),
            folder,
            database,
            address: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            secret_file,
            log_filter: "warn".to_owned(),
            variables: Vec::new(),
        })
    }

    /// Another instance on the same database and with the same secret, with its own port and folder.
    pub fn beside(&self, folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(folder.join("data")).with_context(|| format!("{} cannot be made", folder.display()))?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        Ok(Self { folder, address, ..self.clone() })
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// A command of the binary, with the settings of this instance and none of the caller's.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut words = self.tracer.iter().map(OsString::as_os_str).chain([self.urna.as_os_str()]);
        let mut command = Command::new(words.next().expect("the binary is the last of the words"));
        command.args(words);
        for name in environment::names().filter(|name| name.to_string_lossy().starts_with("URNA_")) {
            command.env_remove(name);
        }
        command
            .current_dir(&self.folder)
            .env("URNA_DATA_DIR", self.folder.join("data"))
            .env("URNA_DATABASE_URL", self.database.url())
            .env("URNA_LISTEN", self.address.to_string())
            .env("URNA_PUBLIC_URL", format!("http://{}", self.address))
            .env("URNA_SECRET_FILE", &self.secret_file)
            .env("URNA_MAIL", format!("file:{}", self.folder.join("mail").display()))
            .env("URNA_LOG", &self.log_filter)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The keys derived from the master secret.
    pub fn keys(&self) -> Result<Keys> {
        let secret = fs::read(&self.secret_file).context("the master secret cannot be read")?;
        Ok(Keys::derive(&MasterSecret::from_slice(&secret)?))
    }

    /// The stderr of the server and its predecessors on this instance.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.log_file()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The file of [`Instance::log`].
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }
}

/// The server is built together with this program, into the same folder. This package's own tests lie one level deeper,
/// so for them it is the parent folder.
fn beside_this_program() -> Result<PathBuf> {
    let this = std::env::current_exe().context("this program does not know where it is")?;
    let mut folders = this.ancestors().skip(1).take(2);
    let found = folders.find_map(|folder| Some(folder.join("urna")).filter(|file| file.is_file()));
    found.with_context(|| format!("there is no binary `urna` beside {}", this.display()))
}

/// A server. It is killed on drop, and also when this program ends.
#[derive(Debug)]
pub struct Server {
    instance: Instance,
    process: Process,
    ready_after: Duration,
}

impl Server {
    /// Starts a server and waits until it is ready.
    pub async fn start(instance: Instance) -> Result<Self> {
        let mut server = Self::spawn(instance)?;
        server.wait_until_ready(READY_LIMIT).await?;
        Ok(server)
    }

    /// Starts a server without waiting.
    pub fn spawn(instance: Instance) -> Result<Self> {
        let process = Self::launch(&instance)?;
        Ok(Self { instance, process, ready_after: Duration::ZERO })
    }

    fn launch(instance: &Instance) -> Result<Process> {
        let log = File::options().create(true).append(true).open(instance.log_file())?;
        let mut command = instance.command();
        Process::start(command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log))
    }

    /// Waits until the server reports that it is ready. Returns the time since its process was started.
    pub async fn wait_until_ready(&mut self, limit: Duration) -> Result<Duration> {
        let request = http::get("/readyz", None);
        let mut connection = Connection::new(self.instance.address, limit);
        loop {
            if connection.send(&request).await.is_ok_and(|answer| answer.status == 200) {
                self.ready_after = self.process.age();
                return Ok(self.ready_after);
            }
            if self.process.has_ended()? {
                bail!("the server ended by itself:\n{}", tail(&self.instance.log()));
            }
            if self.process.age() > limit {
                bail!("the server is not ready after {limit:?}:\n{}", tail(&self.instance.log()));
            }
            sleep(LOOK).await;
        }
    }

    /// The time that the last start took.
    #[must_use]
    pub const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// The instance of this server.
    #[must_use]
    pub const fn instance(&self) -> &Instance {
        &self.instance
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.instance.address
    }

    /// The folder of its files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.instance.folder
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Whether the process has ended, by itself or not.
    pub fn has_ended(&self) -> Result<bool> {
        self.process.has_ended()
    }

    /// `kill -9`, and waits until the process is gone.
    pub fn kill9(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Sends SIGTERM. Returns how the process ended, and after how long.
    pub async fn terminate(&mut self, limit: Duration) -> Result<(ExitStatus, Duration)> {
        let begin = Instant::now();
        self.process.terminate()?;
        while !self.process.has_ended()? {
            if begin.elapsed() > limit {
                bail!("the server still runs {limit:?} after SIGTERM:\n{}", tail(&self.instance.log()));
            }
            sleep(LOOK).await;
        }
        Ok((self.process.wait()?, begin.elapsed()))
    }

    /// Restarts the server on the same port, after `kill -9` if it still runs. Returns the time until it was ready.
    pub async fn restart(&mut self) -> Result<Duration> {
        self.respawn()?;
        self.wait_until_ready(READY_LIMIT).await
    }

    /// The same without waiting until it is ready.
    pub fn respawn(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process = Self::launch(&self.instance)?;
        Ok(())
    }

    /// CPU time of the process, including the kernel, with a resolution of 10 ms.
    pub fn cpu(&self) -> Result<Duration> {
        self.process.cpu()
    }

    /// Current and peak memory of the process.
    pub fn memory(&self) -> Result<Memory> {
        self.process.memory()
    }
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
