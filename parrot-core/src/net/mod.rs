//! Sockets and names. Knows nothing of users or protocols.

mod resolver;
mod socket;

pub use resolver::{Lookup, Resolver};
pub use socket::{SocketOptions, connect};
