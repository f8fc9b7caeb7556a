//! The count of a result, step by step: rounds, stages, duels and points, all from the derivation that was signed.

use urna_core::method::Method;
use urna_core::tally::{CountStep, PartVotes, Tie, Transfer};
use urna_core::{CandidateId, TieRule};

use askama::Template;
use urna_texts::Speech;

use super::ResultInWords;
use super::flow::Flow;
use crate::pages::Written;

/// The part of the page with the count, step by step; empty if the rows say it all.
#[derive(Template)]
#[template(path = "count.html")]
pub(super) struct CountPart {
    t: &'static Speech,
    /// The words for a candidate, and for who is elected.
    candidate: String,
    elected: String,
    rounds: Vec<Round>,
    flow: Option<Flow>,
    quota: Option<String>,
    matrix: Option<Matrix>,
}

/// One round of an instant runoff, or one stage of a transferable vote.
struct Round {
    heading: String,
    lines: Vec<RoundLine>,
    /// Sentences about the round.
    sentences: Vec<String>,
}

/// The votes of a candidate in a round, or of nobody.
struct RoundLine {
    name: Written,
    votes: String,
    /// Elected in this round, or leaving it.
    is_elected: bool,
    is_excluded: bool,
}

/// Numbers between candidates, or of candidates on a scale.
struct Matrix {
    caption: String,
    heads: Vec<String>,
    lines: Vec<MatrixLine>,
}

struct MatrixLine {
    name: Written,
    cells: Vec<String>,
    is_elected: bool,
}

