//! Which cores the server and the generators run on.
//!
//! Servers get the first core that this process may use, generators the others; on a machine with one core they share it.

use std::fs;
use std::process::{self, Command, Stdio};

/// Cores for both sides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Cores {
    all: Vec<u32>,
}

impl Cores {
    /// Those that this process may use.
    pub(super) fn of_this_machine() -> Self {
        let status = fs::read_to_string("/proc/self/status").expect("/proc tells of this process");
        let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let all = list.map(|list| parse_list(list.trim())).unwrap_or_default();
        assert!(!all.is_empty(), "/proc/self/status does not name the cores of this process");
        Self { all }
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.all.len()
    }

    /// The core of servers.
    pub(super) fn server(&self) -> String {
        self.all[0].to_string()
    }

    /// The one core of a generator.
    pub(super) fn generator(&self) -> String {
        self.all[self.all.len().min(2) - 1].to_string()
    }

    /// Room for two generator threads: all cores but the server's where there are three, else all.
    pub(super) fn two_engines(&self) -> String {
        let list: Vec<String> = self.all.iter().map(u32::to_string).collect();
        list[usize::from(list.len() > 2)..].join(",")
    }

    /// Puts this process, and the threads that it will start, on the servers' core: the servers that live in it and all that
    /// watches must not disturb the generator.
    pub(super) fn stay_with_servers(&self) {
        let id = process::id().to_string();
        let status =
            Command::new("taskset").args(["-cp", &self.server(), &id]).stdout(Stdio::null()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "taskset (package util-linux) cannot pin this process"
        );
    }
}

/// A command that runs on these cores, and does not outlive this program, should that be killed.
pub(super) fn on(cores: &str, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    // TERM: nginx then takes its worker with it.
    command.args(["-c", cores, "setpriv", "--pdeathsig", "TERM"]).arg(program);
    command
}

/// Lists as the kernel writes them: `0-2,5`.
fn parse_list(list: &str) -> Vec<u32> {
    let range = |part: &str| -> Option<std::ops::RangeInclusive<u32>> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_the_kernels() {
        assert_eq!(parse_list("0-2,5"), [0, 1, 2, 5]);
        assert_eq!(parse_list("3"), [3]);
        assert_eq!(parse_list(""), Vec::<u32>::new());
    }

    #[test]
    fn server_and_generator_are_apart_where_they_can_be() {
        let cores = |list| Cores { all: parse_list(list) };
        let of = |list| (cores(list).server(), cores(list).generator(), cores(list).two_engines());
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(of("4"), text("4", "4", "4"));
        assert_eq!(of("0-1"), text("0", "1", "0,1"));
        assert_eq!(of("2-5"), text("2", "3", "3,4,5"));
    }
}
