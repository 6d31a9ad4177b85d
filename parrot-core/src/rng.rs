//! Random draws by counter: each number is a function of (seed, domain, user, step, occurrence) and of nothing else.
//!
//! There is no generator state, so one draw more or less changes no other, users can be moved between engines, and one user
//! can be replayed alone. The golden test below pins the function: changing it changes every seeded run.

/// What a draw is for; draws of different domains are independent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Domain {
    /// Arrival times; `user` is the index of the phase, `step` the rank in it.
    Arrival = 1,
    /// The choice of a session (`step` 0) and of a server (`step` 1).
    Choice = 2,
    /// The choice of a user agent.
    UserAgent = 3,
    /// What a user draws on its way; `step` is the op.
    User = 4,
    /// Which engine starts which users; `user` is the block of users, `step` the place in it.
    Owner = 5,
}

/// Where a draw happens, beside its domain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Point {
    /// The user's number (or what the domain says).
    pub user: u64,
    /// The step (or what the domain says).
    pub step: u64,
    /// How often this user has drawn at this step before.
    pub occurrence: u64,
}

/// One random number of 64 bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Draw(u64);

/// Draws the number that belongs to this point.
pub fn draw(seed: u64, domain: Domain, at: Point) -> Draw {
    let mut hash = scramble(seed ^ 0x9e37_79b9_7f4a_7c15);
    for word in [domain as u64, at.user, at.step, at.occurrence] {
        hash = scramble(
            hash.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ scramble(word.wrapping_add(0xd1b5_4a32_d192_ed03)),
        );
    }
    Draw(hash)
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
const fn scramble(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Draw {
    /// Uniform in (0, 1): never an end, so its logarithm is finite.
    pub fn unit(self) -> f64 {
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub fn below(self, n: u64) -> u64 {
        ((u128::from(self.0) * u128::from(n)) >> 64) as u64
    }

    /// Uniform in low..=high; `low` when the range is empty.
    pub fn between(self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0) as u64;
        let offset = if span == u64::MAX { self.0 } else { self.below(span + 1) };
        low.wrapping_add(offset as i64)
    }

    /// Exponentially distributed with this mean.
    pub fn exponential(self, mean: f64) -> f64 {
        -self.unit().ln() * mean
    }

    /// The next number of a short run of draws at the same point (letters of one string).
    #[must_use]
    pub fn next(self) -> Self {
        Self(scramble(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(user: u64, step: u64, occurrence: u64) -> Point {
        Point { user, step, occurrence }
    }

    #[test]
    fn golden_values() {
        let draws: Vec<u64> = [at(1, 0, 0), at(2, 0, 0), at(1, 1, 0), at(1, 0, 1)]
            .into_iter()
            .map(|point| draw(42, Domain::User, point).0)
            .collect();
        assert_eq!(draws, GOLDEN);
    }

    const GOLDEN: [u64; 4] = [
        5_850_452_454_171_016_082,
        14_392_151_333_754_151_549,
        17_693_804_851_779_352_329,
        46_140_154_570_246_792,
    ];

    #[test]
    fn neighbours_are_independent() {
        for pick in 0..3 {
            let mut sum = 0.0;
            let mut product = 0.0;
            let mut last = 0.5;
            for i in 0..20_000 {
                let point = [at(i, 3, 0), at(7, i, 0), at(7, 3, i)][pick];
                let unit = draw(1, Domain::Choice, point).unit();
                sum += unit;
                product += (unit - 0.5) * (last - 0.5);
                last = unit;
            }
            assert!((sum / 20_000.0 - 0.5).abs() < 0.01, "mean {}", sum / 20_000.0);
            assert!((product / 20_000.0).abs() < 0.003, "correlation {}", product / 20_000.0);
        }
    }

    #[test]
    fn ranges_include_both_ends_and_nothing_else() {
        let mut seen = [0; 6];
        for i in 0..6_000 {
            seen[(draw(9, Domain::User, at(i, 0, 0)).between(-2, 3) + 2) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(draw(9, Domain::User, at(0, 0, 0)).between(5, 5), 5);
        assert_eq!(draw(9, Domain::User, at(0, 0, 0)).between(5, 4), 5);
    }
}
