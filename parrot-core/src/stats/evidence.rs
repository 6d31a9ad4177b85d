//! What speaks for and against a run's figures: collected second by second, judged whenever asked.

use std::collections::BTreeMap;
use std::ops::Range;

use super::verdict::{Facts, Imbalance, LIMITS, Peak, Verdict, judge};
use super::{Cell, Counter, Errno, Recorder, SeriesId};
use crate::limits::LOST_WORKERS_NAMED;
use crate::time::Nanos;

/// Linux's numbers of the errors that say what the generator has run out of.
const EMFILE: i32 = 24;
const ENFILE: i32 = 23;
const EADDRNOTAVAIL: i32 = 99;

/// Something that happened to the generator itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Incident {
    /// A worker was lost, its users with it.
    WorkerLost {
        /// What it is called.
        name: String,
        /// Users that were live on it.
        users: u64,
    },
    /// The controller did not look up for this long.
    ControllerStalled(Nanos),
}

/// The books of one engine.
#[derive(Debug, Default)]
struct Account {
    /// User·nanoseconds, by the gauge.
    lived: u128,
    /// The same, by the sessions' own times.
    sessions_lived: f64,
    sessions: u64,
    started: u64,
    finished: u64,
    /// Live users when it last reported, and in which second that was.
    users: u64,
    second: u64,
}

impl Account {
    fn record(&mut self, recorder: &Recorder) {
        self.lived += u128::from(recorder.lived);
        if recorder.second >= self.second {
            (self.users, self.second) = (recorder.users, recorder.second);
        }
        for (counter, n) in recorder.counters() {
            match counter {
                Counter::UserStarted => self.started += n,
                Counter::UserFinished => self.finished += n,
                _ => {}
            }
        }
    }

    /// At the end, when each user that started has had its session sampled.
    fn imbalance(&self) -> Imbalance {
        let gone = self.finished + self.users;
        let users = self.started.abs_diff(gone).max(self.started.abs_diff(self.sessions));
        let lived = self.lived as f64;
        let slack = LIMITS.lifetime_each.0.saturating_mul(self.started) as f64;
        Imbalance {
            users,
            lifetime: Nanos((lived - self.sessions_lived).abs() as u64),
            lifetime_limit: Nanos((lived.max(self.sessions_lived) * LIMITS.lifetime_share + slack) as u64),
        }
    }
}

/// What speaks for and against a run's figures.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    start_lag: Option<Box<Cell>>,
    busy: Peak<f64>,
    stall: Peak<Nanos>,
    accounts: BTreeMap<u32, Account>,
    workers_lost: Vec<(String, u64)>,
    controller_stall: Nanos,
    ports_exhausted: u64,
    descriptors_exhausted: u64,
    records_dropped: u64,
}

impl Evidence {
    /// Takes one engine's second.
    pub(super) fn record(&mut self, recorder: &Recorder) {
        let (engine, second) = (recorder.engine, recorder.second);
        if recorder.busy_max > self.busy.value {
            self.busy = Peak { value: recorder.busy_max, engine, second };
        }
        if recorder.stall_max > self.stall.value {
            self.stall = Peak { value: recorder.stall_max, engine, second };
        }
        let account = self.accounts.entry(engine).or_default();
        account.record(recorder);
        for (_, series, _, cell) in recorder.cells() {
            match series {
                SeriesId::START_LAG => Cell::merge_into(&mut self.start_lag, cell),
                SeriesId::SESSION => {
                    account.sessions += cell.moments.count;
                    account.sessions_lived += cell.moments.mean * cell.moments.count as f64 * 1e6;
                }
                _ => {}
            }
        }
        for (counter, n) in recorder.counters() {
            match counter {
                Counter::ConnectFailed(Errno(EADDRNOTAVAIL)) => self.ports_exhausted += n,
                Counter::ConnectFailed(Errno(EMFILE | ENFILE)) => self.descriptors_exhausted += n,
                Counter::RecordDropped => self.records_dropped += n,
                _ => {}
            }
        }
    }

    /// Takes an incident.
    pub(super) fn note(&mut self, incident: Incident) {
        match incident {
            Incident::WorkerLost { name, users } if self.workers_lost.len() < LOST_WORKERS_NAMED => {
                self.workers_lost.push((name, users));
            }
            // So many are named that one more tells nothing new.
            Incident::WorkerLost { .. } => {}
            Incident::ControllerStalled(stall) => self.controller_stall = self.controller_stall.max(stall),
        }
    }

    /// These engines are gone: their users will never end, so their books are closed.
    pub(super) fn forget(&mut self, engines: &Range<u32>) {
        self.accounts.retain(|engine, _| !engines.contains(engine));
    }

    /// The verdict so far.
    pub(super) fn verdict(&self) -> Verdict {
        judge(&self.facts(), &LIMITS)
    }

    /// The verdict at the end; `never_started` users were planned, and nothing wanted the run to stop before them.
    pub(super) fn final_verdict(&self, never_started: u64) -> Verdict {
        let mut imbalance = Imbalance::default();
        for account in self.accounts.values().map(Account::imbalance) {
            imbalance.users += account.users;
            imbalance.lifetime += account.lifetime;
            imbalance.lifetime_limit += account.lifetime_limit;
        }
        judge(&Facts { imbalance, never_started, ..self.facts() }, &LIMITS)
    }

    /// Longest stall and highest busy share of any engine.
    pub(super) const fn worst(&self) -> (Nanos, f64) {
        (self.stall.value, self.busy.value)
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            start_lag: self.start_lag.as_deref(),
            busy: self.busy,
            stall: self.stall,
            records_dropped: self.records_dropped,
            workers_lost: &self.workers_lost,
            controller_stall: self.controller_stall,
            ports_exhausted: self.ports_exhausted,
            descriptors_exhausted: self.descriptors_exhausted,
            ..Facts::default()
        }
    }
}
