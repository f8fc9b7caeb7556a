//! A count for people: it fits a terminal of 80 columns.

use console::{measure_text_width, pad_str, truncate_str};
use urna_core::CandidateId;
use urna_core::method::ranked::RankedCount;
use urna_core::tally::{CountStep, Outcome, Tally, Tie, Transfer, halves};

use super::Election;
use crate::output::plain;

/// The columns of a terminal.
const WIDTH: usize = 80;

/// The widest name of a row.
const NAME: usize = 28;

/// The count, step by step.
pub(super) fn describe(election: &Election, tally: &Tally, file: String) -> String {
    let title = election.file.title.clone().unwrap_or(file);
    let seats =
        if election.by.takes_seats() { format!(", {}", counted(election.seats.into(), "seat")) } else { String::new() };
    let mut text = Text { election, lines: Vec::new() };
    text.say(&title);
    text.say(&format!("{}{seats}: {}, {} blank", name(election.by), counted(tally.voted, "vote"), tally.blank));
    text.steps(&tally.derivation);
    text.gap();
    match &tally.outcome {
        Outcome::Elected { candidates } => text.say(&format!("Elected: {}", text.names(candidates))),
        Outcome::Tied { candidates, .. } => {
            text.say(&format!("Tied: {}", text.names(candidates)));
            text.say("Only a tie order decides between them; the count cannot go on without it.");
        }
        // A file of rankings is no motion.
        Outcome::NoVotes | Outcome::Carried | Outcome::Rejected | Outcome::NotDecided => {
            text.say("No vote names anybody who can be elected.");
        }
    }
    text.lines.join("\n")
}

fn name(by: RankedCount) -> &'static str {
    match by {
        RankedCount::Irv => "Instant runoff",
        RankedCount::Schulze => "Schulze",
        RankedCount::Borda => "Borda",
        RankedCount::ScottishStv => "Single transferable vote (Scotland)",
    }
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

struct Text<'a> {
    election: &'a Election,
    lines: Vec<String>,
}

