//! An engine that only pretends: it walks a real schedule, its users live a random while, and it tells what a real one tells.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use crate::coordination::{Cut, Ending};
use crate::load::{Arrival, Schedule, Slice};
use crate::plan::{
    EndpointId, Load, Options, PLAN_VERSION, Phase, Plan, PopularityId, Server, Session, SessionId,
};
use crate::rng::{Domain, Point, draw};
use crate::sink::{MatchEvent, MatchRow, Record};
use crate::stats::{Class, Counter, Delta, Recorder, SeriesId, Shape};
use crate::time::Nanos;

/// No user lives longer.
const LIFE_MAX: Nanos = Nanos::from_secs(12);
const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize, phases: 2 };

/// What an engine says to its worker.
#[derive(Debug)]
pub(super) enum Said {
    Stats(Delta),
    Records(Vec<Record>),
    Done(Ending),
}

/// An engine. All times are of its worker's clock.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) number: u32,
    plan: Rc<Plan>,
    /// When the run's time is zero.
    start: Nanos,
    schedule: Schedule,
    next: Option<Arrival>,
    /// When each live user ends.
    live: BinaryHeap<Reverse<(Nanos, u64)>>,
    recorder: Recorder,
    rows: Vec<Record>,
    row: u32,
    /// Rows of a second that no user wrote.
    chatter: u32,
    second: u64,
    /// Users that it started, in order.
    pub(super) started: Vec<u64>,
    stopped: bool,
    pub(super) ending: Option<Ending>,
}

impl Engine {
    pub(super) fn new(plan: Rc<Plan>, number: u32, of: u32, start: Nanos, chatter: u32) -> Self {
        let mut recorder = Recorder::new(SHAPE);
        recorder.engine = number;
        let mut engine = Self {
            number,
            schedule: Schedule::new(&plan, Slice::new(number, of).unwrap_or(Slice::WHOLE)),
            plan,
            start,
            next: None,
            live: BinaryHeap::new(),
            recorder,
            rows: Vec::new(),
            row: 0,
            chatter,
            second: 0,
            started: Vec::new(),
            stopped: false,
            ending: None,
        };
        engine.find_next();
        engine
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
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
        let end = self.live.peek().map_or(Nanos::NEVER, |Reverse((at, _))| *at);
        let handover = self.start + Nanos::from_secs(self.second + 1);
        if self.stopped || self.is_empty() { self.start } else { arrival.min(end).min(handover) }
    }

    fn is_empty(&self) -> bool {
        self.next.is_none() && self.live.is_empty()
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, now: Nanos, say: &mut impl FnMut(Said)) {
        if self.is_done() || now < self.start && !self.stopped {
            return;
        }
        while !self.stopped && self.act(now) {}
        let second = now.since(self.start).as_secs();
        let ends = self.stopped || self.is_empty();
        if second > self.second || ends {
            (0..self.chatter).for_each(|_| self.note_row(0, now));
            self.second = second;
            self.hand_over(say);
        }
        if ends {
            let cut = (self.stopped && !self.is_empty()).then_some(Cut::Stopped);
            let ending = Ending { cut, in_flight: self.live.len() as u64 / 2 };
            self.ending = Some(ending);
            say(Said::Done(ending));
        }
    }

    /// The next start or end of a user.
    fn act(&mut self, now: Nanos) -> bool {
        let due = self.next.as_ref().map(|arrival| self.start + arrival.at).filter(|at| *at <= now);
        let end = self.live.peek().map(|Reverse(end)| *end).filter(|(at, _)| *at <= now);
        if let Some((at, user)) = end
            && due.is_none_or(|due| at <= due)
        {
            self.live.pop();
            self.recorder.count(Counter::UserFinished, 1);
            self.recorder.sample(SeriesId::SESSION, 0, Class::Ok, Nanos::from_millis(user % 5_000 + 1));
            if user.is_multiple_of(5) {
                self.note_row(user, at);
            }
            return true;
        }
        let Some(arrival) = self.next.take_if(|_| due.is_some()) else { return false };
        self.started.push(arrival.user);
        self.recorder.count(Counter::UserStarted, 1);
        // A user that starts late lives as long as any other.
        self.live.push(Reverse((now + self.life(arrival.user), arrival.user)));
        self.recorder.users_max = self.recorder.users_max.max(self.live.len() as u64);
        self.find_next();
        true
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
        self.recorder.second = self.second;
        self.recorder.users = self.live.len() as u64;
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
        version: PLAN_VERSION,
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
        requests: Vec::new(),
        endpoints: Vec::new(),
        files: Vec::new(),
        user_agents: Vec::new(),
        transactions: Vec::new(),
        tags: Vec::new(),
        repeats: Vec::new(),
        sources: Vec::new(),
        options: Options::default(),
    }
}
