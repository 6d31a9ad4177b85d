//! Each reason alone, at its limit and above; and the books of users.

use super::super::{Class, Counter, Errno, Incident, Recorder, SeriesId, Shape, Timeline};
use super::*;
use crate::sink::EndReason;

const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize, phases: 1 };
const MS: fn(u64) -> Nanos = Nanos::from_millis;

/// What the timeline says in the end of what one engine saw.
fn verdict_of(fill: impl FnOnce(&mut Recorder)) -> Verdict {
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    let mut recorder = Recorder::new(SHAPE);
    (recorder.engine, recorder.second) = (3, 17);
    fill(&mut recorder);
    timeline.record(&recorder);
    let live = timeline.verdict();
    let last = timeline.finish(EndReason::Completed, 0.0, Nanos::SECOND, 0).verdict;
    assert_eq!(live, last, "the same live and at the end");
    last
}

/// The only finding.
fn only(verdict: &Verdict) -> (Grade, Reason) {
    let [finding] = verdict.findings.as_slice() else { panic!("{verdict:?}") };
    assert_eq!(verdict.grade(), finding.grade);
    (finding.grade, finding.reason.clone())
}

fn lags(recorder: &mut Recorder, late: u64, lag: Nanos) {
    for user in 0..1_000 {
        let lag = if user < late { lag } else { Nanos::from_micros(50) };
        recorder.sample(SeriesId::START_LAG, 0, Class::Ok, lag);
    }
}

#[test]
fn nothing_against_it_is_valid() {
    assert_eq!(verdict_of(|_| {}), Verdict::default());
    assert_eq!(Verdict::default().grade(), Grade::Valid);
    assert!(Grade::Valid < Grade::Doubtful && Grade::Doubtful < Grade::Invalid);
}

#[test]
fn late_starts() {
    assert_eq!(verdict_of(|r| lags(r, 1_000, MS(10))).grade(), Grade::Valid, "at the limit");
    assert_eq!(verdict_of(|r| lags(r, 1, MS(500))).grade(), Grade::Valid, "one in a thousand");
    let (grade, reason) = only(&verdict_of(|r| lags(r, 2, MS(500))));
    assert_eq!(
        (grade, reason),
        (Grade::Doubtful, Reason::StartLag { share: 0.999, lag: MS(500), limit: MS(10) })
    );
    let (grade, reason) = only(&verdict_of(|r| lags(r, 11, MS(500))));
    assert_eq!(
        (grade, reason),
        (Grade::Invalid, Reason::StartLag { share: 0.99, lag: MS(500), limit: MS(100) })
    );
}

#[test]
fn a_busy_engine() {
    let busy = |share| verdict_of(|recorder| recorder.busy_max = share);
    assert_eq!(busy(0.80).grade(), Grade::Valid);
    let reason = |share, limit| Reason::EngineBusy { engine: 3, second: 17, share, limit };
    assert_eq!(only(&busy(0.81)), (Grade::Doubtful, reason(0.81, 0.80)));
    assert_eq!(only(&busy(0.95)), (Grade::Doubtful, reason(0.95, 0.80)));
    assert_eq!(only(&busy(0.96)), (Grade::Invalid, reason(0.96, 0.95)));
}

#[test]
fn the_worst_second_of_the_worst_engine_counts() {
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    for (engine, second, busy, stall) in [(0, 0, 0.5, 60), (1, 0, 0.85, 1), (0, 1, 0.2, 70), (1, 1, 0.84, 2)]
    {
        let mut recorder = Recorder::new(SHAPE);
        (recorder.engine, recorder.second) = (engine, second);
        (recorder.busy_max, recorder.stall_max) = (busy, MS(stall));
        timeline.record(&recorder);
    }
    let reasons: Vec<_> = timeline.verdict().findings.into_iter().map(|finding| finding.reason).collect();
    let busy = Reason::EngineBusy { engine: 1, second: 0, share: 0.85, limit: 0.80 };
    let stall = Reason::LoopStall { engine: 0, second: 1, stall: MS(70), limit: MS(50) };
    assert_eq!(reasons, [busy, stall]);
}

#[test]
fn a_stalled_loop() {
    assert_eq!(verdict_of(|recorder| recorder.stall_max = MS(50)).grade(), Grade::Valid);
    let reason = Reason::LoopStall { engine: 3, second: 17, stall: MS(51), limit: MS(50) };
    assert_eq!(only(&verdict_of(|recorder| recorder.stall_max = MS(51))), (Grade::Doubtful, reason));
}

#[test]
fn what_runs_out_makes_a_run_invalid() {
    let failed = |errno| verdict_of(|r| r.count(Counter::ConnectFailed(Errno(errno)), 2));
    assert_eq!(only(&failed(libc::EADDRNOTAVAIL)), (Grade::Invalid, Reason::PortsExhausted(2)));
    for errno in [libc::EMFILE, libc::ENFILE] {
        assert_eq!(only(&failed(errno)), (Grade::Invalid, Reason::DescriptorsExhausted(2)));
    }
    assert_eq!(failed(libc::ECONNREFUSED).grade(), Grade::Valid, "the server's business");
}

#[test]
fn dropped_records() {
    let verdict = verdict_of(|recorder| recorder.count(Counter::RecordDropped, 7));
    assert_eq!(only(&verdict), (Grade::Doubtful, Reason::RecordsDropped(7)));
}

