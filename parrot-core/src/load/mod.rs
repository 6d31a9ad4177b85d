//! Who starts when: a pure function of the Plan and its seed.
//!
//! Every engine walks the same [`Schedule`] and starts the users of its [`Slice`]; users are numbered by their rank in the whole.

mod choice;
mod forecast;
mod row_reads;
mod schedule;
#[cfg(test)]
mod schedule_tests;
mod slice;

pub use choice::{choose, choose_user_agent};
pub use forecast::{
    DESCRIPTORS_RESERVED, Forecast, Machine, PhaseForecast, PortReuse, Processes, RESPONSE_TIME_ASSUMED,
    Shortage,
};
pub use row_reads::RowReads;
pub use schedule::{Arrival, NextRow, Schedule};
pub use slice::Slice;
