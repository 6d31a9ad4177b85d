//! The engine's state and its main loop.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};
use slab::Slab;

use super::connections::{Connections, TIMER, WAKER};
use super::outlet::{Channel, Mailbox, Notice, Outlet, Stop};
use super::services::Waiting;
use super::vitals::Vitals;
use super::wheel::Wheel;
use crate::coordination::{Cut, Ending};
use crate::extract::Documents;
use crate::limits::{EVENTS_PER_WAKE_UP, READ_BUFFER_BYTES, SLEEP_MAX};
use crate::load::{Schedule, Slice};
use crate::net::{Resolver, SocketOptions};
use crate::plan::RequestId;
use crate::program::Program;
use crate::service::Lease;
use crate::sys::{Clock, ThreadTime, Timer};
use crate::time::Nanos;
use crate::user::{Context, Message, User};

/// Why an engine cannot go on: the system refuses what it is built on.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct EngineError {
    /// What it was doing.
    what: &'static str,
    source: io::Error,
}

impl EngineError {
    pub(super) fn doing(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { what, source }
    }
}

/// A user with what its engine knows of it.
pub(super) struct Occupant {
    pub(super) user: User,
    /// Tells it from an earlier user in the same place.
    pub(super) serial: u64,
    /// Key of its connection.
    pub(super) connection: Option<usize>,
    pub(super) outgoing: Outgoing,
}

impl Occupant {
    /// A message is not yet wholly written.
    pub(super) fn is_sending(&self) -> bool {
        !matches!(self.outgoing, Outgoing::Nothing)
    }
}

/// A user that goes on with what was read for it.
pub(super) struct Answered {
    pub(super) user: usize,
    pub(super) serial: u64,
    pub(super) read_at: Nanos,
}

/// A message on its way.
pub(super) enum Outgoing {
    Nothing,
    /// The one in the engine's message buffer, about to be written.
    Fresh,
    /// One that is known since the link, from this byte on.
    Plain(RequestId, usize),
    /// One that was built, from this byte on.
    Built(Box<[u8]>, usize),
}

/// What users need around them.
pub(super) struct Surroundings {
    pub(super) program: Arc<Program>,
    pub(super) outlet: Outlet,
    pub(super) leases: Vec<Lease>,
    pub(super) message: Message,
    pub(super) documents: Documents,
    pub(super) started_unix: Nanos,
}

impl Outgoing {
    /// What is left after some more bytes were written.
    pub(super) fn after(self, written: usize) -> Self {
        match self {
            Self::Plain(request, sent) => Self::Plain(request, sent + written),
            Self::Built(bytes, sent) => Self::Built(bytes, sent + written),
            Self::Nothing | Self::Fresh => self,
        }
    }
}

impl Surroundings {
    /// The message in the buffer, for a time when the buffer holds another.
    pub(super) fn keep_message(&self) -> Outgoing {
        match self.message.plain() {
            Some(request) => Outgoing::Plain(request, 0),
            None => Outgoing::Built(self.message.bytes(&self.program).into(), 0),
        }
    }

    pub(super) fn context(&mut self) -> Context<'_> {
        Context {
            program: &self.program,
            recorder: &mut self.outlet.recorder,
            records: &mut self.outlet.records,
            leases: &mut self.leases,
            message: &mut self.message,
            documents: &mut self.documents,
            started_unix: self.started_unix,
        }
    }
}

