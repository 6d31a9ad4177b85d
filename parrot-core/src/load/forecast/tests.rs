//! Forecasts of plans made by hand, with figures worked out by hand.

use super::*;
use crate::plan::{
    Comparison, Condition, Endpoint, Exchange, Host, HttpRequest, Load, Match, MatchAction, Method, Number,
    Op, OpIndex, OpKind, Pattern, Phase, PopularityId, Request, RequestId, Server, Session, SessionId, Slot,
    StaticUser, Target, Template, Think, Transport,
};

/// A machine on which nothing runs out.
const AMPLE: Machine = Machine {
    descriptors: 1_000_000,
    local_ports: 28_232,
    port_reuse: PortReuse::Loopback,
    memory_bytes: Some(1 << 40),
};

/// A process with one engine.
const ONE: Processes = Processes::started(1, 1);

fn secs(secs: f64) -> Nanos {
    Nanos::from_secs_f64(secs)
}

fn think(secs: f64) -> OpKind {
    OpKind::Think(Think::Fixed(Nanos::from_secs_f64(secs)))
}

/// To the drawn server (request 0) or to an endpoint (request 1 + n).
fn request(to: u32) -> OpKind {
    OpKind::Request(RequestId(to))
}

fn for_start(from: i64) -> OpKind {
    OpKind::ForStart { slot: Slot(1), from: Number::Fixed(from) }
}

fn for_end(to: i64, increment: u64, body: u32) -> OpKind {
    OpKind::ForEnd { slot: Slot(1), to: Number::Fixed(to), increment, body: OpIndex(body) }
}

fn session(kinds: impl IntoIterator<Item = OpKind>) -> Session {
    let op = |kind| Op { action: 1, place: crate::plan::Place::default(), kind };
    let ops = kinds.into_iter().map(op).collect();
    Session { name: "s".into(), persistent: true, variables: vec!["tsung_userid".into(), "i".into()], ops }
}

fn http(target: Target, matches: Vec<Match>) -> Request {
    let exchange = Exchange::Http(HttpRequest {
        method: Method::Get,
        url: Template::text("/"),
        escape_spaces: false,
        target,
        host: Host::Fixed(Vec::new()),
        parts: Vec::new(),
        body: Template::default(),
    });
    Request {
        exchange,
        tag: None,
        ends_page: false,
        variables: Vec::new(),
        content: Default::default(),
        matches,
    }
}

/// Phases as (seconds, drawn, started); warm-up of one second; two servers' endpoints, the first of which is drawn.
fn plan(phases: &[(f64, u64, u64)], sessions: Vec<Session>) -> Plan {
    let endpoint = |host: &str| Endpoint { host: host.into(), port: 80, transport: Transport::Tcp };
    let restart = Match {
        pattern: Pattern::Fixed(b"x".to_vec()),
        when_found: true,
        action: MatchAction::Restart { rounds_max: 2 },
        name: None,
        place: crate::plan::Place::default(),
    };
    Plan {
        seed: 7,
        load: Load {
            warm_up: Nanos::SECOND,
            phases: phases
                .iter()
                .zip(1..)
                .map(|((duration, drawn, started), number)| Phase {
                    number,
                    duration: secs(*duration),
                    drawn: *drawn,
                    started: *started,
                    popularity: PopularityId(0),
                })
                .collect(),
            static_users: Vec::new(),
            duration: None,
            popularities: vec![vec![1.0; sessions.len()]],
        },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions,
        requests: vec![
            http(Target::Current, Vec::new()),
            http(Target::Pinned(EndpointId(0)), Vec::new()),
            http(Target::Pinned(EndpointId(1)), Vec::new()),
            http(Target::Current, vec![restart]),
        ],
        endpoints: vec![endpoint("192.0.2.1"), endpoint("192.0.2.2")],
        ..Plan::empty()
    }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6 * other.abs().max(1.0)
}

fn length(kinds: impl IntoIterator<Item = OpKind>) -> (f64, bool) {
    let forecast = Forecast::new(&plan(&[(10.0, 10, 10)], vec![session(kinds)]));
    (forecast.session_secs, forecast.at_least)
}

