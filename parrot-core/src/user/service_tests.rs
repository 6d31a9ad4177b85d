//! Users that need what all users share.

use super::tests::{World, get, matching, plan, request, set};
use super::{Received, User, Want};
use crate::plan::*;
use crate::service::{Answer, Ask};
use crate::sink::{MatchEvent, Record};
use crate::stats::{Class, Counter, Errno, SeriesId};
use crate::time::Nanos;

/// Reads a row into variable 1.
fn read() -> OpKind {
    let source = VariableSource::File { file: FileId(0), order: RowOrder::Iterate, delimiter: b";".to_vec() };
    OpKind::SetVariables { slots: vec![Slot(1)], source }
}

fn interaction(action: InteractionAction) -> OpKind {
    OpKind::Interaction { id: TransactionId(1), action }
}

impl World {
    fn give(&mut self, answer: Answer) {
        assert_eq!(self.settle(), Want::Answer);
        self.with(|user, now, cx| user.handle_answer(now, answer, cx));
    }

    fn text(&self, slot: u32) -> String {
        let value = self.user.variables[slot as usize].as_ref();
        value.map_or_else(
            || "-".to_owned(),
            |value| String::from_utf8_lossy(&value.text().unwrap()).into_owned(),
        )
    }
}

fn with_rows(ops: Vec<OpKind>) -> World {
    let mut plan = plan(vec![request("/0")], ops);
    plan.files = vec![DataFile::new("f", b"a\nb\nc\nd")];
    World::with_files(plan, vec![b"a\nb\nc\nd".to_vec()])
}

#[test]
fn a_read_waits_for_its_row_and_begins_again() {
    let mut world = with_rows(vec![read(), get(0)]);
    assert_eq!(world.settle(), Want::Service(Ask::Rows { file: FileId(0), users: 1 }));
    assert_eq!(world.text(1), "-");
    world.give(Answer::Row(6));
    assert_eq!(world.settle(), Want::Exchange);
    assert_eq!(world.text(1), "c");
}

#[test]
fn leased_rows_are_read_without_asking() {
    let mut world = with_rows(vec![read(), read(), read()]);
    world.leases[0].renew(1, 2);
    assert_eq!(world.settle(), Want::Service(Ask::Rows { file: FileId(0), users: 1 }));
    assert_eq!(world.text(1), "c");
    world.give(Answer::Row(3));
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.text(1), "d");
}

#[test]
fn rows_by_rank_come_before_leases() {
    let mut world = with_rows(vec![read(), get(0), read()]);
    world.leases[0].renew(0, 9);
    world.user.rows = [crate::load::NextRow { file: FileId(0), row: 2 }].into();
    assert!(world.send());
    assert_eq!(world.text(1), "c");
    world.answer("ok");
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.text(1), "d");
}

/// What a user draws does not depend on whether it had to wait for a row.
#[test]
fn waiting_changes_no_draw() {
    let random = OpKind::SetVariables {
        slots: vec![Slot(2)],
        source: VariableSource::RandomNumber { start: 0, end: i64::MAX },
    };
    let mut waits = with_rows(vec![read(), random.clone()]);
    assert!(matches!(waits.settle(), Want::Service(_)));
    waits.give(Answer::Row(0));
    assert_eq!(waits.settle(), Want::End);
    let mut reads = with_rows(vec![read(), random]);
    reads.leases[0].renew(0, 1);
    assert_eq!(reads.settle(), Want::End);
    assert_ne!(waits.text(2), "-");
    assert_eq!(waits.text(2), reads.text(2));
}

#[test]
fn the_barrier_is_the_intended_start_of_what_follows() {
    let mut world = World::new(plan(vec![request("/0")], vec![OpKind::Barrier, get(0)]));
    assert_eq!(world.settle(), Want::Service(Ask::Barrier));
    world.now = Nanos::from_secs(7);
    world.give(Answer::Barrier);
    world.serve("ok");
    assert_eq!(world.urls(), ["/0"]);
    assert_eq!(world.series(SeriesId::RESPONSE, Class::Ok), (1, 1.0));
    assert_eq!(world.count(Counter::UserFinished), 1);
}

#[test]
fn a_close_at_the_barrier_ends_a_user_that_needs_its_connection() {
    for persistent in [true, false] {
        let mut plan = plan(vec![request("/0")], vec![get(0), OpKind::Barrier]);
        plan.sessions[0].persistent = persistent;
        let mut world = World::new(plan);
        assert!(world.send());
        world.answer("ok");
        assert_eq!(world.settle(), Want::Service(Ask::Barrier));
        world.with(User::handle_closed);
        let wanted = if persistent { Want::Answer } else { Want::End };
        assert_eq!(world.settle(), wanted, "persistent: {persistent}");
    }
}

