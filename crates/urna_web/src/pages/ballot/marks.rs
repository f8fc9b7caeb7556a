//! A choice as the fields of a form: `choice` has the one candidate, the answer to a motion, or the word `blank`; `candidates` occurs once for
//! each of several; `rank-ID` and `points-ID` have a number for one candidate.

use urna_core::CandidateId;
use urna_core::choice::{Answer, GivenChoice};
use urna_core::definition::MOST_CANDIDATES;

use crate::extract::Form;

/// The value of `choice` for a blank vote.
const BLANK: &str = "blank";

const RANK: &str = "rank-";
const POINTS: &str = "points-";

/// A hidden field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HiddenField {
    pub(super) name: String,
    pub(super) value: String,
}

/// The name of the field with a candidate's rank.
pub(super) fn rank_field(id: CandidateId) -> String {
    format!("{RANK}{id}")
}

/// The name of the field with a candidate's points.
pub(super) fn points_field(id: CandidateId) -> String {
    format!("{POINTS}{id}")
}

/// Returns the fields of a choice.
pub(super) fn fields(choice: &GivenChoice) -> Vec<HiddenField> {
    let field = |name: &str, value| HiddenField { name: name.to_owned(), value };
    match choice {
        GivenChoice::Candidate(id) => vec![field("choice", id.to_string())],
        GivenChoice::Candidates(ids) => ids.iter().map(|id| field("candidates", id.to_string())).collect(),
        GivenChoice::Scores(scores) => {
            scores.iter().map(|(id, points)| field(&points_field(*id), points.to_string())).collect()
        }
        GivenChoice::Ranking(ranks) => {
            let numbered = (1u16..).zip(ranks).flat_map(|(rank, ids)| ids.iter().map(move |id| (rank, id)));
            numbered.map(|(rank, id)| field(&rank_field(*id), rank.to_string())).collect()
        }
        GivenChoice::Motion(answer) => vec![field("choice", answer.as_str().to_owned())],
        GivenChoice::Blank => vec![field("choice", BLANK.to_owned())],
    }
}

/// The choice in a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FormChoice {
    /// One choice.
    Given(GivenChoice),
    /// No choice, or an unreadable one.
    Nothing,
    /// Several candidates, and a `choice` as well.
    Both(GivenChoice),
}

impl FormChoice {
    /// Returns the ticked choice, if there is one.
    pub(super) const fn given(&self) -> Option<&GivenChoice> {
        match self {
            Self::Given(given) | Self::Both(given) => Some(given),
            Self::Nothing => None,
        }
    }
}

/// Reads the choice in a form.
pub(super) fn read(form: &Form) -> FormChoice {
    let Some(marked) = read_marked(form) else { return FormChoice::Nothing };
    if form.all("choice").filter(|choice| !choice.is_empty()).count() > 1 {
        return FormChoice::Nothing;
    }
    match (form.get("choice"), marked) {
        ("", None) => FormChoice::Nothing,
        ("", Some(marked)) => FormChoice::Given(marked),
        (_, Some(marked)) => FormChoice::Both(marked),
        (BLANK, None) => FormChoice::Given(GivenChoice::Blank),
        (one, None) => {
            let answer = Answer::ALL.into_iter().find(|answer| answer.as_str() == one).map(GivenChoice::Motion);
            let given = answer.or_else(|| one.parse().ok().map(GivenChoice::Candidate));
            given.map_or(FormChoice::Nothing, FormChoice::Given)
        }
    }
}

/// Reads what a form says of single candidates, if it says anything; `None` if it cannot be read.
#[expect(clippy::option_option, reason = "an unreadable form is not an empty one")]
fn read_marked(form: &Form) -> Option<Option<GivenChoice>> {
    let candidates = form.all("candidates").map(str::parse).collect::<Result<Vec<CandidateId>, _>>().ok()?;
    if !candidates.is_empty() {
        return Some(Some(GivenChoice::Candidates(candidates)));
    }
    let scores = numbers(form, POINTS)?;
    if !scores.is_empty() {
        return Some(Some(GivenChoice::Scores(scores)));
    }
    let ranked = numbers(form, RANK)?;
    let mut ranks: Vec<Vec<CandidateId>> = Vec::new();
    for (id, rank) in ranked {
        let rank = usize::from(rank).checked_sub(1).filter(|rank| *rank < MOST_CANDIDATES)?;
        // A rank that nobody has stays empty: the page says which.
        ranks.resize_with(ranks.len().max(rank + 1), Vec::new);
        ranks[rank].push(id);
    }
    Some((!ranks.is_empty()).then_some(GivenChoice::Ranking(ranks)))
}

/// The number for each candidate who has one; `None` if something is no number or no candidate.
fn numbers(form: &Form, prefix: &str) -> Option<Vec<(CandidateId, u16)>> {
    form.filled_after(prefix).map(|(id, number)| Some((id.parse().ok()?, number.parse().ok()?))).collect()
}
