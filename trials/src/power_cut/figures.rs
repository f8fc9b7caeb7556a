//! The figures of a run, in the shape of those of the other faults.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use xtask::environment;

/// Where the figures of all rows add up.
const RECORD: &str = "docs/reliability.json";

/// What came of the cuts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) cuts: u64,
    /// Votes that had been acknowledged, of all cuts.
    pub(super) acknowledged: u64,
    /// Votes that had not been, and were there.
    pub(super) unknown: u64,
    /// How long the server took at most until it was ready on what was left.
    pub(super) worst_recovery: Duration,
    /// Cuts that break a promise.
    pub(super) violations: u64,
}

impl Figures {
    /// Adds them to those of earlier runs.
    pub(super) fn record(&self, row: u32, engine: &str) -> Result<()> {
        let path = environment::root().join(RECORD);
        let mut record = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("{RECORD} is not JSON"))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => json!({}),
            Err(error) => return Err(error).with_context(|| format!("{RECORD} cannot be read")),
        };
        self.add_to(&mut record["rows"][row.to_string()][engine]);
        fs::write(&path, format!("{record:#}\n")).with_context(|| format!("{RECORD} cannot be written"))
    }

    fn add_to(&self, entry: &mut Value) {
        let before = |name: &str| entry[name].as_u64().unwrap_or(0);
        let worst = u64::try_from(self.worst_recovery.as_millis()).unwrap_or(u64::MAX);
        *entry = json!({
            "rounds": before("rounds") + self.cuts,
            "faults": before("faults") + self.cuts,
            "acknowledged": before("acknowledged") + self.acknowledged,
            "unknown": before("unknown") + self.unknown,
            "worst_recovery_ms": before("worst_recovery_ms").max(worst),
            "violations": before("violations") + self.violations,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_add_up() {
        let worst_recovery = Duration::from_millis(90);
        let figures = Figures { cuts: 200, acknowledged: 7, unknown: 3, worst_recovery, violations: 1 };
        let mut entry = Value::Null;
        figures.add_to(&mut entry);
        Figures { worst_recovery: Duration::ZERO, ..figures }.add_to(&mut entry);
        let sum = json!({"rounds": 400, "faults": 400, "acknowledged": 14, "unknown": 6, "worst_recovery_ms": 90,
            "violations": 2});
        assert_eq!(entry, sum);
    }
}