#[test]
fn users_at_once_are_rate_times_length_within_the_phase() {
    // 2 requests of 0.1 s and 4.8 s of thinking: 5 s.
    let forecast =
        Forecast::new(&plan(&[(60.0, 600, 600)], vec![session([request(0), think(4.8), request(0)])]));
    assert!(near(forecast.session_secs, 5.0) && !forecast.at_least);
    assert!(near(forecast.users_peak, 50.0));
    assert_eq!(forecast.users_peak_at, Nanos::from_secs(6));
    let phase = &forecast.phases[0];
    assert_eq!((phase.users, phase.rate, phase.start), (600, 10.0, Nanos::SECOND));
    assert_eq!(forecast.planned(), 600);
    // A session that outlasts its phase: all users of it at once, at its end.
    let forecast = Forecast::new(&plan(&[(60.0, 600, 600)], vec![session([think(100.0)])]));
    assert!(near(forecast.users_peak, 600.0));
    assert_eq!(forecast.users_peak_at, Nanos::from_secs(61));
}

#[test]
fn means_of_pauses_and_rounds_of_loops_make_the_length() {
    let exponential = OpKind::Think(Think::Exponential { mean: Nanos::from_secs(3) });
    let uniform = OpKind::Think(Think::Uniform { min_ms: 1_000, max_ms: 2_000 });
    assert!(near(length([exponential, uniform]).0, 4.5));
    // 1, 4, 7, 10: four rounds of 1.1 s.
    let (secs, at_least) = length([for_start(1), request(0), think(1.0), for_end(10, 3, 1)]);
    assert!(near(secs, 4.4) && !at_least, "{secs}");
    // 5 rounds of (1 s + 3 rounds of 2 s) and 1 s after them.
    let nested =
        [for_start(1), think(1.0), for_start(1), think(2.0), for_end(3, 1, 3), for_end(5, 1, 1), think(1.0)];
    assert!(near(length(nested).0, 36.0));
    assert!(near(length([for_start(5), think(1.0), for_end(5, 1, 1)]).0, 1.0), "a body runs at least once");
}

#[test]
fn what_only_the_run_decides_is_taken_at_its_least() {
    let condition =
        Condition { slot: Slot(1), element: None, comparison: Comparison::Eq, operand: Template::default() };
    let repeat = OpKind::RepeatEnd {
        counter: Slot(1),
        repeat: 0,
        rounds_max: 20,
        condition: condition.clone(),
        jump_when: true,
        body: OpIndex(0),
    };
    let text = OpKind::Think(Think::Text(Template::default()));
    let unknown = OpKind::ForEnd {
        slot: Slot(1),
        to: Number::Text(Template::default()),
        increment: 1,
        body: OpIndex(1),
    };
    let condition = OpKind::If { condition, end: OpIndex(2) };
    for (kinds, expected) in [
        (vec![think(2.0), repeat], (2.0, true)),
        (vec![think(2.0), text], (2.0, true)),
        (vec![for_start(1), think(2.0), unknown], (2.0, true)),
        (vec![for_start(1), think(2.0), for_end(5, 0, 1)], (2.0, true)),
        (vec![request(3), think(2.0)], (2.1, true)),
        (vec![condition, think(2.0)], (2.0, false)),
    ] {
        let (secs, at_least) = length(kinds.clone());
        assert!(near(secs, expected.0) && at_least == expected.1, "{secs} {at_least} {kinds:?}");
    }
}

#[test]
fn phases_sessions_and_static_users_add_up() {
    // A quarter stays 10 s, three quarters 2 s; 8/s, then 4/s.
    let mut mixed =
        plan(&[(20.0, 160, 160), (20.0, 80, 80)], vec![session([think(10.0)]), session([think(2.0)])]);
    mixed.load.popularities = vec![vec![1.0, 3.0]];
    let forecast = Forecast::new(&mixed);
    assert!(near(forecast.users_peak, 2.0 * 10.0 + 6.0 * 2.0), "{}", forecast.users_peak);
    assert_eq!(forecast.users_peak_at, Nanos::from_secs(11));
    assert!(near(forecast.session_secs, 4.0));
    // Nobody draws a session without weight.
    mixed.load.popularities = vec![vec![0.0, 3.0]];
    assert!(near(Forecast::new(&mixed).users_peak, 16.0));
    let user = |at| StaticUser { start: Nanos::from_secs(at), session: SessionId(0) };
    mixed.load.static_users = vec![user(5), user(12), user(12)];
    let forecast = Forecast::new(&mixed);
    assert!(near(forecast.users_peak, 19.0), "{}", forecast.users_peak);
    assert_eq!((forecast.users_peak_at, forecast.planned()), (Nanos::from_secs(13), 243));
}

