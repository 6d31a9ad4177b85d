//! Opening connections.

use std::io;
use std::net::SocketAddr;

use mio::net::TcpStream;
use socket2::{Domain, Protocol, Socket, Type};

/// What is set on a socket before it connects.
#[derive(Clone, Copy, Debug, Default)]
pub struct SocketOptions {
    /// SO_RCVBUF in bytes; the kernel's autotuning without.
    pub receive_buffer: Option<usize>,
    /// SO_SNDBUF in bytes; the kernel's autotuning without.
    pub send_buffer: Option<usize>,
}

/// Starts to connect; the result comes as an event on the stream.
///
/// Not bound to an address beforehand: a bound port serves one connection, an unbound one a connection to each target.
///
/// # Errors
/// When the system refuses at once (no descriptors, no ports, no route).
pub fn connect(address: SocketAddr, options: SocketOptions) -> io::Result<TcpStream> {
    let kind = Type::STREAM.nonblocking().cloexec();
    let socket = Socket::new(Domain::for_address(address), kind, Some(Protocol::TCP))?;
    if let Some(bytes) = options.receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    if let Some(bytes) = options.send_buffer {
        socket.set_send_buffer_size(bytes)?;
    }
    match socket.connect(&address.into()) {
        Ok(()) => {}
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    Ok(TcpStream::from_std(socket.into()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use socket2::SockRef;

    use super::*;

    /// Receive buffer, send buffer and keep-alive of a new connection.
    fn settings(options: SocketOptions) -> (usize, usize, bool) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let stream = connect(listener.local_addr().unwrap(), options).unwrap();
        let socket = SockRef::from(&stream);
        (socket.recv_buffer_size().unwrap(), socket.send_buffer_size().unwrap(), socket.keepalive().unwrap())
    }

    #[test]
    fn buffers_are_the_kernels_unless_asked_for() {
        let asked = SocketOptions { receive_buffer: Some(20_000), send_buffer: Some(30_000) };
        // Linux doubles what is asked for, for its own book-keeping.
        assert_eq!(settings(asked), (40_000, 60_000, false));
        let own = settings(SocketOptions::default());
        assert!(own.0 > 65_536 && own.1 > 16_384 && !own.2, "{own:?}");
    }
}