#[test]
fn interactions_are_sampled_by_who_receives() {
    let ops = vec![interaction(InteractionAction::Send), interaction(InteractionAction::Receive)];
    let mut world = World::new(plan(Vec::new(), [ops.clone(), ops[1..].to_vec()].concat()));
    world.now = Nanos(5);
    assert_eq!(world.settle(), Want::Service(Ask::InteractionSend { id: TransactionId(1), at: Nanos(5) }));
    world.give(Answer::Interaction { elapsed: None });
    world.now = Nanos(9);
    assert_eq!(world.settle(), Want::Service(Ask::InteractionReceive { id: TransactionId(1), at: Nanos(9) }));
    world.give(Answer::Interaction { elapsed: Some(Nanos::from_millis(4)) });
    assert!(matches!(world.settle(), Want::Service(Ask::InteractionReceive { .. })));
    world.give(Answer::Interaction { elapsed: None });
    assert_eq!(world.settle(), Want::End);
    assert_eq!(world.series(SeriesId::transaction(TransactionId(1)), Class::Ok), (1, 4.0));
}

#[test]
fn abort_ends_the_user_or_the_run() {
    let mut world =
        World::new(plan(vec![request("/0")], vec![get(0), OpKind::Abort(AbortScope::User), get(0)]));
    world.serve("ok");
    assert_eq!(world.urls(), ["/0"]);
    assert_eq!((world.count(Counter::UserAborted), world.count(Counter::UserFinished)), (1, 1));
    let mut world = World::new(plan(Vec::new(), vec![OpKind::Abort(AbortScope::Run), set(1, "x")]));
    assert_eq!(world.settle(), Want::Service(Ask::Abort));
    // It is alive until the run ends.
    assert_eq!(world.settle(), Want::Answer);
    assert_eq!((world.count(Counter::UserAborted), world.count(Counter::UserFinished)), (0, 0));
}

#[test]
fn a_match_ends_the_run_even_when_the_connection_breaks_with_the_response() {
    for breaks in [false, true] {
        let mut requests = vec![request("/0")];
        requests[0].matches =
            vec![matching("ok", true, MatchAction::AbortRun), matching("ok", true, MatchAction::Log)];
        let mut plan = plan(requests, vec![get(0), get(0)]);
        plan.sessions[0].persistent = false;
        let mut world = World::new(plan);
        assert!(world.send());
        assert_eq!(world.answer("ok"), Received::Complete { close: false });
        if breaks {
            world.with(User::handle_closed);
        }
        assert_eq!(world.settle(), Want::Service(Ask::Abort), "breaks: {breaks}");
        assert_eq!(world.settle(), Want::Answer);
        assert_eq!((world.count(Counter::MatchStopRun), world.count(Counter::Match)), (1, 1));
        let [Record::Match(row)] = world.records.as_slice() else { panic!("{:?}", world.records) };
        assert_eq!(row.event, MatchEvent::StopRun);
    }
}

/// What the connection does between the ask and the cut counts as little as what comes with the response.
#[test]
fn who_has_ended_the_run_lives_until_the_cut() {
    let mut matched = vec![request("/0")];
    matched[0].matches = vec![matching("ok", true, MatchAction::AbortRun)];
    for (requests, last) in [(matched, get(0)), (vec![request("/0")], OpKind::Abort(AbortScope::Run))] {
        let mut plan = plan(requests, vec![get(0), last]);
        plan.sessions[0].persistent = false;
        let mut world = World::new(plan);
        assert!(world.send());
        world.answer("ok");
        assert_eq!(world.settle(), Want::Service(Ask::Abort));
        world.with(|user, now, cx| assert_eq!(user.handle_bytes(now, b"x", cx), Received::Partial));
        world.with(User::handle_closed);
        world.with(|user, now, cx| user.handle_connection_failed(now, Errno(104), cx));
        assert_eq!(world.settle(), Want::Answer);
        for counter in [
            Counter::UnexpectedData,
            Counter::ConnectionClosed,
            Counter::ConnectionFailed(Errno(104)),
            Counter::UserFinished,
        ] {
            assert_eq!(world.count(counter), 0, "{counter:?}");
        }
    }
}

#[test]
fn responses_are_kept_for_files_of_their_own() {
    let mut requests = vec![request("/0")];
    requests[0].matches = vec![
        matching("ok", true, MatchAction::Dump),
        matching("ok", false, MatchAction::Dump),
        matching("no", false, MatchAction::Dump),
    ];
    let mut world = World::new(plan(requests, vec![set(1, "x"), get(0)]));
    world.serve("ok");
    let texts: Vec<_> = world
        .records
        .as_slice()
        .iter()
        .filter_map(|record| match record {
            Record::Response(response) => Some((response.action, response.text.as_slice())),
            Record::Match(_) | Record::Dump(_) | Record::Script(_) => None,
        })
        .collect();
    let text: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(texts, [(2, text), (2, text)]);
    assert_eq!(world.records.as_slice().len(), 4);
}
