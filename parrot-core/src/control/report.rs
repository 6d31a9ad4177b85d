//! What is known after a run.

use std::io;

use crate::engine::EngineError;
use crate::sink::Summary;

/// What is known after a run.
#[derive(Debug)]
pub struct Report {
    /// The run in numbers.
    pub summary: Summary,
    /// Sinks that failed, by name; what they wrote ends there.
    pub sink_errors: Vec<(String, io::Error)>,
    /// Why an engine ended before its time.
    pub failure: Option<String>,
}

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The system refuses what an engine is built on.
    #[error("{0}")]
    Engine(EngineError),
    /// The system refuses a thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}
