//! Ports that do not answer: one that refuses, one that swallows; and ports that do so for a while.

use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::{Script, Server};

/// How long a port that came late stays open: longer than any test needs it.
const OPEN_SECS: u64 = 30;

/// A port where connects are refused, kept from others as long as this lives.
#[derive(Debug)]
pub struct Refused {
    port: u16,
    _bound: Socket,
}

/// A port where connects get no answer at all: its queue is full.
#[derive(Debug)]
pub struct BlackHole {
    port: u16,
    _sockets: Vec<Socket>,
}

impl Refused {
    /// Takes a free port and does not listen.
    pub fn new() -> Self {
        let (socket, port) = bound();
        Self { port, _bound: socket }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Default for Refused {
    fn default() -> Self {
        Self::new()
    }
}

impl BlackHole {
    /// Takes a free port and fills its queue.
    pub fn new() -> Self {
        let (listener, port) = bound();
        let mut sockets = fill(&listener, port);
        sockets.push(listener);
        Self { port, _sockets: sockets }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Default for BlackHole {
    fn default() -> Self {
        Self::new()
    }
}

/// A port that refuses connects for a while, then answers everything with `200`.
pub fn late(after: Duration) -> u16 {
    let (socket, port) = bound();
    open_later(socket, Vec::new(), after);
    port
}

/// A port that gives no answer for a while, then serves: connects take until the client's kernel asks again, about a second.
pub fn slow(after: Duration) -> u16 {
    let (socket, port) = bound();
    let fillers = fill(&socket, port);
    open_later(socket, fillers, after);
    port
}

fn open_later(socket: Socket, fillers: Vec<Socket>, after: Duration) {
    thread::spawn(move || {
        thread::sleep(after);
        // The server accepts what waits in the queue and sees it closed.
        drop(fillers);
        let server = Server::on(socket, Script::new());
        thread::sleep(Duration::from_secs(OPEN_SECS));
        drop(server);
    });
}

/// Listens with a queue of length 0 and fills it. Such a queue takes one connection; the second makes sure.
fn fill(listener: &Socket, port: u16) -> Vec<Socket> {
    listener.listen(0).expect("to listen");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into();
    let filler = || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_nonblocking(true).expect("a socket that does not wait");
        let _ = socket.connect(&address);
        socket
    };
    (0..2).map(|_| filler()).collect()
}

pub(super) fn bound() -> (Socket, u16) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a free port");
    let address = socket.local_addr().expect("an address");
    let port = address.as_socket().expect("an IP address").port();
    (socket, port)
}
