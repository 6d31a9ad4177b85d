//! Before the start of a run of several processes, and the ends that are told from outside.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tests::binary::binary;
use tests::cluster::{self, said, wait_for};
use tests::dir::Dir;
use tests::json;
use tests::log::TsungLog;
use tests::parrot::{self, Run, Running};
use tests::process::{End, Signal};
use tests::server::{Script, Server};

const LIMIT: Duration = Duration::from_secs(110);

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

/// It was told that there will be no run.
fn was_called_off(worker: Running) {
    let worker = worker.finish(LIMIT);
    assert_eq!(worker.end, End::Code(1), "{}", worker.stderr);
    assert!(worker.stderr.contains("the run was called off before its start"), "{}", worker.stderr);
}

/// Nothing has happened, and that is no error.
fn was_stopped_before_the_start(run: &Run, dir: &Dir) {
    assert_eq!((run.end, &run.folder), (End::Code(0), &None), "{}", run.stderr);
    assert!(run.stderr.lines().any(|line| line == "stopped before the start"), "{}", run.stderr);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
    assert_eq!(entries(&dir.path().join("log")), 0, "no run folder is left");
}

#[test]
fn a_run_that_is_interrupted_while_it_waits_has_not_failed() {
    for comes in [false, true] {
        let (dir, home, server) = (Dir::new("waits"), Dir::new("worker"), Server::start(Script::new()));
        let xml = cluster::two_requests(&dir, server.port(), 1, 5, 1);
        let (mut controller, endpoint) = cluster::controller(&dir, &xml, 2, &[]);
        let worker = comes.then(|| cluster::worker(&home, &endpoint, 1));
        if comes {
            said(&controller, "has joined with 1 engine");
        }
        assert!(controller.process.signal(Signal::Interrupt));
        was_stopped_before_the_start(&controller.finish(LIMIT), &dir);
        worker.into_iter().for_each(was_called_off);
        assert_eq!(server.stop().connections.len(), 0);
    }
}

