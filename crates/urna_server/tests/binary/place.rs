//! An isolated place for each test: a folder, and the binary in it without settings from the environment.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Strong enough.
pub(crate) const PASSWORD: &str = "the heron stands in cold water";

pub(crate) struct Place {
    folder: TempDir,
}

/// The outcome of a command.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    fn new(output: Output) -> Self {
        let Output { status, stdout, stderr } = output;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code().expect("it was not killed"), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The single line of an error.
    #[track_caller]
    pub(crate) fn sentence(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "one sentence: {line}");
        assert_eq!(self.stdout, "");
        line.strip_prefix("urna: ").unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary in this folder, with `data` as its data directory.
    pub(crate) fn urna<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_urna"));
        command.env_clear().current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub(crate) fn run<const N: usize>(&self, arguments: [&str; N]) -> Ended {
        self.run_with(&[], arguments)
    }

    pub(crate) fn run_all(&self, arguments: &[&str]) -> Ended {
        Ended::new(self.urna(arguments).output().unwrap())
    }

    pub(crate) fn run_with<const N: usize>(&self, variables: &[(&str, &str)], arguments: [&str; N]) -> Ended {
        Ended::new(self.urna(arguments).envs(variables.iter().copied()).output().unwrap())
    }

    pub(crate) fn run_on<const N: usize>(&self, stdin: &str, arguments: [&str; N]) -> Ended {
        Self::feed(self.urna(arguments), stdin)
    }

    fn feed(mut command: Command, stdin: &str) -> Ended {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        // The command may end without reading.
        let _ = process.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ended::new(process.wait_with_output().unwrap())
    }

    /// Makes a database with its schema, a secret and an organiser.
    pub(crate) fn set_up(&self, variables: &[(&str, &str)]) {
        let mut command = self.urna(["organiser", "create", "owner@example.org", "--password-stdin"]);
        command.envs(variables.iter().copied());
        Self::feed(command, &format!("{PASSWORD}\n")).ok();
    }

    pub(crate) fn create_organiser(&self, email: &str, role: &str) -> Ended {
        let stdin = format!("{PASSWORD}\n");
        self.run_on(&stdin, ["organiser", "create", email, "--role", role, "--password-stdin"])
    }

    /// Starts a server on a free port.
    pub(crate) fn serve(&self, variables: &[(&str, &str)]) -> Served {
        let mut command = self.urna(["serve", "--listen", "127.0.0.1:0", "--json"]);
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Served::start(command)
    }
}

/// A server; killed when this is dropped.
pub(crate) struct Served {
    process: Child,
    /// The first line, as JSON.
    pub(crate) announced: Value,
    _stdout: BufReader<ChildStdout>,
}

impl Served {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let announced = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { process, announced, _stdout: stdout }
    }

    pub(crate) fn url(&self, name: &str) -> &str {
        self.announced[name].as_str().unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(address(self.url("listening"))).unwrap()
    }

    /// The whole answer to an API request, with or without a token.
    pub(crate) fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> String {
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let mut stream = self.connect();
        write!(
            stream,
            "{method} /api/v1/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{token}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Tries to sign in an organiser.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> String {
        let body = serde_json::json!({"email": email, "password": password});
        self.ask("POST", "organiser-sessions", None, &body.to_string())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Waits for the end. Returns exit code and log.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.process.wait().unwrap().code(), log)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Usually it has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn address(url: &str) -> SocketAddr {
    url.strip_prefix("http://").unwrap().split('/').next().unwrap().parse().unwrap()
}

/// The whole answer to a GET.
pub(crate) fn get(url: &str) -> String {
    let address = address(url);
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
