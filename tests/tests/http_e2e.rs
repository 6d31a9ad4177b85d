//! Our binary alone: what Tsung cannot be asked about.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails and says why")]

use std::collections::BTreeMap;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::{Fixture, place, replace};
use tests::json;
use tests::log::TsungLog;
use tests::parrot::{self, Run};
use tests::process::End;
use tests::server::{Recording, Rule, Script, Server, Step, close, delimited, ok, pause, send};

const LIMIT: Duration = Duration::from_secs(60);
const OK: &str = "HTTP/1.1 200 OK\r\n";

/// A run of a fixture against one server per script.
struct Outcome {
    run: Run,
    recordings: Vec<Recording>,
    dir: Dir,
}

fn run(name: &str, scripts: Vec<Script>, files: &[(&str, &str)], more: &[&str]) -> Outcome {
    let dir = Dir::new(name);
    let data = dir.folder("data");
    for (name, text) in files {
        std::fs::write(data.join(name), text).expect("a data file");
    }
    let servers: Vec<Server> = scripts.into_iter().map(Server::start).collect();
    let ports: Vec<u16> = servers.iter().map(Server::port).collect();
    let xml = Fixture::read(name).with_ports(&ports).with("@DATA@", &data.display()).write(&dir);
    let run = parrot::run(&dir, &xml, more, LIMIT);
    let recordings = servers.into_iter().map(Server::stop).collect();
    Outcome { run, recordings, dir }
}

impl Outcome {
    fn log(&self) -> TsungLog {
        TsungLog::read(self.run.folder())
    }

    fn paths(&self) -> Vec<String> {
        self.recordings.iter().flat_map(Recording::paths).collect()
    }

    fn users(&self) -> (u64, u64, u64) {
        let json = json::read(self.run.folder());
        let number = |name: &str| json["users"][name].as_u64().expect("a number of users");
        (number("planned"), number("started"), number("finished"))
    }
}

