//! The queue for the hashing thread, with a lane for each network: a hundred requests from one network do not delay
//! a single request from another.

use std::collections::{HashMap, VecDeque};

use crate::limits::Network;

/// The most requests waiting from one network.
const LONGEST_LANE: usize = 16;

/// The most strangers waiting in all: three seconds' work.
const MOST_STRANGERS: usize = 64;

/// The most known callers waiting, in addition.
const MOST_KNOWN: usize = 32;

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// Signed in, or has signed in with this browser before. Served first; a stranger cannot get in here.
    Known,
    /// Everybody else, by network.
    Network(Network),
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// Too many from this network are waiting.
    LaneFull,
    /// Too many are waiting.
    Full,
}

/// The waiting requests.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    known: VecDeque<T>,
    /// Never holds an empty lane.
    strangers: HashMap<Network, VecDeque<T>>,
    /// The order of service; each lane is in it once.
    turns: VecDeque<Network>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { known: VecDeque::new(), strangers: HashMap::new(), turns: VecDeque::new() }
    }
}

impl<T> Lanes<T> {
    /// Takes a place. If all places are taken, the last of the longest lane gives up its place to a lane that is
    /// shorter by at least two, and is returned.
    pub(super) fn push(&mut self, lane: Lane, item: T) -> Result<Option<T>, NoPlace> {
        let network = match lane {
            Lane::Known if self.known.len() < MOST_KNOWN => {
                self.known.push_back(item);
                return Ok(None);
            }
            Lane::Known => return Err(NoPlace::Full),
            Lane::Network(network) => network,
        };
        let mine = self.strangers.get(&network).map_or(0, VecDeque::len);
        if mine >= LONGEST_LANE {
            return Err(NoPlace::LaneFull);
        }
        let waiting: usize = self.strangers.values().map(VecDeque::len).sum();
        let gave_up = if waiting < MOST_STRANGERS {
            None
        } else {
            let longest =
                self.strangers.values_mut().max_by_key(|lane| lane.len()).filter(|lane| lane.len() > mine + 1);
            // A lane of two or more does not become empty.
            Some(longest.and_then(VecDeque::pop_back).ok_or(NoPlace::Full)?)
        };
        let lane = self.strangers.entry(network).or_default();
        if lane.is_empty() {
            self.turns.push_back(network);
        }
        lane.push_back(item);
        Ok(gave_up)
    }

    /// Takes the next in turn: known callers first, then one from each lane.
    pub(super) fn pop(&mut self) -> Option<T> {
        if let Some(item) = self.known.pop_front() {
            return Some(item);
        }
        let network = self.turns.pop_front()?;
        let lane = self.strangers.get_mut(&network)?;
        let item = lane.pop_front();
        if lane.is_empty() {
            self.strangers.remove(&network);
        } else {
            self.turns.push_back(network);
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(number: u8) -> Lane {
        Lane::Network(Network::of([192, 0, 2, number].into()))
    }

    fn drain<T>(lanes: &mut Lanes<T>) -> Vec<T> {
        std::iter::from_fn(|| lanes.pop()).collect()
    }

    #[test]
    fn whoever_comes_with_a_hundred_does_not_stand_before_who_comes_with_one() {
        let mut lanes = Lanes::default();
        let taken = (0..100).filter(|number| lanes.push(lane(1), *number).is_ok()).count();
        assert_eq!(taken, LONGEST_LANE);
        assert_eq!(lanes.push(lane(1), 100), Err(NoPlace::LaneFull));
        assert_eq!(lanes.push(lane(2), 200), Ok(None));
        assert_eq!(lanes.push(Lane::Known, 300), Ok(None));
        assert_eq!(drain(&mut lanes)[..4], [300, 0, 200, 1]);
    }

    #[test]
    fn a_few_networks_cannot_take_every_place() {
        let mut lanes = Lanes::default();
        for number in 0..4 {
            assert!((0..LONGEST_LANE).all(|_| lanes.push(lane(number), number) == Ok(None)));
        }
        assert!(lanes.push(lane(9), 9).unwrap().is_some(), "a long lane gives up a place");
        assert_eq!(drain(&mut lanes).len(), MOST_STRANGERS);
    }

    #[test]
    fn however_many_networks_come_the_known_have_their_places_and_nothing_grows_without_bound() {
        let mut lanes = Lanes::default();
        let taken = (0..=255).filter(|number| lanes.push(lane(*number), ()).is_ok()).count();
        assert_eq!(taken, MOST_STRANGERS);
        assert_eq!(lanes.push(lane(255), ()), Err(NoPlace::Full));
        assert!((0..MOST_KNOWN).all(|_| lanes.push(Lane::Known, ()) == Ok(None)));
        assert_eq!(lanes.push(Lane::Known, ()), Err(NoPlace::Full));
        assert_eq!(drain(&mut lanes).len(), MOST_STRANGERS + MOST_KNOWN);
        assert_eq!((lanes.strangers.len(), lanes.turns.len()), (0, 0));
    }
}
