//! The outcome of all runs so far, as long as the ballot box is unchanged.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::catalogue::{Engine, all};
use super::tally::Tally;

/// Its file, relative to the root of the repository.
pub(super) const FILE: &str = "docs/reliability.json";

/// The tallies of the rows.
pub(crate) type Tallies = BTreeMap<(u32, Engine), Tally>;

/// The outcome of all runs on one version of the ballot box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    pub(super) fingerprint: String,
    /// The commit of the last recorded rounds, if known.
    pub(super) commit: Option<String>,
    pub(super) tallies: Tallies,
}

/// A record of runs: on this version of the ballot box, and on earlier ones, the latest last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(super) now: Tried,
    pub(super) earlier: Vec<Tried>,
}

impl Record {
    /// Reads the record for this version of the ballot box: a record of another version becomes an earlier one.
    pub(super) fn read(file: &Path, fingerprint: String) -> Result<Self> {
        let mut boxes = Vec::new();
        if file.exists() {
            let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let value: Value =
                serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
            let earlier = value["earlier"].as_array().into_iter().flatten();
            boxes = earlier.chain([&value]).map(Tried::read).collect::<Result<_>>()?;
        }
        let place = boxes.iter().position(|known: &Tried| known.fingerprint == fingerprint);
        let now = place.map_or_else(|| Tried { fingerprint, ..Tried::default() }, |place| boxes.remove(place));
        boxes.retain(|known| !known.tallies.is_empty());
        Ok(Self { now, earlier: boxes })
    }

    /// Adds the outcome of a run.
    pub(super) fn add(&mut self, tallies: &Tallies) {
        for (row, tally) in tallies {
            self.now.tallies.entry(*row).or_default().join(tally);
        }
    }

    /// Writes it atomically.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let mut value = self.now.to_json();
        if !self.earlier.is_empty() {
            value["earlier"] = self.earlier.iter().map(Tried::to_json).collect();
        }
        super::report::replace(file, &(serde_json::to_string_pretty(&value)? + "\n"))
    }
}

impl Tried {
    fn read(value: &Value) -> Result<Self> {
        let fingerprint = value["fingerprint"].as_str().context("a ballot box of the record has no fingerprint")?;
        let mut tallies = Tallies::new();
        for row in all() {
            for engine in row.engines {
                let kept = &value["rows"][name(row.number, *engine)];
                if !kept.is_null() {
                    let tally = Tally::from_json(kept).context("a row of the record is not whole")?;
                    tallies.insert((row.number, *engine), tally);
                }
            }
        }
        let commit = value["commit"].as_str().map(str::to_owned);
        Ok(Self { fingerprint: fingerprint.to_owned(), commit, tallies })
    }

    fn to_json(&self) -> Value {
        let rows: Map<String, Value> =
            self.tallies.iter().map(|((row, engine), tally)| (name(*row, *engine), tally.to_json())).collect();
        let mut value = json!({"fingerprint": self.fingerprint, "rows": rows});
        if let Some(commit) = &self.commit {
            value["commit"] = json!(commit);
        }
        value
    }
}

/// Two digits: the names then sort like the rows.
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
        assert!(record.now.tallies.is_empty());
        record.add(&tallies(2));
        record.write(&file).unwrap();
        let mut record = Record::read(&file, "a".to_owned()).unwrap();
        record.add(&tallies(3));
        record.write(&file).unwrap();
        let again = Record::read(&file, "a".to_owned()).unwrap();
        assert_eq!(again, record);
        assert_eq!(again.now.tallies[&(1, Engine::Sqlite)].rounds, 5);
        assert_eq!(again.now.tallies[&(11, Engine::Postgres)].violations, 2, "what was found once is not forgotten");
    }

    #[test]
    fn what_was_recorded_of_another_ballot_box_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record.json");
        let mut record = Record::read(&file, "a".to_owned()).unwrap();
        record.add(&tallies(2));
        record.write(&file).unwrap();
        let mut record = Record::read(&file, "b".to_owned()).unwrap();
        assert!(record.now.tallies.is_empty() && record.earlier[0].tallies == tallies(2));
        record.write(&file).unwrap();
        let record_of_c = Record::read(&file, "c".to_owned()).unwrap();
        assert_eq!(record_of_c.earlier.len(), 1, "a box on which nothing was tried is not kept");
        record.add(&tallies(1));
        record.write(&file).unwrap();
        let again = Record::read(&file, "a".to_owned()).unwrap();
        assert_eq!(again.now.tallies, tallies(2), "a box that comes back has what was recorded of it");
        assert_eq!(again.earlier.len(), 1);
        let third = Record::read(&file, "c".to_owned()).unwrap();
        let fingerprints: Vec<&str> = third.earlier.iter().map(|known| known.fingerprint.as_str()).collect();
        assert_eq!(fingerprints, ["a", "b"]);
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
