//! Installs the archive in a bare Debian, and checks that it serves.
//!
//! Follows `INSTALL.md` except for systemd, which cannot run in a chroot: here systemd's own tools check the unit, and
//! `unit.rs` starts it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use xtask::{cargo::succeed_quietly, environment, guardian::Guardian, postgres::free_port};

use super::Made;
use crate::{bookworm, page, wait};

/// Far longer than a start or a stop takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tests the archive, and cleans up.
pub(crate) fn run(made: &Made) -> Result<()> {
    bookworm::need_root()?;
    let begin = Instant::now();
    let room = Room::furnish(made)?;
    room.commands(&made.version)?;
    room.service()?;
    unit(&room)?;
    eprintln!("The archive works on a bare Debian 12 ({} s)", begin.elapsed().as_secs());
    Ok(())
}

/// A bare Debian with the contents of the archive.
struct Room {
    root: PathBuf,
    /// Removes everything, even if xtask is interrupted.
    _guardian: Guardian,
    _folder: TempDir,
}

impl Room {
    /// Unpacks Debian and the archive, and installs it.
    fn furnish(made: &Made) -> Result<Self> {
        fs::create_dir_all(environment::scratch(""))?;
        let folder = tempfile::Builder::new().prefix("dist-").tempdir_in(environment::scratch(""))?;
        let guardian = Guardian::start("rm -rf -- \"$1\"", &[folder.path().as_os_str()], None)?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        bookworm::unpack(&root)?;
        fs::copy(&made.archive, root.join("srv/urna.tar.gz"))?;
        let room = Self { root, _guardian: guardian, _folder: folder };
        room.install(&made.name)?;
        Ok(room)
    }

    /// Runs the commands in `INSTALL.md`.
    fn install(&self, name: &str) -> Result<()> {
        let run = |commands: &str| {
            let mut shell = self.chroot("root");
            succeed_quietly(shell.args(["sh", "-e", "-c", commands])).with_context(|| commands.to_owned())
        };
        run("tar -xzf /srv/urna.tar.gz -C /srv")?;
        let readme = fs::read_to_string(self.root.join("srv").join(name).join("INSTALL.md"))?;
        let commands = page::first_block(&readme).context("INSTALL.md says what to do in a block of sh")?;
        run(&format!("cd /srv/{name}\n{commands}"))?;
        eprintln!("Unpacked and installed, the sums are right");
        Ok(())
    }

    /// A command in the chroot, without variables of ours.
    fn chroot(&self, user: &str) -> Command {
        let mut command = Command::new("/usr/sbin/chroot");
        command.arg(format!("--userspec={user}:{user}")).arg(&self.root).args(["/usr/bin/env", "-i"]);
        command.args(["PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "LANG=C.UTF-8"]);
        command.stdin(Stdio::null());
        command
    }

    /// The installed program, as its user.
    fn urna(&self, arguments: &[&str]) -> Command {
        let mut command = self.chroot("urna");
        command.args(["URNA_DATA_DIR=/var/lib/urna", "urna"]).args(arguments);
        command
    }

    fn commands(&self, version: &str) -> Result<()> {
        let said = succeed_quietly(&mut self.urna(&["--version"]))?;
        ensure!(said.trim() == format!("urna {version}"), "the program says {said:?}");
        succeed_quietly(&mut self.urna(&["verify", "--help"]))?;
        let mut create = self.urna(&["organiser", "create", "trial@example.org", "--password-stdin"]);
        let mut child = create.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let mut stdin = child.stdin.take().context("the input is a pipe")?;
        stdin.write_all(b"a password for this trial alone\n")?;
        drop(stdin);
        ensure!(child.wait()?.success(), "urna organiser create failed");
        eprintln!("urna --version, verify --help, organiser create: done");
        Ok(())
    }

    fn service(&self) -> Result<()> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let begin = Instant::now();
        let mut serve = self.urna(&["serve", "--listen", &address]);
        let log = fs::File::create(self.root.join("serve.log"))?;
        let mut running = Running(serve.stdout(Stdio::null()).stderr(log).spawn()?);
        wait_for(&format!("http://{address}/readyz"), &mut running).with_context(|| self.log())?;
        eprintln!("/readyz is 200 after {} ms", begin.elapsed().as_millis());
        let page = ureq::get(format!("http://{address}/")).call()?.into_body().read_to_string()?;
        ensure!(page.contains("<html") && page.contains("</html>"), "the front page is none: {page}");
        succeed_quietly(&mut self.urna(&["backup", "create", "/var/lib/urna/trial.urna"]))?;
        succeed_quietly(&mut self.urna(&["backup", "check", "/var/lib/urna/trial.urna"]))?;
        eprintln!("Front page, backup create, backup check: done");
        let status = running.stop().with_context(|| self.log())?;
        ensure!(status.success(), "after SIGTERM urna ended with {status}\n{}", self.log());
        eprintln!("SIGTERM: urna has ended with 0");
        Ok(())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.root.join("serve.log")).unwrap_or_default()
    }
}

/// The service; it is killed if the trial fails.
struct Running(Child);

impl Running {
    /// Asks it to stop, and waits for that.
    fn stop(&mut self) -> Result<ExitStatus> {
        kill_process(Pid::from_child(&self.0), Signal::TERM)?;
        let mut ended = None;
        wait::until("urna has ended after SIGTERM", PATIENCE, || {
            ended = self.0.try_wait()?;
            Ok(ended.is_some())
        })?;
        ended.context("it has ended")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless something failed.
        if self.0.kill().is_ok() {
            let _ = self.0.wait();
        }
    }
}

/// Waits for status 200, or for the service's end.
fn wait_for(url: &str, running: &mut Running) -> Result<()> {
    wait::until(&format!("{url} is 200"), PATIENCE, || match running.0.try_wait()? {
        Some(status) => bail!("urna has ended with {status}"),
        None => Ok(wait::is_ok(url)),
    })?;
    Ok(())
}

/// Checks the unit with systemd. The program is in the chroot, so a copy of the unit names its path there.
fn unit(room: &Room) -> Result<()> {
    if environment::in_path("systemd-analyze").is_empty() {
        eprintln!("Left out: without systemd-analyze the unit is not looked at.");
        return Ok(());
    }
    let text = fs::read_to_string(room.root.join("usr/local/lib/systemd/system/urna.service"))?;
    let copy = room.root.join("urna.service");
    let there = room.root.join("usr/local/bin/urna");
    fs::write(&copy, text.replace("/usr/local/bin/urna", &there.to_string_lossy()))?;
    let said = analyze(&["verify", "--man=no"], &copy)?;
    ensure!(said.trim().is_empty(), "systemd-analyze verify says:\n{said}");
    let said = analyze(&["security", "--offline=true", "--no-pager"], &copy)?;
    let overall = said.lines().find_map(|line| line.split_once("Overall exposure level for urna.service: "));
    let (_, level) = overall.with_context(|| format!("systemd-analyze security says:\n{said}"))?;
    eprintln!("systemd-analyze: the unit is right, its exposure is {level}");
    Ok(())
}

/// A check reports problems on stderr, and does not always fail then.
fn analyze(arguments: &[&str], unit: &Path) -> Result<String> {
    let output = Command::new("systemd-analyze").args(arguments).arg(unit).output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    ensure!(output.status.success(), "systemd-analyze {} failed:\n{said}", arguments.join(" "));
    Ok(said)
}
