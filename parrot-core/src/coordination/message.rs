//! What controller and workers tell each other.

use serde::{Deserialize, Serialize};

use super::frame::Bytes;
use crate::plan::{DataFile, Identity};
use crate::service::{Ask, Grant};
use crate::sink::Record;
use crate::stats::Delta;
use crate::time::Nanos;

/// A worker process, by a number that it draws for itself; also its address.
pub type WorkerId = [u8; 16];
/// SHA-256 of what is fetched.
pub type Hash = [u8; 32];
/// What workers have to know to join a run that not everybody may join.
pub type RunKey = [u8; 16];

/// A worker offers itself. Repeated until it is answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Hello {
    /// For people: host and process.
    pub name: String,
    /// Engines that it will run.
    pub engines: u32,
    /// The key of the run that it is meant for, if it was given one.
    pub key: Option<RunKey>,
}

/// What a worker has to fetch before it can run.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Welcome {
    /// The Plan's bytes.
    pub(super) plan: Piece,
    /// Its data files, in its order.
    pub(super) files: Vec<Piece>,
}

/// Something that is fetched by its hash.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Piece {
    /// What it must hash to.
    pub sha256: Hash,
    /// Its length in bytes.
    pub length: u64,
}

impl From<Identity> for Piece {
    fn from(plan: Identity) -> Self {
        Self { sha256: plan.sha256, length: plan.length }
    }
}

impl From<&DataFile> for Piece {
    fn from(file: &DataFile) -> Self {
        Self { sha256: file.sha256, length: file.length }
    }
}

/// A worker is alive and asks what time it is. All times here are of the sender's own clock.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Probe {
    /// When this was sent.
    pub(super) sent: Nanos,
}

/// The controller is alive.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Echo {
    /// The probe that this answers, if it answers one.
    pub(super) probe: Option<Nanos>,
    /// When this was sent.
    pub(super) now: Nanos,
}

/// A worker wants the bytes of a piece from this offset on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Fetch {
    /// Which piece.
    pub(super) sha256: Hash,
    /// From where on.
    pub(super) offset: u64,
}

/// Some bytes of a piece.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Chunk {
    /// Which piece.
    pub(super) sha256: Hash,
    /// From where on.
    pub(super) offset: u64,
    /// The bytes.
    pub(super) bytes: Bytes,
}

/// What a worker tells, in order and each once.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum Report {
    /// It has all it needs and waits for the start.
    Ready,
    /// It cannot run this Plan, and why.
    Unable(String),
    /// What one engine saw in about a second.
    Stats(Delta),
    /// What engines have recorded of single events.
    Records(Vec<Record>),
    /// An engine has ended; its last statistics came before.
    Done {
        /// Its number in the run.
        engine: u32,
        /// How it ended.
        ending: Ending,
    },
    /// An engine's users need what the run shares.
    Ask {
        /// The engine's number in the run.
        engine: u32,
        /// What they need.
        ask: Ask,
    },
    /// Something went wrong that people should know of.
    Trouble(String),
}

/// What a worker has to do, in order and each once.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) enum Order {
    /// The run starts.
    Go(Go),
    /// The run ends: users are cut where they are, for this reason.
    Stop(Cut),
    /// What an engine's users have asked for.
    Grant {
        /// The engine's number in the run.
        engine: u32,
        /// What they get.
        grant: Grant,
    },
}

/// The start of the run.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Go {
    /// When the run's time is zero, by the controller's clock.
    pub(super) at: Nanos,
    /// Number of the worker's first engine in the run.
    pub(super) first_engine: u32,
    /// Engines of all workers.
    pub(super) engines: u32,
}

/// Why a worker is not wanted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Dismissal {
    /// The run has all its workers.
    Full,
    /// It was not heard of for too long and was given up.
    GivenUp,
    /// There is no such run here.
    Unknown,
    /// The run was called off before its start.
    CalledOff,
    /// With its engines the run would have more than [`ENGINES_MAX`](crate::limits::ENGINES_MAX).
    TooManyEngines,
}

/// How the work of one or more engines ended.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ending {
    /// Why it did not go on to its end, if it did not.
    pub cut: Option<Cut>,
    /// Requests that had no response yet.
    pub in_flight: u64,
}

/// Why an engine stopped before its users had ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Cut {
    /// The load's duration was over.
    Duration,
    /// A user's scenario ended the run.
    Aborted,
    /// It was told to.
    Stopped,
    /// It failed.
    Failed,
}

impl Ending {
    /// Both together; the graver reason counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { cut: self.cut.max(other.cut), in_flight: self.in_flight.saturating_add(other.in_flight) }
    }
}
