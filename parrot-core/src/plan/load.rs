//! The load: arrival phases and static users.

use serde::{Deserialize, Serialize};

use super::{SessionId, id};
use crate::time::Nanos;

id!(
    /// Shares of the sessions in a phase: index into [`Load::popularities`].
    PopularityId
);

/// Who starts when. Times of phases and static users count from the end of the warm-up.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Load {
    /// Time between the start of the run and the start of the first phase (option `-w`).
    pub warm_up: Nanos,
    /// Phases in the order in which they run, `loop` already unrolled.
    pub phases: Vec<Phase>,
    /// Users with a start time of their own, sorted by it (document order among equals).
    pub static_users: Vec<StaticUser>,
    /// The run is cut this long after the end of the warm-up.
    pub duration: Option<Nanos>,
    /// Weights of all sessions, one list for each distinct setting.
    pub popularities: Vec<Vec<f64>>,
}

/// An arrival phase.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Phase {
    /// The `phase` attribute; copies made by `loop` continue the numbering.
    pub number: u32,
    /// How long it lasts.
    pub duration: Nanos,
    /// Users whose arrival times are drawn: round(duration · rate).
    pub drawn: u64,
    /// Users that start: the first of those, `maxnumber` at most. Never above `drawn`.
    pub started: u64,
    /// How its users choose their session.
    pub popularity: PopularityId,
}

/// A `<user>`: one user that starts at a time of its own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StaticUser {
    /// Since the end of the warm-up.
    pub start: Nanos,
    /// What it runs.
    pub session: SessionId,
}
