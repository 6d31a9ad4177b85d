//! A window of the run: what happened in (normally) ten seconds, beside what happened so far.

use crate::stats::{Counter, SeriesId, Verdict};
use crate::time::Nanos;

/// What happened since the last window, and so far.
#[derive(Clone, Debug)]
pub struct Window {
    /// Wall clock at its end, seconds since 1970.
    pub unix_secs: u64,
    /// End of the window in the run's time.
    pub at: Nanos,
    /// The last one: it may be shorter.
    pub last: bool,
    /// Live users at its end.
    pub users: u64,
    /// Most live users so far (of the sums of all engines, each second).
    pub users_max: u64,
    /// Change in the number of open connections.
    pub connections_delta: i64,
    /// Open connections at its end.
    pub connections: i64,
    /// Whether any connection was ever opened: before that Tsung does not show the line.
    pub connections_seen: bool,
    /// All series that ever had a value, Tsung's view of them.
    pub samples: Vec<SampleRow>,
    /// All counters that ever counted, and always users started and finished.
    pub counters: Vec<CounterRow>,
}

/// One series in a window; milliseconds for durations.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRow {
    /// Which.
    pub name: SampleName,
    /// Values in this window.
    pub count: u64,
    /// Their mean; 0 without values.
    pub mean: f64,
    /// Their population standard deviation; 0 without values.
    pub deviation: f64,
    /// Greatest value of the run so far.
    pub max: f64,
    /// Least value of the run so far.
    pub min: f64,
    /// Mean of all windows before this one; 0 when there were no values.
    pub earlier_mean: f64,
    /// Values in all windows before this one.
    pub earlier_count: u64,
    /// No window before this one showed the series.
    pub first: bool,
}

/// What a [`SampleRow`] is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SampleName {
    /// Durations.
    Series(SeriesId),
    /// The machine that the generator runs on.
    Host(HostMetric),
}

/// What is watched of the machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostMetric {
    /// Busy share of all cores since the last reading, in percent.
    Cpu,
    /// Available memory in MiB.
    FreeMemory,
    /// Load average of one minute.
    Load,
}

impl HostMetric {
    /// All of them, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::FreeMemory, Self::Load];
}

/// One counter in a window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CounterRow {
    /// Which.
    pub counter: Counter,
    /// Events in this window.
    pub delta: u64,
    /// Events so far.
    pub total: u64,
}

/// Where the run is, for screens.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Time since the start of the run.
    pub at: Nanos,
    /// Current phase, counted from 1; 0 during the warm-up; one above `phases` after the last.
    pub phase: usize,
    /// How many phases there are.
    pub phases: usize,
    /// Users started so far.
    pub started: u64,
    /// Users planned.
    pub planned: u64,
    /// Live users.
    pub users: u64,
    /// Open connections.
    pub connections: i64,
    /// Requests that ended in the last second.
    pub requests_per_second: u64,
    /// Requests that ended so far.
    pub requests: u64,
    /// Errors so far (all counters that Tsung calls `error_…`).
    pub errors: u64,
    /// 99th percentile of the request time in the last second, if there were any.
    pub p99: Option<Nanos>,
    /// The verdict so far.
    pub verdict: Verdict,
}
