//! Users under a virtual clock: the harness plays engine and server.

use super::{ConnectFailure, Context, Message, Received, SendFailure, User, Want};
use crate::extract::Documents;
use crate::load::Arrival;
use crate::plan::*;
use crate::program::Program;
use crate::service::Lease;
use crate::sink::{MatchEvent, Record, Records};
use crate::stats::{Class, Counter, Errno, Recorder, SeriesId};
use crate::time::Nanos;

const REFUSED: ConnectFailure = ConnectFailure::Os(Errno(111));

/// One user, its clock and what it left behind.
pub(super) struct World {
    pub(super) program: Program,
    recorder: Recorder,
    pub(super) records: Records,
    pub(super) leases: Vec<Lease>,
    message: Message,
    documents: Documents,
    pub(super) user: User,
    pub(super) now: Nanos,
    /// Messages sent, as text.
    pub(super) sent: Vec<String>,
}

pub(super) fn http(url: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: Template::text(url),
        escape_spaces: false,
        target: Target::Pinned(EndpointId(0)),
        host: Host::Fixed(b"h".to_vec()),
        parts: vec![
            Part::Text(Template::text("GET ")),
            Part::Url,
            Part::Text(Template::text("\r\n")),
            Part::Cookies { added: Vec::new() },
        ],
        body: Template::default(),
    }
}

pub(super) fn request(url: &str) -> Request {
    Request {
        exchange: Exchange::Http(http(url)),
        tag: None,
        ends_page: true,
        variables: Vec::new(),
        content: Default::default(),
        matches: Vec::new(),
    }
}

pub(super) fn matching(pattern: &str, when_found: bool, action: MatchAction) -> Match {
    let pattern = Pattern::Fixed(pattern.into());
    Match { pattern, when_found, action, name: Some("m".into()), place: Place::default() }
}

/// Requests `/0`, `/1`…; each op is given its number as action.
pub(super) fn plan(requests: Vec<Request>, ops: Vec<OpKind>) -> Plan {
    let ops = ops.into_iter().zip(1..).map(|(kind, action)| Op { action, place: Place::default(), kind });
    let variables = ["tsung_userid", "a", "b", "c"].map(String::from).to_vec();
    Plan {
        seed: 1,
        load: Load { popularities: vec![vec![1.0]], ..Load::default() },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions: vec![Session { name: "s".into(), persistent: true, variables, ops: ops.collect() }],
        requests,
        endpoints: vec![Endpoint { host: "127.0.0.1".into(), port: 8080, transport: Transport::Tcp }],
        transactions: vec!["t".into(), "u".into()],
        repeats: vec!["r".into()],
        sources: vec![SourceFile { name: "x.xml".into() }],
        ..Plan::empty()
    }
}

pub(super) fn get(index: u32) -> OpKind {
    OpKind::Request(RequestId(index))
}

pub(super) fn set(slot: u32, text: &str) -> OpKind {
    OpKind::SetVariables { slots: vec![Slot(slot)], source: VariableSource::Value(text.into()) }
}

fn when(slot: u32, comparison: Comparison, operand: &str) -> Condition {
    Condition { slot: Slot(slot), element: None, comparison, operand: Template::text(operand) }
}

impl World {
    pub(super) fn new(plan: Plan) -> Self {
        Self::with_files(plan, Vec::new())
    }

    pub(super) fn with_files(plan: Plan, files: Vec<Vec<u8>>) -> Self {
        let program = Program::link(plan, files).expect("plan links");
        let mut recorder = Recorder::new(program.shape());
        let (mut records, mut message) = (Records::default(), Message::default());
        let (mut documents, mut leases) = (Documents::default(), vec![Lease::default(); program.rows.len()]);
        let mut cx = Context {
            program: &program,
            recorder: &mut recorder,
            records: &mut records,
            leases: &mut leases,
            message: &mut message,
            documents: &mut documents,
            started_unix: Nanos::ZERO,
        };
        let arrival = Arrival {
            user: 1,
            at: Nanos::ZERO,
            session: SessionId(0),
            server: EndpointId(0),
            phase: 0,
            is_static: true,
            rows: Box::default(),
        };
        let user = User::start(Nanos::ZERO, arrival, &mut cx);
        let (now, sent) = (Nanos::ZERO, Vec::new());
        Self { user, now, sent, program, recorder, records, leases, message, documents }
    }

