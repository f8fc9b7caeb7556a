//! `urna count`: counts an election from a file, by the same rules as a ballot.

mod json;
mod text;

use std::path::Path;

use urna_core::CandidateId;
use urna_core::definition::TieRule;
use urna_core::election_file::{ElectionFile, Format};
use urna_core::method::ranked::{Contest, RankedCount, count};
use urna_core::tally::{Outcome, Tally};
use uuid::Uuid;

use super::files::read_file;
use crate::command_line::CountArguments;
use crate::exit::{Exit, Stop};
use crate::output::Output;

/// The most bytes of a file; a vote has at least a few.
const MOST_BYTES: u64 = 1 << 30;

pub(super) fn run(arguments: &CountArguments, output: &Output) -> Result<(), Stop> {
    let path = &arguments.file;
    let format = path.extension().and_then(|extension| Format::of_extension(&extension.to_string_lossy()));
    let format = format.ok_or_else(|| {
        Stop::usage(format!("{} must end in .blt, .csv, .json, .soc, .soi, .toc or .toi", path.display()))
    })?;
    let wrong = |what: String| Stop::usage(format!("{}: {what}", path.display()));
    let file = ElectionFile::read(format, &read_file(path, MOST_BYTES)?).map_err(|error| wrong(error.to_string()))?;
    let by = arguments.method;
    if let Some(place) = file.equal_ranks_at.filter(|_| !by.takes_equal_ranks()) {
        return Err(wrong(format!("{place}: candidates share a rank, and {} takes no equal ranks", by.as_str())));
    }
    let election = Election::new(file, by, arguments)?;
    let tally = election.count();
    output.answer(&json::document(&election, &tally), text::describe(&election, &tally, title(path)))?;
    match &tally.outcome {
        Outcome::Tied { candidates, .. } => {
            let tied: Vec<_> = candidates.iter().map(|id| election.number(*id).to_string()).collect();
            let all = (1..=election.ids.len()).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
            Err(Stop::new(
                Exit::Conflict,
                format!("{} are tied; give an order of all candidates, such as --tie-order {all}", tied.join(", ")),
            ))
        }
        _ => Ok(()),
    }
}

fn title(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// An election from a file, ready to be counted.
struct Election {
    file: ElectionFile,
    by: RankedCount,
    seats: u16,
    /// The candidate with number *n* has the *n*-th.
    ids: Vec<CandidateId>,
    order: Option<Vec<CandidateId>>,
}

impl Election {
    fn new(file: ElectionFile, by: RankedCount, arguments: &CountArguments) -> Result<Self, Stop> {
        let ids: Vec<_> = (1..).take(file.candidates.len()).map(Uuid::from_u128).map(CandidateId::new).collect();
        let seats = match arguments.seats {
            Some(seats) if by.takes_seats() => seats,
            None if !by.takes_seats() && file.seats.is_some_and(|seats| seats > 1) => {
                return Err(Stop::usage(format!(
                    "the file has several seats, and {} elects one: say --seats 1",
                    by.as_str()
                )));
            }
            Some(1) | None if !by.takes_seats() => 1,
            None => file.seats.unwrap_or(1),
            Some(_) => return Err(Stop::usage(format!("{} elects one; it takes no --seats", by.as_str()))),
        };
        if usize::from(seats) >= ids.len().max(2) {
            return Err(Stop::usage(format!("{seats} seats for {} candidates: there is nothing to count", ids.len())));
        }
        let order = arguments.tie_order.as_deref().map(|order| tie_order(order, &ids)).transpose()?;
        Ok(Self { file, by, seats, ids, order })
    }

    fn count(&self) -> Tally {
        let withdrawn: Vec<_> = self.file.withdrawn.iter().map(|place| self.ids[usize::from(*place)]).collect();
        let contest = Contest {
            candidates: &self.ids,
            withdrawn: &withdrawn,
            seats: self.seats,
            rule: TieRule::Jury {},
            order: self.order.as_deref(),
        };
        count(self.by, contest, &self.file.rankings)
    }

    /// The candidate's number, from 1.
    fn number(&self, id: CandidateId) -> usize {
        self.ids.iter().position(|other| *other == id).map_or(0, |place| place + 1)
    }

    fn numbers(&self, ids: &[CandidateId]) -> Vec<usize> {
        ids.iter().map(|id| self.number(*id)).collect()
    }

    fn name(&self, id: CandidateId) -> &str {
        &self.file.candidates[self.number(id) - 1]
    }
}

/// The candidates in the order of these numbers.
fn tie_order(order: &[usize], ids: &[CandidateId]) -> Result<Vec<CandidateId>, Stop> {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    if !sorted.iter().copied().eq(1..=ids.len()) {
        return Err(Stop::usage(format!("--tie-order names each number from 1 to {} once", ids.len())));
    }
    Ok(order.iter().map(|number| ids[number - 1]).collect())
}
