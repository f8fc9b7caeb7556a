//! A published result as a CSV table and as an SVG image.

use askama::Template;
use urna_app::results::{PublishedResults, PublishedRow};
use urna_core::choice::Answer;
use urna_core::method::motion::{Answers, MotionCount};
use urna_core::tally::{Outcome, share};
use urna_core::{Kind, LocalText, Method};

use crate::problem::{Code, Problem};

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a template failed");
        Self::new(Code::Internal)
    }
}

fn original<'a>(results: &'a PublishedResults, text: &'a LocalText) -> &'a str {
    text.in_language(None, results.original_language.as_ref())
}

/// Turns a cell that a spreadsheet would take for a formula into plain text, with an apostrophe. East Asian
/// spreadsheets read the full-width signs like the others; leading white space hides no sign.
fn neutralised(cell: &str) -> String {
    let signs = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2212}'];
    let is_formula = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(signs);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Returns the votes on a motion as CSV, one row for each answer; none if it was not decided.
fn csv_of_motion(results: &PublishedResults) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let answers = MotionCount::of(&results.derivation).answers;
    let line = |answer: Answer| answers.map(|answers| [answer.as_str().to_owned(), answers.of(answer).to_string()]);
    let heading = ["answer", "votes"].map(str::to_owned);
    for columns in [Some(heading)].into_iter().chain(Answer::ALL.map(line)).flatten() {
        writer.write_record(columns).map_err(|_| Problem::new(Code::Internal))?;
    }
    writer.into_inner().map_err(|_| Problem::new(Code::Internal))
}

/// Returns the result as CSV (RFC 4180), one row per candidate, best first. The byte order mark makes spreadsheets read
/// it as UTF-8.
pub(crate) fn csv(results: &PublishedResults) -> Result<Vec<u8>, Problem> {
    if results.method.motion().is_some() {
        return csv_of_motion(results);
    }
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    // Only a method that counts points has the column.
    let has_points = results.rows.iter().any(|row| row.points.is_some());
    let mut write = |row: [String; 7], points: String| {
        let points = has_points.then_some(points);
        writer.write_record(row.into_iter().chain(points)).map_err(|_| Problem::new(Code::Internal))
    };
    let heading = ["rank", "candidate_id", "name", "votes", "share", "withdrawn", "elected"].map(str::to_owned);
    write(heading, "points".to_owned())?;
    for row in &results.rows {
        let points = row.points.map_or_else(String::new, |points| results.method.decimal_points(points));
        let columns = [
            row.rank.to_string(),
            row.candidate_id.to_string(),
            neutralised(original(results, &row.name)),
            row.votes.to_string(),
            row.share.clone(),
            row.withdrawn.to_string(),
            row.elected.to_string(),
        ];
        write(columns, points)?;
    }
    writer.into_inner().map_err(|_| Problem::new(Code::Internal))
}

/// One bar of the image.
struct Bar {
    name: String,
    /// The number, with its unit for a description.
    number: String,
    unit: &'static str,
    /// The share, such as `52.5 %`; none of points.
    percent: Option<String>,
    /// The width in units. All the counted votes, or the most points, are 600 units: the bars show the shares.
    width: u64,
    elected: bool,
    withdrawn: bool,
    /// The top of the row, in units from the top of the image.
    y: usize,
}

#[derive(Template)]
#[template(path = "results.svg")]
struct Picture<'a> {
    title: &'a str,
    turnout: String,
    outcome: String,
    elected: &'static str,
    bars: Vec<Bar>,
    height: usize,
}

/// The words for a kind of ballot: an award is won, an option is chosen.
struct Words {
    label: &'static str,
    elected: &'static str,
    nobody: &'static str,
}

impl Words {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Award => {
                Self { label: "Winner", elected: "winner", nobody: "Nobody has won: there are no votes for anybody" }
            }
            Kind::Consultation => {
                Self { label: "Chosen", elected: "chosen", nobody: "No option is chosen: there are no votes for any" }
            }
        }
    }
}

