//! One order for all ties of a ranked count.

use crate::ids::CandidateId;
use crate::tally::{EarlierStage, Tie};

/// Only a tie order can decide between these; the count cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NeedsOrder {
    /// Their places in the list, ascending.
    pub(super) among: Vec<u16>,
}

/// The place of each candidate in the tie order, if there is one.
pub(super) struct TieOrder(Option<Vec<usize>>);

/// Which of equals is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extreme {
    /// The one with the most votes, first in the tie order.
    Most,
    /// The one with the fewest votes, last in the tie order.
    Fewest,
}

impl TieOrder {
    /// The order over candidates; each of them must be in it.
    pub(super) fn new(candidates: &[CandidateId], order: Option<&[CandidateId]>) -> Self {
        let position = |order: &[CandidateId], id| order.iter().position(|other| *other == id);
        Self(order.map(|order| {
            let positions = candidates.iter().map(|id| position(order, *id).expect("the order is of all candidates"));
            positions.collect()
        }))
    }

    /// The one of these who stands first, or last.
    pub(super) fn pick(&self, extreme: Extreme, among: &[u16]) -> Result<u16, NeedsOrder> {
        let needs_order = || NeedsOrder { among: among.to_vec() };
        let positions = self.0.as_ref().ok_or_else(needs_order)?;
        let position = |place: &&u16| positions[usize::from(**place)];
        let picked = match extreme {
            Extreme::Most => among.iter().min_by_key(position),
            Extreme::Fewest => among.iter().max_by_key(position),
        };
        picked.copied().ok_or_else(needs_order)
    }
}

/// The candidate with the most or the fewest votes now. Of several, who had more or fewer at the latest earlier stage
/// at which they differ (SSI 2007/42, rules 49 and 51); of several still, by the tie order.
///
/// `stages` has the votes of every stage in turn, the last being now. Returns how a tie was settled, if there was one.
pub(super) fn choose(
    extreme: Extreme,
    among: &[u16],
    stages: &[Vec<u64>],
    order: &TieOrder,
    id: impl Fn(u16) -> CandidateId,
) -> Result<(u16, Option<Tie>), NeedsOrder> {
    let best_of = |votes: &Vec<u64>, among: &[u16]| -> Vec<u16> {
        let of = |place: &u16| votes[usize::from(*place)];
        let best = match extreme {
            Extreme::Most => among.iter().map(of).max(),
            Extreme::Fewest => among.iter().map(of).min(),
        };
        among.iter().copied().filter(|place| Some(of(place)) == best).collect()
    };
    let ids = |places: &[u16]| places.iter().map(|place| id(*place)).collect::<Vec<_>>();
    let Some((now, earlier)) = stages.split_last() else { return Err(NeedsOrder { among: among.to_vec() }) };
    let tied = best_of(now, among);
    let mut left = tied.clone();
    let mut compared = Vec::new();
    for (before, votes) in earlier.iter().enumerate().rev() {
        if left.len() == 1 {
            break;
        }
        let narrowed = best_of(votes, &left);
        if narrowed.len() < left.len() {
            compared.push(EarlierStage { stage: before as u64 + 1, left: ids(&narrowed) });
        }
        left = narrowed;
    }
    let by_order = left.len() > 1;
    let chosen = if by_order { order.pick(extreme, &left)? } else { left[0] };
    let tie = (tied.len() > 1).then(|| Tie { among: ids(&tied), earlier: compared, by_order });
    Ok((chosen, tie))
}
