//! A child process: its end and its cost.

use std::fs;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use xtask::guardian::Guardian;

/// Resident memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Current.
    pub resident: u64,
    /// Peak.
    pub peak: u64,
}

/// A child process. It does not outlive this program.
#[derive(Debug)]
pub struct Process {
    child: Child,
    guardian: Option<Guardian>,
    started: Instant,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self> {
        let started = Instant::now();
        let child =
            command.spawn().with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        let mut process = Self { child, guardian: None, started, ended: None };
        let number = process.id().to_string();
        process.guardian = Some(Guardian::start(r#"kill -9 "$1""#, &[number.as_ref()], None)?);
        Ok(process)
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The time since its start.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether it has ended. It is not reaped here: the process id stays reserved until the guardian is gone.
    pub fn has_ended(&self) -> Result<bool> {
        if self.ended.is_some() {
            return Ok(true);
        }
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        Ok(waitid(WaitId::Pid(self.pid()?), options).context("the process cannot be looked at")?.is_some())
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) -> Result<()> {
        self.signal(Signal::TERM)
    }

    /// Sends SIGKILL, and waits for the end.
    pub fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.wait().map(drop)
    }

    /// Waits for the end, which must be near, because this blocks the thread.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        waitid(WaitId::Pid(self.pid()?), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        self.guardian = None;
        let status = self.child.wait().context("the process cannot be waited for")?;
        self.ended = Some(status);
        Ok(status)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        kill_process(self.pid()?, signal).context("the signal cannot be sent")
    }

    fn pid(&self) -> Result<Pid> {
        i32::try_from(self.id()).ok().and_then(Pid::from_raw).context("not the number of a process")
    }

    /// CPU time, including the kernel, with a resolution of 10 ms.
    pub fn cpu(&self) -> Result<Duration> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.id())).context("the process is gone")?;
        let ticks = ticks(&text).context("/proc/…/stat cannot be read")?;
        Ok(Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second()))
    }

    /// Current and peak memory.
    pub fn memory(&self) -> Result<Memory> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.id())).context("the process is gone")?;
        let bytes = |name| kib(&text, name).map(|kib| kib * 1024);
        let memory = bytes("VmRSS:").zip(bytes("VmHWM:"));
        let (resident, peak) = memory.context("the process has ended and has no memory any more")?;
        Ok(Memory { resident, peak })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        match self.kill() {
            Ok(()) => {}
            Err(error) => eprintln!("urna-trials: the server's process could not be ended: {error:#}"),
        }
    }
}

/// `utime` and `stime`. The name of the program comes before them in parentheses and may contain spaces.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

fn kib(status: &str, name: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_read() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 500 0 0 0 12 30 0 0 20 0 3 0 100 0 0 0";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(kib("Name:\tx\nVmHWM:\t   120 kB\nVmRSS:\t    80 kB\n", "VmRSS:"), Some(80));
    }

    #[test]
    fn a_process_that_is_dropped_is_gone() {
        let process = Process::start(Command::new("sleep").arg("60")).unwrap();
        let id = process.id();
        assert!(!process.has_ended().unwrap());
        drop(process);
        assert!(!std::path::Path::new(&format!("/proc/{id}")).exists());
    }
}
