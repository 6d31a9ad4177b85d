//! The kernel, through the one door that unsafe code may use: clock, time zone, timer, limits, a thread's time.
//!
//! Each wrapper is small enough to be checked by eye, and says above every `unsafe` block why it is sound.
#![expect(unsafe_code)]

mod clock;
mod local_time;
mod rlimit;
mod thread_time;
mod timer;

pub use clock::Clock;
pub use local_time::LocalTime;
pub use rlimit::raise_descriptor_limit;
pub use thread_time::ThreadTime;
pub use timer::Timer;