    pub(super) fn with<T>(&mut self, act: impl FnOnce(&mut User, Nanos, &mut Context<'_>) -> T) -> T {
        let mut cx = Context {
            program: &self.program,
            recorder: &mut self.recorder,
            records: &mut self.records,
            leases: &mut self.leases,
            message: &mut self.message,
            documents: &mut self.documents,
            started_unix: Nanos::ZERO,
        };
        act(&mut self.user, self.now, &mut cx)
    }

    /// Lets time pass over pauses until the user wants the network or ends.
    pub(super) fn settle(&mut self) -> Want {
        for _ in 0..1000 {
            match self.with(|user, now, cx| user.poll(now, cx)) {
                Want::Sleep(until) => {
                    self.now = until;
                    self.with(|user, now, cx| user.handle_timeout(now, cx));
                }
                Want::Turn => {}
                want => return want,
            }
        }
        panic!("the user never comes to rest")
    }

    /// Sends what the user wants to send.
    pub(super) fn send(&mut self) -> bool {
        if self.settle() != Want::Exchange {
            return false;
        }
        let text = String::from_utf8_lossy(self.message.bytes(&self.program)).into_owned();
        self.with(|user, now, cx| {
            user.handle_attempt(now);
            user.handle_sending(now, cx);
        });
        self.sent.push(text);
        true
    }

    /// Answers each request after a millisecond, until the user ends.
    pub(super) fn serve(&mut self, body: &str) {
        while self.send() {
            assert!(self.sent.len() < 1000, "endless");
            self.answer(body);
        }
    }

    pub(super) fn answer(&mut self, body: &str) -> Received {
        self.now += Nanos::from_millis(1);
        let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.with(|user, now, cx| user.handle_bytes(now, text.as_bytes(), cx))
    }

    pub(super) fn count(&self, counter: Counter) -> u64 {
        self.recorder.counters().find(|(c, _)| *c == counter).map_or(0, |(_, n)| n)
    }

    /// Number and mean (ms) of a series' values of one class.
    pub(super) fn series(&self, id: SeriesId, class: Class) -> (u64, f64) {
        let found = self.recorder.cells().find(|(_, series, c, _)| *series == id && *c == class);
        found.map_or((0, 0.0), |(_, _, _, cell)| (cell.moments.count, cell.moments.mean))
    }

    pub(super) fn urls(&self) -> Vec<&str> {
        self.sent.iter().filter_map(|text| text.split_whitespace().nth(1)).collect()
    }
}

#[test]
fn a_session_runs_to_its_end() {
    let mut world = World::new(plan(
        vec![request("/0"), request("/1")],
        vec![
            OpKind::TransactionStart(TransactionId(0)),
            get(0),
            OpKind::Think(Think::Fixed(Nanos::from_millis(500))),
            get(1),
            OpKind::TransactionStop(TransactionId(0)),
        ],
    ));
    world.serve("ok");
    assert_eq!(world.urls(), ["/0", "/1"]);
    assert_eq!(world.series(SeriesId::REQUEST, Class::Ok), (2, 1.0));
    assert_eq!(world.series(SeriesId::PAGE, Class::Ok), (2, 1.0));
    assert_eq!(world.series(SeriesId::transaction(TransactionId(0)), Class::Ok), (1, 502.0));
    assert_eq!(world.series(SeriesId::SESSION, Class::Ok), (1, 502.0));
    assert_eq!((world.count(Counter::UserStarted), world.count(Counter::UserFinished)), (1, 1));
    assert_eq!(world.count(Counter::Status(200)), 2);
}

#[test]
fn pages_span_requests_until_one_ends_them() {
    let mut requests = vec![request("/0"), request("/1"), request("/2")];
    requests[0].ends_page = false;
    requests[1].ends_page = false;
    let mut world = World::new(plan(requests, vec![get(0), get(1), get(2)]));
    world.serve("");
    assert_eq!(world.series(SeriesId::PAGE, Class::Ok), (1, 3.0));
}

#[test]
fn connect_retries_back_off_linearly_and_are_shared_by_all_requests() {
    let mut world = World::new(plan(vec![request("/0"), request("/1")], vec![get(0), get(1)]));
    let mut waits = Vec::new();
    assert_eq!(world.settle(), Want::Exchange);
    for _ in 0..2 {
        let before = world.now;
        world.with(|user, now, cx| user.handle_connect_failed(now, REFUSED, cx));
        assert_eq!(world.settle(), Want::Exchange);
        waits.push((world.now - before).as_millis());
    }
    world.send();
    world.with(|user, now, cx| {
        user.handle_sending(now, cx);
    });
    world.answer("");
    // One retry is left for the second request: success does not reset the count.
    assert_eq!(world.settle(), Want::Exchange);
    let before = world.now;
    world.with(|user, now, cx| user.handle_send_failed(now, SendFailure::Closed, cx));
    assert_eq!(world.settle(), Want::Exchange);
    waits.push((world.now - before).as_millis());
    world.with(|user, now, cx| user.handle_connect_failed(now, REFUSED, cx));
    assert_eq!(world.settle(), Want::End);
    assert_eq!(waits, [10, 20, 10]);
    assert_eq!(world.count(Counter::ConnectFailed(Errno(111))), 3);
    assert_eq!(world.count(Counter::SendConnectionClosed), 1);
    assert_eq!(world.count(Counter::AbortConnectRetries), 1);
    assert_eq!(world.series(SeriesId::SESSION, Class::FailedShown).0, 1);
    assert_eq!(world.series(SeriesId::REQUEST, Class::FailedHidden).0, 1);
}

#[test]
fn request_time_counts_from_the_attempt_that_succeeds() {
    let mut world = World::new(plan(vec![request("/0")], vec![get(0)]));
    assert_eq!(world.settle(), Want::Exchange);
    world.with(|user, now, cx| {
        user.handle_attempt(now);
        user.handle_connect_failed(now, REFUSED, cx);
    });
    assert_eq!(world.settle(), Want::Exchange);
    world.with(|user, now, _| user.handle_attempt(now));
    world.now += Nanos::from_millis(5);
    world.with(|user, now, cx| {
        user.handle_connected(now, cx);
        user.handle_sending(now, cx);
    });
    world.answer("x");
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.series(SeriesId::CONNECT, Class::Ok), (1, 5.0));
    assert_eq!(world.series(SeriesId::REQUEST, Class::Ok), (1, 6.0));
    assert_eq!(world.series(SeriesId::SERVICE, Class::Ok), (1, 1.0));
    // From the intended start: the failed attempt's pause is inside.
    assert_eq!(world.series(SeriesId::RESPONSE, Class::Ok), (1, 16.0));
}

