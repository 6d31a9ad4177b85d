//! What all users of a run share: the barrier, interactions, the end of the run, numbers of dumps, rows in loops.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails and says why")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tests::oracle::{Case, Mends, Pair, Side};
use tests::server::Script;

#[test]
fn barrier() {
    let pair = Case::new("barrier").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    for side in [&pair.tsung, &pair.ours] {
        let range = |name: &str| side.log.range(&format!("tr_{name}")).map(|(_, max)| max).expect("a sample");
        // The third lets go the first two; the last two wait a second for a third that does not come.
        assert!((350.0..1_000.0).contains(&range("one")), "{}", range("one"));
        assert!(range("three") < 350.0, "{}", range("three"));
        assert!(range("five") >= 990.0 && range("four") >= 1_150.0, "{} {}", range("four"), range("five"));
    }
}

#[test]
fn interactions() {
    let pair = Case::new("interaction").server(Script::new()).run();
    pair.assert_same(&Mends::none());
    for side in [&pair.tsung, &pair.ours] {
        let (_, max) = side.log.range("tr_message").expect("samples");
        assert!((390.0..700.0).contains(&max), "{max}");
    }
}

#[test]
fn abort_session() {
    Case::new("abort-session").server(Script::new()).run().assert_same(&Mends::none());
}

/// Tsung loses what its processes had not yet reported: only what it always tells can be compared.
fn assert_same_end(pair: &Pair) {
    let told = |side: &Side| -> BTreeSet<String> {
        let always = [
            "request ",
            "counter users_count ",
            "counter finish_users_count ",
            "counter abort_session ",
            "counter match_stop_test ",
            "counter error_abort ",
            "sample session ",
            "users at the end ",
        ];
        let lines = side.report.lines().filter(|line| always.iter().any(|begin| line.starts_with(begin)));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(told(&pair.ours), told(&pair.tsung));
    assert_eq!(pair.ours.log.total("error_abort"), 1);
}

#[test]
fn abort_all() {
    let pair = Case::new("abort-all").server(Script::new()).run();
    assert_same_end(&pair);
    assert_eq!((pair.ours.log.total("200"), pair.ours.log.count("request")), (2, 2));
}

#[test]
fn abort_test() {
    let pair = Case::new("abort-test").server(Script::new()).run();
    assert_same_end(&pair);
    let ours = &pair.ours;
    assert_eq!(
        (ours.log.total("match_stop_test"), ours.log.total("match"), ours.log.total("200")),
        (1, 2, 3)
    );
    let [row] = ours.matches.as_slice() else { panic!("{:?}", ours.matches) };
    let told =
        (row.user, row.session, row.request, row.event.as_str(), row.transaction.as_str(), row.name.as_str());
    assert_eq!(told, (3, 3, 3, "match_stop_test", "tr_open", "second"));
}

/// Names and contents of the files that a match made.
fn dumps(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("the run's folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, _)| name.starts_with("match-") && name.ends_with(".dump"))
        .map(|(name, path)| (name, std::fs::read(path).expect("a readable dump")))
        .collect()
}

#[test]
fn match_dump() {
    let pair = Case::new("match-dump").server(Script::new()).run();
    // An outcome that did not act is counted once, not again with a later one that did.
    pair.assert_same(&Mends::none().counter("match", 6, 5));
    let ours = dumps(pair.ours.run.folder());
    assert_eq!(ours, dumps(pair.tsung.run.folder()));
    let names = ["match-2-2-2-1.dump", "match-2-2-2-2.dump", "match-2-2-5-3.dump", "match-3-3-1-4.dump"];
    assert!(ours.keys().eq(&names), "{:?}", ours.keys());
}

#[test]
fn rows_in_a_loop() {
    let pair = Case::new("rows").server(Script::new()).file("users.csv", "a\nb\nc\nd\ne\n").run();
    pair.assert_same(&Mends::none());
}
