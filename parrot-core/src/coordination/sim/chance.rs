//! Chance with a seed: a run that fails once fails again.

use crate::rng::{Domain, Draw, Point, draw};
use crate::time::Nanos;

/// What a stream of draws is for; more draws of one stream change no other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Scenario,
    Network,
    Node,
    Fuzz,
}

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    seed: u64,
    stream: Stream,
    thrown: u64,
}

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        Self { seed, stream, thrown: 0 }
    }

    fn throw(&mut self) -> Draw {
        self.thrown += 1;
        draw(self.seed, Domain::User, Point { user: self.stream as u64, step: self.thrown, occurrence: 0 })
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.throw().below(n)
    }

    /// An index of a list of this length.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// True so many times in a thousand.
    pub(super) fn permille(&mut self, share: u64) -> bool {
        self.below(1_000) < share
    }

    /// Uniform in low..=high.
    pub(super) fn span(&mut self, low: Nanos, high: Nanos) -> Nanos {
        low + Nanos(self.below(high.since(low).0.saturating_add(1)))
    }

    /// Uniform in low..=high milliseconds, to the nanosecond.
    pub(super) fn millis(&mut self, low: u64, high: u64) -> Nanos {
        self.span(Nanos::from_millis(low), Nanos::from_millis(high))
    }
}
