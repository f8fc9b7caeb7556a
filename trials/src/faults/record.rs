//! What came of all runs so far, as long as the ballot box is the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::catalogue::{Engine, all};
use super::tally::Tally;

/// Where it is kept, from the root of the repository.
pub(super) const FILE: &str = "docs/reliability.json";

/// The tallies of the rows.
pub(crate) type Tallies = BTreeMap<(u32, Engine), Tally>;

/// A record of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Of the ballot box that was tried.
    pub(super) fingerprint: String,
    pub(super) tallies: Tallies,
}

impl Record {
    /// The record of this ballot box: empty where there is none, or where it is another one's.
    pub(super) fn read(file: &Path, fingerprint: String) -> Result<Self> {
        let mut record = Self { fingerprint, tallies: Tallies::new() };
        if !file.exists() {
            return Ok(record);
        }
        let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
        if value["fingerprint"] != record.fingerprint.as_str() {
            return Ok(record);
        }
        for row in all() {
            for engine in row.engines {
                let kept = &value["rows"][name(row.number, *engine)];
                if !kept.is_null() {
                    let tally = Tally::from_json(kept).context("a row of the record is not whole")?;
                    record.tallies.insert((row.number, *engine), tally);
                }
            }
        }
        Ok(record)
    }

    /// Adds what came of a run.
    pub(super) fn add(&mut self, tallies: &Tallies) {
        for (row, tally) in tallies {
            self.tallies.entry(*row).or_default().join(tally);
        }
    }

    /// Writes it in one step.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let rows: Map<String, Value> =
            self.tallies.iter().map(|((row, engine), tally)| (name(*row, *engine), tally.to_json())).collect();
        let text = serde_json::to_string_pretty(&json!({"fingerprint": self.fingerprint, "rows": rows}))?;
        super::report::replace(file, &(text + "\n"))
    }
}

/// With two digits: then the order of the names is that of the rows.
fn name(row: u32, engine: Engine) -> String {
    format!("{row:02} {}", engine.name())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tallies(rounds: u64) -> Tallies {
        let tally = Tally { rounds, worst_recovery: Duration::from_millis(rounds), ..Tally::default() };
        Tallies::from([((1, Engine::Sqlite), tally), ((11, Engine::Postgres), Tally { violations: 1, ..tally })])
    }

    #[test]
    fn runs_add_up_while_the_ballot_box_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record.json");
        let mut record = Record::read(&file, "a".to_owned()).unwrap();
        assert!(record.tallies.is_empty());
        record.add(&tallies(2));
        record.write(&file).unwrap();
        let mut record = Record::read(&file, "a".to_owned()).unwrap();
        record.add(&tallies(3));
        record.write(&file).unwrap();
        let again = Record::read(&file, "a".to_owned()).unwrap();
        assert_eq!(again, record);
        assert_eq!(again.tallies[&(1, Engine::Sqlite)].rounds, 5);
        assert_eq!(again.tallies[&(11, Engine::Postgres)].violations, 2, "what was found once is not forgotten");
        assert!(Record::read(&file, "b".to_owned()).unwrap().tallies.is_empty());
    }

    #[test]
    fn a_record_that_is_damaged_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record.json");
        fs::write(&file, "{").unwrap();
        assert!(Record::read(&file, "a".to_owned()).is_err());
        fs::write(&file, r#"{"fingerprint": "a", "rows": {"01 sqlite": {"rounds": 1}}}"#).unwrap();
        assert!(Record::read(&file, "a".to_owned()).is_err());
    }
}
