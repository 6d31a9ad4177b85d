//! The order of arrivals over the whole run.
//!
//! A phase starts exactly its planned number of users: their times are the order statistics of as many uniform draws, which is a
//! Poisson process given its count. They are drawn one by one, so nothing is stored but the last (docs/compatibility.md, `arrivals`).

use std::sync::Arc;

use super::choice::choose;
use super::row_reads::RowReads;
use super::slice::{Owners, Slice};
use crate::plan::{EndpointId, FileId, Plan, SessionId};
use crate::rng::{Domain, Point, draw};
use crate::time::Nanos;

/// One user's start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Arrival {
    /// The user's number, from 1.
    pub user: u64,
    /// When it should start, in the run's time.
    pub at: Nanos,
    /// What it runs.
    pub session: SessionId,
    /// Where it connects unless told otherwise.
    pub server: EndpointId,
    /// The phase that it starts in (index): for static users the one that lasts at their time.
    pub phase: usize,
    /// Its start is written in the Plan; else it is drawn.
    pub is_static: bool,
    /// Its first row of each file that its session reads a fixed number of times; the others follow one by one.
    pub rows: Box<[NextRow]>,
}

/// Where a user is in a data file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NextRow {
    /// The file.
    pub file: FileId,
    /// The row that its next read gets, counted over the whole run.
    pub row: u64,
}

/// Walks the arrivals of one slice of a run in the order of their planned times, static users first among equals.
#[derive(Clone, Debug)]
pub struct Schedule {
    walk: Walk,
    owners: Owners,
    reads: Arc<RowReads>,
    /// Whether `reads` has anything: then the sessions of all users matter.
    reads_rows: bool,
    /// Next row of each file, for the next user of the walk.
    next_rows: Vec<u64>,
    /// The slice's next user, once found.
    next: Option<Arrival>,
}

impl Schedule {
    /// The start of the run, for one of the engines that share it. The Plan must have passed [`Plan::check`]; `reads` are its own.
    pub fn new(plan: &Plan, reads: Arc<RowReads>, slice: Slice) -> Self {
        Self {
            walk: Walk::new(plan),
            owners: Owners::new(slice, plan.seed),
            reads_rows: !reads.is_empty(),
            reads,
            next_rows: vec![0; plan.files.len()],
            next: None,
        }
    }

    /// Users that the whole run starts.
    pub fn planned(plan: &Plan) -> u64 {
        let drawn = plan.load.phases.iter().fold(0_u64, |sum, phase| sum.saturating_add(phase.started));
        drawn.saturating_add(plan.load.static_users.len() as u64)
    }

    /// When each phase starts, in the run's time, and when the last one ends.
    pub fn phase_starts(plan: &Plan) -> Vec<Nanos> {
        let mut at = plan.load.warm_up;
        let mut starts = vec![at];
        for phase in &plan.load.phases {
            at += phase.duration;
            starts.push(at);
        }
        starts
    }

    /// When the slice's next user starts; none after the last.
    pub fn peek(&mut self, plan: &Plan) -> Option<Nanos> {
        self.find(plan);
        self.next.as_ref().map(|arrival| arrival.at)
    }

    /// The slice's next user; none after the last.
    pub fn next(&mut self, plan: &Plan) -> Option<Arrival> {
        self.find(plan);
        self.next.take()
    }

    /// Walks on to the slice's next user. What is passed over is drawn no further than the rows of later users need.
    fn find(&mut self, plan: &Plan) {
        while self.next.is_none() {
            let Some(step) = self.walk.next(plan) else { return };
            let owned = self.owners.owns(step.user);
            if !owned && !self.reads_rows {
                continue;
            }
            let session = step.session(plan);
            let rows = if owned { self.rows_of(session) } else { Box::default() };
            self.pass_rows(session);
            if owned {
                let server = choose(plan.servers.iter().map(|s| s.weight), choice(plan, step.user, 1));
                self.next = Some(Arrival {
                    user: step.user,
                    at: step.at,
                    session,
                    server: plan.servers[server].endpoint,
                    phase: step.phase,
                    is_static: step.session.is_some(),
                    rows,
                });
            }
        }
    }

