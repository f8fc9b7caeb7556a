//! The findings as tables.

use std::fmt::Write as _;

use super::site::Engine;

/// The targets; `docs/performance.md` explains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
#[value(rename_all = "verbatim")]
pub(super) enum Goal {
    P1,
    P2,
    P3,
    P4,
    P5,
    P6,
    P7,
    P8,
    P9,
    P10,
    P11,
    P12,
    P13,
    P14,
}

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    Missed,
    /// No target, or no measurement.
    None,
}

/// One figure and its target.
#[derive(Debug, Clone)]
pub(super) struct Row {
    goal: Goal,
    engine: Engine,
    what: String,
    limit: String,
    value: String,
    verdict: Verdict,
    detail: String,
}

/// A unit, and the number of significant digits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    /// A ratio.
    Times,
    Millis,
    Seconds,
    Mebibytes,
    /// A share of one processor.
    Cores,
    /// A number of things.
    Count,
}

impl Unit {
    fn show(self, value: f64) -> String {
        if value.is_infinite() {
            return "never".to_owned();
        }
        match self {
            Self::Times => format!("{value:.2} ×"),
            Self::Millis => format!("{value:.1} ms"),
            Self::Seconds => format!("{value:.2} s"),
            Self::Mebibytes => format!("{value:.1} MiB"),
            Self::Cores => format!("{value:.2} cores"),
            Self::Count => thousands(value),
        }
    }
}

impl Row {
    /// A figure without a target yet.
    pub(super) fn new(goal: Goal, engine: Engine, what: impl Into<String>) -> Self {
        Self {
            goal,
            engine,
            what: what.into(),
            limit: "–".to_owned(),
            value: "not measured".to_owned(),
            verdict: Verdict::None,
            detail: String::new(),
        }
    }

    /// Sets the figure and its lower limit.
    pub(super) fn at_least(self, limit: f64, value: f64, unit: Unit) -> Self {
        self.judged(format!("≥ {}", unit.show(limit)), value >= limit, value, unit)
    }

    /// Sets the figure and its upper limit.
    pub(super) fn at_most(self, limit: f64, value: f64, unit: Unit) -> Self {
        self.judged(format!("≤ {}", unit.show(limit)), value <= limit, value, unit)
    }

    /// Sets the absolute figures behind it.
    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The target it belongs to.
    pub(super) const fn goal(&self) -> Goal {
        self.goal
    }

    fn judged(mut self, limit: String, met: bool, value: f64, unit: Unit) -> Self {
        self.limit = limit;
        self.value = unit.show(value);
        self.verdict = if met { Verdict::Met } else { Verdict::Missed };
        self
    }

    fn cell(&self) -> String {
        match self.verdict {
            Verdict::Met => format!("{}, met", self.value),
            Verdict::Missed => format!("**{}, missed**", self.value),
            Verdict::None => self.value.clone(),
        }
    }
}

/// A whole number with thousands separators.
pub(super) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 && digit.is_ascii_digit() && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The table of targets, one row for both engines, followed by the absolute figures.
pub(super) fn tables(rows: &[Row]) -> String {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by_key(|row| row.goal);
    let mut done: Vec<(Goal, &str)> = Vec::new();
    let mut text = String::from("| # | what | target | SQLite | PostgreSQL |\n|---|---|---|---|---|\n");
    for row in &rows {
        if done.contains(&(row.goal, row.what.as_str())) {
            continue;
        }
        done.push((row.goal, &row.what));
        let of =
            |engine| rows.iter().find(|other| (other.engine, other.goal, &other.what) == (engine, row.goal, &row.what));
        let cell = |engine| of(engine).map_or_else(|| "–".to_owned(), |row| row.cell());
        let (sqlite, postgres) = (cell(Engine::Sqlite), cell(Engine::Postgres));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {:?} | {} | {} | {sqlite} | {postgres} |", row.goal, row.what, row.limit);
    }
    text.push_str("\n| # | engine | the figures behind it |\n|---|---|---|\n");
    for row in rows.iter().filter(|row| !row.detail.is_empty()) {
        let _ = writeln!(text, "| {:?} | {} | {}: {} |", row.goal, row.engine, row.what, row.detail);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_is_never_hidden() {
        let row = |engine, value| Row::new(Goal::P1, engine, "votes").at_least(0.4, value, Unit::Times).detail("how");
        let rows = [row(Engine::Sqlite, 0.5), row(Engine::Postgres, 0.399)];
        let text = tables(&rows);
        assert!(text.contains("| P1 | votes | ≥ 0.40 × | 0.50 ×, met | **0.40 ×, missed** |"), "{text}");
        assert_eq!(text.matches("| how |").count(), 0);
        assert_eq!(text.matches("votes: how").count(), 2);
    }

    #[test]
    fn what_was_not_measured_is_said() {
        let text = tables(&[Row::new(Goal::P8, Engine::Sqlite, "a million")]);
        assert!(text.contains("| P8 | a million | – | not measured | – |"), "{text}");
        assert!(
            Row::new(Goal::P8, Engine::Sqlite, "x").at_most(1.0, f64::NAN, Unit::Seconds).cell().contains("missed")
        );
    }

    #[test]
    fn large_numbers_can_be_read() {
        for (number, text) in [(0.0, "0"), (999.6, "1,000"), (38_251.0, "38,251"), (1_234_567.0, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
