//! The machine of an operator: a folder with the master secret, and the binary.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The master secret of every instance in tests.
pub(crate) const SECRET: [u8; 32] = [7; 32];

/// The binary.
fn urna() -> PathBuf {
    let elsewhere = tempfile::tempdir().unwrap();
    urna_trials::server::Instance::sqlite(elsewhere.path()).unwrap().urna
}

/// An operator's folder.
pub(crate) struct Host(TempDir);

/// The outcome of a command.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Host {
    pub(crate) fn new() -> Self {
        let host = Self(tempfile::tempdir().unwrap());
        host.put_secret(SECRET);
        host
    }

    pub(crate) fn put_secret(&self, secret: [u8; 32]) {
        fs::write(self.path("secret"), secret).unwrap();
        fs::set_permissions(self.path("secret"), Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the binary with this database.
    pub(crate) fn run(&self, database: &str, arguments: &[&str]) -> Ended {
        let mut command = Command::new(urna());
        command.env_clear().current_dir(self.0.path()).stdin(Stdio::null()).args(arguments);
        command.envs([("URNA_DATABASE_URL", database), ("URNA_SECRET_FILE", "secret")]);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// The single sentence of an error.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr
    }
}
