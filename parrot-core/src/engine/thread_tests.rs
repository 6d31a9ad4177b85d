//! An engine turned by hand, so that it is known what came with which waking; its server is this test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::*;
use crate::engine::Handover;
use crate::plan::*;
use crate::sink::{EndReason, Summary};
use crate::stats::{Class, Counter, Reason, SeriesId, Timeline};
use crate::sys::Bell;

const LIMIT: Duration = Duration::from_secs(30);
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Users of one session, all from the start, that makes so many requests.
fn plan(port: u16, users: usize, persistent: bool, requests: usize) -> Plan {
    let http = HttpRequest {
        method: Method::Get,
        url: Template::text("/"),
        escape_spaces: false,
        target: Target::Pinned(EndpointId(0)),
        host: Host::Fixed(b"h".to_vec()),
        parts: vec![Part::Text(Template::text("GET / HTTP/1.1\r\n\r\n"))],
        body: Template::default(),
    };
    let request = Request {
        exchange: Exchange::Http(http),
        tag: None,
        ends_page: true,
        variables: Vec::new(),
        content: Default::default(),
        matches: Vec::new(),
    };
    let op = Op { action: 1, place: Place::default(), kind: OpKind::Request(RequestId(0)) };
    let variables = vec!["tsung_userid".to_owned()];
    let user = StaticUser { start: Nanos::ZERO, session: SessionId(0) };
    Plan {
        load: Load { static_users: vec![user; users], popularities: vec![vec![1.0]], ..Load::default() },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions: vec![Session { name: "s".into(), persistent, variables, ops: vec![op; requests] }],
        requests: vec![request],
        endpoints: vec![Endpoint { host: "127.0.0.1".into(), port, transport: Transport::Tcp }],
        sources: vec![SourceFile { name: "x.xml".into() }],
        ..Plan::empty()
    }
}

struct World {
    engine: Engine,
    events: Events,
    handovers: Receiver<(u32, Handover)>,
    _records: Receiver<crate::engine::Batch>,
    /// The server's ends of all connections.
    streams: Vec<TcpStream>,
}

impl World {
    /// All users have connected and sent their first request.
    fn new(users: usize, persistent: bool, requests: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let program = Program::link(plan(port, users, persistent, requests), Vec::new()).expect("it links");
        let (sender, handovers) = mpsc::sync_channel(16);
        let (records_sender, records) = mpsc::sync_channel(16);
        let bell = Arc::new(Bell::new().expect("a bell"));
        let channel = Channel {
            engine: 0,
            handovers: sender,
            records: records_sender,
            record_bytes: crate::engine::RecordBytes::default(),
            bell,
            spares: mpsc::channel().1,
        };
        let seat = Seat::new(Arc::new(program), Stop::default(), channel).expect("a seat");
        let engine = Engine::new(seat, Clock::start(), Slice::WHOLE);
        let events = Events::with_capacity(EVENTS_PER_WAKE_UP);
        let mut world = Self { engine, events, handovers, _records: records, streams: Vec::new() };
        world.work();
        world.streams = (0..users).map(|_| listener.accept().expect("a connection").0).collect();
        for stream in &world.streams {
            stream.set_read_timeout(Some(LIMIT)).expect("a limit");
        }
        world.wake_until(|engine| engine.users.iter().all(|(_, occupant)| occupant.user.is_awaiting()));
        world.streams.iter_mut().for_each(read_request);
        world
    }

    fn work(&mut self) {
        let program = self.engine.around.program.clone();
        let now = self.engine.clock.now();
        self.engine.work(&program, now);
    }

    /// Wakes for the network and handles what came with that, again and again; does nothing else.
    fn wake_until(&mut self, mut done: impl FnMut(&Engine) -> bool) {
        let began = Instant::now();
        while !done(&self.engine) {
            assert!(began.elapsed() < LIMIT, "what should have come did not");
            let now = self.engine.clock.now();
            self.engine.wait(now, now + SLEEP_MAX, &mut self.events).expect("the poll works");
            self.engine.handle_events(&self.events);
        }
    }

    fn answer(&mut self, bytes: &[u8]) {
        for stream in &mut self.streams {
            stream.write_all(bytes).expect("to answer");
        }
    }

    /// The run is cut now: what the engine tells, added up.
    fn cut(self) -> Summary {
        let Self { engine, handovers, _records, .. } = self;
        let shape = engine.around.program.shape();
        let users = engine.around.program.plan.load.static_users.len() as u64;
        engine.finish(Ok(Some(Cut::Duration))).expect("it ends");
        let mut timeline = Timeline::new(shape, users, vec![Nanos::ZERO]);
        for (_, handover) in handovers {
            if let Handover::Second(recorder) = handover {
                timeline.record(&recorder);
            }
        }
        timeline.finish(EndReason::DurationReached, 0.0, Nanos::SECOND, 0)
    }
}

fn read_request(stream: &mut TcpStream) {
    let mut bytes = [0; 100];
    let length = stream.read(&mut bytes).expect("a request");
    assert_eq!(&bytes[..length], b"GET / HTTP/1.1\r\n\r\n");
}

fn unaccounted(summary: &Summary) -> Vec<&Reason> {
    let reasons = summary.verdict.findings.iter().map(|finding| &finding.reason);
    let is_unaccounted =
        |reason: &&Reason| matches!(reason, Reason::UsersUnaccounted(_) | Reason::LifetimeUnaccounted { .. });
    reasons.filter(is_unaccounted).collect()
}

#[test]
fn a_cut_counts_no_user_twice_that_has_just_ended() {
    let mut world = World::new(5, false, 1);
    world.streams.clear();
    world.wake_until(|engine| engine.users.is_empty());
    let summary = world.cut();
    assert_eq!((summary.started, summary.finished, summary.alive), (5, 5, 0));
    let sessions = summary.merged(SeriesId::SESSION, |_| true).expect("sessions");
    assert_eq!((sessions.moments.count, unaccounted(&summary)), (5, Vec::new()));
}

#[test]
fn sessions_end_when_their_last_response_is_read() {
    let mut world = World::new(20, true, 1);
    world.answer(ANSWER);
    world.wake_until(|engine| engine.users.is_empty());
    let summary = world.cut();
    assert_eq!(unaccounted(&summary), Vec::<&Reason>::new());
    // From the planned start to the response: the lag of the start and all of the session, each in whole microseconds.
    let mean = |series| summary.merged(series, Class::is_ok).expect("samples").moments.mean;
    let (lag, session, response) =
        (mean(SeriesId::START_LAG), mean(SeriesId::SESSION), mean(SeriesId::RESPONSE));
    assert!((lag + session - response).abs() < 0.001_001, "{lag} + {session} is not {response} ms");
}

#[test]
fn a_response_does_not_wait_for_users_that_used_up_their_turn() {
    let mut world = World::new(1, true, 2);
    world.answer(ANSWER);
    let stream = world.streams.pop().expect("a connection");
    stream.set_nonblocking(true).expect("a stream that does not wait");
    // The engine does no work between reading and writing.
    world.wake_until(|_| stream.peek(&mut [0; 100]).is_ok());
}

#[test]
fn parts_of_responses_leave_nothing_to_do() {
    let mut world = World::new(2, true, 1);
    for (part, sent) in ANSWER[..20].chunks(5).zip(1_u64..) {
        world.answer(part);
        world.wake_until(|engine| {
            let mut counters = engine.around.outlet.recorder.counters();
            counters.any(|(counter, n)| (counter, n) == (Counter::BytesReceived, sent * 10))
        });
        assert!(world.engine.turns.is_empty() && world.engine.answered.is_empty());
    }
}
