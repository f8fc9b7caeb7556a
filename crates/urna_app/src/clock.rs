//! The one place that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use urna_core::Timestamp;
use urna_store::LockClock;

/// The latest time that decided about a ballot in this process, in microseconds since 1970.
static LATEST: AtomicI64 = AtomicI64::new(i64::MIN);

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine; where a lock decides, the database server.
    System,
    /// A time that stands still until it is set: for tests of exact moments.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.as_micros())))
    }

    /// Sets a fixed clock; the machine's is not Urna's to set.
    pub fn set(&self, at: Timestamp) {
        if let Self::Fixed(micros) = self {
            micros.store(at.as_micros(), Ordering::SeqCst);
        }
    }

    /// What time it is.
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

    /// The time by which a ballot opens or closes. It does not go back with the machine's clock: who has heard that a ballot
    /// is closed must not see it open again because the clock was put right. It stands still instead, until everything that
    /// is due by it has been carried out: see [`Clock::catch_up`].
    #[must_use]
    pub(crate) fn deciding(&self) -> Timestamp {
        let now = self.now();
        match self {
            Self::System => {
                let before = LATEST.fetch_max(now.as_micros(), Ordering::SeqCst);
                Timestamp::from_micros(before).map_or(now, |before| before.max(now))
            }
            Self::Fixed(_) => now,
        }
    }

    /// Whether the deciding time stands still, because the machine's clock was put back.
    #[must_use]
    pub(crate) fn is_behind(&self) -> bool {
        matches!(self, Self::System) && self.now().as_micros() < LATEST.load(Ordering::SeqCst)
    }

    /// Lets the deciding time follow a clock that was put back. All that was due by `settled` has been carried out: the
    /// database knows it from now on.
    pub(crate) fn catch_up(&self, settled: Timestamp) {
        let now = self.now();
        if matches!(self, Self::System) && now < settled {
            // Where somebody has seen a later time meanwhile, it is for the next to do.
            let _ = LATEST.compare_exchange(settled.as_micros(), now.as_micros(), Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    /// The clock by which a lock decides.
    #[must_use]
    pub fn for_lock(&self) -> LockClock {
        match self {
            Self::System => LockClock::Authority { process: self.deciding() },
            Self::Fixed(_) => LockClock::Given(self.now()),
        }
    }
}
