//! The files of a run of half a minute: Tsung's own report script reads them, and they agree with each other and the server.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails and says why")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::log::TsungLog;
use tests::server::{Recording, Script, Server, ok, pause, response};
use tests::{json, parrot, rows, tsung};

fn site() -> Script {
    let mut slow = vec![pause(20)];
    slow.extend(response("500 Internal Server Error", &[], "broken"));
    Script::new()
        .path("/site/home", ok("the shop"))
        .path("/site/cart", response("201 Created", &[], "in the cart"))
        .path("/site/missing", response("404 Not Found", &[], "no such page"))
        .path("/site/broken", slow)
}

#[test]
fn half_a_minute_of_a_site() {
    let dir = Dir::new("report");
    let server = Server::start(site());
    let xml = Fixture::read("report").with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &xml, &[], Duration::from_secs(90));
    let recording = server.stop();
    let folder = run.folder();
    assert!(run.stdout.ends_with(&format!("Log directory is: {}\n", folder.display())), "{}", run.stdout);
    let log = TsungLog::read(folder);
    windows(&log);
    books(folder, &log, &recording);
    percentiles(folder, &log);
    files(folder, &xml);
    report(&dir, folder);
}

/// Every ten seconds, the last one shorter; totals grow; what was once shown stays.
fn windows(log: &TsungLog) {
    assert!((3..=4).contains(&log.dumps.len()), "{} windows", log.dumps.len());
    for pair in log.dumps[..log.dumps.len() - 1].windows(2) {
        assert_eq!(pair[1].at - pair[0].at, 10);
    }
    for pair in log.dumps.windows(2) {
        let [before, after] = pair else { unreachable!("windows of two") };
        assert!(after.at > before.at);
        for (name, (_, total)) in &before.counters {
            let (delta, now) = after.counters.get(name).unwrap_or_else(|| panic!("{name} disappeared"));
            if name == "connected" {
                continue;
            }
            assert_eq!(now - total, *delta, "{name}");
        }
        for (name, row) in &before.samples {
            let next = after.samples.get(name).unwrap_or_else(|| panic!("{name} disappeared"));
            if name.starts_with('{') {
                continue;
            }
            assert_eq!(next.earlier_count, row.earlier_count + row.count, "{name}");
            assert!(next.max >= row.max && next.min <= row.min, "{name}");
        }
    }
    let first = &log.dumps[0];
    for name in ["cpu", "load", "freemem"] {
        assert!(
            first.samples.keys().any(|key| key.starts_with(&format!("{{{name},\"tsung_controller"))),
            "{name}"
        );
    }
    for (name, row) in &first.samples {
        assert_eq!(
            (row.earlier_mean, row.earlier_count),
            (0.0, 0),
            "{name}: nothing before the first window"
        );
    }
    assert!(log.end.is_some_and(|end| end >= log.last().at as f64));
    assert!(log.last().doubled.is_empty(), "no name twice: {:?}", log.last().doubled);
}

/// tsung.log against the server and the dump.
fn books(folder: &Path, log: &TsungLog, recording: &Recording) {
    let mut served: BTreeMap<String, i64> = BTreeMap::new();
    for path in recording.paths() {
        *served.entry(path).or_default() += 1;
    }
    let of = |path: &str| served.get(path).copied().unwrap_or(0);
    assert_eq!(log.total("200"), of("/site/home") + of("/site/style.css"));
    assert_eq!(log.total("201"), of("/site/cart"));
    assert_eq!(log.total("404"), of("/site/missing"));
    assert_eq!(log.total("500"), of("/site/broken"));
    let requests: i64 = served.values().sum();
    assert_eq!(log.count("request") as i64, requests);
    // 10 and 15 users a second for 12 and 14 seconds, all of them.
    assert_eq!(log.total("users_count"), 330);
    assert_eq!(log.total("finish_users_count"), 330);
    assert_eq!(log.count("session"), 330);
    assert_eq!(log.count("page"), 660);
    let buyers = of("/site/cart");
    assert_eq!(log.count("tr_browse") as i64, buyers);
    assert_eq!(log.count("tr_buy") as i64, buyers);
    assert_eq!(log.total("match"), buyers);
    assert_eq!(log.total("newphase"), 1);
    assert_eq!(log.count("connect") as usize, recording.connections.len());
    let sent: usize = recording.requests().map(|request| request.raw.len()).sum();
    assert_eq!(log.total("size_sent"), sent as i64);
    let dump = rows::dump(folder);
    assert_eq!(dump.len() as i64, requests);
    let bytes: u64 = dump.iter().map(|row| row.size).sum();
    assert_eq!(log.total("size_rcv"), bytes as i64);
    assert_eq!(rows::matches(folder).len() as i64, buyers);
    // The slow answer took its 20 ms.
    assert!(log.range("request").is_some_and(|(least, most)| most >= 20.0 && least < 20.0));
}

