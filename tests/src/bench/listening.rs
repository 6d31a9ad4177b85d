//! What the servers of this program share: a listening socket on a free port, and a thread that looks at it without ever
//! sleeping, so that what it notes of times is not when it was woken.

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use socket2::{Domain, Socket, Type};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;
/// Events of one look.
const EVENTS: usize = 256;
/// Longest request: those of the benchmarks are far shorter.
const REQUEST_BYTES_MAX: usize = 4096;

/// A listening socket and the poll that its connections belong to.
#[derive(Debug)]
pub(super) struct Listening {
    listener: TcpListener,
    port: u16,
    poll: Poll,
    events: Events,
}

/// What a connection has for its server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Input {
    /// A whole request.
    Request,
    /// Nothing, or not all of a request.
    Nothing,
    /// Its end.
    End,
}

impl Listening {
    /// On a free port of 127.0.0.1.
    pub(super) fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a free port");
        socket.listen(BACKLOG).expect("to listen");
        socket.set_nonblocking(true).expect("a socket that does not wait");
        let listener = TcpListener::from_std(socket.into());
        let port = listener.local_addr().expect("an address").port();
        Self { listener, port, poll: Poll::new().expect("a poll"), events: Events::with_capacity(EVENTS) }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// A connection that waits to be accepted.
    pub(super) fn accept(&self) -> Option<TcpStream> {
        self.listener.accept().ok().map(|(stream, _)| stream)
    }

    /// From now on `look` names this connection when it has something.
    pub(super) fn watch(&self, stream: &mut TcpStream, token: usize) {
        self.poll
            .registry()
            .register(stream, Token(token), Interest::READABLE)
            .expect("a connection to watch");
    }

    /// The connections that have something now.
    pub(super) fn look(&mut self, ready: &mut Vec<usize>) {
        ready.clear();
        // Interrupted at worst: the next look sees it.
        if self.poll.poll(&mut self.events, Some(Duration::ZERO)).is_ok() {
            ready.extend(self.events.iter().map(|event| event.token().0));
        }
    }
}

/// Reads what has come. A request ends with an empty line; `rest` keeps what is there of an incomplete one.
pub(super) fn read_request(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Input {
    let mut bytes = [0; REQUEST_BYTES_MAX];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return Input::End,
            Ok(n) => {
                // Nearly always a whole request: then nothing is copied.
                if rest.is_empty() && bytes[..n].ends_with(b"\r\n\r\n") {
                    return Input::Request;
                }
                rest.extend_from_slice(&bytes[..n]);
                if rest.ends_with(b"\r\n\r\n") {
                    rest.clear();
                    return Input::Request;
                }
                if rest.len() > REQUEST_BYTES_MAX {
                    return Input::End;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Input::Nothing,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Input::End,
        }
    }
}

/// A thread that serves until it is told to stop, and then gives what it has recorded.
#[derive(Debug)]
pub(super) struct Serving<T> {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Serving<T> {
    /// Starts it; `serve` returns soon after the flag is set.
    pub(super) fn start(serve: impl FnOnce(&AtomicBool) -> T + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        Self { stop, thread: Some(thread::spawn(move || serve(&flag))) }
    }

    /// Stops it.
    pub(super) fn stop(mut self) -> T {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().expect("it is stopped once").join().expect("a server that did not fail")
    }
}

impl<T> Drop for Serving<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