impl ResultInWords<'_> {
    /// The count, step by step.
    pub(super) fn count(&self) -> CountPart {
        CountPart {
            t: self.t,
            candidate: self.say_of_kind("table-candidate"),
            elected: self.say_of_kind("row-elected"),
            rounds: self.rounds(),
            flow: self.flow(),
            quota: self.quota(),
            matrix: self.matrix(),
        }
    }

    fn nobody(&self, id: &str) -> Written {
        Written { text: self.t.say(id), language: None }
    }

    fn written_name(&self, id: CandidateId) -> Written {
        let rows = &self.view.results.rows;
        let row = rows.iter().find(|row| row.candidate_id == id);
        row.map_or(Written { text: String::new(), language: None }, |row| self.written(&row.name))
    }

    /// Every candidate, in the order of the manifest.
    fn in_order(&self) -> Vec<CandidateId> {
        self.view.ballot.definition.candidates.iter().map(|candidate| candidate.id).collect()
    }

    /// The rounds or stages, if the count has any.
    fn rounds(&self) -> Vec<Round> {
        let (mut rounds, mut out) = (Vec::new(), Vec::new());
        let mut quota = 0;
        for step in &self.view.results.derivation {
            let number = u64::try_from(rounds.len() + 1).unwrap_or(u64::MAX);
            match step {
                CountStep::LeaveOutWithdrawn { candidates } => out.extend(candidates),
                CountStep::Quota { quota: votes, .. } => quota = *votes,
                CountStep::Round { votes, continuing, exhausted, excluded, tie } => {
                    let has_won = |votes: u64| 2 * votes > *continuing;
                    let lines = self.in_order().into_iter().zip(votes).filter(|(id, _)| !out.contains(id));
                    let line = |(id, votes): (CandidateId, &u64)| RoundLine {
                        name: self.written_name(id),
                        votes: self.t.number(*votes),
                        is_elected: has_won(*votes),
                        is_excluded: *excluded == Some(id),
                    };
                    let mut lines: Vec<_> = lines.map(line).collect();
                    if *exhausted > 0 {
                        lines.push(self.votes_of_nobody("round-exhausted", self.t.number(*exhausted)));
                    }
                    let winner = self.in_order().into_iter().zip(votes).find(|(_, votes)| has_won(**votes));
                    let mut sentences = Vec::new();
                    if let Some((winner, votes)) = winner {
                        let name = self.name(winner);
                        let values = [("name", name.into()), ("votes", (*votes).into()), ("all", (*continuing).into())];
                        sentences.push(self.t.with("round-won", values));
                    }
                    if let Some(id) = excluded {
                        sentences.push(self.t.with1("round-excluded", "name", self.name(*id)));
                        out.push(*id);
                    }
                    sentences.extend(tie.as_ref().map(|tie| self.settled_inside(tie)));
                    rounds.push(Round { heading: self.t.with1("round", "number", number), lines, sentences });
                }
                CountStep::Stage { votes, non_transferable, loss, elected, next } => {
                    let excluded = match next {
                        Some(Transfer::Exclude { candidate, .. }) => Some(*candidate),
                        _ => None,
                    };
                    let lines = self.in_order().into_iter().zip(votes).filter(|(id, _)| !out.contains(id));
                    let line = |(id, votes): (CandidateId, &PartVotes)| RoundLine {
                        name: self.written_name(id),
                        votes: self.t.decimal(&votes.to_string()),
                        is_elected: elected.contains(&id),
                        is_excluded: excluded == Some(id),
                    };
                    let mut lines: Vec<_> = lines.map(line).collect();
                    let rest = [("stage-not-transferable", non_transferable), ("stage-lost", loss)];
                    for (id, votes) in rest.into_iter().filter(|(_, votes)| votes.units() > 0) {
                        lines.push(self.votes_of_nobody(id, self.t.decimal(&votes.to_string())));
                    }
                    let mut sentences = Vec::new();
                    if !elected.is_empty() {
                        let count = u64::try_from(elected.len()).unwrap_or(u64::MAX);
                        let values = [("names", self.names(elected).into()), ("count", count.into())];
                        sentences.push(self.t.with("stage-elected", values));
                    }
                    if let Some(transfer) = next {
                        sentences.extend(self.moved(transfer, quota));
                    }
                    out.extend(excluded);
                    rounds.push(Round { heading: self.t.with1("stage", "number", number), lines, sentences });
                }
                _ => {}
            }
        }
        rounds
    }

    fn votes_of_nobody(&self, id: &str, votes: String) -> RoundLine {
        RoundLine { name: self.nobody(id), votes, is_elected: false, is_excluded: false }
    }

    /// Says which papers move, and how a tie about it was settled.
    fn moved(&self, transfer: &Transfer, quota: u64) -> Vec<String> {
        let (sentence, tie) = match transfer {
            Transfer::Surplus { candidate, surplus, tie } => {
                let surplus = self.t.decimal(&surplus.to_string());
                let values =
                    [("name", self.name(*candidate).into()), ("votes", surplus.into()), ("quota", quota.into())];
                (self.t.with("stage-surplus", values), tie)
            }
            Transfer::Exclude { candidate, tie } => {
                (self.t.with1("round-excluded", "name", self.name(*candidate)), tie)
            }
        };
        [sentence].into_iter().chain(tie.as_ref().map(|tie| self.settled_inside(tie))).collect()
    }

    /// Says how a tie inside the count was settled.
    fn settled_inside(&self, tie: &Tie) -> String {
        let names = self.names(&tie.among);
        let by = match (tie.by_order, self.view.ballot.definition.tie_rule) {
            (false, _) => "round-tie-earlier",
            (true, TieRule::Jury {}) => "round-tie-jury",
            (true, TieRule::Lot {} | TieRule::Shared {} | TieRule::Rejected {}) => "round-tie-lot",
        };
        self.t.with1(by, "names", names)
    }

    /// Says what a seat needs, if votes are transferred.
    fn quota(&self) -> Option<String> {
        self.view.results.derivation.iter().find_map(|step| match step {
            CountStep::Quota { valid, seats, quota } => {
                let values =
                    [("quota", (*quota).into()), ("valid", (*valid).into()), ("seats", u64::from(*seats).into())];
                Some(self.t.with("stage-quota", values))
            }
            _ => None,
        })
    }

    /// The duels of a ranked count, or the bars of a score, as a table.
    fn matrix(&self) -> Option<Matrix> {
        self.view.results.derivation.iter().find_map(|step| match step {
            CountStep::Pairs { votes } => {
                let cell = |line: usize, (column, votes): (usize, &u64)| {
                    if line == column { String::new() } else { self.t.number(*votes) }
                };
                let cells = |(line, votes): (usize, &Vec<u64>)| {
                    votes.iter().enumerate().map(|pair| cell(line, pair)).collect::<Vec<_>>()
                };
                let heads = self.in_order().into_iter().map(|id| self.name(id)).collect();
                Some(self.table("duels-caption", heads, votes.iter().enumerate().map(cells)))
            }
            CountStep::Scores { votes } => {
                let Method::Score { min, max, .. } = self.view.results.method else { return None };
                let heads = (min..=max).map(|points| self.t.number(points.into())).collect();
                let cells = |votes: &Vec<u64>| votes.iter().map(|votes| self.t.number(*votes)).collect();
                Some(self.table("scores-caption", heads, votes.iter().map(cells)))
            }
            _ => None,
        })
    }

    fn table(&self, caption: &str, heads: Vec<String>, cells: impl Iterator<Item = Vec<String>>) -> Matrix {
        let rows = &self.view.results.rows;
        let is_elected = |id| rows.iter().any(|row| row.candidate_id == id && row.elected);
        let line = |(id, cells)| MatrixLine { name: self.written_name(id), cells, is_elected: is_elected(id) };
        Matrix {
            caption: self.t.say(caption),
            heads,
            lines: self.in_order().into_iter().zip(cells).map(line).collect(),
        }
    }
}
