//! How the thread that drives a controller or a worker is told to stop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sys::Bell;

/// Ends a run in order; may be used from any thread, any number of times.
#[derive(Clone, Debug)]
pub struct StopHandle {
    stopped: Arc<AtomicBool>,
    bell: Arc<Bell>,
}

impl StopHandle {
    /// A handle that was not used.
    ///
    /// # Errors
    /// When the process is out of descriptors.
    pub fn new() -> io::Result<Self> {
        Ok(Self { stopped: Arc::default(), bell: Arc::new(Bell::new()?) })
    }

    /// Ends the run: users are cut where they are, the last window is written.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.bell.ring();
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// What wakes the thread that is to be stopped, or has other work.
    pub(crate) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }
}
