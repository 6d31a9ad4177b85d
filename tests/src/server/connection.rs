//! One connection of the server: reads requests, takes the script's steps.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::record::find;
use super::{End, Request, Shared, Step};

/// How often a waiting connection looks whether the server stops.
const LOOK_MS: u64 = 50;

/// Serves a connection until it ends.
pub(super) fn serve(stream: TcpStream, index: usize, shared: &Arc<Shared>) {
    let mut connection = Serving { stream, index, shared, buffer: Vec::new() };
    let end = connection.run();
    let Serving { stream, buffer, .. } = connection;
    if end == End::ServerReset {
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    }
    drop(stream);
    let at = shared.now();
    shared.record(|state| {
        state.connections[index].rest = buffer;
        state.connections[index].end = Some((at, end));
    });
}

struct Serving<'a> {
    stream: TcpStream,
    index: usize,
    shared: &'a Shared,
    buffer: Vec<u8>,
}

impl Serving<'_> {
    fn run(&mut self) -> End {
        let _ = self.stream.set_nodelay(true);
        let _ = self.stream.set_read_timeout(Some(Duration::from_millis(LOOK_MS)));
        let empty = Request { at: Duration::ZERO, raw: Vec::new() };
        if let Err(end) = self.take(self.shared.script.first_steps(), &empty) {
            return end;
        }
        loop {
            let result = self.request().and_then(|request| {
                let steps = self.shared.script.choose(&request, &mut self.shared.state().hits);
                self.take(&steps, &request)
            });
            if let Err(end) = result {
                return end;
            }
        }
    }

    /// Reads one request and records it.
    fn request(&mut self) -> Result<Request, End> {
        let head = loop {
            match find(&self.buffer, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.read()?,
            }
        };
        let length = content_length(&self.buffer[..head]);
        while self.buffer.len() < head + length {
            self.read()?;
        }
        let raw: Vec<u8> = self.buffer.drain(..head + length).collect();
        let request = Request { at: self.shared.now(), raw };
        let index = self.index;
        self.shared.record(|state| state.connections[index].requests.push(request.clone()));
        Ok(request)
    }

    fn read(&mut self) -> Result<(), End> {
        let mut bytes = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(End::ClientClosed),
                Ok(n) => {
                    self.buffer.extend_from_slice(&bytes[..n]);
                    return Ok(());
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if self.shared.stopping() {
                        return Err(End::Stopped);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(End::ClientReset),
            }
        }
    }

    fn take(&mut self, steps: &[Step], request: &Request) -> Result<(), End> {
        for step in steps {
            match step {
                Step::Send(bytes) => self.write(bytes)?,
                Step::Reply(make) => self.write(&make(request))?,
                Step::Pause(time) => self.pause(*time)?,
                Step::Close => return Err(End::ServerClosed),
                Step::Reset => return Err(End::ServerReset),
                Step::HalfClose => {
                    let _ = self.stream.shutdown(Shutdown::Write);
                }
                Step::Hang => loop {
                    self.read()?;
                },
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), End> {
        self.stream.write_all(bytes).map_err(|_| End::ClientReset)
    }

    /// Sleeps, unless the server stops.
    fn pause(&self, time: Duration) -> Result<(), End> {
        let deadline = Instant::now() + time;
        let mut state = self.shared.state();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.stopping {
                return Err(End::Stopped);
            }
            if left.is_zero() {
                return Ok(());
            }
            state = self.shared.stop.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head);
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}