#[test]
fn maxnumber_and_the_duration_of_the_load_cut() {
    // 10/s, but only 100 of 600: they come in the first 10 s.
    let capped = plan(&[(60.0, 600, 100)], vec![session([think(100.0)])]);
    let forecast = Forecast::new(&capped);
    assert!(near(forecast.users_peak, 100.0));
    assert_eq!(forecast.users_peak_at, Nanos::from_secs(11));
    let mut cut = plan(&[(60.0, 600, 600)], vec![session([think(100.0)])]);
    cut.load.duration = Some(Nanos::from_secs(30));
    let forecast = Forecast::new(&cut);
    assert!(near(forecast.users_peak, 300.0), "{}", forecast.users_peak);
    assert_eq!(forecast.users_peak_at, Nanos::from_secs(31));
}

#[test]
fn a_plan_without_users_needs_nothing() {
    let forecast = Forecast::new(&plan(&[(10.0, 0, 0)], vec![session([request(0)])]));
    assert_eq!((forecast.planned(), forecast.users_peak, forecast.connections()), (0, 0.0, 0));
    assert_eq!(forecast.shortages(&AMPLE, ONE), []);
    assert_eq!(forecast.processes_needed(20_000, 2, 64), 1);
}

#[test]
fn descriptors_and_memory_run_out_when_the_users_reach_them() {
    let forecast = Forecast::new(&plan(&[(100.0, 1_000, 1_000)], vec![session([request(0), think(999.9)])]));
    assert_eq!(forecast.shortages(&AMPLE, ONE), []);
    // Room for 432 connections: a mean of 374 with its chance (3 · √374) of 58.
    assert!((safely_within(432) - 374.0).abs() < 0.1 && with_chance(373.9) == 432);
    let few = Machine { descriptors: 500, ..AMPLE };
    let [Shortage::Descriptors { at, needed, available }] = forecast.shortages(&few, ONE)[..] else {
        panic!("{:?}", forecast.shortages(&few, ONE))
    };
    assert!(near(at.as_secs_f64(), 1.0 + safely_within(432) / 10.0), "{at:?}");
    assert_eq!((needed, available), (1_068, 500));
    let small = Machine { memory_bytes: Some(100 * USER_BYTES), descriptors: 500, ..AMPLE };
    let [Shortage::Memory { at, .. }, Shortage::Descriptors { .. }] = forecast.shortages(&small, ONE)[..]
    else {
        panic!("{:?}", forecast.shortages(&small, ONE))
    };
    assert!(near(at.as_secs_f64(), 1.0 + safely_within(100) / 10.0), "{at:?}");
}

#[test]
fn users_are_shared_out_among_as_many_processes_as_they_need() {
    let forecast = Forecast::new(&plan(&[(100.0, 1_000, 1_000)], vec![session([think(999.9)])]));
    // 500 of which 64 are reserved, 4 for an engine, 4 for two others: 428 connections, a mean of 370.
    assert_eq!(Processes::started(3, 1), Processes { count: 3, reserved: 72 });
    assert_eq!(forecast.processes_needed(500, 1, 64), 3);
    assert_eq!(forecast.processes_needed(20_000, 1, 64), 1);
    // 80 engines leave one process 116 descriptors; in four of them each has 20 and leaves 350.
    assert_eq!(Processes::started(4, 80), Processes { count: 4, reserved: 64 + 80 + 6 });
    assert_eq!(forecast.processes_needed(500, 80, 64), 4);
    // The room counts, not the limit: in 3 processes are 3 · 428 connections, with the chance of each.
    let few = Machine { descriptors: 500, ..AMPLE };
    assert_eq!(forecast.shortages(&few, Processes::started(3, 1)), []);
    let two = Processes::started(2, 1);
    let [Shortage::Descriptors { at, needed, available }] = forecast.shortages(&few, two)[..] else {
        panic!("{:?}", forecast.shortages(&few, two))
    };
    assert!(near(at.as_secs_f64(), 1.0 + 2.0 * safely_within(430) / 10.0), "{at:?}");
    assert_eq!((needed, available), (1_000 + 2 * 70, 1_000));
    // Each further one takes from all: with 100 descriptors 8 of them have the most room, 8 · (100 - 64 - 4 - 14).
    assert_eq!(forecast.processes_needed(100, 1, 64), 8);
    assert_eq!(forecast.processes_needed(50, 1, 64), 1, "no room in any");
    // Workers that join hold nothing for each other.
    assert_eq!(Processes::joining(10, 8).reserved, 64 + 32);
}

