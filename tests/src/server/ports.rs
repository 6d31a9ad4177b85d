//! Ports that do not answer: one that refuses, one that swallows.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

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
        listener.listen(0).expect("to listen");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into();
        let mut sockets = vec![listener];
        // A queue of length 0 takes one connection; the second makes sure.
        for _ in 0..2 {
            let filler = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
            filler.set_nonblocking(true).expect("a socket that does not wait");
            let _ = filler.connect(&address);
            sockets.push(filler);
        }
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

fn bound() -> (Socket, u16) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a free port");
    let address = socket.local_addr().expect("an address");
    let port = address.as_socket().expect("an IP address").port();
    (socket, port)
}
