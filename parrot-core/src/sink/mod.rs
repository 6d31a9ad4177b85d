//! What leaves a run: one stream of [`Event`]s, many readers.
//!
//! Sinks run on the control thread, never on an engine; they may take their time within a second, and their errors end no run.

mod record;
mod summary;
mod window;

pub use record::{DumpRow, MatchEvent, MatchRow, Record};
pub use summary::{EndReason, SeriesSummary, Summary};
pub use window::{CounterRow, HostMetric, Progress, SampleName, SampleRow, Window};

use std::io;

/// Something that happened in the run.
#[derive(Debug)]
pub enum Event<'a> {
    /// Once a second: where the run is.
    Progress(&'a Progress),
    /// Every ten seconds, and once more at the end.
    Window(&'a Window),
    /// Records about single requests, in the order of their end within an engine.
    Records(&'a [Record]),
    /// The run is over; nothing follows.
    Finished(&'a Summary),
}

/// A reader of the run's events.
pub trait Sink {
    /// What a user would call it, for messages: `tsung.log`.
    fn name(&self) -> &str;

    /// Takes one event.
    ///
    /// # Errors
    /// When it cannot be written. The sink is told nothing more, the run goes on and says so at its end.
    fn handle(&mut self, event: &Event<'_>) -> io::Result<()>;
}

/// Names that files and screens use for counters and series; given by the front end.
pub trait Names {
    /// The counter's name, or none where the front end's files do not show it.
    fn counter(&self, counter: crate::stats::Counter) -> Option<String>;
    /// The series' name.
    fn series(&self, series: crate::stats::SeriesId) -> String;
}
