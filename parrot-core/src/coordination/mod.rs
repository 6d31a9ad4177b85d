//! Who does what in a run of several workers: the messages, and the two state machines that exchange them. Pure: no sockets, no
//! threads, no clock; `cluster` carries its frames, and a simulated network with loss, delay and crashes proves it.
//!
//! ```text
//! worker       Hello ──►      Fetch ──►      Probe ──►  Ready ──►      Stats, Records ──►  Done ──►      Bye ──►
//! controller       ◄── Welcome    ◄── Chunk     ◄── Echo    ◄── Go at                 ◄── Stop (if wanted)   Over
//! ```
//!
//! Reports of a worker and orders of the controller travel in lanes: each arrives once and in order. Everything else may be lost and
//! is asked for again.

mod controller;
mod conversation;
#[cfg(test)]
mod door_tests;
mod frame;
mod happening;
mod lane;
mod member;
mod message;
mod offset;
mod provision;
#[cfg(test)]
mod sim;
mod windows;
mod worker;

pub use controller::{Controller, WORKER_SILENCE_MAX};
pub use frame::PROTOCOL_VERSION;
pub use happening::{DropReason, Happening, Obstacle, Settings};
pub use message::{Cut, Dismissal, Ending, Hash, Hello, Piece, RunKey, WorkerId};
pub use provision::Provisions;
#[cfg(test)]
use windows::GRACE;
pub(crate) use windows::{WINDOW, Windows};
pub use worker::{CONTROLLER_SILENCE_MAX, Command, Outcome, Worker, worker_id};
