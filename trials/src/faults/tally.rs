//! The numbers of a row.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::trial::Round;

/// The outcome of a row's rounds on one engine, in one run or in many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rounds: u64,
    /// Faults that happened while votes were being cast.
    pub(crate) faults: u64,
    pub(crate) acknowledged: u64,
    pub(crate) unknown: u64,
    pub(crate) worst_recovery: Duration,
    pub(crate) violations: u64,
}

impl Tally {
    /// Adds a round.
    pub(super) fn add(&mut self, round: &Round) {
        self.join(&Self {
            rounds: 1,
            faults: round.faults.into(),
            acknowledged: round.acknowledged.into(),
            unknown: round.unknown.into(),
            worst_recovery: round.recovery,
            violations: u64::try_from(round.violations.len()).unwrap_or(u64::MAX),
        });
    }

    /// Adds other rounds.
    pub(super) fn join(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.faults += other.faults;
        self.acknowledged += other.acknowledged;
        self.unknown += other.unknown;
        self.worst_recovery = self.worst_recovery.max(other.worst_recovery);
        self.violations += other.violations;
    }

    /// The stored form.
    pub(super) fn to_json(self) -> Value {
        json!({
            "rounds": self.rounds, "faults": self.faults, "acknowledged": self.acknowledged, "unknown": self.unknown,
            "worst_recovery_ms": u64::try_from(self.worst_recovery.as_millis()).unwrap_or(u64::MAX),
            "violations": self.violations,
        })
    }

    /// Reads the stored form.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_u64();
        Some(Self {
            rounds: number("rounds")?,
            faults: number("faults")?,
            acknowledged: number("acknowledged")?,
            unknown: number("unknown")?,
            worst_recovery: Duration::from_millis(number("worst_recovery_ms")?),
            violations: number("violations")?,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rounds, {} faults under load, {} acknowledged, {} unknown, ready again after {:.2} s at most, {} violations",
            self.rounds,
            self.faults,
            self.acknowledged,
            self.unknown,
            self.worst_recovery.as_secs_f32(),
            self.violations
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let mut tally = Tally::default();
        let round =
            Round { faults: 1, acknowledged: 7, unknown: 2, recovery: Duration::from_millis(90), ..Round::default() };
        tally.add(&round);
        tally.add(&Round { recovery: Duration::from_millis(30), ..round });
        assert_eq!(Tally::from_json(&tally.to_json()), Some(tally));
        assert_eq!((tally.rounds, tally.acknowledged, tally.worst_recovery.as_millis()), (2, 14, 90));
        assert_eq!(Tally::from_json(&json!({"rounds": 1})), None);
    }
}
