//! The files that appear when the run is over, read back.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::stats::{Catalogue, Class, Counter, Draft, Recorder, SeriesId, Shape, Timeline};
use crate::time::Nanos;

const SHAPE: Shape = Shape { series: 8, phases: 2 };

struct TestNames;

impl Names for TestNames {
    fn counter(&self, counter: Counter) -> Option<String> {
        (counter != Counter::ResponseTruncated).then(|| self.label(counter))
    }

    fn label(&self, counter: Counter) -> String {
        format!("{counter:?}")
    }

    fn series(&self, series: SeriesId) -> String {
        format!("{:?}", series.kind())
    }
}

fn summary() -> Summary {
    let mut recorder = Recorder::new(SHAPE);
    for ms in 1..=100 {
        recorder.sample(SeriesId::REQUEST, 0, Class::Ok, Nanos::from_millis(ms));
    }
    recorder.sample(SeriesId::REQUEST, 1, Class::FailedShown, Nanos::from_millis(300));
    recorder.sample(SeriesId::REQUEST, 1, Class::FailedHidden, Nanos::from_secs(5));
    recorder.sample(SeriesId::START_LAG, 1, Class::Ok, Nanos::from_micros(250));
    recorder.count(Counter::UserStarted, 3);
    recorder.count(Counter::UserFinished, 2);
    recorder.count(Counter::ResponseTruncated, 1);
    recorder.users = 1;
    (recorder.stall_max, recorder.busy_max) = (Nanos::from_micros(1_500), 0.25);
    let mut timeline = Timeline::new(SHAPE, 4, vec![Nanos::ZERO]);
    let names = Catalogue {
        series: vec![("request".to_owned(), SeriesId::REQUEST), ("page".to_owned(), SeriesId::PAGE)],
        counters: Vec::new(),
    };
    let rules = ["max(page) > 1s", "max(request) > 4s in any window"];
    timeline.watch(rules.map(|rule| Draft::parse(rule).unwrap().resolve(&names).unwrap()).to_vec());
    timeline.record(&recorder);
    timeline.close_window(Nanos::from_millis(2_500), 0, true);
    timeline.finish(EndReason::Stopped, 1_795_331_791.25, Nanos::from_millis(2_500), 7)
}

/// Runs a sink over the end of a run and gives back what it wrote.
fn written(name: &str, sink: impl FnOnce(PathBuf) -> Box<dyn Sink>) -> String {
    let folder = std::env::temp_dir().join(format!("parrot-core-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let mut sink = sink(path.clone());
    sink.handle(&Event::Started { unix_secs: 1.0 }).unwrap();
    assert!(!path.exists(), "nothing is there before the end");
    sink.handle(&Event::Finished(&summary())).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no other file is left");
    std::fs::remove_dir_all(&folder).unwrap();
    text
}

#[test]
fn percentiles_hold_all_outcomes_and_phases() {
    let text = written("percentiles.csv", |path| Box::new(Percentiles::new(path, Arc::new(TestNames))));
    // Two digits of precision: 101 ms would be told as 101.375; the greatest value is exact.
    let expected = "\
series,phase,outcome,count,mean_ms,stddev_ms,min_ms,p50_ms,p75_ms,p90_ms,p95_ms,p99_ms,p99_9_ms,p99_99_ms,max_ms
Request,all,ok,100,50.500,28.866,1.000,50.175,75.263,90.111,95.231,99.327,100.000,100.000,100.000
Request,all,ko,2,2650.000,2350.000,300.000,301.055,5000.000,5000.000,5000.000,5000.000,5000.000,5000.000,5000.000
Request,all,tsung,101,52.970,37.885,1.000,51.199,76.287,91.135,96.255,100.351,300.000,300.000,300.000
Request,1,ok,100,50.500,28.866,1.000,50.175,75.263,90.111,95.231,99.327,100.000,100.000,100.000
Request,1,tsung,100,50.500,28.866,1.000,50.175,75.263,90.111,95.231,99.327,100.000,100.000,100.000
Request,2,ko,2,2650.000,2350.000,300.000,301.055,5000.000,5000.000,5000.000,5000.000,5000.000,5000.000,5000.000
Request,2,tsung,1,300.000,0.000,300.000,300.000,300.000,300.000,300.000,300.000,300.000,300.000,300.000
StartLag,all,ok,1,0.250,0.000,0.250,0.250,0.250,0.250,0.250,0.250,0.250,0.250,0.250
StartLag,2,ok,1,0.250,0.000,0.250,0.250,0.250,0.250,0.250,0.250,0.250,0.250,0.250
";
    assert_eq!(text, expected);
}

#[test]
fn run_json_tells_the_run() {
    let info = RunInfo {
        program_version: "1.2.3".into(),
        config: "shop.xml".into(),
        seed: u64::MAX,
        plan_sha256: [0x0a; 32],
    };
    let text = written("run.json", |path| Box::new(RunJson::new(path, info, Arc::new(TestNames))));
    let mut run: Value = serde_json::from_str(&text).unwrap();
    let series = run.as_object_mut().unwrap().remove("series").unwrap();
    let expected = json!({
        "schema": 1,
        "program": "tsung-parrot",
        "version": "1.2.3",
        "config": "shop.xml",
        "seed": "18446744073709551615",
        "plan_sha256": "0a".repeat(32),
        "start": "2026-11-22T07:16:31.250Z",
        "start_unix_secs": 1_795_331_791.25,
        "duration_secs": 2.5,
        "end": "stopped",
        "users": { "planned": 4, "started": 3, "finished": 2, "alive": 1 },
        "verdict": {
            "grade": "doubtful",
            "findings": [{
                "code": "accounting",
                "grade": "doubtful",
                "figure": 3.0,
                "limit": 0.0,
                "unit": "users",
                "text": "3 users are not accounted for: started, ended and live ones do not add up",
                "remedy": "statistics were lost or counted twice: please report this",
            }],
        },
        "thresholds": [
            {
                "rule": "max(page) > 1s",
                "passed": false,
                "figure": null,
                "unit": null,
                "window_end_secs": null,
                "windows_failed": null,
                "text": "max(page) > 1s: no values, nothing was measured",
            },
            {
                "rule": "max(request) > 4s in any window",
                "passed": false,
                "figure": 5000.0,
                "unit": "ms",
                "window_end_secs": 2.5,
                "windows_failed": 1,
                "text": "max(request) > 4s in any window: 5000 ms in the window that ended at 2 s; windows that failed: 1",
            },
        ],
        "requests_in_flight": 7,
        "counters": { "UserStarted": 3, "UserFinished": 2 },
        "own_counters": { "ResponseTruncated": 1 },
        "start_lag": { "p50_ms": 0.25, "p99_ms": 0.25, "p99_9_ms": 0.25, "max_ms": 0.25 },
        "engine": { "stall_max_ms": 1.5, "busy_max": 0.25 },
    });
    assert_eq!(run, expected);
    let rows = series.as_array().unwrap();
    assert_eq!(rows.len(), 9);
    let failed = &rows[1];
    let told = (&failed["series"], &failed["phase"], &failed["outcome"], &failed["count"], &failed["max_ms"]);
    assert_eq!(told, (&json!("Request"), &json!(null), &json!("ko"), &json!(2), &json!(5000.0)));
    assert_eq!(rows[3]["phase"], json!(1));
}
