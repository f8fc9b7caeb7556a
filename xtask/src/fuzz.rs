//! `cargo xtask fuzz`: fuzzes the decoders that read a stranger's bytes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use xtask::{
    cargo::{cargo, succeed},
    environment,
};

/// The options.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this target
    target: Option<String>,
    /// Seconds per target
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
}

/// The targets, named as in `fuzz/Cargo.toml`.
const TARGETS: [&str; 7] = ["record", "record_parts", "signed_record", "receipt", "choice", "texts", "election_file"];

/// Longer than any useful input, except for a whole record.
const LONGEST: u32 = 8 * 1024;

/// Installs the fuzzer, and runs the targets in sequence.
pub(crate) fn run(options: &Options) -> Result<()> {
    run_with(&installed()?, options.target.as_deref(), options.seconds)
}

/// Stops at the first input that breaks a target; the input is kept in `fuzz/artifacts`.
pub(crate) fn run_with(tool: &Path, only: Option<&str>, seconds: u32) -> Result<()> {
    if let Some(unknown) = only.filter(|only| !TARGETS.contains(only)) {
        bail!("there is no target {unknown}; there are {}", TARGETS.join(", "));
    }
    for target in TARGETS.iter().filter(|target| only.is_none_or(|only| only == **target)) {
        eprintln!("Fuzzing {target} for {seconds} s");
        let corpus = environment::scratch("fuzz").join(target);
        std::fs::create_dir_all(&corpus)?;
        let mut command = Command::new(tool);
        command.current_dir(environment::root()).stdin(Stdio::null());
        // No sanitizer: there is no unsafe code to watch, so a stable compiler is enough.
        command.args(["fuzz", "run", "--sanitizer", "none", target]).arg(corpus);
        command.arg(environment::root().join("fuzz/seeds").join(target));
        command.args(["--", &format!("-max_total_time={seconds}"), "-timeout=10", "-verbosity=0"]);
        command.args(["-print_final_stats=1", &format!("-max_len={LONGEST}"), "-rss_limit_mb=1024"]);
        succeed(&mut command).with_context(|| format!("the target {target} broke, or could not be built"))?;
    }
    Ok(())
}

/// The fuzzer, installed below the target folder if it is missing.
pub(crate) fn installed() -> Result<PathBuf> {
    if let Some(found) = environment::in_path("cargo-fuzz").into_iter().next() {
        return Ok(found);
    }
    let folder = environment::scratch("tools");
    let tool = folder.join("bin/cargo-fuzz");
    if !tool.exists() {
        eprintln!("cargo-fuzz is not there and is installed into {}", folder.display());
        succeed(cargo().args(["install", "--quiet", "--locked", "cargo-fuzz", "--root"]).arg(&folder))
            .context("cargo-fuzz is needed, and could not be installed")?;
    }
    Ok(tool)
}
