//! The wish that the run, or the process that is kept after it, should end: from a signal or from outside.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use parrot_core::control::StopHandle;

/// May be used from any thread, any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Quit {
    stop: StopHandle,
    asked: Arc<(Mutex<bool>, Condvar)>,
}

impl Quit {
    /// A wish that nobody has had yet; `stop` ends the run itself.
    pub(crate) fn new(stop: StopHandle) -> Self {
        Self { stop, asked: Arc::default() }
    }

    /// Ends the run in order, and the wait after it.
    pub(crate) fn ask(&self) {
        *self.asked.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.asked.1.notify_all();
        self.stop.stop();
    }

    /// Whether anybody has asked.
    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until somebody asks.
    pub(crate) fn wait(&self) {
        let asked = self.asked.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.asked.1.wait_while(asked, |asked| !*asked).unwrap_or_else(PoisonError::into_inner));
    }
}
