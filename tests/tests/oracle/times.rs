//! When things happen: think times, phases.

use std::time::Duration;

use tests::oracle::{Case, Mends, Side};
use tests::server::Script;

/// Milliseconds between the requests of a session, in order.
fn gaps(side: &Side, session: &str) -> Vec<f64> {
    let prefix = format!("/{session}/");
    let mut times: Vec<Duration> = side
        .recordings
        .iter()
        .flat_map(|recording| recording.requests())
        .filter(|request| request.path().starts_with(&prefix))
        .map(|request| request.at)
        .collect();
    times.sort();
    times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64() * 1e3).collect()
}

#[test]
fn think_times() {
    let pair = Case::new("thinktimes").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    println!("{:?} {:?}", gaps(&pair.tsung, "fixed"), gaps(&pair.tsung, "range"));
}

#[test]
fn think_times_overridden() {
    let pair = Case::new("thinktimes-override").server(Script::new()).run();
    pair.assert_same(&Mends::none());
}

#[test]
fn think_times_in_a_range() {
    let pair = Case::new("thinktimes-range").server(Script::new()).run();
    pair.assert_same(&Mends::none());
}

#[test]
fn phases_and_static_users() {
    let pair = Case::new("phases").server(Script::new()).run();
    pair.assert_same(&Mends::none());
}
