//! The few statistics that the benchmarks need: median, mean, quantile, and two measures of how random arrivals are.

/// The middle value; the mean of the two middle ones of an even number. NaN without values.
pub(super) fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

/// Arithmetic mean. NaN without values.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value that a share of all values does not exceed (nearest rank). NaN without values.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let sorted = sorted(values);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Times between neighbours.
pub(super) fn gaps(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Kolmogorov-Smirnov distance of values from the exponential distribution with this rate: the greatest difference of the two
/// distribution functions, 0 (the same) to 1.
pub(super) fn exponential_distance(values: &[f64], rate: f64) -> f64 {
    let n = values.len() as f64;
    let distance = |(index, value): (usize, &f64)| {
        let expected = 1.0 - (-value * rate).exp();
        // The empirical function jumps at each value: both sides of the jump count.
        f64::max((expected - index as f64 / n).abs(), (expected - (index + 1) as f64 / n).abs())
    };
    sorted(values).iter().enumerate().map(distance).fold(0.0, f64::max)
}

/// Variance over mean of the numbers of events in bins of this width: 1 for a Poisson process, 0 for a metronome, more for bursts.
/// Only whole bins count. NaN where there are none.
pub(super) fn dispersion(times: &[f64], width: f64) -> f64 {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return f64::NAN };
    let whole = ((last - first) / width) as usize;
    let mut bins = vec![0.0; whole];
    for time in times {
        if let Some(bin) = bins.get_mut(((time - first) / width) as usize) {
            *bin += 1.0;
        }
    }
    let mean = mean(&bins);
    bins.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / bins.len() as f64 / mean
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use parrot_core::rng::{Domain, Point, draw};

    use super::*;

    /// Times of a Poisson process with rate 1000.
    fn poisson(n: u64) -> Vec<f64> {
        let mut at = 0.0;
        let next = |rank| {
            let point = Point { user: 0, step: rank, occurrence: 0 };
            at -= draw(7, Domain::Arrival, point).unit().ln() / 1_000.0;
            at
        };
        (0..n).map(next).collect()
    }

    #[test]
    fn medians_and_quantiles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.99), 99.0);
        assert_eq!(quantile(&hundred, 1.0), 100.0);
        assert_eq!(quantile(&hundred, 0.0), 1.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn distance_from_the_exponential_by_hand() {
        // At ln 2 the distribution function of rate 1 is a half; one value jumps there from 0 to 1.
        assert!((exponential_distance(&[std::f64::consts::LN_2], 1.0) - 0.5).abs() < 1e-12);
        // All values at zero: the empirical function is 1 where the other is 0.
        assert!((exponential_distance(&[0.0, 0.0], 1.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_poisson_process_is_near_and_a_metronome_far() {
        let times = poisson(10_000);
        // 1.63 / sqrt(n) is exceeded by one sample in a hundred; the draws are fixed.
        assert!(exponential_distance(&gaps(&times), 1_000.0) < 0.0163);
        assert!((dispersion(&times, 0.01) - 1.0).abs() < 0.15, "{}", dispersion(&times, 0.01));
        let metronome: Vec<f64> = (0..10_000).map(|n| f64::from(n) / 1_000.0).collect();
        assert!(exponential_distance(&gaps(&metronome), 1_000.0) > 0.6);
        // Rounding puts some on the other side of a bin's edge.
        assert!(dispersion(&metronome, 0.01) < 0.1, "{}", dispersion(&metronome, 0.01));
    }

    #[test]
    fn bursts_are_overdispersed() {
        // Ten at once, every 50 ms.
        let times: Vec<f64> = (0..1_000).map(|n| f64::from(n / 10) * 0.05).collect();
        assert!(dispersion(&times, 0.01) > 5.0);
        assert!(dispersion(&[], 0.01).is_nan());
    }
}
