//! The one place that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use urna_core::Timestamp;
use urna_store::LockClock;

/// The latest time by which this process decided about a ballot.
static LATEST: Latest = Latest::new();

/// The latest deciding time, in microseconds since 1970.
#[derive(Debug)]
struct Latest(AtomicI64);

impl Latest {
    const fn new() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }

    /// The deciding time when the clock says `now`: it never goes back.
    fn deciding(&self, now: Timestamp) -> Timestamp {
        let before = self.0.fetch_max(now.as_micros(), Ordering::SeqCst);
        Timestamp::from_micros(before).map_or(now, |before| before.max(now))
    }

    /// Whether the deciding time stands still.
    fn is_after(&self, now: Timestamp) -> bool {
        now.as_micros() < self.0.load(Ordering::SeqCst)
    }

    /// Goes back to `now`, unless a later time than `settled` has been seen meanwhile; then a later call does it.
    fn catch_up(&self, settled: Timestamp, now: Timestamp) {
        if now < settled {
            let _ = self.0.compare_exchange(settled.as_micros(), now.as_micros(), Ordering::SeqCst, Ordering::SeqCst);
        }
    }
}

/// The source of the time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock; under a lock, the database server's.
    System,
    /// A time that stands still until it is set, for tests of exact moments.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.as_micros())))
    }

    /// Sets a fixed clock; has no effect on the machine's.
    pub fn set(&self, at: Timestamp) {
        if let Self::Fixed(micros) = self {
            micros.store(at.as_micros(), Ordering::SeqCst);
        }
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the home of the clock")]
            Self::System => Timestamp::from_jiff(jiff::Timestamp::now()),
            Self::Fixed(micros) => {
                Timestamp::from_micros(micros.load(Ordering::SeqCst)).expect("a fixed clock is set from a timestamp")
            }
        }
    }

    /// The time by which a ballot opens or closes. It does not go back with the machine's clock: once a ballot was
    /// shown as closed, a correction of the clock must not show it open again. It stands still instead, until
    /// everything due by then has been carried out: see [`Clock::catch_up`].
    #[must_use]
    pub(crate) fn deciding(&self) -> Timestamp {
        let now = self.now();
        match self {
            Self::System => LATEST.deciding(now),
            Self::Fixed(_) => now,
        }
    }

    /// Whether the deciding time stands still, because the machine's clock was put back.
    #[must_use]
    pub(crate) fn is_behind(&self) -> bool {
        matches!(self, Self::System) && LATEST.is_after(self.now())
    }

    /// Lets the deciding time follow a clock that was put back. Everything due by `settled` has been carried out:
    /// the database remembers it from now on.
    pub(crate) fn catch_up(&self, settled: Timestamp) {
        if matches!(self, Self::System) {
            LATEST.catch_up(settled, self.now());
        }
    }

    /// The clock for decisions under a lock.
    #[must_use]
    pub fn for_lock(&self) -> LockClock {
        match self {
            Self::System => LockClock::Authority { process: self.deciding() },
            Self::Fixed(_) => LockClock::Given(self.now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000).unwrap()
    }

    #[test]
    fn the_deciding_time_stands_still_while_the_clock_is_behind() {
        let latest = Latest::new();
        assert!(!latest.is_after(at(1)));
        assert_eq!(latest.deciding(at(1)), at(1));
        assert_eq!(latest.deciding(at(9)), at(9));
        assert_eq!(latest.deciding(at(2)), at(9), "a closed ballot stays closed");
        assert!(latest.is_after(at(2)) && !latest.is_after(at(9)));
        assert_eq!(latest.deciding(at(10)), at(10), "and goes on by itself");
    }

    #[test]
    fn the_deciding_time_follows_the_clock_once_what_was_due_is_carried_out() {
        let latest = Latest::new();
        let wrong = latest.deciding(at(3_600));
        latest.catch_up(at(60), at(5));
        assert_eq!(latest.deciding(at(5)), wrong, "not by what was settled for an earlier time");
        latest.catch_up(wrong, at(6));
        assert_eq!(latest.deciding(at(6)), at(6));
        latest.catch_up(at(6), at(7));
        assert_eq!(latest.deciding(at(6)), at(6), "a clock that is right is followed without it");
    }
}
