//! What leaves a run: one stream of [`Event`]s, many readers.
//!
//! Sinks run on the control thread, never on an engine; they may take their time within a second, and their errors end no run.

mod figures;
mod percentiles;
mod record;
mod run_json;
mod summary;
pub mod verdict_text;
mod whole_file;
mod window;

pub use percentiles::Percentiles;
pub use record::{
    DumpRow, MatchEvent, MatchRow, Record, Records, ResponseText, Sample, ScriptText, Traffic, TrafficRow,
};
pub use run_json::{RunInfo, RunJson};
pub use summary::{EndReason, SeriesSummary, Summary};
pub use window::{CounterRow, HostMetric, Progress, SampleName, SampleRow, Window};

use std::io;

use crate::coordination::DropReason;

/// Something that happened in the run.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins; always first. Times of records count from here.
    Started {
        /// Wall clock, seconds since 1970.
        unix_secs: f64,
    },
    /// Once a second: where the run is.
    Progress(&'a Progress),
    /// Every ten seconds, and once more at the end.
    Window(&'a Window),
    /// Records about single events, in order within an engine.
    Records {
        /// Which of the run's workers they come from, counted from 0.
        worker: u32,
        /// The records.
        records: &'a [Record],
    },
    /// Something that people should read in the log.
    Remark(&'a Remark),
    /// The run is over; nothing follows.
    Finished(&'a Summary),
}

/// Something that people should read in the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Remark {
    /// Something went wrong at a worker.
    Trouble {
        /// Its name.
        name: String,
        /// What it says.
        text: String,
    },
    /// Frames that are none, or nobody's, came to the controller.
    FramesDropped {
        /// Why they were dropped.
        why: DropReason,
        /// How many so far, for this reason.
        count: u64,
    },
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
    /// The counter's name in the front end's files, or none where they do not show it.
    fn counter(&self, counter: crate::stats::Counter) -> Option<String>;
    /// The counter's name in files of ours, where every counter has one.
    fn label(&self, counter: crate::stats::Counter) -> String;
    /// The series' name.
    fn series(&self, series: crate::stats::SeriesId) -> String;
}

#[cfg(test)]
mod file_tests;
