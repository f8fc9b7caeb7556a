//! The single transferable vote of Scottish local elections: The Scottish Local Government Elections Order 2007
//! (SSI 2007/42), schedule 1, rules 45 to 52.
//!
//! The value of a paper is cut after five decimal places, multiplied before it is divided. So votes, papers without
//! anybody to go to, and the loss by cutting are the valid votes, at every stage.

use super::ties::{Extreme, NeedsOrder, choose};
use super::{Counted, Field, Rankings, Standing};
use crate::tally::{CountStep, PartVotes, Transfer};

pub(super) fn count(field: &Field<'_>, rankings: &Rankings) -> Counted {
    let mut papers = Papers::sort(rankings, &field.standing);
    let valid: u64 = papers.votes.iter().sum::<u64>() / PartVotes::UNITS;
    let seats = field.contest.seats;
    let quota = valid / (u64::from(seats) + 1) + 1;
    let mut count = Count {
        field,
        quota: quota * PartVotes::UNITS,
        continuing: field.standing.clone(),
        surpluses: Vec::new(),
        elected: Vec::new(),
        stages: Vec::new(),
        standing: vec![Standing::default(); papers.votes.len()],
        used_order: false,
    };
    let mut steps = vec![CountStep::Quota { valid, seats, quota }];
    let elected = loop {
        let elected_now = count.elect(&papers.votes);
        let next = count.next();
        steps.push(CountStep::Stage {
            votes: papers.votes.iter().copied().map(PartVotes::of_units).collect(),
            non_transferable: PartVotes::of_units(papers.non_transferable),
            loss: PartVotes::of_units(papers.loss),
            elected: field.ids(&elected_now),
            next: next.as_ref().ok().cloned().flatten().map(|(_, transfer)| transfer),
        });
        match next {
            Ok(Some((from, Transfer::Surplus { surplus, .. }))) => {
                papers.transfer(from, &count.continuing, Some(surplus.units()));
            }
            Ok(Some((from, Transfer::Exclude { .. }))) => papers.transfer(from, &count.continuing, None),
            Ok(None) => {
                let mut elected = count.elected;
                elected.sort_unstable();
                break Ok(elected);
            }
            Err(needs_order) => break Err(needs_order),
        }
    };
    Counted { steps, elected, standing: count.standing, used_order: count.used_order, half_points: None }
}

/// The count so far.
struct Count<'a> {
    field: &'a Field<'a>,
    /// In units.
    quota: u64,
    /// Neither elected nor excluded, ascending.
    continuing: Vec<u16>,
    /// Elected, with a surplus that has not been transferred.
    surpluses: Vec<u16>,
    elected: Vec<u16>,
    /// The votes at each stage, in units.
    stages: Vec<Vec<u64>>,
    standing: Vec<Standing>,
    used_order: bool,
}

impl Count<'_> {
    /// Elects who has the quota, and everybody who continues if there is a seat for each. Ascending.
    fn elect(&mut self, votes: &[u64]) -> Vec<u16> {
        self.stages.push(votes.to_vec());
        let round = self.stages.len() as u64;
        for place in &self.continuing {
            let votes = votes[usize::from(*place)];
            self.standing[usize::from(*place)] = Standing { elected: 0, round, votes };
        }
        let (reached, rest): (Vec<u16>, Vec<u16>) =
            self.continuing.iter().partition(|place| votes[usize::from(**place)] >= self.quota);
        self.surpluses.extend(reached.iter().filter(|place| votes[usize::from(**place)] > self.quota));
        let seats = usize::from(self.field.contest.seats);
        let vacant = seats.saturating_sub(self.elected.len() + reached.len());
        let fills = vacant > 0 && rest.len() <= vacant;
        let mut elected = reached;
        if fills {
            elected.extend(&rest);
            elected.sort_unstable();
        }
        self.continuing = if fills { Vec::new() } else { rest };
        for place in &elected {
            self.standing[usize::from(*place)].elected = u64::MAX - round;
        }
        self.elected.extend(&elected);
        elected
    }

    /// The papers that move next: the largest surplus, or those of whoever has the fewest votes.
    fn next(&mut self) -> Result<Option<(u16, Transfer)>, NeedsOrder> {
        if self.elected.len() >= usize::from(self.field.contest.seats) || self.continuing.is_empty() {
            return Ok(None);
        }
        let id = |place| self.field.id(place);
        let choose = |extreme, among: &[u16]| choose(extreme, among, &self.stages, &self.field.order, id);
        if self.surpluses.is_empty() {
            let (last, tie) = choose(Extreme::Fewest, &self.continuing)?;
            self.used_order |= tie.as_ref().is_some_and(|tie| tie.by_order);
            self.continuing.retain(|place| *place != last);
            return Ok(Some((last, Transfer::Exclude { candidate: id(last), tie })));
        }
        let (largest, tie) = choose(Extreme::Most, &self.surpluses)?;
        self.used_order |= tie.as_ref().is_some_and(|tie| tie.by_order);
        self.surpluses.retain(|place| *place != largest);
        let votes = self.stages.last().map_or(0, |votes| votes[usize::from(largest)]);
        let surplus = PartVotes::of_units(votes - self.quota);
        Ok(Some((largest, Transfer::Surplus { candidate: id(largest), surplus, tie })))
    }
}

