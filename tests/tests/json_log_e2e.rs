//! `backend="json"`: tsung.log is a JSON document while a run goes on, and after whatever end it finds.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails and says why")]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json_log;
use tests::log::TsungLog;
use tests::parrot::{self, Running};
use tests::process::{End, Signal};
use tests::server::{Script, Server};

const LIMIT: Duration = Duration::from_secs(60);

struct Site {
    dir: Dir,
    server: Server,
    xml: PathBuf,
}

impl Site {
    /// A fixture whose statistics are to be JSON.
    fn new(fixture: &str) -> Self {
        let dir = Dir::new("json");
        let server = Server::start(Script::new());
        let json = Fixture::read(fixture).with("<tsung ", &"<tsung backend=\"json\" ");
        let xml = json.with_ports(&[server.port()]).write(&dir);
        Self { dir, server, xml }
    }

    fn start(&self, more: &[&str]) -> Running {
        parrot::start(&self.dir, &self.xml, more)
    }

    fn wait_for_requests(&self, requests: usize) {
        let seen = self.server.wait_for(LIMIT, |connections| {
            connections.iter().map(|connection| connection.requests.len()).sum::<usize>() >= requests
        });
        assert!(seen, "the run sent too few requests");
    }

    /// What the run has written when it is over, however it ended.
    fn ended(&self, running: Running, end: End) -> TsungLog {
        let run = running.finish(LIMIT);
        read(run.folder_of(end))
    }
}

fn read(folder: &Path) -> TsungLog {
    json_log::parse(&fs::read_to_string(folder.join("tsung.log")).expect("a tsung.log"))
}

/// A beginning without anything, and the last window.
fn is_whole(log: &TsungLog) {
    assert!(log.dumps.len() >= 2, "{log:?}");
    assert!(log.dumps[0].counters.is_empty() && log.dumps[0].samples.is_empty(), "{log:?}");
    assert!(log.total("200") > 0 && log.count("request") > 0, "{log:?}");
}

#[test]
fn endings_by_signals_and_rules() {
    for signal in [Signal::Interrupt, Signal::Terminate] {
        let site = Site::new("endless");
        let mut running = site.start(&[]);
        site.wait_for_requests(50);
        assert!(running.process.signal(signal));
        is_whole(&site.ended(running, End::Code(0)));
    }
    let site = Site::new("abort-test");
    let log = site.ended(site.start(&["--fail-if", "count(request) > 0"]), End::Code(99));
    is_whole(&log);
    assert_eq!(log.total("error_abort"), 1, "a match ended this one");
}

#[test]
fn on_standard_output_it_is_whole_in_the_end() {
    let site = Site::new("abort-session");
    let run = site.start(&["-m", "-"]).finish(LIMIT);
    let (before, document) = run.stdout.split_once('{').expect("a document");
    assert!(before.ends_with('\n'), "{before}");
    is_whole(&json_log::parse(&format!("{{{document}")));
    assert!(!run.folder().join("tsung.log").exists());
}

/// At any time between the first line on standard output and SIGKILL, which comes after a window.
#[test]
fn a_document_while_the_run_goes_on() {
    let site = Site::new("endless");
    let mut running = site.start(&[]);
    let began = Instant::now();
    let folder = loop {
        let told = running.stdout();
        match told.lines().find_map(|line| line.strip_prefix("Log directory is: ")) {
            Some(folder) if told.ends_with('\n') => break PathBuf::from(folder),
            _ => assert!(began.elapsed() < LIMIT, "no run folder: {told}"),
        }
    };
    let mut looks = 0;
    loop {
        let log = read(&folder);
        looks += 1;
        if log.dumps.len() >= 2 {
            break;
        }
        assert!(began.elapsed() < LIMIT, "no window after {:?}", began.elapsed());
        thread::sleep(Duration::from_millis(5));
    }
    assert!(looks > 100, "{looks} looks");
    assert!(running.process.signal(Signal::Kill));
    is_whole(&site.ended(running, End::Signal(9)));
}
