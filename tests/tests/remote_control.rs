//! `status`, `stop` and `-k`: runs that are asked and ended from outside, several of them on one host.
#![expect(clippy::expect_used, reason = "what cannot be read or started fails the test and says why")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tests::binary::binary;
use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::TsungLog;
use tests::parrot::{self, Running};
use tests::process::{End, Signal};
use tests::server::{Script, Server};

const LIMIT: Duration = Duration::from_secs(60);

const SHORT: &str = r#"<?xml version="1.0"?>
<tsung loglevel="notice">
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="127.0.0.1" port="@PORT@" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="1" unit="second"><users arrivalrate="3" unit="second"/></arrivalphase></load>
  <sessions>
    <session name="one" probability="100" type="ts_http">
      <request><http url="/a" method="GET" version="1.1"/></request>
    </session>
  </sessions>
</tsung>
"#;

/// A site, users for it, and a home for the runs.
struct Place {
    dir: Dir,
    home: PathBuf,
    endless: PathBuf,
    short: PathBuf,
    _server: Server,
}

impl Place {
    fn new(name: &str) -> Self {
        let (dir, server) = (Dir::new(name), Server::start(Script::new()));
        let endless = Fixture::read("endless").with_ports(&[server.port()]).write(&dir);
        let short = Fixture::text("short", SHORT).with_ports(&[server.port()]).write(&dir);
        Self { home: dir.folder("home"), dir, endless, short, _server: server }
    }

    /// Runs our binary with some words and waits for its end: exit code, stdout, stderr.
    fn say(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(binary());
        command.args(args).current_dir(self.dir.path()).env("HOME", &self.home);
        let Output { status, stdout, stderr } = command.output().expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (status.code(), text(stdout), text(stderr))
    }

