//! JSON with the number or the names of the `candidates`, perhaps `seats`, and `votes_by_preference`: a list of how
//! often a vote was cast with its candidates, by number from 1.

use serde::Deserialize;

use super::{ElectionFile, InvalidElection, Mistake, Place, Reading};

/// The part of the file that is read.
#[derive(Deserialize)]
struct Document {
    candidates: Candidates,
    #[serde(default)]
    seats: Option<u16>,
    #[serde(default)]
    title: Option<String>,
    votes_by_preference: Vec<(u64, Vec<u16>)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Candidates {
    Number(u16),
    Names(Vec<String>),
}

pub(super) fn read(text: &str) -> Result<ElectionFile, InvalidElection> {
    let document: Document = serde_json::from_str(text)
        .map_err(|error| Mistake::Form(error.to_string()).at(Place::Line(error.line().max(1) as u64)))?;
    let names = match document.candidates {
        Candidates::Number(number) if number > super::MOST_CANDIDATES => {
            return Err(Mistake::Candidates.at(Place::Line(1)));
        }
        Candidates::Number(number) => (1..=number).map(|number| number.to_string()).collect(),
        Candidates::Names(names) => names,
    };
    let mut reading = Reading::new(names, document.seats, Place::Line(1))?;
    reading.file.title = document.title;
    for (entry, (times, order)) in (1..).zip(document.votes_by_preference) {
        let at = Place::Entry(entry);
        let groups = order.iter().map(|number| Ok(vec![reading.candidate(&number.to_string(), at)?]));
        let groups = groups.collect::<Result<Vec<_>, InvalidElection>>()?;
        reading.vote(&groups, times, at)?;
    }
    Ok(reading.file)
}
