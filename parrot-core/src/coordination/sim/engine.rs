//! An engine that only pretends: it walks a real schedule, its users live a random while in which some ask for what the run shares, and it
//! tells what a real one tells.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::sync::Arc;

use super::services::{Act, Shared};
use super::waiting::{Answered, Waiting};
use crate::coordination::{Cut, Ending};
use crate::load::{Arrival, RowReads, Schedule, Slice};
use crate::plan::{EndpointId, FileId, Load, Phase, Plan, PopularityId, Server, Session, SessionId};
use crate::rng::{Domain, Point, draw};
use crate::service::{Ask, Grant};
use crate::sink::{MatchEvent, MatchRow, Record};
use crate::stats::{Class, Counter, Delta, Recorder, SeriesId, Shape};
use crate::time::Nanos;

/// No user lives longer, but for what it waits.
const LIFE_MAX: Nanos = Nanos::from_secs(12);
/// How long a user waits that does not wait for ever.
const PATIENCE: Nanos = Nanos::from_millis(100);
pub(super) const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize, phases: 2 };

/// What an engine says to its worker.
#[derive(Debug)]
pub(super) enum Said {
    Stats(Delta),
    Records(Vec<Record>),
    Ask(Ask),
    Done(Ending),
}

/// What a user does next.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Step {
    Act,
    Leave,
    End,
}

/// An engine. All times are of its worker's clock.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) number: u32,
    plan: Rc<Plan>,
    shared: Rc<Shared>,
    /// When the run's time is zero.
    start: Nanos,
    schedule: Schedule,
    next: Option<Arrival>,
    /// When users that do not wait for others do something.
    steps: BinaryHeap<Reverse<(Nanos, u64, Step)>>,
    /// Users that are live, whatever they do.
    users: u64,
    waiting: Waiting,
    recorder: Recorder,
    rows: Vec<Record>,
    row: u32,
    /// Rows of a second that no user wrote.
    chatter: u32,
    second: u64,
    /// Users that it started, in order.
    pub(super) started: Vec<u64>,
    stopped: Option<Cut>,
    pub(super) ending: Option<Ending>,
}

impl Engine {
    pub(super) fn new(
        (plan, shared): (Rc<Plan>, Rc<Shared>),
        number: u32,
        of: u32,
        start: Nanos,
        chatter: u32,
    ) -> Self {
        let mut recorder = Recorder::new(SHAPE);
        recorder.engine = number;
        let slice = Slice::new(number, of).unwrap_or(Slice::WHOLE);
        let mut engine = Self {
            number,
            schedule: Schedule::new(&plan, Arc::new(RowReads::new(&plan)), slice),
            plan,
            waiting: Waiting::new(shared.facts.rows.len()),
            shared,
            start,
            next: None,
            steps: BinaryHeap::new(),
            users: 0,
            recorder,
            rows: Vec::new(),
            row: 0,
            chatter,
            second: 0,
            started: Vec::new(),
            stopped: None,
            ending: None,
        };
        engine.find_next();
        engine
    }

    /// The first reason counts.
    pub(super) fn stop(&mut self, cut: Cut) {
        self.stopped.get_or_insert(cut);
    }

    /// Takes what its users have asked for.
    pub(super) fn handle_grant(
        &mut self,
        now: Nanos,
        grant: Grant,
        say: &mut impl FnMut(Said),
    ) -> Result<(), String> {
        if self.is_done() {
            return Ok(());
        }
        let ask = self.waiting.handle_grant(now, grant)?;
        ask.into_iter().for_each(|ask| say(Said::Ask(ask)));
        Ok(())
    }

    /// Rows that its users have read since the last call.
    pub(super) fn take_read(&mut self) -> Vec<(FileId, u64)> {
        std::mem::take(&mut self.waiting.read)
    }

    /// Lets those go on that need not wait any more.
    pub(super) fn take_answered(&mut self, now: Nanos) -> Vec<Answered> {
        let answered = std::mem::take(&mut self.waiting.answered);
        for Answered { user, .. } in &answered {
            let rest = Nanos(self.life(*user).0 / 2);
            self.steps.push(Reverse((now + rest, *user, Step::End)));
        }
        answered
    }

    pub(super) const fn is_done(&self) -> bool {
        self.ending.is_some()
    }

    /// When it has something to do.
    pub(super) fn next_at(&self) -> Nanos {
        if self.is_done() {
            return Nanos::NEVER;
        }
        let arrival = self.next.as_ref().map_or(Nanos::NEVER, |arrival| self.start + arrival.at);
        let end = self.steps.peek().map_or(Nanos::NEVER, |Reverse((at, ..))| *at);
        let handover = self.start + Nanos::from_secs(self.second + 1);
        if self.stopped.is_some() || self.is_empty() { self.start } else { arrival.min(end).min(handover) }
    }

