//! The worker's side of a run: joins, fetches, waits for the start, passes on what its engines tell, and knows when it is alone.
//!
//! Pure: `handle_*` methods take the time and what happened; afterwards [`Worker::poll_send`] and [`Worker::poll_command`] are
//! emptied, and [`Worker::poll_timeout`] says when to call [`Worker::handle_timeout`]. Times are of the worker's own clock.

use std::collections::VecDeque;

use super::conversation::Conversation;
use super::frame::{self, Frame, FrameError, Kind, Tag};
use super::happening::DropReason;
use super::message::{
    Cut, Dismissal, Echo, Ending, Go, Hash, Hello, Order, Probe, Report, Welcome, WorkerId,
};
use super::offset::ClockOffset;
use super::provision::{Provision, Provisions};
use crate::limits::FRAME_BYTES_MAX;
use crate::service::{Ask, Grant};
use crate::sink::Record;
use crate::stats::{Counter, Delta};
use crate::time::Nanos;

/// A Hello without answer is repeated after this.
const HELLO_AGAIN_AFTER: Nanos = Nanos::from_millis(200);
/// Probes of the controller's clock before the worker is ready.
const PROBES_AT_FIRST: usize = 8;
/// A probe without answer is repeated after this, until there are enough.
const PROBE_AGAIN_AFTER: Nanos = Nanos::from_millis(200);
/// Between probes later: they are the worker's heartbeat.
const PROBE_EVERY: Nanos = Nanos::SECOND;
/// A controller that is silent for so long is gone. Longer than a pause of fifteen seconds, which a run survives.
pub const CONTROLLER_SILENCE_MAX: Nanos = Nanos::from_secs(20);
/// How long a worker waits for a controller to appear.
const JOIN_PATIENCE: Nanos = Nanos::from_secs(600);
/// It looks at itself at least this often, so that it knows its own sleep from the controller's silence.
const LOOK_EVERY: Nanos = Nanos::from_millis(250);
/// A gap of this length between two calls is the worker's own sleep, not the controller's silence.
const OWN_STALL: Nanos = Nanos::SECOND;

/// What the worker's surroundings have to do.
#[derive(Debug, Eq, PartialEq)]
pub enum Command {
    /// Make the Plan ready, then call [`Worker::handle_linked`]. None: it is the one that the worker was made with.
    Link(Option<Provisions>),
    /// Start the engines.
    Start {
        /// When the run's time is zero.
        at: Nanos,
        /// Number of the first engine in the run.
        first_engine: u32,
        /// Engines of all workers.
        engines: u32,
    },
    /// Stop the engines, for this reason; they report their endings all the same.
    Stop(Cut),
    /// Pass this on to an engine.
    Grant {
        /// Its number in the run.
        engine: u32,
        /// What its users have asked for.
        grant: Grant,
    },
    /// Nothing more to do.
    End(Outcome),
}

/// How a worker's part ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// All was done and told.
    Done,
    /// The controller did not want it (any more).
    Dismissed(Dismissal),
    /// The controller was not heard of for too long.
    Orphaned,
    /// No controller answered for as long as a worker waits for one.
    NoController,
    /// The controller speaks another version.
    OtherVersion(u16),
    /// It was stopped before its engines had begun; the controller was told, if it had joined one.
    Stopped,
    /// It cannot run this Plan; the controller was told why.
    Unable,
}

#[derive(Debug)]
enum Stage {
    Joining {
        hello_at: Nanos,
    },
    Fetching(Box<Provision>),
    /// The Plan is made ready.
    Linking,
    /// It is ready, the clock is not measured yet.
    Measuring,
    Ready,
    Running {
        engines_left: u32,
    },
    /// Nobody is there to tell: the engines are being stopped.
    Abandoned {
        engines_left: u32,
        outcome: Outcome,
    },
    /// Everything is told; waits until it has arrived.
    Leaving(Outcome),
    Over,
}

/// A worker.
#[derive(Debug)]
pub struct Worker {
    hello: Hello,
    preloaded: Option<Hash>,
    /// It lives in the controller's own process.
    shares_process: bool,
    talk: Conversation<Order>,
    stage: Stage,
    offset: ClockOffset,
    probe_at: Nanos,
    heard_at: Nanos,
    /// Last time that anything was looked at.
    looked_at: Nanos,
    /// Records that were too large for a frame.
    dropped_records: u64,
    out: VecDeque<Vec<u8>>,
    commands: VecDeque<Command>,
}