#[test]
fn idle_timeout_ends_the_user_without_a_sample_that_tsung_shows() {
    let mut world =
        World::new(plan(vec![request("/0")], vec![OpKind::TransactionStart(TransactionId(0)), get(0)]));
    assert!(world.send());
    world.now += Nanos::from_secs(600);
    world.with(|user, now, cx| user.handle_idle_timeout(now, cx));
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.count(Counter::IdleTimeout), 1);
    assert_eq!(world.series(SeriesId::REQUEST, Class::Ok).0, 0);
    assert_eq!(world.series(SeriesId::REQUEST, Class::FailedHidden), (1, 600_000.0));
    assert_eq!(world.series(SeriesId::transaction(TransactionId(0)), Class::FailedShown).0, 1);
}

#[test]
fn a_close_in_mid_response_counts_as_a_response() {
    let mut world = World::new(plan(vec![request("/0"), request("/1")], vec![get(0), get(1)]));
    assert!(world.send());
    world
        .with(|user, now, cx| user.handle_bytes(now, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", cx));
    world.with(|user, now, cx| user.handle_closed(now, cx));
    assert!(world.send());
    world.with(|user, now, cx| user.handle_closed(now, cx));
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.series(SeriesId::REQUEST, Class::FailedShown).0, 2);
    assert_eq!(world.count(Counter::ResponseTruncated), 2);
    assert_eq!(world.count(Counter::Status(200)), 1);
}

#[test]
fn data_in_a_pause_ends_the_user_a_close_does_not() {
    let pause = OpKind::Think(Think::Fixed(Nanos::SECOND));
    let mut world = World::new(plan(vec![request("/0")], vec![pause, get(0)]));
    assert!(matches!(world.with(|user, now, cx| user.poll(now, cx)), Want::Sleep(_)));
    world.with(|user, now, cx| user.handle_closed(now, cx));
    assert!(matches!(world.with(|user, now, cx| user.poll(now, cx)), Want::Sleep(_)));
    assert_eq!(world.with(|user, now, cx| user.handle_bytes(now, b"x", cx)), Received::Ended);
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.count(Counter::UnexpectedData), 1);
}

