//! The processes: what is around a controller or a worker, with a clock of its own, a pause, a death.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::chance::{Dice, Stream};
use super::engine::{Engine, Said};
use super::ledger::{Ledger, index_of};
use super::network::{Damage, Flight, Network, Place};
use super::scenario::{Pause, Scenario, WorkerFate};
use super::world::tell;
use crate::coordination::frame::{Frame, Kind};
use crate::coordination::message::Echo;
use crate::coordination::{
    Command, Controller, Cut, Happening, Hello, Piece, Provisions, Settings, Worker, WorkerId, worker_id,
};
use crate::limits::LANE_UNACKNOWLEDGED_MAX;
use crate::plan::Plan;
use crate::time::Nanos;

/// Time-outs at one moment: more of them are a loop without end.
const TIMEOUTS_AT_ONCE_MAX: u32 = 50;
/// Frames that may wait to be sent when everything was looked at.
const FRAMES_WAITING_MAX: u32 = 2_000;

/// When something planned for `at` happens to a process that sleeps for a while.
fn after_pause(pause: Option<Pause>, at: Nanos) -> Nanos {
    pause.filter(|pause| pause.from <= at && at < pause.until).map_or(at, |pause| pause.until)
}

/// The Plan's bytes and the only data file.
pub(super) struct Stock {
    pub(super) plan: (Piece, Arc<[u8]>),
    pub(super) file: (Piece, Arc<[u8]>),
}

impl Stock {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let piece = |length: usize| {
            let bytes: Vec<u8> = (0..length).map(|at| (at as u64 * 31 + scenario.seed) as u8).collect();
            let piece = Piece { sha256: Sha256::digest(&bytes).into(), length: length as u64 };
            (piece, bytes.into())
        };
        Self { plan: piece(scenario.plan_bytes), file: piece(scenario.plan_bytes / 3 + 1) }
    }
}

/// A worker process.
pub(super) struct WorkerNode {
    index: usize,
    pub(super) id: WorkerId,
    pub(super) fate: WorkerFate,
    stock: Rc<Stock>,
    plan: Rc<Plan>,
    dice: Dice,
    worker: Option<Worker>,
    engines: Vec<Engine>,
    /// What engines have told and the worker did not want yet.
    told: VecDeque<(u32, Said)>,
    chatter: u32,
    linked_at: Nanos,
    /// What arrives during a pause.
    queue: Vec<Flight>,
    pub(super) is_gone: bool,
}

impl WorkerNode {
    pub(super) fn new(index: usize, scenario: &Scenario, stock: &Rc<Stock>, plan: &Rc<Plan>) -> Self {
        let mut dice = Dice::new(scenario.seed + index as u64 * 1_000_003, Stream::Node);
        Self {
            index,
            id: worker_id([dice.below(u64::MAX), dice.below(u64::MAX)]),
            fate: scenario.workers[index].clone(),
            stock: Rc::clone(stock),
            plan: Rc::clone(plan),
            dice,
            worker: None,
            engines: Vec::new(),
            told: VecDeque::new(),
            chatter: scenario.chatter,
            linked_at: Nanos::NEVER,
            queue: Vec::new(),
            is_gone: false,
        }
    }

    fn local(&self, now: Nanos) -> Nanos {
        self.fate.clock + now
    }

    /// Whether any of its engines still works.
    pub(super) fn is_busy(&self) -> bool {
        !self.is_gone && (!self.told.is_empty() || self.engines.iter().any(|engine| !engine.is_done()))
    }

    /// When it does something by itself.
    pub(super) fn next_at(&self) -> Nanos {
        if self.is_gone {
            return Nanos::NEVER;
        }
        let crash = self.fate.crash.unwrap_or(Nanos::NEVER);
        let Some(worker) = &self.worker else {
            return after_pause(self.fate.pause, self.fate.begins).min(crash);
        };
        let engines = self.engines.iter().map(Engine::next_at).fold(Nanos::NEVER, Nanos::min);
        let due = worker.poll_timeout().min(engines).min(self.linked_at);
        let due = if due == Nanos::NEVER { due } else { due.since(self.fate.clock) };
        let due = due.min(self.fate.stop.unwrap_or(Nanos::NEVER));
        let due = match (&self.fate.pause, self.queue.is_empty()) {
            (Some(pause), false) => due.min(pause.until),
            _ => due,
        };
        after_pause(self.fate.pause, due).min(crash)
    }

