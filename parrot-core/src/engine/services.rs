//! Users that wait for what the run shares: their asks go out, grants come in and are given to those that came first.

use std::collections::VecDeque;

use super::outlet::Notice;
use super::thread::Engine;
use crate::plan::FileId;
use crate::service::{Answer, Ask, Grant};

/// A user, by key and serial number.
type Waiter = (usize, u64);

/// Users that wait, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// By file.
    rows: Vec<RowQueue>,
    barrier: VecDeque<Waiter>,
    interactions: VecDeque<Waiter>,
}

/// Users that wait for rows of one file.
#[derive(Debug, Default)]
struct RowQueue {
    waiters: VecDeque<Waiter>,
    /// A grant is on its way.
    asked: bool,
}

impl Waiting {
    pub(super) fn new(files: usize) -> Self {
        let rows = (0..files).map(|_| RowQueue::default()).collect();
        Self { rows, ..Self::default() }
    }
}

impl Engine {
    /// Sends what a user asks for and has it wait.
    pub(super) fn ask(&mut self, key: usize, ask: Ask) {
        let Some(occupant) = self.users.get(key) else { return };
        let waiter = (key, occupant.serial);
        match ask {
            Ask::Rows { file, .. } => {
                if let Some(queue) = self.waiting.rows.get_mut(file.index()) {
                    queue.waiters.push_back(waiter);
                }
                self.ask_for_rows(file);
                return;
            }
            Ask::Barrier => self.waiting.barrier.push_back(waiter),
            Ask::InteractionSend { .. } | Ask::InteractionReceive { .. } => {
                self.waiting.interactions.push_back(waiter);
            }
            Ask::Abort => {}
        }
        self.around.outlet.ask(ask);
    }

    /// Asks for rows for all that wait, unless some are on their way.
    fn ask_for_rows(&mut self, file: FileId) {
        let Some(queue) = self.waiting.rows.get_mut(file.index()) else { return };
        if !queue.asked && !queue.waiters.is_empty() {
            queue.asked = true;
            let users = u32::try_from(queue.waiters.len()).unwrap_or(u32::MAX);
            self.around.outlet.ask(Ask::Rows { file, users });
        }
    }

    /// Handles what it was told since the last time.
    pub(super) fn take_notices(&mut self) {
        while let Ok(notice) = self.notices.try_recv() {
            match notice {
                Notice::Grant(grant) => self.handle_grant(grant),
            }
        }
    }

    /// Gives a grant to the users that have waited for it longest. They go on in this turn or the next.
    fn handle_grant(&mut self, grant: Grant) {
        match grant {
            Grant::Rows { file, first, count } => {
                let Some(queue) = self.waiting.rows.get_mut(file.index()) else { return };
                queue.asked = false;
                let mut lease = std::mem::take(&mut self.around.leases[file.index()]);
                lease.renew(first, count);
                // Those who came first read first: the lease is for later reads only when nobody waits.
                while let Some(waiter) = self.waiting.rows[file.index()].waiters.front().copied() {
                    if self.is_there(waiter.0, waiter.1) {
                        let Some(row) = lease.take() else { break };
                        self.answer(waiter, Answer::Row(row));
                    }
                    self.waiting.rows[file.index()].waiters.pop_front();
                }
                self.around.leases[file.index()] = lease;
                self.ask_for_rows(file);
            }
            Grant::Barrier { users } => {
                for _ in 0..users {
                    let Some(waiter) = self.waiting.barrier.pop_front() else { return };
                    self.answer(waiter, Answer::Barrier);
                }
            }
            Grant::Interaction { elapsed } => {
                if let Some(waiter) = self.waiting.interactions.pop_front() {
                    self.answer(waiter, Answer::Interaction { elapsed });
                }
            }
        }
    }

    /// Gives a user its answer, if it is still there.
    fn answer(&mut self, (key, serial): Waiter, answer: Answer) {
        if !self.is_there(key, serial) {
            return;
        }
        let now = self.clock.now();
        if let Some(occupant) = self.users.get_mut(key) {
            occupant.user.handle_answer(now, answer, &mut self.around.context());
            self.turns.push_back((key, serial));
        }
    }
}
