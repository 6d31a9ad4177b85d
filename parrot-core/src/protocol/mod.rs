//! Protocols: bytes in, events out. No sockets, no users, no time.
//!
//! How protocols other than HTTP fit the same shape is sketched in `docs/architecture.md`.

pub mod http;
