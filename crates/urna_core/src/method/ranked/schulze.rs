//! Schulze's method, with winning votes: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
//! Condorcet-consistent single-winner election method", Social Choice and Welfare 36 (2011), section 2.
//!
//! A duel that is won is as strong as the votes for its winner; a chain of duels is as strong as its weakest one. Who
//! has, against everybody, a chain at least as strong as the one in return can win; that is at least one.

use super::{Counted, Field, Pairs, Standing, first_of};
use crate::tally::CountStep;

pub(super) fn count(field: &Field<'_>, pairs: &Pairs) -> Counted {
    let strengths = strengths(&pairs.votes, &field.standing);
    let beats = |one: u16, other: u16| {
        let strength = |from: u16, to: u16| strengths[usize::from(from)][usize::from(to)];
        strength(one, other) > strength(other, one)
    };
    let lost = |place: u16| field.standing.iter().filter(|other| beats(**other, place)).count();
    let unbeaten: Vec<u16> = field.standing.iter().copied().filter(|place| lost(*place) == 0).collect();
    // "Beats" has no circles: the number of those who beat somebody puts all into one order.
    let mut standing = vec![Standing::default(); pairs.votes.len()];
    for place in &field.standing {
        standing[usize::from(*place)].round = (field.standing.len() - lost(*place)) as u64;
    }
    let mut steps = vec![
        CountStep::Pairs { votes: pairs.votes.clone() },
        CountStep::Strengths { strengths: strengths.clone() },
        CountStep::Unbeaten { candidates: field.ids(&unbeaten) },
    ];
    let elected = first_of(field, &unbeaten, &mut steps);
    Counted { steps, elected, standing, used_order: false, half_points: None }
}

/// The strength of the strongest chain of duels between each two of these; 0 where there is none.
fn strengths(pairs: &[Vec<u64>], among: &[u16]) -> Vec<Vec<u64>> {
    let mut strengths = vec![vec![0; pairs.len()]; pairs.len()];
    let among: Vec<usize> = among.iter().copied().map(usize::from).collect();
    for &from in &among {
        for &to in &among {
            let (won, lost) = (pairs[from][to], pairs[to][from]);
            strengths[from][to] = if won > lost { won } else { 0 };
        }
    }
    for &through in &among {
        for &from in among.iter().filter(|from| **from != through) {
            for &to in among.iter().filter(|to| **to != through && **to != from) {
                let chain = strengths[from][through].min(strengths[through][to]);
                strengths[from][to] = strengths[from][to].max(chain);
            }
        }
    }
    strengths
}
