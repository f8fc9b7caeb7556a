//! A real SMTP server in its own process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use urna_tests::{aiosmtpd, repository};

/// A server that runs until it is dropped, and the mails that it accepted.
pub(crate) struct SmtpServer {
    process: Child,
    _alive: ChildStdin,
    output: BufReader<ChildStdout>,
    port: u16,
}

/// The folder of the mails, which outlives a server.
pub(crate) struct Mailbox(TempDir);

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("urna-mail-").tempdir().unwrap())
    }

    /// Starts a server that stores its mails here.
    pub(crate) fn serve(&self, arguments: &[&str]) -> SmtpServer {
        let script = repository::root().join("tests/tests/product/smtp_server.py");
        let mut process = Command::new(aiosmtpd().unwrap())
            .arg(script)
            .arg(self.0.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let alive = process.stdin.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        output.read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the mail server says where it listens");
        SmtpServer { process, _alive: alive, output, port }
    }

    /// The accepted mails, in order.
    pub(crate) fn mails(&self) -> Vec<Value> {
        let entries = std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        paths.sort();
        paths.iter().map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
    }
}

impl SmtpServer {
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Returns once a mail is in transit that the server holds up.
    pub(crate) fn until_stalled(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line, "stalled\n");
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}