    /// What a word prints; it says nothing beside and succeeds.
    fn answer(&self, args: &[&str]) -> String {
        let (code, out, err) = self.say(args);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}");
        out
    }

    fn run_files(&self) -> Vec<String> {
        names(&self.home.join(".tsung/run"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The number behind a label of `status`; what is around it is Tsung's to the last blank.
fn field(status: &str, before: &str, after: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(before)?.strip_suffix(after));
    let number = line.unwrap_or_else(|| panic!("no {before:?} in {status:?}"));
    number.parse().unwrap_or_else(|_| panic!("no number: {number:?}"))
}

fn users(status: &str) -> f64 {
    field(status, " Current users:           ", "")
}

/// Asks for the status until it satisfies a condition.
fn wait_for(
    place: &Place,
    args: &[&str],
    running: &mut Running,
    is_reached: impl Fn(&str) -> bool,
) -> String {
    let deadline = Instant::now() + LIMIT;
    loop {
        let status = place.answer(args);
        if is_reached(&status) {
            return status;
        }
        assert!(running.process.running(), "the run ended: {}", running.stdout());
        assert!(Instant::now() < deadline, "not reached in time: {status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn folder(running: &Running) -> PathBuf {
    let out = running.stdout();
    PathBuf::from(out.lines().find_map(|line| line.strip_prefix("Log directory is: ")).expect("a folder"))
}

#[test]
fn runs_of_one_host_are_told_apart_and_stopped_one_by_one() {
    let place = Place::new("two");
    let (dir_a, dir_b) = (Dir::new("run-a"), Dir::new("run-b"));
    let start = |dir, options: &[&str]| parrot::start_at_home(&place.home, dir, &place.endless, options);
    // With -I or without, on either side: only the name counts.
    let mut a = start(&dir_a, &["-w", "0", "-i", "a", "-I", "127.0.0.1"]);
    let mut b = start(&dir_b, &["-w", "0", "-i", "b"]);
    let busy = |status: &str| status.starts_with("Tsung is running [OK]\n") && users(status) > 0.0;
    let status = wait_for(&place, &["-i", "a", "status"], &mut a, busy);
    assert_eq!(status.lines().count(), 5, "{status}");
    assert!(field(&status, " Current request rate:    ", " req/sec") > 0.0, "{status}");
    assert!(field(&status, " Current connected users: ", " ") > 0.0, "{status}");
    assert!(status.ends_with("\n Current phase:           1\n"), "{status}");
    wait_for(&place, &["status", "-i", "b", "-I", "127.0.0.1"], &mut b, busy);
    assert_eq!(place.answer(&["status"]), "Tsung is not started\n", "a run without a name is another one");

    let run = place.home.join(".tsung/run");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&run), mode(&run.join("a.sock"))), (0o700, 0o600));
    // Whoever says nothing holds up others for a second at most.
    let mute = UnixStream::connect(run.join("a.sock")).expect("a connection");

    // The same name again.
    let dir_c = Dir::new("run-c");
    let report = dir_c.path().join("report.xml");
    fs::write(&report, "of the run before").expect("it is written");
    let options = ["-w", "0", "-i", "a", "--junit", report.to_str().expect("a text")];
    let refused = parrot::start_at_home(&place.home, &dir_c, &place.endless, &options).finish(LIMIT);
    assert_eq!(refused.end, End::Code(1), "{}", refused.stderr);
    let expected = format!(
        "error: a run called 'a' is already going on: process {}, log directory {}\n  help: give this one another name with -i",
        a.process.id(),
        folder(&a).display()
    );
    assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
    assert!(names(&dir_c.folder("log")).is_empty() && refused.stdout.is_empty(), "{}", refused.stdout);
    assert_eq!(fs::read_to_string(&report).expect("it is there"), "of the run before");

    assert_eq!(place.answer(&["-i", "a", "stop"]), "");
    assert_eq!(place.answer(&["-i", "a", "status"]), "Tsung is not started\n");
    assert_eq!(place.run_files(), ["b.lock", "b.sock"]);
    drop(mute);
    check_books(a, &dir_a);
    assert!(b.process.running(), "the other one goes on");
    let requests = |running: &Running| TsungLog::read(&folder(running)).count("request");
    assert!(busy(&place.answer(&["-i", "b", "status"])));
    assert_eq!(place.answer(&["-i", "b", "stop"]), "");
    assert!(requests(&b) > 0);
    check_books(b, &dir_b);
    assert!(names(&place.home.join(".tsung")).is_empty(), "nothing is left");
}

/// The run that was stopped has ended by then, has written all, and its figures add up.
fn check_books(mut running: Running, dir: &Dir) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while running.process.running() {
        assert!(Instant::now() < deadline, "stop returned before the run had ended");
        std::thread::yield_now();
    }
    let run = running.finish(LIMIT);
    let log = TsungLog::read(run.folder());
    assert!(log.end.is_some(), "tsung.log ends with EndMonitor");
    let books = json::read(run.folder());
    assert_eq!(books["end"], "stopped");
    let alive = books["users"]["alive"].as_i64().expect("a number");
    assert_eq!(log.total("users_count"), log.total("finish_users_count") + alive);
    assert_eq!(log.count("request") as i64, log.total("200"));
    assert_eq!(names(&dir.folder("log")).len(), 1, "nothing but the run folder");
}

#[test]
fn a_killed_run_stands_in_nobodys_way() {
    let place = Place::new("killed");
    let (dir, again) = (Dir::new("dead"), Dir::new("again"));
    let mut dead = parrot::start_at_home(&place.home, &dir, &place.endless, &["-w", "0"]);
    wait_for(&place, &["status"], &mut dead, |status| status.starts_with("Tsung is running"));
    assert!(dead.process.signal(Signal::Kill));
    assert_eq!(dead.finish(LIMIT).end, End::Signal(9));
    assert_eq!(place.run_files().len(), 2, "it could not clean up");
    assert_eq!(place.answer(&["status"]), "Tsung is not started\n");
    assert_eq!(place.answer(&["stop"]), format!("\"Tsung is not running on {}\"\n", parrot::host()));
    let run = parrot::start_at_home(&place.home, &again, &place.short, &["-w", "0"]).finish(LIMIT);
    assert_eq!(json::read(run.folder())["end"], "completed");
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    assert!(names(&place.home.join(".tsung")).is_empty(), "nothing is left");
}

