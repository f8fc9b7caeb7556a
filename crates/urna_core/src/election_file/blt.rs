//! `.blt`: numbers of candidates and seats; numbers of candidates who withdrew, with a minus; papers, each with how
//! often it was cast, candidates in order (`=` between equals) and a 0; a 0; the names in quotes, and perhaps a title.
//!
//! Line breaks are white space, and `#` begins a comment.

use super::{ElectionFile, InvalidElection, Mistake, Place, Reading, number};

/// A word of the file.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    is_quoted: bool,
    at: Place,
}

pub(super) fn read(text: &str) -> Result<ElectionFile, InvalidElection> {
    let (words, end) = words(text)?;
    let mut words = words.into_iter().peekable();
    let ends = || Mistake::Expected("more: the file ends here").at(end);

    let first = words.next().ok_or_else(ends)?;
    let candidates = small(first, "the number of candidates")?;
    let second = words.next().ok_or_else(ends)?;
    let seats = small(second, "the number of seats")?;
    if candidates > super::MOST_CANDIDATES {
        return Err(Mistake::Candidates.at(first.at));
    }
    let numbers = (1..=candidates).map(|number| number.to_string()).collect();
    let mut reading = Reading::new(numbers, Some(seats), second.at)?;

    while let Some(word) = words.next_if(|word| !word.is_quoted && word.text.starts_with('-')) {
        let place = reading.candidate(&word.text[1..], word.at)?;
        if reading.file.withdrawn.contains(&place) {
            return Err(Mistake::Twice(word.text.to_owned()).at(word.at));
        }
        reading.file.withdrawn.push(place);
    }
    reading.file.withdrawn.sort_unstable();

    loop {
        let paper = words.next().ok_or_else(ends)?;
        let times = plain(paper, "how often a paper was cast, or the 0 that ends the papers")?;
        if times == 0 {
            break;
        }
        let mut groups = Vec::new();
        loop {
            let word = words.next().ok_or_else(ends)?;
            if word.is_quoted {
                return Err(Mistake::Expected("the 0 that ends a paper").at(word.at));
            }
            if word.text == "0" {
                break;
            }
            let group = word.text.split('=').map(|number| reading.candidate(number, word.at));
            groups.push(group.collect::<Result<Vec<_>, _>>()?);
        }
        reading.vote(&groups, times, paper.at)?;
    }

    let mut names = Vec::new();
    for word in words {
        if !word.is_quoted {
            return Err(Mistake::Expected("a name in quotes").at(word.at));
        }
        names.push(word.text.to_owned());
    }
    let needed = usize::from(candidates);
    if names.len() < needed || names.len() > needed + 1 {
        return Err(Mistake::Names { found: names.len(), candidates }.at(end));
    }
    reading.file.title = names.drain(needed..).next();
    reading.file.candidates = names;
    Ok(reading.file)
}

fn plain(word: Word<'_>, expected: &'static str) -> Result<u64, InvalidElection> {
    let text = if word.is_quoted { "" } else { word.text };
    number(text, expected).map_err(|mistake| mistake.at(word.at))
}

fn small(word: Word<'_>, expected: &'static str) -> Result<u16, InvalidElection> {
    u16::try_from(plain(word, expected)?).map_err(|_| Mistake::TooLarge.at(word.at))
}

/// The words of a text, and the last line.
fn words(text: &str) -> Result<(Vec<Word<'_>>, Place), InvalidElection> {
    let mut words = Vec::new();
    let mut last = Place::Line(1);
    for (number, line) in (1..).zip(text.lines()) {
        let at = Place::Line(number);
        let mut rest = line.trim_start();
        if !rest.is_empty() {
            last = at;
        }
        while !rest.is_empty() && !rest.starts_with('#') {
            let (text, is_quoted, after) = if let Some(quoted) = rest.strip_prefix('"') {
                let (text, after) =
                    quoted.split_once('"').ok_or_else(|| Mistake::Expected("a closing quote").at(at))?;
                (text, true, after)
            } else {
                let end = rest.find(|c: char| c.is_whitespace() || c == '#' || c == '"').unwrap_or(rest.len());
                (&rest[..end], false, &rest[end..])
            };
            words.push(Word { text, is_quoted, at });
            rest = after.trim_start();
        }
    }
    Ok((words, last))
}
