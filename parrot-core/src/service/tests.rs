//! The services with engines made by hand: some slow, some lost.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const MINUTE: Nanos = Nanos::from_secs(60);

fn services(engines: u32, rows: u64, barrier_users: u32) -> Services {
    Services::new(
        Facts { rows: vec![rows], barrier_users, barrier_timeout: MINUTE, transactions: 2 },
        engines,
    )
}

fn grants(services: &mut Services) -> Vec<(u32, Grant)> {
    std::iter::from_fn(|| services.poll_grant()).collect()
}

fn rows(users: u32) -> Ask {
    Ask::Rows { file: FileId(0), users }
}

#[test]
fn leases_share_a_file() {
    for (engines, rows_of_file, users, count, lease) in [
        (1, 5, 1, 1, 1),
        (1, 800, 1, 100, 100),
        (2, 800, 1, 50, 50),
        (1, 1_000_000, 1, 256, 256),
        (100, 10, 7, 7, 1),
        (1, 8, 1_000, 256, 1),
    ] {
        let mut services = services(engines, rows_of_file, 1);
        services.handle_ask(Nanos::ZERO, 0, rows(users));
        services.handle_ask(Nanos::ZERO, engines - 1, rows(1));
        let next = Grant::Rows { file: FileId(0), first: u64::from(count), count: lease };
        let first = Grant::Rows { file: FileId(0), first: 0, count };
        assert_eq!(
            grants(&mut services),
            [(0, first), (engines - 1, next)],
            "{engines} engines, {rows_of_file} rows"
        );
    }
}

#[test]
fn a_file_that_the_plan_lacks_is_not_granted() {
    let mut services = services(1, 1, 1);
    services.handle_ask(Nanos::ZERO, 0, Ask::Rows { file: FileId(1), users: 1 });
    assert_eq!(grants(&mut services), []);
}

#[test]
fn the_barrier_opens_for_the_number_and_closes_again() {
    let mut services = services(3, 1, 3);
    for engine in [0, 1, 0, 2] {
        services.handle_ask(Nanos::ZERO, engine, Ask::Barrier);
    }
    let open = |users| Grant::Barrier { users };
    assert_eq!(grants(&mut services), [(0, open(2)), (1, open(1))]);
    services.handle_ask(Nanos::SECOND, 2, Ask::Barrier);
    assert_eq!(grants(&mut services), []);
    services.handle_ask(Nanos::SECOND, 1, Ask::Barrier);
    assert_eq!(grants(&mut services), [(1, open(1)), (2, open(2))]);
    assert_eq!(services.poll_timeout(), None);
}

#[test]
fn the_barrier_opens_when_nobody_comes_any_more() {
    let mut services = services(2, 1, 10);
    services.handle_ask(Nanos::ZERO, 0, Ask::Barrier);
    services.handle_ask(Nanos::SECOND, 1, Ask::Barrier);
    let due = services.poll_timeout().expect("somebody waits");
    assert_eq!(due, MINUTE + Nanos::SECOND);
    services.handle_timeout(MINUTE);
    assert_eq!(grants(&mut services), []);
    services.handle_timeout(due);
    let open = Grant::Barrier { users: 1 };
    assert_eq!(grants(&mut services), [(0, open), (1, open)]);
    assert_eq!(services.poll_timeout(), None);
}

#[test]
fn users_of_lost_engines_do_not_count() {
    let mut services = services(2, 1, 2);
    services.handle_ask(Nanos::ZERO, 0, Ask::Barrier);
    services.handle_ask(Nanos::ZERO, 0, rows(1));
    services.forget_engines([0]);
    assert_eq!((grants(&mut services), services.poll_timeout()), (Vec::new(), None));
    services.handle_ask(Nanos::ZERO, 1, Ask::Barrier);
    assert_eq!(grants(&mut services), []);
    services.handle_ask(Nanos::ZERO, 1, Ask::Barrier);
    assert_eq!(grants(&mut services), [(1, Grant::Barrier { users: 2 })]);
}

