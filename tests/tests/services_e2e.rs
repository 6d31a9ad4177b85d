//! What all users of a run share, with more users than a comparison with Tsung can have.

use std::collections::BTreeMap;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::TsungLog;
use tests::parrot::{self, Run};
use tests::server::{Recording, Script, Server, ok};

const LIMIT: Duration = Duration::from_secs(60);

/// A run of one session by so many users within a second.
fn run(name: &str, users: u32, options: &str, steps: &str, script: Script) -> (Run, Recording, Dir) {
    let dir = Dir::new(name);
    let rows: String = (0..7).map(|n| format!("row{n}\n")).collect();
    let data = dir.file("rows.csv", rows);
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<tsung><clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\
         <servers><server host=\"127.0.0.1\" port=\"@PORT@\" type=\"tcp\"/></servers>\
         <load><arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users arrivalrate=\"{users}\" unit=\"second\"/>\
         </arrivalphase></load><options><option name=\"file_server\" id=\"rows\" value=\"{}\"/>{options}</options>\
         <sessions><session name=\"s\" probability=\"100\" type=\"ts_http\">{steps}</session></sessions></tsung>",
        data.display()
    );
    let server = Server::start(script);
    let path = Fixture::text(name, &xml).with_ports(&[server.port()]).write(&dir);
    let run = parrot::run(&dir, &path, &[], LIMIT);
    (run, server.stop(), dir)
}

#[test]
fn rows_read_in_loops_are_given_out_once_and_evenly() {
    let steps = "<for var=\"i\" from=\"1\" to=\"5\">\
        <setdynvars sourcetype=\"file\" fileid=\"rows\" order=\"iter\"><var name=\"row\"/></setdynvars>\
        <request subst=\"true\"><http url=\"/%%_row%%\"/></request></for>";
    let (run, recording, _dir) = run("loops", 60, "", steps, Script::new());
    let mut counts = BTreeMap::<String, usize>::new();
    recording.paths().into_iter().for_each(|path| *counts.entry(path).or_default() += 1);
    // 300 reads of 7 rows: 6 rows are read once more than the others.
    let mut times: Vec<usize> = counts.values().copied().collect();
    times.sort_unstable();
    assert_eq!(times, [42, 43, 43, 43, 43, 43, 43], "{counts:?}");
    assert_eq!(TsungLog::read(run.folder()).total("finish_users_count"), 60);
}

#[test]
fn the_barrier_opens_for_each_group() {
    let options = "<option name=\"global_number\" value=\"10\"/>";
    let steps = "<request><http url=\"/before\"/></request><thinktime value=\"wait_global\"/>\
        <request><http url=\"/after\"/></request>";
    let (run, recording, _dir) = run("groups", 50, options, steps, Script::new());
    let times = |path: &str| {
        let mut times: Vec<Duration> =
            recording.requests().filter(|request| request.path() == path).map(|request| request.at).collect();
        times.sort_unstable();
        times
    };
    let (before, after) = (times("/before"), times("/after"));
    assert_eq!((before.len(), after.len()), (50, 50));
    for (number, at) in after.iter().enumerate() {
        let came = before.iter().filter(|time| *time <= at).count();
        assert!(came >= (number / 10 + 1) * 10, "{came} users had come before number {number} went on");
    }
    assert_eq!(TsungLog::read(run.folder()).total("finish_users_count"), 50);
}

#[test]
fn a_scenario_ends_the_run() {
    let steps = "<request><http url=\"/\"/></request><thinktime value=\"2\"/><abort type=\"all\"/>";
    let (run, recording, _dir) = run("abort", 20, "", steps, Script::new());
    let json = json::read(run.folder());
    assert_eq!((json["end"].as_str(), recording.requests().count()), (Some("aborted"), 20));
    assert!(run.stderr.contains("ended by its scenario"), "{}", run.stderr);
    let log = TsungLog::read(run.folder());
    assert_eq!((log.total("error_abort"), log.total("users_count"), log.last().users.0), (1, 20, 20));
}

#[test]
fn large_responses_become_files() {
    let body = "x".repeat(3_000_000);
    let steps = "<request><match do=\"dump\">x$</match><http url=\"/big\"/></request>";
    let (run, _, _dir) = run("dumps", 8, "", steps, Script::new().path("/big", ok(&body)));
    for (user, entry) in (1..=8).map(|user| (user, format!("match-{user}-1-1-"))) {
        let mut files = std::fs::read_dir(run.folder()).expect("the run's folder");
        let file = files
            .find_map(|file| {
                let file = file.expect("an entry");
                file.file_name().to_string_lossy().starts_with(&entry).then(|| file.path())
            })
            .unwrap_or_else(|| panic!("no dump of user {user}"));
        let text = std::fs::read(file).expect("a dump");
        assert!(text.starts_with(b"HTTP/1.1 200 OK\r\n") && text.ends_with(body.as_bytes()));
    }
    assert_eq!(json::read(run.folder())["own_counters"]["record_dropped"], serde_json::Value::Null);
}
