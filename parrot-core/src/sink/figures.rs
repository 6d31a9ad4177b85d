//! The durations of a run as rows of figures: per series, phase and outcome.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Names, SeriesSummary, Summary};
use crate::stats::{Cell, Class, SeriesId};
use crate::time::Nanos;

/// A row: whose durations, and what they were.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// Name of the series.
    pub(super) series: String,
    /// Arrival phase, counted from 1; none for all of them.
    pub(super) phase: Option<usize>,
    /// Which endings it holds.
    pub(super) outcome: Outcome,
    /// The figures.
    #[serde(flatten)]
    pub(super) figures: Figures,
}

/// Which endings a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// Those that ended well.
    Ok,
    /// Those that failed, with the time until they did.
    Ko,
    /// Those that Tsung's statistics hold.
    Tsung,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Ok, Self::Ko, Self::Tsung];

    /// As files write it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Ko => "ko",
            Self::Tsung => "tsung",
        }
    }

    const fn holds(self, class: Class) -> bool {
        match self {
            Self::Ok => class.is_ok(),
            Self::Ko => !class.is_ok(),
            Self::Tsung => class.is_shown(),
        }
    }
}

/// Durations in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Figures {
    pub(super) count: u64,
    pub(super) mean_ms: f64,
    /// Of the population, as Tsung's.
    pub(super) stddev_ms: f64,
    pub(super) min_ms: f64,
    pub(super) p50_ms: f64,
    pub(super) p75_ms: f64,
    pub(super) p90_ms: f64,
    pub(super) p95_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) p99_9_ms: f64,
    pub(super) p99_99_ms: f64,
    pub(super) max_ms: f64,
}

impl Figures {
    /// What a cell holds.
    pub(super) fn of(cell: &Cell) -> Self {
        let quantile = |share| in_ms(cell.quantile(share));
        Self {
            count: cell.moments.count,
            mean_ms: cell.moments.mean,
            stddev_ms: cell.moments.deviation(),
            min_ms: cell.moments.min,
            p50_ms: quantile(0.50),
            p75_ms: quantile(0.75),
            p90_ms: quantile(0.90),
            p95_ms: quantile(0.95),
            p99_ms: quantile(0.99),
            p99_9_ms: quantile(0.999),
            p99_99_ms: quantile(0.9999),
            max_ms: cell.moments.max,
        }
    }
}

/// A duration in milliseconds, to the microsecond.
pub(super) fn in_ms(duration: Nanos) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}

/// All rows that have values: series by series, first all phases together, then each.
pub(super) fn rows(summary: &Summary, names: &dyn Names) -> Vec<Row> {
    let series: BTreeSet<SeriesId> = summary.series.iter().map(|s| s.series).collect();
    series.into_iter().flat_map(|id| rows_of(summary, id, names)).collect()
}

fn rows_of(summary: &Summary, id: SeriesId, names: &dyn Names) -> Vec<Row> {
    let cells: Vec<&SeriesSummary> = summary.series.iter().filter(|s| s.series == id).collect();
    let phases: BTreeSet<usize> = cells.iter().map(|s| s.phase).collect();
    let mut rows = Vec::new();
    for phase in std::iter::once(None).chain(phases.into_iter().map(Some)) {
        // Series that Tsung does not have have no view of Tsung's either.
        for outcome in Outcome::ALL.into_iter().filter(|o| *o != Outcome::Tsung || id.in_windows()) {
            let kept = cells.iter().filter(|s| phase.is_none_or(|p| p == s.phase) && outcome.holds(s.class));
            let merged = kept.map(|s| s.cell.clone()).reduce(|mut merged, cell| {
                merged.merge(&cell);
                merged
            });
            if let Some(cell) = merged {
                let (series, figures) = (names.series(id), Figures::of(&cell));
                rows.push(Row { series, phase: phase.map(|p| p + 1), outcome, figures });
            }
        }
    }
    rows
}
