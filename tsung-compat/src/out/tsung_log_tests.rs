use parrot_core::plan::TransactionId;
use parrot_core::sink::{CounterRow, EndReason, HostMetric};
use parrot_core::stats::{Class, Counter, Errno, Recorder, SeriesId, Shape, Timeline};
use parrot_core::time::Nanos;

use super::*;
use crate::out::test_file::TestFile;

const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize + 2, phases: 2 };

fn names() -> Arc<TsungNames> {
    let repeats = ["again".to_owned(), "again".to_owned()];
    Arc::new(TsungNames::from_names(&["home".to_owned(), "big page".to_owned()], &repeats))
}

fn log(file: &TestFile) -> TsungLog {
    TsungLog::new(Box::new(file.clone()), "tsung.log", "tsung_controller@vm-1", names())
}

/// Adds to a second: series and its durations in ms.
fn sample(recorder: &mut Recorder, series: SeriesId, values_ms: &[f64]) {
    for value in values_ms {
        recorder.sample(series, 0, Class::Ok, Nanos::from_micros((value * 1_000.0).round() as u64));
    }
}

fn first_seconds() -> Recorder {
    let mut recorder = Recorder::new(SHAPE);
    sample(&mut recorder, SeriesId::REQUEST, &[2.0, 4.0]);
    sample(&mut recorder, SeriesId::CONNECT, &[0.125]);
    sample(&mut recorder, SeriesId::SESSION, &[1000.0]);
    sample(&mut recorder, SeriesId::transaction(TransactionId(1)), &[6.5]);
    sample(&mut recorder, SeriesId::SERVICE, &[1.5]);
    recorder.count(Counter::UserStarted, 3);
    recorder.count(Counter::UserFinished, 1);
    recorder.count(Counter::BytesSent, 300);
    recorder.count(Counter::BytesReceived, 1234);
    recorder.count(Counter::Status(200), 1);
    recorder.count(Counter::Status(404), 1);
    recorder.count(Counter::ResponseTruncated, 1);
    recorder.connections_delta = 2;
    (recorder.users, recorder.users_max) = (2, 3);
    recorder
}

fn later_seconds() -> Recorder {
    let mut recorder = Recorder::new(SHAPE);
    sample(&mut recorder, SeriesId::REQUEST, &[0.5]);
    sample(&mut recorder, SeriesId::transaction(TransactionId(0)), &[1.0, 1.0]);
    recorder.count(Counter::UserFinished, 2);
    recorder.count(Counter::ConnectFailed(Errno(111)), 2);
    recorder.connections_delta = -2;
    recorder.second = 12;
    recorder
}

