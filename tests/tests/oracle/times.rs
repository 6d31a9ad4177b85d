//! When things happen: think times, phases.

use std::ops::Range;
use std::time::Duration;

use tests::oracle::{Case, Mends, Pair, Side};
use tests::server::Script;

/// How late a request of ours may come on a busy machine.
const LATE_MS: f64 = 250.0;
/// How late one of Tsung's may: it is only asked whether the fixture means what the test says.
const TSUNG_LATE_MS: f64 = 1_000.0;
/// How early: clocks of two processes, and Tsung's whole milliseconds.
const EARLY_MS: f64 = 2.0;

/// Milliseconds between the requests of a session, in order.
fn gaps(side: &Side, session: &str) -> Vec<f64> {
    let prefix = format!("/{session}/");
    let requests = side.recordings.iter().flat_map(|recording| recording.requests());
    let mut times: Vec<Duration> =
        requests.filter(|request| request.path().starts_with(&prefix)).map(|request| request.at).collect();
    times.sort();
    times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64() * 1e3).collect()
}

/// On both sides the gaps of a session must be as wanted.
fn check(pair: &Pair, session: &str, wanted: &[Range<f64>]) {
    for (name, side, late) in [("Tsung", &pair.tsung, TSUNG_LATE_MS), ("ours", &pair.ours, LATE_MS)] {
        let found = gaps(side, session);
        assert_eq!(found.len(), wanted.len(), "{name} {session} {found:?}");
        for (gap, wanted) in found.iter().zip(wanted) {
            let fits = *gap >= wanted.start - EARLY_MS && *gap <= wanted.end + late;
            assert!(fits, "{name} {session}: {gap} ms is not in {wanted:?}: {found:?}");
        }
    }
}

fn exactly(ms: f64) -> Range<f64> {
    ms..ms
}

#[test]
fn think_times() {
    let pair = Case::new("thinktimes").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    check(&pair, "fixed", &[300.0, 0.0, 100.0, 200.0, 250.0, 0.0].map(exactly));
    check(&pair, "range", &[1000.0..2000.0]);
    check(&pair, "local", &[exactly(100.0)]);
    let found = gaps(&pair.ours, "random");
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    assert!((20.0..100.0).contains(&mean), "mean of 40 exponential gaps of 40 ms: {mean}");
    let (short, long) = (found.iter().filter(|gap| **gap < 25.0), found.iter().filter(|gap| **gap > 60.0));
    assert!(short.count() >= 3 && long.count() >= 3, "exponential gaps of 40 ms spread: {found:?}");
}

#[test]
fn think_times_overridden() {
    let pair = Case::new("thinktimes-override").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    check(&pair, "fixed", &[150.0, 150.0, 150.0, 350.0].map(exactly));
}

#[test]
fn think_times_in_a_range() {
    let pair = Case::new("thinktimes-range").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    check(&pair, "range", &[1000.0..2000.0, exactly(300.0), 1000.0..2000.0]);
}

#[test]
fn phases_and_static_users() {
    let pair = Case::new("phases").server(Script::new()).unordered().run();
    pair.assert_same(&Mends::none());
    // The last phase begins seven seconds after the first; Tsung may cut up to one of them.
    for (name, side, least) in [("Tsung", &pair.tsung, 5.5), ("ours", &pair.ours, 6.9)] {
        let visits = gaps(side, "visit");
        let span = visits.iter().sum::<f64>() / 1e3;
        assert!((least..8.5).contains(&span), "{name}: visits over {span} s");
        // Six phases with pauses between them, as each is through with its users long before its end.
        let pauses = visits.iter().filter(|gap| **gap > 350.0).count();
        assert!(pauses >= 5, "{name}: {visits:?}");
    }
}
