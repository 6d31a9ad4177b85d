//! Plans that do not hold together are refused, and whatever passes can be run.

use proptest::prelude::*;

use super::*;
use crate::extract::Documents;
use crate::load::{Schedule, Slice};
use crate::program::Program;
use crate::service::{Answer, Ask, Lease};
use crate::sink::Records;
use crate::stats::Recorder;
use crate::time::Nanos;
use crate::user::{Context, Message, User, Want};

fn condition(slot: u32) -> Condition {
    let operand = Template(vec![Piece::Text(b"1".to_vec()), Piece::Variable(Slot(2)), Piece::UserId]);
    Condition { slot: Slot(slot), element: Some(1), comparison: Comparison::Lt, operand }
}

fn file(order: RowOrder) -> VariableSource {
    VariableSource::File { file: FileId(0), order, delimiter: b";".to_vec() }
}

fn hole() -> Template {
    Template(vec![Piece::Variable(Slot(1))])
}

fn each() -> ForEach {
    let filter = Some(Filter { pattern: b"o".to_vec(), keep: true });
    ForEach { variable: Slot(2), counter: Slot(3), list: Slot(1), name: 0, filter }
}

fn ops() -> Vec<OpKind> {
    let set = |source| OpKind::SetVariables { slots: vec![Slot(1), Slot(2)], source };
    vec![
        OpKind::TransactionStart(TransactionId(0)),
        set(file(RowOrder::Iterate)),
        set(VariableSource::RandomString { length: 3, alphabet: b"ab".to_vec() }),
        OpKind::ForStart { slot: Slot(3), from: Number::Fixed(1) },
        OpKind::Request(RequestId(0)),
        set(file(RowOrder::Iterate)),
        OpKind::ForEnd {
            slot: Slot(3),
            to: Number::Text(Template::text("2")),
            increment: 1,
            body: OpIndex(4),
        },
        OpKind::If { condition: condition(1), end: OpIndex(9) },
        OpKind::Think(Think::Uniform { min_ms: 1, max_ms: 3 }),
        set(VariableSource::RandomNumber { start: 1, end: 9 }),
        set(VariableSource::Server),
        set(file(RowOrder::Random)),
        OpKind::Barrier,
        OpKind::Interaction { id: TransactionId(1), action: InteractionAction::Receive },
        OpKind::RepeatEnd {
            counter: Slot(2),
            repeat: 0,
            rounds_max: 2,
            condition: condition(3),
            jump_when: true,
            body: OpIndex(9),
        },
        set(VariableSource::Value(b"[\"o\",2]".to_vec())),
        set(VariableSource::JsonPath { from: Slot(1), path: b"*".to_vec() }),
        OpKind::ForEachStart(each()),
        OpKind::ForEachEnd { each: each(), body: OpIndex(18) },
        OpKind::Think(Think::Text(hole())),
        OpKind::TransactionStop(TransactionId(0)),
        OpKind::Abort(AbortScope::Run),
    ]
}

fn request() -> Request {
    let entry = |action, pattern| Match {
        pattern,
        when_found: true,
        action,
        name: Some("m".into()),
        place: Place::default(),
    };
    let added =
        vec![AddedCookie { key: b"k".to_vec(), value: hole(), domain: b"h".to_vec(), path: b"/".to_vec() }];
    Request {
        exchange: Exchange::Http(HttpRequest {
            method: Method::Post,
            url: Template(vec![Piece::Text(b"/".to_vec()), Piece::Variable(Slot(1))]),
            escape_spaces: true,
            target: Target::Pinned(EndpointId(1)),
            host: Host::Current,
            parts: vec![
                Part::Url,
                Part::Base64(hole()),
                Part::Cookies { added },
                Part::ContentLength,
                Part::Body,
            ],
            body: hole(),
        }),
        tag: Some(TagId(0)),
        ends_page: true,
        variables: vec![
            DynVariable {
                slot: Slot(1),
                extraction: Extraction::Regex(b"(o)".to_vec()),
                decode_html_entities: true,
                place: Place::default(),
            },
            DynVariable {
                slot: Slot(2),
                extraction: Extraction::JsonPath(hole()),
                decode_html_entities: false,
                place: Place::default(),
            },
        ],
        content: Content { skip_headers: true, apply: None },
        matches: vec![
            entry(MatchAction::Dump, Pattern::Fixed(b"o".to_vec())),
            entry(MatchAction::Loop { back: 4, rounds_max: 1, sleep: Nanos(1) }, Pattern::Template(hole())),
            entry(MatchAction::Restart { rounds_max: 1 }, Pattern::Fixed(b"ok".to_vec())),
        ],
    }
}