const ROW_HEIGHT: usize = 64;
const HEAD_HEIGHT: usize = 112;

/// Returns the share `0.5253` as `52.5 %`, rounded half up.
fn percent(share: &str) -> String {
    let digits: u64 = share.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let tenths = (digits + 5) / 10;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Cuts a name that is too long for the image; the table beside it has the full name.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 60 { name.to_owned() } else { name.chars().take(59).chain(['…']).collect() }
}

fn bar_of_answer(index: usize, answer: Answer, answers: Answers, all: u64) -> Bar {
    let name = match answer {
        Answer::Yes => "Yes",
        Answer::No => "No",
        Answer::Abstain => "Abstained",
    };
    let votes = answers.of(answer);
    Bar {
        name: name.to_owned(),
        number: votes.to_string(),
        unit: "votes",
        percent: Some(percent(&share(votes, all))),
        width: votes * 600 / all,
        elected: false,
        withdrawn: false,
        y: HEAD_HEIGHT + index * ROW_HEIGHT,
    }
}

/// Draws an image of bars that begin at zero, with the numbers beside them.
pub(crate) fn svg(results: &PublishedResults, kind: Kind) -> Result<String, Problem> {
    let all = results.counted.max(1);
    let words = Words::of(kind);
    let most = results.rows.iter().filter_map(|row| row.points).max().unwrap_or(1).max(1);
    let unit = if matches!(results.method, Method::Ranked { .. }) { "first places" } else { "votes" };
    let numbers = |row: &PublishedRow| match row.points {
        Some(points) => (results.method.decimal_points(points), "points", None, points * 600 / most),
        None => (row.votes.to_string(), unit, Some(percent(&row.share)), row.votes * 600 / all),
    };
    let bar = |(index, row): (usize, &PublishedRow)| {
        let (number, unit, percent, width) = numbers(row);
        Bar {
            name: shortened(original(results, &row.name)),
            number,
            unit,
            percent,
            width,
            elected: row.elected,
            withdrawn: row.withdrawn,
            y: HEAD_HEIGHT + index * ROW_HEIGHT,
        }
    };
    let names = |elected: bool| {
        let rows = results.rows.iter().filter(|row| row.elected == elected);
        rows.map(|row| original(results, &row.name)).collect::<Vec<_>>().join(", ")
    };
    let outcome = match &results.outcome {
        Outcome::Elected { .. } => format!("{}: {}", words.label, shortened(&names(true))),
        Outcome::Tied { .. } => "Tied".to_owned(),
        Outcome::NoVotes => words.nobody.to_owned(),
        Outcome::Carried => "Carried".to_owned(),
        Outcome::Rejected => "Rejected".to_owned(),
        Outcome::NotDecided => "Not decided: too few took part".to_owned(),
    };
    let PublishedResults { voted, eligible, blank, .. } = results;
    let mut bars: Vec<Bar> = results.rows.iter().enumerate().map(bar).collect();
    if let Some(answers) = MotionCount::of(&results.derivation).answers {
        bars.extend(
            Answer::ALL.into_iter().enumerate().map(|(index, answer)| bar_of_answer(index, answer, answers, all)),
        );
    }
    let blank = if results.method.motion().is_some() { String::new() } else { format!(", {blank} of them blank") };
    let picture = Picture {
        title: original(results, &results.title),
        turnout: format!("{voted} of {eligible} voted{blank}"),
        outcome,
        elected: words.elected,
        height: HEAD_HEIGHT + bars.len() * ROW_HEIGHT + 24,
        bars,
    };
    Ok(picture.render()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_plain_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠SUM(A1)", "\t=1", "\u{a0}=1", "−1"]
        {
            assert_eq!(neutralised(formula), format!("'{formula}"));
        }
        assert_eq!(neutralised("Zoë"), "Zoë");
    }
}