#[test]
fn a_session_that_is_not_persistent_ends_with_its_connection() {
    let mut planned = plan(vec![request("/0")], vec![get(0)]);
    planned.sessions[0].persistent = false;
    let mut world = World::new(planned);
    assert!(world.send());
    world.with(|user, now, cx| user.handle_closed(now, cx));
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.count(Counter::ConnectionClosed), 1);
    assert_eq!(world.series(SeriesId::REQUEST, Class::FailedShown).0, 0);
}

#[test]
fn a_close_together_with_the_response_matters_only_to_a_user_with_more_to_do() {
    let stop = OpKind::TransactionStop(TransactionId(0));
    for (ops, errors) in [(vec![get(0), stop.clone()], 0), (vec![get(0), stop, get(0)], 1)] {
        let mut planned = plan(vec![request("/0")], ops);
        planned.sessions[0].persistent = false;
        let mut world = World::new(planned);
        world.send();
        world.answer("ok");
        world.with(|user, now, cx| user.handle_closed(now, cx));
        assert_eq!(world.settle(), Want::End);
        assert_eq!((world.count(Counter::ConnectionClosed), world.count(Counter::UserFinished)), (errors, 1));
        assert_eq!(world.series(SeriesId::REQUEST, Class::Ok).0, 1);
        assert_eq!(world.series(SeriesId::SESSION, Class::FailedShown).0, errors);
    }
}

#[test]
fn a_request_is_in_flight_from_the_connect_to_the_response() {
    let mut world = World::new(plan(vec![request("/0")], vec![get(0)]));
    assert!(!world.user.is_in_flight());
    assert_eq!(world.settle(), Want::Exchange);
    assert!(world.user.is_in_flight() && !world.user.is_awaiting());
    world.with(|user, now, cx| user.handle_sending(now, cx));
    assert!(world.user.is_in_flight() && world.user.is_awaiting());
    world.answer("ok");
    assert!(!world.user.is_in_flight());
}

#[test]
fn for_runs_its_body_at_least_once_and_includes_its_end() {
    for (from, to, increment, bodies) in [(1, 3, 1, 3), (3, 1, 1, 1), (1, 10, 3, 4)] {
        let mut world = World::new(plan(
            vec![request("/0")],
            vec![
                OpKind::ForStart { slot: Slot(1), from: Number::Fixed(from) },
                get(0),
                OpKind::ForEnd { slot: Slot(1), to: Number::Fixed(to), increment, body: OpIndex(1) },
            ],
        ));
        world.serve("");
        assert_eq!(world.sent.len(), bodies, "from {from} to {to} by {increment}");
    }
}