/// A Plan with everything in it that a Plan can hold.
fn full() -> Plan {
    let ops = ops().into_iter().zip(1..).map(|(kind, action)| Op { action, place: Place::default(), kind });
    let endpoint = |host: &str| Endpoint { host: host.into(), port: 80, transport: Transport::Tcp };
    let phase =
        Phase { number: 1, duration: Nanos::from_secs(2), drawn: 8, started: 7, popularity: PopularityId(0) };
    Plan {
        version: PLAN_VERSION,
        seed: 3,
        load: Load {
            warm_up: Nanos::SECOND,
            phases: vec![phase],
            static_users: vec![StaticUser { start: Nanos(5), session: SessionId(0) }],
            duration: None,
            popularities: vec![vec![1.0]],
        },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions: vec![Session {
            name: "s".into(),
            persistent: true,
            variables: ["tsung_userid", "a", "b", "i"].map(String::from).to_vec(),
            ops: ops.collect(),
        }],
        requests: vec![request()],
        endpoints: vec![endpoint("a"), endpoint("b")],
        script: Script::default(),
        files: vec![DataFile::new("f", ROWS)],
        user_agents: vec![UserAgent { text: b"x".to_vec(), probability: 100 }],
        transactions: vec!["t".into(), "u".into()],
        tags: vec!["x".into()],
        repeats: vec!["r".into()],
        lists: vec!["l".into()],
        sources: vec![SourceFile { name: "x.xml".into() }],
        options: Options { dump: Dump::Protocol, ..Options::default() },
    }
}

const ROWS: &[u8] = b"1;2\n3";

#[test]
fn a_sound_plan_passes() {
    assert_eq!(full().check(), Ok(()));
}

type Break = fn(&mut Plan);

const fn index(table: &'static str, index: u32) -> PlanError {
    PlanError::Index { table, index }
}

fn refused(cases: Vec<(Break, PlanError)>) {
    for (number, (spoil, error)) in cases.into_iter().enumerate() {
        let mut plan = full();
        spoil(&mut plan);
        assert_eq!(plan.check(), Err(error), "case {number}");
    }
}

#[test]
fn loads_and_requests_that_lead_nowhere_are_named() {
    refused(vec![
        (|plan| plan.servers[0].endpoint.0 = 2, index("endpoints", 2)),
        (|plan| plan.servers.clear(), PlanError::Empty { what: "servers" }),
        (|plan| plan.load.phases[0].popularity.0 = 1, index("popularities", 1)),
        (|plan| plan.load.phases[0].started = 9, PlanError::Phase { phase: 0, started: 9, drawn: 8 }),
        (|plan| plan.load.popularities[0].push(1.0), PlanError::Shares { index: 0 }),
        (|plan| plan.load.popularities[0][0] = f64::NAN, PlanError::Shares { index: 0 }),
        (|plan| plan.load.static_users[0].session.0 = 1, index("sessions", 1)),
        (
            |plan| plan.load.static_users.push(StaticUser { start: Nanos::ZERO, session: SessionId(0) }),
            PlanError::Order,
        ),
        (|plan| plan.requests[0].tag = Some(TagId(1)), index("tags", 1)),
        (|plan| plan.requests[0].variables[0].slot.0 = 4, index("variables", 4)),
        (|plan| plan.requests[0].matches[0].place.source = 1, index("sources", 1)),
        (
            |plan| {
                plan.requests[0].matches[0].pattern =
                    Pattern::Template(Template(vec![Piece::Variable(Slot(9))]));
            },
            index("variables", 9),
        ),
        (
            |plan| {
                plan.requests[0].matches[0].action =
                    MatchAction::Loop { back: 5, rounds_max: 1, sleep: Nanos(1) }
            },
            PlanError::Jump { session: 0, op: 4, target: 5 },
        ),
    ]);
}

