//! Dumps of the traffic, and the other ways to write statistics.

use std::collections::BTreeMap;

use tests::fullstats::Fullstats;
use tests::oracle::{Case, Mends, Side};
use tests::server::{Refused, Script, close, pause, response, send, split};
use tests::traffic::{TrafficDump, Turn, What};
use tests::{rows, tsung};

/// Every byte, and bytes that end lines and texts.
fn binary() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\nRecv:\nload:1\n");
    bytes
}

fn servers() -> Script {
    let with_body = |body: &[u8]| {
        [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
    };
    let then = |mut steps: Vec<_>, more: Vec<_>| {
        steps.extend(more);
        steps
    };
    let pieces = ["HTTP/", "1.1 200 OK\r\nContent-Le", "ngth: 10\r\n\r\n01234", "5678", "9"];
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    Script::new()
        .path("/pieces/1", split(&pieces, 50))
        .path("/binary/1", send(with_body(&binary())))
        .path("/long/1", send(with_body(&vec![b'x'; 200_000])))
        .path("/pushed/1", then(response("200 OK", &[], "hi"), then(vec![pause(300)], send("surprise"))))
        .path("/closed/1", then(response("200 OK", &["Connection: close"], "bye"), vec![close()]))
        .path("/dropped/1", then(response("200 OK", &[], "bye"), vec![pause(100), close()]))
        .path("/chunked/1", split(&[chunked, "0\r\n\r\n"], 50))
        .path(
            "/cut/1",
            then(send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart"), vec![pause(100), close()]),
        )
}

fn traffic(word: &str) -> [TrafficDump; 2] {
    let refused = Refused::new();
    let pair = Case::new("traffic")
        .server(servers())
        .port("@REFUSED@", refused.port())
        .text("dumptraffic=\"true\"", &format!("dumptraffic=\"{word}\""))
        .file("body.bin", binary())
        .file("template.txt", vec![b'~'; 300_000])
        .run();
    [&pair.tsung, &pair.ours].map(|side| TrafficDump::read(side.run.folder()))
}

/// The ports of the two runs are different ones. A short piece may end within a port.
fn without_port(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut parts = text.split("127.0.0.1:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("127.0.0.1:PORT");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

fn conversations(dump: &TrafficDump) -> Vec<Vec<(&'static str, String)>> {
    let turn = |turn: &Turn| match turn {
        Turn::Sent(bytes) => ("sent", without_port(bytes)),
        Turn::Received(bytes) => ("received", without_port(bytes)),
    };
    dump.conversations().iter().map(|turns| turns.iter().map(turn).collect()).collect()
}

/// Who started and ended, in any order; the books of `load` must be right.
fn comings_and_goings(dump: &TrafficDump) -> BTreeMap<String, usize> {
    let (mut users, mut counts) = (0, BTreeMap::new());
    for entry in &dump.entries {
        let (what, load) = match &entry.what {
            What::New(session, load) => {
                users += 1;
                (format!("session {session} started"), load)
            }
            What::End(user, load) => {
                users -= 1;
                (format!("user {user} ended"), load)
            }
            What::Sent(..) | What::Received(..) => continue,
        };
        assert_eq!(*load, users, "{what}");
        *counts.entry(what).or_default() += 1;
    }
    assert_eq!(users, 0);
    counts
}

#[test]
fn dumptraffic_true() {
    let [theirs, ours] = traffic("true");
    assert_eq!(conversations(&ours), conversations(&theirs));
    assert_eq!(comings_and_goings(&ours), comings_and_goings(&theirs));
    assert!(ours.entries.is_sorted_by_key(|entry| entry.at), "in the order of time");
    // Nothing of what was said is missing on both sides.
    let said = conversations(&ours);
    let all: Vec<&String> = said.iter().flatten().map(|(_, text)| text).collect();
    assert_eq!(all.iter().map(|text| text.matches('x').count()).max(), Some(200_000));
    assert_eq!(all.iter().map(|text| text.matches('~').count()).max(), Some(300_000));
    assert!(all.iter().any(|text| text.ends_with("\nRecv:\nload:1\n")));
}

#[test]
fn dumptraffic_light() {
    let [theirs, ours] = traffic("light");
    // How many pieces a large response came in is chance: one of these says nothing new.
    let short = |dump: &TrafficDump| {
        let mut said = conversations(dump);
        for (_, text) in said.iter_mut().flatten() {
            *text = text.replace(&"x".repeat(44), "");
        }
        said
    };
    assert_eq!(short(&ours), short(&theirs));
    assert_eq!(comings_and_goings(&ours), comings_and_goings(&theirs));
    for entry in &ours.entries {
        if let What::Sent(_, bytes) | What::Received(_, bytes) = &entry.what {
            assert_eq!(bytes.len(), 44, "{}", bytes.escape_ascii());
        }
    }
}

fn site() -> Script {
    Script::new().path("/reads/missing", response("404 Not Found", &[], "no"))
}

/// Tsung loses the last rows; those that it has are there.
fn same_rows(theirs: &Side, ours: &Side) {
    let (mut theirs, mut ours) = (theirs.dump.clone(), ours.dump.clone());
    assert_eq!(ours.len(), 6, "{ours:#?}");
    assert!(theirs.len() >= 5, "{theirs:#?}");
    theirs.sort();
    ours.sort();
    assert!(theirs.iter().all(|row| ours.contains(row)), "{theirs:#?}\n{ours:#?}");
}

#[test]
fn json_and_local_rows() {
    let refused = Refused::new();
    let pair = Case::new("backends").server(site()).port("@REFUSED@", refused.port()).run();
    pair.assert_same(&Mends::none());
    for side in [&pair.tsung, &pair.ours] {
        let dumps = &side.log.dumps;
        assert!(dumps[0].samples.is_empty() && dumps[0].counters.is_empty(), "{:?}", dumps[0]);
        assert!(dumps.len() >= 3, "a beginning, ten seconds, the rest: {}", dumps.len());
        assert!(dumps.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert_eq!(rows::local_dump(side.run.folder()).len(), side.dump.len());
        let whole = std::fs::metadata(side.run.folder().join("tsung.dump")).map(|file| file.len());
        assert_eq!(whole.ok(), Some(0), "tsung.dump stays empty");
    }
    same_rows(&pair.tsung, &pair.ours);
    let names = |side: &Side| -> Vec<String> {
        let machine = side.log.last().samples.keys().filter(|name| name.starts_with('{'));
        machine.cloned().collect()
    };
    assert_eq!(names(&pair.ours), names(&pair.tsung));
}

#[test]
fn fullstats() {
    let refused = Refused::new();
    let pair = Case::new("backends")
        .server(site())
        .port("@REFUSED@", refused.port())
        .text(
            "dumptraffic=\"protocol_local\" backend=\"json\"",
            "dumptraffic=\"light\" backend=\"fullstats\"",
        )
        .run();
    pair.assert_same(&Mends::none());
    let [theirs, ours] = [&pair.tsung, &pair.ours].map(|side| Fullstats::read(side.run.folder()));
    let counts = |stats: &Fullstats| -> BTreeMap<String, usize> {
        let values = stats.samples.iter().filter(|(name, _)| !name.starts_with('{'));
        values.map(|(name, values)| (name.clone(), values.len())).collect()
    };
    assert_eq!(counts(&ours), counts(&theirs));
    assert_eq!(ours.sums, theirs.sums);
    for (side, stats) in [(&pair.tsung, &theirs), (&pair.ours, &ours)] {
        for (name, values) in stats.samples.iter().filter(|(name, _)| !name.starts_with('{')) {
            let sum: f64 = values.iter().sum();
            let mean = side.log.mean(name);
            assert_eq!(side.log.count(name), values.len() as u64, "{name}");
            assert!((sum / values.len() as f64 - mean).abs() < 1e-6 * mean, "{name}: {mean} of {values:?}");
        }
    }
    assert!(ours.samples.keys().any(|name| name.starts_with("{cpu,\"tsung_controller")));
    let report = tsung::percentiles(pair.ours.run.folder());
    assert!(report.contains("Read : 6 values for sample,request"), "{report}");
}