#[test]
fn every_planned_user_starts_and_finishes() {
    let mut steps = vec![pause(5)];
    steps.extend(delimited("ok"));
    let outcome = run("crowd", vec![Script::new().prefix("/one/", steps)], &[], &[]);
    let log = outcome.log();
    assert_eq!(outcome.users(), (2000, 2000, 2000));
    assert_eq!(log.total("users_count"), 2000);
    assert_eq!(log.total("finish_users_count"), 2000);
    assert_eq!(log.total("200"), 2000);
    assert_eq!(log.total("connected"), 0);
    for sample in ["request", "page", "connect", "session"] {
        assert_eq!(log.count(sample), 2000, "{sample}");
    }
    let errors: Vec<&String> = log.last().counters.keys().filter(|name| name.starts_with("error")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(outcome.recordings[0].connections.len(), 2000);
    // Users are numbered 1, 2, 3… without gaps.
    let mut ids: Vec<u64> =
        outcome.paths().iter().filter_map(|path| path.strip_prefix("/one/")?.parse().ok()).collect();
    ids.sort_unstable();
    assert!(ids.iter().copied().eq(1..=2000));
    // They come over the whole of the two seconds, not in a heap.
    let first = outcome.recordings[0].connections[0].accepted;
    let mut halves = [0_u32; 4];
    for connection in &outcome.recordings[0].connections {
        let half = ((connection.accepted - first).as_millis() / 500).min(3) as usize;
        halves[half] += 1;
    }
    assert!(halves.iter().all(|half| (350..=650).contains(half)), "{halves:?}");
    assert!(outcome.run.took < Duration::from_secs(6), "{:?}", outcome.run.took);
}

/// All requests as a bag, ports aside.
fn bag(outcome: &Outcome) -> BTreeMap<String, usize> {
    let mut bag = BTreeMap::new();
    for (nth, recording) in outcome.recordings.iter().enumerate() {
        for request in recording.requests() {
            let raw =
                outcome.recordings.iter().enumerate().fold(request.raw.clone(), |raw, (n, recording)| {
                    replace(&raw, recording.port.to_string().as_bytes(), place(n).as_bytes())
                });
            *bag.entry(format!("{nth} {}", raw.escape_ascii())).or_default() += 1;
        }
    }
    bag
}

#[test]
fn the_same_seed_sends_the_same_requests() {
    let servers = || vec![Script::new(), Script::new()];
    let files = [("rows.csv", "r1\nr2\nr3\n")];
    let first = bag(&run("choices", servers(), &files, &[]));
    let second = bag(&run("choices", servers(), &files, &[]));
    assert_eq!(first.values().sum::<usize>(), 600);
    assert!(first == second, "two runs with one seed differ");
    let third = bag(&run("choices", servers(), &files, &["--seed", "43"]));
    assert_eq!(third.values().sum::<usize>(), 600);
    assert!(first != third, "another seed must give other requests");
}

#[test]
fn phases_without_users_last_as_long_as_they_say() {
    let outcome = run("empty-phases", vec![Script::new()], &[], &[]);
    let log = outcome.log();
    assert_eq!(log.total("users_count"), 40);
    assert_eq!(log.total("newphase"), 3);
    let mut times: Vec<f64> = outcome.recordings[0]
        .connections
        .iter()
        .map(|connection| connection.accepted.as_secs_f64())
        .collect();
    times.sort_by(f64::total_cmp);
    assert_eq!(times.len(), 40);
    // The second and the fourth second of four, twenty users each.
    let gap = times[20] - times[19];
    let (early, late) = (times[19] - times[0], times[39] - times[20]);
    assert!((0.9..=3.0).contains(&gap), "a second without users between them: {gap}");
    assert!(early <= 1.3 && late <= 1.3, "phases of one second: {early} {late}");
    // One second of warm-up, four of load; the last phase ends with its last user.
    assert!(outcome.run.took > Duration::from_millis(4000), "{:?}", outcome.run.took);
}

/// Each byte in a segment of its own.
fn byte_by_byte(text: &str) -> Vec<Step> {
    text.bytes().flat_map(|byte| [Step::Send(vec![byte]), pause(1)]).collect()
}

#[test]
fn responses_that_tsung_cannot_follow() {
    let closing = |text: &str| {
        let mut steps = send(format!("{OK}{text}\r\nContent-Length: 5\r\n\r\nhello"));
        steps.extend([pause(30), close()]);
        steps
    };
    let chunks = "Transfer-Encoding: chunked\r\n";
    let shapes: Vec<(&str, Vec<Step>)> = vec![
        ("head_length", send(format!("{OK}Content-Length: 5\r\n\r\n"))),
        ("head_chunked", send(format!("{OK}{chunks}\r\n"))),
        (
            "bytes",
            byte_by_byte(&format!(
                "{OK}{chunks}\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"
            )),
        ),
        ("continue_same", send(format!("HTTP/1.1 100 Continue\r\n\r\n{OK}Content-Length: 2\r\n\r\nok"))),
        ("trailers", send(format!("{OK}{chunks}\r\n5\r\nhello\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n"))),
        ("extension", send(format!("{OK}{chunks}\r\n5;a=b\r\nhello\r\n0;c\r\n\r\n"))),
        ("status_204_length", send("HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n")),
        ("status_304_length", send("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n")),
        ("length_space", send(format!("{OK}Content-Length: 5 \r\n\r\nhello"))),
        ("length_chunked", send(format!("{OK}Content-Length: 99\r\n{chunks}\r\n5\r\nhello\r\n0\r\n\r\n"))),
        ("close_case", closing("Connection: Close")),
        ("close_list", closing("Connection: keep-alive, close")),
        ("keep_case", send("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello")),
    ];
    let names: Vec<&str> = shapes.iter().map(|(name, _)| *name).collect();
    let script = shapes
        .into_iter()
        .fold(Script::new(), |script, (name, steps)| script.path(&format!("/{name}/response"), steps));
    let outcome = run("mends-http", vec![script], &[], &[]);
    let paths = outcome.paths();
    for name in &names {
        assert!(paths.contains(&format!("/{name}/next")), "{name}: the user did not go on");
    }
    let log = outcome.log();
    let errors: Vec<&String> = log.last().counters.keys().filter(|name| name.starts_with("error")).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(log.count("request"), 2 * names.len() as u64);
    assert_eq!((log.total("204"), log.total("304"), log.total("100")), (1, 1, 1));
    // Whatever the response said about the connection was obeyed.
    for connection in &outcome.recordings[0].connections {
        let paths: Vec<String> = connection.requests.iter().map(tests::server::Request::path).collect();
        let closed = paths[0].starts_with("/close_") && paths[0].ends_with("/response");
        assert_eq!(closed, paths.len() == 1 && !paths[0].ends_with("/next"), "{paths:?}");
    }
}

#[test]
fn what_the_manual_promises_of_sessions() {
    let outcome = run("mends-session", vec![Script::new()], &[("rows.csv", "one;two;three\n")], &[]);
    let paths = outcome.paths();
    let has = |path: &str| paths.iter().any(|own| own == path);
    assert!(has("/index/yes") && has("/index/end") && !has("/index/never"), "{paths:?}");
    let body = |path: &str| {
        let request = outcome.recordings[0].requests().find(|request| request.path() == path);
        request.unwrap_or_else(|| panic!("{path} was not sent")).body().to_vec()
    };
    assert_eq!(body("/crlf/a"), b"a\r\nb\n\nc");
    let wide: Vec<&tests::server::Request> =
        outcome.recordings[0].requests().filter(|request| request.path().starts_with("/wide/")).collect();
    assert!(wide[0].raw.starts_with("POST /wide/€é HTTP/1.1".as_bytes()), "{}", wide[0].raw.escape_ascii());
    assert_eq!(wide[0].body(), "€".as_bytes());
    assert_eq!(wide[1].header("X-E").as_deref(), Some("€"));
    let log = outcome.log();
    for transaction in ["tr_with-dash.dot", "tr_outer", "tr_direct"] {
        assert_eq!(log.count(transaction), 1, "{transaction}");
    }
}

#[test]
fn a_second_run_in_the_same_minute_gets_its_own_folder() {
    let outcome = run("empty-phases", vec![Script::new()], &[], &[]);
    let server = Server::start(Script::new());
    let xml = Fixture::read("empty-phases").with_ports(&[server.port()]).write(&outcome.dir);
    let second = parrot::run(&outcome.dir, &xml, &[], LIMIT);
    let (first, second) = (outcome.run.folder(), second.folder());
    assert_ne!(first, second);
    assert_eq!(first.parent(), second.parent());
    let beside: Vec<_> =
        std::fs::read_dir(outcome.dir.path().join("log")).expect("the log folder").flatten().collect();
    assert_eq!(beside.len(), 2, "nothing but run folders");
    // A whole log of its own in each.
    for folder in [first, second] {
        let text = std::fs::read_to_string(folder.join("tsung.log")).expect("tsung.log");
        assert_eq!(text.matches("EndMonitor").count(), 1);
    }
}

#[test]
fn a_response_that_is_cut_is_counted_beside_tsungs_counters() {
    let mut cut = send(format!("{OK}Content-Length: 10\r\n\r\nhello"));
    cut.extend([pause(10), close()]);
    let outcome = run("empty-phases", vec![Script::new().rule(Rule::path("/visit/a", cut).hit(1))], &[], &[]);
    let json = json::read(outcome.run.folder());
    assert_eq!(json["own_counters"]["response_truncated"], 1, "{json}");
    assert_eq!(outcome.log().total("200"), 40);
}

#[test]
fn what_cannot_be_run_is_refused_with_place_and_remedy() {
    let good = |sessions: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE tsung SYSTEM \"/usr/share/tsung/tsung-1.0.dtd\">\n<tsung>\n\
             <clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\n\
             <servers><server host=\"127.0.0.1\" port=\"9\" type=\"tcp\"/></servers>\n\
             <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users arrivalrate=\"1\" unit=\"second\"/>\
             </arrivalphase></load>\n<sessions>\n{sessions}\n</sessions>\n</tsung>\n"
        )
    };
    let session =
        |body: &str| format!("<session name=\"s\" probability=\"100\" type=\"ts_http\">\n{body}\n</session>");
    let get = "<request><http url=\"/\"/></request>";
    let cases: Vec<(&str, String, &str)> = vec![
        ("not-xml", "this is no XML".to_owned(), "not-xml.xml:1:1"),
        ("not-closed", good(&session("<request>")), "not-closed.xml:"),
        ("unknown-element", good(&session("<requets/>")), "unknown-element.xml:9:"),
        ("type", good(&session(get).replace("ts_http", "ts_jabber")), "type.xml:8:"),
        ("sum", good(&session(get).replace("100", "50")), "sum.xml:"),
        (
            "csv",
            good(&session(get)).replace(
                "<sessions>",
                "<options><option name=\"file_server\" value=\"/nowhere.csv\"/></options><sessions>",
            ),
            "csv.xml:7:",
        ),
        (
            "regexp",
            good(&session("<request><dyn_variable name=\"x\" re=\"(a\"/><http url=\"/\"/></request>")),
            "regexp.xml:9:",
        ),
        (
            "host",
            good(&session(get)).replace("host=\"127.0.0.1\"", "host=\"http://127.0.0.1/\""),
            "host.xml:5:",
        ),
        ("port", good(&session(get)).replace("port=\"9\"", "port=\"70000\""), "port.xml:5:"),
    ];
    for (name, xml, place) in cases {
        let dir = Dir::new(name);
        let path = Fixture::text(name, &xml).write(&dir);
        let run = parrot::run(&dir, &path, &[], LIMIT);
        assert_eq!(run.end, End::Code(1), "{name}: {}", run.stderr);
        assert!(run.stderr.contains(" = help: "), "{name} has no remedy: {}", run.stderr);
        assert!(run.stderr.contains(place), "{name}: no {place:?} in\n{}", run.stderr);
        assert!(run.stderr.contains("error[TP"), "{name}:\n{}", run.stderr);
        assert!(run.stderr.lines().count() <= 24, "{name}: more than a screen\n{}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{name}:\n{}", run.stderr);
        let left = std::fs::read_dir(dir.path().join("log")).expect("the log folder").count();
        assert_eq!(left, 0, "{name}: a run folder was left");
    }
    let dir = Dir::new("missing");
    let run = parrot::run(&dir, &dir.path().join("missing.xml"), &[], LIMIT);
    assert_eq!(run.end, End::Code(1));
    assert!(run.stderr.contains("missing.xml") && run.stderr.contains("  help: "), "{}", run.stderr);
    assert_eq!(std::fs::read_dir(dir.path().join("log")).expect("the log folder").count(), 0);
}