#[test]
fn steps_that_lead_nowhere_are_named() {
    fn op(plan: &mut Plan, at: usize) -> &mut OpKind {
        &mut plan.sessions[0].ops[at].kind
    }
    refused(vec![
        (|plan| plan.sessions[0].variables.clear(), PlanError::Empty { what: "the list of variables" }),
        (|plan| *op(plan, 0) = OpKind::TransactionStart(TransactionId(2)), index("transactions", 2)),
        (|plan| *op(plan, 0) = OpKind::Request(RequestId(1)), index("requests", 1)),
        (
            |plan| {
                let id = TransactionId(7);
                *op(plan, 0) = OpKind::Interaction { id, action: InteractionAction::Send };
            },
            index("transactions", 7),
        ),
        (
            |plan| *op(plan, 7) = OpKind::If { condition: condition(1), end: OpIndex(7) },
            PlanError::Jump { session: 0, op: 7, target: 7 },
        ),
        (
            |plan| *op(plan, 7) = OpKind::If { condition: condition(1), end: OpIndex(23) },
            PlanError::Jump { session: 0, op: 7, target: 23 },
        ),
        (
            |plan| {
                let to = Number::Fixed(1);
                *op(plan, 6) = OpKind::ForEnd { slot: Slot(1), to, increment: 1, body: OpIndex(7) };
            },
            PlanError::Jump { session: 0, op: 6, target: 7 },
        ),
        (
            |plan| {
                let source = VariableSource::RandomString { length: 1, alphabet: Vec::new() };
                *op(plan, 0) = OpKind::SetVariables { slots: Vec::new(), source };
            },
            PlanError::Empty { what: "an alphabet" },
        ),
        (
            |plan| {
                let source = VariableSource::RandomString { length: u32::MAX, alphabet: b"a".to_vec() };
                *op(plan, 0) = OpKind::SetVariables { slots: Vec::new(), source };
            },
            PlanError::TooLarge { what: "the length of a random string" },
        ),
        (
            |plan| *op(plan, 18) = OpKind::ForEachEnd { each: each(), body: OpIndex(19) },
            PlanError::Jump { session: 0, op: 18, target: 19 },
        ),
        (
            |plan| *op(plan, 0) = OpKind::ForEachStart(ForEach { counter: Slot(4), ..each() }),
            index("variables", 4),
        ),
        (
            |plan| {
                let source = VariableSource::JsonPath { from: Slot(9), path: Vec::new() };
                *op(plan, 0) = OpKind::SetVariables { slots: Vec::new(), source };
            },
            index("variables", 9),
        ),
        (
            |plan| {
                let path = Template(vec![Piece::Variable(Slot(5))]);
                plan.requests[0].variables[1].extraction = Extraction::JsonPath(path);
            },
            index("variables", 5),
        ),
        (|plan| plan.requests[0].content.apply = Some(FunctionId(3)), index("functions", 3)),
        (|plan| plan.lists.clear(), index("lists", 0)),
        (|plan| plan.files.clear(), index("files", 0)),
        (|plan| plan.repeats.clear(), index("repeats", 0)),
        (|plan| plan.sources.clear(), index("sources", 0)),
    ]);
}

/// Runs a user against a server that answers everything, for a while.
fn run(program: &Program, mut user: User, cx: &mut Context<'_>) {
    let mut now = Nanos::ZERO;
    for _ in 0..50 {
        match user.poll(now, cx) {
            Want::Exchange => {
                user.handle_attempt(now);
                user.handle_connected(now, cx);
                user.handle_sending(now, cx);
                assert!(cx.message.bytes(program).len() < 1 << 24);
                user.handle_bytes(now, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", cx);
            }
            Want::Sleep(until) => {
                now = until;
                user.handle_timeout(now, cx);
            }
            Want::Service(ask) => {
                let answer = match ask {
                    Ask::Rows { .. } => Answer::Row(u64::MAX),
                    Ask::Barrier => Answer::Barrier,
                    Ask::InteractionSend { .. } | Ask::InteractionReceive { .. } => {
                        Answer::Interaction { elapsed: Some(Nanos::NEVER) }
                    }
                    Ask::Abort => break,
                };
                user.handle_answer(now, answer, cx);
            }
            Want::Network | Want::Answer => panic!("the user waits for what never comes"),
            Want::Turn => {}
            Want::End => return,
        }
    }
    user.handle_cut(now, cx);
}

/// Links and runs what is left of a Plan; gives whether it could be linked.
fn survives(plan: Plan) -> bool {
    let Ok(program) = Program::link(plan, vec![ROWS.to_vec()]) else { return false };
    for slice in [Slice::WHOLE, Slice::new(1, 3).expect("a slice")] {
        let mut schedule = Schedule::new(&program.plan, program.row_reads.clone(), slice);
        let mut recorder = Recorder::new(program.shape());
        for _ in 0..4 {
            let Some(arrival) = schedule.next(&program.plan) else { break };
            let mut cx = Context {
                program: &program,
                recorder: &mut recorder,
                records: &mut Records::default(),
                leases: &mut vec![Lease::default(); program.rows.len()],
                message: &mut Message::default(),
                documents: &mut Documents::default(),
                started_unix: Nanos::ZERO,
            };
            let user = User::start(Nanos::ZERO, arrival, &mut cx);
            run(&program, user, &mut cx);
        }
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Bytes of a Plan with some of them changed: what still is a Plan is refused or runs.
    #[test]
    fn spoiled_plans_are_refused_or_run(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = postcard::to_stdvec(&full()).expect("bytes");
        for (at, how, byte) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, byte),
                // Indices are small: so are most changes.
                2..=4 => bytes[at] = bytes[at].wrapping_add(byte % 4),
                _ => bytes[at] = byte,
            }
        }
        if let Ok(plan) = postcard::from_bytes::<Plan>(&bytes) {
            survives(plan);
        }
    }
}

#[test]
fn the_unspoiled_plan_runs() {
    assert!(survives(full()));
}
