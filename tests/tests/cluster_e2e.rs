//! Runs of several engines and of several processes: the same users whoever runs them, and ends whatever is lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tests::cluster::{self, wait_for};
use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::{TsungLog, controller_log};
use tests::parrot::{self, Run, Running};
use tests::process::{End, Signal};
use tests::server::{Script, Server, ok};

const LIMIT: Duration = Duration::from_secs(110);

fn server() -> Server {
    Server::start(Script::new().prefix("/", ok("hello")))
}

/// `seconds` of arrivals at `rate`; each user reads a row, draws numbers, and makes three requests.
fn xml(dir: &Dir, port: u16, seconds: u32, rate: u32) -> std::path::PathBuf {
    let rows: String = (0..40).map(|row| format!("name{row};secret{row}\n")).collect();
    let rows = dir.file("rows.csv", rows);
    let text = format!(
        r#"<?xml version="1.0"?>
<tsung>
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="127.0.0.1" port="{port}" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="{seconds}" unit="second"><users arrivalrate="{rate}" unit="second"/></arrivalphase></load>
  <options><option name="file_server" id="rows" value="{}"/></options>
  <sessions>
    <session name="one" probability="60" type="ts_http">
      <setdynvars sourcetype="file" fileid="rows" delimiter=";" order="iter"><var name="name"/><var name="secret"/></setdynvars>
      <setdynvars sourcetype="random_number" start="1" end="1000000"><var name="n"/></setdynvars>
      <request subst="true"><http url="/login/%%_name%%/%%_tsung_userid%%/%%_n%%" method="GET"/></request>
      <thinktime value="0.2" random="true"/>
      <request subst="true"><http url="/buy/%%_n%%" method="POST" contents="secret=%%_secret%%"/></request>
    </session>
    <session name="two" probability="40" type="ts_http">
      <transaction name="look"><request subst="true"><http url="/look/%%_tsung_userid%%" method="GET"/></request></transaction>
      <thinktime value="0.5"/>
      <request><http url="/leave" method="GET"/></request>
    </session>
  </sessions>
</tsung>
"#,
        rows.display()
    );
    Fixture::text("shares", &text).write(dir)
}

/// All requests of a run, sorted, and the totals of its tsung.log.
fn traces(server: Server, folder: &Path) -> (Vec<String>, BTreeMap<String, i64>) {
    let recording = server.stop();
    let mut requests: Vec<String> = recording
        .requests()
        .map(|request| {
            let head = String::from_utf8_lossy(request.head()).into_owned();
            // The port is the server's own, another one in each run.
            let head: Vec<&str> = head.lines().filter(|line| !line.starts_with("Host:")).collect();
            format!("{}|{}", head.join("|"), String::from_utf8_lossy(request.body()))
        })
        .collect();
    requests.sort();
    let log = TsungLog::read(folder);
    let counters = ["users_count", "finish_users_count", "size_sent", "size_rcv", "200"]
        .map(|name| (name.to_owned(), log.total(name)));
    let samples = ["request", "page", "connect", "session", "tr_look"]
        .map(|name| (name.to_owned(), log.count(name) as i64));
    (requests, counters.into_iter().chain(samples).collect())
}

#[test]
fn the_same_users_whoever_runs_them() {
    let run = |start: &dyn Fn(&Dir, &Path) -> Run| {
        let (dir, server) = (Dir::new("shares"), server());
        let xml = xml(&dir, server.port(), 2, 60);
        let run = start(&dir, &xml);
        traces(server, run.folder())
    };
    let threads = |n: &'static str| {
        move |dir: &Dir, xml: &Path| parrot::run(dir, xml, &["-w0", "--seed", "7", "--threads", n], LIMIT)
    };
    let one = run(&threads("1"));
    assert_eq!((one.1["users_count"], one.1["finish_users_count"], one.0.len()), (120, 120, 240));
    let two = run(&threads("2"));
    let seven = run(&threads("7"));
    let workers = run(&|dir, xml| {
        let (controller, endpoint) = cluster::controller(dir, xml, 2, &["-w0", "--seed", "7"]);
        let homes = [Dir::new("worker"), Dir::new("worker")];
        let workers: Vec<Running> =
            [1, 2].into_iter().zip(&homes).map(|(n, dir)| cluster::worker(dir, &endpoint, n)).collect();
        let run = controller.finish(LIMIT);
        for worker in workers {
            let worker = worker.finish(LIMIT);
            assert_eq!(worker.end, End::Code(0), "{}", worker.stderr);
        }
        run
    });
    for (name, other) in [("two engines", two), ("seven", seven), ("two processes", workers)] {
        assert_eq!(other.0, one.0, "{name}: requests");
        assert_eq!(other.1, one.1, "{name}: totals");
    }
}

