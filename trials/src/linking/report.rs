//! The findings for people.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::FOUND;
use super::score::Score;
use crate::faults::{Engine, write_between};

/// The finding about one service.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) engine: Engine,
    pub(super) name: &'static str,
    pub(super) planted: bool,
    /// The number of attacks to choose from.
    pub(super) attacks: usize,
    /// The chosen attack, and why.
    pub(super) best: String,
    /// Its score when it was chosen, if there was a choice.
    pub(super) learnt: Option<Score>,
    /// Its score on other ballots.
    pub(super) score: Score,
}

impl Finding {
    /// Describes an unexpected finding.
    pub(super) fn complaint(&self) -> Option<String> {
        let (engine, name, score, best) = (self.engine, self.name, &self.score, &self.best);
        if self.planted {
            let found = score.accuracy() > FOUND;
            (!found).then(|| format!("{engine}, {name}: the attack does not find it ({best}: {score})"))
        } else {
            (!score.is_chance()).then(|| format!("{engine}, {name}: voters and votes can be linked ({best}: {score})"))
        }
    }
}

/// All findings.
pub(super) fn table(findings: &[Finding]) -> String {
    let mut table = "| who is attacked | engine | ballots | votes | the best of all attacks | when it was chosen | guessed rightly | by chance | \
                     above chance by |\n|---|---|--:|--:|---|--:|--:|--:|--:|\n"
        .to_owned();
    for finding in findings {
        let Finding { engine, name, attacks, best, learnt, score, .. } = finding;
        let learnt = learnt.map_or_else(|| "–".to_owned(), |score| format!("{:.1} %", 100.0 * score.accuracy()));
        let _ = writeln!(
            table,
            "| {name} | {engine} | {} | {:.0} | {best}, of {attacks} | {learnt} | {:.1} % | {:.1} % | {:+.1} standard errors |",
            score.ballots(),
            score.votes(),
            100.0 * score.accuracy(),
            100.0 * score.chance(),
            score.errors_above(),
        );
    }
    table
}

/// Puts the table into the page.
pub(super) fn write(root: &Path, table: &str) -> Result<()> {
    write_between(root, "linking", table)
}
