//! ZeroMQ between controller and workers: a star, one ROUTER at the controller, one DEALER at each worker. On one machine the same
//! sockets talk over `inproc://`.
//!
//! One thread of each process owns its socket and drives the state machine of `coordination`; engines talk to that thread by
//! channels, never to ZeroMQ.

mod endpoint;
mod engines;
mod link;
mod stop;
mod worker;

pub use endpoint::{Endpoint, EndpointError};
pub use link::LinkError;
pub(crate) use link::{ControllerLink, INPROC, Network, Received};
pub use stop::StopHandle;
pub(crate) use worker::work;
pub use worker::{Progress, WorkerError, WorkerSetup, join};