/// Equal papers with one candidate.
#[derive(Clone, Copy)]
struct Bundle {
    /// Its place in the list of rankings.
    ranking: usize,
    /// The preference that it counts for, as a place in the ranking.
    preference: usize,
    /// The value of each paper, in units.
    value: u64,
}

/// All papers, where they lie, and how many votes they are; in units.
struct Papers<'a> {
    rankings: &'a Rankings,
    piles: Vec<Vec<Bundle>>,
    votes: Vec<u64>,
    non_transferable: u64,
    loss: u64,
}

impl<'a> Papers<'a> {
    /// Lays every paper to its first preference among these.
    fn sort(rankings: &'a Rankings, standing: &[u16]) -> Self {
        let votes = rankings.nothing();
        let mut papers = Self { rankings, piles: vec![Vec::new(); votes.len()], votes, non_transferable: 0, loss: 0 };
        let is_in = papers.who_is_in(standing);
        for (ranking, (_, times)) in rankings.votes().iter().enumerate() {
            let bundle = Bundle { ranking, preference: 0, value: PartVotes::UNITS };
            // A vote for nobody who stands is as if it had not been cast.
            if let Some(place) = papers.lay(bundle, 0, &is_in) {
                papers.votes[place] += times * PartVotes::UNITS;
            }
        }
        papers
    }

    /// Moves a candidate's papers to their next preferences among those who continue: at a part of their value if there
    /// is a surplus, which leaves the rest with the candidate, and otherwise at the value that they have.
    fn transfer(&mut self, from: u16, continuing: &[u16], surplus: Option<u64>) {
        let from = usize::from(from);
        let total = self.votes[from];
        let moved_votes = surplus.unwrap_or(total);
        let is_in = self.who_is_in(continuing);
        let mut moved = 0;
        for bundle in std::mem::take(&mut self.piles[from]) {
            let value = surplus.map_or(bundle.value, |surplus| part(surplus, bundle.value, total));
            let votes = self.rankings.votes()[bundle.ranking].1 * value;
            moved += votes;
            match self.lay(Bundle { value, ..bundle }, bundle.preference + 1, &is_in) {
                Some(place) => self.votes[place] += votes,
                None => self.non_transferable += votes,
            }
        }
        self.votes[from] = total - moved_votes;
        self.loss += moved_votes - moved;
    }

    /// Lays a bundle to its first preference from this one on; returns whose it is, if there is one.
    fn lay(&mut self, bundle: Bundle, from: usize, is_in: &[bool]) -> Option<usize> {
        let marks = self.rankings.votes()[bundle.ranking].0.marks();
        let next = marks.iter().enumerate().skip(from).find(|(_, mark)| is_in[usize::from(mark.candidate)]);
        let (preference, mark) = next?;
        let place = usize::from(mark.candidate);
        self.piles[place].push(Bundle { preference, ..bundle });
        Some(place)
    }

    fn who_is_in(&self, places: &[u16]) -> Vec<bool> {
        let mut is_in = vec![false; self.votes.len()];
        for place in places {
            is_in[usize::from(*place)] = true;
        }
        is_in
    }
}

/// `⌊surplus × value ÷ total⌋`.
fn part(surplus: u64, value: u64, total: u64) -> u64 {
    let part = u128::from(surplus) * u128::from(value) / u128::from(total);
    u64::try_from(part).expect("a surplus is less than the total, so the part is less than the value")
}
