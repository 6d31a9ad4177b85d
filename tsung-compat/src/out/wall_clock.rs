//! Run time as wall clock: files of Tsung carry the latter.

use parrot_core::time::Nanos;

/// Microseconds in a second.
pub(super) const SECOND_US: u64 = 1_000_000;

/// Turns run time into microseconds since 1970, once the start of the run is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WallClock {
    start_us: u64,
}

impl WallClock {
    /// A run that starts then.
    pub(super) fn starting(unix_secs: f64) -> Self {
        Self { start_us: (unix_secs * SECOND_US as f64).round() as u64 }
    }

    /// Microseconds since 1970.
    pub(super) fn unix_us(self, at: Nanos) -> u64 {
        self.start_us.saturating_add(at.as_micros())
    }
}
