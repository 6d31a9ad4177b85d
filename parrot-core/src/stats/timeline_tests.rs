use proptest::prelude::*;

use super::*;
use crate::plan::TransactionId;
use crate::sink::SampleRow;
use crate::stats::Errno;

const SHAPE: Shape = Shape { series: SeriesId::FIXED as usize + 2, phases: 2 };

fn timeline(planned: u64) -> Timeline {
    Timeline::new(SHAPE, planned, vec![Nanos::ZERO, Nanos::from_secs(15)])
}

fn ms(value: f64) -> Nanos {
    Nanos::from_micros((value * 1_000.0).round() as u64)
}

/// One second of one engine.
fn second(second: u64, values_ms: &[f64]) -> Recorder {
    let mut recorder = Recorder::new(SHAPE);
    recorder.second = second;
    for value in values_ms {
        recorder.sample(SeriesId::REQUEST, 0, Class::Ok, ms(*value));
    }
    recorder
}

fn row(window: &Window, series: SeriesId) -> Option<&SampleRow> {
    window.samples.iter().find(|row| row.name == SampleName::Series(series))
}

fn counter(window: &Window, counter: Counter) -> Option<(u64, u64)> {
    window.counters.iter().find(|row| row.counter == counter).map(|row| (row.delta, row.total))
}

#[test]
fn columns_of_several_windows_follow_tsung() {
    let mut timeline = timeline(1);
    // (values, count, mean, deviation, max, min, earlier mean, earlier count), worked out by hand; the fifth window has none.
    type Expected<'a> = (&'a [f64], u64, f64, f64, f64, f64, f64, u64);
    let windows: [Expected<'_>; 5] = [
        (&[2.0, 4.0], 2, 3.0, 1.0, 4.0, 2.0, 0.0, 0),
        (&[1.0, 1.0, 4.0], 3, 2.0, 2.0_f64.sqrt(), 4.0, 1.0, 3.0, 2),
        (&[], 0, 0.0, 0.0, 4.0, 1.0, 2.4, 5),
        (&[12.4], 1, 12.4, 0.0, 12.4, 1.0, 2.4, 5),
        (&[], 0, 0.0, 0.0, 12.4, 1.0, 24.4 / 6.0, 6),
    ];
    for (index, (values, count, mean, deviation, max, min, earlier_mean, earlier_count)) in
        windows.into_iter().enumerate()
    {
        timeline.record(&second(index as u64 * 10, values));
        let window = timeline.close_window(Nanos::from_secs(10 * (index as u64 + 1)), 100, index == 4);
        let row = row(&window, SeriesId::REQUEST).unwrap();
        assert_eq!((row.count, row.max, row.min, row.earlier_count), (count, max, min, earlier_count));
        for (ours, expected) in
            [(row.mean, mean), (row.deviation, deviation), (row.earlier_mean, earlier_mean)]
        {
            assert!((ours - expected).abs() < 1e-12, "window {index}: {ours} != {expected}");
        }
        assert_eq!(row.first, index == 0);
        assert_eq!(window.last, index == 4);
    }
}

#[test]
fn a_series_appears_with_its_first_value_and_only_tsungs_series_do() {
    let mut timeline = timeline(1);
    timeline.record(&second(0, &[]));
    assert!(timeline.close_window(Nanos::from_secs(10), 10, false).samples.is_empty());
    let mut recorder = Recorder::new(SHAPE);
    recorder.second = 10;
    let transaction = SeriesId::transaction(TransactionId(1));
    for series in (0..SeriesId::FIXED).map(SeriesId).chain([transaction]) {
        recorder.sample(series, 0, Class::Ok, ms(1.0));
    }
    recorder.sample(SeriesId::transaction(TransactionId(0)), 0, Class::FailedHidden, ms(5.0));
    timeline.record(&recorder);
    timeline.host(HostMetric::Load, 0.5);
    timeline.host(HostMetric::Cpu, f64::NAN);
    let window = timeline.close_window(Nanos::from_secs(20), 20, false);
    let names: Vec<_> = window.samples.iter().map(|row| row.name).collect();
    let series = [SeriesId::REQUEST, SeriesId::PAGE, SeriesId::CONNECT, SeriesId::SESSION, transaction];
    let expected: Vec<_> = [SampleName::Host(HostMetric::Load)]
        .into_iter()
        .chain(series.into_iter().map(SampleName::Series))
        .collect();
    assert_eq!(names, expected);
    assert!(window.samples.iter().all(|row| row.first && row.earlier_count == 0));
    assert_eq!(timeline.close_window(Nanos::from_secs(30), 30, false).samples.len(), names.len());
}

