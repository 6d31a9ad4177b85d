//! One turn of the engine: arrivals, sleepers, guards, users that want to go on.

use super::thread::{Answered, Engine, Occupant, Outgoing};
use crate::limits::{ARRIVALS_PER_TURN, SLEEPERS_PER_TURN};
use crate::program::Program;
use crate::stats::{Class, SeriesId};
use crate::time::Nanos;
use crate::user::{ConnectFailure, User, Want};

impl Engine {
    /// Does all that is due at `now`.
    pub(super) fn work(&mut self, program: &Program, now: Nanos) {
        self.start_users(program, now);
        for _ in 0..SLEEPERS_PER_TURN {
            let Some(key) = self.sleeps.pop_due(now) else { break };
            let key = key as usize;
            if let Some(occupant) = self.users.get_mut(key) {
                let now = self.clock.now();
                occupant.user.handle_timeout(now, &mut self.around.context());
                self.advance(key, now);
            }
        }
        while let Some(key) = self.guards.pop_due(now) {
            self.check_guard(key as usize, now);
        }
        // No more than that: a barrier may let go all users at once.
        for _ in 0..self.turns.len().min(SLEEPERS_PER_TURN) {
            if let Some((key, serial)) = self.turns.pop_front()
                && self.is_there(key, serial)
            {
                let now = self.clock.now();
                self.advance(key, now);
            }
        }
        for _ in 0..self.unread.len() {
            if let Some(key) = self.unread.pop_front().and_then(|token| self.connections.find(token)) {
                // What it had to tell of the peer's close came with an event that is gone: read to the end.
                self.read(key, true);
            }
        }
        self.advance_answered();
        self.around.outlet.spill();
    }

    /// Lets those go on whose connections were read, each as of the time when that was.
    pub(super) fn advance_answered(&mut self) {
        let mut answered = std::mem::take(&mut self.answered);
        for Answered { user, serial, read_at } in answered.drain(..) {
            if self.is_there(user, serial) {
                self.advance(user, read_at);
            }
        }
        // Its room is used again.
        self.answered = answered;
    }

    pub(super) fn is_there(&self, key: usize, serial: u64) -> bool {
        self.users.get(key).is_some_and(|occupant| occupant.serial == serial)
    }

    fn start_users(&mut self, program: &Program, now: Nanos) {
        for _ in 0..ARRIVALS_PER_TURN {
            if self.schedule.peek(&program.plan).is_none_or(|at| at > now) {
                return;
            }
            let Some(arrival) = self.schedule.next(&program.plan) else { return };
            let now = self.clock.now();
            let (phase, lag) = (arrival.phase, now - arrival.at);
            self.tap_start(now, &arrival);
            let user = User::start(now, arrival, &mut self.around.context());
            let recorder = &mut self.around.outlet.recorder;
            recorder.sample(SeriesId::START_LAG, phase, Class::Ok, lag);
            self.vitals.users_change(now, self.users.len());
            let serial = self.next_serial;
            self.next_serial += 1;
            let key =
                self.users.insert(Occupant { user, serial, connection: None, outgoing: Outgoing::Nothing });
            recorder.users_max = recorder.users_max.max(self.users.len() as u64);
            self.advance(key, now);
        }
    }

    /// Lets a user go on until it waits for something.
    pub(super) fn advance(&mut self, key: usize, mut now: Nanos) {
        while let Some(occupant) = self.users.get_mut(key) {
            match occupant.user.poll(now, &mut self.around.context()) {
                Want::Network | Want::Answer => return,
                Want::Service(ask) => {
                    self.ask(key, ask);
                    return;
                }
                // Not in this turn again: pauses of no length, one after the other, would never let it end.
                Want::Sleep(until) if until <= now => {
                    occupant.user.handle_timeout(now, &mut self.around.context());
                    self.turns.push_back((key, occupant.serial));
                    self.sleeps.remove(key as u32);
                    return;
                }
                Want::Sleep(until) => {
                    self.sleeps.insert(key as u32, until);
                    return;
                }
                Want::Turn => {
                    self.turns.push_back((key, occupant.serial));
                    return;
                }
                Want::End => {
                    self.remove_user(key, now);
                    return;
                }
                Want::Exchange => {
                    now = self.clock.now();
                    self.exchange(key, now);
                }
            }
        }
    }

    fn remove_user(&mut self, key: usize, now: Nanos) {
        self.tap_end(now, key);
        self.close_connection(key);
        self.sleeps.remove(key as u32);
        self.vitals.users_change(now, self.users.len());
        self.users.try_remove(key);
    }

    /// A connection's guard has fired: it may have been busy since it was set.
    fn check_guard(&mut self, key: usize, now: Nanos) {
        let idle_timeout = self.around.program.plan.options.idle_timeout;
        let Some(connection) = self.connections.get(key) else { return };
        let user = connection.user;
        if !connection.open {
            self.fail_connect(user, ConnectFailure::Timeout);
            return;
        }
        let Some(occupant) = self.users.get_mut(user) else { return };
        let awaiting = occupant.user.is_awaiting();
        let due = if awaiting { connection.active_at } else { now } + idle_timeout;
        if due > now || !awaiting {
            // A timeout of nothing must not keep the engine busy with users that think.
            self.guards.insert(key as u32, due.max(now + Nanos::from_millis(1)));
            return;
        }
        occupant.user.handle_idle_timeout(now, &mut self.around.context());
        self.advance(user, now);
    }

    /// Tells a user that it could not be connected, and lets it go on.
    pub(super) fn fail_connect(&mut self, key: usize, failure: ConnectFailure) {
        self.close_connection(key);
        let now = self.clock.now();
        if let Some(occupant) = self.users.get_mut(key) {
            occupant.user.handle_connect_failed(now, failure, &mut self.around.context());
            self.advance(key, now);
        }
    }
}
