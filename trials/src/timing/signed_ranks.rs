//! Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945): tests by the ranks of the differences whether pairs
//! differ.

/// By how many standard deviations the rank sum of positive differences exceeds its expectation by chance.
pub(super) fn score(differences: &[f64]) -> f64 {
    let mut differences: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    differences.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let count = f64::from(u32::try_from(differences.len()).unwrap_or(u32::MAX));
    if differences.is_empty() {
        return 0.0;
    }
    let ranked = (1_u32..).zip(&differences);
    let positive: f64 = ranked.filter(|(_, difference)| **difference > 0.0).map(|(rank, _)| f64::from(rank)).sum();
    let expected = count * (count + 1.0) / 4.0;
    let deviation = (count * (count + 1.0) * (2.0 * count + 1.0) / 24.0).sqrt();
    (positive - expected) / deviation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_seen_and_outliers_are_not() {
        let noise = |place: u32| f64::from(place * 7_919 % 1_000) - 499.5;
        let even: Vec<f64> = (0..600).map(noise).collect();
        assert!(score(&even).abs() < 2.0, "{}", score(&even));
        let shifted: Vec<f64> = even.iter().map(|difference| difference + 120.0).collect();
        assert!(score(&shifted) > 4.2, "{}", score(&shifted));
        let disturbed: Vec<f64> = (0..600).map(|place| if place < 5 { 1e9 } else { noise(place) }).collect();
        assert!(score(&disturbed).abs() < 2.5, "{}", score(&disturbed));
        assert!(score(&[]).abs() < f64::EPSILON);
    }
}
