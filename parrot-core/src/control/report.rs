//! What is known after a run, and why one could not start.

use std::io;

use crate::cluster::{LinkError, WorkerError};
use crate::coordination::Obstacle;
use crate::sink::Summary;

/// What is known after a run.
#[derive(Debug)]
pub struct Report {
    /// The run in numbers.
    pub summary: Summary,
    /// Sinks that failed, by name; what they wrote ends there.
    pub sink_errors: Vec<(String, io::Error)>,
    /// Why the run ended before its time.
    pub failure: Option<String>,
}

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// ZeroMQ refuses.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The worker of this process cannot work.
    #[error("{0}")]
    Worker(#[from] WorkerError),
    /// The system refuses something that every run needs.
    #[error("{what}: {source}")]
    System {
        /// What was wanted.
        what: &'static str,
        /// What it said.
        source: io::Error,
    },
    /// The worker of this process ended before the start.
    #[error("the worker of this process ended by a mistake in this program")]
    WorkerGone,
    /// It is known why.
    #[error("the run cannot start")]
    Obstacle(Obstacle),
}