#[test]
fn tsungs_view_holds_failures_that_tsung_shows_and_no_others() {
    let mut timeline = timeline(1);
    let mut recorder = Recorder::new(SHAPE);
    recorder.sample(SeriesId::REQUEST, 0, Class::Ok, ms(1.0));
    recorder.sample(SeriesId::REQUEST, 1, Class::FailedShown, ms(3.0));
    recorder.sample(SeriesId::REQUEST, 1, Class::FailedHidden, ms(500.0));
    timeline.record(&recorder);
    let window = timeline.close_window(Nanos::from_secs(10), 10, true);
    let row = row(&window, SeriesId::REQUEST).unwrap();
    assert_eq!((row.count, row.mean, row.max), (2, 2.0, 3.0));
    let summary = timeline.finish(EndReason::Completed, 1.0, Nanos::from_secs(10), 4);
    let cells: Vec<_> = summary.series.iter().map(|s| (s.phase, s.class, s.cell.moments.max)).collect();
    assert_eq!(cells, [(0, Class::Ok, 1.0), (1, Class::FailedShown, 3.0), (1, Class::FailedHidden, 500.0)]);
    assert_eq!(summary.merged(SeriesId::REQUEST, Class::is_shown).unwrap().moments.count, 2);
    assert_eq!(summary.in_flight, 4);
}

#[test]
fn counters_show_change_and_total_from_their_first_event_on() {
    let mut timeline = timeline(3);
    let window = timeline.close_window(Nanos::from_secs(10), 10, false);
    assert_eq!(counter(&window, Counter::UserStarted), Some((0, 0)));
    assert_eq!(counter(&window, Counter::UserFinished), Some((0, 0)));
    assert_eq!(counter(&window, Counter::Status(200)), None);
    assert!(!window.connections_seen);
    let mut recorder = second(10, &[]);
    recorder.count(Counter::Status(200), 7);
    recorder.count(Counter::UserStarted, 2);
    recorder.count(Counter::ConnectFailed(Errno(111)), 1);
    recorder.connections_delta = 5;
    (recorder.users, recorder.users_max) = (2, 3);
    timeline.record(&recorder);
    let window = timeline.close_window(Nanos::from_secs(20), 20, false);
    assert_eq!(counter(&window, Counter::Status(200)), Some((7, 7)));
    assert_eq!(counter(&window, Counter::UserStarted), Some((2, 2)));
    assert_eq!((window.connections_delta, window.connections), (5, 5));
    assert_eq!((window.users, window.users_max), (2, 3));
    recorder.connections_delta = -5;
    (recorder.second, recorder.users, recorder.users_max) = (20, 0, 2);
    timeline.record(&recorder);
    let window = timeline.close_window(Nanos::from_secs(30), 30, true);
    assert_eq!(counter(&window, Counter::Status(200)), Some((7, 14)));
    assert_eq!((window.connections_delta, window.connections, window.connections_seen), (-5, 0, true));
    assert_eq!((window.users, window.users_max), (0, 3));
    let summary = timeline.finish(EndReason::Stopped, 5.0, Nanos::from_secs(30), 0);
    assert_eq!(summary.counter(Counter::ConnectFailed(Errno(111))), 2);
    assert_eq!((summary.started, summary.finished, summary.planned), (4, 0, 3));
    assert!(summary.counters.iter().all(|(_, n)| *n > 0));
}

#[test]
fn a_change_of_phase_counts_in_its_window_while_users_are_to_come() {
    for (planned, started, expected) in [(2, 1, Some((1, 1))), (1, 1, None)] {
        let mut timeline = timeline(planned);
        let mut recorder = second(0, &[]);
        recorder.count(Counter::UserStarted, started);
        timeline.record(&recorder);
        let window = timeline.close_window(Nanos::from_secs(10), 10, false);
        assert_eq!(counter(&window, Counter::NewPhase), None);
        // The last user starts in the very second in which the phase begins.
        let mut recorder = second(15, &[]);
        recorder.count(Counter::UserStarted, planned - started);
        timeline.record(&recorder);
        let window = timeline.close_window(Nanos::from_secs(20), 20, false);
        assert_eq!(counter(&window, Counter::NewPhase), expected, "{planned} planned");
    }
}