/// One thread's share of the run.
pub(super) struct Engine {
    pub(super) clock: Clock,
    pub(super) poll: Poll,
    timer: Timer,
    stop: Stop,
    pub(super) notices: Receiver<Notice>,
    pub(super) schedule: Schedule,
    pub(super) around: Surroundings,
    pub(super) users: Slab<Occupant>,
    pub(super) next_serial: u64,
    pub(super) connections: Connections,
    /// Think times and back-off, by user key: exact.
    pub(super) sleeps: Wheel,
    /// Idle and connect timeouts, by connection key: looked at when they fire, not when they move.
    pub(super) guards: Wheel,
    /// Users that go on in the next turn, by key and serial number: they used up theirs, or were given what they waited for.
    pub(super) turns: VecDeque<(usize, u64)>,
    /// Users whose connections were read; empty again before the turn goes on.
    pub(super) answered: Vec<Answered>,
    /// Connections with more to read than one turn allows.
    pub(super) unread: VecDeque<Token>,
    pub(super) resolver: Resolver,
    /// Users that wait for what the run shares.
    pub(super) waiting: Waiting,
    /// Users that wait for a name.
    pub(super) unresolved: HashMap<Arc<str>, Vec<(usize, u64)>>,
    pub(super) sockets: SocketOptions,
    pub(super) buffer: Box<[u8]>,
    /// How much of each piece of traffic the Plan wants recorded, where it wants that.
    pub(super) traffic_bytes_max: Option<usize>,
    pub(super) vitals: Vitals,
    second: u64,
}

/// What an engine is built on. Made before the run, so that what the system refuses is known in time.
pub struct Seat {
    program: Arc<Program>,
    stop: Stop,
    channel: Channel,
    mailbox: Mailbox,
    notices: Receiver<Notice>,
    poll: Poll,
    timer: Timer,
    resolver: Resolver,
}

impl Seat {
    /// Takes what an engine needs of the system.
    ///
    /// # Errors
    /// When the system has no descriptors or threads left for it.
    pub fn new(program: Arc<Program>, stop: Stop, channel: Channel) -> Result<Self, EngineError> {
        let poll = Poll::new().map_err(EngineError::doing("cannot make a poll"))?;
        let timer = Timer::new().map_err(EngineError::doing("cannot make a timer"))?;
        poll.registry()
            .register(&mut SourceFd(&timer.as_raw_fd()), TIMER, Interest::READABLE)
            .map_err(EngineError::doing("cannot watch the timer"))?;
        let waker = Waker::new(poll.registry(), WAKER).map_err(EngineError::doing("cannot make a waker"))?;
        let waker = Arc::new(waker);
        stop.wake_with(waker.clone());
        let (mailbox, notices) = Mailbox::new(waker.clone());
        let resolver = Resolver::start(waker).map_err(EngineError::doing("cannot start the resolver"))?;
        Ok(Self { program, stop, channel, mailbox, notices, poll, timer, resolver })
    }

    /// The way to tell the engine something while it runs.
    pub fn mailbox(&self) -> Mailbox {
        self.mailbox.clone()
    }

    /// Runs an engine for this share of the users, from the start of `clock` (which may be yet to come) until all its users have
    /// ended, the load's duration is over, or it is told to stop.
    ///
    /// # Errors
    /// When polling fails. What was seen until then has been handed over.
    pub fn run(self, clock: Clock, slice: Slice) -> Result<(), EngineError> {
        let engine = Engine::new(self, clock, slice);
        // The start is a few milliseconds away.
        std::thread::sleep(std::time::Duration::from_nanos(clock.until_start().0));
        engine.run()
    }
}

impl Engine {
    fn new(seat: Seat, clock: Clock, slice: Slice) -> Self {
        let Seat { program, stop, channel, notices, poll, timer, resolver, mailbox: _ } = seat;
        let options = &program.plan.options;
        let sockets = SocketOptions {
            receive_buffer: options.tcp_receive_buffer.map(|bytes| bytes as usize),
            send_buffer: options.tcp_send_buffer.map(|bytes| bytes as usize),
        };
        let traffic_bytes_max = options.dump.traffic_bytes_max();
        let mut outlet = Outlet::new(channel, program.shape());
        outlet.recorder.engine = slice.index();
        Self {
            clock,
            poll,
            timer,
            stop,
            notices,
            waiting: Waiting::new(program.rows.len()),
            schedule: Schedule::new(&program.plan, Arc::clone(&program.row_reads), slice),
            around: Surroundings {
                outlet,
                leases: vec![Lease::default(); program.rows.len()],
                message: Message::default(),
                documents: Documents::default(),
                started_unix: Nanos::from_secs_f64(clock.start_unix_secs()),
                program,
            },
            users: Slab::new(),
            next_serial: 0,
            connections: Connections::default(),
            sleeps: Wheel::default(),
            guards: Wheel::default(),
            turns: VecDeque::new(),
            answered: Vec::new(),
            unread: VecDeque::new(),
            resolver,
            unresolved: HashMap::new(),
            sockets,
            traffic_bytes_max,
            buffer: vec![0; READ_BUFFER_BYTES].into(),
            vitals: Vitals::start(Nanos::ZERO, ThreadTime::of_this_thread()),
            second: 0,
        }
    }