#[test]
fn repeat_runs_one_body_more_than_its_limit() {
    let mut world = World::new(plan(
        vec![request("/0")],
        vec![
            set(1, "x"),
            get(0),
            OpKind::RepeatEnd {
                counter: Slot(2),
                repeat: 0,
                rounds_max: 3,
                condition: when(1, Comparison::Eq, "x"),
                jump_when: true,
                body: OpIndex(1),
            },
        ],
    ));
    world.serve("");
    assert_eq!((world.sent.len(), world.count(Counter::RepeatLimit)), (4, 1));
}

#[test]
fn if_on_an_undefined_variable_runs_the_body() {
    for (ops, bodies, undefined) in [
        (vec![OpKind::If { condition: when(3, Comparison::Eq, "x"), end: OpIndex(2) }, get(0)], 1, 1),
        (
            vec![
                set(3, "y"),
                OpKind::If { condition: when(3, Comparison::Eq, "x"), end: OpIndex(3) },
                get(0),
            ],
            0,
            0,
        ),
        (
            vec![
                set(3, "10"),
                OpKind::If { condition: when(3, Comparison::Gt, "9"), end: OpIndex(3) },
                get(0),
            ],
            1,
            0,
        ),
        (
            vec![
                set(3, "05"),
                OpKind::If { condition: when(3, Comparison::Eq, "5"), end: OpIndex(3) },
                get(0),
            ],
            0,
            0,
        ),
    ] {
        let mut world = World::new(plan(vec![request("/0")], ops));
        world.serve("");
        assert_eq!((world.sent.len(), world.count(Counter::IfUndefined)), (bodies, undefined));
    }
}

#[test]
fn comparing_text_as_number_ends_the_user() {
    let condition = when(3, Comparison::Gt, "9");
    let mut world = World::new(plan(
        vec![request("/0")],
        vec![set(3, "x"), OpKind::If { condition, end: OpIndex(3) }, get(0)],
    ));
    world.serve("");
    assert_eq!((world.sent.len(), world.count(Counter::UserFailed)), (0, 1));
}

#[test]
fn match_loop_goes_back_and_then_on() {
    let mut requests = vec![request("/0"), request("/1")];
    let action = MatchAction::Loop { back: 1, rounds_max: 2, sleep: Nanos::SECOND };
    requests[0].matches = vec![matching("ok", true, action)];
    let mut world = World::new(plan(requests, vec![set(1, "x"), get(0), get(1)]));
    world.serve("ok");
    assert_eq!(world.urls(), ["/0", "/0", "/0", "/1"]);
    assert_eq!((world.count(Counter::MatchLoop), world.count(Counter::Match)), (3, 3));
    assert_eq!(world.now.as_millis(), 2004);
    assert!(world.records.as_slice().is_empty());
}

#[test]
fn match_restart_begins_again_and_gives_up_in_the_end() {
    let mut requests = vec![request("/0"), request("/1")];
    requests[1].matches = vec![matching("no", false, MatchAction::Restart { rounds_max: 3 })];
    let mut world = World::new(plan(requests, vec![get(0), get(1)]));
    world.serve("ok");
    assert_eq!(world.urls(), ["/0", "/1", "/0", "/1", "/0", "/1", "/0", "/1"]);
    assert_eq!((world.count(Counter::MatchRestart), world.count(Counter::MatchRestartAbort)), (3, 1));
    let events: Vec<_> = world
        .records
        .as_slice()
        .iter()
        .map(|record| match record {
            Record::Match(row) => (row.action, row.event),
            other => panic!("nothing else was asked for: {other:?}"),
        })
        .collect();
    assert_eq!(events[2..], [(2, MatchEvent::Restart), (2, MatchEvent::RestartAbort)]);
}

