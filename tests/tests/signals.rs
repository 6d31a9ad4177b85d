//! A run that is stopped from outside: nothing of what was counted is lost.

use std::time::{Duration, Instant};

use serde_json::Value;
use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::TsungLog;
use tests::parrot::{self, Run, Running};
use tests::process::{End, Signal};
use tests::rows;
use tests::server::{Recording, Script, Server, ok, pause};

const LIMIT: Duration = Duration::from_secs(60);

struct Stopped {
    run: Run,
    recording: Recording,
    /// From the signal to the end of the process.
    took: Duration,
    _dir: Dir,
}

/// Runs the endless fixture until the server has seen `requests` requests, then does something to it.
fn stopped(requests: usize, stop: impl FnOnce(&mut Running)) -> Stopped {
    let dir = Dir::new("stopped");
    let mut slow = vec![pause(100)];
    slow.extend(ok("late"));
    let server = Server::start(Script::new().path("/endless/slow", slow));
    let xml = Fixture::read("endless").with_ports(&[server.port()]).write(&dir);
    let mut running = parrot::start(&dir, &xml, &[]);
    let seen = server.wait_for(LIMIT, |connections| {
        connections.iter().map(|connection| connection.requests.len()).sum::<usize>() >= requests
    });
    assert!(seen || !running.process.running(), "the run sent too few requests");
    let at = Instant::now();
    stop(&mut running);
    let run = running.finish(LIMIT);
    Stopped { run, took: at.elapsed(), recording: server.stop(), _dir: dir }
}

fn check_books(stopped: &Stopped) {
    let run = &stopped.run;
    assert_eq!(run.end, End::Code(0), "{}", run.stderr);
    let log = TsungLog::read(run.folder());
    assert!(log.end.is_some(), "tsung.log must end with EndMonitor");
    let books = json::read(run.folder());
    assert_eq!(books["end"], "stopped");
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("a number in {books}"));
    let in_flight = number(&books["requests_in_flight"]);
    let served = stopped.recording.requests().count() as u64;
    let completed = log.total("200") as u64;
    assert!(
        completed <= served && served <= completed + in_flight,
        "completed {completed}, server saw {served}, in flight {in_flight}"
    );
    assert_eq!(log.count("request"), completed, "every completed request has its sample");
    let dumped = rows::dump(run.folder()).len() as u64;
    assert_eq!(dumped, completed, "and its row in the dump");
    let (started, finished) = (log.total("users_count") as u64, log.total("finish_users_count") as u64);
    let alive = number(&books["users"]["alive"]);
    assert_eq!(started, finished + alive);
    assert_eq!(log.last().users.0, alive);
    assert_eq!(number(&books["users"]["started"]), started);
    let sent: usize = stopped.recording.requests().map(|request| request.raw.len()).sum();
    let size_sent = log.total("size_sent") as u64;
    assert!(size_sent >= sent as u64, "sent {size_sent}, server got {sent}");
    assert_eq!(log.total("error_abort"), 0, "to stop is no error");
}

#[test]
fn interrupt_writes_the_last_window() {
    let stopped = stopped(300, |running| assert!(running.process.signal(Signal::Interrupt)));
    check_books(&stopped);
    assert!(stopped.took < Duration::from_secs(3), "it took {:?}", stopped.took);
}

#[test]
fn terminate_writes_the_last_window() {
    let stopped = stopped(300, |running| assert!(running.process.signal(Signal::Terminate)));
    check_books(&stopped);
}

#[test]
fn interrupt_before_the_first_user() {
    let stopped = {
        let dir = Dir::new("early");
        let server = Server::start(Script::new());
        let xml = Fixture::read("endless").with_ports(&[server.port()]).write(&dir);
        let mut running = parrot::start(&dir, &xml, &["-w", "30"]);
        let log = dir.path().join("log");
        let deadline = Instant::now() + LIMIT;
        // The folder is there: the signal handlers were set before it was made.
        while std::fs::read_dir(&log).map_or(0, Iterator::count) == 0 {
            assert!(Instant::now() < deadline && running.process.running(), "no run folder");
            std::thread::sleep(Duration::from_millis(5));
        }
        let at = Instant::now();
        assert!(running.process.signal(Signal::Interrupt));
        let run = running.finish(LIMIT);
        Stopped { run, took: at.elapsed(), recording: server.stop(), _dir: dir }
    };
    check_books(&stopped);
    assert_eq!(stopped.recording.connections.len(), 0);
    assert_eq!(TsungLog::read(stopped.run.folder()).total("users_count"), 0);
    assert!(stopped.took < Duration::from_secs(3), "it took {:?}", stopped.took);
}

#[test]
fn second_interrupt_ends_at_once() {
    let stopped = stopped(50, |running| {
        assert!(running.process.signal(Signal::Interrupt));
        // It may have ended already.
        running.process.signal(Signal::Interrupt);
    });
    // It either was through already, or ends as a shell would say.
    assert!([End::Code(0), End::Code(130)].contains(&stopped.run.end), "{:?}", stopped.run);
    assert!(stopped.took < Duration::from_secs(1), "it took {:?}", stopped.took);
}

#[test]
fn the_duration_of_the_load_cuts_the_run() {
    let dir = Dir::new("bounded");
    let server = Server::start(Script::new());
    let xml = Fixture::read("bounded").with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &xml, &[], LIMIT);
    let log = TsungLog::read(run.folder());
    assert!(log.end.is_some());
    assert!(log.last().users.0 > 0, "users live on when the run is cut");
    assert_eq!(json::read(run.folder())["end"], "duration_reached");
    assert_eq!(log.total("error_abort"), 1, "as Tsung counts it");
    // Two seconds of load after one of warm-up.
    assert!(run.took >= Duration::from_millis(2900) && run.took < Duration::from_secs(6), "{:?}", run.took);
    let served = server.stop().requests().count() as i64;
    assert!(log.total("200") <= served && log.total("200") > 0);
}
