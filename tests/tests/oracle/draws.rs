//! What is drawn: sessions, servers, user agents, random values. Ours and Tsung's shares are held against the same bounds.

use std::collections::BTreeMap;
use std::time::Duration;

use tests::oracle::{Case, Side};
use tests::server::{Request, Script};

/// A share must be within four standard deviations: one test in ten thousand would fail by chance, were the seed not fixed.
fn check(name: &str, found: usize, of: usize, share: f64) {
    let wanted = share * of as f64;
    let bound = 4.0 * (wanted * (1.0 - share)).sqrt();
    assert!((found as f64 - wanted).abs() <= bound, "{name}: {found} of {of}, wanted {wanted} ± {bound}");
}

fn requests(side: &Side) -> Vec<&Request> {
    side.recordings.iter().flat_map(|recording| recording.requests()).collect()
}

fn count(side: &Side, fits: impl Fn(&Request) -> bool) -> usize {
    requests(side).into_iter().filter(|request| fits(request)).count()
}

#[test]
fn weights_user_agents_and_random_values() {
    let pair = Case::new("choices")
        .server(Script::new())
        .server(Script::new())
        .file("rows.csv", "r1\nr2\nr3\n")
        .unordered()
        .run();
    assert_eq!(pair.ours.log.total("users_count"), 600);
    assert_eq!(pair.ours.log.total("200"), 600);
    for (name, side) in [("Tsung", &pair.tsung), ("ours", &pair.ours)] {
        let all = requests(side).len();
        assert_eq!(all as i64, side.log.total("users_count"), "{name}");
        let session = |prefix: &'static str| count(side, move |request| request.path().starts_with(prefix));
        check(&format!("{name}: weight 3 of 8"), session("/often/"), all, 3.0 / 8.0);
        check(&format!("{name}: weight 1 of 8"), session("/seldom/"), all, 1.0 / 8.0);
        check(&format!("{name}: weight 4 of 8"), session("/random/"), all, 4.0 / 8.0);
        let first: usize = side.recordings[0].requests().count();
        check(&format!("{name}: server with weight 3 of 4"), first, all, 0.75);
        let agent = |text: &'static str| {
            count(side, move |request| request.header("User-Agent").as_deref() == Some(text))
        };
        check(&format!("{name}: user agent 70 %"), agent("Mozilla/5.0 (often)"), all, 0.7);
        check(&format!("{name}: user agent 30 %"), agent("Opera/9.0 (seldom)"), all, 0.3);
        random_values(name, side);
    }
}

fn random_values(name: &str, side: &Side) {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut equal = 0;
    let paths: Vec<String> =
        requests(side).into_iter().map(Request::path).filter(|path| path.starts_with("/random/")).collect();
    for path in &paths {
        let fields: BTreeMap<&str, &str> = path.split('/').filter_map(|part| part.split_once('=')).collect();
        for key in ["n", "m", "d", "row"] {
            *seen.entry((key.to_owned(), fields[key].to_owned())).or_default() += 1;
        }
        equal += usize::from(fields["n"] == fields["m"]);
        for (key, length) in [("s", 12), ("l", 20)] {
            let text = fields[key];
            assert_eq!(text.len(), length, "{name} {path}");
            assert!(text.bytes().all(|byte| (b'b'..=b'z').contains(&byte)), "{name} {path}");
        }
    }
    let all = paths.len();
    check(&format!("{name}: two variables are drawn one by one"), equal, all, 0.2);
    let bounds = [("n", 3, 7), ("m", 3, 7), ("d", 1, 10)];
    let numbers = bounds.into_iter().flat_map(|(key, from, to)| {
        (from..=to).map(move |n: i32| (key.to_owned(), n.to_string(), 1.0 / f64::from(to - from + 1)))
    });
    let rows = (1..=3).map(|n| ("row".to_owned(), format!("r{n}"), 1.0 / 3.0));
    let mut values = 0;
    for (key, value, share) in numbers.chain(rows) {
        values += 1;
        let found = seen.get(&(key.clone(), value.clone())).copied().unwrap_or(0);
        check(&format!("{name}: {key}={value}"), found, all, share);
    }
    assert_eq!(seen.len(), values, "{name}: nothing else: {seen:?}");
}

#[test]
fn probabilities_and_session_setup() {
    let pair = Case::new("probabilities").server(Script::new()).unordered().run();
    assert_eq!(pair.ours.log.total("users_count"), 600);
    assert_eq!(pair.ours.log.total("newphase"), 1);
    assert_eq!(pair.tsung.log.total("newphase"), 1);
    for (name, side) in [("Tsung", &pair.tsung), ("ours", &pair.ours)] {
        let mut users: Vec<(Duration, bool)> = requests(side)
            .into_iter()
            .map(|request| (request.at, request.path().starts_with("/often/")))
            .collect();
        users.sort_unstable();
        // The first phase is through with its users long before its end: the longest pause parts the two.
        let pauses = users.windows(2).map(|pair| pair[1].0 - pair[0].0).enumerate();
        let part = pauses.max_by_key(|(_, pause)| *pause).map_or(0, |(at, _)| at + 1);
        let (first, second) = users.split_at(part);
        // Tsung loses those that are late at the end of the second phase.
        assert!(first.len() == 300 && second.len() >= 30, "{name}: {} and {}", first.len(), second.len());
        for (phase, users, share) in [("first", first, 0.75), ("second", second, 0.10)] {
            let often = users.iter().filter(|(_, often)| *often).count();
            check(&format!("{name}: often in the {phase} phase"), often, users.len(), share);
        }
    }
}
