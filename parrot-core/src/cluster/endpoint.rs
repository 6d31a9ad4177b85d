//! Where a controller listens: `tcp://127.0.0.1:5555`. Only on loopback: frames are not sealed.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A place on this machine for workers to connect to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Endpoint(SocketAddr);

/// Why a text is no endpoint.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EndpointError {
    /// It does not look like one.
    #[error("'{text}' is no endpoint")]
    Form {
        /// The text.
        text: String,
    },
    /// It is on a network that others can listen to.
    #[error("'{text}' is not on this machine's loopback")]
    NotLoopback {
        /// The text.
        text: String,
    },
}

impl Endpoint {
    /// Any free port of this machine.
    pub const ANY: Self = Self(SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0));

    /// Reads `tcp://address:port`, the address a literal or `localhost`. Port 0 stands for any free one.
    ///
    /// # Errors
    /// When it is none, or not on loopback.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let form = || EndpointError::Form { text: text.to_owned() };
        let place = text.strip_prefix("tcp://").ok_or_else(form)?;
        let place = match place.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => place.to_owned(),
        };
        let address: SocketAddr = place.parse().map_err(|_| form())?;
        if !address.ip().is_loopback() {
            return Err(EndpointError::NotLoopback { text: text.to_owned() });
        }
        Ok(Self(address))
    }

    /// As ZeroMQ wants it for binding.
    pub(super) fn to_bind(self) -> String {
        match self.0.port() {
            0 => format!("tcp://{}:*", bracketed(self.0.ip())),
            port => format!("tcp://{}:{port}", bracketed(self.0.ip())),
        }
    }

    /// Its port.
    pub const fn port(self) -> u16 {
        self.0.port()
    }

    /// Whether it needs ZeroMQ's IPv6.
    pub(super) const fn is_ipv6(self) -> bool {
        self.0.is_ipv6()
    }
}

fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tcp://{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_this_machine() {
        for (text, shown, bound) in [
            ("tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555"),
            ("tcp://localhost:7", "tcp://127.0.0.1:7", "tcp://127.0.0.1:7"),
            ("tcp://127.8.0.9:0", "tcp://127.8.0.9:0", "tcp://127.8.0.9:*"),
            ("tcp://[::1]:80", "tcp://[::1]:80", "tcp://[::1]:80"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.to_string().as_str(), endpoint.to_bind().as_str()), (shown, bound));
        }
        for text in ["tcp://0.0.0.0:5555", "tcp://10.0.0.1:5", "tcp://[2001:db8::1]:5"] {
            assert!(matches!(Endpoint::parse(text), Err(EndpointError::NotLoopback { .. })), "{text}");
        }
        for text in
            ["", "127.0.0.1:5", "tcp://127.0.0.1", "tcp://name:5", "ipc:///x", "tcp://127.0.0.1:99999"]
        {
            assert!(matches!(Endpoint::parse(text), Err(EndpointError::Form { .. })), "{text}");
        }
    }
}
