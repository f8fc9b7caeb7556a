//! Reproducible pseudo-random numbers: the same people and the same votes in every run, on every machine.

/// A pseudo-random sequence (`SplitMix64`). Never used for secrets.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The sequence for this seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).expect("it is below a number of 32 bits")
    }

    /// One of these, all equally likely.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let end = u32::try_from(from.len()).expect("a list in memory that is written in this program");
        &from[self.below(end) as usize]
    }

    /// An index into the weights, with a probability proportional to its weight.
    pub(super) fn weigh(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        unreachable!("what is below the sum lies in one of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_things_come_often_and_weightless_ones_never() {
        let mut chance = Chance::new(1);
        let mut counts = [0; 3];
        for _ in 0..1000 {
            counts[chance.weigh(&[70, 0, 30])] += 1;
        }
        assert!((650..750).contains(&counts[0]) && counts[1] == 0, "{counts:?}");
    }
}
