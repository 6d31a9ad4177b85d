//! From a Plan to a running run: open the socket, start this process's own worker, wait until all workers are ready, go.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::report::{Report, RunError};
use super::running::Running;
use crate::cluster::{
    ControllerLink, Endpoint, INPROC, Network, Received, StopHandle, WorkerError, WorkerSetup, work,
};
use crate::coordination::{Controller, Cut, Happening, Obstacle, Outcome, Piece, RunKey, Settings};
use crate::limits::FRAMES_PER_WAKE_UP;
use crate::program::Program;
use crate::sink::Sink;
use crate::stats::Rule;
use crate::sys::{Clock, random};
use crate::time::Nanos;

/// How a run is set up.
#[derive(Debug)]
pub struct Preparation {
    /// What is run.
    pub program: Arc<Program>,
    /// The worker in this process; none where all load is made elsewhere.
    pub own_worker: Option<WorkerSetup>,
    /// Where other workers can join.
    pub listen: Option<Endpoint>,
    /// What workers have to know to be let in; none where anybody may join.
    pub key: Option<RunKey>,
    /// How many workers the run starts with, the own one included.
    pub workers: usize,
    /// How long to wait for them.
    pub patience: Nanos,
}

/// What people may want to know before the start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Notice {
    /// A worker has joined.
    Joined {
        /// Its name.
        name: String,
        /// Its engines.
        engines: u32,
    },
    /// A worker went silent or said goodbye.
    Left {
        /// Its name.
        name: String,
    },
    /// Frames that are none have come.
    Dropped {
        /// Why they were dropped.
        why: crate::coordination::DropReason,
        /// How many so far.
        count: u64,
    },
}

/// A run that is being prepared.
pub struct Run {
    pub(super) program: Arc<Program>,
    pub(super) clock: Clock,
    pub(super) link: ControllerLink,
    pub(super) machine: Controller,
    pub(super) stop: StopHandle,
    endpoint: Option<Endpoint>,
    own_worker: Option<OwnWorker>,
    stopping: bool,
    ready: bool,
}

impl Run {
    /// Opens the controller's socket and starts this process's own worker. `clock` is the process's; the run's own time begins
    /// later.
    ///
    /// # Errors
    /// When the system refuses; nothing is left running then.
    pub fn prepare(setup: Preparation, clock: Clock, stop: &StopHandle) -> Result<Self, RunError> {
        let Preparation { program, own_worker, listen, key, workers, patience } = setup;
        let network = Network::default();
        let (link, endpoint) = ControllerLink::bind(&network, listen)?;
        let [run, _] = random().map_err(|source| RunError::System { what: "random numbers", source })?;
        let plan = Piece::from(program.identity());
        // This process has the plan already: only others fetch it.
        let bytes = if listen.is_some() { program.plan.to_bytes() } else { Vec::new() };
        let files = program.plan.files.iter().map(Piece::from);
        let files = files.zip(program.rows.iter().map(|rows| rows.bytes())).collect();
        let settings =
            Settings { run: run.max(1), key, workers, patience, plan: (plan, Arc::new(bytes)), files };
        let machine = Controller::new(clock.now(), settings);
        let own_worker = match own_worker {
            Some(setup) => Some(spawn_worker(network, setup, &program)?),
            None => None,
        };
        let stop = stop.clone();
        Ok(Self { program, clock, link, machine, stop, endpoint, own_worker, stopping: false, ready: false })
    }

    /// Where workers of other processes can join.
    pub const fn endpoint(&self) -> Option<Endpoint> {
        self.endpoint
    }