#[test]
fn the_log_tells_of_the_engines() {
    let log = |cpu: &str, options: &[&str]| {
        let (dir, server) = (Dir::new("engines"), server());
        let text = fs::read_to_string(xml(&dir, server.port(), 1, 5)).expect("the configuration");
        let client = format!(r#"<client host="localhost" cpu="{cpu}""#);
        let xml = Fixture::text("engines", &text.replace(r#"<client host="localhost""#, &client)).write(&dir);
        let run = parrot::run(&dir, &xml, &[&["-w0"], options].concat(), LIMIT);
        controller_log(run.folder())
    };
    assert!(log("3", &[]).contains("load by 3 engines in this process"));
    assert!(log("3", &["--threads", "1"]).contains("load by 1 engine in this process"));
    let cores = std::thread::available_parallelism().expect("the number of cores").get();
    assert!(log("1", &[]).contains(&format!("load by {cores} engine")));
}

/// A controller and two workers in mid-run: all three, the server, and what keeps their folders.
struct Trio {
    controller: Running,
    workers: [Running; 2],
    server: Server,
    dirs: [Dir; 3],
}

/// `seconds` of load on two workers, once users have been seen from both.
fn trio(seconds: u32) -> Trio {
    let (dirs, server) = ([Dir::new("controller"), Dir::new("worker"), Dir::new("worker")], server());
    let xml = xml(&dirs[0], server.port(), seconds, 20);
    let (controller, endpoint) = cluster::controller(&dirs[0], &xml, 2, &["-w0", "--seed", "7"]);
    let workers = [cluster::worker(&dirs[1], &endpoint, 1), cluster::worker(&dirs[2], &endpoint, 1)];
    assert!(server.wait_for(LIMIT, |connections| connections.len() >= 20), "the load has begun");
    Trio { controller, workers, server, dirs }
}

/// Users in the log are those that the server saw, and started ones are finished, live or lost.
fn adds_up(folder: &Path, lost: bool) {
    let log = TsungLog::read(folder);
    let (started, finished) = (log.total("users_count"), log.total("finish_users_count"));
    assert!(started > 0 && finished <= started, "{started} {finished}");
    if !lost {
        assert_eq!(started, finished);
        assert_eq!(log.last().users.0, 0, "nobody is left");
    }
    let run = json::read(folder);
    assert_eq!(run["users"]["started"].as_i64(), Some(started));
    assert_eq!(run["users"]["finished"].as_i64(), Some(finished));
}

/// Whether the verdict gives this reason.
fn finds(folder: &Path, code: &str) -> bool {
    json::finding_codes(folder).iter().any(|found| found == code)
}

#[test]
fn a_worker_that_is_killed_is_lost_and_the_run_ends() {
    let Trio { controller, workers: [mut killed, other], server, dirs } = trio(14);
    assert!(killed.process.signal(Signal::Kill));
    let run = controller.finish(LIMIT);
    let folder = run.folder();
    adds_up(folder, true);
    assert!(finds(folder, "worker_lost"), "{:?}", json::finding_codes(folder));
    assert!(controller_log(folder).contains("lost"), "{}", controller_log(folder));
    assert!(run.stderr.contains("DOUBTFUL") || run.stderr.contains("INVALID"), "{}", run.stderr);
    assert_eq!(other.finish(LIMIT).end, End::Code(0));
    // The other worker's share went on after the loss.
    let log = TsungLog::read(folder);
    assert!(log.total("users_count") >= 140, "half of 280 users at least: {}", log.total("users_count"));
    drop((server, dirs));
}

#[test]
fn workers_of_a_controller_that_is_killed_end_by_themselves() {
    let Trio { mut controller, workers, server, dirs } = trio(60);
    assert!(controller.process.signal(Signal::Kill));
    for worker in workers {
        let worker = worker.finish(LIMIT);
        assert_eq!(worker.end, End::Code(1), "{}", worker.stderr);
        assert!(worker.stderr.contains("the controller was not heard of for too long"), "{}", worker.stderr);
    }
    assert!(controller.finish(LIMIT).folder.is_some());
    drop((server, dirs));
}

#[test]
fn a_worker_that_sleeps_too_long_is_given_up_and_told_so() {
    let Trio { controller, workers: [mut sleeper, other], server, dirs } = trio(14);
    assert!(sleeper.process.signal(Signal::Stop));
    std::thread::sleep(Duration::from_secs(15));
    assert!(sleeper.process.signal(Signal::Continue));
    let run = controller.finish(LIMIT);
    let folder = run.folder();
    adds_up(folder, true);
    assert!(finds(folder, "worker_lost"), "{:?}", json::finding_codes(folder));
    assert_eq!(other.finish(LIMIT).end, End::Code(0));
    let sleeper = sleeper.finish(LIMIT);
    assert_eq!(sleeper.end, End::Code(1), "{}", sleeper.stderr);
    assert!(sleeper.stderr.contains("had not heard of it for too long"), "{}", sleeper.stderr);
    drop((server, dirs));
}

#[test]
fn a_controller_that_sleeps_loses_nobody_and_nothing() {
    let Trio { mut controller, workers, server, dirs } = trio(14);
    assert!(controller.process.signal(Signal::Stop));
    std::thread::sleep(Duration::from_secs(15));
    assert!(controller.process.signal(Signal::Continue));
    let run = controller.finish(LIMIT);
    let folder = run.folder();
    adds_up(folder, false);
    let log = TsungLog::read(folder);
    assert_eq!(log.total("users_count"), 280);
    assert_eq!(log.total("200"), server.stop().requests().count() as i64);
    assert!(finds(folder, "controller_stalled"), "{:?}", json::finding_codes(folder));
    for worker in workers {
        assert_eq!(worker.finish(LIMIT).end, End::Code(0));
    }
    drop(dirs);
}

#[test]
fn a_worker_that_is_interrupted_ends_in_order() {
    let Trio { controller, workers: [mut interrupted, other], server, dirs } = trio(5);
    assert!(interrupted.process.signal(Signal::Interrupt));
    assert_eq!(interrupted.finish(LIMIT).end, End::Code(0));
    let run = controller.finish(LIMIT);
    adds_up(run.folder(), true);
    let codes = json::finding_codes(run.folder());
    assert!(!codes.contains(&"worker_lost".to_owned()), "it has told everything: {codes:?}");
    assert!(codes.contains(&"never_started".to_owned()), "its users are missing: {codes:?}");
    assert!(
        run.stderr.contains("Verdict DOUBTFUL") || run.stderr.contains("Verdict INVALID"),
        "{}",
        run.stderr
    );
    assert_eq!(other.finish(LIMIT).end, End::Code(0));
    drop((server, dirs));
}

#[test]
fn a_run_without_its_workers_does_not_start() {
    let (dir, server) = (Dir::new("missing"), server());
    let xml = xml(&dir, server.port(), 1, 5);
    let (controller, endpoint) = cluster::controller(&dir, &xml, 2, &["--workers-timeout", "2"]);
    let home = Dir::new("worker");
    let worker = cluster::worker(&home, &endpoint, 1);
    let who = format!("2 workers were to join, there are: {}:{}", parrot::host(), worker.process.id());
    let run = controller.finish(LIMIT);
    assert_eq!((run.end, run.folder), (End::Code(1), None), "{}", run.stderr);
    assert!(run.stderr.contains(&who), "no {who:?} in\n{}", run.stderr);
    let worker = worker.finish(LIMIT);
    assert_eq!(worker.end, End::Code(1));
    assert!(worker.stderr.contains("called off"), "{}", worker.stderr);
    assert_eq!(server.stop().requests().count(), 0);
}

#[test]
fn a_plan_beyond_one_process_gets_more_of_them() {
    let (dir, server) = (Dir::new("processes"), server());
    let xml = cluster::two_requests(&dir, server.port(), 1, 300, 3);
    // What maxusers says does not matter.
    let text = fs::read_to_string(&xml).expect("the configuration");
    let few = text.replace(r#"<client host="localhost""#, r#"<client host="localhost" maxusers="10""#);
    assert_ne!(few, text);
    fs::write(&xml, few).expect("it is written");
    let run = parrot::start_limited(210, &dir, &xml, &["-w0", "--threads", "1"]).finish(LIMIT);
    let folder = run.folder();
    adds_up(folder, false);
    assert!(run.stderr.contains("preflight: 3 processes share the load"), "{}", run.stderr);
    let log = TsungLog::read(folder);
    assert_eq!((log.total("users_count"), log.total("200")), (300, 600));
    assert!(log.last().users.1 > 200, "more users at once than one process may have: {:?}", log.last().users);
    assert_eq!(server.stop().connections.len(), 300);
}

/// Frames that no worker sends, from a peer that speaks ZeroMQ, and bytes from one that does not.
#[test]
fn strangers_on_the_port_are_no_danger() {
    let (dir, server) = (Dir::new("strangers"), server());
    let xml = xml(&dir, server.port(), 2, 20);
    let (controller, endpoint) = cluster::controller(&dir, &xml, 1, &["-w0", "--seed", "7"]);
    let context = zmq::Context::new();
    let stranger = context.socket(zmq::DEALER).expect("a socket");
    stranger.set_identity(b"0123456789abcdef").expect("an address");
    stranger.set_linger(0).expect("an option");
    stranger.connect(&endpoint).expect("the controller's port");
    let nameless = context.socket(zmq::DEALER).expect("a socket");
    nameless.set_linger(0).expect("an option");
    nameless.connect(&endpoint).expect("the controller's port");
    nameless.send("who is there?", 0).expect("sent");
    let port = endpoint.rsplit(':').next().expect("a port");
    let mut raw = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).expect("the controller's port");
    std::io::Write::write_all(&mut raw, b"GET / HTTP/1.0\r\n\r\n").expect("sent");
    let frames: [Vec<u8>; 6] = [
        Vec::new(),
        vec![0xff, 0xff, 1, 0, 0, 0, 0],
        vec![1, 0],
        vec![1, 0, 4, 0xff, 0xff],
        [vec![1, 0, 1], vec![0; 100_000]].concat(),
        vec![1, 0, 200, 1, 2, 3],
    ];
    for frame in &frames {
        stranger.send(frame.as_slice(), 0).expect("sent");
    }
    stranger.send_multipart(["two", "parts"], 0).expect("sent");
    let told = wait_for(|| {
        let said = controller.stderr();
        ["of another version", "that no worker send", "beyond the limit of length"]
            .iter()
            .all(|part| said.contains(part))
            .then_some(())
    });
    assert!(told.is_some(), "{}", controller.stderr());
    let home = Dir::new("worker");
    let worker = cluster::worker(&home, &endpoint, 1);
    assert!(server.wait_for(LIMIT, |connections| !connections.is_empty()));
    // A flood in mid-run.
    for n in 0..500_u32 {
        stranger.send(n.to_le_bytes().as_slice(), 0).expect("sent");
    }
    let run = controller.finish(LIMIT);
    adds_up(run.folder(), false);
    assert!(controller_log(run.folder()).contains("dropped so far"), "{}", controller_log(run.folder()));
    assert_eq!(worker.finish(LIMIT).end, End::Code(0));
}

#[test]
fn a_worker_of_another_version_says_so() {
    let context = zmq::Context::new();
    let controller = context.socket(zmq::ROUTER).expect("a socket");
    controller.bind("tcp://127.0.0.1:*").expect("a port");
    let endpoint = controller.get_last_endpoint().expect("bound").expect("a name");
    let dir = Dir::new("version");
    let worker = cluster::worker(&dir, &endpoint, 1);
    let hello = controller.recv_multipart(0).expect("a hello");
    controller.send_multipart([hello[0].as_slice(), &[9, 9, 33, 0]], 0).expect("sent");
    let worker = worker.finish(LIMIT);
    assert_eq!(worker.end, End::Code(1));
    assert!(
        worker.stderr.contains("speaks version 2313 of the protocol, this worker version"),
        "{}",
        worker.stderr
    );
}

#[test]
fn places_to_join_are_checked() {
    let dir = Dir::new("places");
    let server = server();
    let xml = xml(&dir, server.port(), 1, 1);
    for (options, expected) in [
        (vec!["--listen", "tcp://0.0.0.0:5555"], "workers on other machines are not in this release"),
        (vec!["--listen", "5555"], "as in tcp://127.0.0.1:5555"),
        (vec!["--wait-workers", "2"], "give --listen"),
        (vec!["--listen", "tcp://127.0.0.1:0", "--wait-workers", "0"], "at least 1 is needed"),
    ] {
        let run = parrot::run(&dir, &xml, &options, LIMIT);
        assert_eq!((run.end, run.folder), (End::Code(2), None), "{options:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{options:?}: {}", run.stderr);
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("tcp://{}", taken.local_addr().expect("bound"));
    let run = parrot::run(&dir, &xml, &["--listen", &endpoint], LIMIT);
    assert_eq!((run.end, run.folder), (End::Code(1), None));
    assert!(run.stderr.contains(&format!("cannot listen on {endpoint}")), "{}", run.stderr);
}
