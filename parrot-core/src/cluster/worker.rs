//! A worker's control thread: carries frames between the controller and the worker's state machine, and runs its engines.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::endpoint::Endpoint;
use super::engines::Engines;
use super::link::{LinkError, Network, WorkerLink};
use super::stop::StopHandle;
use crate::coordination::{Command, Hello, Outcome, Provisions, RunKey, Worker, worker_id};
use crate::limits::FRAMES_PER_WAKE_UP;
use crate::plan::Plan;
use crate::program::Program;
use crate::sys::{Clock, raise_descriptor_limit, random};
use crate::time::Nanos;

/// Why a worker cannot work at all.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// ZeroMQ refuses.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The system gives no random numbers, or no thread.
    #[error("{what}: {source}")]
    System {
        /// What was wanted.
        what: &'static str,
        /// What it said.
        source: io::Error,
    },
}

/// How a worker is set up.
#[derive(Clone, Debug)]
pub struct WorkerSetup {
    /// For people: host and process.
    pub name: String,
    /// Engines to run.
    pub engines: u32,
    /// The key of the run that it is meant for, if it was given one.
    pub key: Option<RunKey>,
}

/// What a worker tells of itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// It has joined a run.
    Joined,
    /// The run has started.
    Started,
}

/// Joins the run of a controller on this machine and works for it until it is over.
///
/// # Errors
/// When it cannot even begin. How it ended otherwise is the outcome.
pub fn join(
    endpoint: Endpoint,
    setup: WorkerSetup,
    stop: &StopHandle,
    watch: impl FnMut(Progress),
) -> Result<Outcome, WorkerError> {
    work(&Network::default(), &endpoint.to_string(), setup, None, stop, watch)
}

/// As [`join`], over any transport; `preloaded` is the program if this process has it already.
pub(crate) fn work(
    network: &Network,
    place: &str,
    setup: WorkerSetup,
    preloaded: Option<Arc<Program>>,
    stop: &StopHandle,
    watch: impl FnMut(Progress),
) -> Result<Outcome, WorkerError> {
    // Where the limit cannot be raised the run may still fit; failing connects are counted by name.
    let _ = raise_descriptor_limit();
    let numbers = random().map_err(|source| WorkerError::System { what: "random numbers", source })?;
    let link = WorkerLink::connect(network, worker_id(numbers), place)?;
    let clock = Clock::start();
    let hello = Hello { name: setup.name, engines: setup.engines, key: setup.key };
    let machine =
        Worker::new(clock.now(), hello, preloaded.as_ref().map(|program| program.identity().sha256));
    // Only this process's own worker has its program already.
    let machine = if preloaded.is_some() { machine.of_the_same_process() } else { machine };
    let (linked, links) = mpsc::channel();
    let process = Process {
        clock,
        link,
        machine,
        count: setup.engines,
        preloaded,
        engines: None,
        linked,
        links,
        stop,
        stopping: false,
        watch,
    };
    Ok(process.run())
}

type Linked = Result<Engines, String>;

struct Process<'a, W> {
    clock: Clock,
    link: WorkerLink,
    machine: Worker,
    /// Engines to run.
    count: u32,
    preloaded: Option<Arc<Program>>,
    engines: Option<Engines>,
    linked: Sender<Linked>,
    links: Receiver<Linked>,
    stop: &'a StopHandle,
    stopping: bool,
    watch: W,
}

impl<W: FnMut(Progress)> Process<'_, W> {
    fn run(mut self) -> Outcome {
        loop {
            let now = self.clock.now();
            self.receive(now);
            if let Ok(linked) = self.links.try_recv() {
                self.be_linked(now, linked);
            }
            if self.stop.is_stopped() && !self.stopping {
                self.stopping = true;
                self.machine
                    .handle_trouble(now, "it was told to stop by itself, its users were cut".to_owned());
                self.machine.stop(now);
            }
            if let Some(engines) = &mut self.engines {
                engines.pass_on(now, &mut self.machine);
            }
            self.machine.handle_timeout(now);
            while let Some(frame) = self.machine.poll_send(now) {
                self.link.send(frame);
            }
            while let Some(command) = self.machine.poll_command() {
                if let Some(outcome) = self.obey(command) {
                    if let Some(engines) = self.engines.take() {
                        engines.join();
                    }
                    return outcome;
                }
            }
            let due = self.machine.poll_timeout();
            self.link.wait(self.stop.bell(), due - self.clock.now());
        }
    }

    fn receive(&mut self, now: Nanos) {
        for _ in 0..FRAMES_PER_WAKE_UP {
            let Some(frame) = self.link.receive() else { return };
            // What is no frame is dropped: the controller is trusted, the network is not.
            let _ = self.machine.handle_frame(now, &frame);
        }
    }

    fn obey(&mut self, command: Command) -> Option<Outcome> {
        match command {
            Command::Link(provisions) => {
                (self.watch)(Progress::Joined);
                self.make_ready(provisions);
            }
            Command::Start { at, first_engine, engines } => {
                (self.watch)(Progress::Started);
                if let Some(own) = &mut self.engines {
                    own.start(self.clock.from(at), first_engine, engines);
                }
            }
            Command::Stop(cut) => {
                if let Some(engines) = &self.engines {
                    engines.stop(cut);
                }
            }
            Command::Grant { engine, grant } => {
                if let Some(engines) = &self.engines {
                    engines.grant(engine, grant);
                }
            }
            Command::End(outcome) => return Some(outcome),
        }
        None
    }

    /// Links on a thread of its own: that may take seconds, in which the controller must hear of this worker.
    fn make_ready(&mut self, provisions: Option<Provisions>) {
        let (linked, bell) = (self.linked.clone(), Arc::clone(self.stop.bell()));
        let (count, preloaded) = (self.count, self.preloaded.clone());
        let spawned = thread::Builder::new().name("linker".into()).spawn(move || {
            let program = match (provisions, preloaded) {
                (Some(provisions), _) => link(provisions).map(Arc::new),
                (None, Some(program)) => Ok(program),
                (None, None) => Err("the controller sent no plan".to_owned()),
            };
            let engines = program.and_then(|program| {
                Engines::prepare(&program, count, &bell).map_err(|error| error.to_string())
            });
            let _ = linked.send(engines);
            bell.ring();
        });
        if let Err(error) = spawned {
            self.be_linked(self.clock.now(), Err(format!("cannot start a thread: {error}")));
        }
    }

    fn be_linked(&mut self, now: Nanos, linked: Linked) {
        let outcome = match linked {
            Ok(engines) => {
                self.engines = Some(engines);
                Ok(())
            }
            Err(why) => Err(why),
        };
        self.machine.handle_linked(now, outcome);
    }
}

fn link(provisions: Provisions) -> Result<Program, String> {
    let plan: Plan =
        postcard::from_bytes(&provisions.plan).map_err(|_| "the plan cannot be read".to_owned())?;
    Program::link(plan, provisions.files).map_err(|error| error.to_string())
}
