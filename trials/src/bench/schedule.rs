//! Arrival times, prepared in advance: the load does not wait for the server.

use std::time::Duration;

use crate::chance::Chance;

/// Independent arrivals at a rate per second (a Poisson process), until there are `most` or the time is over.
pub(super) fn poisson(rate: f64, within: Duration, most: usize, seed: u64) -> Vec<Duration> {
    let mut chance = Chance::new(&[seed]);
    let mut at = 0.0;
    let gaps = std::iter::repeat_with(|| {
        at -= chance.fraction().ln() / rate;
        at
    });
    gaps.take_while(|at| *at < within.as_secs_f64()).take(most).map(Duration::from_secs_f64).collect()
}

/// Uniformly distributed arrivals within a time, in order.
pub(super) fn scattered(number: usize, within: Duration, seed: u64) -> Vec<Duration> {
    let mut chance = Chance::new(&[seed]);
    let mut times: Vec<Duration> = std::iter::repeat_with(|| within.mul_f64(chance.fraction())).take(number).collect();
    times.sort_unstable();
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::measure::{count, float};

    #[test]
    fn arrivals_have_the_rate_and_no_memory() {
        let rate = 1_000.0;
        let times = poisson(rate, Duration::from_secs(100), usize::MAX, 7);
        assert!((count(times.len()) - 100_000.0).abs() < 1_500.0, "{}", times.len());
        assert!(times.is_sorted());
        // The gaps of a Poisson process are exponential: their deviation equals their mean, and 63 % are shorter than
        // the mean.
        let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1].as_secs_f64() - pair[0].as_secs_f64()).collect();
        let shorter = gaps.iter().filter(|gap| **gap < 1.0 / rate).count();
        assert!((count(shorter) / count(gaps.len()) - 0.632).abs() < 0.01);
        let variance = gaps.iter().map(|gap| (gap * rate - 1.0).powi(2)).sum::<f64>() / count(gaps.len());
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }

    #[test]
    fn a_schedule_is_the_same_in_every_run_and_ends() {
        assert_eq!(poisson(50.0, Duration::MAX, 9, 3), poisson(50.0, Duration::MAX, 9, 3));
        assert_ne!(poisson(50.0, Duration::MAX, 9, 3), poisson(50.0, Duration::MAX, 9, 4));
        assert_eq!(poisson(50.0, Duration::MAX, 9, 3).len(), 9);
    }

    #[test]
    fn the_scattered_stay_within_their_time() {
        let times = scattered(1_000, Duration::from_secs(5), 1);
        assert!(times.len() == 1_000 && times.is_sorted() && times[999] < Duration::from_secs(5));
        let early = times.iter().filter(|time| **time < Duration::from_secs(1)).count();
        assert!((count(early) - float(200)).abs() < 50.0, "{early}");
    }
}