    fn is_empty(&self) -> bool {
        self.next.is_none() && self.users == 0
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, now: Nanos, say: &mut impl FnMut(Said)) {
        if self.is_done() || now < self.start && self.stopped.is_none() {
            return;
        }
        while self.stopped.is_none() && self.go_on(now, say) {}
        let second = now.since(self.start).as_secs();
        let ends = self.stopped.is_some() || self.is_empty();
        if second > self.second || ends {
            (0..self.chatter).for_each(|_| self.note_row(0, now));
            self.second = second;
            // Up to the last one that is over, or to where it ends.
            self.recorder.second = if ends { second } else { second - 1 };
            self.hand_over(say);
        }
        if ends {
            let cut = self.stopped.filter(|_| !self.is_empty());
            let ending = Ending { cut, in_flight: self.users / 2 };
            self.ending = Some(ending);
            say(Said::Done(ending));
        }
    }

    /// The next thing that a user does.
    fn go_on(&mut self, now: Nanos, say: &mut impl FnMut(Said)) -> bool {
        let due = self.next.as_ref().map(|arrival| self.start + arrival.at).filter(|at| *at <= now);
        let step = self.steps.peek().map(|Reverse(step)| *step).filter(|(at, ..)| *at <= now);
        if let Some((at, user, step)) = step
            && due.is_none_or(|due| at <= due)
        {
            self.steps.pop();
            match step {
                Step::Act => self.act(now, user, say),
                Step::Leave if self.waiting.leave(user) => self.end(user, at),
                Step::Leave => {}
                Step::End => self.end(user, at),
            }
            return true;
        }
        let Some(arrival) = self.next.take_if(|_| due.is_some()) else { return false };
        self.started.push(arrival.user);
        self.recorder.count(Counter::UserStarted, 1);
        self.users += 1;
        self.recorder.users_max = self.recorder.users_max.max(self.users);
        // A user that starts late lives as long as any other.
        let (user, life) = (arrival.user, self.life(arrival.user));
        let (step, at) = match self.shared.act(self.plan.seed, user) {
            Some(_) => (Step::Act, now + Nanos(life.0 / 2)),
            None => (Step::End, now + life),
        };
        self.steps.push(Reverse((at, user, step)));
        self.find_next();
        true
    }

    fn act(&mut self, now: Nanos, user: u64, say: &mut impl FnMut(Said)) {
        let Some((act, leaves)) = self.shared.act(self.plan.seed, user) else { return };
        if leaves && !matches!(act, Act::Abort) {
            self.steps.push(Reverse((now + PATIENCE, user, Step::Leave)));
        }
        let ask = self.waiting.act(now, now.since(self.start), user, act);
        ask.into_iter().for_each(|ask| say(Said::Ask(ask)));
    }

    fn end(&mut self, user: u64, at: Nanos) {
        self.users -= 1;
        self.recorder.count(Counter::UserFinished, 1);
        self.recorder.sample(SeriesId::SESSION, 0, Class::Ok, Nanos::from_millis(user % 5_000 + 1));
        if user.is_multiple_of(5) {
            self.note_row(user, at);
        }
    }

    fn life(&self, user: u64) -> Nanos {
        let point = Point { user, step: 0, occurrence: 0 };
        Nanos::from_secs_f64(draw(self.plan.seed, Domain::User, point).exponential(1.5)).min(LIFE_MAX)
    }

    fn find_next(&mut self) {
        self.next = self.schedule.next(&self.plan);
    }

    /// A row that says which engine wrote it and which of its rows it is.
    fn note_row(&mut self, user: u64, at: Nanos) {
        self.row += 1;
        self.rows.push(Record::Match(MatchRow {
            at,
            user,
            session: SessionId(self.number),
            action: self.row,
            event: MatchEvent::Match,
            transaction: None,
            name: None,
        }));
    }

    fn hand_over(&mut self, say: &mut impl FnMut(Said)) {
        let batch = if self.chatter > 0 { 1 } else { 4 };
        let mut rows = std::mem::take(&mut self.rows).into_iter().peekable();
        while rows.peek().is_some() {
            say(Said::Records(rows.by_ref().take(batch).collect()));
        }
        self.recorder.users = self.users;
        say(Said::Stats(Delta::of(&self.recorder)));
        self.recorder.clear();
    }
}

/// A Plan with nothing but arrivals, of so many seconds and users in each phase.
pub(super) fn plan(seed: u64, phases: &[(u64, u64)]) -> Plan {
    let phase = |(index, (secs, users)): (usize, &(u64, u64))| Phase {
        number: index as u32 + 1,
        duration: Nanos::from_secs(*secs),
        drawn: *users,
        started: *users,
        popularity: PopularityId(0),
    };
    Plan {
        seed,
        load: Load {
            warm_up: Nanos::ZERO,
            phases: phases.iter().enumerate().map(phase).collect(),
            static_users: Vec::new(),
            duration: None,
            popularities: vec![vec![1.0]],
        },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions: vec![Session {
            name: "s".into(),
            persistent: true,
            variables: Vec::new(),
            ops: Vec::new(),
        }],
        ..Plan::empty()
    }
}
