//! An engine: one thread that runs users. It owns all that it writes to; nothing is shared with others but the Program.
//!
//! Each turn: start users that are due, wake sleepers, expire guards, let busy users go on, hand over statistics once a second,
//! then sleep in the poll until the network or the timer has something, read all of that, and let those go on who waited for it.

mod connections;
mod outlet;
mod services;
mod tap;
mod thread;
mod traffic;
mod turn;
mod vitals;
mod wheel;

pub use outlet::{Batch, Channel, Handover, Mailbox, Notice, RecordBytes, Stop};
pub use thread::{EngineError, Seat};