    /// Rows of the next user, who runs this session.
    fn rows_of(&self, session: SessionId) -> Box<[NextRow]> {
        let reads = self.reads.of(session).iter();
        reads.map(|&(file, _)| NextRow { file, row: self.next_rows[file.index()] }).collect()
    }

    /// Goes on to the rows of the user after that.
    fn pass_rows(&mut self, session: SessionId) {
        for &(file, times) in self.reads.of(session) {
            let next = &mut self.next_rows[file.index()];
            *next = next.wrapping_add(times);
        }
    }
}

/// A user's place in the whole run.
#[derive(Clone, Copy, Debug)]
struct Step {
    user: u64,
    at: Nanos,
    phase: usize,
    /// The session of a static user; others choose theirs.
    session: Option<SessionId>,
}

impl Step {
    fn session(&self, plan: &Plan) -> SessionId {
        self.session.unwrap_or_else(|| {
            let popularity = &plan.load.popularities[plan.load.phases[self.phase].popularity.index()];
            SessionId(choose(popularity.iter().copied(), choice(plan, self.user, 0)) as u32)
        })
    }
}

/// Walks all users of the run.
#[derive(Clone, Debug)]
struct Walk {
    /// Index of the phase that draws next.
    phase: usize,
    /// When each phase starts, and when the last one ends.
    phase_starts: Vec<Nanos>,
    /// Users of it drawn so far.
    drawn: u64,
    /// The last order statistic drawn, in 0..1 of its duration.
    fraction: f64,
    /// Time of the next phase user, once drawn.
    next_drawn: Option<Nanos>,
    next_static: usize,
    next_user: u64,
}

impl Walk {
    fn new(plan: &Plan) -> Self {
        Self {
            phase: 0,
            phase_starts: Schedule::phase_starts(plan),
            drawn: 0,
            fraction: 0.0,
            next_drawn: None,
            next_static: 0,
            next_user: 1,
        }
    }

    fn next(&mut self, plan: &Plan) -> Option<Step> {
        let drawn = self.peek_phase(plan);
        let fixed = self.peek_static(plan).filter(|fixed| drawn.is_none_or(|drawn| *fixed <= drawn));
        let at = fixed.or(drawn)?;
        let user = self.next_user;
        self.next_user += 1;
        if fixed.is_none() {
            self.next_drawn = None;
            return Some(Step { user, at, phase: self.phase, session: None });
        }
        let session = Some(plan.load.static_users[self.next_static].session);
        self.next_static += 1;
        let begun = self.phase_starts.partition_point(|start| *start <= at);
        let phase = begun.saturating_sub(1).min(plan.load.phases.len().saturating_sub(1));
        Some(Step { user, at, phase, session })
    }

    fn peek_static(&self, plan: &Plan) -> Option<Nanos> {
        plan.load.static_users.get(self.next_static).map(|user| plan.load.warm_up + user.start)
    }

    /// Draws the next phase user's time unless that is done, moving on to the next phase when this one is exhausted.
    fn peek_phase(&mut self, plan: &Plan) -> Option<Nanos> {
        while self.next_drawn.is_none() {
            let phase = plan.load.phases.get(self.phase)?;
            if self.drawn >= phase.started {
                self.phase += 1;
                (self.drawn, self.fraction) = (0, 0.0);
                continue;
            }
            let point = Point { user: self.phase as u64, step: self.drawn, occurrence: 0 };
            let unit = draw(plan.seed, Domain::Arrival, point).unit();
            let remaining = (phase.drawn - self.drawn).max(1) as f64;
            // The least of `remaining` uniforms in what is left of (fraction, 1).
            self.fraction += (1.0 - self.fraction) * -(unit.ln() / remaining).exp_m1();
            self.drawn += 1;
            self.next_drawn =
                Some(self.phase_starts[self.phase] + Nanos((self.fraction * phase.duration.0 as f64) as u64));
        }
        self.next_drawn
    }
}

fn choice(plan: &Plan, user: u64, step: u64) -> crate::rng::Draw {
    draw(plan.seed, Domain::Choice, Point { user, step, occurrence: 0 })
}
