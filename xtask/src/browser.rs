//! `cargo xtask browser` and `cargo xtask screenshots`: the pages in a real browser, driven by the programs in `tests/browser`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::{cargo, succeed},
    debian, environment,
};

/// The first version of Node.js that has what the tests are written in.
const OLDEST_NODE: u32 = 20;

/// Runs the tests, or some of their files.
pub(crate) fn test(files: &[OsString]) -> Result<()> {
    let mut node = prepared()?;
    node.args(["--test", "--test-concurrency=1"]);
    if files.is_empty() {
        node.args(
            ["clash", "every-page", "names-and-weight", "persons", "trouble", "verifier", "voting"]
                .map(|name| format!("tests/{name}.test.mjs")),
        );
    }
    succeed(node.args(files))
}

/// Takes a picture of every page and state, or of those whose names begin so.
pub(crate) fn screenshots(folder: &Path, only: Option<&str>) -> Result<()> {
    let folder = std::path::absolute(folder).context("the folder for the pictures")?;
    succeed(prepared()?.arg("screenshots.mjs").arg(folder).args(only))
}

/// Makes the pictures of README.md anew.
pub(crate) fn pictures_of_readme() -> Result<()> {
    succeed(prepared()?.arg("pictures.mjs").arg(environment::root().join("docs/pictures")))
}

/// Debian's packages with what the tests need and is not here.
pub(crate) fn missing_packages() -> impl Iterator<Item = String> {
    let packages = [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];
    let missing = packages.into_iter().filter(|(program, _)| environment::in_path(program).is_empty());
    missing.map(|(_, package)| package.to_owned())
}

/// Installs what the tests need, where that is possible.
pub(crate) fn install() -> Result<()> {
    chromium()?;
    node()
}

/// Node.js in the folder of the tests, with all that they need.
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

/// Debian's browser; it is installed where that is possible.
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

/// Node.js, new enough; Debian's is installed where there is none.
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
