//! The virtual user: a pure state machine over the operations of its session.
//!
//! Inputs are `handle_*` methods that carry the time; after each of them [`User::poll`] says what the user wants next. The user
//! opens no sockets and sets no timers: its engine does, on its word. What it sees goes to the engine's recorder.

mod exchange;
mod for_each;
mod json;
mod message;
mod response;
mod run;
mod script;
#[cfg(test)]
mod script_tests;
mod service;
#[cfg(test)]
mod service_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod value_tests;
mod variables;

pub use message::Message;
pub use variables::erlang_number;

use self::script::Scripts;
use crate::extract::Documents;
use crate::load::{Arrival, NextRow, choose_user_agent};
use crate::plan::{EndpointId, RequestId, SessionId, Slot, TransactionId};
use crate::program::{LinkedEndpoint, Program};
use crate::protocol::http::{CookieStore, ResponseReader};
use crate::rng::{Domain, Point, draw};
use crate::script::Value;
use crate::service::{Ask, Lease};
use crate::sink::{Records, Sample};
use crate::stats::{Class, Counter, Errno, Recorder, SeriesId};
use crate::time::Nanos;

/// What a user needs of its surroundings at each call.
pub struct Context<'a> {
    /// What is run.
    pub program: &'a Program,
    /// Where it counts.
    pub recorder: &'a mut Recorder,
    /// Where dump and match rows go.
    pub records: &'a mut Records,
    /// By file: rows that the engine may give out.
    pub leases: &'a mut [Lease],
    /// Where messages are written, one buffer for all users.
    pub message: &'a mut Message,
    /// Where bodies of responses are taken apart, the same room for all users.
    pub documents: &'a mut Documents,
    /// Wall clock at the start of the run, since 1970.
    pub started_unix: Nanos,
}

impl Context<'_> {
    /// Times something that Tsung's statistics know; keeps the value where the Plan wants that.
    fn sample(&mut self, series: SeriesId, phase: usize, class: Class, value: Nanos) {
        self.recorder.sample(series, phase, class, value);
        if self.program.plan.options.keep_samples && class.is_shown() {
            self.records.push_sample(Sample { series, value });
        }
    }
}

/// What a user wants next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Want {
    /// The message in [`Context::message`] sent to [`User::place`], on its open connection if that goes there.
    Exchange,
    /// Nothing, until the network has something for it.
    Network,
    /// To be told when this time has come.
    Sleep(Nanos),
    /// This sent for it, then nothing until the answer is there.
    Service(Ask),
    /// Nothing, until the answer to its ask is there.
    Answer,
    /// To be polled again soon, after others.
    Turn,
    /// To be removed, its connection closed.
    End,
}

/// What came of bytes that a user was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Received {
    /// The response goes on.
    Partial,
    /// The response is complete; poll the user.
    Complete {
        /// The connection must be closed.
        close: bool,
    },
    /// The user ended over it; poll it.
    Ended,
}

/// Why a connection could not be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConnectFailure {
    /// The system said so.
    Os(Errno),
    /// The name could not be resolved.
    NameUnknown,
    /// It took too long.
    Timeout,
}

/// Why a message could not be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SendFailure {
    /// The peer had closed the connection.
    Closed,
    /// The system said so.
    Os(Errno),
}

/// A place to connect to: one of the Plan's, or one that a response named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PlaceRef {
    /// One of the Plan's.
    Known(EndpointId),
    /// Any other.
    Found(Box<LinkedEndpoint>),
}

impl PlaceRef {
    /// The place itself.
    pub fn endpoint<'a>(&'a self, program: &'a Program) -> &'a LinkedEndpoint {
        match self {
            Self::Known(id) => program.endpoint(*id),
            Self::Found(endpoint) => endpoint,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Ready for the op at `at`.
    Running,
    /// Waits for a time.
    Sleeping(Nanos),
    /// Waits for a time to try its request again.
    Retrying(Nanos),
    /// A message is wanted on a connection that is not there yet.
    Connecting,
    /// A message is on its way or its response awaited.
    Awaiting,
    /// Waits for a service's answer about the op at `at`.
    Waiting,
    /// Has got the row that the op at `at` reads.
    Granted(u64),
    /// Is about to ask for the end of the run.
    EndingRun,
    /// Has asked for it. Whatever its connection still does is no event of the test: whether it is seen before the cut is chance.
    EndedRun,
    Ended,
}

/// How a user's life ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ending {
    /// After its last op, or because its scenario says so.
    Planned,
    /// Something failed.
    Failed,
}

/// The request under way.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    request: RequestId,
    /// Start of the connect attempt that succeeded, or of the write.
    began: Nanos,
    /// When the write began: a fast peer answers before it returns.
    sent: Nanos,
    first_byte: Option<Nanos>,
    received: u64,
}