    /// Waits until all workers are ready.
    ///
    /// # Errors
    /// When they do not come, cannot run the Plan, or the run is stopped before.
    pub fn gather(&mut self, mut watch: impl FnMut(Notice)) -> Result<(), RunError> {
        while !self.ready {
            self.turn(Nanos::SECOND);
            while let Some(happening) = self.machine.poll_happening() {
                match happening {
                    Happening::Joined { name, engines } => watch(Notice::Joined { name, engines }),
                    Happening::Left { name } => {
                        self.ready = false;
                        watch(Notice::Left { name });
                    }
                    Happening::Dropped { why, count } => watch(Notice::Dropped { why, count }),
                    Happening::Ready => self.ready = true,
                    Happening::CannotStart(obstacle) => return Err(self.call_off(obstacle)),
                    // Those belong to a run that has started.
                    Happening::Stats(_)
                    | Happening::Records { .. }
                    | Happening::Asked { .. }
                    | Happening::Ended { .. }
                    | Happening::Lost { .. }
                    | Happening::Trouble { .. }
                    | Happening::Stalled(_)
                    | Happening::Over(_) => {}
                }
            }
            if self.own_worker.as_ref().is_some_and(|worker| worker.thread.is_finished()) {
                return Err(self.lose_own_worker());
            }
        }
        Ok(())
    }

    /// Starts the run and drives it to its end; `watch` is told what still happens before that. What becomes of `rules` is told by the summary.
    ///
    /// # Errors
    /// When the workers that were ready are no more; then nothing was sent and no sink was told anything.
    pub fn start(
        mut self,
        rules: Vec<Rule>,
        sinks: Vec<Box<dyn Sink>>,
        mut watch: impl FnMut(Notice),
    ) -> Result<Report, RunError> {
        loop {
            let now = self.clock.now();
            if let Some(at) = self.machine.go(now) {
                let own_worker = self.own_worker.take();
                let report = Running::new(self, at, rules, sinks).drive();
                if let Some(own_worker) = own_worker {
                    own_worker.end();
                }
                return Ok(report);
            }
            self.ready = false;
            self.gather(&mut watch)?;
        }
    }

    /// Calls it off: nothing was sent, and the workers are told.
    pub fn cancel(mut self) {
        self.machine.stop(self.clock.now(), Cut::Stopped);
        self.call_off(Obstacle::CalledOff);
    }

    /// One turn of the controller's loop: everything that has come, everything that has to go, then sleep.
    pub(super) fn turn(&mut self, at_most: Nanos) {
        let now = self.clock.now();
        self.flush(now);
        let due = self.machine.poll_timeout();
        self.link.wait(self.stop.bell(), due.since(now).min(at_most));
        let now = self.clock.now();
        for _ in 0..FRAMES_PER_WAKE_UP {
            match self.link.receive() {
                Some(Received::Frame(from, frame)) => self.machine.handle_frame(now, from, &frame),
                Some(Received::Garbage) => self.machine.handle_garbage(),
                None => break,
            }
        }
        if self.stop.is_stopped() && !self.stopping {
            self.stopping = true;
            self.machine.stop(now, Cut::Stopped);
        }
        self.machine.handle_timeout(now);
        self.flush(now);
    }

    fn flush(&mut self, now: Nanos) {
        while let Some((to, frame)) = self.machine.poll_send(now) {
            self.link.send(to, frame);
        }
    }

    fn call_off(&mut self, obstacle: Obstacle) -> RunError {
        self.flush(self.clock.now());
        if let Some(own_worker) = self.own_worker.take() {
            own_worker.end();
        }
        RunError::Obstacle(obstacle)
    }

    fn lose_own_worker(&mut self) -> RunError {
        match self.own_worker.take().map(|worker| worker.thread.join()) {
            Some(Ok(Err(error))) => RunError::Worker(error),
            _ => RunError::WorkerGone,
        }
    }
}

/// The worker of this process.
struct OwnWorker {
    thread: JoinHandle<Result<Outcome, WorkerError>>,
    stop: StopHandle,
}

impl OwnWorker {
    /// Waits for its end. It does not wait for words of a controller that has nothing more to say.
    fn end(self) {
        self.stop.stop();
        let _ = self.thread.join();
    }
}

fn spawn_worker(network: Network, setup: WorkerSetup, program: &Arc<Program>) -> Result<OwnWorker, RunError> {
    let refused = |what| move |source| RunError::System { what, source };
    let stop = StopHandle::new().map_err(refused("cannot make an eventfd"))?;
    let preloaded = Some(Arc::clone(program));
    let stopping = stop.clone();
    let thread = thread::Builder::new()
        .name("worker".into())
        .spawn(move || work(&network, INPROC, setup, preloaded, &stop, |_| {}))
        .map_err(refused("cannot start a thread"))?;
    Ok(OwnWorker { thread, stop: stopping })
}
