//! What an engine hands to its control thread, and how it is told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};

use mio::Waker;

use crate::coordination::Ending;
use crate::limits::RECORDS_PER_BATCH;
use crate::sink::Record;
use crate::stats::{Counter, Recorder, Shape};
use crate::sys::Bell;

/// What an engine hands over, beside records.
#[derive(Debug)]
pub enum Handover {
    /// Statistics of a second.
    Second(Box<Recorder>),
    /// Something went wrong that people should know of.
    Trouble(String),
    /// The engine is done; its last statistics and records came before.
    Done(Ending),
}

/// An engine's way to the control thread of its process.
#[derive(Debug)]
pub struct Channel {
    /// Which of the process's engines this is, from 0.
    pub engine: u32,
    /// Statistics and endings.
    pub handovers: SyncSender<(u32, Handover)>,
    /// Dump and match records: they must not be in the way of statistics.
    pub records: SyncSender<Vec<Record>>,
    /// Rung after each of both.
    pub bell: Arc<Bell>,
    /// Recorders that the control thread has emptied.
    pub spares: Receiver<Box<Recorder>>,
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
    /// Users are cut where they are.
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

/// The engine's end of its [`Channel`]. What does not fit is kept (statistics) or dropped and counted (records).
#[derive(Debug)]
pub(super) struct Outlet {
    channel: Channel,
    shape: Shape,
    pub(super) recorder: Box<Recorder>,
    pub(super) records: Vec<Record>,
}

impl Outlet {
    pub(super) fn new(channel: Channel, shape: Shape) -> Self {
        Self { channel, shape, recorder: Box::new(Recorder::new(shape)), records: Vec::new() }
    }

    /// Hands over records when there are many.
    pub(super) fn spill(&mut self) {
        if self.records.len() >= RECORDS_PER_BATCH {
            self.hand_over_records();
        }
    }

    fn hand_over_records(&mut self) {
        if self.records.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.records);
        match self.channel.records.try_send(batch) {
            Ok(()) => self.channel.bell.ring(),
            Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                self.recorder.count(Counter::RecordDropped, batch.len() as u64);
            }
        }
    }

    /// Hands over a second's statistics; keeps them for the next time when the control thread is behind.
    pub(super) fn second(&mut self) {
        self.hand_over_records();
        let spare = self.spare();
        let full = std::mem::replace(&mut self.recorder, spare);
        match self.channel.handovers.try_send((self.channel.engine, Handover::Second(full))) {
            Err(TrySendError::Full((_, Handover::Second(full)))) => self.recorder = full,
            _ => self.channel.bell.ring(),
        }
    }

    /// Tells of something that went wrong.
    pub(super) fn trouble(&self, text: String) {
        let _ = self.channel.handovers.send((self.channel.engine, Handover::Trouble(text)));
        self.channel.bell.ring();
    }

    /// Hands over what is left and says goodbye; waits until the control thread takes it.
    pub(super) fn finish(mut self, ending: Ending) {
        let records = std::mem::take(&mut self.records);
        // With the control thread gone there is nobody to tell.
        let _ = self.channel.records.send(records);
        self.channel.bell.ring();
        let spare = self.spare();
        let last = std::mem::replace(&mut self.recorder, spare);
        for handover in [Handover::Second(last), Handover::Done(ending)] {
            let _ = self.channel.handovers.send((self.channel.engine, handover));
            self.channel.bell.ring();
        }
    }

    fn spare(&self) -> Box<Recorder> {
        let mut spare =
            self.channel.spares.try_recv().unwrap_or_else(|_| Box::new(Recorder::new(self.shape)));
        spare.engine = self.recorder.engine;
        spare
    }
}