    /// The controller's part is over, and this is its process.
    pub(super) fn outlive(&mut self, now: Nanos, ledger: &mut Ledger, network: &mut Network) {
        if !std::mem::replace(&mut ledger.workers[self.index].outlives, true) && !self.is_gone {
            let local = self.local(now);
            self.worker.iter_mut().for_each(|worker| worker.stop(local));
            self.settle(now, ledger, network);
        }
    }

    /// Takes a frame, at once or when its pause is over.
    pub(super) fn receive(&mut self, now: Nanos, flight: Flight, ledger: &mut Ledger, network: &mut Network) {
        if self.is_gone || self.worker.is_none() {
            return;
        }
        self.queue.push(flight);
        if after_pause(self.fate.pause, now) == now {
            self.wake(now, ledger, network);
        }
    }

    /// Does what is due.
    pub(super) fn wake(&mut self, now: Nanos, ledger: &mut Ledger, network: &mut Network) {
        if self.fate.crash.is_some_and(|crash| crash <= now) {
            self.is_gone = true;
            ledger.workers[self.index].crashed = true;
            self.tell(ledger, now, || "crashes".into());
            return;
        }
        let local = self.local(now);
        if self.worker.is_none() {
            let hello =
                Hello { name: format!("w{}", self.index), engines: self.fate.engines, key: self.fate.key };
            let preloaded = self.fate.preloaded.then_some(self.stock.plan.0.sha256);
            let worker = Worker::new(local, hello, preloaded);
            let own = self.fate.shares_process;
            self.worker = Some(if own { worker.of_the_same_process() } else { worker });
        }
        let Some(worker) = &mut self.worker else { return };
        if !self.queue.is_empty() && self.dice.permille(200) {
            worker.handle_timeout(local);
        }
        for flight in std::mem::take(&mut self.queue) {
            self.take(now, &flight, ledger);
        }
        if self.fate.stop.take_if(|stop| *stop <= now).is_some() {
            self.tell(ledger, now, || "is told to stop".into());
            ledger.workers[self.index].stopped = true;
            self.worker.iter_mut().for_each(|worker| worker.stop(local));
        }
        self.settle(now, ledger, network);
    }

    fn take(&mut self, now: Nanos, flight: &Flight, ledger: &mut Ledger) {
        let local = self.local(now);
        if flight.damage == Damage::None
            && let Ok(frame) = Frame::read(&flight.bytes)
            && matches!(frame.kind, Kind::Echo | Kind::Order | Kind::Welcome | Kind::Dismissal)
        {
            if frame.kind == Kind::Dismissal {
                // One without a run is for workers that have none.
                if frame.tag.run != 0 {
                    ledger.worker_is_dismissed(self.index);
                }
            // A second Welcome says nothing new, so it does not count.
            } else if frame.kind != Kind::Welcome || !ledger.is_welcome(self.index) {
                let echo = frame.body::<Echo>().ok().filter(|_| frame.kind == Kind::Echo);
                let probe = echo.and_then(|echo| echo.probe);
                ledger.worker_took(now, self.index, probe.map(|sent| local.since(sent)));
            }
        }
        let Some(worker) = &mut self.worker else { return };
        let dropped = worker.handle_frame(local, &flight.bytes).is_err();
        let lies = dropped && flight.damage == Damage::None;
        ledger.require(now, !lies, || format!("worker {} drops {:?}", self.index, flight.bytes));
        ledger
            .require(now, dropped || !matches!(flight.damage, Damage::Sure(_)), || "damage is taken".into());
    }

