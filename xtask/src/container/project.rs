//! The services of docker-compose.yml, in a copy of its folder with throw-away secrets.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};
use xtask::{cargo::succeed_quietly, environment, postgres::free_port};

use super::{PATIENCE, engine::Engine, ready};
use crate::{page, venv, wait};

/// Reads compose files for podman. Debian's version is too old for this file.
const COMPOSE: &str = "podman-compose==1.5.0";

/// The prefix of the containers, networks and volumes.
const NAME: &str = "urna-trial";

/// The services, in the order that `depends_on` requires.
const ORDER: [&[&str]; 2] = [&["postgres", "mailpit"], &["urna"]];

/// The services, started or not.
pub(crate) struct Project<'a> {
    pub(crate) engine: &'a Engine,
    compose: PathBuf,
    folder: PathBuf,
    port: u16,
    mail_port: u16,
}

impl<'a> Project<'a> {
    /// Copies the file, and creates the secrets as `secrets/README.md` describes.
    pub(crate) fn set_up(engine: &'a Engine) -> Result<Self> {
        eprintln!("=== docker-compose.yml");
        let folder = engine.fresh_folder("project")?;
        fs::copy(environment::root().join("docker-compose.yml"), folder.join("docker-compose.yml"))?;
        fs::create_dir(folder.join("secrets"))?;
        let readme = fs::read_to_string(environment::root().join("secrets/README.md"))?;
        let commands = page::first_block(&readme).context("secrets/README.md says what to do in a block of sh")?;
        succeed_quietly(Command::new("sh").current_dir(&folder).args(["-e", "-c", commands]))?;
        let compose = venv::tool(COMPOSE, "podman-compose")?;
        Ok(Self { engine, compose, folder, port: free_port()?, mail_port: free_port()? })
    }

    /// The address of the service.
    pub(crate) fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The address of the mail catcher.
    pub(crate) fn catcher(&self) -> String {
        format!("http://localhost:{}", self.mail_port)
    }

    /// The container of a service.
    pub(crate) fn container(service: &str) -> String {
        format!("{NAME}_{service}_1")
    }

    /// Starts the services, each after its dependencies are healthy. Docker Compose waits by itself. podman relies on
    /// systemd to repeat health checks, so without systemd they are repeated here.
    pub(crate) fn start(&self) -> Result<()> {
        for services in ORDER {
            let mut arguments = vec!["up", "--detach", "--no-build", "--no-deps"];
            arguments.extend(services);
            self.compose(&arguments)?;
            for service in services {
                self.healthy(service)?;
            }
        }
        ready(self)
    }

    /// Runs the health check of the container until it passes.
    fn healthy(&self, service: &str) -> Result<()> {
        let container = Self::container(service);
        let mut said = String::new();
        let took = wait::until(&format!("{service} is healthy"), PATIENCE, || {
            let output = self.engine.podman(&["healthcheck", "run", &container]).output()?;
            said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            Ok(output.status.success())
        })
        .with_context(|| said.clone())?;
        let health = self.engine.ask(&["inspect", "--format", "{{.State.Health.Status}}", &container])?;
        eprintln!("{service} is {health} ({} ms)", took.as_millis());
        Ok(())
    }

    /// Restarts every container.
    pub(crate) fn restart(&self) -> Result<()> {
        self.compose(&["restart"])?;
        ORDER.iter().copied().flatten().try_for_each(|service| self.healthy(service))
    }

    /// Removes the containers and networks; the volumes stay.
    pub(crate) fn take_away(&self) -> Result<()> {
        self.compose(&["down"])?;
        self.engine.is_empty()
    }

    /// Removes everything.
    pub(crate) fn down(&self) -> Result<()> {
        self.compose(&["down", "--volumes"])?;
        self.engine.is_empty()?;
        eprintln!("=== Everything is taken down");
        Ok(())
    }

    /// Shows the last log lines of each service, after a failure.
    pub(crate) fn show_logs(&self) {
        for service in ORDER.iter().copied().flatten() {
            eprintln!("--- {service}");
            // If there is no such container, podman reports it.
            let _ = self.engine.podman(&["logs", "--tail", "20", &Self::container(service)]).status();
        }
    }

    fn compose(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(&self.compose);
        command.current_dir(&self.folder).arg("--podman-path").arg(self.engine.program());
        command.args(["--project-name", NAME]).args(arguments);
        for name in ["URNA_TRUSTED_PROXIES", "URNA_MAIL", "URNA_MAIL_FROM"] {
            command.env_remove(name);
        }
        command.env("URNA_PORT", self.port.to_string()).env("MAILPIT_PORT", self.mail_port.to_string());
        succeed_quietly(command.env("URNA_PUBLIC_URL", self.address()))?;
        Ok(())
    }
}
