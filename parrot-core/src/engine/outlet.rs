//! What an engine hands to the control thread, and how it is told to stop.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};

use mio::Waker;

use crate::service::{Ask, Grant};
use crate::sink::{Record, Records};
use crate::stats::{Counter, Recorder, Shape};

/// What an engine hands over.
#[derive(Debug)]
pub enum Handover {
    /// Statistics of a second, and the records since the last handover.
    Second(Box<Recorder>, Vec<Record>),
    /// Records alone, when many come.
    Records(Vec<Record>),
    /// A user needs what the run shares.
    Ask(Ask),
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
    /// A user's scenario ended the run.
    Aborted,
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
    /// Ends the run: users are cut where they are, the last window is written.
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

/// An engine's way to the control thread. What does not fit is kept (statistics) or dropped and counted (records).
#[derive(Debug)]
pub(super) struct Outlet {
    to_control: SyncSender<Handover>,
    spares: Receiver<Box<Recorder>>,
    shape: Shape,
    pub(super) recorder: Box<Recorder>,
    pub(super) records: Records,
    /// Asks that the control thread has not taken yet, in order: one for each user that waits, at most.
    asks: VecDeque<Ask>,
}

impl Outlet {
    pub(super) fn new(
        to_control: SyncSender<Handover>,
        spares: Receiver<Box<Recorder>>,
        shape: Shape,
    ) -> Self {
        Self {
            to_control,
            spares,
            shape,
            recorder: Box::new(Recorder::new(shape)),
            records: Records::default(),
            asks: VecDeque::new(),
        }
    }

    /// Asks for something. What the control thread has no room for goes with the next turn.
    pub(super) fn ask(&mut self, ask: Ask) {
        self.asks.push_back(ask);
        self.send_asks();
    }

    fn send_asks(&mut self) {
        while let Some(ask) = self.asks.front().copied() {
            if let Err(TrySendError::Full(_)) = self.to_control.try_send(Handover::Ask(ask)) {
                return;
            }
            self.asks.pop_front();
        }
    }

    /// Hands over records when there are many, and asks that are left.
    pub(super) fn spill(&mut self) {
        self.send_asks();
        if self.records.is_batch() {
            let batch = self.records.take();
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
        let records = self.records.take();
        if let Err(TrySendError::Full(Handover::Second(full, records))) =
            self.to_control.try_send(Handover::Second(full, records))
        {
            self.recorder = full;
            self.records.put_back(records);
        }
    }

    /// Hands over what is left and says goodbye; waits until the control thread takes it.
    pub(super) fn finish(mut self, ending: Ending) {
        let spare = self.spare();
        let last = std::mem::replace(&mut self.recorder, spare);
        let records = self.records.take();
        // With the control thread gone there is nobody to tell.
        let _ = self.to_control.send(Handover::Second(last, records));
        let _ = self.to_control.send(Handover::Done(ending));
    }

    fn spare(&self) -> Box<Recorder> {
        self.spares.try_recv().unwrap_or_else(|_| Box::new(Recorder::new(self.shape)))
    }
}
