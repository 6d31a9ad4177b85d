//! The plainest generator of random arrivals: a bare thread that sleeps until the next arrival and connects. What it does not reach,
//! the machine does not give.
//!
//! It runs in a process of its own, `bench plain-arrivals PORT RATE SECS SEED`, on the generators' core.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use parrot_core::rng::{Domain, Point, draw};
use socket2::SockRef;

use super::cores;
use crate::dir::Dir;
use crate::process::{End, Process};

/// The word that makes the program be this generator.
pub const WORD: &str = "plain-arrivals";
/// Connections that stay open behind the newest one: closing is not part of arriving.
const OPEN_MAX: usize = 64;

/// Runs it to its end: Poisson arrivals of this rate for some seconds. Gives how late 99.9 % of its arrivals were at most, in
/// milliseconds.
///
/// # Panics
/// When it fails.
pub(super) fn run(cores: &str, port: u16, rate: u32, secs: u32, seed: u64) -> f64 {
    let dir = Dir::new("plain");
    let own = std::env::current_exe().expect("the path of this program");
    let mut command = cores::on(cores, own);
    command.args([WORD, &port.to_string(), &rate.to_string(), &secs.to_string(), &seed.to_string()]);
    let end = Process::start(command, dir.path()).wait(Duration::from_secs(u64::from(secs) + 30));
    let said = std::fs::read_to_string(dir.path().join("stderr")).unwrap_or_default();
    assert_eq!(end, End::Code(0), "the plain generator failed: {said}");
    let lag = std::fs::read_to_string(dir.path().join("stdout")).unwrap_or_default();
    lag.trim().parse().expect("the plain generator tells its lag")
}

/// What that process does.
///
/// # Errors
/// A text for the user when the arguments are not four numbers, or a connection fails.
pub fn main(args: &[String]) -> Result<(), String> {
    let numbers: Option<Vec<u64>> = args.iter().map(|arg| arg.parse().ok()).collect();
    let Some(&[port, rate, secs, seed]) = numbers.as_deref() else {
        return Err(format!("{WORD} takes PORT RATE SECS SEED, four numbers"));
    };
    let port = u16::try_from(port).map_err(|_| format!("{port} is no port"))?;
    let mut lags_ms = generate(port, rate as f64, secs as f64, seed)
        .map_err(|error| format!("cannot connect to port {port}: {error}"))?;
    lags_ms.sort_by(f64::total_cmp);
    println!("{}", lags_ms.get(lags_ms.len() * 999 / 1_000).copied().unwrap_or_default());
    Ok(())
}

fn generate(port: u16, rate: f64, secs: f64, seed: u64) -> std::io::Result<Vec<f64>> {
    let mut lags_ms = Vec::new();
    let mut open = VecDeque::new();
    let start = Instant::now();
    let mut at = 0.0;
    for step in 0.. {
        at -= draw(seed, Domain::Arrival, Point { user: 0, step, occurrence: 0 }).unit().ln() / rate;
        if at > secs {
            break;
        }
        let due = start + Duration::from_secs_f64(at);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        lags_ms.push(Instant::now().saturating_duration_since(due).as_secs_f64() * 1e3);
        open.push_back(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?);
        if open.len() > OPEN_MAX
            && let Some(stream) = open.pop_front()
        {
            // Reset: ports that wait after a close would slow down later connects.
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        }
    }
    Ok(lags_ms)
}
