//! A server that notes when connections arrive, on its own clock.
//!
//! It answers one request on each connection and closes. Between any two steps of that it looks for new arrivals, so that the time it
//! notes is right to a few microseconds also when it is busy.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use mio::net::TcpStream;

use super::listening::{Input, Listening, Serving, read_request};

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
/// Arrivals that are noted; later ones are answered all the same.
const ARRIVALS_MAX: usize = 1_000_000;

/// A running server; stops when dropped.
#[derive(Debug)]
pub(super) struct ArrivalServer {
    port: u16,
    serving: Serving<Arrivals>,
}

/// What it noted.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    /// When connections arrived, in seconds since the server's start, in order.
    pub(super) times: Vec<f64>,
    /// When the first whole request was there, by the wall clock.
    pub(super) first_request: Option<SystemTime>,
    /// When the last connection ended.
    pub(super) last_end: Option<Instant>,
}

struct Server {
    listening: Listening,
    connections: HashMap<usize, (TcpStream, Vec<u8>)>,
    next: usize,
    start: Instant,
    noted: Arrivals,
}

impl ArrivalServer {
    /// Starts it on a free port.
    pub(super) fn start() -> Self {
        let listening = Listening::new();
        let port = listening.port();
        let server = Server {
            listening,
            connections: HashMap::new(),
            next: 0,
            start: Instant::now(),
            noted: Arrivals::default(),
        };
        Self { port, serving: Serving::start(move |stop| server.serve(stop)) }
    }

    /// The port it listens on.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Stops it.
    pub(super) fn stop(self) -> Arrivals {
        self.serving.stop()
    }
}

impl Server {
    fn serve(mut self, stop: &AtomicBool) -> Arrivals {
        let mut ready = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            self.accept();
            self.listening.look(&mut ready);
            for token in &ready {
                self.accept();
                self.answer(*token);
            }
        }
        self.noted
    }

    fn accept(&mut self) {
        while let Some(mut stream) = self.listening.accept() {
            if self.noted.times.len() < ARRIVALS_MAX {
                self.noted.times.push(self.start.elapsed().as_secs_f64());
            }
            self.listening.watch(&mut stream, self.next);
            self.connections.insert(self.next, (stream, Vec::new()));
            self.next += 1;
        }
    }

    fn answer(&mut self, token: usize) {
        let Some((stream, rest)) = self.connections.get_mut(&token) else { return };
        let input = read_request(stream, rest);
        if input == Input::Nothing {
            return;
        }
        self.accept();
        let Some((mut stream, _)) = self.connections.remove(&token) else { return };
        if input == Input::Request {
            self.noted.first_request.get_or_insert_with(SystemTime::now);
            // A client that has gone meanwhile is no concern of ours.
            let _ = stream.write_all(RESPONSE);
            self.accept();
        }
        drop(stream);
        self.noted.last_end = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn arrivals_are_noted_and_answered() {
        let server = ArrivalServer::start();
        let mut first = TcpStream::connect(("127.0.0.1", server.port())).expect("to connect");
        let mut second = TcpStream::connect(("127.0.0.1", server.port())).expect("to connect");
        let mut answer = String::new();
        // In two pieces: the answer comes after the second.
        for (stream, piece) in [(&mut first, "GET / HTTP/1.1\r\n\r\n"), (&mut second, "GET / HTTP/1.1\r\n")] {
            stream.write_all(piece.as_bytes()).expect("to send");
        }
        first.read_to_string(&mut answer).expect("an answer and the end");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        second.write_all(b"\r\n").expect("to send");
        second.read_to_string(&mut answer).expect("an answer and the end");
        let noted = server.stop();
        assert_eq!(noted.times.len(), 2);
        assert!(noted.times[0] <= noted.times[1]);
        assert!(noted.first_request.is_some() && noted.last_end.is_some());
    }
}