    fn run(mut self) -> Result<(), EngineError> {
        let mut events = Events::with_capacity(EVENTS_PER_WAKE_UP);
        let result = self.turn_until_done(&mut events);
        self.finish(result)
    }

    /// Hands over what is left, users that still live included.
    fn finish(mut self, result: Result<Option<Cut>, EngineError>) -> Result<(), EngineError> {
        let cut = *result.as_ref().unwrap_or(&Some(Cut::Failed));
        if let Err(error) = &result {
            self.around.outlet.trouble(error.to_string());
        }
        let now = self.clock.now();
        self.close_second(now.as_secs(), now);
        for (_, occupant) in &mut self.users {
            occupant.user.handle_cut(now, &mut self.around.context());
        }
        let in_flight = self.users.iter().filter(|(_, occupant)| occupant.user.is_in_flight()).count() as u64;
        self.around.outlet.finish(Ending { cut, in_flight });
        result.map(|_| ())
    }

    fn turn_until_done(&mut self, events: &mut Events) -> Result<Option<Cut>, EngineError> {
        let program = self.around.program.clone();
        let cut_at = program.plan.load.duration.map_or(Nanos::NEVER, |span| program.plan.load.warm_up + span);
        loop {
            let now = self.clock.now();
            if let Some(cut) = self.stop.cut() {
                return Ok(Some(cut));
            }
            if now >= cut_at {
                return Ok(Some(Cut::Duration));
            }
            self.work(&program, now);
            let next_arrival = self.schedule.peek(&program.plan);
            if next_arrival.is_none() && self.users.is_empty() {
                return Ok(None);
            }
            let now = self.clock.now();
            if now.as_secs() > self.second {
                self.hand_over(now);
            }
            let due = [next_arrival, self.sleeps.next_due(), self.guards.next_due()]
                .into_iter()
                .flatten()
                .fold(cut_at.min(Nanos::from_secs(self.second + 1)), Nanos::min);
            self.wait(now, due, events)?;
            self.handle_events(events);
        }
    }

    /// Sleeps until the network, the timer or the waker has something; not at all when there is work.
    fn wait(&mut self, now: Nanos, due: Nanos, events: &mut Events) -> Result<(), EngineError> {
        let has_work = due <= now || !self.turns.is_empty() || !self.unread.is_empty();
        let due = due.min(now + SLEEP_MAX);
        if has_work {
            self.vitals.turn(now);
        } else {
            self.timer.set(self.clock, now, due).map_err(EngineError::doing("cannot set the timer"))?;
            self.vitals.sleep(now);
        }
        let timeout = has_work.then_some(std::time::Duration::ZERO);
        match self.poll.poll(events, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(EngineError::doing("cannot poll")(error)),
        }
        if !has_work {
            self.vitals.wake(self.clock.now(), due);
        }
        Ok(())
    }

    fn hand_over(&mut self, now: Nanos) {
        self.second = now.as_secs();
        // For a notice whose waking failed.
        self.take_notices();
        self.close_second(self.second - 1, now);
        self.around.outlet.second();
    }

    /// Sets the gauges; the statistics reach up to the end of `second`.
    fn close_second(&mut self, second: u64, now: Nanos) {
        let recorder = &mut self.around.outlet.recorder;
        self.vitals.close(now, self.users.len(), recorder);
        recorder.second = second;
        recorder.users = self.users.len() as u64;
        recorder.users_max = recorder.users_max.max(recorder.users);
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
