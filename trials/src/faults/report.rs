//! The table in `docs/reliability.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::catalogue::all;
use super::record::Record;

/// The page, from the root of the repository.
const PAGE: &str = "docs/reliability.md";

/// All rows, including those without results.
pub(super) fn table(record: &Record) -> String {
    let mut table = "| # | fault | engine | rounds | faults under load | acknowledged votes | unknown at first | \
                     ready again after at most | violations |\n|--:|---|---|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for row in all() {
        for engine in row.engines {
            let tally = record.now.tallies.get(&(row.number, *engine)).copied().unwrap_or_default();
            let recovery = match tally.worst_recovery.as_millis() {
                0 => "–".to_owned(),
                millis => format!("{}.{:02} s", millis / 1000, millis % 1000 / 10),
            };
            let numbers = [tally.rounds, tally.faults, tally.acknowledged, tally.unknown].map(grouped).join(" | ");
            let (number, title) = (row.number, row.title);
            let _ =
                writeln!(table, "| {number} | {title} | {engine} | {numbers} | {recovery} | {} |", tally.violations);
        }
    }
    let _ = writeln!(
        table,
        "\nMade by `cargo xtask faults --record` and `cargo xtask power-cut --record`; the fingerprint of the ballot box is `{}…`.",
        short(&record.now.fingerprint)
    );
    table + &earlier(record)
}

/// The record of earlier ballot boxes, the latest first.
fn earlier(record: &Record) -> String {
    if record.earlier.is_empty() {
        return String::new();
    }
    let mut table = "\nWhat was recorded on earlier ballot boxes:\n\n| ballot box | commit | rounds of each row | acknowledged votes | \
                     violations |\n|---|---|---|--:|--:|\n"
        .to_owned();
    for known in record.earlier.iter().rev() {
        let rounds = all().filter_map(|row| {
            let of = |engine| known.tallies.get(&(row.number, engine)).map_or(0, |tally| tally.rounds);
            let rounds: u64 = row.engines.iter().copied().map(of).sum();
            (rounds > 0).then(|| format!("{}: {}", row.number, grouped(rounds)))
        });
        let rounds = rounds.collect::<Vec<_>>().join(" · ");
        let acknowledged = grouped(known.tallies.values().map(|tally| tally.acknowledged).sum());
        let violations: u64 = known.tallies.values().map(|tally| tally.violations).sum();
        let commit = known.commit.as_deref().map_or_else(|| "–".to_owned(), |commit| format!("`{}`", short(commit)));
        let _ = writeln!(
            table,
            "| `{}…` | {commit} | {rounds} | {acknowledged} | {violations} |",
            short(&known.fingerprint)
        );
    }
    table
}

fn short(hex: &str) -> &str {
    hex.get(..16).unwrap_or(hex)
}

/// A number with thousands separators.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Puts a table between the markers of this name in the page.
pub(crate) fn write_between(root: &Path, name: &str, table: &str) -> Result<()> {
    let page = root.join(PAGE);
    let text = fs::read_to_string(&page).with_context(|| format!("{} cannot be read", page.display()))?;
    let with = put(&text, name, table).with_context(|| format!("{PAGE} has no place for the table of {name}"))?;
    replace(&page, &with)
}

fn put(text: &str, name: &str, table: &str) -> Option<String> {
    let [begin, end] = ["begin", "end"].map(|word| format!("<!-- {name}:{word} -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{table}{end}{after}"))
}

/// Replaces a file atomically.
pub(super) fn replace(file: &Path, text: &str) -> Result<()> {
    let next = file.with_extension("next");
    fs::write(&next, text)
        .and_then(|()| fs::rename(&next, file))
        .with_context(|| format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::catalogue::Engine;
    use super::super::record::Tried;
    use super::super::tally::Tally;
    use super::*;

    #[test]
    fn every_row_is_in_the_table_with_its_numbers() {
        let tally = Tally {
            rounds: 1000,
            acknowledged: 1_234_567,
            worst_recovery: Duration::from_millis(1250),
            violations: 3,
            ..Tally::default()
        };
        let tallies = [((1, Engine::Sqlite), tally)].into();
        let now = Tried { fingerprint: "f".repeat(64), commit: None, tallies };
        let before = Tried { fingerprint: "e".repeat(64), commit: Some("c".repeat(40)), ..now.clone() };
        let with_earlier = table(&Record { now: now.clone(), earlier: vec![before] });
        let line = format!("| `{}…` | `{}` | 1: 1,000 | 1,234,567 | 3 |", "e".repeat(16), "c".repeat(16));
        assert!(with_earlier.contains(&line), "{with_earlier}");
        let table = table(&Record { now, earlier: Vec::new() });
        let lines = all().map(|row| row.engines.len()).sum::<usize>();
        assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), lines + 2);
        assert!(table.contains("| SQLite | 1,000 | 0 | 1,234,567 | 0 | 1.25 s | 3 |"), "{table}");
    }

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        assert_eq!(put(text, "x", "new\n").unwrap(), "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert_eq!(put(text, "y", "new\n"), None);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_000_000].map(grouped), ["0", "999", "1,000", "1,000,000"]);
    }
}
