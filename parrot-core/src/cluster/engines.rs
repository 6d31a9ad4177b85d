//! The engines of one worker process, as its control thread sees them.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

use crate::coordination::{Cut, Ending, Worker};
use crate::engine::{Batch, Channel, EngineError, Handover, Mailbox, Notice, RecordBytes, Seat, Stop};
use crate::limits::{RECORD_BATCHES_QUEUED, SECONDS_QUEUED};
use crate::load::Slice;
use crate::program::Program;
use crate::service::Grant;
use crate::stats::{Delta, Recorder};
use crate::sys::{Bell, Clock};
use crate::time::Nanos;

/// The engines of one process.
pub(super) struct Engines {
    seats: Vec<Seat>,
    threads: Vec<JoinHandle<()>>,
    stop: Stop,
    bell: Arc<Bell>,
    sender: SyncSender<(u32, Handover)>,
    handovers: Receiver<(u32, Handover)>,
    records: Receiver<Batch>,
    spares: Vec<Sender<Box<Recorder>>>,
    mailboxes: Vec<Mailbox>,
    first_engine: u32,
}

impl Engines {
    /// Takes what they need of the system; nothing runs yet. They ring the bell when they have something.
    pub(super) fn prepare(program: &Arc<Program>, count: u32, bell: &Arc<Bell>) -> Result<Self, EngineError> {
        let (sender, handovers) = mpsc::sync_channel(SECONDS_QUEUED * count as usize);
        let (records_sender, records) = mpsc::sync_channel(RECORD_BATCHES_QUEUED);
        let record_bytes = RecordBytes::default();
        let stop = Stop::default();
        let (mut seats, mut spares, mut mailboxes) = (Vec::new(), Vec::new(), Vec::new());
        for engine in 0..count {
            let (spare, channel_spares) = mpsc::channel();
            spares.push(spare);
            let channel = Channel {
                engine,
                handovers: sender.clone(),
                records: records_sender.clone(),
                record_bytes: Arc::clone(&record_bytes),
                bell: Arc::clone(bell),
                spares: channel_spares,
            };
            let seat = Seat::new(Arc::clone(program), stop.clone(), channel)?;
            mailboxes.push(seat.mailbox());
            seats.push(seat);
        }
        let bell = Arc::clone(bell);
        let threads = Vec::new();
        Ok(Self {
            seats,
            threads,
            stop,
            bell,
            sender,
            handovers,
            records,
            spares,
            mailboxes,
            first_engine: 0,
        })
    }

    /// Starts them. One that cannot be started has failed.
    pub(super) fn start(&mut self, clock: Clock, first_engine: u32, engines: u32) {
        self.first_engine = first_engine;
        for (engine, seat) in (0..).zip(std::mem::take(&mut self.seats)) {
            let last_word = LastWord { engine, sender: self.sender.clone(), bell: Arc::clone(&self.bell) };
            let Some(slice) = Slice::new(first_engine + engine, engines) else {
                last_word.say(format!("engine {} of {engines} is beyond the limit", first_engine + engine));
                continue;
            };
            let name = format!("engine-{}", slice.index());
            let failed = last_word.clone();
            let thread = thread::Builder::new().name(name).spawn(move || {
                // A failure is told by the engine itself.
                let _ = seat.run(clock, slice);
                drop(last_word);
            });
            match thread {
                Ok(thread) => self.threads.push(thread),
                Err(error) => failed.say(format!("cannot start a thread: {error}")),
            }
        }
    }

    /// Users are cut where they are; endings are reported all the same.
    pub(super) fn stop(&self, cut: Cut) {
        match cut {
            Cut::Aborted => self.stop.abort(),
            Cut::Stopped | Cut::Duration | Cut::Failed => self.stop.stop(),
        }
    }

    /// Gives an engine what its users have asked for.
    pub(super) fn grant(&self, engine: u32, grant: Grant) {
        let index = engine.checked_sub(self.first_engine).map(|index| index as usize);
        if let Some(mailbox) = index.and_then(|index| self.mailboxes.get(index)) {
            mailbox.send(Notice::Grant(grant));
        }
    }

    /// Passes on what the engines have told. What the worker cannot take stays with them.
    pub(super) fn pass_on(&mut self, now: Nanos, worker: &mut Worker) {
        self.pass_on_records(now, worker);
        while worker.wants_more()
            && let Ok((engine, handover)) = self.handovers.try_recv()
        {
            match handover {
                Handover::Second(mut recorder) => {
                    worker.handle_stats(now, Delta::of(&recorder));
                    recorder.clear();
                    // An engine that has ended needs no spare.
                    let _ = self.spares[engine as usize].send(recorder);
                }
                Handover::Ask(ask) => worker.handle_ask(now, self.first_engine + engine, ask),
                Handover::Trouble(text) => worker.handle_trouble(now, text),
                Handover::Done(ending) => {
                    // Its records came before, and there are no more of them than the channel holds.
                    while let Ok(batch) = self.records.try_recv() {
                        worker.handle_records(now, batch.into_records());
                    }
                    worker.handle_engine_done(now, self.first_engine + engine, ending);
                }
            }
        }
    }

    fn pass_on_records(&mut self, now: Nanos, worker: &mut Worker) {
        while worker.wants_more()
            && let Ok(batch) = self.records.try_recv()
        {
            worker.handle_records(now, batch.into_records());
        }
    }

    /// Waits for their threads.
    pub(super) fn join(self) {
        for thread in self.threads {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

/// Speaks for an engine that cannot any more.
#[derive(Clone)]
struct LastWord {
    engine: u32,
    sender: SyncSender<(u32, Handover)>,
    bell: Arc<Bell>,
}

impl LastWord {
    fn say(&self, why: String) {
        let ending = Ending { cut: Some(Cut::Failed), ..Ending::default() };
        for handover in [Handover::Trouble(why), Handover::Done(ending)] {
            let _ = self.sender.send((self.engine, handover));
        }
        self.bell.ring();
    }
}

impl Drop for LastWord {
    fn drop(&mut self) {
        if thread::panicking() {
            self.say("an engine stopped by a mistake in this program".to_owned());
        }
    }
}
