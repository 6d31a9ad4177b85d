//! Who makes the load of a run: engines of this process, further processes on this machine, or workers that join.

use std::io;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parrot_core::cluster::{Endpoint, WorkerSetup};
use parrot_core::control::{Notice, Preparation};
use parrot_core::coordination::DropReason;
use parrot_core::program::Program;
use parrot_core::time::Nanos;

use crate::args::Options;
use crate::failure::Failure;
use crate::{folder, screen};

/// How long workers are waited for unless the command line says otherwise.
const PATIENCE_SECS: u32 = 60;
/// How long processes of ours may take to end after the run.
const ENDING_STEPS: u32 = 200;
const ENDING_STEP: Duration = Duration::from_millis(10);

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
}

impl Workforce {
    /// By the command line, the configuration, the machine and the plan: `processes` are needed to hold all of its sockets.
    pub(crate) fn choose(options: &Options, cpus: u32, processes: usize) -> Self {
        let engines = options.threads.or((cpus > 1).then_some(cpus)).unwrap_or_else(cores);
        let patience = Nanos::from_secs(u64::from(options.workers_timeout_secs.unwrap_or(PATIENCE_SECS)));
        if let Some(joining) = options.joining() {
            let (joining, listen) = (joining as usize, options.listen);
            return Self { engines, processes: 0, joining, listen, patience };
        }
        let processes = processes.max(1);
        let listen = (processes > 1).then_some(Endpoint::ANY);
        // Equal processes, so that equal shares of the users fit into each.
        let engines = engines.div_ceil(processes as u32).max(1);
        Self { engines, processes, joining: 0, listen, patience }
    }

    /// What the controller has to know.
    pub(crate) fn preparation(&self, program: &Arc<Program>) -> Preparation {
        let own_worker =
            (self.processes > 0).then(|| WorkerSetup { name: own_name(), engines: self.engines });
        Preparation {
            program: Arc::clone(program),
            own_worker,
            listen: self.listen,
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
            _ => format!("load by {joining} worker{} that join", plural(joining)),
        }
    }

    /// Starts the further processes on this machine.
    pub(crate) fn start_processes(&self, endpoint: Option<Endpoint>) -> Result<Processes, Failure> {
        let mut processes = Processes { children: Vec::new() };
        let Some(endpoint) = endpoint else { return Ok(processes) };
        if self.joining > 0 {
            let (joining, plural) = (self.joining, if self.joining == 1 { "" } else { "s" });
            screen::err(&format!("waiting for {joining} worker{plural} on {endpoint}"));
        }
        for _ in 1..self.processes {
            let child = spawn(endpoint, self.engines);
            processes.children.push(
                child.map_err(|error| Failure::System { what: "cannot start a worker process", error })?,
            );
        }
        Ok(processes)
    }

    /// Says what happens before the start.
    pub(crate) fn tell(&self, notice: &Notice) {
        match notice {
            Notice::Joined { name, engines } if self.joining > 0 => {
                screen::err(&format!("worker {name} has joined with {engines} engines"));
            }
            Notice::Joined { .. } => {}
            Notice::Left { name } => {
                screen::err(&format!("warning: worker {name} has gone, waiting for another"));
            }
            Notice::Dropped { why, count } => screen::err(&format!("warning: {}", dropped(*why, *count))),
        }
    }
}

/// What to say of frames that were dropped.
pub(crate) fn dropped(why: DropReason, count: u64) -> String {
    let what = match why {
        DropReason::Version => "of another version of tsung-parrot",
        DropReason::Garbage => "that no worker sends",
        DropReason::Oversized => "that are too long",
        DropReason::Stale => "of workers that do not belong to this run",
    };
    format!("{count} messages {what} were dropped so far")
}

/// For people: where a worker is.
pub(crate) fn own_name() -> String {
    format!("{}:{}", folder::host_name(), std::process::id())
}

/// Engines where nothing else is said: one for each core.
pub(crate) fn cores() -> u32 {
    thread::available_parallelism().map_or(1, |cores| cores.get() as u32)
}

/// A worker like this process's own. It ends when this process does: its standard input is then closed.
fn spawn(endpoint: Endpoint, engines: u32) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["worker", "--lifeline", "--join", &endpoint.to_string(), "--threads", &engines.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
}

/// Processes that were started for this run. They end with it, or when this is dropped.
#[derive(Debug)]
pub(crate) struct Processes {
    children: Vec<Child>,
}

impl Processes {
    /// Waits until they have ended, which they do by themselves after a run.
    pub(crate) fn wait(mut self) {
        for child in &mut self.children {
            for _ in 0..ENDING_STEPS {
                if !matches!(child.try_wait(), Ok(None)) {
                    break;
                }
                thread::sleep(ENDING_STEP);
            }
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.children {
            drop(child.stdin.take());
            if matches!(child.try_wait(), Ok(None)) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}
