//! `cargo xtask browser` and `cargo xtask screenshots`: drives the pages in a real browser with the programs in
//! `tests/browser`.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::{cargo, succeed},
    debian, environment,
    postgres::{self, URL_VARIABLE},
};

/// The oldest version of Node.js that can run the tests.
const OLDEST_NODE: u32 = 20;

/// Runs all tests, or only some files; the journeys also on PostgreSQL if a server is named in the environment.
pub(crate) fn test(files: &[OsString]) -> Result<()> {
    run(files, environment::get(URL_VARIABLE).as_deref())
}

/// Runs all tests, the journeys also on this server.
pub(crate) fn test_on(server: &OsStr) -> Result<()> {
    run(&[], Some(server))
}

fn run(files: &[OsString], server: Option<&OsStr>) -> Result<()> {
    let mut node = prepared()?;
    if let Some(server) = server {
        node.env(URL_VARIABLE, server).env("URNA_PSQL", postgres::program("psql")?);
    }
    node.args(["--test", "--test-concurrency=1"]);
    if files.is_empty() {
        node.args(
            ["clash", "every-page", "methods", "names-and-weight", "persons", "trouble", "verifier", "voting"]
                .map(|name| format!("tests/{name}.test.mjs")),
        );
    }
    succeed(node.args(files))
}

/// Takes a picture of every page and state, or only of those whose names begin with `only`.
pub(crate) fn screenshots(folder: &Path, only: Option<&str>) -> Result<()> {
    let folder = std::path::absolute(folder).context("the folder for the pictures")?;
    succeed(prepared()?.arg("screenshots.mjs").arg(folder).args(only))
}

/// Renews the pictures of README.md.
pub(crate) fn pictures_of_readme() -> Result<()> {
    succeed(prepared()?.arg("pictures.mjs").arg(environment::root().join("docs/pictures")))
}

/// The Debian packages that the tests need and that are missing here.
pub(crate) fn missing_packages() -> impl Iterator<Item = String> {
    let packages = [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];
    let missing = packages.into_iter().filter(|(program, _)| environment::in_path(program).is_empty());
    missing.map(|(_, package)| package.to_owned())
}

/// Installs the needs of the tests, if possible.
pub(crate) fn install() -> Result<()> {
    chromium()?;
    node()
}

/// Node.js in the folder of the tests, with all dependencies installed.
fn prepared() -> Result<Command> {
    let chromium = chromium()?;
    node()?;
    succeed(cargo().args(["build", "--quiet", "--locked", "-p", "urna_server"]))?;
    let folder = environment::root().join("tests/browser");
    succeed(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder))
        .context("the packages of tests/browser could not be installed")?;
    let mut node = Command::new("node");
    node.current_dir(folder)
        .env("URNA_BINARY", environment::target().join("debug/urna"))
        .env("URNA_CHROMIUM", chromium);
    Ok(node)
}

/// Debian's browser; installed if possible.
fn chromium() -> Result<PathBuf> {
    let find = || environment::in_path("chromium").into_iter().next();
    if let Some(found) = find() {
        return Ok(found);
    }
    if debian::can_install()? {
        debian::install("chromium")?;
    }
    find().context("The tests of the pages need Chromium: install the package chromium.")
}

/// Checks that Node.js is new enough; installs Debian's if there is none.
fn node() -> Result<()> {
    let is_missing = |program| environment::in_path(program).is_empty();
    if is_missing("node") && debian::can_install()? {
        debian::install("nodejs")?;
    }
    if is_missing("npm") && debian::can_install()? {
        debian::install("npm")?;
    }
    let printed = Command::new("node").arg("--version").output();
    let printed = printed.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let major = printed.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("The tests of the pages need Node.js {OLDEST_NODE}.19 or newer with npm, from https://nodejs.org.");
    }
    Ok(())
}
