//! The outcome of the demonstration: a table for people, or JSON.

use std::fmt::{self, Write as _};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use urna_core::tally::share;

use super::client::{number, text};

/// The length of the longest bar.
const BAR: usize = 30;

/// One line of the result.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    rank: u64,
    pub(super) candidate_id: String,
    name: String,
    pub(super) votes: u64,
    /// Share of the votes that name a candidate, with four decimal places.
    share: String,
    elected: bool,
}

/// Eligible attendees and participations.
#[derive(Debug, Serialize)]
pub(super) struct Turnout {
    eligible: u64,
    voted: u64,
    counted: u64,
    pub(super) blank: u64,
}

/// Durations, in seconds.
#[derive(Debug, Serialize)]
pub(super) struct Seconds {
    pub(super) adding: f64,
    pub(super) links: f64,
    pub(super) signing_in: f64,
    pub(super) voting: f64,
    pub(super) closing: f64,
    pub(super) publishing: f64,
    pub(super) total: f64,
}

/// The whole report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(skip)]
    pub(super) title: String,
    pub(super) engine: &'static str,
    pub(super) conference: String,
    pub(super) attendees: usize,
    pub(super) countries: usize,
    pub(super) turnout: Turnout,
    pub(super) results: Vec<Row>,
    /// The outcome, if the ballot is a motion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<String>,
    pub(super) seconds: Seconds,
    pub(super) votes_per_second: f64,
    /// Links to try: name and address. Empty if the service ends.
    pub(super) links: Map<String, Value>,
    #[serde(skip)]
    pub(super) hints: Option<String>,
}

/// Reads the published result.
pub(super) fn read(results: &Value) -> Result<(Turnout, Vec<Row>)> {
    let turnout = Turnout {
        eligible: number(results, "/turnout/eligible")?,
        voted: number(results, "/turnout/voted")?,
        counted: number(results, "/turnout/counted")?,
        blank: number(results, "/turnout/blank")?,
    };
    if let Some(answers) = results["answers"].as_object() {
        return Ok((turnout, of_answers(answers)?));
    }
    let rows = results["rows"].as_array().context("a result has rows")?;
    let row = |row: &Value| {
        Ok(Row {
            rank: number(row, "/rank")?,
            candidate_id: text(row, "/candidate_id")?,
            name: text(row, "/name")?,
            votes: number(row, "/votes")?,
            share: text(row, "/share")?,
            elected: row["elected"].as_bool().unwrap_or_default(),
        })
    };
    Ok((turnout, rows.iter().map(row).collect::<Result<_>>()?))
}

/// The votes for each answer to a motion, as rows.
fn of_answers(answers: &Map<String, Value>) -> Result<Vec<Row>> {
    let votes = |answer: &str| answers.get(answer).and_then(Value::as_u64).context("an answer has votes");
    let all = votes("yes")? + votes("no")? + votes("abstained")?;
    let row = |(rank, answer): (u64, &str)| {
        let (votes, candidate_id, name) = (votes(answer)?, answer.to_owned(), answer.to_owned());
        Ok(Row { rank, candidate_id, name, votes, share: share(votes, all), elected: false })
    };
    (1..).zip(["yes", "no", "abstained"]).map(row).collect()
}

/// The rate per second.
pub(super) fn per_second(count: usize, took: Duration) -> f64 {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    f64::from(count) / took.as_secs_f64().max(0.001)
}

/// Parses `0.5253` as 5253 ten-thousandths.
fn ten_thousandths(share: &str) -> usize {
    let digits: String = share.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}\n", self.title)?;
        let width = self.results.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        for Row { rank, name, votes, share, elected, .. } in &self.results {
            let share = ten_thousandths(share);
            let bar = "█".repeat((share * BAR).div_ceil(10_000).min(BAR));
            let percent = format!("{}.{:02} %", share / 100, share % 100);
            let line = format!("  {rank}  {name:width$}  {votes:>6}  {percent:>8}  {bar:BAR$}");
            let mark = if *elected { "  winner" } else { "" };
            writeln!(f, "{}", format!("{line}{mark}").trim_end())?;
        }
        let Turnout { eligible, voted, counted, blank } = &self.turnout;
        if let Some(outcome) = &self.outcome {
            writeln!(f, "\nThe motion is {}.\n{voted} of {eligible} voted.", outcome.replace('_', " "))?;
        } else {
            writeln!(f, "     {:width$}  {blank:>6}\n", "blank")?;
            writeln!(f, "{voted} of {eligible} voted; {counted} votes name somebody.")?;
        }
        let Seconds { adding, links, signing_in, voting, closing, publishing, total } = &self.seconds;
        writeln!(
            f,
            "{} people from {} countries were added in {adding:.1} s, got their links in {links:.1} s, signed in in \
             {signing_in:.1} s\nand voted in {voting:.1} s: {:.0} votes per second, each on disk before its receipt \
             ({}).",
            self.attendees, self.countries, self.votes_per_second, self.engine
        )?;
        writeln!(f, "Closed and counted in {closing:.2} s, published in {publishing:.2} s; {total:.1} s in all.")?;
        writeln!(f, "The published count is what the robots sent, and a vote that was sent twice was counted once.")?;
        if let Some(hints) = &self.hints {
            f.write_char('\n')?;
            f.write_str(hints)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_shown_as_a_table() {
        let results = serde_json::json!({
            "turnout": {"eligible": 10, "voted": 9, "counted": 8, "blank": 1},
            "rows": [
                {"candidate_id": "a", "name": "Ąžuolas", "rank": 1, "votes": 7, "share": "0.8750", "elected": true},
                {"candidate_id": "b", "name": "Bo", "rank": 2, "votes": 1, "share": "0.1250", "elected": false},
            ],
        });
        let (turnout, results) = read(&results).unwrap();
        let seconds = Seconds {
            adding: 1.0,
            links: 1.0,
            signing_in: 1.0,
            voting: 1.0,
            closing: 0.1,
            publishing: 0.1,
            total: 5.0,
        };
        let report = Report {
            title: "Title".to_owned(),
            engine: "sqlite",
            conference: "x".to_owned(),
            attendees: 10,
            countries: 2,
            turnout,
            results,
            outcome: None,
            seconds,
            votes_per_second: per_second(9, Duration::from_secs(1)),
            links: Map::new(),
            hints: None,
        };
        let text = report.to_string();
        let first = "  1  Ąžuolas       7   87.50 %  ███████████████████████████     winner\n";
        assert!(text.contains(first), "{text}");
        assert!(text.contains("  2  Bo            1   12.50 %  ████\n"), "{text}");
        assert!(text.contains("9 of 10 voted"), "{text}");
        assert!(serde_json::to_string(&report).unwrap().contains("\"votes_per_second\":9.0"));
    }
}
