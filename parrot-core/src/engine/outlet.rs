//! What an engine hands to its control thread, and how it is told to stop.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};

use mio::Waker;

use crate::coordination::{Cut, Ending};
use crate::limits::RECORD_BYTES_QUEUED;
use crate::service::{Ask, Grant};
use crate::sink::{Record, Records};
use crate::stats::{Counter, Recorder, Shape};
use crate::sys::Bell;

/// What an engine hands over, beside records.
#[derive(Debug)]
pub enum Handover {
    /// Statistics of a second.
    Second(Box<Recorder>),
    /// A user needs what the run shares.
    Ask(Ask),
    /// Something went wrong that people should know of.
    Trouble(String),
    /// The engine is done; its last statistics and records came before.
    Done(Ending),
}

/// Records that an engine hands over.
#[derive(Debug)]
pub struct Batch {
    records: Vec<Record>,
    weight: Weight,
}

impl Batch {
    /// The records; they no longer count as being on their way.
    pub fn into_records(self) -> Vec<Record> {
        self.records
    }
}

/// Bytes of records on their way, of all engines of a process.
pub type RecordBytes = Arc<AtomicUsize>;

/// Some of those bytes, for as long as it is there.
#[derive(Debug)]
struct Weight {
    bytes: usize,
    queued: RecordBytes,
}

impl Weight {
    fn put(bytes: usize, queued: &RecordBytes) -> Self {
        queued.fetch_add(bytes, Ordering::Relaxed);
        Self { bytes, queued: Arc::clone(queued) }
    }
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.queued.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// An engine's way to the control thread of its process.
#[derive(Debug)]
pub struct Channel {
    /// Which of the process's engines this is, from 0.
    pub engine: u32,
    /// Statistics and endings.
    pub handovers: SyncSender<(u32, Handover)>,
    /// Records: they must not be in the way of statistics.
    pub records: SyncSender<Batch>,
    /// How much of them is on its way.
    pub record_bytes: RecordBytes,
    /// Rung after both; asks of one turn ring once.
    pub bell: Arc<Bell>,
    /// Recorders that the control thread has emptied.
    pub spares: Receiver<Box<Recorder>>,
}

/// What an engine is told while it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notice {
    /// What its users have asked for.
    Grant(Grant),
}

/// The way to tell an engine something.
#[derive(Clone, Debug)]
pub struct Mailbox {
    to_engine: Sender<Notice>,
    waker: Arc<Waker>,
}

impl Mailbox {
    pub(super) fn new(waker: Arc<Waker>) -> (Self, Receiver<Notice>) {
        let (to_engine, notices) = mpsc::channel();
        (Self { to_engine, waker }, notices)
    }

    /// Tells it, and wakes it. There are never more notices than its users have asked for.
    pub fn send(&self, notice: Notice) {
        // An engine that has ended has nobody left to tell; one that cannot be woken looks within a second.
        if self.to_engine.send(notice).is_ok() {
            let _ = self.waker.wake();
        }
    }
}

/// Tells engines to stop; may be used from any thread, any number of times.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    state: Arc<StopState>,
}

#[derive(Debug, Default)]
struct StopState {
    /// One of the constants below: the first to be set stays.
    cut: AtomicU8,
    wakers: Mutex<Vec<Arc<Waker>>>,
}

const RUNNING: u8 = 0;
const STOPPED: u8 = 1;
const ABORTED: u8 = 2;

impl Stop {
    /// Users are cut where they are.
    pub fn stop(&self) {
        self.cut_by(STOPPED);
    }

    /// Ends the run as [`Self::stop`] does, because a user's scenario says so.
    pub fn abort(&self) {
        self.cut_by(ABORTED);
    }

    fn cut_by(&self, cut: u8) {
        // A run that ends already ends for the first reason.
        let _ = self.state.cut.compare_exchange(RUNNING, cut, Ordering::AcqRel, Ordering::Acquire);
        for waker in self.state.wakers.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // An engine that cannot be woken looks at the flag within a second anyway.
            let _ = waker.wake();
        }
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        self.cut().is_some()
    }

    /// Why the run ends, if it was used.
    pub(super) fn cut(&self) -> Option<Cut> {
        match self.state.cut.load(Ordering::Acquire) {
            RUNNING => None,
            ABORTED => Some(Cut::Aborted),
            _ => Some(Cut::Stopped),
        }
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
    pub(super) records: Records,
    /// Asks that were not sent yet, in order: one for each user that waits, at most.
    asks: VecDeque<Ask>,
}

impl Outlet {
    pub(super) fn new(channel: Channel, shape: Shape) -> Self {
        Self {
            channel,
            shape,
            recorder: Box::new(Recorder::new(shape)),
            records: Records::default(),
            asks: VecDeque::new(),
        }
    }

    /// Asks for something, before the engine sleeps.
    pub(super) fn ask(&mut self, ask: Ask) {
        self.asks.push_back(ask);
    }

    /// Sends what was asked for. What the control thread has no room for goes with the next turn.
    fn send_asks(&mut self) {
        let mut sent = false;
        while let Some(ask) = self.asks.front().copied() {
            let asked = self.channel.handovers.try_send((self.channel.engine, Handover::Ask(ask)));
            if let Err(TrySendError::Full(_)) = asked {
                break;
            }
            self.asks.pop_front();
            sent = true;
        }
        // A system call: once for all of them.
        if sent {
            self.channel.bell.ring();
        }
    }

    /// Hands over what was asked for, and records when there are many.
    pub(super) fn spill(&mut self) {
        self.send_asks();
        self.spill_records();
    }

    /// Hands over records when there are many.
    pub(super) fn spill_records(&mut self) {
        if self.records.is_batch() {
            self.hand_over_records();
        }
    }

    fn hand_over_records(&mut self) {
        let batch = self.batch();
        if batch.records.is_empty() {
            return;
        }
        let queued = self.channel.record_bytes.load(Ordering::Relaxed);
        let sent = if queued > RECORD_BYTES_QUEUED.max(batch.weight.bytes) {
            Err(batch)
        } else {
            self.channel.records.try_send(batch).map_err(|error| match error {
                TrySendError::Full(batch) | TrySendError::Disconnected(batch) => batch,
            })
        };
        match sent {
            Ok(()) => self.channel.bell.ring(),
            Err(batch) => {
                let dropped = batch.records.iter().map(Record::count).sum();
                self.recorder.count(Counter::RecordDropped, dropped);
            }
        }
    }

    /// All records so far.
    fn batch(&mut self) -> Batch {
        let weight = Weight::put(self.records.bytes(), &self.channel.record_bytes);
        Batch { records: self.records.take(), weight }
    }

    /// Hands over a second's statistics; keeps them for the next time when the control thread is behind.
    pub(super) fn second(&mut self) {
        // Grants that were taken since the turn's work may have led to more.
        self.send_asks();
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
        let records = self.batch();
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

#[cfg(test)]
#[path = "outlet_tests.rs"]
mod tests;