impl Text<'_> {
    fn gap(&mut self) {
        self.lines.push(String::new());
    }

    /// Adds a sentence, broken into lines.
    fn say(&mut self, sentence: &str) {
        let mut line = String::new();
        for word in plain(sentence).split(' ') {
            if !line.is_empty() && measure_text_width(&line) + 1 + measure_text_width(word) > WIDTH {
                self.lines.push(std::mem::take(&mut line));
                line.push_str("  ");
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.lines.push(line);
    }

    fn names(&self, ids: &[CandidateId]) -> String {
        ids.iter().map(|id| self.election.name(*id)).collect::<Vec<_>>().join(", ")
    }

    fn steps(&mut self, steps: &[CountStep]) {
        for step in steps {
            match step {
                CountStep::LeaveOutWithdrawn { candidates } => {
                    self.say(&format!("Withdrew, and passed over: {}", self.names(candidates)));
                }
                CountStep::TieOrder { order, .. } | CountStep::SettleTie { order, .. } => {
                    self.say(&format!("Tie order: {}", self.names(order)));
                }
                CountStep::Quota { valid, seats, quota } => {
                    self.say(&format!("Quota: {quota}, from {valid} valid votes: {valid} / ({seats} + 1), and 1 more"));
                }
                CountStep::Pairs { votes } => {
                    self.gap();
                    self.say("Votes that prefer the candidate of the line to that of the column:");
                    self.matrix(votes);
                }
                CountStep::Strengths { strengths } => {
                    self.gap();
                    self.say("The strongest chain of won duels from the line to the column:");
                    self.matrix(strengths);
                }
                CountStep::HalfPoints { half_points } => {
                    self.gap();
                    let rows = half_points.iter().map(|(_, points)| vec![halves(*points)]).collect();
                    self.grid(&["points".to_owned()], rows, Vec::new());
                }
                CountStep::Unbeaten { candidates } => {
                    self.gap();
                    self.say(&format!("Unbeaten, for nobody has a stronger chain to them: {}", self.names(candidates)));
                }
                CountStep::MostPoints { points, candidates, .. } => {
                    self.gap();
                    self.say(&format!("Most points, {}: {}", halves(*points), self.names(candidates)));
                }
                CountStep::SetBlankAside { .. }
                | CountStep::Quorum { .. }
                | CountStep::Answers { .. }
                | CountStep::Majority { .. }
                | CountStep::Count { .. }
                | CountStep::Scores { .. }
                | CountStep::Points { .. }
                | CountStep::FirstPlaces { .. }
                | CountStep::MostVotes { .. }
                | CountStep::Round { .. }
                | CountStep::Stage { .. } => {}
            }
        }
        self.rounds(steps);
        self.stages(steps);
    }

    fn rounds(&mut self, steps: &[CountStep]) {
        let rounds = || steps.iter().filter(|step| matches!(step, CountStep::Round { .. }));
        let (mut heads, mut cells, mut exhausted) = (Vec::new(), self.no_cells(), Vec::new());
        for (round, step) in (1..).zip(rounds()) {
            let CountStep::Round { votes, exhausted: out, .. } = step else { continue };
            heads.push(format!("round {round}"));
            cells.iter_mut().zip(votes).for_each(|(row, votes)| row.push(votes.to_string()));
            exhausted.push(out.to_string());
        }
        if heads.is_empty() {
            return;
        }
        self.gap();
        self.grid(&heads, cells, vec![("names nobody left", exhausted)]);
        self.gap();
        for (round, step) in (1..).zip(rounds()) {
            let CountStep::Round { votes, continuing, excluded, tie, .. } = step else { continue };
            let most = votes.iter().max().copied().unwrap_or(0);
            if let Some(out) = excluded {
                let (name, how) = (self.names(&[*out]), self.settled("fewest", tie.as_ref()));
                self.say(&format!("Round {round}: {name} is excluded, with the fewest votes{how}."));
            } else if 2 * most > *continuing {
                self.say(&format!("Round {round}: {most} is more than half of {continuing}."));
            }
        }
    }

    fn stages(&mut self, steps: &[CountStep]) {
        let stages = || steps.iter().filter(|step| matches!(step, CountStep::Stage { .. }));
        let (mut heads, mut cells, mut stuck, mut lost) = (Vec::new(), self.no_cells(), Vec::new(), Vec::new());
        for (stage, step) in (1..).zip(stages()) {
            let CountStep::Stage { votes, non_transferable, loss, .. } = step else { continue };
            heads.push(format!("stage {stage}"));
            cells.iter_mut().zip(votes).for_each(|(row, votes)| row.push(votes.to_string()));
            stuck.push(non_transferable.to_string());
            lost.push(loss.to_string());
        }
        if heads.is_empty() {
            return;
        }
        self.gap();
        self.grid(&heads, cells, vec![("not transferable", stuck), ("lost by cutting", lost)]);
        self.gap();
        for (stage, step) in (1..).zip(stages()) {
            let CountStep::Stage { elected, next, .. } = step else { continue };
            if !elected.is_empty() {
                self.say(&format!("Stage {stage}: elected: {}.", self.names(elected)));
            }
            match next {
                Some(Transfer::Surplus { candidate, surplus, tie }) => {
                    let how = self.settled("largest", tie.as_ref());
                    let name = self.names(&[*candidate]);
                    self.say(&format!("Stage {stage}: the surplus of {name}, {surplus}, is transferred{how}."));
                }
                Some(Transfer::Exclude { candidate, tie }) => {
                    let how = self.settled("fewest", tie.as_ref());
                    self.say(&format!("Stage {stage}: {} is excluded{how}.", self.names(&[*candidate])));
                }
                None => {}
            }
        }
    }

    /// How a tie was settled.
    fn settled(&self, what: &str, tie: Option<&Tie>) -> String {
        let Some(Tie { among, earlier, by_order }) = tie else { return String::new() };
        let looked =
            earlier.iter().map(|earlier| format!(", stage {} left {}", earlier.stage, self.names(&earlier.left)));
        let order = if *by_order { ", then the tie order" } else { "" };
        format!(" (tied for the {what}: {}{}{order})", self.names(among), looked.collect::<String>())
    }

    fn matrix(&mut self, numbers: &[Vec<u64>]) {
        let heads: Vec<_> = (1..=numbers.len()).map(|number| number.to_string()).collect();
        let cell = |line: usize, column: usize| {
            if line == column { "-".to_owned() } else { numbers[line][column].to_string() }
        };
        let rows = (0..numbers.len()).map(|line| (0..numbers.len()).map(|column| cell(line, column)).collect());
        self.grid(&heads, rows.collect(), Vec::new());
    }

    fn no_cells(&self) -> Vec<Vec<String>> {
        vec![Vec::new(); self.election.ids.len()]
    }

    /// A table with a line for each candidate, and further lines; as many columns beside each other as fit.
    fn grid(&mut self, heads: &[String], rows: Vec<Vec<String>>, more: Vec<(&str, Vec<String>)>) {
        let digits = rows.len().to_string().len();
        let named = (1..).zip(&self.election.file.candidates);
        let labels: Vec<_> = named.map(|(number, name)| format!("{number:>digits$} {}", plain(name))).collect();
        let indent = " ".repeat(digits + 1);
        let more = more.into_iter().map(|(label, cells)| (format!("{indent}{label}"), cells));
        let rows: Vec<(String, Vec<String>)> = labels.into_iter().zip(rows).chain(more).collect();

        let label = rows.iter().map(|(label, _)| measure_text_width(label)).max().unwrap_or(0).min(NAME);
        let cell = rows.iter().flat_map(|(_, cells)| cells).chain(heads).map(String::len).max().unwrap_or(0);
        let at_once = ((WIDTH - label) / (cell + 2)).max(1);
        for first in (0..heads.len()).step_by(at_once) {
            if first > 0 {
                self.gap();
            }
            let line = |name: &str, cells: &[String]| {
                let name = truncate_str(name, label, "…");
                let cells = cells.iter().skip(first).take(at_once).map(|text| format!("  {text:>cell$}"));
                pad_str(&name, label, console::Alignment::Left, None).into_owned() + &cells.collect::<String>()
            };
            self.lines.push(line("", heads));
            let lines: Vec<_> = rows.iter().map(|(name, cells)| line(name, cells)).collect();
            self.lines.extend(lines);
        }
    }
}