#[test]
fn ports_stay_taken_for_a_minute_after_a_user() {
    // 1 000/s for 0.1 s each: 100 open, and 60 000 in TIME_WAIT after a minute.
    let mut busy = plan(&[(600.0, 600_000, 600_000)], vec![session([request(0)])]);
    let forecast = Forecast::new(&busy);
    let never = Machine { port_reuse: PortReuse::Never, ..AMPLE };
    let [Shortage::Ports { waiting: true, endpoint: EndpointId(0), at, needed, available: 28_232 }] =
        forecast.shortages(&never, ONE)[..]
    else {
        panic!("{:?}", forecast.shortages(&never, ONE))
    };
    // From the warm-up's end on one port more for each user.
    assert!(near(at.as_secs_f64(), 1.0 + safely_within(28_232) / 1_000.0), "{at:?}");
    assert_eq!(needed, with_chance(60_100.0));
    assert_eq!(forecast.ports(&never), Some((EndpointId(0), needed)));
    assert_eq!(
        forecast.shortages(&AMPLE, ONE).len(),
        1,
        "reuse within the machine is no help on the way to another"
    );
    // With reuse it only gets slow when half of them are taken.
    let reused = Machine { port_reuse: PortReuse::Always, ..AMPLE };
    let [Shortage::FreePorts { endpoint: EndpointId(0), at, .. }] = forecast.shortages(&reused, ONE)[..]
    else {
        panic!("{:?}", forecast.shortages(&reused, ONE))
    };
    assert!(near(at.as_secs_f64(), 1.0 + safely_within(14_116) / 1_000.0), "{at:?}");
    assert_eq!(forecast.ports(&reused), Some((EndpointId(0), with_chance(1_100.0))));
    busy.endpoints[0].host = "127.0.0.1".into();
    assert!(matches!(Forecast::new(&busy).shortages(&AMPLE, ONE)[..], [Shortage::FreePorts { .. }]));
    // 100 users/s: 6 010 ports are no trouble.
    busy.endpoints[0].host = "192.0.2.1".into();
    busy.load.phases[0].drawn = 60_000;
    busy.load.phases[0].started = 60_000;
    let forecast = Forecast::new(&busy);
    assert_eq!(forecast.shortages(&never, ONE), []);
    assert_eq!(forecast.ports(&never), Some((EndpointId(0), with_chance(6_010.0))));
}

#[test]
fn who_goes_between_servers_leaves_ports_behind() {
    // Ten rounds of A and B at 10 users/s: A is left 10 times, B 9 times and at the end.
    let ops = [for_start(1), request(1), request(2), for_end(10, 1, 1)];
    let forecast = Forecast::new(&plan(&[(600.0, 6_000, 6_000)], vec![session(ops)]));
    let never = Machine { port_reuse: PortReuse::Never, ..AMPLE };
    let (_, ports) = forecast.ports(&never).expect("two places");
    // 20 users at a time, half of them at each; 10 · 10 · 60 ports in TIME_WAIT.
    assert_eq!(ports, with_chance(6_010.0));
    // The drawn server first: whoever drew the one that is asked next stays with it.
    let mut both = plan(&[(600.0, 6_000, 6_000)], vec![session([request(0), request(2)])]);
    both.servers.push(Server { endpoint: EndpointId(1), weight: 1.0 });
    let population = Population::of(&both);
    let stay = |endpoint| population.stay(&population.outlines[0], EndpointId(endpoint), TIME_WAIT_SECS);
    assert_eq!((stay(0).inside, stay(0).at_end), (0.5, 0.0));
    assert_eq!((stay(1).inside, stay(1).at_end), (0.0, 1.0));
}

#[test]
fn large_plans_are_taken_together_without_losing_users() {
    let sessions: Vec<_> = (1..=300).map(|n| session([request(n % 3), think(f64::from(n))])).collect();
    let phases = vec![(1.0, 10, 10); 3_000];
    let forecast = Forecast::new(&plan(&phases, sessions));
    // 10/s for much longer than any session: rate times mean length.
    assert!(near(forecast.users_peak, 10.0 * (150.5 + 0.1)), "{}", forecast.users_peak);
    assert_eq!(forecast.planned(), 30_000);
}

#[test]
fn loopback_is_known_by_its_name() {
    for host in ["localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "::1"] {
        assert!(is_loopback(host), "{host}");
    }
    for host in ["127.example.org", "10.0.0.1", "localhost.example.org", "::2"] {
        assert!(!is_loopback(host), "{host}");
    }
}