/// A process of the run's own has nothing to say about that: the run does.
#[test]
fn a_process_on_a_lifeline_is_silent_about_a_run_that_was_called_off() {
    let dir = Dir::new("silent");
    let xml = cluster::two_requests(&dir, 9, 1, 5, 1);
    let (mut controller, endpoint) = cluster::controller(&dir, &xml, 2, &[]);
    let mut process = Command::new(binary())
        .args(["worker", "--lifeline", "--join", &endpoint, "--threads", "1"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // The key of a run; this one has none and lets everybody in.
    let mut lifeline = process.stdin.take().expect("a pipe");
    lifeline.write_all(&[7; 16]).expect("written");
    said(&controller, "has joined with 1 engine");
    assert!(controller.process.signal(Signal::Interrupt));
    was_stopped_before_the_start(&controller.finish(LIMIT), &dir);
    let process = process.wait_with_output().expect("its end");
    drop(lifeline);
    assert_eq!((process.status.code(), process.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn the_word_stop_reaches_a_run_that_waits() {
    let (dir, home) = (Dir::new("waits"), Dir::new("worker"));
    let xml = cluster::two_requests(&dir, 9, 1, 5, 1);
    let report = dir.path().join("report.xml");
    let options = ["-i", "w", "--junit", report.to_str().expect("a text")];
    let (controller, endpoint) = cluster::controller(&dir, &xml, 2, &options);
    let worker = cluster::worker(&home, &endpoint, 1);
    said(&controller, "has joined with 1 engine");
    let stop = Command::new(binary()).args(["-i", "w", "stop"]).env("HOME", dir.folder("home")).output();
    assert!(stop.expect("the binary runs").status.success());
    was_stopped_before_the_start(&controller.finish(LIMIT), &dir);
    was_called_off(worker);
    let report = fs::read_to_string(&report).expect("a report");
    assert!(report.contains("stopped before the start"), "{report}");
}

#[test]
fn a_folder_that_cannot_be_made_sends_the_workers_home() {
    let (dir, homes) = (Dir::new("nofolder"), [Dir::new("worker"), Dir::new("worker")]);
    let server = Server::start(Script::new());
    let xml = cluster::two_requests(&dir, server.port(), 1, 5, 1);
    let below = dir.file("file", "").join("log");
    let (controller, endpoint) = cluster::controller(&dir, &xml, 2, &["-l", below.to_str().expect("a text")]);
    let workers = [0, 1].map(|n: usize| cluster::worker(&homes[n], &endpoint, 1));
    let run = controller.finish(LIMIT);
    assert_eq!((run.end, run.folder), (End::Code(77), None), "{}", run.stderr);
    assert!(run.stderr.contains("Error while creating log directory in "), "{}", run.stderr);
    workers.into_iter().for_each(was_called_off);
    assert_eq!(server.stop().connections.len(), 0);
}

#[test]
fn a_worker_that_is_interrupted_before_the_start_is_replaced() {
    let (dir, homes) = (Dir::new("leaves"), [Dir::new("worker"), Dir::new("worker"), Dir::new("worker")]);
    let server = Server::start(Script::new());
    let xml = cluster::two_requests(&dir, server.port(), 1, 20, 1);
    let (controller, endpoint) = cluster::controller(&dir, &xml, 2, &["-w0"]);
    let mut first = cluster::worker(&homes[0], &endpoint, 1);
    said(&controller, "has joined with 1 engine");
    said(&first, "joined a run");
    assert!(first.process.signal(Signal::Interrupt));
    let first = first.finish(LIMIT);
    assert_eq!(first.end, End::Code(0), "{}", first.stderr);
    assert!(first.stderr.ends_with(": stopped before the start\n"), "{}", first.stderr);
    said(&controller, "has left, waiting for another");
    let workers = [1, 2].map(|n: usize| cluster::worker(&homes[n], &endpoint, 1));
    let run = controller.finish(LIMIT);
    let log = TsungLog::read(run.folder());
    assert_eq!((log.total("users_count"), log.total("finish_users_count")), (20, 20));
    assert!(!json::finding_codes(run.folder()).contains(&"worker_lost".to_owned()));
    for worker in workers {
        let worker = worker.finish(LIMIT);
        assert_eq!(worker.end, End::Code(0), "{}", worker.stderr);
    }
}

#[test]
fn an_interrupted_run_of_workers_ends_in_order() {
    let (dir, homes) = (Dir::new("interrupted"), [Dir::new("worker"), Dir::new("worker")]);
    let server = Server::start(Script::new());
    let xml = cluster::two_requests(&dir, server.port(), 60, 50, 1);
    let (mut controller, endpoint) = cluster::controller(&dir, &xml, 2, &["-w0"]);
    let workers = [0, 1].map(|n: usize| cluster::worker(&homes[n], &endpoint, 1));
    assert!(server.wait_for(LIMIT, |connections| connections.len() >= 100), "the load has begun");
    assert!(controller.process.signal(Signal::Interrupt));
    let run = controller.finish(LIMIT);
    let folder = run.folder();
    for worker in workers {
        let worker = worker.finish(LIMIT);
        assert_eq!(worker.end, End::Code(0), "{}", worker.stderr);
        assert!(worker.stderr.ends_with(": done\n"), "{}", worker.stderr);
    }
    let (log, json) = (TsungLog::read(folder), json::read(folder));
    assert!(log.end.is_some(), "tsung.log must end with EndMonitor");
    assert_eq!(json["end"], "stopped");
    let number = |name: &str, part: &str| json[name][part].as_i64().expect("a number");
    let in_flight = json["requests_in_flight"].as_i64().expect("a number");
    let (served, completed) = (server.stop().requests().count() as i64, log.total("200"));
    assert!(
        completed <= served && served <= completed + in_flight,
        "completed {completed}, server saw {served}, in flight {in_flight}"
    );
    assert_eq!(log.count("request") as i64, completed);
    let (started, finished) = (log.total("users_count"), log.total("finish_users_count"));
    assert_eq!(started, finished + number("users", "alive"));
    assert_eq!(number("users", "started"), started);
}

/// So few descriptors that three processes have to share so many users.
const DESCRIPTORS: u32 = 210;

#[test]
fn a_process_that_ends_before_the_start_is_told_as_what_it_is() {
    let (dir, server) = (Dir::new("ends"), Server::start(Script::new()));
    let xml = cluster::two_requests(&dir, server.port(), 1, 300, 3);
    // The configuration comes by a pipe that opens only when what the program would start again has changed.
    let pipe = dir.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let program = dir.path().join("program");
    fs::copy(binary(), &program).expect("a copy of the program");
    let begin = "ulimit -n \"$0\" && cat \"$1\" | { shift; exec \"$@\"; }";
    let mut command = Command::new("sh");
    command.args(["-c", begin, &DESCRIPTORS.to_string()]).arg(&pipe).arg(&program);
    command.args(["-l"]).arg(dir.folder("log")).args(["-f", "-", "-w0", "--threads", "1", "start"]);
    let controller = parrot::launch(command, &dir, &dir.folder("home"));
    let runs = || {
        let all = cluster::children(controller.process.id());
        let exe = |pid: &u32| fs::read_link(format!("/proc/{pid}/exe")).ok();
        all.iter().any(|pid| exe(pid).as_deref() == Some(program.as_path())).then_some(())
    };
    wait_for(runs).expect("the copy runs");
    fs::remove_file(&program).expect("removed");
    // What the kernel calls a program whose file is gone.
    let stand_in = dir.file("program (deleted)", "#!/bin/sh\necho broken >&2\nexit 3\n");
    assert!(Command::new("chmod").arg("+x").arg(&stand_in).status().expect("chmod runs").success());
    fs::write(&pipe, fs::read(&xml).expect("the configuration")).expect("written");
    let run = controller.finish(Duration::from_secs(30));
    assert_eq!((run.end, run.folder), (End::Code(1), None), "{}", run.stderr);
    let expected = "error: a worker process of this run ended before the start: exit status: 3\n";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert!(!run.stderr.contains("start the others"), "{}", run.stderr);
    assert_eq!(server.stop().connections.len(), 0);
}

#[test]
fn a_process_that_is_killed_in_mid_run_is_lost_and_the_run_doubtful() {
    let (dir, server) = (Dir::new("killed"), Server::start(Script::new()));
    let xml = cluster::two_requests(&dir, server.port(), 12, 25, 20);
    let running = parrot::start_limited(DESCRIPTORS, &dir, &xml, &["-w0", "--threads", "1"]);
    assert!(server.wait_for(LIMIT, |connections| connections.len() >= 30), "the load has begun");
    let children = cluster::children(running.process.id());
    assert_eq!(children.len(), 2, "three processes share the load: {}", running.stderr());
    assert!(running.process.kill_child(children[0]));
    let run = running.finish(LIMIT);
    let codes = json::finding_codes(run.folder());
    assert!(codes.contains(&"worker_lost".to_owned()), "{codes:?}");
    assert!(run.stderr.contains("DOUBTFUL") || run.stderr.contains("INVALID"), "{}", run.stderr);
    let log = TsungLog::read(run.folder());
    assert!(log.end.is_some() && log.total("finish_users_count") >= 100, "the others went on");
    assert_eq!(children.iter().filter(|pid| Path::new(&format!("/proc/{pid}")).exists()).count(), 0);
    drop(server);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let dir = Dir::new("options");
    let xml = cluster::two_requests(&dir, 9, 1, 1, 1);
    for (options, expected) in [
        (["--threads", "1", "--listen", "tcp://127.0.0.1:0"].as_slice(), "the workers make the load"),
        (&["--join", "tcp://127.0.0.1:5"], "only a worker joins a run"),
        (&["--lifeline"], "only a worker has one"),
        (&["--workers-timeout", "1"], "give --listen"),
    ] {
        let run = parrot::run(&dir, &xml, options, LIMIT);
        assert_eq!((run.end, run.folder), (End::Code(2), None), "{options:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{options:?}: {}", run.stderr);
    }
}
