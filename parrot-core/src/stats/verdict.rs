//! The verdict on a run: whether the generator did what was planned, so that its figures can be trusted. It says nothing about
//! the system under test.
//!
//! Reasons carry their figure and the limit that it exceeds; `sink::verdict_text` has the words.

use super::Cell;
use crate::time::Nanos;

/// How far the figures of a run can be trusted.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Grade {
    /// The generator did what was planned.
    #[default]
    Valid,
    /// It was disturbed: look at the reasons before using the figures.
    Doubtful,
    /// What was measured is not what was planned.
    Invalid,
}

/// Above these the generator is no longer trusted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Start lag at the 99.9th percentile: doubtful.
    pub start_lag_p99_9: Nanos,
    /// Start lag at the 99th percentile: invalid.
    pub start_lag_p99: Nanos,
    /// Share of a second in which an engine had a core or waited for one: doubtful.
    pub busy: f64,
    /// The same: invalid.
    pub busy_invalid: f64,
    /// Longest time for which something had to wait for an engine: doubtful.
    pub stall: Nanos,
    /// Longest time for which the controller did not look up, above that for which it keeps a window open: doubtful.
    pub controller_stall: Nanos,
    /// Share of all time lived by which the users' gauge may differ from the sessions…
    pub lifetime_share: f64,
    /// …and how much each user may add to that: it starts and ends between two looks at the clock. Above both: doubtful.
    pub lifetime_each: Nanos,
}

/// The limits.
pub const LIMITS: Limits = Limits {
    start_lag_p99_9: Nanos::from_millis(10),
    start_lag_p99: Nanos::from_millis(100),
    busy: 0.80,
    busy_invalid: 0.95,
    stall: Nanos::from_millis(50),
    controller_stall: Nanos::from_secs(2),
    lifetime_share: 0.001,
    lifetime_each: Nanos::from_micros(200),
};

/// What disturbed a run: the figure, and the limit where there is one but zero.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Users started later than planned.
    StartLag {
        /// Share of the users that started no later than `lag`: 0.99 or 0.999.
        share: f64,
        /// How late they were.
        lag: Nanos,
        /// The limit.
        limit: Nanos,
    },
    /// An engine had hardly any time left.
    EngineBusy {
        /// Which engine.
        engine: u32,
        /// In which second of the run.
        second: u64,
        /// Share of that second in which it had a core or waited for one, 0 to 1.
        share: f64,
        /// The limit.
        limit: f64,
    },
    /// Something had to wait for an engine: it did one thing for too long, or was stopped.
    LoopStall {
        /// Which engine.
        engine: u32,
        /// In which second of the run it ended.
        second: u64,
        /// How long.
        stall: Nanos,
        /// The limit.
        limit: Nanos,
    },
    /// Dump or match records were dropped.
    RecordsDropped(u64),
    /// A worker was lost, its users with it.
    WorkerLost {
        /// Which.
        name: String,
        /// Users that were live on it.
        users: u64,
    },
    /// As many users ended or are alive as never started, or the other way round; or their sessions were not all seen.
    UsersUnaccounted(u64),
    /// The sessions do not add up to the time that users were seen alive.
    LifetimeUnaccounted {
        /// By how much, in user time.
        off: Nanos,
        /// The limit.
        limit: Nanos,
    },
    /// The controller did not look up for a while.
    ControllerStalled {
        /// How long, at the longest.
        stall: Nanos,
        /// The limit.
        limit: Nanos,
    },
    /// Planned users were never started, though neither anybody nor the scenario ended the run.
    NeverStarted(u64),
    /// Connects failed for want of local ports.
    PortsExhausted(u64),
    /// Connects failed for want of file descriptors.
    DescriptorsExhausted(u64),
}

impl Reason {
    /// Whether the other one is about the same, with other figures.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::WorkerLost { name, .. }, Self::WorkerLost { name: other, .. }) => name == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// A reason, and what it makes of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Doubtful or invalid.
    pub grade: Grade,
    /// Why.
    pub reason: Reason,
}