impl Worker {
    /// A worker that will offer itself. `preloaded` is the Plan that it has already, if it has one.
    pub fn new(now: Nanos, hello: Hello, preloaded: Option<Hash>) -> Self {
        Self {
            hello,
            preloaded,
            shares_process: false,
            talk: Conversation::new(0, 0, Kind::Report),
            stage: Stage::Joining { hello_at: Nanos::ZERO },
            offset: ClockOffset::default(),
            probe_at: Nanos::NEVER,
            heard_at: now,
            looked_at: now,
            dropped_records: 0,
            out: VecDeque::new(),
            commands: VecDeque::new(),
        }
    }

    /// As a worker of the controller's own process. A controller that is silent has not gone away, as both would have: its thread is
    /// held up, by a full disk or a slow pipe, and goes on some time. Whoever sees it end calls [`Self::stop`].
    #[must_use]
    pub fn of_the_same_process(mut self) -> Self {
        self.shares_process = true;
        self
    }

    /// A frame of the controller's.
    ///
    /// # Errors
    /// When it is none; it is dropped.
    pub fn handle_frame(&mut self, now: Nanos, bytes: &[u8]) -> Result<(), DropReason> {
        self.look(now);
        let frame = match Frame::read(bytes) {
            Ok(frame) => frame,
            Err(FrameError::Version { found }) if matches!(self.stage, Stage::Joining { .. }) => {
                self.end(Outcome::OtherVersion(found));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        match (frame.kind, &self.stage) {
            (_, Stage::Over) => {}
            (Kind::Dismissal, _) if self.may_dismiss(frame.tag) => {
                self.abandon(Outcome::Dismissed(frame.body()?));
            }
            (Kind::Welcome, Stage::Joining { .. }) => self.handle_welcome(now, frame.tag, frame.body()?),
            // Without a membership nothing else can be meant for it.
            (_, Stage::Joining { .. }) => {}
            _ if !self.talk.is_ours(frame.tag) => {}
            (Kind::Echo, _) => {
                let Echo { probe, now: theirs } = frame.body()?;
                self.heard(now, frame.tag);
                if let Some(sent) = probe {
                    self.handle_echo(now, sent, theirs);
                }
            }
            (Kind::Chunk, Stage::Fetching(_)) => {
                self.heard(now, frame.tag);
                self.handle_chunk(&frame)?;
            }
            (Kind::Order, _) => {
                self.heard(now, frame.tag);
                self.talk.handle_lane(&frame)?;
                while let Some(order) = self.talk.pop() {
                    self.obey(order);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The Plan is ready to run, or why not.
    pub fn handle_linked(&mut self, now: Nanos, linked: Result<(), String>) {
        self.look(now);
        if !matches!(self.stage, Stage::Linking) {
            return;
        }
        match linked {
            Ok(()) => {
                self.stage = Stage::Measuring;
                self.be_ready();
            }
            Err(why) => self.be_unable(why),
        }
    }

    /// An engine's second.
    pub fn handle_stats(&mut self, now: Nanos, mut delta: Delta) {
        self.look(now);
        if !matches!(self.stage, Stage::Running { .. }) {
            return;
        }
        if self.dropped_records > 0 {
            delta.count(Counter::RecordDropped, std::mem::take(&mut self.dropped_records));
        }
        self.talk.send(&Report::Stats(delta));
    }

    /// Rows of dump and match log.
    pub fn handle_records(&mut self, now: Nanos, records: Vec<Record>) {
        self.look(now);
        if records.is_empty() || !matches!(self.stage, Stage::Running { .. }) {
            return;
        }
        let count = records.len();
        let report = Report::Records(records);
        let encoded = frame::encode(&report);
        // Room for the head and the tag.
        if encoded.len() + 64 <= FRAME_BYTES_MAX {
            self.talk.send_encoded(encoded);
        } else if count == 1 {
            self.dropped_records += 1;
        } else if let Report::Records(mut records) = report {
            let rest = records.split_off(count / 2);
            self.handle_records(now, records);
            self.handle_records(now, rest);
        }
    }

    /// An engine's users need what the run shares.
    pub fn handle_ask(&mut self, now: Nanos, engine: u32, ask: Ask) {
        self.look(now);
        if matches!(self.stage, Stage::Running { .. }) {
            self.talk.send(&Report::Ask { engine, ask });
        }
    }

    /// Something went wrong that people should know of.
    pub fn handle_trouble(&mut self, now: Nanos, text: String) {
        self.look(now);
        if matches!(self.stage, Stage::Running { .. }) {
            self.talk.send(&Report::Trouble(text));
        }
    }

    /// An engine has ended; its last statistics came before.
    pub fn handle_engine_done(&mut self, now: Nanos, engine: u32, ending: Ending) {
        self.look(now);
        match &mut self.stage {
            Stage::Running { engines_left } => {
                *engines_left = engines_left.saturating_sub(1);
                let last = *engines_left == 0;
                self.talk.send(&Report::Done { engine, ending });
                if last {
                    self.stage = Stage::Leaving(Outcome::Done);
                }
            }
            Stage::Abandoned { engines_left, outcome } => {
                *engines_left = engines_left.saturating_sub(1);
                if *engines_left == 0 {
                    let outcome = *outcome;
                    self.end(outcome);
                }
            }
            _ => {}
        }
    }

    /// It has to stop by itself: its engines end in order and all is told, or it says goodbye and leaves at once where nothing runs.
    /// In the controller's own process it means that the controller has ended: nobody is left to tell.
    pub fn stop(&mut self, now: Nanos) {
        self.look(now);
        match self.stage {
            Stage::Running { .. } if self.shares_process => self.abandon(Outcome::Stopped),
            Stage::Running { .. } => self.commands.push_back(Command::Stop(Cut::Stopped)),
            Stage::Leaving(outcome) if self.shares_process => self.end(outcome),
            Stage::Abandoned { .. } | Stage::Leaving(_) | Stage::Over => {}
            Stage::Joining { .. } => self.end(Outcome::Stopped),
            Stage::Fetching(_) | Stage::Linking | Stage::Measuring | Stage::Ready => {
                self.say_bye();
                self.end(Outcome::Stopped);
            }
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Nanos) {
        self.look(now);
        if now.since(self.heard_at) >= self.patience() {
            let joining = matches!(self.stage, Stage::Joining { .. });
            self.abandon(if joining { Outcome::NoController } else { Outcome::Orphaned });
        }
        match &mut self.stage {
            // Nobody listens any more.
            Stage::Over | Stage::Abandoned { .. } => return,
            Stage::Joining { hello_at } if *hello_at <= now => {
                *hello_at = now + HELLO_AGAIN_AFTER;
                let hello = frame::write(Kind::Hello, Tag::default(), &frame::encode(&self.hello));
                self.out.push_back(hello);
            }
            Stage::Fetching(provision) => {
                if let Some(fetch) = provision.poll_fetch(now) {
                    let fetch = self.talk.frame(Kind::Fetch, &fetch);
                    self.out.push_back(fetch);
                }
            }
            Stage::Leaving(outcome) if self.talk.unacknowledged() == 0 => {
                let outcome = *outcome;
                self.say_bye();
                self.end(outcome);
                return;
            }
            _ => {}
        }
        if self.probe_at <= now || self.talk.owes_acknowledgement() {
            let pause = if self.offset.len() < PROBES_AT_FIRST { PROBE_AGAIN_AFTER } else { PROBE_EVERY };
            self.probe_at = now + pause;
            let probe = self.talk.frame(Kind::Probe, &Probe { sent: now });
            self.out.push_back(probe);
        }
    }

    /// A frame to send to the controller.
    pub fn poll_send(&mut self, now: Nanos) -> Option<Vec<u8>> {
        self.out.pop_front().or_else(|| match self.stage {
            Stage::Over | Stage::Abandoned { .. } | Stage::Joining { .. } => None,
            _ => self.talk.poll_lane(now),
        })
    }

    /// Something to do.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Nanos {
        let silence = self.heard_at + self.patience();
        let due = match &self.stage {
            Stage::Joining { hello_at } => *hello_at,
            Stage::Fetching(provision) => provision.ask_at(),
            Stage::Leaving(_) if self.talk.unacknowledged() == 0 => Nanos::ZERO,
            Stage::Over | Stage::Abandoned { .. } => return Nanos::NEVER,
            _ => Nanos::NEVER,
        };
        if self.talk.owes_acknowledgement() {
            return Nanos::ZERO;
        }
        due.min(silence)
            .min(self.looked_at + LOOK_EVERY)
            .min(self.probe_at)
            .min(self.talk.next_due().unwrap_or(Nanos::NEVER))
    }

    /// Whether it takes more from its engines; what it cannot pass on they must keep. With nobody to tell it takes everything.
    ///
    /// Statistics travel behind the records that came before them: a second must not arrive before its rows. How long they wait for
    /// them is bounded, as the bytes in front of them are.
    pub fn wants_more(&self) -> bool {
        !matches!(self.stage, Stage::Running { .. }) || !self.talk.is_full()
    }

    /// Messages that the controller has not acknowledged.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.talk.unacknowledged()
    }

    const fn patience(&self) -> Nanos {
        match self.stage {
            Stage::Joining { .. } => JOIN_PATIENCE,
            _ if self.shares_process => Nanos::NEVER,
            _ => CONTROLLER_SILENCE_MAX,
        }
    }

    /// Notices its own sleep: the controller was not silent then, nobody listened.
    fn look(&mut self, now: Nanos) {
        let gap = now.since(self.looked_at);
        if gap >= OWN_STALL {
            self.heard_at = (self.heard_at + gap).min(now);
        }
        self.looked_at = self.looked_at.max(now);
    }

    fn heard(&mut self, now: Nanos, tag: Tag) {
        self.heard_at = now;
        self.talk.handle_tag(tag);
    }

    /// A dismissal needs no run: who is dismissed at the door has none.
    fn may_dismiss(&self, tag: Tag) -> bool {
        match self.stage {
            Stage::Joining { .. } => true,
            _ => self.talk.is_ours(tag),
        }
    }

    fn handle_welcome(&mut self, now: Nanos, tag: Tag, welcome: Welcome) {
        self.talk = Conversation::new(tag.run, tag.epoch, Kind::Report);
        self.heard(now, tag);
        self.probe_at = now;
        if self.preloaded == Some(welcome.plan.sha256) {
            self.stage = Stage::Linking;
            self.commands.push_back(Command::Link(None));
            return;
        }
        match Provision::new(welcome) {
            Ok(provision) => self.stage = Stage::Fetching(Box::new(provision)),
            Err(error) => self.be_unable(error.to_string()),
        }
    }

    fn handle_chunk(&mut self, frame: &Frame<'_>) -> Result<(), FrameError> {
        let Stage::Fetching(provision) = &mut self.stage else { return Ok(()) };
        match provision.handle(&frame.body()?) {
            Ok(()) => {
                if let Some(provisions) = provision.take() {
                    self.stage = Stage::Linking;
                    self.commands.push_back(Command::Link(Some(provisions)));
                }
            }
            Err(error) => self.be_unable(error.to_string()),
        }
        Ok(())
    }

    fn handle_echo(&mut self, now: Nanos, sent: Nanos, theirs: Nanos) {
        if now < sent {
            // It was never asked: its round trip of nothing would beat all true ones.
            return;
        }
        self.offset.add(sent, theirs, now);
        if self.offset.len() < PROBES_AT_FIRST {
            self.probe_at = now;
        }
        self.be_ready();
    }

    fn be_ready(&mut self) {
        if matches!(self.stage, Stage::Measuring) && self.offset.len() >= PROBES_AT_FIRST {
            self.stage = Stage::Ready;
            self.talk.send(&Report::Ready);
        }
    }

    fn be_unable(&mut self, why: String) {
        self.talk.send(&Report::Unable(why));
        self.stage = Stage::Leaving(Outcome::Unable);
    }

    fn obey(&mut self, order: Order) {
        match (order, &self.stage) {
            (Order::Go(Go { at, first_engine, engines }), Stage::Ready) => {
                let at = self.offset.to_local(at);
                self.stage = Stage::Running { engines_left: self.hello.engines };
                self.commands.push_back(Command::Start { at, first_engine, engines });
            }
            (Order::Stop(cut), Stage::Running { .. }) => self.commands.push_back(Command::Stop(cut)),
            (Order::Grant { engine, grant }, Stage::Running { .. }) => {
                self.commands.push_back(Command::Grant { engine, grant });
            }
            _ => {}
        }
    }

    /// Nobody is there to tell any more.
    fn abandon(&mut self, outcome: Outcome) {
        match self.stage {
            Stage::Running { engines_left } => {
                self.stage = Stage::Abandoned { engines_left, outcome };
                self.commands.push_back(Command::Stop(Cut::Stopped));
            }
            Stage::Abandoned { .. } | Stage::Over => {}
            // A run that is called off because of it needs no other reason.
            Stage::Leaving(Outcome::Unable) => self.end(Outcome::Unable),
            _ => self.end(outcome),
        }
    }

    fn say_bye(&mut self) {
        let bye = self.talk.frame(Kind::Bye, &());
        self.out.push_back(bye);
    }

    fn end(&mut self, outcome: Outcome) {
        self.stage = Stage::Over;
        self.probe_at = Nanos::NEVER;
        self.commands.push_back(Command::End(outcome));
    }
}

/// A worker's address from random numbers.
pub fn worker_id(random: [u64; 2]) -> WorkerId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&random[0].to_le_bytes());
    id[8..].copy_from_slice(&random[1].to_le_bytes());
    // ROUTER sockets keep addresses that begin with zero for themselves.
    id[0] |= 1;
    id
}
