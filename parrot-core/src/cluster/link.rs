//! The two ends of a ZeroMQ connection, with everything that is set on them. Nothing else knows of ZeroMQ.

use std::os::fd::AsRawFd;

use zmq::{Context, DONTWAIT, POLLIN, PollItem, Socket, SocketType};

use super::endpoint::Endpoint;
use crate::coordination::WorkerId;
use crate::limits::{FRAME_BYTES_MAX, FRAMES_QUEUED_MAX};
use crate::sys::Bell;
use crate::time::Nanos;

/// Where the worker of the controller's own process meets it.
pub(crate) const INPROC: &str = "inproc://controller";
/// How long a closed socket goes on to deliver what was sent.
const LINGER_MS: i32 = 1_000;
/// Reconnecting: first pause, longest pause.
const RECONNECT_MS: (i32, i32) = (100, 1_000);

/// What ZeroMQ refused.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct LinkError {
    what: String,
    source: zmq::Error,
}

impl LinkError {
    fn doing(what: impl Into<String>) -> impl FnOnce(zmq::Error) -> Self {
        let what = what.into();
        move |source| match source {
            // What is left of it when there was no descriptor for ZeroMQ's own needs.
            zmq::Error::EFAULT => Self { what, source: zmq::Error::EMFILE },
            source => Self { what, source },
        }
    }
}

/// What sockets are made of: both ends of `inproc://` need the same one.
#[derive(Clone, Default)]
pub(crate) struct Network {
    context: Context,
}

/// What came from the network.
pub(crate) enum Received {
    /// A frame from this worker.
    Frame(WorkerId, Vec<u8>),
    /// Something from an address that no worker has, or in pieces.
    Garbage,
}

/// The controller's end.
pub(crate) struct ControllerLink {
    socket: Socket,
}

impl ControllerLink {
    /// Binds for the worker of this process and, where asked for, for others.
    pub(crate) fn bind(
        network: &Network,
        listen: Option<Endpoint>,
    ) -> Result<(Self, Option<Endpoint>), LinkError> {
        let socket = socket(network, SocketType::ROUTER)?;
        // A worker that reconnects takes its address with it.
        socket
            .set_router_handover(true)
            .map_err(LinkError::doing("cannot set up the controller's socket"))?;
        socket.bind(INPROC).map_err(LinkError::doing("cannot listen within the process"))?;
        let Some(endpoint) = listen else { return Ok((Self { socket }, None)) };
        let doing = || LinkError::doing(format!("cannot listen on {endpoint}"));
        socket.set_ipv6(endpoint.is_ipv6()).map_err(doing())?;
        socket.bind(&endpoint.to_bind()).map_err(doing())?;
        let bound = socket.get_last_endpoint().map_err(doing())?.unwrap_or_default();
        Ok((Self { socket }, Some(Endpoint::parse(&bound).unwrap_or(endpoint))))
    }

    /// What has arrived, if anything has.
    pub(crate) fn receive(&self) -> Option<Received> {
        let from = self.socket.recv_bytes(DONTWAIT).ok()?;
        let mut parts = Vec::new();
        while self.socket.get_rcvmore().unwrap_or(false) {
            parts.push(self.socket.recv_bytes(DONTWAIT).ok()?);
        }
        match (WorkerId::try_from(from.as_slice()), <[Vec<u8>; 1]>::try_from(parts)) {
            (Ok(from), Ok([frame])) => Some(Received::Frame(from, frame)),
            _ => Some(Received::Garbage),
        }
    }

    /// Sends a frame. What cannot be sent is lost, as on any network: lanes send again.
    pub(crate) fn send(&self, to: WorkerId, frame: Vec<u8>) {
        let _ = self.socket.send_multipart([to.to_vec(), frame], DONTWAIT);
    }

    /// Waits until something arrives, the bell rings, or the time is over.
    pub(crate) fn wait(&self, bell: &Bell, at_most: Nanos) {
        wait(&self.socket, bell, at_most);
    }
}

/// A worker's end.
pub(super) struct WorkerLink {
    socket: Socket,
}

impl WorkerLink {
    /// Connects; the other end need not be there yet.
    pub(super) fn connect(network: &Network, id: WorkerId, place: &str) -> Result<Self, LinkError> {
        let socket = socket(network, SocketType::DEALER)?;
        let doing = || LinkError::doing(format!("cannot connect to {place}"));
        socket.set_identity(&id).map_err(doing())?;
        socket.set_reconnect_ivl(RECONNECT_MS.0).map_err(doing())?;
        socket.set_reconnect_ivl_max(RECONNECT_MS.1).map_err(doing())?;
        socket.set_ipv6(place.starts_with("tcp://[")).map_err(doing())?;
        socket.connect(place).map_err(doing())?;
        Ok(Self { socket })
    }

    /// The controller's next frame, if one has arrived.
    pub(super) fn receive(&self) -> Option<Vec<u8>> {
        let frame = self.socket.recv_bytes(DONTWAIT).ok()?;
        let mut whole = true;
        while self.socket.get_rcvmore().unwrap_or(false) {
            whole = false;
            self.socket.recv_bytes(DONTWAIT).ok()?;
        }
        // A message in pieces is no frame: an empty one is dropped as such.
        Some(if whole { frame } else { Vec::new() })
    }

    /// Sends a frame. What cannot be sent is lost, as on any network: lanes send again.
    pub(super) fn send(&self, frame: Vec<u8>) {
        let _ = self.socket.send(frame, DONTWAIT);
    }

    /// Waits until something arrives, the bell rings, or the time is over.
    pub(super) fn wait(&self, bell: &Bell, at_most: Nanos) {
        wait(&self.socket, bell, at_most);
    }
}

fn socket(network: &Network, kind: SocketType) -> Result<Socket, LinkError> {
    let doing = || LinkError::doing("cannot make a socket");
    let socket = network.context.socket(kind).map_err(doing())?;
    socket.set_linger(LINGER_MS).map_err(doing())?;
    socket.set_sndhwm(FRAMES_QUEUED_MAX).map_err(doing())?;
    socket.set_rcvhwm(FRAMES_QUEUED_MAX).map_err(doing())?;
    // Longer ones never get as far as our own limits: ZeroMQ closes the connection.
    socket.set_maxmsgsize(FRAME_BYTES_MAX as i64 + 1_024).map_err(doing())?;
    Ok(socket)
}

fn wait(socket: &Socket, bell: &Bell, at_most: Nanos) {
    // Rounded up: waking too early would be another turn for nothing.
    let timeout_ms = at_most.0.div_ceil(1_000_000).min(1_000) as i64;
    let mut items = [socket.as_poll_item(POLLIN), PollItem::from_fd(bell.as_raw_fd(), POLLIN)];
    // Interrupted by a signal is as good as woken.
    let _ = zmq::poll(&mut items, timeout_ms);
    bell.quieten();
}
