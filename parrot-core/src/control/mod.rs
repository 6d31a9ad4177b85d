//! The controller of a run: gathers workers, starts them, cuts windows of what they tell, feeds the sinks, ends the run.
//!
//! It is driven on the caller's thread. Nothing here is on the path of a request.

mod gathering;
mod report;
mod running;
mod sinks;

pub use crate::cluster::StopHandle;
pub use gathering::{Notice, Preparation, Run};
pub use report::{Report, RunError};
