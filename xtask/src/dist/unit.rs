//! Starts the archive's unit under systemd, in a throw-away container.
//!
//! The unit's filters and file system restrictions come from the kernel, as on a real machine; `--privileged` gives
//! systemd what it needs itself.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Made;
use crate::{
    container::{engine::Engine, images},
    page, wait,
};

const IMAGE: &str = "urna-systemd";

const NAME: &str = "urna-unit";

/// Longer than a start of the system or of the service takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Installs the archive beside a running systemd, and lets that start, restart and stop the service.
pub(crate) fn run(made: &Made, storage_driver: &str) -> Result<()> {
    eprintln!("=== The unit under systemd");
    let engine = Engine::set_up(storage_driver)?;
    images::make_debian(&engine)?;
    images::make(&engine, IMAGE, "systemd")?;
    let machine = Machine(&engine);
    engine.ask(&[
        "run",
        "--detach",
        "--name",
        NAME,
        "--systemd",
        "always",
        "--privileged",
        "--network",
        "none",
        IMAGE,
    ])?;
    wait::until("systemd is up", PATIENCE, || Ok(machine.says("systemctl is-system-running") == "running"))?;
    machine.install(made)?;
    machine.start().inspect_err(|_| eprintln!("{}", machine.says("journalctl --unit urna --no-pager")))?;
    machine.crash()?;
    machine.stop()?;
    machine.wrong_setting()?;
    engine.ask(&["rm", "--force", "--time", "10", NAME])?;
    engine.is_empty()
}

/// The container.
struct Machine<'a>(&'a Engine);

impl Machine<'_> {
    /// Runs commands that must succeed.
    fn run(&self, commands: &str) -> Result<String> {
        self.0.ask(&["exec", NAME, "bash", "-e", "-c", commands]).with_context(|| commands.to_owned())
    }

    /// The output of commands, whether they succeed or not.
    fn says(&self, commands: &str) -> String {
        let output = self.0.podman(&["exec", NAME, "bash", "-c", commands]).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    }

    fn is_ready(&self) -> bool {
        self.says("curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:8080/readyz") == "200"
    }

    fn install(&self, made: &Made) -> Result<()> {
        let archive = made.archive.to_string_lossy();
        self.0.ask(&["cp", &archive, &format!("{NAME}:/srv/urna.tar.gz")])?;
        self.run("tar -xzf /srv/urna.tar.gz -C /srv")?;
        let folder = format!("cd /srv/{}", made.name);
        let page = self.run(&format!("{folder} && cat INSTALL.md"))?;
        let commands = page::first_block(&page).context("INSTALL.md says what to do in a block of sh")?;
        self.run(&format!("{folder}\n{commands}"))?;
        Ok(())
    }

    fn start(&self) -> Result<()> {
        self.run("systemctl daemon-reload && systemctl enable --quiet --now urna")?;
        wait::until("/readyz is 200", PATIENCE, || Ok(self.is_ready()))?;
        let status = self.run("cat /proc/$(systemctl show --property MainPID --value urna)/status")?;
        for wanted in ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"] {
            ensure!(status.contains(wanted), "the kernel does not say {wanted:?} of urna:\n{status}");
        }
        ensure!(
            self.says("stat --format %U:%a /var/lib/urna/urna.db") == "urna:600",
            "the database is somebody else's"
        );
        eprintln!("Started: /readyz is 200; no capabilities, no new privileges, system calls are filtered");
        Ok(())
    }

    fn crash(&self) -> Result<()> {
        self.run("systemctl kill --signal KILL urna")?;
        wait::until("systemd has started urna again", PATIENCE, || {
            Ok(self.says("systemctl show --property NRestarts --value urna") == "1" && self.is_ready())
        })?;
        eprintln!("Killed: started again");
        Ok(())
    }

    fn stop(&self) -> Result<()> {
        self.run("systemctl stop urna")?;
        let ended = self.says("systemctl show --property Result,ExecMainStatus urna | sort | paste -sd ' '");
        ensure!(ended == "ExecMainStatus=0 Result=success", "urna was stopped: {ended}");
        eprintln!("Stopped: urna has ended with 0");
        Ok(())
    }

    fn wrong_setting(&self) -> Result<()> {
        self.run("echo URNA_LISTEN=nowhere > /etc/urna/urna.env && systemctl start urna")?;
        wait::until("urna has failed", PATIENCE, || Ok(self.says("systemctl is-failed urna") == "failed"))?;
        let ended = self.says("systemctl show --property NRestarts,ExecMainStatus urna | sort | paste -sd ' '");
        ensure!(ended == "ExecMainStatus=3 NRestarts=0", "with a wrong setting: {ended}");
        eprintln!("A wrong setting: ended with 3, and not tried again");
        Ok(())
    }
}