#[test]
fn a_small_run_reads_like_tsungs_own() {
    let file = TestFile::default();
    let mut log = log(&file);
    let starts = vec![Nanos::ZERO, Nanos::from_secs(11)];
    let mut timeline = Timeline::new(SHAPE, 4, starts);
    log.handle(&Event::Started { unix_secs: 1_795_331_791.25 }).unwrap();
    timeline.record(&first_seconds());
    timeline.host(HostMetric::Cpu, 12.5);
    log.handle(&Event::Window(&timeline.close_window(Nanos::from_secs(10), 1_795_331_801, false))).unwrap();
    timeline.record(&later_seconds());
    timeline.host(HostMetric::Cpu, 37.5);
    timeline.host(HostMetric::FreeMemory, 23_413.515_625);
    log.handle(&Event::Window(&timeline.close_window(Nanos::from_secs(13), 1_795_331_804, false))).unwrap();
    log.handle(&Event::Window(&timeline.close_window(Nanos::from_secs(13), 1_795_331_804, true))).unwrap();
    let summary = timeline.finish(EndReason::Completed, 1_795_331_791.25, Nanos::from_secs(14), 0);
    log.handle(&Event::Finished(&summary)).unwrap();
    let expected = "\
# stats: dump at 1795331801
stats: users 2 3
stats: {cpu,\"tsung_controller@vm-1\"} 1 12.5 0 12.5 12.5 0 0
stats: session 1 1.0e3 0 1.0e3 1.0e3 0 0
stats: users_count 3 3
stats: finish_users_count 1 1
stats: request 2 3.0 1.0 4.0 2.0 0 0
stats: connect 1 0.125 0.0 0.125 0.125 0 0
stats: tr_big_page 1 6.5 0 6.5 6.5 0 0
stats: connected 2 2
stats: size_sent 300 300
stats: size_rcv 1234 1234
stats: 200 1 1
stats: 404 1 1
# stats: dump at 1795331804
stats: users 0 3
stats: {cpu,\"tsung_controller@vm-1\"} 1 37.5 0.0 37.5 12.5 12.5 1
stats: {freemem,\"tsung_controller@vm-1\"} 1 23413.515625 0 23413.515625 23413.515625 0 0
stats: session 0 0 0 1.0e3 1.0e3 1.0e3 1
stats: users_count 0 3
stats: finish_users_count 2 3
stats: request 1 0.5 0.0 4.0 0.5 3.0 2
stats: connect 0 0 0 0.125 0.125 0.125 1
stats: tr_home 2 1.0 0.0 1.0 1.0 0 0
stats: tr_big_page 0 0 0 6.5 6.5 6.5 1
stats: connected -2 0
stats: newphase 1 1
stats: size_sent 0 300
stats: size_rcv 0 1234
stats: 200 0 1
stats: 404 0 1
stats: error_connect_econnrefused 2 2
# stats: dump at 1795331805
stats: users 0 3
stats: {cpu,\"tsung_controller@vm-1\"} 0 0 0 37.5 12.5 25.0 2
stats: {freemem,\"tsung_controller@vm-1\"} 0 0 0 23413.515625 23413.515625 23413.515625 1
stats: session 0 0 0 1.0e3 1.0e3 1.0e3 1
stats: users_count 0 3
stats: finish_users_count 0 3
stats: request 0 0 0 4.0 0.5 2.1666666666666665 3
stats: connect 0 0 0 0.125 0.125 0.125 1
stats: tr_home 0 0 0 1.0 1.0 1.0 2
stats: tr_big_page 0 0 0 6.5 6.5 6.5 1
stats: connected 0 0
stats: newphase 0 1
stats: size_sent 0 300
stats: size_rcv 0 1234
stats: 200 0 1
stats: 404 0 1
stats: error_connect_econnrefused 0 2
EndMonitor:{1795,331805,250000}
";
    assert_eq!(file.text(), expected);
}

#[test]
fn counters_of_one_name_are_one_line() {
    let file = TestFile::default();
    let mut window = Timeline::new(SHAPE, 0, Vec::new()).close_window(Nanos::ZERO, 5, true);
    for (id, delta, total) in [(0, 1, 10), (1, 2, 20)] {
        window.counters.push(CounterRow { counter: Counter::RepeatUndefined(id), delta, total });
    }
    log(&file).handle(&Event::Window(&window)).unwrap();
    assert_eq!(file.text().matches("error_repeat_againundef").count(), 1);
    assert!(file.text().ends_with("stats: error_repeat_againundef 3 30\n"), "{}", file.text());
}

#[test]
fn the_end_is_never_before_the_last_dump() {
    let file = TestFile::default();
    let mut log = log(&file);
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    for _ in 0..2 {
        log.handle(&Event::Window(&timeline.close_window(Nanos::ZERO, 1_700_000_000, true))).unwrap();
    }
    let summary = timeline.finish(EndReason::Stopped, 1_700_000_000.0, Nanos::ZERO, 0);
    log.handle(&Event::Finished(&summary)).unwrap();
    assert!(file.text().ends_with("\nEndMonitor:{1700,1,0}\n"), "{}", file.text());
}

#[test]
fn a_file_is_appended_to() {
    let path = std::env::temp_dir().join(format!("tsung-parrot-append-{}.log", std::process::id()));
    let window = Timeline::new(SHAPE, 0, Vec::new()).close_window(Nanos::ZERO, 5, true);
    for _ in 0..2 {
        let mut log = TsungLog::append(&path, "tsung_controller@vm", names()).unwrap();
        log.handle(&Event::Window(&window)).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(text.matches("# stats: dump at 5\n").count(), 2);
}
