//! The one place that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use urna_core::Timestamp;
use urna_store::LockClock;

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

    /// The time by which a ballot opens or closes. It never goes back while the process runs: who has heard that a ballot
    /// is closed must not see it open again because the machine's clock was put right.
    #[must_use]
    pub(crate) fn deciding(&self) -> Timestamp {
        static LATEST: AtomicI64 = AtomicI64::new(i64::MIN);
        let now = self.now();
        match self {
            Self::System => {
                let before = LATEST.fetch_max(now.as_micros(), Ordering::SeqCst);
                Timestamp::from_micros(before).map_or(now, |before| before.max(now))
            }
            Self::Fixed(_) => now,
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
