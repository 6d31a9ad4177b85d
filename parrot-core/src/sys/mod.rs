//! The kernel, through the one door that unsafe code may use: clock, time zone, timer, limits.
//!
//! Each wrapper is small enough to be checked by eye, and says above every `unsafe` block why it is sound.
#![expect(unsafe_code)]

mod clock;
mod local_time;
mod rlimit;
mod timer;

pub use clock::Clock;
pub use local_time::LocalTime;
pub use rlimit::{descriptor_limit, raise_descriptor_limit};
pub use timer::Timer;
