//! The files of `PrefLib` (<https://preflib.github.io/PrefLib-Jekyll/format>): `# ALTERNATIVE NAME 1: …` for each
//! candidate, then lines of `times: 1,2,{3,4}`.

use super::{ElectionFile, InvalidElection, Mistake, Place, Reading, number};

pub(super) fn read(text: &str) -> Result<ElectionFile, InvalidElection> {
    let lines = || (1..).map(Place::Line).zip(text.lines()).map(|(at, line)| (at, line.trim()));
    let end = lines().last().map_or(Place::Line(1), |(at, _)| at);
    let (mut names, mut title) = (Vec::new(), None);
    for (at, line) in lines() {
        let Some((key, value)) = line.strip_prefix('#').and_then(|comment| comment.split_once(':')) else { continue };
        let (key, value) = (key.trim(), value.trim().to_owned());
        if key == "TITLE" {
            title = Some(value);
        } else if let Some(place) = key.strip_prefix("ALTERNATIVE NAME ") {
            if place.parse() != Ok(names.len() + 1) {
                return Err(Mistake::Expected("the candidates by number from 1, in turn").at(at));
            }
            names.push(value);
        }
    }
    let mut reading = Reading::new(names, None, end)?;
    reading.file.title = title;
    for (at, line) in lines().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let expected = "how often a vote was cast, a colon, and the candidates";
        let (times, order) = line.split_once(':').ok_or_else(|| Mistake::Expected(expected).at(at))?;
        let times = number(times.trim(), expected).map_err(|mistake| mistake.at(at))?;
        reading.vote(&groups(&reading, order, at)?, times, at)?;
    }
    Ok(reading.file)
}

/// Candidates by rank, from `1,{2,3},4`.
fn groups(reading: &Reading, order: &str, at: Place) -> Result<Vec<Vec<u16>>, InvalidElection> {
    let wrong = || Mistake::Expected("numbers with commas, equals in braces").at(at);
    let mut groups: Vec<Vec<u16>> = Vec::new();
    let mut is_open = false;
    for part in order.split(',').map(str::trim).filter(|_| !order.trim().is_empty()) {
        let (opens, part) = part.strip_prefix('{').map_or((false, part), |rest| (true, rest));
        let (closes, part) = part.strip_suffix('}').map_or((false, part), |rest| (true, rest));
        if opens && is_open || closes && !opens && !is_open {
            return Err(wrong());
        }
        let candidate = reading.candidate(part.trim(), at)?;
        match groups.last_mut().filter(|_| is_open) {
            Some(group) => group.push(candidate),
            None => groups.push(vec![candidate]),
        }
        is_open = (is_open || opens) && !closes;
    }
    if is_open { Err(wrong()) } else { Ok(groups) }
}
