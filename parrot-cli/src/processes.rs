//! Worker processes on this machine, started for a run whose connections do not fit into one process.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parrot_core::cluster::Endpoint;
use parrot_core::control::StopHandle;
use parrot_core::coordination::RunKey;

/// Looks for their end after a run, all of them together; those that are still there are then killed.
const ENDING_STEPS: u32 = 200;
const ENDING_STEP: Duration = Duration::from_millis(10);
/// Time between two looks at them before the start.
const WATCH_STEP: Duration = Duration::from_millis(100);

/// Processes that were started for this run. They end with it, or when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Processes {
    children: Arc<Mutex<Vec<Child>>>,
}

impl Processes {
    /// Starts so many workers like this process's own.
    pub(crate) fn start(
        count: usize,
        endpoint: Endpoint,
        engines: u32,
        key: Option<RunKey>,
    ) -> io::Result<Self> {
        let processes = Self::default();
        for _ in 0..count {
            let mut child = spawn(endpoint, engines)?;
            if let (Some(key), Some(stdin)) = (key, &mut child.stdin) {
                // One that has ended already is noticed below.
                let _ = stdin.write_all(&key);
            }
            lock(&processes.children).push(child);
        }
        Ok(processes)
    }

    /// Looks after them until the start: when one ends, the run is stopped and [`Watch::end`] says why.
    pub(crate) fn watch(&self, stop: &StopHandle) -> io::Result<Watch> {
        if lock(&self.children).is_empty() {
            return Ok(Watch(None));
        }
        let (over, is_over) = mpsc::channel::<()>();
        let (children, stop) = (Arc::clone(&self.children), stop.clone());
        let watcher = thread::Builder::new().name("processes".to_owned()).spawn(move || {
            let goes_on = || is_over.recv_timeout(WATCH_STEP) == Err(RecvTimeoutError::Timeout);
            while goes_on() {
                if let Some(status) = first_ended(&children) {
                    // What it may have said to the controller before is better than its status.
                    if goes_on() {
                        stop.stop();
                    }
                    return Some(status);
                }
            }
            first_ended(&children)
        })?;
        Ok(Watch(Some((over, watcher))))
    }

    /// Waits until they have ended, which they do by themselves after a run.
    pub(crate) fn wait(self) {
        for _ in 0..ENDING_STEPS {
            if lock(&self.children).iter_mut().all(|child| !matches!(child.try_wait(), Ok(None))) {
                break;
            }
            thread::sleep(ENDING_STEP);
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in lock(&self.children).iter_mut() {
            drop(child.stdin.take());
            if matches!(child.try_wait(), Ok(None)) {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// Somebody who looks after the processes before the start, where there are any, and ends when the sender does.
#[derive(Debug)]
pub(crate) struct Watch(Option<(Sender<()>, JoinHandle<Option<ExitStatus>>)>);

impl Watch {
    /// Ends it; gives the status of a process that has ended too early.
    pub(crate) fn end(self) -> Option<ExitStatus> {
        let (over, watcher) = self.0?;
        drop(over);
        watcher.join().ok().flatten()
    }
}

fn lock(children: &Mutex<Vec<Child>>) -> MutexGuard<'_, Vec<Child>> {
    children.lock().unwrap_or_else(PoisonError::into_inner)
}

fn first_ended(children: &Mutex<Vec<Child>>) -> Option<ExitStatus> {
    lock(children).iter_mut().find_map(|child| child.try_wait().ok().flatten())
}

/// It ends when this process does: its standard input is then closed. A Ctrl-C is for this process alone, which ends the run in
/// order.
fn spawn(endpoint: Endpoint, engines: u32) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["worker", "--lifeline", "--join", &endpoint.to_string(), "--threads", &engines.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .process_group(0)
        .spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shells that run one command each.
    fn shells(commands: &[&str]) -> Processes {
        let child = |command: &&str| {
            let shell = Command::new("sh").args(["-c", command]).stdin(Stdio::piped()).spawn();
            shell.expect("a shell")
        };
        Processes { children: Arc::new(Mutex::new(commands.iter().map(child).collect())) }
    }

    #[test]
    fn one_that_ends_before_the_start_stops_the_run() {
        let stop = StopHandle::new().expect("a handle");
        let processes = shells(&["read line", "exit 3"]);
        let watch = processes.watch(&stop).expect("a thread");
        while !stop.is_stopped() {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(watch.end().and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn those_that_live_stop_nothing() {
        let stop = StopHandle::new().expect("a handle");
        for processes in [shells(&["read line", "read line"]), Processes::default()] {
            let watch = processes.watch(&stop).expect("a thread");
            assert_eq!(watch.end(), None);
        }
        assert!(!stop.is_stopped());
    }

    #[test]
    fn all_of_them_have_the_time_of_one_to_end() {
        let begin = parrot_core::sys::Clock::start();
        let stubborn = "trap '' TERM; while :; do sleep 0.1; done";
        shells(&[stubborn; 4]).wait();
        let took = begin.now();
        assert!(took.as_secs_f64() >= 2.0 && took.as_secs_f64() < 7.0, "{took:?}");
    }
}