#[test]
fn progress_tells_the_newest_second() {
    let mut timeline = timeline(2);
    assert_eq!((timeline.progress(Nanos::ZERO).phase, timeline.progress(Nanos::ZERO).p99), (1, None));
    let mut recorder = second(0, &[1.0, 2.0, 1000.0]);
    recorder.count(Counter::UserStarted, 1);
    recorder.count(Counter::IdleTimeout, 1);
    timeline.record(&recorder);
    let progress = timeline.progress(Nanos::from_secs(1));
    assert_eq!((progress.requests_per_second, progress.requests, progress.errors), (3, 3, 1));
    assert_eq!(progress.p99, Some(ms(1000.0)));
    let mut recorder = second(1, &[4.0]);
    recorder.count(Counter::UserStarted, 1);
    timeline.record(&recorder);
    let mut other = second(1, &[3.0]);
    other.engine = 1;
    timeline.record(&other);
    let progress = timeline.progress(Nanos::from_secs(2));
    assert_eq!((progress.requests_per_second, progress.requests, progress.started), (2, 5, 2));
    assert_eq!(progress.p99, Some(ms(4.0)));
    assert_eq!((progress.phase, progress.phases), (1, 2));
    assert_eq!(timeline.progress(Nanos::from_secs(15)).phase, 3, "all users of the last phase started");
}

/// A value: which series, phase and class, and its µs; and where it is put: engine and second.
type Sample = (u32, usize, usize, u64, (u32, u64));

fn windows_of(samples: &[Sample], split: bool) -> Vec<Window> {
    let mut timeline = Timeline::new(SHAPE, 0, Vec::new());
    let mut windows = Vec::new();
    for (index, chunk) in samples.chunks(20).enumerate() {
        let mut recorders: BTreeMap<(u32, u64), Recorder> = BTreeMap::new();
        for (series, phase, class, micros, place) in chunk {
            let place = if split { *place } else { (0, 0) };
            let recorder = recorders.entry(place).or_insert_with(|| Recorder::new(SHAPE));
            (recorder.engine, recorder.second) = (place.0, index as u64 * 10 + place.1);
            recorder.sample(SeriesId(*series), *phase, Class::ALL[*class], Nanos::from_micros(*micros));
            recorder.count(Counter::BytesReceived, *micros);
            recorder.connections_delta += *micros as i64 % 3 - 1;
        }
        recorders.values().for_each(|recorder| timeline.record(recorder));
        windows.push(timeline.close_window(Nanos::from_secs(10 * (index as u64 + 1)), 0, false));
    }
    windows
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn how_samples_are_split_over_engines_and_seconds_does_not_show(
        samples in prop::collection::vec(
            (0u32..10, 0usize..4, 0usize..3, 1u64..100_000_000, (0u32..4, 0u64..10)),
            1..100,
        )
    ) {
        for (whole, split) in windows_of(&samples, false).iter().zip(windows_of(&samples, true)) {
            prop_assert_eq!(&whole.counters, &split.counters);
            prop_assert_eq!(whole.connections, split.connections);
            prop_assert_eq!(whole.connections_delta, split.connections_delta);
            prop_assert_eq!(whole.samples.len(), split.samples.len());
            for (a, b) in whole.samples.iter().zip(&split.samples) {
                prop_assert_eq!(
                    (a.name, a.count, a.max, a.min, a.earlier_count, a.first),
                    (b.name, b.count, b.max, b.min, b.earlier_count, b.first)
                );
                prop_assert!(close(a.mean, b.mean) && close(a.earlier_mean, b.earlier_mean));
                // Squares of values up to 100 s leave about 1e-4 of absolute error at worst.
                prop_assert!((a.deviation - b.deviation).abs() < 1e-3, "{} {}", a.deviation, b.deviation);
            }
        }
    }
}
