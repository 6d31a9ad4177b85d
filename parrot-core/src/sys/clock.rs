//! The run's clock: the kernel's monotonic clock counted from the start of the run, and the wall clock at that moment.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::time::Nanos;

/// The run's clock; copies tell the same time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Monotonic time at the start of the run.
    start: Nanos,
    /// Seconds since 1970 at the start of the run.
    start_unix_secs: f64,
}

impl Clock {
    /// Starts now.
    pub fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { start: monotonic(), start_unix_secs: wall.as_secs_f64() }
    }

    /// The same clock counted from a point of its own future or past.
    #[must_use]
    pub fn from(self, at: Nanos) -> Self {
        Self { start: self.start + at, start_unix_secs: self.start_unix_secs + at.as_secs_f64() }
    }

    /// Time until the start, when that is yet to come.
    pub fn until_start(&self) -> Nanos {
        self.start - monotonic()
    }

    /// Time since the start; zero before it.
    pub fn now(&self) -> Nanos {
        monotonic() - self.start
    }

    /// A point of the run as the kernel's monotonic clock shows it.
    pub(super) fn to_monotonic(self, at: Nanos) -> Nanos {
        self.start + at
    }

    /// Wall clock at the start, seconds since 1970.
    pub fn start_unix_secs(&self) -> f64 {
        self.start_unix_secs
    }

    /// Wall clock at a point of the run, seconds since 1970; not moved by changes of the system's clock.
    pub fn unix_secs(&self, at: Nanos) -> f64 {
        self.start_unix_secs + at.as_secs_f64()
    }
}

fn monotonic() -> Nanos {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec that the call only writes to; this clock always exists, so it cannot fail.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    Nanos(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}
