//! What to measure, from the environment: `BENCH`, `BENCH_ROUNDS`, `BENCH_SCALE`.

use std::env;

/// Most rounds that one may ask for.
const ROUNDS_MAX: usize = 50;
/// Rounds of the cases that take half a minute for each tool.
const LONG_ROUNDS_MAX: usize = 3;

/// What to measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Names of cases; all when empty.
    pub cases: Vec<String>,
    /// How often each tool runs in each case, in turns.
    pub rounds: usize,
    /// Share of the full counts, above 0 and at most 1. Below 1 the figures only show that the program works.
    pub scale: f64,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A text for the user when a value cannot be used.
    pub fn from_env() -> Result<Self, String> {
        let var = |name| env::var(name).unwrap_or_default();
        Self::parse(&var("BENCH"), &var("BENCH_ROUNDS"), &var("BENCH_SCALE"))
    }

    fn parse(cases: &str, rounds: &str, scale: &str) -> Result<Self, String> {
        let cases = cases.split_whitespace().map(str::to_owned).collect();
        let rounds = match rounds.trim() {
            "" => 5,
            text => text.parse().ok().filter(|n| (1..=ROUNDS_MAX).contains(n)).ok_or_else(|| {
                format!("BENCH_ROUNDS='{text}' is no number of rounds: take 1 to {ROUNDS_MAX}")
            })?,
        };
        let scale = match scale.trim() {
            "" => 1.0,
            text => text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| {
                format!("BENCH_SCALE='{text}' is no share: take a number above 0, at most 1")
            })?,
        };
        Ok(Self { cases, rounds, scale })
    }

    /// Rounds of a case that takes half a minute for each tool.
    pub fn long_rounds(&self) -> usize {
        self.rounds.min(LONG_ROUNDS_MAX)
    }

    /// A full count, made smaller by the scale; at least 1.
    pub fn count(&self, full: u32) -> u32 {
        ((f64::from(full) * self.scale).round() as u32).max(1)
    }

    /// Whether the figures are to be judged.
    pub fn is_full(&self) -> bool {
        self.scale >= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_wishes_everything_is_measured_in_full() {
        let settings = Settings::parse("", "", "").unwrap();
        assert_eq!(settings, Settings { cases: Vec::new(), rounds: 5, scale: 1.0 });
        assert!(settings.is_full());
        assert_eq!((settings.count(10_000), settings.long_rounds()), (10_000, 3));
    }

    #[test]
    fn wishes_are_followed() {
        let settings = Settings::parse(" idle  arrivals", "2", "0.01").unwrap();
        assert_eq!(settings.cases, ["idle", "arrivals"]);
        assert_eq!((settings.count(10_000), settings.count(3), settings.long_rounds()), (100, 1, 2));
        assert!(!settings.is_full());
    }

    #[test]
    fn wishes_that_cannot_be_followed_are_told() {
        for (rounds, scale) in [("0", ""), ("x", ""), ("51", ""), ("", "0"), ("", "1.1"), ("", "NaN")] {
            let told = Settings::parse("", rounds, scale).unwrap_err();
            assert!(told.starts_with("BENCH_") && told.contains("take"), "{told}");
        }
    }
}
