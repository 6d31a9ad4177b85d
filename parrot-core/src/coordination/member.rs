//! A worker as the controller sees it.

use std::ops::Range;

use super::conversation::Conversation;
use super::frame::Kind;
use super::message::{Ending, Fetch, Hello, Report};
use crate::time::Nanos;

/// Where a worker is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Standing {
    /// It fetches, links, measures.
    Joined,
    /// It waits for the start.
    Ready,
    Running,
    /// It has told everything.
    Done(Ending),
    /// And has left.
    Gone(Ending),
}

/// A worker of the run.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) hello: Hello,
    pub(super) talk: Conversation<Report>,
    pub(super) standing: Standing,
    pub(super) heard_at: Nanos,
    /// The probe to answer.
    pub(super) probe: Option<Nanos>,
    /// Its place among the run's workers.
    pub(super) index: u32,
    /// Number of its first engine in the run.
    pub(super) first_engine: u32,
    /// What it wants of the Plan or its files.
    pub(super) fetch: Option<Fetch>,
    engines: Vec<EngineSeen>,
}

/// What is known of one of its engines.
#[derive(Clone, Copy, Debug, Default)]
struct EngineSeen {
    /// Seconds of the run that it has reported.
    until: u64,
    /// Its live users then.
    users: u64,
    ending: Option<Ending>,
}

impl Member {
    pub(super) fn new(now: Nanos, hello: Hello, run: u64, epoch: u32) -> Self {
        Self {
            engines: vec![EngineSeen::default(); hello.engines as usize],
            hello,
            talk: Conversation::new(run, epoch, Kind::Order),
            standing: Standing::Joined,
            heard_at: now,
            probe: None,
            index: 0,
            first_engine: 0,
            fetch: None,
        }
    }

    /// Its engines' numbers in the run.
    pub(super) fn numbers(&self) -> Range<u32> {
        self.first_engine..self.first_engine + self.hello.engines
    }

    /// Whether its silence would be a loss.
    pub(super) const fn is_needed(&self) -> bool {
        matches!(self.standing, Standing::Joined | Standing::Ready | Standing::Running)
    }

    /// Notes an engine's second; false when the engine is not one of its own that runs.
    pub(super) fn note(&mut self, engine: u32, second: u64, users: u64) -> bool {
        let Some(seen) = self.seen(engine) else { return false };
        seen.until = seen.until.max(second.saturating_add(1));
        seen.users = users;
        true
    }

    /// Notes an engine's end; false when the engine is not one of its own that runs.
    pub(super) fn note_end(&mut self, engine: u32, ending: Ending) -> bool {
        let Some(seen) = self.seen(engine) else { return false };
        seen.ending = Some(ending);
        if let Some(ending) =
            self.engines.iter().map(|seen| seen.ending).reduce(|a, b| Some(a?.and(b?))).flatten()
        {
            self.standing = Standing::Done(ending);
        }
        true
    }

    /// Whether an engine is one of its own, and the run is going on there.
    pub(super) fn owns(&self, engine: u32) -> bool {
        self.standing == Standing::Running && self.numbers().contains(&engine)
    }

    fn seen(&mut self, engine: u32) -> Option<&mut EngineSeen> {
        let running = self.standing == Standing::Running;
        let index = engine.checked_sub(self.first_engine).filter(|_| running)?;
        self.engines.get_mut(index as usize).filter(|seen| seen.ending.is_none())
    }

    /// Seconds that all of its running engines have reported; none when none runs.
    pub(super) fn reported_until(&self) -> Option<u64> {
        self.engines.iter().filter(|seen| seen.ending.is_none()).map(|seen| seen.until).min()
    }

    /// Users that were live when it was last heard of.
    pub(super) fn users(&self) -> u64 {
        self.engines.iter().map(|seen| seen.users).sum()
    }
}
