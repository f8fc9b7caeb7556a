//! A choice as the fields of a form: `choice` has the one candidate or the word `blank`; `candidates` occurs once for
//! each of several.

use urna_core::choice::GivenChoice;

use crate::extract::Form;

/// The value of `choice` for a blank vote.
const BLANK: &str = "blank";

/// A hidden field of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HiddenField {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// Returns the fields of a choice.
pub(super) fn fields(choice: &GivenChoice) -> Vec<HiddenField> {
    let field = |name, value| HiddenField { name, value };
    match choice {
        GivenChoice::Candidate(id) => vec![field("choice", id.to_string())],
        GivenChoice::Candidates(ids) => ids.iter().map(|id| field("candidates", id.to_string())).collect(),
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
    let candidates: Result<Vec<_>, _> = form.all("candidates").map(str::parse).collect();
    let Ok(candidates) = candidates else { return FormChoice::Nothing };
    let several = GivenChoice::Candidates(candidates);
    match (form.get("choice"), several == GivenChoice::Candidates(Vec::new())) {
        ("", true) => FormChoice::Nothing,
        ("", false) => FormChoice::Given(several),
        (_, false) => FormChoice::Both(several),
        (BLANK, true) => FormChoice::Given(GivenChoice::Blank),
        (one, true) => one.parse().map_or(FormChoice::Nothing, |id| FormChoice::Given(GivenChoice::Candidate(id))),
    }
}
