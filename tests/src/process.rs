//! Runs a child process with a time limit; ends it (and its own children) by its number, never by name.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A started process, alone in its process group. Killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    started: Instant,
    ended: Option<ExitStatus>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It took too long and was killed.
    TimeOut,
}

/// A signal that tests send.
#[derive(Clone, Copy, Debug)]
pub enum Signal {
    /// As Ctrl-C does.
    Interrupt,
    /// As `kill` does.
    Terminate,
    /// As `kill -9` does.
    Kill,
    /// Nothing of it runs any more, until it may go on.
    Stop,
    /// It may go on.
    Continue,
}

impl Signal {
    /// As `kill` takes it.
    const fn option(self) -> &'static str {
        match self {
            Self::Interrupt => "-INT",
            Self::Terminate => "-TERM",
            Self::Kill => "-KILL",
            Self::Stop => "-STOP",
            Self::Continue => "-CONT",
        }
    }
}

impl Process {
    /// Starts a command; its output goes to the files `stdout` and `stderr` in `folder`.
    pub fn start(mut command: Command, folder: &Path) -> Self {
        let file = |name: &str| File::create(folder.join(name)).expect("a file for the output");
        let child = command
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Self { child, started: Instant::now(), ended: None }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn running(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("the state of an own child");
        }
        self.ended.is_none()
    }

    /// Sends a signal to this process alone; false when it has ended before.
    pub fn signal(&mut self, signal: Signal) -> bool {
        let name = signal.option();
        let running = self.running();
        if running {
            // Its number stays its own until it is waited for.
            send(name, &self.id().to_string());
        }
        running
    }

    /// Kills a process that this one has started, by its number; false where it is not this one's.
    pub fn kill_child(&self, child: u32) -> bool {
        let is_own = crate::cluster::children(self.id()).contains(&child);
        if is_own {
            send(Signal::Kill.option(), &child.to_string());
        }
        is_own
    }

    /// Waits for its end, no longer than `limit` from its start.
    pub fn wait(&mut self, limit: Duration) -> End {
        while self.running() {
            if self.started.elapsed() > limit {
                self.kill();
                return End::TimeOut;
            }
            thread::sleep(Duration::from_millis(5));
        }
        use std::os::unix::process::ExitStatusExt;
        let status = self.ended.expect("it does not run any more");
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Code(code),
            (None, signal) => End::Signal(signal.unwrap_or(0)),
        }
    }

    /// Time since its start.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    fn kill(&mut self) {
        if self.running() {
            send("-KILL", &format!("-{}", self.id()));
            self.ended = self.child.wait().ok();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `whom` is a process, or with a minus sign before it the group that this process leads.
fn send(signal: &str, whom: &str) {
    let _ = Command::new("kill").args([signal, "--", whom]).stderr(Stdio::null()).status();
}