/// The verdict on a run, so far or at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// All reasons, the worst first.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// That of the worst finding.
    pub fn grade(&self) -> Grade {
        self.findings.iter().map(|finding| finding.grade).max().unwrap_or_default()
    }
}

/// The greatest value that an engine showed, and where.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Peak<T> {
    pub(super) value: T,
    pub(super) engine: u32,
    pub(super) second: u64,
}

/// How far the books of users are off, and how far they may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Imbalance {
    pub(super) users: u64,
    pub(super) lifetime: Nanos,
    pub(super) lifetime_limit: Nanos,
}

/// What there is to judge.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) start_lag: Option<&'a Cell>,
    pub(super) busy: Peak<f64>,
    pub(super) stall: Peak<Nanos>,
    pub(super) records_dropped: u64,
    pub(super) workers_lost: &'a [(String, u64)],
    pub(super) controller_stall: Nanos,
    pub(super) ports_exhausted: u64,
    pub(super) descriptors_exhausted: u64,
    /// Known at the end only.
    pub(super) imbalance: Imbalance,
    /// Known at the end only.
    pub(super) never_started: u64,
}

/// Judges.
pub(super) fn judge(facts: &Facts<'_>, limits: &Limits) -> Verdict {
    let mut findings = Vec::new();
    let mut find = |grade, reason| findings.push(Finding { grade, reason });
    let count = |n: u64, reason: fn(u64) -> Reason| (n > 0).then(|| reason(n));
    if let Some(reason) = count(facts.never_started, Reason::NeverStarted) {
        // Users that a lost worker would have started are lost with it: the run is told by that, not thrown away.
        let known = !facts.workers_lost.is_empty();
        find(if known { Grade::Doubtful } else { Grade::Invalid }, reason);
    }
    if let Some(reason) = count(facts.ports_exhausted, Reason::PortsExhausted) {
        find(Grade::Invalid, reason);
    }
    if let Some(reason) = count(facts.descriptors_exhausted, Reason::DescriptorsExhausted) {
        find(Grade::Invalid, reason);
    }
    if let Some((grade, reason)) = facts.start_lag.and_then(|cell| start_lag(cell, limits)) {
        find(grade, reason);
    }
    let Peak { value: share, engine, second } = facts.busy;
    let busy = |limit| Reason::EngineBusy { engine, second, share, limit };
    if share > limits.busy_invalid {
        find(Grade::Invalid, busy(limits.busy_invalid));
    } else if share > limits.busy {
        find(Grade::Doubtful, busy(limits.busy));
    }
    let Peak { value: stall, engine, second } = facts.stall;
    if stall > limits.stall {
        find(Grade::Doubtful, Reason::LoopStall { engine, second, stall, limit: limits.stall });
    }
    for (name, users) in facts.workers_lost {
        find(Grade::Doubtful, Reason::WorkerLost { name: name.clone(), users: *users });
    }
    let (stall, limit) = (facts.controller_stall, limits.controller_stall);
    if stall > limit {
        find(Grade::Doubtful, Reason::ControllerStalled { stall, limit });
    }
    if let Some(reason) = count(facts.records_dropped, Reason::RecordsDropped) {
        find(Grade::Doubtful, reason);
    }
    if let Some(reason) = count(facts.imbalance.users, Reason::UsersUnaccounted) {
        find(Grade::Doubtful, reason);
    }
    let (off, limit) = (facts.imbalance.lifetime, facts.imbalance.lifetime_limit);
    if off > limit {
        find(Grade::Doubtful, Reason::LifetimeUnaccounted { off, limit });
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
    Verdict { findings }
}

fn start_lag(cell: &Cell, limits: &Limits) -> Option<(Grade, Reason)> {
    let reason = |share, limit| {
        let lag = cell.quantile(share);
        (lag > limit).then_some(Reason::StartLag { share, lag, limit })
    };
    let invalid = reason(0.99, limits.start_lag_p99).map(|reason| (Grade::Invalid, reason));
    invalid.or_else(|| reason(0.999, limits.start_lag_p99_9).map(|reason| (Grade::Doubtful, reason)))
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
