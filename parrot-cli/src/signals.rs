//! SIGINT and SIGTERM: the first ends the run in order, the second ends the process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Calls `stop` at the first signal. A second one ends the process at once with 128 + its number, as a shell would say.
pub(crate) fn stop_on_signal(stop: impl Fn() + Send + 'static) -> io::Result<()> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Set up before the listener below, so that it also holds when that thread is stuck.
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))?;
    }
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            if !asked.swap(true, Ordering::SeqCst) {
                stop();
            }
        }
    })?;
    Ok(())
}
