//! Walks over whole runs and over their slices.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::plan::*;
use crate::time::Nanos;

fn plan(phases: &[(u64, u64, u64)], static_ms: &[u64]) -> Plan {
    let session = Session { name: "s".into(), persistent: true, variables: Vec::new(), ops: Vec::new() };
    Plan {
        seed: 7,
        load: Load {
            warm_up: Nanos::SECOND,
            phases: phases
                .iter()
                .enumerate()
                .map(|(index, (secs, drawn, started))| Phase {
                    number: index as u32 + 1,
                    duration: Nanos::from_secs(*secs),
                    drawn: *drawn,
                    started: *started,
                    popularity: PopularityId(0),
                })
                .collect(),
            static_users: static_ms
                .iter()
                .map(|ms| StaticUser { start: Nanos::from_millis(*ms), session: SessionId(0) })
                .collect(),
            duration: None,
            popularities: vec![vec![1.0]],
        },
        servers: vec![Server { endpoint: EndpointId(0), weight: 1.0 }],
        sessions: vec![session],
        ..Plan::empty()
    }
}

fn all(plan: &Plan) -> Vec<Arrival> {
    of(plan, Slice::WHOLE)
}

fn of(plan: &Plan, slice: Slice) -> Vec<Arrival> {
    let mut schedule = Schedule::new(plan, Arc::new(RowReads::new(plan)), slice);
    let mut arrivals = Vec::new();
    while let Some(peeked) = schedule.peek(plan) {
        let arrival = schedule.next(plan).expect("peeked");
        assert_eq!(arrival.at, peeked);
        arrivals.push(arrival);
    }
    assert_eq!(schedule.next(plan), None);
    arrivals
}

#[test]
fn every_planned_user_starts_inside_its_phase() {
    let plan = plan(&[(10, 1000, 1000), (5, 0, 0), (20, 3000, 3000)], &[]);
    let arrivals = all(&plan);
    assert_eq!(arrivals.len() as u64, Schedule::planned(&plan));
    assert!(arrivals.is_sorted_by_key(|a| a.at));
    assert!(arrivals.iter().map(|a| a.user).eq(1..=4000));
    let starts = Schedule::phase_starts(&plan);
    assert_eq!(starts, [1, 11, 16, 36].map(Nanos::from_secs));
    for arrival in &arrivals {
        assert!(arrival.at >= starts[arrival.phase] && arrival.at < starts[arrival.phase + 1]);
    }
    assert_eq!(arrivals.iter().filter(|a| a.phase == 0).count(), 1000);
}

#[test]
fn an_empty_phase_in_the_middle_lasts_its_duration() {
    let arrivals = all(&plan(&[(2, 10, 10), (60, 0, 0), (2, 10, 10)], &[]));
    assert!(arrivals[10].at >= Nanos::from_secs(63));
}

#[test]
fn maxnumber_keeps_the_first_of_the_drawn_users() {
    let capped = all(&plan(&[(10, 1000, 100)], &[]));
    let whole = all(&plan(&[(10, 1000, 1000)], &[]));
    assert_eq!(
        capped.iter().map(|a| a.at).collect::<Vec<_>>(),
        whole[..100].iter().map(|a| a.at).collect::<Vec<_>>()
    );
}

#[test]
fn static_users_are_ranked_among_the_others() {
    let arrivals = all(&plan(&[(10, 100, 100)], &[0, 0, 5_000, 30_000]));
    assert_eq!(arrivals.len(), 104);
    assert_eq!((arrivals[0].at, arrivals[1].at), (Nanos::SECOND, Nanos::SECOND));
    assert_eq!(arrivals[103].at, Nanos::from_secs(31));
    assert!(arrivals.is_sorted_by_key(|a| a.at));
}

/// Gaps of a Poisson process are exponential: Kolmogorov-Smirnov distance of 20 000 gaps from that law.
#[test]
fn gaps_are_exponential() {
    let arrivals = all(&plan(&[(1000, 20_000, 20_000)], &[]));
    let mut gaps: Vec<f64> = arrivals.windows(2).map(|w| (w[1].at - w[0].at).as_secs_f64() * 20.0).collect();
    gaps.sort_by(f64::total_cmp);
    let n = gaps.len() as f64;
    let distance = gaps
        .iter()
        .enumerate()
        .map(|(i, gap)| ((1.0 - (-gap).exp()) - (i as f64 + 0.5) / n).abs())
        .fold(0.0, f64::max);
    assert!(distance < 1.63 / n.sqrt(), "KS distance {distance}");
}

/// A read of file `file` in order.
fn read(file: u32) -> OpKind {
    let source =
        VariableSource::File { file: FileId(file), order: RowOrder::Iterate, delimiter: b";".to_vec() };
    OpKind::SetVariables { slots: vec![Slot(0)], source }
}

fn session(ops: Vec<OpKind>) -> Session {
    let ops = ops.into_iter().zip(1..).map(|(kind, action)| Op { action, place: Place::default(), kind });
    Session { name: "s".into(), persistent: true, variables: vec!["x".into()], ops: ops.collect() }
}

/// Three sessions: the first reads file 0 twice and file 1 once, the second reads file 0 once, the third none.
fn reading(phases: &[(u64, u64, u64)], static_ms: &[u64]) -> Plan {
    let mut plan = plan(phases, static_ms);
    plan.sessions =
        vec![session(vec![read(0), read(1), read(0)]), session(vec![read(0)]), session(Vec::new())];
    plan.load.popularities = vec![vec![1.0, 2.0, 1.0]];
    plan.files = (0..3).map(|n| DataFile::new(format!("f{n}"), b"row")).collect();
    plan
}