    /// Until nothing is left to do at this moment.
    fn settle(&mut self, now: Nanos, ledger: &mut Ledger, network: &mut Network) {
        let local = self.local(now);
        let (mut timeouts, mut frames) = (0, 0);
        loop {
            self.link(now, ledger);
            self.advance_engines(now, ledger);
            let Some(worker) = &mut self.worker else { return };
            if let Some(command) = worker.poll_command() {
                self.obey(now, command, ledger);
                continue;
            }
            if let Some(frame) = worker.poll_send(local) {
                frames += 1;
                ledger.require(now, frames < FRAMES_WAITING_MAX, || "a flood of frames".into());
                network.send(now, Place::Worker(self.index), Place::Controller, frame);
                continue;
            }
            if self.is_gone || worker.poll_timeout() > local || ledger.violation.is_some() {
                break;
            }
            timeouts += 1;
            let ends = timeouts < TIMEOUTS_AT_ONCE_MAX;
            ledger.require(now, ends, || format!("worker {} spins", self.index));
            if !ends {
                break;
            }
            worker.handle_timeout(local);
        }
        let waiting = self.worker.as_ref().map_or(0, Worker::waiting);
        ledger.require(now, waiting <= LANE_UNACKNOWLEDGED_MAX, || format!("{waiting} messages wait"));
    }

    fn link(&mut self, now: Nanos, ledger: &mut Ledger) {
        let local = self.local(now);
        if self.linked_at > local {
            return;
        }
        self.linked_at = Nanos::NEVER;
        ledger.workers[self.index].linked |= !self.fate.unable;
        let linked = if self.fate.unable { Err("out of\r\nports".into()) } else { Ok(()) };
        self.worker.iter_mut().for_each(|worker| worker.handle_linked(local, linked.clone()));
    }

    fn advance_engines(&mut self, now: Nanos, ledger: &mut Ledger) {
        let local = self.local(now);
        for engine in &mut self.engines {
            let (known, number) = (engine.started.len(), engine.number);
            engine.advance(local, &mut |what| self.told.push_back((number, what)));
            engine.started[known..].iter().for_each(|user| ledger.user_starts(now, number, *user));
        }
        let Some(worker) = &mut self.worker else { return };
        while worker.wants_more()
            && let Some((number, what)) = self.told.pop_front()
        {
            match what {
                Said::Stats(delta) => {
                    ledger.hands_stats(number, &delta);
                    worker.handle_stats(local, delta);
                }
                Said::Records(records) => {
                    ledger.hands_rows(number, records.len());
                    worker.handle_records(local, records);
                }
                Said::Done(ending) => {
                    ledger.engine_is_done(now, number, ending);
                    worker.handle_engine_done(local, number, ending);
                }
            }
        }
        if !worker.wants_more() {
            ledger.see(&"A full lane");
        }
    }

    fn obey(&mut self, now: Nanos, command: Command, ledger: &mut Ledger) {
        self.tell(ledger, now, || match &command {
            Command::Link(provisions) => format!("links (fetched: {})", provisions.is_some()),
            other => format!("{other:?}"),
        });
        match command {
            Command::Link(provisions) => {
                let right = match provisions {
                    None => self.fate.preloaded,
                    Some(Provisions { plan, files }) => {
                        plan[..] == *self.stock.plan.1
                            && files.len() == 1
                            && files[0][..] == *self.stock.file.1
                    }
                };
                ledger.require(now, right, || "the plan is another one".into());
                self.linked_at = self.local(now) + self.dice.millis(0, 300);
            }
            Command::Start { at, first_engine, engines } => {
                let numbers = first_engine..first_engine + self.fate.engines;
                ledger.starts(now, self.index, at.since(self.fate.clock), numbers.clone(), engines);
                let engine = |number| Engine::new(Rc::clone(&self.plan), number, engines, at, self.chatter);
                self.engines = numbers.map(engine).collect();
            }
            Command::Stop(_) => self.engines.iter_mut().for_each(Engine::stop),
            Command::Grant { .. } => ledger.require(now, false, || "a grant that nobody asked for".into()),
            Command::End(outcome) => {
                ledger.ends(now, self.index, outcome);
                self.is_gone = true;
            }
        }
    }

