//! Borda's count: a vote gives each candidate one point for every candidate below; equals, and all who are not ranked,
//! share what their places are worth together. Points are counted in halves, to stay whole numbers.
//!
//! J.-C. de Borda, "Mémoire sur les élections au scrutin" (1781); sharing among equals is the usual "average" rule. The
//! points follow from the duels alone: a duel won gives a point, one that is even half a point.

use super::{Counted, Field, Pairs, Standing, first_of};
use crate::tally::CountStep;

pub(super) fn count(field: &Field<'_>, pairs: &Pairs) -> Counted {
    let Pairs { counted, votes, .. } = pairs;
    let mut half_points = vec![0; votes.len()];
    for place in &field.standing {
        let of = |other: &u16| {
            let (one, other) = (usize::from(*place), usize::from(*other));
            counted + votes[one][other] - votes[other][one]
        };
        let others = field.standing.iter().filter(|other| *other != place);
        half_points[usize::from(*place)] = others.map(of).sum();
    }
    let most = field.standing.iter().map(|place| half_points[usize::from(*place)]).max().unwrap_or(0);
    let first: Vec<u16> =
        field.standing.iter().copied().filter(|place| half_points[usize::from(*place)] == most).collect();
    let mut standing = vec![Standing::default(); pairs.votes.len()];
    for place in &field.standing {
        standing[usize::from(*place)].votes = half_points[usize::from(*place)];
    }
    let points = field.contest.candidates.iter().copied().zip(half_points.iter().copied()).collect();
    let mut steps = vec![
        CountStep::Pairs { votes: votes.clone() },
        CountStep::HalfPoints { half_points: points },
        CountStep::MostPoints { points: most, candidates: field.ids(&first), above: Vec::new() },
    ];
    let elected = first_of(field, &first, &mut steps);
    Counted { steps, elected, standing, used_order: false, half_points: Some(half_points) }
}
