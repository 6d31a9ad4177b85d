//! A server that answers after a fixed delay and measures what it really took, from the read of a request to the write of its response.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mio::net::TcpStream;

use super::listening::{Input, Listening, Serving, read_request};

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
/// Responses that are measured; later ones are sent all the same.
const MEASURED_MAX: usize = 1_000_000;

/// A running server; stops when dropped.
#[derive(Debug)]
pub(super) struct DelayServer {
    port: u16,
    serving: Serving<Vec<f64>>,
}

struct Server {
    listening: Listening,
    connections: HashMap<usize, (TcpStream, Vec<u8>)>,
    next: usize,
    delay: Duration,
    /// When a request was read, and on which connection; in order, as all wait for the same time.
    waiting: VecDeque<(Instant, usize)>,
    /// Milliseconds.
    took: Vec<f64>,
}

impl DelayServer {
    /// Starts it on a free port.
    pub(super) fn start(delay: Duration) -> Self {
        let listening = Listening::new();
        let port = listening.port();
        let server = Server {
            listening,
            connections: HashMap::new(),
            next: 0,
            delay,
            waiting: VecDeque::new(),
            took: Vec::new(),
        };
        Self { port, serving: Serving::start(move |stop| server.serve(stop)) }
    }

    /// The port it listens on.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Stops it; gives what each response took, in milliseconds.
    pub(super) fn stop(self) -> Vec<f64> {
        self.serving.stop()
    }
}

impl Server {
    fn serve(mut self, stop: &AtomicBool) -> Vec<f64> {
        let mut ready = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            while let Some(mut stream) = self.listening.accept() {
                // A response is one write; waiting for more to send would be a delay of its own.
                let _ = stream.set_nodelay(true);
                self.listening.watch(&mut stream, self.next);
                self.connections.insert(self.next, (stream, Vec::new()));
                self.next += 1;
            }
            self.listening.look(&mut ready);
            for token in &ready {
                self.take(*token);
                self.send_due();
            }
            self.send_due();
        }
        self.took
    }

    fn take(&mut self, token: usize) {
        let Some((stream, rest)) = self.connections.get_mut(&token) else { return };
        match read_request(stream, rest) {
            Input::Request => self.waiting.push_back((Instant::now(), token)),
            Input::Nothing => {}
            Input::End => {
                self.connections.remove(&token);
            }
        }
    }

    fn send_due(&mut self) {
        while let Some((read, token)) = self.waiting.front().copied() {
            let took = read.elapsed();
            if took < self.delay {
                return;
            }
            self.waiting.pop_front();
            if let Some((stream, _)) = self.connections.get_mut(&token)
                && stream.write_all(RESPONSE).is_ok()
                && self.took.len() < MEASURED_MAX
            {
                self.took.push(took.as_secs_f64() * 1e3);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn answers_after_the_delay_and_says_how_long_it_took() {
        let delay = Duration::from_millis(20);
        let server = DelayServer::start(delay);
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("to connect");
        let mut answer = vec![0; RESPONSE.len()];
        for _ in 0..3 {
            let sent = Instant::now();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("to send");
            stream.read_exact(&mut answer).expect("an answer");
            assert!(sent.elapsed() >= delay);
            assert_eq!(answer, RESPONSE);
        }
        let took = server.stop();
        assert_eq!(took.len(), 3);
        assert!(took.iter().all(|ms| *ms >= 20.0), "{took:?}");
    }
}
