//! What users of all engines share: rows of files, the barrier, the clocks of interactions, the end of the run.
//!
//! A user asks and waits; its engine sends the [`Ask`] and goes on with others. [`Services`] answers at the controller, with
//! [`Grant`]s to the engine that asked. The way there and back keeps the order and loses nothing: an engine gives each grant to
//! those of its users that have waited for it longest.

mod barrier;
mod lease;
mod services;
#[cfg(test)]
mod tests;

pub use lease::Lease;
pub use services::{Facts, Services};

use serde::{Deserialize, Serialize};

use crate::plan::{FileId, TransactionId};
use crate::time::Nanos;

/// What an engine asks for on behalf of its users.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Ask {
    /// Rows of a file that is read in the order of the reads. One grant answers it.
    Rows {
        /// The file.
        file: FileId,
        /// Users that wait for one.
        users: u32,
    },
    /// A user waits at the barrier. A grant answers it when the barrier opens.
    Barrier,
    /// A user starts the clock of an interaction. One grant answers it.
    InteractionSend {
        /// The interaction.
        id: TransactionId,
        /// When, in the run's time.
        at: Nanos,
    },
    /// A user reads the clock of an interaction. One grant answers it.
    InteractionReceive {
        /// The interaction.
        id: TransactionId,
        /// When, in the run's time.
        at: Nanos,
    },
    /// A user ends the run. Nothing answers it.
    Abort,
}

/// What an engine is given for its users.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Grant {
    /// Rows `first` to `first + count - 1` of a file, counted over the whole run; never none.
    Rows {
        /// The file.
        file: FileId,
        /// The first of them.
        first: u64,
        /// How many.
        count: u32,
    },
    /// The barrier opens for so many of the engine's users: those that came first.
    Barrier {
        /// How many.
        users: u32,
    },
    /// The answer to the engine's oldest open question about an interaction.
    Interaction {
        /// Time since its clock was started, for those who read it; none where it never was.
        elapsed: Option<Nanos>,
    },
}

/// What one waiting user is given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// This row of the file that it wanted to read.
    Row(u64),
    /// The barrier is open.
    Barrier,
    /// Its question about an interaction is answered.
    Interaction {
        /// Time since the clock was started, if it was read and had been started.
        elapsed: Option<Nanos>,
    },
}