#[test]
fn an_acting_match_hides_those_after_it() {
    let mut requests = vec![request("/0"), request("/1")];
    requests[0].matches = vec![
        matching("ok", true, MatchAction::Continue),
        matching("nope", true, MatchAction::Log),
        matching("ok", true, MatchAction::Log),
        matching("ok", true, MatchAction::Abort),
        matching("ok", true, MatchAction::Log),
    ];
    let mut world = World::new(plan(requests, vec![get(0), get(1)]));
    world.serve("ok");
    assert_eq!(world.urls(), ["/0"]);
    assert_eq!((world.count(Counter::Match), world.count(Counter::NoMatch)), (3, 1));
    assert_eq!(world.count(Counter::MatchStop), 1);
    assert_eq!(world.records.as_slice().len(), 2);
}

#[test]
fn cookies_are_kept_and_sent() {
    let mut world = World::new(plan(vec![request("/0"), request("/1")], vec![get(0), get(1)]));
    // The Host value of these requests is `h`; the cookie says that it is meant for it.
    assert!(world.send());
    let response = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; domain=h\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(
        world.with(|user, now, cx| user.handle_bytes(now, response, cx)),
        Received::Complete { close: false }
    );
    world.serve("");
    assert_eq!(world.sent, ["GET /0\r\n", "GET /1\r\nCookie: a=1\r\n"]);
}

#[test]
fn an_endless_loop_lets_others_run() {
    let mut world = World::new(plan(
        Vec::new(),
        vec![
            OpKind::ForStart { slot: Slot(1), from: Number::Fixed(1) },
            OpKind::ForEnd { slot: Slot(1), to: Number::Fixed(9), increment: 0, body: OpIndex(1) },
        ],
    ));
    assert_eq!(world.with(|user, now, cx| user.poll(now, cx)), Want::Turn);
}

#[test]
fn draws_differ_between_rounds_and_users_but_not_between_runs() {
    let source = VariableSource::RandomNumber { start: 0, end: i64::MAX };
    let ops = vec![
        OpKind::ForStart { slot: Slot(2), from: Number::Fixed(1) },
        OpKind::SetVariables { slots: vec![Slot(1)], source },
        get(0),
        OpKind::ForEnd { slot: Slot(2), to: Number::Fixed(3), increment: 1, body: OpIndex(1) },
    ];
    let mut requests = vec![request("")];
    let Exchange::Http(http) = &mut requests[0].exchange;
    http.url = Template(vec![Piece::Variable(Slot(1))]);
    let run = || {
        let mut world = World::new(plan(requests.clone(), ops.clone()));
        world.serve("");
        world.sent
    };
    let first = run();
    assert_eq!(first, run());
    assert!(first[0] != first[1] && first[1] != first[2]);
}

#[test]
fn a_run_that_is_cut_counts_what_was_under_way_as_failed() {
    let ops = || vec![OpKind::TransactionStart(TransactionId(0)), get(0)];
    for retrying in [false, true] {
        let mut world = World::new(plan(vec![request("/0")], ops()));
        assert!(world.send());
        if retrying {
            world.with(|user, now, cx| user.handle_connect_failed(now, REFUSED, cx));
        }
        world.now += Nanos::from_millis(7);
        world.with(|user, now, cx| user.handle_cut(now, cx));
        for series in [SeriesId::REQUEST, SeriesId::SESSION, SeriesId::transaction(TransactionId(0))] {
            assert_eq!(world.series(series, Class::FailedHidden), (1, 7.0), "{series:?} {retrying}");
        }
        assert_eq!(world.count(Counter::UserFinished), 0);
    }
}

#[test]
fn a_pattern_that_runs_away_is_counted_and_not_found() {
    let mut requests = vec![request("/0")];
    requests[0].matches = vec![matching("(a+)+$", true, MatchAction::Abort)];
    let mut world = World::new(plan(requests, vec![get(0)]));
    world.serve(&format!("{}b", "a".repeat(60)));
    assert_eq!((world.count(Counter::PatternLimit), world.count(Counter::NoMatch)), (1, 1));
    assert_eq!((world.count(Counter::Match), world.count(Counter::MatchStop)), (0, 0));
}
