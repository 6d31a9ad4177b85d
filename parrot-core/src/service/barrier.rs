//! The barrier: users wait until enough of them have come.

use std::collections::BTreeMap;

use super::Grant;
use crate::time::Nanos;

/// One barrier for the whole run; it closes again behind those that it lets go.
#[derive(Clone, Debug)]
pub(super) struct Barrier {
    /// Users that open it.
    users: u32,
    /// It opens for fewer when nobody has come for so long.
    timeout: Nanos,
    /// Users that wait, by engine.
    waiting: BTreeMap<u32, u32>,
    count: u32,
    opens_at: Option<Nanos>,
}

impl Barrier {
    pub(super) fn new(users: u32, timeout: Nanos) -> Self {
        Self { users, timeout, waiting: BTreeMap::new(), count: 0, opens_at: None }
    }

    /// A user has come.
    pub(super) fn arrive(&mut self, now: Nanos, engine: u32) {
        *self.waiting.entry(engine).or_default() += 1;
        self.count += 1;
        self.opens_at = Some(now + self.timeout);
    }

    /// When it opens for those that wait, if nobody else comes.
    pub(super) fn opens_at(&self) -> Option<Nanos> {
        self.opens_at
    }

    /// Lets go those that wait, if it is time: what each engine is told.
    pub(super) fn open(&mut self, now: Nanos) -> impl Iterator<Item = (u32, Grant)> + use<> {
        let mut released = BTreeMap::new();
        if self.count >= self.users.max(1) || self.opens_at.is_some_and(|at| at <= now) {
            released = std::mem::take(&mut self.waiting);
            self.count = 0;
            self.opens_at = None;
        }
        released.into_iter().map(|(engine, users)| (engine, Grant::Barrier { users }))
    }

    /// The engine is lost, and its users with it.
    pub(super) fn forget(&mut self, engine: u32) {
        self.count -= self.waiting.remove(&engine).unwrap_or(0);
        if self.count == 0 {
            self.opens_at = None;
        }
    }
}
