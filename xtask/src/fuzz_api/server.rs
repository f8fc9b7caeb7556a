//! A server to fuzz, in its own process, on a SQLite file in a temporary folder.

use std::{
    fs::{self, File},
    io::Write as _,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;
use xtask::{
    cargo::{cargo, succeed_quietly},
    environment,
    guardian::Guardian,
    postgres::free_port,
};

use super::{Role, scene::organiser_email};

/// Builds a development binary with overflow checks, and returns its path.
pub(super) fn build() -> Result<PathBuf> {
    eprintln!("Building urna…");
    let mut command = cargo();
    command.args(["build", "--quiet", "--locked", "--bin", "urna", "--message-format", "json-render-diagnostics"]);
    let output = command.stderr(Stdio::inherit()).output().context("cargo build could not be started")?;
    if !output.status.success() {
        bail!("urna could not be built");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "urna")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo build did not say where the binary urna is")
}

/// A running server; stopped on drop, and also if xtask is killed.
pub(super) struct Server {
    process: Child,
    guardian: Option<Guardian>,
    folder: TempDir,
    port: u16,
    password: String,
}

impl Server {
    /// Creates the database and its organisers, and starts the server.
    pub(super) fn start(urna: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("urna-fuzz-").tempdir().context("no temporary folder")?;
        let port = free_port()?;
        let mut this = Starting { urna, folder: &folder, port };
        let password = "cobalt-lantern-drifts-42-otters".to_owned();
        succeed_quietly(this.call().arg("migrate"))?;
        for role in Role::ORGANISERS {
            this.create_organiser(role, &password)?;
        }
        let log = File::create(folder.path().join("log")).context("the server's log could not be made")?;
        let mut process = this.call().arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let number = process.id().to_string();
        let guardian = match Guardian::start(r#"kill "$1""#, &[number.as_ref()], None) {
            Ok(guardian) => Some(guardian),
            Err(error) => {
                process.kill()?;
                return Err(error);
            }
        };
        let mut server = Self { process, guardian, folder, port, password };
        server.wait_until_it_answers()?;
        Ok(server)
    }

    /// The address of the API.
    pub(super) fn api(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1", self.port)
    }

    /// A folder with the lifetime of the server.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The password of every organiser.
    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// Signs of failure after the requests: the server has ended, or its log contains a panic.
    pub(super) fn complaints(&mut self) -> Result<Vec<String>> {
        let mut complaints = Vec::new();
        if let Some(status) = self.process.try_wait()? {
            complaints.push(format!("the server ended by itself ({status})"));
        }
        let log = self.log();
        complaints.extend(log.lines().filter(|line| line.contains("panicked at")).map(str::to_owned));
        Ok(complaints)
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("the server ended at once ({status}):\n{}", self.log());
            }
            if start.elapsed() > Duration::from_secs(30) {
                bail!("the server does not answer:\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The guardian signals the process before it is reaped, so that the process id is still valid.
        drop(self.guardian.take());
        if let Err(error) = self.process.wait() {
            eprintln!("xtask: could not wait for the server to exit: {error}");
        }
    }
}

/// A call of the binary.
struct Starting<'a> {
    urna: &'a Path,
    folder: &'a TempDir,
    port: u16,
}

impl Starting<'_> {
    fn call(&mut self) -> Command {
        let mut command = Command::new(self.urna);
        // None of the developer's own settings reaches the server.
        for name in environment::names().filter(|name| name.as_encoded_bytes().starts_with(b"URNA_")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .env("URNA_DATA_DIR", self.folder.path().join("data"))
            .env("URNA_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("URNA_PUBLIC_URL", format!("http://127.0.0.1:{}", self.port));
        command
    }

    fn create_organiser(&mut self, role: Role, password: &str) -> Result<()> {
        let mut command = self.call();
        command.args(["organiser", "create", &organiser_email(role), "--role", &role.to_string(), "--password-stdin"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut input = process.stdin.take().context("the password could not be handed over")?;
        input.write_all(format!("{password}\n").as_bytes())?;
        drop(input);
        let output = process.wait_with_output()?;
        if !output.status.success() {
            bail!("urna organiser create failed for {role}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }
}
