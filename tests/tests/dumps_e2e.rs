//! Dumps of runs whose users are in two processes, held against what the server saw.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::parrot::Run;
use tests::process::End;
use tests::server::{Recording, Script, Server};
use tests::traffic::{TrafficDump, Turn, What};
use tests::{cluster, json, rows, tsung};

const LIMIT: Duration = Duration::from_secs(90);

/// Two requests of each user, on two workers of an engine each, with this `dumptraffic`.
fn run(word: &str, seconds: u32) -> (Run, Recording, [Dir; 3]) {
    let dirs = [Dir::new("dumps"), Dir::new("worker"), Dir::new("worker")];
    let server = Server::start(Script::new());
    let plain = cluster::two_requests(&dirs[0], server.port(), seconds, 20, 1);
    let text = fs::read_to_string(&plain).unwrap_or_else(|error| panic!("{}: {error}", plain.display()));
    let xml = Fixture::text("dumped", &text).with("<tsung>", &format!("<tsung dumptraffic=\"{word}\">"));
    let (controller, endpoint) = cluster::controller(&dirs[0], &xml.write(&dirs[0]), 2, &["-w0"]);
    let workers = [1, 2].map(|n: usize| cluster::worker(&dirs[n], &endpoint, 1));
    let run = controller.finish(LIMIT);
    for worker in workers {
        let worker = worker.finish(LIMIT);
        assert_eq!(worker.end, End::Code(0), "{}", worker.stderr);
    }
    (run, server.stop(), dirs)
}

#[test]
fn each_worker_has_rows_of_its_own() {
    let (run, recording, _dirs) = run("protocol_local", 3);
    let folder = run.folder();
    let files = ["tsung-123456.dump", "tsung-0.dump"].map(|name| rows::local_dump_of(folder, name));
    assert!(files.iter().all(|rows| !rows.is_empty()), "both have users");
    // A user is one worker's.
    assert!(files[0].iter().all(|row| files[1].iter().all(|other| other.user != row.user)));
    let mut urls: Vec<&str> = files.iter().flatten().map(|row| row.url.as_str()).collect();
    let mut paths = recording.paths();
    urls.sort_unstable();
    paths.sort_unstable();
    assert_eq!(urls, paths);
    assert_eq!(fs::read(folder.join("tsung.dump")).ok(), Some(Vec::new()), "tsung.dump stays empty");
}

#[test]
fn traffic_of_two_workers_is_in_the_order_of_time() {
    let (run, recording, dirs) = run("true", 12);
    let dump = TrafficDump::read(run.folder());
    assert!(dump.entries.is_sorted_by_key(|entry| entry.at));
    let mut users = 0;
    for entry in &dump.entries {
        match &entry.what {
            What::New(_, load) => {
                users += 1;
                assert_eq!(*load, users);
            }
            What::End(_, load) => {
                users -= 1;
                assert_eq!(*load, users);
            }
            What::Sent(..) | What::Received(..) => {}
        }
    }
    assert_eq!(users, 0);
    let mut sent: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for turns in dump.conversations() {
        assert_eq!(turns.len(), 4, "two requests, two responses: {turns:?}");
        for turn in turns {
            match turn {
                Turn::Sent(bytes) => *sent.entry(bytes).or_default() += 1,
                Turn::Received(bytes) => assert!(bytes.ends_with(b"\r\n\r\nok"), "{}", bytes.escape_ascii()),
            }
        }
    }
    let mut served: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    recording.requests().for_each(|request| *served.entry(request.raw.clone()).or_default() += 1);
    assert_eq!(sent, served);
    assert_eq!(json::read(run.folder())["own_counters"]["record_dropped"].as_u64().unwrap_or(0), 0);
    tsung::report(&dirs[0], run.folder());
}
