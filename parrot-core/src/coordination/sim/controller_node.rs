//! The controller's process: what is around the controller, with the services and windows of the run.

use super::chance::{Dice, Stream};
use super::ledger::{Ledger, index_of};
use super::network::{Damage, Flight, Network, Place};
use super::scenario::{Pause, Scenario};
use super::window_book::WindowBook;
use super::worker_node::{FRAMES_WAITING_MAX, Stock, TIMEOUTS_AT_ONCE_MAX, WorkerNode, after_pause};
use super::world::tell;
use crate::coordination::frame::{Frame, Kind};
use crate::coordination::{Controller, Cut, Happening, Settings};
use crate::service::{Facts, Services};
use crate::time::Nanos;

/// The controller's process.
pub(super) struct ControllerNode {
    clock: Nanos,
    crash: Option<Nanos>,
    pause: Option<Pause>,
    stop: Option<Nanos>,
    hesitation: Nanos,
    pub(super) controller: Controller,
    go_at: Nanos,
    running: Option<Running>,
    seed: u64,
    facts: Facts,
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
            running: None,
            seed: scenario.seed,
            facts: scenario.shared.facts.clone(),
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
        let due = due.min(self.running.as_ref().map_or(Nanos::NEVER, |running| running.due));
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
                let engines = self.controller.engines();
                self.running = Some(Running::new(at, self.seed, self.facts.clone(), engines));
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
        let kind = Frame::read(&flight.bytes).map(|frame| frame.kind);
        let is_hello = kind == Ok(Kind::Hello);
        if let (Ok(Kind::Bye), Some(worker), Damage::None) = (kind, worker, flight.damage) {
            ledger.says_goodbye(worker);
        }
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
                continue;
            }
            self.run(now, ledger);
            if let Some((whom, frame)) = self.controller.poll_send(local) {
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
        ledger.check_goodbyes(now);
        let early = self.controller.early();
        ledger.require(now, early < crate::limits::LANE_AHEAD_MAX, || format!("{early} early messages"));
    }

    fn note(&mut self, now: Nanos, happening: Happening, ledger: &mut Ledger) {
        tell(ledger.audience, now, "controller", || match &happening {
            Happening::Stats(delta) => format!("second {} of engine {}", delta.second, delta.engine),
            Happening::Records { records, .. } => format!("{} records", records.len()),
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
            Happening::Stats(delta) => {
                ledger.stats_arrive(now, &delta);
                self.running.iter_mut().for_each(|running| running.windows.record(&delta));
            }
            Happening::Records { records, .. } => ledger.records_arrive(now, &records),
            Happening::Ended { engine } => {
                ledger.engine_ends(now, engine);
                self.forget(engine..engine + 1);
            }
            Happening::Lost { name, engines, users } => {
                index_of(&name)
                    .filter(|w| *w < ledger.workers.len())
                    .into_iter()
                    .for_each(|w| ledger.loses(now, w, engines.clone(), users));
                self.forget(engines);
            }
            Happening::Stalled(length) => {
                ledger.stalls(now, length);
                let local = self.clock + now;
                self.running.iter_mut().for_each(|running| running.be_patient(local));
            }
            Happening::Asked { engine, ask } => {
                let local = self.clock + now;
                if let Some(running) = &mut self.running {
                    let at = local.since(running.start);
                    running.services.handle_ask(at, engine, ask);
                    ledger.shares(now, |model| model.heard(at, engine, ask));
                }
            }
            Happening::Trouble { text, .. } => {
                ledger.require(now, false, || format!("nobody said {text:?}"));
            }
            Happening::Dropped { .. } => {}
            Happening::Over(ending) => {
                ledger.is_over(now, ending);
                let at = self.clock + now;
                if let Some(running) = self.running.take() {
                    let started = running.windows.finish(at.since(running.start));
                    ledger.windows_hold(now, started);
                }
                self.is_gone = true;
            }
        }
    }

    /// What `control::running` does between two turns: answers what was asked for, closes windows.
    fn run(&mut self, now: Nanos, ledger: &mut Ledger) {
        let Some(running) = self.running.as_mut().filter(|_| !self.is_gone) else { return };
        let local = self.clock + now;
        let at = local.since(running.start);
        let services = &mut running.services;
        if services.poll_timeout().is_some_and(|due| due <= at) {
            services.handle_timeout(at);
            ledger.model.times_out(at);
        }
        while let Some((engine, grant)) = services.poll_grant() {
            tell(ledger.audience, now, "controller", || format!("grants engine {engine} {grant:?}"));
            ledger.shares(now, |model| model.grants(engine, grant));
            self.controller.grant(engine, grant);
        }
        ledger.shares(now, |model| model.check_at_rest(at));
        if services.wants_abort() {
            ledger.aborts(now);
            self.controller.stop(local, Cut::Aborted);
        }
        let reported = self.controller.reported_until();
        while let Some(end) = running.windows.poll(at, reported) {
            tell(ledger.audience, now, "controller", || format!("closes the window up to {end:?}"));
            ledger.window_closes(now, at, end);
        }
        let due = running.windows.due(at).min(running.services.poll_timeout().unwrap_or(Nanos::NEVER));
        running.due = (running.start + due).since(self.clock);
    }

    /// These engines have ended or are lost.
    fn forget(&mut self, engines: std::ops::Range<u32>) {
        if let Some(running) = &mut self.running {
            running.services.forget_engines(engines);
        }
    }
}

/// What a controller's surroundings have while the run goes on.
struct Running {
    /// When the run's time is zero, by the controller's clock.
    start: Nanos,
    services: Services,
    windows: WindowBook,
    /// When services or windows have something to do, in true time.
    due: Nanos,
}

impl Running {
    fn new(start: Nanos, seed: u64, facts: Facts, engines: u32) -> Self {
        let services = Services::new(facts, engines);
        Self { start, services, windows: WindowBook::new(seed), due: Nanos::ZERO }
    }

    fn be_patient(&mut self, local: Nanos) {
        self.windows.be_patient(local.since(self.start));
    }
}
