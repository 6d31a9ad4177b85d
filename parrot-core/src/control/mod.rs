//! The control thread: starts engines, gathers what they saw, cuts windows, feeds the sinks, ends the run.
//!
//! It is the caller's thread. Nothing here is on the path of a request.

mod report;
mod sinks;

pub use crate::engine::Stop as StopHandle;
pub use report::{Report, RunError};

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::engine::{Cut, Ending, Engine, Handover};
use crate::limits::RECORD_BATCHES_QUEUED;
use crate::load::Schedule;
use crate::monitor::HostMonitor;
use crate::program::Program;
use crate::sink::{EndReason, Event, Sink};
use crate::stats::{Recorder, Rule, Timeline};
use crate::sys::{Clock, raise_descriptor_limit};
use crate::time::Nanos;
use sinks::Sinks;

/// Length of a window (docs/compatibility.md, `window-length`).
const WINDOW: Nanos = Nanos::from_secs(10);
/// How long a window is kept open for engines that are late with its last second.
const WINDOW_GRACE: Nanos = Nanos::from_secs(2);
/// When the machine is looked at first; then once a window.
const FIRST_HOST_READING: Nanos = Nanos::SECOND;

/// Runs the Program to its end, or until `stop` is used. The run's time is that of `clock`, which should have just started. What
/// becomes of `rules` is told by the summary.
///
/// # Errors
/// When no engine can be started; then nothing was sent and no sink was told anything.
pub fn run(
    program: &Arc<Program>,
    clock: Clock,
    rules: Vec<Rule>,
    sinks: Vec<Box<dyn Sink>>,
    stop: &StopHandle,
) -> Result<Report, RunError> {
    // Where the limit cannot be raised the run may still fit; failing connects are counted by name.
    let _ = raise_descriptor_limit();
    let (to_control, from_engine) = mpsc::sync_channel(RECORD_BATCHES_QUEUED);
    let (spare, spares) = mpsc::channel();
    let engine =
        Engine::new(program.clone(), clock, stop.clone(), to_control, spares).map_err(RunError::Engine)?;
    let thread = thread::Builder::new()
        .name("engine-0".into())
        .spawn(move || engine.run())
        .map_err(RunError::Thread)?;
    let mut control = Control::new(program, clock, sinks);
    control.timeline.watch(rules);
    let ending = control.gather(&from_engine, &spare);
    let failure = match thread.join() {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("the engine stopped by a mistake in this program".to_owned()),
    };
    Ok(control.finish(ending.filter(|_| failure.is_none()), failure))
}

struct Control {
    clock: Clock,
    timeline: Timeline,
    sinks: Sinks,
    host: HostMonitor,
    next_window: Nanos,
    next_host_reading: Nanos,
}

impl Control {
    fn new(program: &Program, clock: Clock, sinks: Vec<Box<dyn Sink>>) -> Self {
        let plan = &program.plan;
        let mut sinks = Sinks::new(sinks);
        sinks.send(&Event::Started { unix_secs: clock.start_unix_secs() });
        let mut starts = Schedule::phase_starts(plan);
        starts.truncate(plan.load.phases.len());
        Self {
            clock,
            timeline: Timeline::new(program.shape(), Schedule::planned(plan), starts),
            sinks,
            host: HostMonitor::new(),
            next_window: WINDOW,
            next_host_reading: FIRST_HOST_READING,
        }
    }

    /// Takes what the engine hands over until it is done; none when it died.
    fn gather(&mut self, from_engine: &Receiver<Handover>, spare: &Sender<Box<Recorder>>) -> Option<Ending> {
        loop {
            let now = self.clock.now();
            self.read_host(now);
            if now >= self.next_window + WINDOW_GRACE {
                self.close_window();
            }
            let due = self.next_host_reading.min(self.next_window + WINDOW_GRACE);
            match from_engine.recv_timeout(Duration::from_nanos((due - now).0)) {
                Ok(Handover::Second(mut recorder, records)) => {
                    self.sinks.send(&Event::Records(&records));
                    self.timeline.record(&recorder);
                    // An engine that ends does so in the middle of a second: that second's window is not over.
                    let until = Nanos::from_secs(recorder.second + 1).min(self.clock.now());
                    self.sinks.send(&Event::Progress(&self.timeline.progress(until)));
                    if until >= self.next_window {
                        self.close_window();
                    }
                    recorder.clear();
                    // An engine that has ended needs no spare.
                    let _ = spare.send(recorder);
                }
                Ok(Handover::Records(records)) => self.sinks.send(&Event::Records(&records)),
                Ok(Handover::Done(ending)) => return Some(ending),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn read_host(&mut self, now: Nanos) {
        if now < self.next_host_reading {
            return;
        }
        self.next_host_reading += WINDOW;
        for (metric, value) in self.host.read() {
            self.timeline.host(metric, value);
        }
    }

    fn close_window(&mut self) {
        let at = self.next_window;
        self.next_window += WINDOW;
        self.write_window(at, false);
    }

    fn write_window(&mut self, at: Nanos, last: bool) {
        let window = self.timeline.close_window(at, self.clock.unix_secs(at) as u64, last);
        self.sinks.send(&Event::Window(&window));
    }

    fn finish(mut self, ending: Option<Ending>, failure: Option<String>) -> Report {
        let now = self.clock.now();
        self.write_window(now, true);
        let end = match ending {
            None => EndReason::Failed,
            Some(Ending { cut: None, .. }) => EndReason::Completed,
            Some(Ending { cut: Some(Cut::Stopped), .. }) => EndReason::Stopped,
            Some(Ending { cut: Some(Cut::Duration), .. }) => EndReason::DurationReached,
        };
        let in_flight = ending.map_or(0, |ending| ending.in_flight);
        let summary = self.timeline.finish(end, self.clock.start_unix_secs(), now, in_flight);
        self.sinks.send(&Event::Finished(&summary));
        Report { summary, sink_errors: self.sinks.into_errors(), failure }
    }
}

#[cfg(test)]
mod tests;
