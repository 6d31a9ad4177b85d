//! What a controller is made with, and what it has to tell its surroundings.

use std::ops::Range;
use std::sync::Arc;

use super::frame::FrameError;
use super::message::{Ending, Piece, RunKey};
use crate::service::Ask;
use crate::sink::Record;
use crate::stats::Delta;
use crate::time::Nanos;

/// What the run is made of.
#[derive(Debug)]
pub struct Settings {
    /// Tells this run from any other.
    pub run: u64,
    /// Where there is one, only workers that know it may join.
    pub key: Option<RunKey>,
    /// Workers that it starts with.
    pub workers: usize,
    /// How long to wait for them.
    pub patience: Nanos,
    /// The Plan's hash, and its bytes where workers have to fetch them.
    pub plan: (Piece, Arc<Vec<u8>>),
    /// Its data files, in its order.
    pub files: Vec<(Piece, Arc<Vec<u8>>)>,
}

/// What the controller's surroundings have to know.
#[derive(Debug, PartialEq)]
pub enum Happening {
    /// A worker has joined.
    Joined {
        /// Its name.
        name: String,
        /// Its engines.
        engines: u32,
    },
    /// A worker went silent or said goodbye before the start; another may take its place.
    Left {
        /// Its name.
        name: String,
    },
    /// All workers are ready: call [`Controller::go`] when everything else is.
    Ready,
    /// The run cannot start.
    CannotStart(Obstacle),
    /// What an engine saw.
    Stats(Delta),
    /// What engines of a worker have recorded of single events.
    Records {
        /// Which of the run's workers, in the order of their engines.
        worker: u32,
        /// What they recorded.
        records: Vec<Record>,
    },
    /// An engine's users need what the run shares: answer with [`Controller::grant`].
    Asked {
        /// Its number in the run.
        engine: u32,
        /// What they need.
        ask: Ask,
    },
    /// An engine has ended; all that it had to tell came before.
    Ended {
        /// Its number in the run.
        engine: u32,
    },
    /// A running worker is lost.
    Lost {
        /// Its name.
        name: String,
        /// Its engines' numbers in the run.
        engines: Range<u32>,
        /// Users that were live when it was last heard of.
        users: u64,
    },
    /// Something went wrong at a worker.
    Trouble {
        /// Its name.
        name: String,
        /// What it says.
        text: String,
    },
    /// The controller itself did not run for so long.
    Stalled(Nanos),
    /// A frame was dropped.
    Dropped {
        /// Why.
        why: DropReason,
        /// How many there were of this kind, with this one.
        count: u64,
    },
    /// All workers have ended or are lost. Nothing follows.
    Over(Ending),
}

/// Why a run cannot start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Obstacle {
    /// Not all workers were ready in time.
    WorkersMissing {
        /// Names of those that were.
        ready: Vec<String>,
        /// Names of those that had joined and were still busy with the Plan.
        preparing: Vec<String>,
        /// How many were wanted.
        wanted: usize,
    },
    /// A worker cannot run the Plan.
    Unable {
        /// Its name.
        name: String,
        /// What it says.
        why: String,
    },
    /// It was called off.
    CalledOff,
}

/// Why a frame was dropped.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum DropReason {
    /// It speaks another version of the protocol.
    Version,
    /// It is no frame, or not what it says.
    Garbage,
    /// It is longer than its kind may be.
    Oversized,
    /// It belongs to another run, an earlier membership, or nobody known.
    Stale,
}

impl From<FrameError> for DropReason {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Version { .. } => Self::Version,
            FrameError::Oversized { .. } => Self::Oversized,
            FrameError::Short { .. } | FrameError::Kind { .. } | FrameError::Garbled => Self::Garbage,
        }
    }
}
