//! Reproducible random numbers.

use std::time::Duration;

/// A pseudo-random sequence (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence for these seeds, each of which changes all of it.
    pub(crate) fn new(seeds: &[u64]) -> Self {
        let mut chance = Self(0);
        for seed in seeds {
            chance.0 = chance.next() ^ seed;
        }
        chance
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a number of this machine has at most 64 bits");
        usize::try_from(self.next() % end).expect("it is below a number of this machine")
    }

    /// True with this probability, in percent.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number strictly between 0 and 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        let upper = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        (f64::from(upper) + 0.5) / 4_294_967_296.0
    }

    /// Heads or tails.
    pub(crate) fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }

    /// A moment between these two, with a resolution of a microsecond.
    pub(crate) fn between(&mut self, from: Duration, to: Duration) -> Duration {
        let micros = usize::try_from(to.saturating_sub(from).as_micros()).unwrap_or(usize::MAX - 1);
        from + Duration::from_micros(u64::try_from(self.below(micros + 1)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_seed_matters_and_the_same_ones_come_out_the_same() {
        let first = |seeds: &[u64]| Chance::new(seeds).below(1 << 30);
        assert_eq!(first(&[1, 2]), first(&[1, 2]));
        assert_ne!(first(&[1, 2]), first(&[1, 3]));
        assert_ne!(first(&[1, 2]), first(&[2, 2]));
    }

    #[test]
    fn what_happens_always_and_what_never_does() {
        let mut chance = Chance::new(&[1]);
        assert!((0..1000).all(|_| chance.percent(100) && !chance.percent(0)));
    }

    #[test]
    fn a_moment_lies_between_its_ends() {
        let mut chance = Chance::new(&[7]);
        let (from, to) = (Duration::from_micros(5), Duration::from_micros(8));
        let mut seen = [false; 4];
        for _ in 0..200 {
            let moment = chance.between(from, to);
            assert!(from <= moment && moment <= to);
            seen[usize::try_from(moment.as_micros()).unwrap() - 5] = true;
        }
        assert_eq!(seen, [true; 4]);
        assert_eq!(chance.between(to, from), to);
    }
}