#[test]
fn every_question_about_an_interaction_is_answered_in_order() {
    let mut services = services(2, 1, 1);
    let send = |id, at| Ask::InteractionSend { id: TransactionId(id), at: Nanos(at) };
    let receive = |id, at| Ask::InteractionReceive { id: TransactionId(id), at: Nanos(at) };
    let asks = [
        receive(0, 1),
        send(0, 5),
        receive(0, 7),
        send(0, 4),
        receive(0, 9),
        receive(1, 9),
        send(7, 1),
        receive(7, 2),
    ];
    for ask in asks {
        services.handle_ask(Nanos(10), 1, ask);
    }
    let elapsed: Vec<_> = grants(&mut services)
        .into_iter()
        .map(|(engine, grant)| match grant {
            Grant::Interaction { elapsed } if engine == 1 => elapsed.map(|span| span.0),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(elapsed, [None, None, Some(2), None, Some(4), None, None, None]);
}

#[test]
fn one_user_ends_the_run() {
    let mut services = services(2, 1, 1);
    assert!(!services.wants_abort());
    services.handle_ask(Nanos::ZERO, 1, Ask::Abort);
    assert!(services.wants_abort());
    assert_eq!(grants(&mut services), []);
}

#[derive(Clone, Debug)]
enum Step {
    Rows(u32, u32),
    Barrier(u32),
    Interaction(u32),
    Pass(u64),
    Lose(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let engine = 0..5_u32;
    prop_oneof![
        1 => (engine.clone(), 1..400_u32).prop_map(|(engine, users)| Step::Rows(engine, users)),
        6 => engine.clone().prop_map(Step::Barrier),
        1 => engine.clone().prop_map(Step::Interaction),
        1 => (0..90_u64).prop_map(Step::Pass),
        1 => engine.prop_map(Step::Lose),
    ]
}

proptest! {
    /// Whatever engines ask and whoever is lost: rows are given out once and in order, nobody is let through the barrier
    /// that did not come, nobody waits longer than the time-out, and every question is answered.
    #[test]
    fn nothing_is_doubled_and_nobody_hangs(
        steps in prop::collection::vec(step(), 0..200),
        barrier_users in 0..6_u32,
        file_rows in 1..5_000_u64,
    ) {
        let mut services = services(5, file_rows, barrier_users);
        let mut now = Nanos::ZERO;
        let mut next_row = 0;
        let mut lost = [false; 5];
        let mut waiting = BTreeMap::<u32, u32>::new();
        let mut open_questions = BTreeMap::<u32, u32>::new();
        let mut last_arrival = Nanos::ZERO;
        for step in steps {
            match step {
                Step::Rows(engine, users) if !lost[engine as usize] => services.handle_ask(now, engine, rows(users)),
                Step::Barrier(engine) if !lost[engine as usize] => {
                    services.handle_ask(now, engine, Ask::Barrier);
                    *waiting.entry(engine).or_default() += 1;
                    last_arrival = now;
                }
                Step::Interaction(engine) if !lost[engine as usize] => {
                    let id = TransactionId(engine % 2);
                    services.handle_ask(now, engine, Ask::InteractionReceive { id, at: now });
                    *open_questions.entry(engine).or_default() += 1;
                }
                Step::Pass(secs) => {
                    now += Nanos::from_secs(secs);
                    services.handle_timeout(now);
                }
                Step::Lose(engine) => {
                    lost[engine as usize] = true;
                    services.forget_engines([engine]);
                    waiting.remove(&engine);
                    open_questions.remove(&engine);
                }
                _ => {}
            }
            for (engine, grant) in grants(&mut services) {
                prop_assert!(!lost[engine as usize]);
                match grant {
                    Grant::Rows { first, count, .. } => {
                        prop_assert!(first == next_row && (1..=256).contains(&count));
                        next_row += u64::from(count);
                    }
                    Grant::Barrier { users } => prop_assert_eq!(waiting.remove(&engine), Some(users)),
                    Grant::Interaction { .. } => *open_questions.entry(engine).or_default() -= 1,
                }
            }
            let waits: u32 = waiting.values().sum();
            prop_assert!(waits < barrier_users.max(1));
            prop_assert_eq!(services.poll_timeout(), (waits > 0).then_some(last_arrival + MINUTE));
            prop_assert!(open_questions.values().all(|open| *open == 0));
        }
    }
}
