//! Bytes between users and sockets: connecting, writing, reading, closing.

use std::io::{self, Read, Write};

use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest};

use super::connections::{TIMER, WAKER};
use super::thread::{Answered, Engine, Occupant, Outgoing};
use crate::limits::READS_PER_TURN;
use crate::net::{Lookup, connect};
use crate::stats::{Counter, Errno};
use crate::time::Nanos;
use crate::user::{ConnectFailure, PlaceRef, Received, SendFailure};

/// What a look at a socket showed.
enum Seen {
    /// It has no more for now.
    Drained,
    /// It may have more; others first.
    More,
    Closed,
    Failed(i32),
}

impl Engine {
    /// Handles what came with one waking: all of it is read before anything is written in answer, as a response that waits for
    /// the writing of other requests would be timed too long.
    pub(super) fn handle_events(&mut self, events: &Events) {
        for event in events {
            self.handle_event(event);
        }
        self.advance_answered();
    }

    fn handle_event(&mut self, event: &Event) {
        match event.token() {
            TIMER => {}
            WAKER => {
                self.take_answers();
                self.take_notices();
            }
            token => {
                let Some(key) = self.connections.find(token) else { return };
                let Some(connection) = self.connections.get(key) else { return };
                let user = connection.user;
                if !connection.open {
                    self.finish_connect(key, event.is_error() || event.is_write_closed());
                } else if event.is_writable() && self.users.get(user).is_some_and(Occupant::is_sending) {
                    let now = self.clock.now();
                    self.flush(user, now);
                    // A send that failed leaves the user with something else to do.
                    self.advance(user, now);
                }
                let readable = event.is_readable() || event.is_read_closed() || event.is_error();
                if readable && self.connections.find(token).is_some() {
                    self.read(key, event.is_read_closed());
                }
            }
        }
    }

    /// Sends the message that a user has built: on its connection if that goes to the right place, else on a new one.
    pub(super) fn exchange(&mut self, key: usize, now: Nanos) {
        let Some(occupant) = self.users.get(key) else { return };
        let connection = occupant.connection.and_then(|connection| self.connections.get(connection));
        let connected = connection.is_some_and(|connection| connection.place == *occupant.user.place());
        if !connected {
            self.close_connection(key);
        }
        let Some(occupant) = self.users.get_mut(key) else { return };
        occupant.user.handle_attempt(now);
        if connected {
            occupant.outgoing = Outgoing::Fresh;
            occupant.user.handle_sending(now, &self.around.context());
            self.tap_message(now, key);
            self.flush(key, now);
        } else {
            occupant.outgoing = self.around.keep_message();
            self.look_up(key, now);
        }
    }

    /// Connects, or waits for the name.
    fn look_up(&mut self, key: usize, now: Nanos) {
        let Some(occupant) = self.users.get_mut(key) else { return };
        let place = occupant.user.place().clone();
        let endpoint = place.endpoint(&self.around.program);
        match self.resolver.lookup(now, endpoint) {
            Lookup::Pending => {
                self.unresolved.entry(endpoint.host.clone()).or_default().push((key, occupant.serial));
            }
            Lookup::Unknown => self.fail_connect_later(key, ConnectFailure::NameUnknown),
            Lookup::Found(address) => match connect(address, self.sockets) {
                Ok(stream) => self.watch(key, stream, place, now),
                Err(error) => self.fail_connect_later(key, os_failure(&error)),
            },
        }
    }