    fn tell(&self, ledger: &Ledger, now: Nanos, what: impl FnOnce() -> String) {
        tell(ledger.audience, now, &format!("worker {}", self.index), what);
    }
}

/// The controller's process.
pub(super) struct ControllerNode {
    clock: Nanos,
    crash: Option<Nanos>,
    pause: Option<Pause>,
    stop: Option<Nanos>,
    hesitation: Nanos,
    pub(super) controller: Controller,
    go_at: Nanos,
    dice: Dice,
    queue: Vec<Flight>,
    pub(super) is_gone: bool,
}

impl ControllerNode {
    pub(super) fn new(scenario: &Scenario, stock: &Stock) -> Self {
        let settings = Settings {
            run: scenario.seed + 1,
            key: scenario.key,
            workers: scenario.wanted,
            patience: scenario.patience,
            plan: stock.plan.clone(),
            files: vec![stock.file.clone()],
        };
        Self {
            clock: scenario.clock,
            crash: scenario.controller_crash,
            pause: scenario.controller_pause,
            stop: scenario.stop,
            hesitation: scenario.hesitation,
            controller: Controller::new(scenario.clock, settings),
            go_at: Nanos::NEVER,
            dice: Dice::new(scenario.seed + 999_999_937, Stream::Node),
            queue: Vec::new(),
            is_gone: false,
        }
    }

    /// When it does something by itself.
    pub(super) fn next_at(&self) -> Nanos {
        if self.is_gone {
            return Nanos::NEVER;
        }
        let due = self.controller.poll_timeout();
        let due = if due == Nanos::NEVER { due } else { due.since(self.clock) };
        let due = due.min(self.go_at).min(self.stop.unwrap_or(Nanos::NEVER));
        let due = match (self.pause, self.queue.is_empty()) {
            (Some(pause), false) => due.min(pause.until),
            _ => due,
        };
        after_pause(self.pause, due).min(self.crash.unwrap_or(Nanos::NEVER))
    }

    /// Takes a frame, at once or when its pause is over.
    pub(super) fn receive(
        &mut self,
        now: Nanos,
        flight: Flight,
        nodes: &[WorkerNode],
        ledger: &mut Ledger,
        network: &mut Network,
    ) {
        if self.is_gone {
            return;
        }
        self.queue.push(flight);
        if after_pause(self.pause, now) == now {
            self.wake(now, nodes, ledger, network);
        }
    }

    /// Does what is due.
    pub(super) fn wake(
        &mut self,
        now: Nanos,
        nodes: &[WorkerNode],
        ledger: &mut Ledger,
        network: &mut Network,
    ) {
        if self.crash.is_some_and(|crash| crash <= now) {
            self.is_gone = true;
            tell(ledger.audience, now, "controller", || "crashes".into());
            return;
        }
        let local = self.clock + now;
        if !self.queue.is_empty() && self.dice.permille(200) {
            self.controller.handle_timeout(local);
        }
        for flight in std::mem::take(&mut self.queue) {
            self.take(now, &flight, nodes, ledger);
        }
        if self.stop.is_some_and(|stop| stop <= now) {
            self.stop = None;
            ledger.stops(now);
            tell(ledger.audience, now, "controller", || "is told to stop".into());
            self.controller.stop(local, Cut::Stopped);
        }
        if self.go_at <= now {
            self.go_at = Nanos::NEVER;
            if let Some(at) = self.controller.go(local) {
                tell(ledger.audience, now, "controller", || "goes".into());
                ledger.goes(at.since(self.clock));
            }
        }
        self.settle(now, nodes, ledger, network);
    }

