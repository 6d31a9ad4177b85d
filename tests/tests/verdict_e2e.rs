//! The verdict on runs whose generator is starved, and on one that is left alone; the rules under which runs fail.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails and says why")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::{TsungLog, controller_log};
use tests::parrot::{self, Run};
use tests::process::{End, Process, Signal};
use tests::server::{Script, Server};

const LIMIT: Duration = Duration::from_secs(60);

/// Users that come at a rate for some seconds; each makes some requests with a pause of some seconds after each.
fn config(port: u16, [secs, rate, requests, pause]: [&str; 4]) -> Fixture {
    let xml = r#"<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "tsung-1.0.dtd">
<tsung loglevel="notice" version="1.0">
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="127.0.0.1" port="@PORT@" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="@SECS@" unit="second"><users arrivalrate="@RATE@" unit="second"/></arrivalphase></load>
  <sessions>
    <session name="s" probability="100" type="ts_http">
      <transaction name="all">
      <for var="i" from="1" to="@REQUESTS@">
      <request><http url="/a"/></request>
      <thinktime value="@PAUSE@"/>
      </for>
      </transaction>
    </session>
  </sessions>
</tsung>"#;
    let places = [("@SECS@", secs), ("@RATE@", rate), ("@REQUESTS@", requests), ("@PAUSE@", pause)];
    let fixture = Fixture::text("load", xml).with_ports(&[port]);
    places.into_iter().fold(fixture, |fixture, (place, value)| fixture.with(place, &value))
}

/// One at a time, where all tests of this file share a process.
fn in_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn grade(books: &Value) -> &str {
    books["verdict"]["grade"].as_str().expect("a grade")
}

/// The figure of a reason, if the verdict has it.
fn figure(books: &Value, code: &str) -> Option<f64> {
    let findings = books["verdict"]["findings"].as_array().expect("findings");
    findings.iter().find(|finding| finding["code"] == code).and_then(|finding| finding["figure"].as_f64())
}

/// Tests that need the machine for themselves, or leave nothing of it to others.
mod alone {
    use super::*;

