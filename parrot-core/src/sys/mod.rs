//! The kernel, through the one door that unsafe code may use: clock, time zone, timer, bell, limits, a thread's time.
//!
//! Each wrapper is small enough to be checked by eye, and says above every `unsafe` block why it is sound.
#![expect(unsafe_code)]

mod bell;
mod clock;
mod local_time;
mod random;
mod rlimit;
mod thread_time;
mod timer;

pub use bell::Bell;
pub use clock::Clock;
pub use local_time::LocalTime;
pub use random::random;
pub use rlimit::{descriptor_limit, raise_descriptor_limit};
pub use thread_time::ThreadTime;
pub use timer::Timer;