#[derive(Clone, Copy, Debug)]
struct Page {
    start: Nanos,
    failed: bool,
}

/// A virtual user.
#[derive(Debug)]
pub struct User {
    id: u64,
    session: SessionId,
    phase: u16,
    agent: u16,
    state: State,
    /// Index of the op that runs, or runs next.
    at: u32,
    /// Backward jumps so far: tells executions of one op apart.
    jumps: u32,
    retries: u32,
    loops: u32,
    restarts: u32,
    started: Nanos,
    /// When the step under way should have begun.
    intended: Nanos,
    page: Option<Page>,
    exchange: Exchange,
    place: PlaceRef,
    /// By slot.
    variables: Box<[Option<Value>]>,
    /// Where it is in the files that its session reads a fixed number of times.
    rows: Box<[NextRow]>,
    /// Open ones, innermost last.
    transactions: Vec<(TransactionId, Nanos)>,
    reader: ResponseReader,
    cookies: CookieStore,
    /// The peer closed the connection of a session that is not persistent, between a response and the next step.
    hung_up: bool,
    /// Of the batch of events under way; scripts are told it.
    clock: Nanos,
    /// What the scripts of the op under way have used up.
    scripts: Scripts,
    /// The URL of the exchange under way, where a dump wants it and it is not fixed.
    dump_url: Option<Box<[u8]>>,
}

impl User {
    /// Starts a user at `now`; records how late that is.
    pub fn start(now: Nanos, arrival: Arrival, cx: &mut Context<'_>) -> Self {
        let plan = &cx.program.plan;
        let session = &plan.sessions[arrival.session.index()];
        let mut variables: Box<[Option<Value>]> = session.variables.iter().map(|_| None).collect();
        if let Some(id) = variables.get_mut(Slot::USER_ID.index()) {
            *id = Some(Value::Int(arrival.user as i64));
        }
        let agent = if plan.user_agents.is_empty() {
            0
        } else {
            let point = Point { user: arrival.user, step: 0, occurrence: 0 };
            choose_user_agent(&plan.user_agents, draw(plan.seed, Domain::UserAgent, point))
        };
        cx.recorder.count(Counter::UserStarted, 1);
        Self {
            id: arrival.user,
            session: arrival.session,
            phase: arrival.phase.min(usize::from(u16::MAX)) as u16,
            agent: agent as u16,
            state: State::Running,
            at: 0,
            jumps: 0,
            retries: 0,
            loops: 0,
            restarts: 0,
            started: now,
            intended: arrival.at,
            page: None,
            exchange: Exchange {
                request: RequestId(0),
                began: Nanos::ZERO,
                sent: Nanos::ZERO,
                first_byte: None,
                received: 0,
            },
            place: PlaceRef::Known(arrival.server),
            variables,
            rows: arrival.rows,
            transactions: Vec::new(),
            reader: ResponseReader::default(),
            cookies: CookieStore::default(),
            hung_up: false,
            clock: now,
            scripts: Scripts::default(),
            dump_url: None,
        }
    }

    /// The user's number.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Where the user is, or wants its message to go.
    pub fn place(&self) -> &PlaceRef {
        &self.place
    }

    /// A response is awaited: the idle timeout runs.
    pub fn is_awaiting(&self) -> bool {
        self.state == State::Awaiting
    }

    /// A message was wanted and has no response yet: it is being connected for, sent, answered, or tried again.
    pub fn is_in_flight(&self) -> bool {
        matches!(self.state, State::Connecting | State::Awaiting | State::Retrying(_))
    }

    fn phase(&self) -> usize {
        usize::from(self.phase)
    }

    fn innermost(&self) -> Option<TransactionId> {
        self.transactions.last().map(|(id, _)| *id)
    }
}
