//! CSV with a heading, one line for each vote. Two forms, told apart by the heading:
//!
//! - names of candidates: each cell has the rank that the vote gives (1 is best), or nothing;
//! - `1`, `2`, `3`, …: each cell has the name of the candidate at that rank, or nothing after the last one.
//!
//! A first column `votes` says how often the vote was cast.

use csv::{ReaderBuilder, StringRecord};

use super::{ElectionFile, InvalidElection, Mistake, Place, Reading, number, repeated};

pub(super) fn read(text: &str) -> Result<ElectionFile, InvalidElection> {
    check_quotes(text)?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            Mistake::Form(error.to_string()).at(Place::Line(line))
        })?;
        lines.push((Place::Line(record.position().map_or(1, csv::Position::line)), record));
    }
    let mut lines = lines.into_iter();
    let (at, heading) = lines.next().ok_or_else(|| Mistake::Expected("a heading").at(Place::Line(1)))?;
    let mut columns: Vec<String> = heading.iter().map(|cell| cell.trim().to_owned()).collect();
    let has_times = columns.first().is_some_and(|first| first.eq_ignore_ascii_case("votes"));
    columns.drain(..usize::from(has_times));
    if let Some(name) = repeated(&columns) {
        return Err(Mistake::Twice(name.clone()).at(at));
    }
    let votes: Vec<Line> =
        lines.map(|(at, record)| Line::of(&record, at, has_times, columns.len())).collect::<Result<_, _>>()?;
    if columns.iter().enumerate().all(|(column, name)| name.parse() == Ok(column + 1)) {
        by_rank(&votes, at)
    } else if columns.iter().any(String::is_empty) {
        Err(Mistake::Expected("the name of a candidate above every column").at(at))
    } else {
        by_candidate(columns, &votes, at)
    }
}

/// Refuses a quote inside of a cell, and one that is never closed: the reader would take the rest of the file for one
/// cell, and lose votes.
fn check_quotes(text: &str) -> Result<(), InvalidElection> {
    let wrong = |line| Mistake::Expected("quotes only around a whole cell").at(Place::Line(line));
    let (mut line, mut opened, mut is_begin) = (1, None, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, opened) {
            ('"', None) if is_begin => opened = Some(line),
            ('"', Some(_)) if characters.peek() == Some(&'"') => {
                characters.next();
            }
            ('"', Some(_)) if characters.peek().is_none_or(|next| matches!(next, ',' | '\r' | '\n')) => opened = None,
            ('"', _) => return Err(wrong(line)),
            _ => {}
        }
        is_begin = matches!(character, ',' | '\n');
        line += u64::from(character == '\n');
    }
    opened.map_or(Ok(()), |line| Err(Mistake::Expected("a closing quote").at(Place::Line(line))))
}

/// One vote as written.
struct Line {
    at: Place,
    times: u64,
    cells: Vec<String>,
}

impl Line {
    fn of(record: &StringRecord, at: Place, has_times: bool, columns: usize) -> Result<Self, InvalidElection> {
        let mut cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        let times = if has_times { cells.remove(0) } else { "1".to_owned() };
        let times = number(&times, "how often the vote was cast").map_err(|mistake| mistake.at(at))?;
        if cells.len() > columns {
            return Err(Mistake::Expected("no more cells than the heading has").at(at));
        }
        Ok(Self { at, times, cells })
    }
}

fn by_candidate(names: Vec<String>, votes: &[Line], at: Place) -> Result<ElectionFile, InvalidElection> {
    let mut reading = Reading::new(names, None, at)?;
    for Line { at, times, cells } in votes {
        let mut ranked = Vec::new();
        for (candidate, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            ranked.push((number(cell, "a rank, or an empty cell").map_err(|mistake| mistake.at(*at))?, candidate));
        }
        ranked.sort_unstable();
        let equals = || ranked.chunk_by(|one, next| one.0 == next.0);
        if !(1..).zip(equals()).all(|(rank, equals)| equals[0].0 == rank) {
            return Err(Mistake::Ranks.at(*at));
        }
        let groups: Vec<Vec<u16>> = equals().map(|equals| equals.iter().map(|ranked| ranked.1).collect()).collect();
        reading.vote(&groups, *times, *at)?;
    }
    Ok(reading.file)
}

fn by_rank(votes: &[Line], at: Place) -> Result<ElectionFile, InvalidElection> {
    let mut names: Vec<String> =
        votes.iter().flat_map(|line| &line.cells).filter(|cell| !cell.is_empty()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let mut reading = Reading::new(names, None, at)?;
    for Line { at, times, cells } in votes {
        let ranked = cells.iter().take_while(|cell| !cell.is_empty()).count();
        if cells[ranked..].iter().any(|cell| !cell.is_empty()) {
            return Err(Mistake::Ranks.at(*at));
        }
        let place = |name: &String| {
            let place = reading.file.candidates.binary_search(name).expect("every name was collected");
            vec![u16::try_from(place).expect("there are few candidates")]
        };
        let groups: Vec<_> = cells[..ranked].iter().map(place).collect();
        reading.vote(&groups, *times, *at)?;
    }
    Ok(reading.file)
}
