//! Who starts when: a pure function of the Plan and its seed.
//!
//! Every engine walks the same [`Schedule`]; users are numbered by their rank in it.

mod choice;
mod forecast;
mod schedule;

pub use choice::{choose, choose_user_agent};
pub use forecast::{
    DESCRIPTORS_RESERVED, Forecast, Machine, PhaseForecast, PortReuse, RESPONSE_TIME_ASSUMED, Shortage,
};
pub use schedule::{Arrival, Schedule};