    /// The first core that this process may use.
    fn core() -> String {
        let status = fs::read_to_string("/proc/self/status").expect("the state of this process");
        let line = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        line.expect("a list of cores").trim().split([',', '-']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_quiet_run_is_valid() {
        let _turn = in_turn();
        // A machine that is shared with others may be disturbed by them, but not three times.
        let mut last = String::new();
        for _ in 0..3 {
            let dir = Dir::new("quiet");
            let server = Server::start(Script::new());
            let xml = config(server.port(), ["3", "20", "5", "0.1"]).write(&dir);
            let run = parrot::run(&dir, &xml, &["--fail-if", "doubtful"], LIMIT);
            if run.end == End::Code(0) {
                let books = json::read(run.folder());
                assert_eq!(grade(&books), "valid", "{books}");
                assert_eq!(books["verdict"]["findings"].as_array().map(Vec::len), Some(0));
                assert!(run.stderr.contains("\nVerdict VALID: "), "{}", run.stderr);
                let log = controller_log(run.folder());
                assert!(log.contains("verdict VALID") && !log.contains("the run becomes"), "{log}");
                return;
            }
            last = run.stderr;
        }
        panic!("three runs were disturbed\n{last}");
    }

    #[test]
    fn a_stopped_generator_stood_still() {
        let _turn = in_turn();
        let dir = Dir::new("stopped");
        let server = Server::start(Script::new());
        let xml = config(server.port(), ["6", "20", "5", "0.1"]).write(&dir);
        let mut running = parrot::start(&dir, &xml, &[]);
        assert!(server.wait_for(LIMIT, |connections| connections.len() >= 30), "the run does not start");
        assert!(running.process.signal(Signal::Stop));
        thread::sleep(Duration::from_secs(2));
        assert!(running.process.signal(Signal::Continue));
        let run = running.finish(LIMIT);
        let books = json::read(run.folder());
        let stall = figure(&books, "loop_stall").unwrap_or_else(|| panic!("{books}"));
        assert!((1_900.0..6_000.0).contains(&stall), "{stall} ms");
        // A third of the users were due meanwhile.
        assert!(figure(&books, "start_lag").is_some_and(|lag| lag > 100.0), "{books}");
        assert_eq!(grade(&books), "invalid");
        assert_eq!(figure(&books, "accounting"), None, "to stand still loses nobody");
        assert!(run.stderr.contains("\nVerdict INVALID: ") && run.stderr.contains(" stood still for"));
        let log = controller_log(run.folder());
        let (live, end) = log.split_once("the run completed").expect("the end in the log");
        // Either engine, whichever was due first.
        let noticed =
            (0..2).any(|n| live.contains(&format!("the run becomes DOUBTFUL: engine {n} stood still")));
        assert!(noticed, "{log}");
        assert!(end.contains("verdict INVALID"), "{log}");
    }

    /// Runs on one core, together with so many programs that never sleep.
    fn beside(neighbours: usize) -> Value {
        let dir = Dir::new("beside");
        let server = Server::start(Script::new());
        let core = core();
        let spin = |index: usize| {
            let mut command = Command::new("taskset");
            command.args(["-c", &core, "sh", "-c", "while :; do :; done"]);
            Process::start(command, &dir.folder(&format!("neighbour-{index}")))
        };
        let xml = config(server.port(), ["2", "120", "60", "0.04"]).write(&dir);
        let neighbours: Vec<Process> = (0..neighbours).map(spin).collect();
        let run =
            parrot::start_under(&["taskset", "-c", &core], &dir, &xml, &["--threads", "1"]).finish(LIMIT);
        drop(neighbours);
        json::read(run.folder())
    }

    #[test]
    fn a_busy_neighbour_leaves_no_time() {
        let _turn = in_turn();
        // Others may disturb it, but not three times.
        let quiet = (0..3).any(|_| figure(&beside(0), "engine_busy").is_none());
        assert!(quiet, "this load is too much even without a neighbour");
        let crowded = beside(25);
        let busy = figure(&crowded, "engine_busy").unwrap_or_else(|| panic!("{crowded}"));
        assert!((80.0..=100.0).contains(&busy), "{crowded}");
    }

    #[test]
    fn descriptors_that_run_out_make_a_run_invalid() {
        let _turn = in_turn();
        let dir = Dir::new("descriptors");
        let server = Server::start(Script::new());
        let xml = config(server.port(), ["1", "60", "1", "2"]).write(&dir);
        let limited = ["sh", "-c", "ulimit -n 40; exec \"$@\"", "sh"];
        let run = parrot::start_under(&limited, &dir, &xml, &["--fail-if", "invalid"]).finish(LIMIT);
        let books = json::read(run.folder_of(End::Code(99)));
        let connects = figure(&books, "descriptors_exhausted").unwrap_or_else(|| panic!("{books}"));
        assert_eq!(books["counters"]["error_connect_emfile"].as_f64(), Some(connects));
        assert!(connects >= 20.0, "{connects}");
        assert_eq!((grade(&books), figure(&books, "ports_exhausted")), ("invalid", None));
    }

    #[test]
    fn ports_that_run_out_make_a_run_invalid() {
        const INSIDE: &str = "PARROT_TEST_IN_NAMESPACE";
        if std::env::var_os(INSIDE).is_some() {
            with_few_ports();
            return;
        }
        // A network of its own, where ports may be few: this test once more, inside of it.
        let _turn = in_turn();
        let prepare =
            "ip link set lo up && echo '40000 40020' > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\"";
        let own = std::env::current_exe().expect("the path of this test");
        let output = Command::new("unshare")
            .args(["--net", "--map-root-user", "sh", "-c", prepare, "sh"])
            .arg(own)
            .args(["--exact", "alone::ports_that_run_out_make_a_run_invalid", "--nocapture"])
            .env(INSIDE, "1")
            .output()
            .expect("unshare runs");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    }

    fn with_few_ports() {
        let dir = Dir::new("ports");
        let server = Server::start(Script::new());
        let xml = config(server.port(), ["1", "60", "1", "2"]).write(&dir);
        let run = parrot::run(&dir, &xml, &[], LIMIT);
        // The server needs a port to stop.
        fs::write("/proc/sys/net/ipv4/ip_local_port_range", "30000 60000").expect("ports for all");
        let books = json::read(run.folder());
        let connects = figure(&books, "ports_exhausted").unwrap_or_else(|| panic!("{books}"));
        assert_eq!(books["counters"]["error_connect_eaddrnotavail"].as_f64(), Some(connects));
        assert!(connects >= 20.0, "{connects}");
        assert_eq!((grade(&books), figure(&books, "descriptors_exhausted")), ("invalid", None));
    }
}

/// A short run with these options more.
fn short_run(dir: &Dir, more: &[&str]) -> Run {
    let server = Server::start(Script::new());
    let xml = config(server.port(), ["1", "10", "2", "0.05"]).write(dir);
    parrot::run(dir, &xml, more, LIMIT)
}

/// What became of each rule, as run.json has it.
fn thresholds(folder: &Path) -> Vec<Value> {
    json::read(folder)["thresholds"].as_array().expect("thresholds").clone()
}

#[test]
fn rules_that_hold_fail_the_run() {
    let _turn = in_turn();
    let dir = Dir::new("rules");
    let rules = [
        ("p99(request) > 30s", true),
        ("max(tr_all) < 1us", true),
        ("count(request) < 20", true),
        ("errors > 0", true),
        ("errors(200) > 19", false),
        ("min(tr_all) >= 100ms", false),
        ("mean(page) > 0us", false),
        ("errors(error_connect_econnrefused) > 0%", true),
        ("p50(tr_all) > 1us in any window", false),
    ];
    let options: Vec<&str> = rules.iter().flat_map(|(rule, _)| ["--fail-if", rule]).collect();
    let run = short_run(&dir, &options);
    let folder = run.folder_of(End::Code(99));
    let results = thresholds(folder);
    assert_eq!(results.len(), rules.len());
    for ((rule, passed), result) in rules.iter().zip(&results) {
        assert_eq!(
            (result["rule"].as_str(), result["passed"].as_bool()),
            (Some(*rule), Some(*passed)),
            "{result}"
        );
        assert!(
            run.stderr.contains(&format!("{} {rule}: ", if *passed { "passed:" } else { "FAILED:" })),
            "{rule}"
        );
    }
    assert_eq!(results[4]["figure"].as_f64(), Some(20.0));
    assert!(run.stderr.contains("4 of 9 --fail-if rules failed"), "{}", run.stderr);
    assert!(TsungLog::read(folder).end.is_some(), "all files are written first");
    let last = run.stdout.lines().next_back().unwrap_or_default();
    assert!(last.starts_with("Log directory is: "), "{last}");
    assert!(controller_log(folder).contains("--fail-if FAILED: errors(200) > 19: 20"));
}

#[test]
fn rules_that_do_not_hold_pass_the_run() {
    let _turn = in_turn();
    let dir = Dir::new("pass");
    let run = short_run(&dir, &["--fail-if", "errors > 0", "--fail-if", "count(session) < 10"]);
    assert!(thresholds(run.folder()).iter().all(|result| result["passed"] == true));
}

#[test]
fn one_window_is_enough_for_a_rule_about_windows() {
    let _turn = in_turn();
    let dir = Dir::new("windows");
    let server = Server::start(Script::new());
    let xml = config(server.port(), ["10", "10", "1", "0.01"]).write(&dir);
    // The last second is a window of its own.
    let rules = ["--fail-if", "count(request) < 50 in any window", "--fail-if", "count(request) < 100"];
    let run = parrot::run(&dir, &xml, &rules, LIMIT);
    let folder = run.folder_of(End::Code(99));
    let results = thresholds(folder);
    assert_eq!((&results[0]["passed"], &results[1]["passed"]), (&false.into(), &true.into()), "{results:?}");
    assert_eq!(results[0]["windows_failed"], 1);
    let end = results[0]["window_end_secs"].as_f64().expect("the end of a window");
    assert!(end > 10.0, "{end}");
}

#[test]
fn a_rule_that_measured_nothing_fails() {
    let _turn = in_turn();
    let dir = Dir::new("nothing");
    // Nobody listens there.
    let refused = tests::server::Refused::new();
    let xml = config(refused.port(), ["1", "5", "1", "0.01"])
        .with("<sessions>", &r#"<options><option name="max_retries" value="0"/></options><sessions>"#)
        .write(&dir);
    let rules =
        ["--fail-if", "p99(service) > 1s", "--fail-if", "errors > 99%", "--fail-if", "p99(request) > 30s"];
    let run = parrot::run(&dir, &xml, &rules, LIMIT);
    let results = thresholds(run.folder_of(End::Code(99)));
    assert_eq!((&results[0]["passed"], &results[0]["figure"]), (&false.into(), &Value::Null));
    // Requests that failed are requests.
    assert_eq!(results[1]["passed"], false, "{results:?}");
    assert_eq!(results[2]["passed"], true, "{results:?}");
    assert!(run.stderr.contains("p99(service) > 1s: no values"), "{}", run.stderr);
}

#[test]
fn a_bad_rule_is_refused_before_anything_is_made() {
    let _turn = in_turn();
    for (rule, mark, help) in [
        ("p99(tr_al) > 1s", "        ^^^^^\n", "did you mean tr_all?"),
        ("errors(error_conect_timeout) > 1", "           ^^^", "did you mean error_connect_timeout?"),
        ("p99(request) > 300", "                      ^\n", "one of us ms s"),
        ("invalid in any window", "            ^^\n", "nothing"),
    ] {
        let dir = Dir::new("bad");
        let run = short_run(&dir, &["--fail-if", rule, "--junit", "report.xml"]);
        assert_eq!(run.end, End::Code(2), "{}", run.stderr);
        assert!(run.stderr.contains(rule) && run.stderr.contains(mark), "{}", run.stderr);
        assert!(run.stderr.contains(help), "{}", run.stderr);
        assert!(
            run.stdout.is_empty()
                && !dir.path().join("log/").read_dir().is_ok_and(|mut d| d.next().is_some())
        );
        assert!(!dir.path().join("cwd/report.xml").exists());
    }
}

/// Name, and the element inside, of each case of a report.
fn cases(path: &Path) -> Vec<(String, Option<(String, String)>)> {
    let text = fs::read_to_string(path).expect("a report");
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    let number = |name: &str| suite.attribute(name).and_then(|value| value.parse::<usize>().ok());
    assert_eq!(number("tests"), Some(cases.len()));
    for (name, tag) in [("failures", "failure"), ("errors", "error")] {
        let found = suite.descendants().filter(|node| node.has_tag_name(tag)).count();
        assert_eq!(number(name), Some(found), "{text}");
    }
    let inside = |case: &roxmltree::Node<'_, '_>| {
        let element = case.first_element_child()?;
        let message = element.attribute("message").or_else(|| element.text()).unwrap_or_default();
        Some((element.tag_name().name().to_owned(), message.to_owned()))
    };
    cases.iter().map(|case| (case.attribute("name").unwrap_or_default().to_owned(), inside(case))).collect()
}

#[test]
fn the_report_has_a_case_for_each_rule() {
    let _turn = in_turn();
    let dir = Dir::new("junit");
    let rules = ["--fail-if", "errors > 0", "--fail-if", "count(request) > 19", "--junit", "report.xml"];
    let run = short_run(&dir, &rules);
    let books = json::read(run.folder_of(End::Code(99)));
    let cases = cases(&dir.path().join("cwd/report.xml"));
    let names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["verdict", "errors > 0", "count(request) > 19"]);
    let tag = |index: usize| cases[index].1.as_ref().map(|(tag, _)| tag.as_str());
    assert_eq!(tag(0) == Some("failure"), grade(&books) == "invalid", "{cases:?}");
    assert_eq!((tag(1), tag(2)), (Some("system-out"), Some("failure")));
    assert_eq!(cases[2].1.as_ref().map(|(_, text)| text.as_str()), Some("count(request) > 19: 20"));
}

#[test]
fn a_report_that_cannot_be_written_is_found_out_first() {
    let _turn = in_turn();
    let dir = Dir::new("nowhere");
    let run = short_run(&dir, &["--junit", "no/such/folder/report.xml"]);
    assert_eq!((run.end, run.folder), (End::Code(1), None));
    assert!(run.stderr.contains("no/such/folder/report.xml: no such file or directory"), "{}", run.stderr);
    assert_eq!(dir.folder("log").read_dir().expect("the log folder").count(), 0);
}

#[test]
fn a_run_that_breaks_off_is_an_error_in_the_report() {
    let _turn = in_turn();
    // Somewhere between too few descriptors for the files and enough for all, there are too few for an engine.
    for descriptors in 8..20 {
        let dir = Dir::new("broken");
        let server = Server::start(Script::new());
        let xml = config(server.port(), ["1", "1", "1", "0.01"]).write(&dir);
        let limited = ["sh", "-c", &format!("ulimit -n {descriptors}; exec \"$@\""), "sh"];
        let rules = ["--fail-if", "invalid", "--junit", "report.xml"];
        let run = parrot::start_under(&limited, &dir, &xml, &rules).finish(LIMIT);
        let report = dir.path().join("cwd/report.xml");
        // Without descriptors for its socket a run ends before it may touch the report.
        if run.stderr.contains("error: cannot ") && report.exists() {
            assert_eq!(run.end, End::Code(1));
            let cases = cases(&report);
            let [(name, Some((tag, text)))] = cases.as_slice() else { panic!("{cases:?}") };
            assert_eq!((name.as_str(), tag.as_str()), ("verdict", "error"));
            assert!(text.starts_with("cannot ") && run.stderr.contains(text), "{text}\n{}", run.stderr);
            return;
        }
    }
    panic!("no engine failed for want of descriptors");
}
