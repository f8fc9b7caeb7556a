//! Score: each vote gives every candidate points on a scale that the ballot sets; the most points win.
//!
//! A candidate without points in a vote gets the fewest of the scale. So each vote has one meaning, and one encoding: a mark
//! for every candidate. A vote that gives all the same is a vote, and not a blank one.

use std::ops::RangeInclusive;

use super::most::{elect, rows};
use crate::choice::{ChoicePlace, GivenChoice, InvalidChoice, Mark};
use crate::count::Scored;
use crate::definition::Definition;
use crate::ids::CandidateId;
use crate::tally::{CountStep, Tally, share};

/// A mark for each candidate, with its points.
pub(super) fn marks(
    given: &GivenChoice,
    definition: &Definition,
    scale: RangeInclusive<u16>,
) -> Result<Vec<Mark>, InvalidChoice> {
    let GivenChoice::Scores(scores) = given else { return Err(InvalidChoice::OtherMethod { takes: "scores" }) };
    if scores.is_empty() {
        return Err(InvalidChoice::Nobody);
    }
    let least = *scale.start();
    let mut marks: Vec<Option<u16>> = vec![None; definition.candidates.len()];
    for (id, points) in scores {
        let at = ChoicePlace::Score(*id);
        let candidate = definition.index_of(*id).ok_or(InvalidChoice::UnknownCandidate { at })?;
        if !scale.contains(points) {
            return Err(InvalidChoice::OffScale { at, min: least, max: *scale.end() });
        }
        if marks[usize::from(candidate)].replace(*points).is_some() {
            return Err(InvalidChoice::Repeated { at });
        }
    }
    Ok((0..).zip(marks).map(|(candidate, points)| Mark { candidate, value: points.unwrap_or(least) }).collect())
}

pub(super) fn accepts(marks: &[Mark], candidates: u16, scale: RangeInclusive<u16>) -> bool {
    marks.len() == usize::from(candidates) && marks.iter().all(|mark| scale.contains(&mark.value))
}

/// See [`super::Method::count`].
pub(super) fn count(
    definition: &Definition,
    scored: &Scored,
    min: u16,
    withdrawn: &[CandidateId],
    order: Option<&[CandidateId]>,
) -> Tally {
    let Scored { counted, blank, histogram } = scored;
    let points = |votes: &Vec<u64>| (u64::from(min)..).zip(votes).map(|(points, votes)| points * votes).sum::<u64>();
    let ids = definition.candidates.iter().map(|candidate| candidate.id);
    let totals: Vec<_> = ids.zip(histogram.iter().map(points)).collect();
    let mut derivation = vec![
        CountStep::SetBlankAside { voted: counted + blank, blank: *blank, counted: *counted },
        CountStep::Scores { votes: histogram.clone() },
        CountStep::Points { points: totals.clone() },
    ];
    // The fewest points mean nothing by themselves: the scale may begin anywhere.
    let electable = |_| *counted > 0;
    let step = |points, candidates, above| CountStep::MostPoints { points, candidates, above };
    let outcome = elect(definition, &totals, withdrawn, order, electable, step, &mut derivation);
    let numbers = |place: usize, points| {
        let votes = histogram[place].iter().skip(1).sum();
        (votes, Some(points), share(votes, *counted))
    };
    let rows = rows(&totals, withdrawn, &outcome, numbers);
    Tally { voted: counted + blank, counted: *counted, blank: *blank, rows, outcome, derivation }
}