    /// Registers a socket that connects.
    fn watch(&mut self, key: usize, mut stream: TcpStream, place: PlaceRef, now: Nanos) {
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) =
            self.poll.registry().register(&mut stream, self.connections.next_token(), interest)
        {
            self.fail_connect_later(key, os_failure(&error));
            return;
        }
        let connection = self.connections.insert(stream, key, place, now);
        if let Some(occupant) = self.users.get_mut(key) {
            occupant.connection = Some(connection);
        }
        if let Some(timeout) = self.around.program.plan.options.connect_timeout {
            self.guards.insert(connection as u32, now + timeout);
        }
    }

    /// Tells the user of a failure that is known at once; its caller lets it go on.
    fn fail_connect_later(&mut self, key: usize, failure: ConnectFailure) {
        let now = self.clock.now();
        if let Some(occupant) = self.users.get_mut(key) {
            occupant.outgoing = Outgoing::Nothing;
            occupant.user.handle_connect_failed(now, failure, &mut self.around.context());
        }
    }

    /// Names that were asked for are there.
    fn take_answers(&mut self) {
        let now = self.clock.now();
        while let Some(name) = self.resolver.poll_answer(now) {
            for (key, serial) in self.unresolved.remove(&name).unwrap_or_default() {
                if self.is_there(key, serial) {
                    self.look_up(key, now);
                    self.advance(key, now);
                }
            }
        }
    }

    fn finish_connect(&mut self, key: usize, suspect: bool) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let user = connection.user;
        if suspect && let Ok(Some(error)) | Err(error) = connection.stream.take_error() {
            self.fail_connect(user, os_failure(&error));
            return;
        }
        let now = self.clock.now();
        connection.open = true;
        connection.active_at = now;
        self.around.outlet.recorder.connections_delta += 1;
        self.guards.insert(key as u32, now + self.around.program.plan.options.idle_timeout);
        let Some(occupant) = self.users.get_mut(user) else { return };
        occupant.user.handle_connected(now, &mut self.around.context());
        occupant.user.handle_sending(now, &self.around.context());
        self.tap_message(now, user);
        self.flush(user, now);
        self.advance(user, now);
    }

    /// Writes what it can of the user's message. A failure is told to the user; its caller lets it go on.
    fn flush(&mut self, key: usize, now: Nanos) {
        let Some(occupant) = self.users.get_mut(key) else { return };
        let Some(connection) = occupant.connection.and_then(|key| self.connections.get_mut(key)) else {
            return;
        };
        let (bytes, sent) = match &occupant.outgoing {
            Outgoing::Nothing => return,
            Outgoing::Fresh => (self.around.message.bytes(&self.around.program), 0),
            Outgoing::Plain(request, sent) => {
                let http = &self.around.program.requests[request.index()].http;
                (http.plain.as_deref().unwrap_or_default(), *sent)
            }
            Outgoing::Built(bytes, sent) => (&**bytes, *sent),
        };
        let (written, outcome) = write_some(&mut connection.stream, &bytes[sent..]);
        connection.active_at = now;
        self.around.outlet.recorder.count(Counter::BytesSent, written as u64);
        match outcome {
            Written::All => occupant.outgoing = Outgoing::Nothing,
            Written::Part => {
                let mut outgoing = std::mem::replace(&mut occupant.outgoing, Outgoing::Nothing);
                if matches!(outgoing, Outgoing::Fresh) {
                    outgoing = self.around.keep_message();
                }
                occupant.outgoing = outgoing.after(written);
            }
            Written::Failed(failure) => {
                occupant.user.handle_send_failed(now, failure, &mut self.around.context());
                self.close_connection(key);
            }
        }
    }

    /// Reads what there is and gives it to the user.
    ///
    /// A short read means drained, except with `read_closed`: data and the peer's close may come as one event, and no other
    /// event will tell of the close.
    pub(super) fn read(&mut self, key: usize, read_closed: bool) {
        let Some(connection) = self.connections.get(key) else { return };
        let user = connection.user;
        let mut close = false;
        let mut seen = Seen::More;
        let mut read_at = None;
        for _ in 0..READS_PER_TURN {
            let Some(connection) = self.connections.get_mut(key) else { return };
            let length = match connection.stream.read(&mut self.buffer) {
                Ok(0) => {
                    seen = Seen::Closed;
                    break;
                }
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    seen = match error.raw_os_error() {
                        _ if error.kind() == io::ErrorKind::WouldBlock => Seen::Drained,
                        Some(libc::ECONNRESET | libc::EPIPE) | None => Seen::Closed,
                        Some(errno) => Seen::Failed(errno),
                    };
                    break;
                }
            };
            let now = self.clock.now();
            read_at = Some(now);
            connection.active_at = now;
            self.tap_received(now, user, length);
            let Some(occupant) = self.users.get_mut(user) else { return };
            match occupant.user.handle_bytes(now, &self.buffer[..length], &mut self.around.context()) {
                Received::Partial => {}
                // What is left of a message after its response must not precede the next one.
                Received::Complete { close: wanted } => close = wanted || occupant.is_sending(),
                Received::Ended => close = true,
            }
            if close || (length < self.buffer.len() && !read_closed) {
                seen = Seen::Drained;
                break;
            }
        }
        let now = read_at.unwrap_or_else(|| self.clock.now());
        self.finish_read(key, user, now, &seen, close);
    }

    fn finish_read(&mut self, key: usize, user: usize, now: Nanos, seen: &Seen, close: bool) {
        match *seen {
            _ if close => self.close_connection(user),
            Seen::Drained => {}
            Seen::More => {
                if let Some(token) = self.connections.token(key) {
                    self.unread.push_back(token);
                }
            }
            Seen::Closed => {
                self.close_connection(user);
                if let Some(occupant) = self.users.get_mut(user) {
                    occupant.user.handle_closed(now, &mut self.around.context());
                }
            }
            Seen::Failed(errno) => {
                self.close_connection(user);
                if let Some(occupant) = self.users.get_mut(user) {
                    occupant.user.handle_connection_failed(now, Errno(errno), &mut self.around.context());
                }
            }
        }
        if let Some(occupant) = self.users.get(user)
            && !occupant.user.is_awaiting()
        {
            self.answered.push(Answered { user, serial: occupant.serial, read_at: now });
        }
    }

    /// Closes a user's connection, if it has one.
    pub(super) fn close_connection(&mut self, user: usize) {
        let Some(occupant) = self.users.get_mut(user) else { return };
        occupant.outgoing = Outgoing::Nothing;
        let Some(key) = occupant.connection.take() else { return };
        self.guards.remove(key as u32);
        if self.connections.remove(key).is_some_and(|connection| connection.open) {
            self.around.outlet.recorder.connections_delta -= 1;
        }
    }
}

/// What came of writing.
enum Written {
    All,
    /// The socket takes no more for now.
    Part,
    Failed(SendFailure),
}

/// Writes as much as the socket takes; gives how much that was.
fn write_some(stream: &mut TcpStream, bytes: &[u8]) -> (usize, Written) {
    let mut written = 0;
    while written < bytes.len() {
        match stream.write(&bytes[written..]) {
            Ok(length) => written += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return (written, Written::Part),
            Err(error) => return (written, Written::Failed(send_failure(&error))),
        }
    }
    (written, Written::All)
}

fn os_failure(error: &io::Error) -> ConnectFailure {
    match error.raw_os_error() {
        None => ConnectFailure::Os(Errno(libc::EIO)),
        Some(errno) => ConnectFailure::Os(Errno(errno)),
    }
}

fn send_failure(error: &io::Error) -> SendFailure {
    match error.raw_os_error() {
        Some(libc::EPIPE | libc::ECONNRESET | libc::ENOTCONN) | None => SendFailure::Closed,
        Some(errno) => SendFailure::Os(Errno(errno)),
    }
}
