//! Count, mean, variance and range of a stream of numbers, mergeable (Welford; Chan et al. for merging).

use serde::{Deserialize, Serialize};

/// Running count, mean, sum of squared differences, least and greatest value.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Sum of squared differences from the mean.
    pub squares: f64,
    /// Least value; meaningless without values.
    pub min: f64,
    /// Greatest value; meaningless without values.
    pub max: f64,
}

impl Moments {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        if self.count == 0 {
            *self = Self { count: 1, mean: value, squares: 0.0, min: value, max: value };
            return;
        }
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.squares += delta * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Adds all values of another stream.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let total = self.count + other.count;
        let delta = other.mean - self.mean;
        let share = other.count as f64 / total as f64;
        self.squares += other.squares + delta * delta * self.count as f64 * share;
        self.mean += delta * share;
        self.count = total;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Standard deviation of the population (divided by n, as Tsung); 0 without values.
    pub fn deviation(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.squares / self.count as f64).max(0.0).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_equals_adding() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i * i % 37) + 0.25).collect();
        let mut whole = Moments::default();
        values.iter().for_each(|v| whole.add(*v));
        for cut in 0..=values.len() {
            let (mut left, mut right) = (Moments::default(), Moments::default());
            values[..cut].iter().for_each(|v| left.add(*v));
            values[cut..].iter().for_each(|v| right.add(*v));
            left.merge(&right);
            assert_eq!(left.count, whole.count);
            assert!((left.mean - whole.mean).abs() < 1e-9);
            assert!((left.deviation() - whole.deviation()).abs() < 1e-9);
            assert_eq!((left.min, left.max), (whole.min, whole.max));
        }
    }

    #[test]
    fn deviation_is_that_of_the_population() {
        let mut moments = Moments::default();
        [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter().for_each(|v| moments.add(v));
        assert_eq!((moments.mean, moments.deviation()), (5.0, 2.0));
    }
}