    fn take(&mut self, now: Nanos, flight: &Flight, nodes: &[WorkerNode], ledger: &mut Ledger) {
        let (from, worker) = match flight.from {
            Place::Worker(worker) => (nodes[worker].id, Some(worker)),
            Place::Stranger(id) => (id, None),
            Place::Controller => return,
        };
        // A Hello is a sign of life only at the door.
        let is_hello = Frame::read(&flight.bytes).is_ok_and(|frame| frame.kind == Kind::Hello);
        ledger.controller_took(now, worker.filter(|_| !is_hello), flight.damage);
        self.controller.handle_frame(self.clock + now, from, &flight.bytes);
    }

    /// Until nothing is left to do at this moment.
    fn settle(&mut self, now: Nanos, nodes: &[WorkerNode], ledger: &mut Ledger, network: &mut Network) {
        let local = self.clock + now;
        let (mut timeouts, mut frames) = (0, 0);
        loop {
            if let Some(happening) = self.controller.poll_happening() {
                self.note(now, happening, ledger);
            } else if let Some((whom, frame)) = self.controller.poll_send(local) {
                frames += 1;
                ledger.require(now, frames < FRAMES_WAITING_MAX, || "a flood of frames".into());
                if let Some(worker) = nodes.iter().position(|node| node.id == whom) {
                    network.send(now, Place::Controller, Place::Worker(worker), frame);
                }
            } else if self.is_gone || self.controller.poll_timeout() > local || ledger.violation.is_some() {
                break;
            } else {
                timeouts += 1;
                let ends = timeouts < TIMEOUTS_AT_ONCE_MAX;
                ledger.require(now, ends, || "the controller spins".into());
                if !ends {
                    break;
                }
                self.controller.handle_timeout(local);
            }
        }
        let early = self.controller.early();
        ledger.require(now, early < crate::limits::LANE_AHEAD_MAX, || format!("{early} early messages"));
    }

    fn note(&mut self, now: Nanos, happening: Happening, ledger: &mut Ledger) {
        tell(ledger.audience, now, "controller", || match &happening {
            Happening::Stats(delta) => format!("second {} of engine {}", delta.second, delta.engine),
            Happening::Records(records) => format!("{} records", records.len()),
            other => format!("{other:?}"),
        });
        let over = ledger.obstacle.is_some() || self.is_gone;
        ledger.require(now, !over || matches!(happening, Happening::Dropped { .. }), || {
            format!("{happening:?} after the end")
        });
        match happening {
            Happening::Joined { name, .. } => index_of(&name)
                .filter(|w| *w < ledger.workers.len())
                .into_iter()
                .for_each(|w| ledger.joins(now, w)),
            Happening::Left { name } => index_of(&name)
                .filter(|w| *w < ledger.workers.len())
                .into_iter()
                .for_each(|w| ledger.leaves(now, w)),
            Happening::Ready => {
                ledger.is_ready(now);
                self.go_at = now + self.hesitation;
            }
            Happening::CannotStart(obstacle) => {
                ledger.cannot_start(now, self.clock + now, obstacle);
                self.is_gone = true;
            }
            Happening::Stats(delta) => ledger.stats_arrive(now, &delta),
            Happening::Records(records) => ledger.records_arrive(now, &records),
            Happening::Ended { engine } => ledger.engine_ends(now, engine),
            Happening::Lost { name, engines, users } => {
                index_of(&name)
                    .filter(|w| *w < ledger.workers.len())
                    .into_iter()
                    .for_each(|w| ledger.loses(now, w, engines.clone(), users));
            }
            Happening::Stalled(length) => ledger.stalls(now, length),
            Happening::Asked { ask, .. } => {
                ledger.require(now, false, || format!("nobody asked for {ask:?}"));
            }
            Happening::Trouble { text, .. } => {
                ledger.require(now, false, || format!("nobody said {text:?}"));
            }
            Happening::Dropped { .. } => {}
            Happening::Over(ending) => {
                ledger.is_over(now, ending);
                self.is_gone = true;
            }
        }
    }
}