/// percentiles.csv and run.json against tsung.log.
fn percentiles(folder: &Path, log: &TsungLog) {
    let text = fs::read_to_string(folder.join("percentiles.csv")).expect("percentiles.csv");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let column = |name: &str| header.iter().position(|own| *own == name).expect("a column");
    let rows: Vec<Vec<&str>> = lines.collect();
    let number = |row: &[&str], name: &str| -> f64 { row[column(name)].parse().expect("a number") };
    for series in ["request", "page", "connect", "session", "tr_browse", "tr_buy"] {
        let row = rows
            .iter()
            .find(|row| {
                row[column("series")] == series
                    && row[column("phase")] == "all"
                    && row[column("outcome")] == "tsung"
            })
            .unwrap_or_else(|| panic!("no row for {series} in\n{text}"));
        assert_eq!(number(row, "count") as u64, log.count(series), "{series}");
        let (mean, wanted) = (number(row, "mean_ms"), log.mean(series));
        assert!((mean - wanted).abs() < 0.001 + wanted * 1e-6, "{series}: mean {mean}, tsung.log {wanted}");
        let (least, most) = log.range(series).expect("values");
        assert!(
            (number(row, "max_ms") - most).abs() < 0.0011 && (number(row, "min_ms") - least).abs() < 0.0011,
            "{series}"
        );
        let ordered = ["min_ms", "p50_ms", "p75_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", "p99_99_ms"];
        let values = ordered.map(|name| number(row, name));
        // Two digits: a quantile may be a percent above the greatest value.
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1] * 1.01), "{series}: {values:?}");
        assert!(values[7] <= most * 1.02 + 0.002, "{series}: {values:?} beyond {most}");
    }
    let json = json::read(folder);
    assert_eq!(json["end"], "completed");
    assert_eq!(json["requests_in_flight"], 0);
    for (name, (_, total)) in log.last().counters.iter().filter(|(name, _)| *name != "connected") {
        assert_eq!(json["counters"][name], *total, "{name}");
    }
    for name in ["planned", "started", "finished"] {
        assert_eq!(json["users"][name], 330, "{name}");
    }
}

/// The folder's name, and what lies in it.
fn files(folder: &Path, xml: &Path) {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a folder's name");
    let shape: String = name.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "99999999-9999", "YYYYMMDD-HHMM");
    let copy = fs::read(folder.join("report.xml")).expect("a copy of the configuration");
    assert_eq!(copy, fs::read(xml).expect("the configuration"));
    let others: Vec<String> = fs::read_dir(folder)
        .expect("the run's folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".xml") && name != "report.xml")
        .collect();
    assert!(others.is_empty(), "no other XML, readers take it for the configuration: {others:?}");
}

/// Tsung's own script makes its report without a complaint.
fn report(dir: &Dir, folder: &Path) {
    let printed = tsung::report(dir, folder);
    for complaint in ["isn't numeric", "uninitialized", "equal to 0"] {
        assert!(!printed.contains(complaint), "{complaint}:\n{printed}");
    }
    let html = fs::read_to_string(folder.join("report.html")).expect("report.html");
    for row in ["request", "page", "session", "connect", "tr_browse", "tr_buy", "200", "404", "500"] {
        let cells = row_of(&html, row);
        assert!(
            cells.iter().any(|cell| cell.chars().any(|c| ('1'..='9').contains(&c))),
            "the row of {row} has no number: {cells:?}"
        );
    }
}

/// Texts of the cells after the one that names the row.
fn row_of(html: &str, name: &str) -> Vec<String> {
    html.split("<tr")
        .map(|row| {
            row.split("<td")
                .skip(1)
                .map(|cell| strip(cell.split_once('>').map_or("", |(_, text)| text)))
                .collect()
        })
        .find(|cells: &Vec<String>| cells.first().is_some_and(|first| first == name))
        .unwrap_or_else(|| panic!("no row for {name} in report.html"))
        .split_off(1)
}

fn strip(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.trim().to_owned()
}
