//! One run: the processes, the network between them, and true time.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::controller_node::ControllerNode;
use super::engine::plan;
use super::ledger::Ledger;
use super::network::{Network, Place};
use super::scenario::Scenario;
use super::worker_node::{Stock, WorkerNode};
use crate::time::Nanos;

/// How long after the last thing that happened to it a run may go on: a worker that is alone for 20 s, what it said last on its way,
/// and a controller that then misses it for 10 s.
const AFTERMATH_MAX: Nanos = Nanos::from_secs(35);

/// No run lasts longer, whatever happens to it: the start, the load, pauses, users that wait.
const RUN_MAX: Nanos = Nanos::from_secs(300);

/// More steps at one moment are a loop without end.
const STEPS_AT_ONCE_MAX: u32 = 1_000;

/// Who is shown what happens in a replay.
pub(super) type Audience = Option<fn(&str)>;

/// Shows an event in a replay.
pub(super) fn tell(audience: Audience, now: Nanos, who: &str, what: impl FnOnce() -> String) {
    if let Some(show) = audience {
        show(&format!("{:>12.6} {who:<10} {}", now.as_secs_f64(), what()));
    }
}

/// A run under way.
pub(super) struct World {
    now: Nanos,
    controller: ControllerNode,
    workers: Vec<WorkerNode>,
    network: Network,
    ledger: Ledger,
    steps_now: u32,
    /// After this nothing happens to it from outside.
    calm_from: Nanos,
    /// When a start that does not come about is given up.
    deadline: Nanos,
}

impl World {
    pub(super) fn new(scenario: &Scenario, audience: Audience) -> Self {
        let stock = Rc::new(Stock::of(scenario));
        let plan = Rc::new(plan(scenario.seed, &scenario.phases));
        let workers: Vec<WorkerNode> = (0..scenario.workers.len())
            .map(|index| WorkerNode::new(index, scenario, &stock, &plan))
            .collect();
        Self {
            now: Nanos::ZERO,
            controller: ControllerNode::new(scenario, &stock),
            workers,
            network: Network::new(scenario.seed, scenario.weather, scenario.partitions.clone()),
            ledger: Ledger::new(scenario, &plan, audience),
            steps_now: 0,
            calm_from: calm_from(scenario),
            deadline: scenario.patience
                + scenario.controller_pause.map_or(Nanos::ZERO, |pause| pause.until - pause.from),
        }
    }

    /// Runs to the end; gives what was seen, or the first rule that was broken.
    pub(super) fn run(mut self) -> Result<BTreeSet<String>, String> {
        while !self.is_settled() {
            self.step();
            if let Some(violation) = self.ledger.violation.take() {
                return Err(violation);
            }
        }
        self.ledger.close(self.now, self.controller.controller.drops());
        self.ledger.violation.map_or(Ok(self.ledger.seen), Err)
    }

    /// Runs for so long, whatever comes of it.
    pub(super) fn run_for(mut self, length: Nanos) {
        while self.now < length && !self.is_settled() {
            self.step();
        }
    }

    fn step(&mut self) {
        let nodes = self.workers.iter().map(WorkerNode::next_at).fold(Nanos::NEVER, Nanos::min);
        let next = nodes.min(self.controller.next_at()).min(self.network.next_at());
        self.steps_now = if next > self.now { 0 } else { self.steps_now + 1 };
        assert!(self.steps_now < STEPS_AT_ONCE_MAX, "time stands still at {next:?}");
        self.now = self.now.max(next);
        let now = self.now;
        self.check_that_it_ends();
        while let Some(flight) = self.network.poll(now) {
            match flight.to {
                Place::Controller => {
                    self.controller.receive(now, flight, &self.workers, &mut self.ledger, &mut self.network);
                }
                Place::Worker(index) => {
                    self.workers[index].receive(now, flight, &mut self.ledger, &mut self.network);
                }
                Place::Stranger(_) => {}
            }
        }
        if self.controller.next_at() <= now {
            self.controller.wake(now, &self.workers, &mut self.ledger, &mut self.network);
        }
        for worker in &mut self.workers {
            if self.controller.is_gone && worker.fate.shares_process {
                worker.outlive(now, &mut self.ledger, &mut self.network);
            }
            if worker.next_at() <= now {
                worker.wake(now, &mut self.ledger, &mut self.network);
            }
        }
    }

    fn is_settled(&self) -> bool {
        let waits = |index| self.controller.is_gone && !self.ledger.is_welcome(index);
        let mut workers = self.workers.iter().enumerate();
        self.controller.is_gone && workers.all(|(index, worker)| worker.is_gone || waits(index))
    }

    fn check_that_it_ends(&mut self) {
        let now = self.now;
        self.ledger.require(now, now <= RUN_MAX, || "somebody waits for ever".to_owned());
        if self.workers.iter().any(WorkerNode::is_busy) {
            return;
        }
        let begun = self.ledger.has_begun();
        let waiting = if begun { Nanos::ZERO } else { self.deadline };
        let last = self.calm_from.max(self.ledger.last_engine_done).max(waiting);
        let (now, who) = (self.now, self.controller.is_gone);
        self.ledger.require(now, now <= last + AFTERMATH_MAX, || {
            format!("it does not end (controller gone: {who}, begun: {begun})")
        });
    }
}

fn calm_from(scenario: &Scenario) -> Nanos {
    let pauses = scenario.workers.iter().map(|worker| worker.pause).chain([scenario.controller_pause]);
    let ends = pauses.flatten().map(|pause| pause.until);
    let partitions = scenario.partitions.iter().map(|partition| partition.until);
    let crashes = scenario.workers.iter().map(|worker| worker.crash).chain([scenario.controller_crash]);
    let stops = scenario.workers.iter().filter_map(|worker| worker.stop);
    let begins = scenario.workers.iter().map(|worker| worker.begins);
    let all = ends.chain(partitions).chain(crashes.flatten()).chain(begins).chain(stops).chain(scenario.stop);
    all.fold(Nanos::ZERO, Nanos::max)
}
