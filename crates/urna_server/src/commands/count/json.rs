//! A count for programs: candidates by number, from 1.

use serde_json::{Map, Value, json};
use urna_core::CandidateId;
use urna_core::tally::{CountStep, Outcome, Tally, Transfer};

use super::Election;

/// The result with all that led to it.
pub(super) fn document(election: &Election, tally: &Tally) -> Value {
    let (elected, tied) = match &tally.outcome {
        Outcome::Elected { candidates } => (candidates.as_slice(), [].as_slice()),
        Outcome::Tied { candidates, .. } => ([].as_slice(), candidates.as_slice()),
        // A file of rankings is no motion.
        Outcome::NoVotes | Outcome::Carried | Outcome::Rejected | Outcome::NotDecided => ([].as_slice(), [].as_slice()),
    };
    let mut document = Map::new();
    let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
    set("title", json!(election.file.title));
    set("method", json!(election.by.as_str()));
    set("seats", json!(election.seats));
    set("candidates", json!(election.file.candidates));
    set("withdrawn", json!(election.file.withdrawn.iter().map(|place| place + 1).collect::<Vec<_>>()));
    set("voted", json!(tally.voted));
    set("counted", json!(tally.counted));
    set("blank", json!(tally.blank));
    set("elected", json!(election.numbers(elected)));
    if !tied.is_empty() {
        set("tied", json!(election.numbers(tied)));
    }
    set("first_places", json!(first_places(tally)));
    let mut stages = Stages { election, entries: Vec::new(), elected: Vec::new(), excluded: Vec::new() };
    let mut rounds = Vec::new();
    for step in &tally.derivation {
        match step {
            CountStep::TieOrder { order, .. } | CountStep::SettleTie { order, .. } => {
                set("tie_order", json!(election.numbers(order)));
            }
            CountStep::Round { votes, exhausted, excluded, .. } => {
                let excluded = excluded.map(|id| election.number(id));
                rounds.push(json!({"votes": votes, "exhausted": exhausted, "excluded": excluded}));
            }
            CountStep::Pairs { votes } => {
                set("pairs", json!(votes));
            }
            CountStep::Strengths { strengths } => {
                set("strengths", json!(strengths));
            }
            CountStep::Unbeaten { candidates } | CountStep::MostPoints { candidates, .. } => {
                set("winners", json!(election.numbers(candidates)));
            }
            CountStep::HalfPoints { half_points } => {
                set("half_points", json!(half_points.iter().map(|(_, points)| points).collect::<Vec<_>>()));
            }
            CountStep::Quota { quota, .. } => {
                set("quota", json!(format!("{quota}.00000")));
            }
            CountStep::Stage { .. } => stages.add(step),
            CountStep::SetBlankAside { .. }
            | CountStep::Quorum { .. }
            | CountStep::Answers { .. }
            | CountStep::Majority { .. }
            | CountStep::Count { .. }
            | CountStep::Scores { .. }
            | CountStep::Points { .. }
            | CountStep::FirstPlaces { .. }
            | CountStep::LeaveOutWithdrawn { .. }
            | CountStep::MostVotes { .. } => {}
        }
    }
    if !rounds.is_empty() {
        set("rounds", json!(rounds));
    }
    if !stages.entries.is_empty() {
        set("stages", json!(stages.finish(&tally.outcome)));
    }
    Value::Object(document)
}

fn first_places(tally: &Tally) -> Vec<u64> {
    let first = tally.derivation.iter().find_map(|step| match step {
        CountStep::FirstPlaces { votes } => Some(votes.iter().map(|(_, votes)| *votes).collect()),
        _ => None,
    });
    first.unwrap_or_default()
}

/// The stages as published counts list them: one after each transfer, with everybody who was elected and excluded by
/// then; at the end once more, with all of them.
struct Stages<'a> {
    election: &'a Election,
    entries: Vec<Value>,
    elected: Vec<CandidateId>,
    excluded: Vec<CandidateId>,
}

impl Stages<'_> {
    fn add(&mut self, step: &CountStep) {
        let CountStep::Stage { votes, non_transferable, elected, next, .. } = step else { return };
        let entry = self.entry(json!(votes), json!(non_transferable));
        self.entries.push(entry);
        self.elected.extend(elected);
        if let Some(Transfer::Exclude { candidate, .. }) = next {
            self.excluded.push(*candidate);
        }
    }

    fn entry(&self, votes: Value, non_transferable: Value) -> Value {
        let sorted = |ids: &[CandidateId]| {
            let mut numbers = self.election.numbers(ids);
            numbers.sort_unstable();
            numbers
        };
        json!({"votes": votes, "non_transferable": non_transferable,
            "elected": sorted(&self.elected), "excluded": sorted(&self.excluded)})
    }

    fn finish(mut self, outcome: &Outcome) -> Vec<Value> {
        if let (Outcome::Elected { .. }, Some(last)) = (outcome, self.entries.last()) {
            let (votes, non_transferable) = (last["votes"].clone(), last["non_transferable"].clone());
            let is_out = |id: &CandidateId| !self.elected.contains(id);
            self.excluded = self.election.ids.iter().copied().filter(is_out).collect();
            let entry = self.entry(votes, non_transferable);
            self.entries.push(entry);
        }
        self.entries
    }
}
