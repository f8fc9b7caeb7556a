//! Plurality: each vote names one candidate.

use crate::choice::{ChoicePlace, GivenChoice, InvalidChoice, Mark};
use crate::definition::Definition;

/// The one mark of a choice.
pub(super) fn marks(given: &GivenChoice, definition: &Definition) -> Result<Vec<Mark>, InvalidChoice> {
    let GivenChoice::Candidate(id) = given else { return Err(InvalidChoice::OtherMethod { takes: "candidate" }) };
    let at = ChoicePlace::Candidate;
    let candidate = definition.index_of(*id).ok_or(InvalidChoice::UnknownCandidate { at })?;
    Ok(vec![Mark::named(candidate)])
}

pub(super) const fn accepts(marks: &[Mark]) -> bool {
    matches!(marks, [Mark { value: 1, .. }])
}
