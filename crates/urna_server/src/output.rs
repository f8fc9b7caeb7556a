//! Output of commands: data on stdout, for people or for programs. Messages and progress go to stderr.

use std::fmt;
use std::io::{self, Write as _};

use serde::Serialize;

use crate::exit::Stop;

/// Writes a command's output to stdout.
#[derive(Debug)]
pub(crate) struct Output {
    /// JSON for programs, instead of text for people.
    pub(crate) json: bool,
}

impl Output {
    /// Writes the output, as text or as JSON.
    pub(crate) fn answer(&self, json: &impl Serialize, text: impl fmt::Display) -> Result<(), Stop> {
        let text = if self.json {
            serde_json::to_string(json).map_err(|error| Stop::failed(error.to_string()))?
        } else {
            text.to_string()
        };
        print(&text)
    }
}

/// Writes lines to stdout.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut stdout = io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let outcome = stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(end.as_bytes()));
    match outcome.and_then(|()| stdout.flush()) {
        // The reader has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| Stop::failed(format!("stdout cannot be written to: {error}"))),
    }
}

/// Makes one line of text from a stranger: nothing may move the cursor, turn the direction, or hide what follows.
pub(crate) fn plain(line: &str) -> String {
    let turns = |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    line.replace(|c: char| c.is_control() || turns(c), "\u{fffd}")
}

/// Aligns lines in columns; the first line holds the headings.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let widths = rows.iter().fold(Vec::new(), |mut widths: Vec<usize>, row| {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
        widths
    });
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["id".to_owned(), "name".to_owned()], vec!["1".to_owned(), "Žofia".to_owned()]];
        assert_eq!(columns(&rows), "id  name\n1   Žofia\n");
        assert_eq!(columns(&[]), "");
    }
}
