//! Approval: each vote names every candidate that the voter approves of, up to a limit that the ballot sets.
//!
//! The rule is that of Brams and Fishburn, "Approval Voting" (1978), with a limit on the number of names.

use crate::choice::{ChoicePlace, GivenChoice, InvalidChoice, Mark};
use crate::definition::Definition;

/// A mark for each candidate named.
pub(super) fn marks(given: &GivenChoice, definition: &Definition) -> Result<Vec<Mark>, InvalidChoice> {
    let GivenChoice::Candidates(ids) = given else { return Err(InvalidChoice::OtherMethod { takes: "candidates" }) };
    let most = definition.method.most_marks(definition.candidate_count());
    if ids.is_empty() {
        return Err(InvalidChoice::Nobody);
    }
    // Check the length before looking ids up: the sender may send a list of any length.
    if ids.len() > usize::from(most) {
        return Err(InvalidChoice::TooMany { most });
    }
    let mut marks: Vec<Mark> = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        let at = ChoicePlace::Candidates(place);
        let candidate = definition.index_of(*id).ok_or(InvalidChoice::UnknownCandidate { at })?;
        if marks.iter().any(|mark| mark.candidate == candidate) {
            return Err(InvalidChoice::Repeated { at });
        }
        marks.push(Mark::named(candidate));
    }
    marks.sort_unstable_by_key(|mark| mark.candidate);
    Ok(marks)
}

pub(super) fn accepts(marks: &[Mark], most: u16) -> bool {
    !marks.is_empty() && marks.len() <= usize::from(most) && marks.iter().all(|mark| mark.value == 1)
}
