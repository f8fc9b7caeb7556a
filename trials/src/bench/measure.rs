//! Measures: times, CPU shares and medians.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A count as a float. Exact up to 2^53; no count here is larger.
pub(super) fn float(number: u64) -> f64 {
    let low = u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// The same for a length.
pub(super) fn count(number: usize) -> f64 {
    float(u64::try_from(number).unwrap_or(u64::MAX))
}

/// Milliseconds with fractions.
pub(super) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Microseconds with fractions.
pub(super) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Mebibytes.
pub(super) fn mebibytes(bytes: u64) -> f64 {
    float(bytes) / f64::from(1 << 20)
}

/// The median: the mean of the middle two if the number is even, NaN if there are none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Times in ascending order.
#[derive(Debug, Clone, Default)]
pub(super) struct Times(Vec<Duration>);

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

impl Times {
    /// A quantile in thousandths (nearest rank, so a time that was really measured).
    pub(super) fn per_mille(&self, part: usize) -> Duration {
        let rank = (self.0.len() * part).div_ceil(1000);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// The median.
    pub(super) fn p50(&self) -> Duration {
        self.per_mille(500)
    }

    /// The 99th percentile.
    pub(super) fn p99(&self) -> Duration {
        self.per_mille(990)
    }

    /// The 99.9th percentile.
    pub(super) fn p999(&self) -> Duration {
        self.per_mille(999)
    }
}

/// The processes whose CPU time is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meters {
    /// The server process.
    pub(super) server: u32,
    /// The postmaster, whose children are PostgreSQL's processes.
    pub(super) postmaster: Option<u32>,
}

/// CPU time spent up to some moment.
#[derive(Debug)]
pub(super) struct Reading {
    server: Threads,
    database: Duration,
    client: Threads,
}

/// Nanoseconds by thread. If a thread ends in between, its earlier time must not be subtracted.
type Threads = HashMap<u32, u64>;

/// CPU time, including the kernel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// The server process.
    pub(super) server: Duration,
    /// PostgreSQL's processes.
    pub(super) database: Duration,
    /// This program, which generates the load.
    pub(super) client: Duration,
}

impl Meters {
    /// Reads the CPU time spent so far.
    pub(super) fn read(self) -> Result<Reading> {
        let server = threads(self.server).context("the server's process is gone")?;
        let client = threads(std::process::id()).context("the processors' time cannot be read")?;
        let database = self.postmaster.map(database).transpose()?.unwrap_or_default();
        Ok(Reading { server, database, client })
    }
}

impl Reading {
    /// The CPU time spent since then.
    pub(super) fn since(&self, before: &Self) -> Spent {
        Spent {
            server: difference(&self.server, &before.server),
            database: self.database.saturating_sub(before.database),
            client: difference(&self.client, &before.client),
        }
    }
}

fn difference(after: &Threads, before: &Threads) -> Duration {
    let earlier = |thread| before.get(thread).copied().unwrap_or(0);
    Duration::from_nanos(after.iter().map(|(thread, nanos)| nanos.saturating_sub(earlier(thread))).sum())
}

/// The threads of a process, from the scheduler's own statistics: `/proc/…/stat` has a resolution of only 10 ms.
fn threads(process: u32) -> Option<Threads> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let spent = threads.filter_map(Result::ok).filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanos = text.split_whitespace().next()?.parse().ok()?;
        Some((thread.file_name().to_str()?.parse().ok()?, nanos))
    });
    Some(spent.collect())
}

/// PostgreSQL's processes are the children of the postmaster. The time of ended children is counted with the
/// postmaster, so that the sum never decreases.
fn database(postmaster: u32) -> Result<Duration> {
    let living: u64 = children(postmaster)?.into_iter().filter_map(threads).flatten().map(|(_, nanos)| nanos).sum();
    let ended = stat(postmaster).and_then(|fields| {
        let ticks: u64 = fields.get(13..15)?.iter().map(|ticks| ticks.parse().unwrap_or(0)).sum();
        Some(ticks * 1_000_000_000 / rustix::param::clock_ticks_per_second())
    });
    Ok(Duration::from_nanos(living + ended.context("the postmaster is gone")?))
}

/// CPU time of the calling thread.
pub(super) fn thread_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

fn children(parent: u32) -> Result<Vec<u32>> {
    let processes = fs::read_dir("/proc").context("/proc cannot be read")?;
    let numbers = processes.filter_map(Result::ok).filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    Ok(numbers.filter(|number| parent_of(*number) == Some(parent)).collect())
}

fn parent_of(process: u32) -> Option<u32> {
    stat(process)?.get(1)?.parse().ok()
}

/// The fields of `/proc/…/stat` after the name of the program, which may contain spaces: the state, the parent, and so
/// on.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times: Times = (1..=1000).rev().map(Duration::from_millis).collect();
        assert_eq!(times.p50(), Duration::from_millis(500));
        assert_eq!(times.p99(), Duration::from_millis(990));
        assert_eq!(times.p999(), Duration::from_millis(999));
        let few: Times = [3, 1, 2].map(Duration::from_millis).into_iter().collect();
        assert_eq!((few.p50(), few.p99()), (Duration::from_millis(2), Duration::from_millis(3)));
        assert_eq!(Times::default().p99(), Duration::ZERO);
    }

    #[test]
    fn the_middle_does_not_depend_on_the_order() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median([4.0, 1.0]) - 2.5).abs() < 1e-12);
        assert!(median([]).is_nan());
    }

    #[test]
    fn large_numbers_keep_their_value() {
        for (number, expected) in [(0, 0.0), (1 << 32, 4_294_967_296.0), ((1 << 53) - 1, 9_007_199_254_740_991.0)] {
            assert!((float(number) - expected).abs() < 0.5, "{number}");
        }
    }

    #[test]
    fn who_ends_in_between_saves_nothing() {
        let before = Threads::from([(1, 500), (2, 70)]);
        let after = Threads::from([(2, 100), (3, 5)]);
        assert_eq!(difference(&after, &before), Duration::from_nanos(35));
    }

    #[test]
    fn this_process_has_spent_time_and_has_a_parent() {
        let nothing = Threads::new();
        assert!(difference(&threads(std::process::id()).unwrap(), &nothing) > Duration::ZERO);
        let parent = parent_of(std::process::id()).unwrap();
        assert!(children(parent).unwrap().contains(&std::process::id()));
    }
}
