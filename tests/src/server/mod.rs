//! A server that does what a script says, byte by byte, and remembers what it was sent.
//!
//! One thread per connection, raw sockets, 127.0.0.1, a port of the system's choice. It follows HTTP/1.1 only as far as it
//! must to tell where a request ends; all answers come from the script.

mod connection;
mod ports;
mod record;
mod script;

pub use ports::{BlackHole, Refused, late, slow};
pub use record::{Connection, End, Recording, Request};
pub use script::{
    Reply, Rule, Script, Step, close, delimited, hang, ok, pause, reply, reset, response, send, split,
};

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::Socket;

/// Connections that may wait to be accepted: a burst of users must not meet a full queue.
const BACKLOG: i32 = 4096;
/// A connection's thread needs little.
const STACK_BYTES: usize = 128 * 1024;

/// A running server; stops when dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    script: Script,
    state: Mutex<State>,
    /// Something was recorded.
    changed: Condvar,
    /// The server stops.
    stop: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stopping: bool,
    connections: Vec<Connection>,
    /// How often each rule was used.
    hits: Vec<usize>,
    /// Connections with a live thread.
    live: usize,
}

impl Server {
    /// Starts it on a free port of 127.0.0.1.
    pub fn start(script: Script) -> Self {
        Self::on(ports::bound().0, script)
    }

    /// Starts it on a bound socket.
    fn on(socket: Socket, script: Script) -> Self {
        socket.listen(BACKLOG).expect("to listen");
        let listener = TcpListener::from(socket);
        let port = listener.local_addr().expect("an address").port();
        let state = State { hits: vec![0; script.rules().len()], ..State::default() };
        let shared = Arc::new(Shared {
            script,
            state: Mutex::new(state),
            changed: Condvar::new(),
            stop: Condvar::new(),
        });
        let for_thread = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept_all(&listener, &for_thread));
        Self { port, shared, acceptor: Some(acceptor) }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until the recording satisfies a condition; false when it has not after `limit`.
    pub fn wait_for(&self, limit: Duration, condition: impl Fn(&[Connection]) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.shared.state();
        while !condition(&state.connections) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Stops, and gives what was recorded.
    pub fn stop(mut self) -> Recording {
        self.end();
        let connections = std::mem::take(&mut self.shared.state().connections);
        Recording { port: self.port, connections }
    }

    fn end(&mut self) {
        let Some(acceptor) = self.acceptor.take() else { return };
        self.shared.state().stopping = true;
        self.shared.stop.notify_all();
        // The acceptor sleeps in accept(2): one connection more wakes it.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = acceptor.join();
        let mut state = self.shared.state();
        while state.live > 0 {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        // One clock for all servers of a test: what they recorded can be put in order.
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn stopping(&self) -> bool {
        self.state().stopping
    }

    /// Changes what is recorded, and wakes those who wait for it.
    fn record<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.changed.notify_all();
        result
    }
}

fn accept_all(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if shared.stopping() {
            return;
        }
        let Ok((stream, _)) = accepted else { continue };
        let at = shared.now();
        let index = shared.record(|state| {
            state.connections.push(Connection::new(at));
            state.live += 1;
            state.connections.len() - 1
        });
        let for_thread = Arc::clone(shared);
        let spawned = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            connection::serve(stream, index, &for_thread);
            for_thread.record(|state| state.live -= 1);
        });
        if spawned.is_err() {
            shared.record(|state| state.live -= 1);
        }
    }
}
