//! The end of a run in numbers.

use crate::stats::{Cell, Class, Counter, RuleResult, SeriesId, Verdict};
use crate::time::Nanos;

/// The end of a run in numbers.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Why it ended.
    pub end: EndReason,
    /// Wall clock at its start, seconds since 1970.
    pub start_unix_secs: f64,
    /// How long it took, warm-up included.
    pub duration: Nanos,
    /// Users planned.
    pub planned: u64,
    /// Users started.
    pub started: u64,
    /// Users finished.
    pub finished: u64,
    /// Users alive when it ended.
    pub alive: u64,
    /// Requests sent whose response had not come when it ended.
    pub in_flight: u64,
    /// All counters that counted, in the order of [`Counter`].
    pub counters: Vec<(Counter, u64)>,
    /// All series that have values: per series, phase and class.
    pub series: Vec<SeriesSummary>,
    /// Longest time for which something had to wait for an engine.
    pub stall_max: Nanos,
    /// Highest busy share of any engine in any second, 0 to 1.
    pub busy_max: f64,
    /// Whether the figures can be trusted.
    pub verdict: Verdict,
    /// What became of the run's rules, in their order.
    pub thresholds: Vec<RuleResult>,
}

/// Durations of one series, phase and class over the whole run.
#[derive(Clone, Debug)]
pub struct SeriesSummary {
    /// Which series.
    pub series: SeriesId,
    /// Index of the arrival phase that the user started in.
    pub phase: usize,
    /// How it ended.
    pub class: Class,
    /// The values.
    pub cell: Cell,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndReason {
    /// All users ended.
    Completed,
    /// `<load duration>` was over.
    DurationReached,
    /// It was told to stop.
    Stopped,
    /// A user's scenario ended it.
    Aborted,
    /// An engine failed.
    Failed,
}

impl Summary {
    /// All classes and phases of a series merged, for those classes that `keep` accepts; none without values.
    pub fn merged(&self, series: SeriesId, keep: impl Fn(Class) -> bool) -> Option<Cell> {
        let mut cells = self.series.iter().filter(|s| s.series == series && keep(s.class)).map(|s| &s.cell);
        let mut merged = cells.next()?.clone();
        cells.for_each(|cell| merged.merge(cell));
        Some(merged)
    }

    /// Value of a counter.
    pub fn counter(&self, counter: Counter) -> u64 {
        self.counters.iter().find(|(c, _)| *c == counter).map_or(0, |(_, n)| *n)
    }
}
