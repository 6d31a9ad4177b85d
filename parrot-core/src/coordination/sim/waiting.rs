//! Users of a fake engine that wait for what the run shares. It keeps the same lists as `engine::services`.

use std::collections::{BTreeMap, VecDeque};

use super::services::Act;
use crate::plan::FileId;
use crate::service::{Ask, Grant, Lease};
use crate::time::Nanos;

/// A user whose waiting is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered {
    pub(super) user: u64,
    /// How long it has waited.
    pub(super) waited: Nanos,
    /// For others to come.
    pub(super) met: bool,
}

/// Users that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    rows: Vec<RowQueue>,
    barrier: VecDeque<u64>,
    interactions: VecDeque<u64>,
    /// Since when those have waited that are still there.
    since: BTreeMap<u64, Nanos>,
    /// Rows that were read, in order.
    pub(super) read: Vec<(FileId, u64)>,
    /// Users that may go on.
    pub(super) answered: Vec<Answered>,
}

#[derive(Debug, Default)]
struct RowQueue {
    waiters: VecDeque<u64>,
    lease: Lease,
    /// A grant is on its way.
    asked: bool,
}

impl Waiting {
    pub(super) fn new(files: usize) -> Self {
        Self { rows: (0..files).map(|_| RowQueue::default()).collect(), ..Self::default() }
    }

    /// A user does something for which it may have to wait; `at` is the run's time. Gives what is to be asked.
    pub(super) fn act(&mut self, now: Nanos, at: Nanos, user: u64, act: Act) -> Option<Ask> {
        self.since.insert(user, now);
        match act {
            Act::Read(file) => {
                if let Some(row) = self.rows[file.index()].lease.take() {
                    self.read.push((file, row));
                    self.answer(now, user, false);
                    return None;
                }
                self.rows[file.index()].waiters.push_back(user);
                self.ask_for_rows(file)
            }
            Act::Meet => {
                self.barrier.push_back(user);
                Some(Ask::Barrier)
            }
            Act::Send(id) => {
                self.interactions.push_back(user);
                Some(Ask::InteractionSend { id, at })
            }
            Act::Receive(id) => {
                self.interactions.push_back(user);
                Some(Ask::InteractionReceive { id, at })
            }
            Act::Abort => Some(Ask::Abort),
        }
    }

    fn ask_for_rows(&mut self, file: FileId) -> Option<Ask> {
        let queue = &mut self.rows[file.index()];
        let users = queue.waiters.len() as u32;
        let asks = !queue.asked && users > 0;
        queue.asked |= asks;
        asks.then_some(Ask::Rows { file, users })
    }

    /// A user does not want to wait any more; false when it does not.
    pub(super) fn leave(&mut self, user: u64) -> bool {
        self.since.remove(&user).is_some()
    }

    /// Takes a grant; gives what is to be asked then.
    pub(super) fn handle_grant(&mut self, now: Nanos, grant: Grant) -> Result<Option<Ask>, String> {
        match grant {
            Grant::Rows { file, first, count } => {
                let unasked = || format!("{grant:?} that nobody asked for");
                let queue = self.rows.get_mut(file.index()).ok_or_else(unasked)?;
                if !std::mem::replace(&mut queue.asked, false) {
                    return Err(unasked());
                }
                queue.lease.renew(first, count);
                while let Some(user) = self.rows[file.index()].waiters.front().copied() {
                    if self.since.contains_key(&user) {
                        let Some(row) = self.rows[file.index()].lease.take() else { break };
                        self.read.push((file, row));
                        self.answer(now, user, false);
                    }
                    self.rows[file.index()].waiters.pop_front();
                }
                return Ok(self.ask_for_rows(file));
            }
            Grant::Barrier { users } => {
                for _ in 0..users {
                    let Some(user) = self.barrier.pop_front() else {
                        return Err(format!("{grant:?} for more than have come"));
                    };
                    self.answer(now, user, true);
                }
            }
            Grant::Interaction { .. } => {
                let Some(user) = self.interactions.pop_front() else {
                    return Err(format!("{grant:?} that nobody asked for"));
                };
                self.answer(now, user, false);
            }
        }
        Ok(None)
    }

    fn answer(&mut self, now: Nanos, user: u64, met: bool) {
        if let Some(since) = self.since.remove(&user) {
            self.answered.push(Answered { user, waited: now.since(since), met });
        }
    }
}
