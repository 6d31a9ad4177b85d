//! `percentiles.csv`: every series of the run in figures, failures among them.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::figures::{self, Row};
use super::{Event, Names, Sink, whole_file};

const HEADER: [&str; 15] = [
    "series",
    "phase",
    "outcome",
    "count",
    "mean_ms",
    "stddev_ms",
    "min_ms",
    "p50_ms",
    "p75_ms",
    "p90_ms",
    "p95_ms",
    "p99_ms",
    "p99_9_ms",
    "p99_99_ms",
    "max_ms",
];

/// Writes `percentiles.csv` when the run is over.
pub struct Percentiles {
    path: PathBuf,
    names: Arc<dyn Names + Send + Sync>,
}

impl Percentiles {
    /// Writes to this file.
    pub fn new(path: PathBuf, names: Arc<dyn Names + Send + Sync>) -> Self {
        Self { path, names }
    }
}

impl Sink for Percentiles {
    fn name(&self) -> &str {
        "percentiles.csv"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Event::Finished(summary) = event else { return Ok(()) };
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(HEADER)?;
        for row in figures::rows(summary, &*self.names) {
            table.write_record(fields(&row))?;
        }
        let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
        whole_file::write(&self.path, &bytes)
    }
}

fn fields(row: &Row) -> [String; 15] {
    let f = &row.figures;
    let ms = |value: f64| format!("{value:.3}");
    [
        row.series.clone(),
        row.phase.map_or_else(|| "all".to_owned(), |phase| phase.to_string()),
        row.outcome.as_str().to_owned(),
        f.count.to_string(),
        ms(f.mean_ms),
        ms(f.stddev_ms),
        ms(f.min_ms),
        ms(f.p50_ms),
        ms(f.p75_ms),
        ms(f.p90_ms),
        ms(f.p95_ms),
        ms(f.p99_ms),
        ms(f.p99_9_ms),
        ms(f.p99_99_ms),
        ms(f.max_ms),
    ]
}
