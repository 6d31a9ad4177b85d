//! What the machine itself takes for requests now and then: the system calls of a generator, and nothing else.
//!
//! A timer, a poll, a write and a read for each request, on connections that were opened one by one; no users, no parsing, no
//! statistics. It runs in a process of its own, `bench bare-loop PORT RATE CONNECTIONS REQUESTS`, on the generators' core.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::Duration;

use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use parrot_core::rng::{Domain, Point, draw};
use parrot_core::sys::{Clock, Timer, raise_descriptor_limit};
use parrot_core::time::Nanos;

use super::cores;
use super::cost::{self, Cost};
use crate::dir::Dir;
use crate::process::{End, Process};

/// The word that makes the program be this loop.
pub const WORD: &str = "bare-loop";
const TIMER: Token = Token(usize::MAX);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bare loop\r\n\r\n";
/// Silence after which the last responses are given up.
const SILENCE: Duration = Duration::from_secs(10);

/// Runs it to its end: so many requests at random times with this rate, the first ones opening the connections.
///
/// # Panics
/// When it fails.
pub(super) fn run(cores: &str, port: u16, rate: u32, connections: u32, requests: u32) -> Cost {
    let dir = Dir::new("bare-loop");
    let own = std::env::current_exe().expect("the path of this program");
    let mut command = cores::on(cores, own);
    command.arg(WORD).args([u32::from(port), rate, connections, requests].map(|number| number.to_string()));
    let limit = Duration::from_secs(u64::from(requests / rate) + 60);
    let (cost, end) = cost::of(|| Process::start(command, dir.path()).wait(limit));
    let said = std::fs::read_to_string(dir.path().join("stderr")).unwrap_or_default();
    assert_eq!(end, End::Code(0), "the bare loop failed: {said}");
    cost
}

/// What that process does.
///
/// # Errors
/// A text for the user when the arguments are not four numbers, or a connection fails.
pub fn main(args: &[String]) -> Result<(), String> {
    let numbers: Option<Vec<u32>> = args.iter().map(|arg| arg.parse().ok()).collect();
    let Some(&[port, rate, connections, requests]) = numbers.as_deref() else {
        return Err(format!("{WORD} takes PORT RATE CONNECTIONS REQUESTS, four numbers"));
    };
    let port = u16::try_from(port).map_err(|_| format!("{port} is no port"))?;
    let run = || {
        raise_descriptor_limit()?;
        Loop::new(port, connections as usize)?.run(f64::from(rate), requests as usize)
    };
    run().map_err(|error| format!("the bare loop on port {port}: {error}"))
}

struct Loop {
    clock: Clock,
    timer: Timer,
    poll: Poll,
    events: Events,
    address: SocketAddr,
    open_max: usize,
    open: Vec<TcpStream>,
    answered: usize,
}

impl Loop {
    fn new(port: u16, open_max: usize) -> io::Result<Self> {
        let clock = Clock::start();
        let (timer, poll) = (Timer::new()?, Poll::new()?);
        poll.registry().register(&mut SourceFd(&timer.as_raw_fd()), TIMER, Interest::READABLE)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (open, events) = (Vec::with_capacity(open_max), Events::with_capacity(256));
        Ok(Self { clock, timer, poll, events, address, open_max, open, answered: 0 })
    }

    fn run(mut self, rate: f64, requests: usize) -> io::Result<()> {
        let mut due = Nanos(0);
        for step in 0..requests {
            let point = Point { user: 0, step: step as u64, occurrence: 0 };
            due = Nanos(due.0 + (-draw(0, Domain::Arrival, point).unit().ln() / rate * 1e9) as u64);
            while self.clock.now() < due {
                self.timer.set(self.clock, self.clock.now(), due)?;
                self.handle_events(None)?;
            }
            if self.open.len() < self.open_max {
                let mut stream = TcpStream::connect(self.address)?;
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll.registry().register(&mut stream, Token(self.open.len()), interest)?;
                self.open.push(stream);
            } else {
                self.open[step % self.open_max].write_all(REQUEST)?;
            }
        }
        while self.answered < requests {
            self.handle_events(Some(SILENCE))?;
            if self.events.is_empty() {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "responses are missing"));
            }
        }
        Ok(())
    }

    fn handle_events(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.poll.poll(&mut self.events, timeout)?;
        let mut buffer = [0; 4096];
        for event in &self.events {
            // The timer has nothing to read.
            let Some(stream) = self.open.get_mut(event.token().0) else { continue };
            if event.is_readable() {
                self.answered += usize::from(stream.read(&mut buffer)? > 0);
            } else if event.is_writable() {
                // Only once, when it has connected.
                stream.write_all(REQUEST)?;
            }
        }
        Ok(())
    }
}
