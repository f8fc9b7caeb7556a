//! `cargo xtask container`: builds the image from the Dockerfile, and starts docker-compose.yml.
//!
//! Docker is not needed: podman builds and runs, and podman-compose reads the file. Third-party images are not
//! downloaded; they are built from Debian's packages under the names that the two files use. `target/xtask/container`
//! keeps the images and the Dockerfile's caches for the next run. `docs/operations.md` lists the differences from
//! Docker.

mod checks;
pub(crate) mod engine;
pub(crate) mod images;
mod project;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use self::{engine::Engine, project::Project};
use crate::{bookworm, wait};

/// The options.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Put this binary into the image instead of compiling one in the Dockerfile's first stage
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Podman's storage driver: overlay, or vfs if overlay cannot be mounted
    #[arg(long, value_name = "DRIVER", default_value = "overlay")]
    storage_driver: String,
    /// Only build the image
    #[arg(long)]
    build_only: bool,
}

/// Longer than a first start of the database takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// Builds, starts, checks, and removes everything.
pub(crate) fn run(options: &Options) -> Result<()> {
    bookworm::need_root()?;
    let binary = options.binary.as_ref().map(std::path::absolute).transpose().context("the path of the binary")?;
    let begin = Instant::now();
    let engine = Engine::set_up(&options.storage_driver)?;
    images::make_bases(&engine, binary.is_none())?;
    images::build(&engine, binary.as_deref())?;
    if !options.build_only {
        let project = Project::set_up(&engine)?;
        trial(&project).inspect_err(|_| project.show_logs())?;
        project.down()?;
    }
    eprintln!("=== Done in {} s", begin.elapsed().as_secs());
    Ok(())
}

fn trial(project: &Project) -> Result<()> {
    project.start()?;
    checks::confined(project)?;
    let token = checks::organiser(project)?;
    checks::mail(project, &token)?;

    eprintln!("=== Restart of every container");
    project.restart()?;
    ready(project)?;
    checks::still_there(project, &token)?;

    eprintln!("=== A crash");
    checks::comes_back(project)?;
    ready(project)?;

    eprintln!("=== All containers taken away and made anew: only the volumes are kept");
    checks::ends_well(project)?;
    project.take_away()?;
    project.start()?;
    checks::still_there(project, &token)
}

/// Waits until the service reports from outside that it is ready.
fn ready(project: &Project) -> Result<()> {
    let url = format!("{}/readyz", project.address());
    let took = wait::until(&format!("{url} is 200"), PATIENCE, || Ok(wait::is_ok(&url)))?;
    eprintln!("/readyz is 200 ({} ms)", took.as_millis());
    Ok(())
}
