//! What an engine hands to the control thread, and how it is told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};

use mio::Waker;

use crate::limits::RECORDS_PER_BATCH;
use crate::sink::Record;
use crate::stats::{Counter, Recorder, Shape};

/// What an engine hands over.
#[derive(Debug)]
pub enum Handover {
    /// Statistics of a second, and the records since the last handover.
    Second(Box<Recorder>, Vec<Record>),
    /// Records alone, when many come.
    Records(Vec<Record>),
    /// The engine is done; its last statistics came before.
    Done(Ending),
}

/// How an engine's work ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ending {
    /// It was told to stop, or the load's duration was over.
    pub cut: Option<Cut>,
    /// Users that were alive.
    pub alive: u64,
    /// Requests that had no response yet.
    pub in_flight: u64,
}

/// Why an engine stopped before its users had ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cut {
    /// It was told to.
    Stopped,
    /// The load's duration was over.
    Duration,
}

/// Tells engines to stop; may be used from any thread, any number of times.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    state: Arc<StopState>,
}

#[derive(Debug, Default)]
struct StopState {
    stopped: AtomicBool,
    wakers: Mutex<Vec<Arc<Waker>>>,
}

impl Stop {
    /// Ends the run: users are cut where they are, the last window is written.
    pub fn stop(&self) {
        self.state.stopped.store(true, Ordering::Release);
        for waker in self.state.wakers.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // An engine that cannot be woken looks at the flag within a second anyway.
            let _ = waker.wake();
        }
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        self.state.stopped.load(Ordering::Acquire)
    }

    pub(super) fn wake_with(&self, waker: Arc<Waker>) {
        self.state.wakers.lock().unwrap_or_else(PoisonError::into_inner).push(waker);
    }
}

/// An engine's way to the control thread. What does not fit is kept (statistics) or dropped and counted (records).
#[derive(Debug)]
pub(super) struct Outlet {
    to_control: SyncSender<Handover>,
    spares: Receiver<Box<Recorder>>,
    shape: Shape,
    pub(super) recorder: Box<Recorder>,
    pub(super) records: Vec<Record>,
}

impl Outlet {
    pub(super) fn new(
        to_control: SyncSender<Handover>,
        spares: Receiver<Box<Recorder>>,
        shape: Shape,
    ) -> Self {
        Self { to_control, spares, shape, recorder: Box::new(Recorder::new(shape)), records: Vec::new() }
    }

    /// Hands over records when there are many.
    pub(super) fn spill(&mut self) {
        if self.records.len() >= RECORDS_PER_BATCH {
            let batch = std::mem::take(&mut self.records);
            if let Err(TrySendError::Full(Handover::Records(batch))) =
                self.to_control.try_send(Handover::Records(batch))
            {
                self.recorder.count(Counter::RecordDropped, batch.len() as u64);
            }
        }
    }

    /// Hands over a second's statistics; keeps them for the next time when the control thread is behind.
    pub(super) fn second(&mut self) {
        let spare = self.spare();
        let full = std::mem::replace(&mut self.recorder, spare);
        let records = std::mem::take(&mut self.records);
        if let Err(TrySendError::Full(Handover::Second(full, records))) =
            self.to_control.try_send(Handover::Second(full, records))
        {
            self.recorder = full;
            self.records = records;
        }
    }

    /// Hands over what is left and says goodbye; waits until the control thread takes it.
    pub(super) fn finish(mut self, ending: Ending) {
        let spare = self.spare();
        let last = std::mem::replace(&mut self.recorder, spare);
        let records = std::mem::take(&mut self.records);
        // With the control thread gone there is nobody to tell.
        let _ = self.to_control.send(Handover::Second(last, records));
        let _ = self.to_control.send(Handover::Done(ending));
    }

    fn spare(&self) -> Box<Recorder> {
        self.spares.try_recv().unwrap_or_else(|_| Box::new(Recorder::new(self.shape)))
    }
}