#[test]
fn users_that_never_started() {
    let finish = |planned, end| {
        let mut timeline = Timeline::new(SHAPE, planned, Vec::new());
        let mut recorder = Recorder::new(SHAPE);
        recorder.count(Counter::UserStarted, 3);
        recorder.count(Counter::UserFinished, 3);
        (0..3).for_each(|_| recorder.sample(SeriesId::SESSION, 0, Class::Ok, Nanos::ZERO));
        timeline.record(&recorder);
        timeline.finish(end, 0.0, Nanos::SECOND, 0).verdict
    };
    for end in [EndReason::Completed, EndReason::Failed] {
        assert_eq!(finish(3, end).grade(), Grade::Valid);
        assert_eq!(only(&finish(5, end)), (Grade::Invalid, Reason::NeverStarted(2)));
    }
    for end in [EndReason::Stopped, EndReason::DurationReached, EndReason::Aborted] {
        assert_eq!(finish(5, end).grade(), Grade::Valid, "a wanted stop is no fault");
    }
}

#[test]
fn incidents_are_told_and_a_lost_worker_excuses_who_never_started() {
    let mut timeline = Timeline::new(SHAPE, 5, Vec::new());
    let lost = |name: &str| Incident::WorkerLost { name: name.to_owned(), users: 4 };
    timeline.note(lost("w1"));
    timeline.note(lost("w2"));
    timeline.note(Incident::ControllerStalled(MS(2_500)));
    timeline.note(Incident::ControllerStalled(MS(2_100)));
    let verdict = timeline.finish(EndReason::Completed, 0.0, Nanos::SECOND, 0).verdict;
    let reasons: Vec<_> = verdict.findings.iter().map(|finding| finding.reason.clone()).collect();
    let lost = |name: &str| Reason::WorkerLost { name: name.to_owned(), users: 4 };
    let stalled = Reason::ControllerStalled { stall: MS(2_500), limit: MS(2_000) };
    assert_eq!(reasons, [Reason::NeverStarted(5), lost("w1"), lost("w2"), stalled]);
    assert_eq!(verdict.grade(), Grade::Doubtful);
    assert!(!reasons[1].is_same(&reasons[2]) && reasons[1].is_same(&reasons[1]));
    assert!(reasons[0].is_same(&Reason::NeverStarted(1)));
}

#[test]
fn named_workers_have_a_limit() {
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    for worker in 0..1_000 {
        timeline.note(Incident::WorkerLost { name: worker.to_string(), users: 0 });
    }
    assert_eq!(timeline.verdict().findings.len(), crate::limits::LOST_WORKERS_NAMED);
}

/// An engine whose users lived as long as these sessions, in ms; `users` are alive at the end and cut.
fn lived(engine: u32, sessions: &[u64], users: u64) -> Recorder {
    let mut recorder = Recorder::new(SHAPE);
    recorder.engine = engine;
    for session in sessions {
        recorder.sample(SeriesId::SESSION, 0, Class::Ok, MS(*session));
    }
    recorder.lived = sessions.iter().map(|ms| MS(*ms).0).sum();
    let started = sessions.len() as u64;
    recorder.count(Counter::UserStarted, started);
    recorder.count(Counter::UserFinished, started - users);
    recorder.users = users;
    recorder
}

fn books(recorders: &[Recorder], forgotten: std::ops::Range<u32>) -> Verdict {
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    recorders.iter().for_each(|recorder| timeline.record(recorder));
    timeline.forget_engines(forgotten);
    timeline.finish(EndReason::Stopped, 0.0, Nanos::SECOND, 0).verdict
}

#[test]
fn books_that_add_up() {
    assert_eq!(
        books(&[lived(0, &[1_000, 2_000, 70], 0), lived(1, &[5, 5_000], 1)], 9..9).grade(),
        Grade::Valid
    );
    // What two looks at the clock may differ by.
    let mut close = lived(0, &[1_000, 2_000], 1);
    close.lived += 3_390_000;
    assert_eq!(books(&[close], 9..9).grade(), Grade::Valid);
}

#[test]
fn a_session_that_is_missing_or_too_long() {
    let mut lost = lived(0, &[1_000, 2_000], 0);
    lost.count(Counter::UserStarted, 1);
    lost.count(Counter::UserFinished, 1);
    let verdict = books(&[lost, lived(1, &[10], 0)], 9..9);
    assert_eq!(only(&verdict), (Grade::Doubtful, Reason::UsersUnaccounted(1)));
    let mut longer = lived(0, &[1_000, 2_000], 0);
    longer.lived -= 4_000_000;
    let (grade, Reason::LifetimeUnaccounted { off, limit }) = only(&books(&[longer], 9..9)) else { panic!() };
    assert_eq!((grade, off.as_millis()), (Grade::Doubtful, 4));
    assert_eq!(limit, MS(3) + Nanos::from_micros(400));
}

#[test]
fn one_engines_surplus_does_not_make_up_for_anothers_lack() {
    let (mut more, mut less) = (lived(0, &[1_000], 0), lived(1, &[1_000], 0));
    more.lived += 100_000_000;
    less.lived -= 100_000_000;
    (more.users, less.users) = (1, 0);
    less.count(Counter::UserFinished, 1);
    let reasons = books(&[more, less], 9..9).findings;
    let users = Finding { grade: Grade::Doubtful, reason: Reason::UsersUnaccounted(2) };
    assert!(reasons.len() == 2 && reasons[0] == users, "{reasons:?}");
}

#[test]
fn the_books_of_lost_engines_are_closed() {
    let mut lost = lived(2, &[1_000], 0);
    (lost.lived, lost.users) = (0, 5);
    let recorders = [lived(0, &[1_000], 0), lost];
    assert_eq!(books(&recorders, 9..9).grade(), Grade::Doubtful);
    assert_eq!(books(&recorders, 1..3).grade(), Grade::Valid);
}