#[test]
fn a_kept_run_stays_until_it_is_stopped() {
    const KEPT: &str = "\nAll slaves have stopped; keep controller and web dashboard alive. \n\
                        Hit CTRL-C or click Stop on the dashboard to stop.\n";
    type Stop = fn(&Place, &mut Running);
    let stop: Stop = |place, _| assert_eq!(place.answer(&["stop"]), "");
    let interrupt: Stop = |_, running| assert!(running.process.signal(Signal::Interrupt));
    for stop in [stop, interrupt] {
        let (place, dir) = (Place::new("kept"), Dir::new("kept-run"));
        let mut running = parrot::start_at_home(&place.home, &dir, &place.short, &["-w", "0", "-k"]);
        let ended =
            |status: &str| status.ends_with("last, waiting for pending clients\n") && users(status) == 0.0;
        wait_for(&place, &["status"], &mut running, ended);
        while !running.stdout().ends_with(KEPT) {
            assert!(running.process.running() && running.process.age() < LIMIT, "{}", running.stdout());
            std::thread::sleep(Duration::from_millis(5));
        }
        let folder = folder(&running);
        assert!(TsungLog::read(&folder).end.is_some(), "the files are complete");
        assert_eq!(json::read(&folder)["end"], "completed");
        let expected = "Tsung is running [OK]\n Current request rate:    0.00 req/sec\n \
                        Current users:           0\n Current connected users: 0 \n \
                        Current phase:           last, waiting for pending clients\n";
        assert_eq!(place.answer(&["status"]), expected);
        assert!(running.process.running());
        stop(&place, &mut running);
        assert_eq!(running.finish(LIMIT).end, End::Code(0));
        assert!(names(&place.home.join(".tsung")).is_empty(), "nothing is left");
    }
}

#[test]
fn who_stops_a_run_does_not_keep_it() {
    let (place, dir) = (Place::new("not-kept"), Dir::new("not-kept-run"));
    let mut running = parrot::start_at_home(&place.home, &dir, &place.endless, &["-w", "0", "-k"]);
    // Before that it would have been called off.
    while !running.stdout().contains("Log directory is: ") {
        assert!(running.process.running() && running.process.age() < LIMIT, "{}", running.stdout());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(place.answer(&["stop"]), "");
    let run = running.finish(LIMIT);
    assert_eq!(json::read(run.folder())["end"], "stopped");
    assert!(!run.stdout.contains("All slaves"), "{}", run.stdout);
}

#[test]
fn without_a_run_there_is_nothing_to_ask_or_to_stop() {
    let place = Place::new("nothing");
    for args in [&["status"] as &[&str], &["-n", "-i", "x", "status"]] {
        assert_eq!(place.answer(args), "Tsung is not started\n");
    }
    assert_eq!(place.answer(&["stop"]), format!("\"Tsung is not running on {}\"\n", parrot::host()));
    assert!(names(&place.home).is_empty(), "nothing is made");
}

#[test]
fn a_run_without_a_usable_home_goes_on_with_a_warning() {
    for home in [None, Some("/dev/null")] {
        let (place, dir) = (Place::new("homeless"), Dir::new("homeless-run"));
        let mut command = Command::new(binary());
        command.args(["-w", "0", "-l"]).arg(dir.folder("log")).arg("-f").arg(&place.short).arg("start");
        match home {
            Some(home) => command.env("HOME", home),
            None => command.env_remove("HOME"),
        };
        let output = command.output().expect("the binary runs");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{err}");
        assert!(err.contains("'status' and 'stop' cannot reach this run"), "{err}");
        let log = dir.path().join("log").join(&names(&dir.path().join("log"))[0]);
        assert!(TsungLog::read(&log).end.is_some());
    }
}
