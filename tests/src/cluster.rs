//! Runs of several processes: a controller that listens, and workers that join it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::binary::binary;
use crate::dir::Dir;
use crate::fixture::Fixture;
use crate::parrot::{self, Running};

/// Longest time until a process has said what is waited for.
const SAID_WITHIN: Duration = Duration::from_secs(30);

/// Starts a controller that waits for so many workers; gives it with the place where they join.
pub fn controller(dir: &Dir, xml: &Path, workers: u32, more: &[&str]) -> (Running, String) {
    let workers = workers.to_string();
    let mut options = vec!["--listen", "tcp://127.0.0.1:0", "--wait-workers", &workers];
    options.extend(more);
    let running = parrot::start(dir, xml, &options);
    let endpoint = endpoint(&running);
    (running, endpoint)
}

/// The place where a controller waits for its workers.
///
/// # Panics
/// When it does not say so in time.
pub fn endpoint(running: &Running) -> String {
    let line = wait_for(|| {
        let said = running.stderr();
        let line =
            said.lines().find(|line| line.starts_with("waiting for ") && said.contains(" on tcp://"))?;
        Some(line.rsplit(' ').next()?.to_owned())
    });
    line.expect("the place where workers join")
}

/// `rate` users a second for so many seconds; each makes two requests with a pause between them.
pub fn two_requests(dir: &Dir, port: u16, seconds: u32, rate: u32, pause: u32) -> PathBuf {
    let text = format!(
        r#"<?xml version="1.0"?>
<tsung>
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="127.0.0.1" port="{port}" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="{seconds}" unit="second"><users arrivalrate="{rate}" unit="second"/></arrivalphase></load>
  <sessions><session name="s" probability="100" type="ts_http">
    <request><http url="/in" method="GET"/></request><thinktime value="{pause}"/><request><http url="/out" method="GET"/></request>
  </session></sessions>
</tsung>
"#
    );
    Fixture::text("two-requests", &text).write(dir)
}

/// Starts a worker with so many engines; its files go into a folder of its own.
pub fn worker(dir: &Dir, endpoint: &str, engines: u32) -> Running {
    let mut command = Command::new(binary());
    command.args(["worker", "--join", endpoint, "--threads", &engines.to_string()]);
    parrot::launch(command, dir, &dir.folder("home"))
}

/// Looks again and again until there is an answer.
pub fn wait_for<T>(mut answer: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + SAID_WITHIN;
    loop {
        if let Some(found) = answer() {
            return Some(found);
        }
        if Instant::now() > deadline {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a running process has said something.
///
/// # Panics
/// When it does not say so in time.
pub fn said(running: &Running, what: &str) {
    let found = wait_for(|| running.stderr().contains(what).then_some(()));
    assert!(found.is_some(), "no {what:?} in\n{}", running.stderr());
}

/// Processes that a process has started and that still run.
pub fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("the processes").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    let is_child = |pid: &u32| {
        // The name before it may contain anything but ends with the last bracket.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields.first().is_some_and(|state| *state != "Z")
            && fields.get(1) == Some(&parent.to_string().as_str())
    };
    pids.filter(is_child).collect()
}
