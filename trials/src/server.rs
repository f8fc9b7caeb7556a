//! The server: the real binary in a process of its own.

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

/// How long a server may take until it is ready, if the caller does not say.
pub const READY_LIMIT: Duration = Duration::from_secs(30);

/// How often a server that starts or stops is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// An instance: what its server and its commands are called with. It keeps its port, so that a server can be started
/// again where the clients expect it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The binary.
    pub urna: PathBuf,
    /// What the binary is called by, with its arguments: a tracer, say. The process that is started must become the
    /// binary's own. Usually empty.
    pub tracer: Vec<OsString>,
    /// The folder of its log, data directory and mail.
    pub folder: PathBuf,
    /// What it stands on.
    pub database: Database,
    /// Where it listens.
    pub address: SocketAddr,
    /// The file of the master secret.
    pub secret_file: PathBuf,
    /// What it logs, as `URNA_LOG` takes it.
    pub log_filter: String,
    /// Further variables of its environment.
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

    /// A further instance on the same database and with the same secret, on a port and in a folder of its own.
    pub fn beside(&self, folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(folder.join("data")).with_context(|| format!("{} cannot be made", folder.display()))?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        Ok(Self { folder, address, ..self.clone() })
    }

    /// With another variable in its environment.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// A call of the binary, with the settings of this instance and with none of the caller's.
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

    /// The keys that follow from the master secret.
    pub fn keys(&self) -> Result<Keys> {
        let secret = fs::read(&self.secret_file).context("the master secret cannot be read")?;
        Ok(Keys::derive(&MasterSecret::from_slice(&secret)?))
    }

    /// What the server and its predecessors on this instance wrote to stderr.
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

/// The server is built together with this program, into the same folder; for this package's own tests, which lie one
/// deeper, it is the one above.
fn beside_this_program() -> Result<PathBuf> {
    let this = std::env::current_exe().context("this program does not know where it is")?;
    let mut folders = this.ancestors().skip(1).take(2);
    let found = folders.find_map(|folder| Some(folder.join("urna")).filter(|file| file.is_file()));
    found.with_context(|| format!("there is no binary `urna` beside {}", this.display()))
}

/// A server. It is killed when this is dropped, and also when this program is.
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

    /// Starts a server and does not wait.
    pub fn spawn(instance: Instance) -> Result<Self> {
        let process = Self::launch(&instance)?;
        Ok(Self { instance, process, ready_after: Duration::ZERO })
    }

    fn launch(instance: &Instance) -> Result<Process> {
        let log = File::options().create(true).append(true).open(instance.log_file())?;
        let mut command = instance.command();
        Process::start(command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log))
    }

    /// Waits until the server says that it is ready; answers with the time since its process was started.
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

    /// How long the last start took until the server was ready.
    #[must_use]
    pub const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// What the server was called with.
    #[must_use]
    pub const fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.instance.address
    }

    /// Where it keeps its files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.instance.folder
    }

    /// The number of its process.
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

    /// SIGTERM: how the process ended, and after how long.
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

    /// Starts it again on the same port, after its end or, where it still runs, after `kill -9`; says how long that
    /// took until it was ready.
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

    /// The time that the process has had on the processors, in the kernel too; in steps of 10 ms.
    pub fn cpu(&self) -> Result<Duration> {
        self.process.cpu()
    }

    /// The memory that the process has, and the most that it ever had.
    pub fn memory(&self) -> Result<Memory> {
        self.process.memory()
    }
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
