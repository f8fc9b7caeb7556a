//! Describes the machine and the version that was measured.

use std::fs;
use std::process::Command;

use anyhow::Result;
use urna_app::Clock;
use xtask::cargo::succeed_quietly;
use xtask::environment;

use super::measure::float;

/// The machine, the date and the state of the sources, one sentence each.
pub(super) fn describe(postgres: &str) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let gibibytes = total(&memory).map_or(f64::NAN, |kib| float(kib) / f64::from(1 << 20));
    let day = Clock::System.now().to_string();
    let day = day.split('T').next().unwrap_or_default();
    Ok(format!(
        "Measured on {day}, commit {}. Machine: {}, {cores} cores, {gibibytes:.0} GiB, Linux {}; {postgres} with its stock \
         settings, SQLite as it is built into Urna.",
        commit()?,
        processor(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
        kernel.trim(),
    ))
}

fn processor(cpuinfo: &str) -> String {
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn total(meminfo: &str) -> Option<u64> {
    meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok())
}

fn commit() -> Result<String> {
    let git =
        |arguments: &[&str]| succeed_quietly(Command::new("git").current_dir(environment::root()).args(arguments));
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.trim().is_empty();
    Ok(format!("`{}`{}", commit.trim(), if changed { " with changes that are not committed" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_of_the_machine_is_read() {
        assert_eq!(processor("processor\t: 0\nmodel name\t: A Processor @ 2 GHz\n"), "A Processor @ 2 GHz");
        assert_eq!(processor(""), std::env::consts::ARCH);
        assert_eq!(total("MemTotal:       24683520 kB\n"), Some(24_683_520));
    }
}