fn slices(plan: &Plan, count: u32) -> Vec<Vec<Arrival>> {
    (0..count).map(|index| of(plan, Slice::new(index, count).expect("a slice"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whoever shares the load: the same users at the same times with the same sessions, servers and rows, each once.
    #[test]
    fn slices_are_the_whole_walk(
        seed: u64,
        drawn in prop::collection::vec((1_u64..50, 0_u64..400), 1..4),
        fixed in prop::collection::vec(0_u64..100_000, 0..20),
        with_rows: bool,
    ) {
        let phases: Vec<_> = drawn.iter().map(|(secs, users)| (*secs, *users, *users)).collect();
        let mut fixed = fixed;
        fixed.sort_unstable();
        let mut plan = if with_rows { reading(&phases, &fixed) } else { plan(&phases, &fixed) };
        plan.seed = seed;
        let whole = all(&plan);
        for count in [2, 7, 100] {
            let slices = slices(&plan, count);
            for slice in &slices {
                prop_assert!(slice.is_sorted_by_key(|arrival| arrival.user));
                let fair = whole.len() / count as usize;
                prop_assert!(slice.len() <= fair + 16 && slice.len() + 16 >= fair, "{} of {}", slice.len(), whole.len());
            }
            let mut union: Vec<Arrival> = slices.into_iter().flatten().collect();
            union.sort_by_key(|arrival| arrival.user);
            prop_assert_eq!(&union, &whole);
        }
    }
}

#[test]
fn rows_follow_the_order_of_the_users() {
    let plan = reading(&[(10, 500, 500)], &[2_000]);
    let arrivals = all(&plan);
    let mut next = [0_u64; 2];
    for arrival in &arrivals {
        let times: &[(u32, u64)] = [&[(0, 2), (1, 1)][..], &[(0, 1)], &[]][arrival.session.index()];
        let rows: Vec<(u32, u64)> = arrival.rows.iter().map(|next| (next.file.0, next.row)).collect();
        let wanted: Vec<(u32, u64)> = times.iter().map(|(file, _)| (*file, next[*file as usize])).collect();
        assert_eq!(rows, wanted, "user {}", arrival.user);
        times.iter().for_each(|(file, times)| next[*file as usize] += times);
    }
    assert!(next[0] > 400 && next[1] > 50, "{next:?}");
}

#[test]
fn a_file_that_is_read_an_unknown_number_of_times_has_no_rows_by_rank() {
    let condition = || Condition {
        slot: Slot(0),
        element: None,
        comparison: Comparison::Eq,
        operand: Template::default(),
    };
    let looping = |action| {
        let pattern = Pattern::Fixed(b"x".to_vec());
        Match { pattern, when_found: true, action, name: None, place: Place::default() }
    };
    let number = || Number::Fixed(3);
    let end = |body| OpKind::ForEnd { slot: Slot(0), to: number(), increment: 1, body: OpIndex(body) };
    let start = || OpKind::ForStart { slot: Slot(0), from: number() };
    let until = |body| OpKind::RepeatEnd {
        counter: Slot(0),
        repeat: 0,
        rounds_max: 3,
        condition: condition(),
        jump_when: true,
        body: OpIndex(body),
    };
    let when = |end| OpKind::If { condition: condition(), end: OpIndex(end) };
    let request = |id| OpKind::Request(RequestId(id));
    // Request 0 restarts the session, request 1 goes back by one step, request 2 does nothing of the kind.
    let actions = [
        MatchAction::Restart { rounds_max: 1 },
        MatchAction::Loop { back: 1, rounds_max: 1, sleep: Nanos::ZERO },
        MatchAction::Abort,
    ];
    for (ops, fixed) in [
        (vec![read(0), start(), request(2), end(2), read(0)], true),
        (vec![start(), read(0), end(1)], false),
        (vec![request(2), read(0), until(1)], false),
        (vec![read(0), request(2), until(1)], true),
        (vec![when(2), read(0)], false),
        (vec![when(1), read(0)], true),
        (vec![read(0), request(0)], false),
        (vec![request(0), read(0)], true),
        (vec![read(0), request(1)], false),
        (vec![read(0), request(2), request(1)], true),
    ] {
        let mut plan = reading(&[(10, 50, 50)], &[]);
        plan.requests = actions
            .iter()
            .map(|action| Request {
                exchange: Exchange::Http(HttpRequest {
                    method: Method::Get,
                    url: Template::default(),
                    escape_spaces: false,
                    target: Target::Current,
                    host: Host::Current,
                    parts: Vec::new(),
                    body: Template::default(),
                }),
                tag: None,
                ends_page: true,
                variables: Vec::new(),
                content: Default::default(),
                matches: vec![looping(*action)],
            })
            .collect();
        plan.sessions[2] = session(ops.clone());
        let files = |arrival: &Arrival| arrival.rows.iter().map(|next| next.file.0).collect::<Vec<_>>();
        for arrival in all(&plan) {
            let wanted: &[u32] = match (arrival.session.0, fixed) {
                (0, true) => &[0, 1],
                (0, false) => &[1],
                (_, true) => &[0],
                (_, false) => &[],
            };
            assert_eq!(files(&arrival), wanted, "session {} of {ops:?}", arrival.session.0);
        }
    }
}

#[test]
fn rows_of_a_file_read_at_random_are_nobodys() {
    let mut plan = reading(&[(10, 50, 50)], &[]);
    for op in plan.sessions.iter_mut().flat_map(|session| &mut session.ops) {
        if let OpKind::SetVariables { source: VariableSource::File { order, .. }, .. } = &mut op.kind {
            *order = RowOrder::Random;
        }
    }
    assert!(all(&plan).iter().all(|arrival| arrival.rows.is_empty()));
}
