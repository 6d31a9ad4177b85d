//! The small load generators that we are measured against: wrk and ab. Runs them and reads what they print.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::cores::{self, Cores};
use super::cost::{self, Cost};
use crate::dir::Dir;
use crate::process::{End, Process};

/// Longest run of either.
const LIMIT: Duration = Duration::from_secs(120);

/// What a run did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    /// What it cost.
    pub(super) cost: Cost,
    /// Requests answered.
    pub(super) requests: u64,
    /// Mean latency in milliseconds; wrk only.
    pub(super) mean_ms: f64,
    /// Its 99th percentile in milliseconds; wrk only.
    pub(super) p99_ms: f64,
}

/// Whether a program can be found.
pub(super) fn is_installed(program: &str) -> bool {
    let found =
        Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// wrk: this many connections on one thread for some seconds.
pub(super) fn wrk(cores: &Cores, port: u16, connections: u32, secs: u32) -> Done {
    // What it prints by itself is rounded to two digits.
    const SCRIPT: &str = "done = function(summary, latency, requests)\n  \
        io.write(string.format('FIGURES %d %.3f %.3f\\n', summary.requests, latency.mean, latency:percentile(99)))\nend\n";
    let dir = Dir::new("wrk");
    let script = dir.file("figures.lua", SCRIPT);
    let mut command = cores::on(&cores.generator(), "wrk");
    command
        .args(["-t1", &format!("-c{connections}"), &format!("-d{secs}s"), "-s"])
        .arg(script)
        .arg(url(port));
    let (cost, said) = run(command, dir.path());
    let (requests, mean_ms, p99_ms) = parse_wrk(&said).unwrap_or_else(|| panic!("wrk said: {said}"));
    Done { cost, requests, mean_ms, p99_ms }
}

/// ab: this many requests over so many connections at a time; `keep` leaves them open between requests.
pub(super) fn ab(cores: &Cores, port: u16, connections: u32, requests: u32, keep: bool) -> Done {
    let dir = Dir::new("ab");
    let mut command = cores::on(&cores.generator(), "ab");
    // -r: an error is counted, not the end.
    command.args(["-q", "-r", "-c", &connections.min(requests).to_string(), "-n", &requests.to_string()]);
    command.args(keep.then_some("-k")).arg(format!("{}/", url(port)));
    let (cost, said) = run(command, dir.path());
    let requests = parse_ab(&said).unwrap_or_else(|| panic!("ab said: {said}"));
    Done { cost, requests, mean_ms: f64::NAN, p99_ms: f64::NAN }
}

fn run(command: Command, dir: &Path) -> (Cost, String) {
    let (cost, end) = cost::of(|| Process::start(command, dir).wait(LIMIT));
    let text = |name| fs::read_to_string(dir.join(name)).unwrap_or_default();
    assert_eq!(end, End::Code(0), "{}{}", text("stdout"), text("stderr"));
    (cost, text("stdout"))
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Requests, mean and 99th percentile in milliseconds.
fn parse_wrk(said: &str) -> Option<(u64, f64, f64)> {
    let line = said.lines().find_map(|line| line.strip_prefix("FIGURES "))?;
    let mut words = line.split(' ');
    let requests = words.next()?.parse().ok()?;
    let mut ms = || Some(words.next()?.parse::<f64>().ok()? / 1_000.0);
    Some((requests, ms()?, ms()?))
}

/// Requests that were answered.
fn parse_ab(said: &str) -> Option<u64> {
    let field = |name: &str| -> Option<u64> {
        said.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
    };
    Some(field("Complete requests:")? - field("Failed requests:")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_they_print() {
        assert_eq!(parse_wrk("Running 3s test\nFIGURES 1200 5012.500 6100.000\n"), Some((1200, 5.0125, 6.1)));
        assert_eq!(parse_wrk("unable to connect\n"), None);
        let ab = "Complete requests:      20000\nFailed requests:        3\n   (Connect: 0)\n";
        assert_eq!(parse_ab(ab), Some(19_997));
        assert_eq!(parse_ab(""), None);
    }
}