#[test]
fn large_bodies_in_both_directions() {
    let dir = Dir::new("large");
    let big = "x".repeat(5_000_000);
    let server = Server::start(Script::new().path("/down", ok(&big)));
    let body = dir.file("body.bin", &big);
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<tsung><clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\
         <servers><server host=\"127.0.0.1\" port=\"@PORT@\" type=\"tcp\"/></servers>\
         <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users maxnumber=\"3\" arrivalrate=\"10\" unit=\"second\"/>\
         </arrivalphase></load><sessions><session name=\"s\" probability=\"100\" type=\"ts_http\">\
         <request><http url=\"/up\" method=\"POST\" contents_from_file=\"{}\"/></request>\
         <request><http url=\"/down\"/></request></session></sessions></tsung>",
        body.display()
    );
    let path = Fixture::text("large", &xml).with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &path, &[], LIMIT);
    let log = TsungLog::read(run.folder());
    let recording = server.stop();
    assert_eq!(recording.requests().filter(|request| request.body().len() == big.len()).count(), 3);
    assert_eq!(log.total("200"), 6);
    assert!(log.total("size_sent") > 15_000_000 && log.total("size_rcv") > 15_000_000);
}

#[test]
fn a_url_that_turns_out_to_be_https_ends_the_user() {
    let dir = Dir::new("https");
    let server = Server::start(Script::new().path("/where", ok("to=https://127.0.0.1/x")));
    let xml = "<?xml version=\"1.0\"?>\n<tsung><clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\
        <servers><server host=\"127.0.0.1\" port=\"@PORT@\" type=\"tcp\"/></servers>\
        <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users maxnumber=\"2\" arrivalrate=\"10\" unit=\"second\"/>\
        </arrivalphase></load><sessions><session name=\"s\" probability=\"100\" type=\"ts_http\">\
        <request><dyn_variable name=\"to\" re=\"to=(.*)\"/><http url=\"/where\"/></request>\
        <request subst=\"true\"><http url=\"%%_to%%\"/></request>\
        <request><http url=\"/never\"/></request></session></sessions></tsung>";
    let path = Fixture::text("https", xml).with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &path, &[], LIMIT);
    let log = TsungLog::read(run.folder());
    assert_eq!(server.stop().paths(), ["/where", "/where"]);
    assert_eq!((log.total("error_unknown"), log.total("finish_users_count")), (2, 2));
}
