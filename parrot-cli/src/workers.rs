//! Who makes the load of a run: engines of this process, further processes on this machine, or workers that join.

use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;

use parrot_core::cluster::{Endpoint, WorkerSetup};
use parrot_core::control::{Notice, Preparation, RunError};
use parrot_core::coordination::{DropReason, Obstacle, RunKey};
use parrot_core::program::Program;
use parrot_core::sys::random;
use parrot_core::time::Nanos;

use crate::args::Options;
use crate::failure::Failure;
use crate::processes::Processes;
use crate::{folder, screen};

/// How long workers are waited for unless the command line says otherwise.
const PATIENCE_SECS: u32 = 60;

/// Who makes the load.
#[derive(Debug)]
pub(crate) struct Workforce {
    /// Engines of this process, and of each further one.
    engines: u32,
    /// Processes on this machine that make load, this one included; 0 where only workers that join do.
    processes: usize,
    /// Workers that join by themselves.
    joining: usize,
    listen: Option<Endpoint>,
    patience: Nanos,
    /// What processes of ours are let in by: others on this machine must not take their places.
    key: Option<RunKey>,
}

impl Workforce {
    /// By the command line, the configuration, the machine and the plan: `processes` are needed to hold all of its sockets.
    pub(crate) fn choose(options: &Options, cpus: u32, processes: u64) -> Result<Self, Failure> {
        let engines = engines(options, cpus);
        if let Some(joining) = options.joining() {
            let (joining, listen) = (joining as usize, options.listen);
            let secs = options.workers_timeout_secs.unwrap_or(PATIENCE_SECS);
            let patience = Nanos::from_secs(u64::from(secs));
            return Ok(Self { engines, processes: 0, joining, listen, patience, key: None });
        }
        let patience = Nanos::from_secs(u64::from(PATIENCE_SECS));
        let processes = processes as usize;
        let listen = (processes > 1).then_some(Endpoint::ANY);
        // Equal processes, so that equal shares of the users fit into each.
        let engines = engines.div_ceil(processes as u32);
        let key = listen.map(|_| random().map(run_key)).transpose();
        let key = key.map_err(|error| Failure::System { what: "cannot make a key for this run", error })?;
        Ok(Self { engines, processes, joining: 0, listen, patience, key })
    }

    /// What the controller has to know.
    pub(crate) fn preparation(&self, program: &Arc<Program>) -> Preparation {
        let setup = || WorkerSetup { name: own_name(), engines: self.engines, key: self.key };
        let own_worker = (self.processes > 0).then(setup);
        Preparation {
            program: Arc::clone(program),
            own_worker,
            listen: self.listen,
            key: self.key,
            workers: self.processes + self.joining,
            patience: self.patience,
        }
    }

    /// For the log: who makes the load.
    pub(crate) fn describe(&self) -> String {
        let (engines, processes, joining) = (self.engines, self.processes, self.joining);
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        match joining {
            0 => format!(
                "load by {engines} engine{} in {}",
                plural(engines as usize),
                if processes == 1 {
                    "this process".to_owned()
                } else {
                    format!("each of {processes} processes")
                }
            ),
            1 => "load by 1 worker that joins".to_owned(),
            _ => format!("load by {joining} workers that join"),
        }
    }

    /// Starts the further processes on this machine.
    pub(crate) fn start_processes(&self, endpoint: Option<Endpoint>) -> Result<Processes, Failure> {
        let Some(endpoint) = endpoint else { return Ok(Processes::default()) };
        if self.joining > 0 {
            let (joining, plural) = (self.joining, if self.joining == 1 { "" } else { "s" });
            screen::err(&format!("waiting for {joining} worker{plural} on {endpoint}"));
        }
        Processes::start(self.processes.saturating_sub(1), endpoint, self.engines, self.key)
            .map_err(|error| Failure::System { what: "cannot start a worker process", error })
    }

    /// Why the run did not start, when one of its own processes may have `ended`, and the user may have asked for it.
    pub(crate) fn explain(&self, error: RunError, ended: Option<ExitStatus>, is_asked: bool) -> Failure {
        let RunError::Obstacle(obstacle) = error else { return Failure::Run(error) };
        match (obstacle, ended) {
            (Obstacle::CalledOff, _) if is_asked => Failure::CalledOff,
            (Obstacle::CalledOff | Obstacle::WorkersMissing { .. }, Some(status)) => {
                Failure::ProcessEnded(status)
            }
            (Obstacle::WorkersMissing { ready, wanted, .. }, None) if self.joining == 0 => {
                Failure::ProcessesLate { there: ready.len(), wanted, secs: self.patience.as_secs() }
            }
            (obstacle, _) => Failure::Run(RunError::Obstacle(obstacle)),
        }
    }

    /// Says what happens before the start.
    pub(crate) fn tell(&self, notice: &Notice) {
        match notice {
            Notice::Joined { name, engines } if self.joining > 0 => {
                let plural = if *engines == 1 { "" } else { "s" };
                screen::err(&format!("worker {name} has joined with {engines} engine{plural}"));
            }
            Notice::Joined { .. } => {}
            Notice::Left { name } => {
                screen::err(&format!("warning: worker {name} has left, waiting for another"));
            }
            Notice::Dropped { why, count } => screen::err(&format!("warning: {}", dropped(*why, *count))),
        }
    }
}

fn run_key([low, high]: [u64; 2]) -> RunKey {
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

/// What to say of frames that were dropped.
pub(crate) fn dropped(why: DropReason, count: u64) -> String {
    let what = match why {
        DropReason::Version => "of another version of tsung-parrot",
        DropReason::Garbage => "that no worker sends",
        DropReason::Oversized => "beyond the limit of length",
        DropReason::Stale => "of workers that do not belong to this run",
    };
    match count {
        1 => format!("1 message {what} was dropped so far"),
        _ => format!("{count} messages {what} were dropped so far"),
    }
}

/// For people: where a worker is.
pub(crate) fn own_name() -> String {
    format!("{}:{}", folder::host_name(), std::process::id())
}

/// Engines of each worker that joins: as many as it takes by itself, for nobody knows yet. Else the run's own: by the command line,
/// by the sum of the local clients' `cpu` attributes, or one for each core.
pub(crate) fn engines(options: &Options, cpus: u32) -> u32 {
    if options.listen.is_some() {
        return cores();
    }
    options.threads.or_else(|| (cpus > 1).then_some(cpus)).unwrap_or_else(cores)
}

/// Engines where nothing else is said: one for each core.
pub(crate) fn cores() -> u32 {
    thread::available_parallelism().map_or(1, |cores| cores.get() as u32)
}
