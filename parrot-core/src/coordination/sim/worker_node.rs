//! A worker's process: what is around the worker, with a clock of its own, a pause, a death.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::chance::{Dice, Stream};
use super::engine::{Engine, Said};
use super::ledger::Ledger;
use super::network::{Damage, Flight, Network, Place};
use super::scenario::{Pause, Scenario, WorkerFate};
use super::services::Shared;
use super::world::tell;
use crate::coordination::frame::{Frame, Kind};
use crate::coordination::message::Echo;
use crate::coordination::{Command, Hello, Piece, Provisions, Worker, WorkerId, worker_id};
use crate::limits::LANE_UNACKNOWLEDGED_MAX;
use crate::plan::Plan;
use crate::time::Nanos;

/// Time-outs at one moment: more of them are a loop without end.
pub(super) const TIMEOUTS_AT_ONCE_MAX: u32 = 50;
/// Frames that may wait to be sent when everything was looked at.
pub(super) const FRAMES_WAITING_MAX: u32 = 2_000;

/// When something planned for `at` happens to a process that sleeps for a while.
pub(super) fn after_pause(pause: Option<Pause>, at: Nanos) -> Nanos {
    pause.filter(|pause| pause.from <= at && at < pause.until).map_or(at, |pause| pause.until)
}

/// The Plan's bytes and the only data file.
pub(super) struct Stock {
    pub(super) plan: (Piece, Arc<Vec<u8>>),
    pub(super) file: (Piece, Arc<Vec<u8>>),
}

impl Stock {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let piece = |length: usize| {
            let bytes: Vec<u8> = (0..length).map(|at| (at as u64 * 31 + scenario.seed) as u8).collect();
            let piece = Piece { sha256: Sha256::digest(&bytes).into(), length: length as u64 };
            (piece, Arc::new(bytes))
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
    shared: Rc<Shared>,
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
            shared: Rc::clone(&scenario.shared),
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
            for (file, row) in engine.take_read() {
                ledger.shares(now, |model| model.reads(number, file, row));
            }
            for answered in engine.take_answered(local) {
                ledger.is_answered(now, self.index, answered);
            }
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
                Said::Ask(ask) => {
                    ledger.model.asks(number, ask);
                    worker.handle_ask(local, number, ask);
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
                        plan[..] == *self.stock.plan.1 && files.len() == 1 && files[0] == *self.stock.file.1
                    }
                };
                ledger.require(now, right, || "the plan is another one".into());
                self.linked_at = self.local(now) + self.dice.millis(0, 300);
            }
            Command::Start { at, first_engine, engines } => {
                let numbers = first_engine..first_engine + self.fate.engines;
                ledger.starts(now, self.index, at.since(self.fate.clock), numbers.clone(), engines);
                let engine = |number| {
                    let run = (Rc::clone(&self.plan), Rc::clone(&self.shared));
                    Engine::new(run, number, engines, at, self.chatter)
                };
                self.engines = numbers.map(engine).collect();
            }
            Command::Stop(cut) => {
                ledger.worker_stops(now, self.index, cut);
                self.engines.iter_mut().for_each(|engine| engine.stop(cut));
            }
            Command::Grant { engine, grant } => {
                ledger.shares(now, |model| model.arrives(engine, grant));
                let local = self.local(now);
                match self.engines.iter_mut().find(|own| own.number == engine) {
                    Some(own) => {
                        let say = &mut |what| self.told.push_back((engine, what));
                        let taken = own.handle_grant(local, grant, say);
                        ledger.shares(now, |_| taken);
                    }
                    None => ledger.require(now, false, || format!("a grant for engine {engine}")),
                }
            }
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
