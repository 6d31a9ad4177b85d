//! Runs our binary on a configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::binary::binary;
use crate::dir::Dir;
use crate::process::{End, Process};

/// A finished run, of our binary or of Tsung.
#[derive(Debug)]
pub struct Run {
    /// How the process ended.
    pub end: End,
    /// What it said.
    pub stdout: String,
    /// What it said beside.
    pub stderr: String,
    /// The run's folder, when it named one.
    pub folder: Option<PathBuf>,
    /// How long it took.
    pub took: Duration,
}

/// A running generator.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub process: Process,
    output: PathBuf,
}

/// Starts our binary: `tsung-parrot -n -l <dir>/log -f <xml> <more> start`, with a home and a working folder of its own.
pub fn start(dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    start_with(&[], &dir.folder("home"), dir, xml, more)
}

/// As [`start`], with a home that other runs share.
pub fn start_at_home(home: &Path, dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    start_with(&[], home, dir, xml, more)
}

/// As [`start`], by way of a command that runs the command behind it: `taskset -c 0`.
pub fn start_under(wrapper: &[&str], dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    start_with(wrapper, &dir.folder("home"), dir, xml, more)
}

fn start_with(wrapper: &[&str], home: &Path, dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    let mut command = match wrapper.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(binary());
            command
        }
        None => Command::new(binary()),
    };
    command.args(["-n", "-l"]).arg(dir.folder("log")).arg("-f").arg(xml).args(more).arg("start");
    launch(command, dir, home)
}

/// The machine's name up to its first dot, as our binary says it.
///
/// # Panics
/// When the machine has none.
pub fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").expect("a host name");
    name.trim().split('.').next().expect("a part").to_owned()
}

/// As [`start`], with a limit of open descriptors.
pub fn start_limited(descriptors: u32, dir: &Dir, xml: &Path, more: &[&str]) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n \"$0\" && exec \"$@\"", &descriptors.to_string()]).arg(binary());
    command.args(["-n", "-l"]).arg(dir.folder("log")).arg("-f").arg(xml).args(more).arg("start");
    launch(command, dir, &dir.folder("home"))
}

/// Runs our binary as [`start`] does and waits for its end.
pub fn run(dir: &Dir, xml: &Path, more: &[&str], limit: Duration) -> Run {
    start(dir, xml, more).finish(limit)
}

/// Runs a command with a home, a working folder and files for its output.
pub fn launch(mut command: Command, dir: &Dir, home: &Path) -> Running {
    let output = dir.folder("output");
    command.current_dir(dir.folder("cwd")).env("HOME", home);
    Running { process: Process::start(command, &output), output }
}

impl Running {
    /// What it has said so far.
    pub fn stdout(&self) -> String {
        read(&self.output.join("stdout"))
    }

    /// What it has said beside so far.
    pub fn stderr(&self) -> String {
        read(&self.output.join("stderr"))
    }

    /// Waits for the end, no longer than `limit` from the start.
    pub fn finish(mut self, limit: Duration) -> Run {
        let end = self.process.wait(limit);
        let took = self.process.age();
        let stdout = read(&self.output.join("stdout"));
        let stderr = read(&self.output.join("stderr"));
        let folder = stdout
            .lines()
            .filter_map(|line| line.strip_prefix("Log directory is: "))
            .next_back()
            .map(PathBuf::from);
        Run { end, stdout, stderr, folder, took }
    }
}

impl Run {
    /// The run's folder.
    ///
    /// # Panics
    /// When the process failed.
    pub fn folder(&self) -> &Path {
        self.folder_of(End::Code(0))
    }

    /// The run's folder, of a run that should end so.
    ///
    /// # Panics
    /// When it ended otherwise.
    pub fn folder_of(&self, end: End) -> &Path {
        match &self.folder {
            Some(folder) if self.end == end => folder,
            _ => panic!("the run ended with {:?}\n{}\n{}", self.end, self.stdout, self.stderr),
        }
    }
}

fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
