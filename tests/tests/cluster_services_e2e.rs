//! What all users of a run share, with the users in two worker processes.

use std::collections::BTreeSet;
use std::time::Duration;

use tests::cluster;
use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::json;
use tests::log::TsungLog;
use tests::parrot::Run;
use tests::process::End;
use tests::server::{Recording, Script, Server};

const LIMIT: Duration = Duration::from_secs(110);
/// Users are dealt in blocks of 32 to two workers with an engine each, 16 to each: of so many first users both have some.
const MORE_THAN_HALF_A_BLOCK: usize = 17;
/// Rows of the data file.
const ROWS: usize = 600;

/// A run on two workers of one engine, both of which end well. `load` and `sessions` are as in a configuration.
fn run(name: &str, load: &str, options: &str, sessions: &str) -> (Run, Recording, [Dir; 3]) {
    let dirs = [Dir::new(name), Dir::new("worker"), Dir::new("worker")];
    let rows: String = (0..ROWS).map(|n| format!("row{n}\n")).collect();
    let data = dirs[0].file("rows.csv", rows);
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<tsung><clients><client host=\"localhost\" use_controller_vm=\"true\"/></clients>\
         <servers><server host=\"127.0.0.1\" port=\"@PORT@\" type=\"tcp\"/></servers><load>{load}</load>\
         <options><option name=\"file_server\" id=\"rows\" value=\"{}\"/>{options}</options>\
         <sessions>{sessions}</sessions></tsung>",
        data.display()
    );
    let server = Server::start(Script::new());
    let path = Fixture::text(name, &xml).with_ports(&[server.port()]).write(&dirs[0]);
    let (controller, endpoint) = cluster::controller(&dirs[0], &path, 2, &["-w0"]);
    let workers = [1, 2].map(|n: usize| cluster::worker(&dirs[n], &endpoint, 1));
    let run = controller.finish(LIMIT);
    for worker in workers {
        let worker = worker.finish(LIMIT);
        assert_eq!(worker.end, End::Code(0), "{}", worker.stderr);
        assert!(worker.stderr.contains("the run has started"), "{}", worker.stderr);
    }
    (run, server.stop(), dirs)
}

/// So many users within a second.
fn phase(users: u32) -> String {
    format!(
        "<arrivalphase phase=\"1\" duration=\"1\" unit=\"second\"><users arrivalrate=\"{users}\" unit=\"second\"/></arrivalphase>"
    )
}

fn session(name: &str, probability: u32, steps: &str) -> String {
    format!("<session name=\"{name}\" probability=\"{probability}\" type=\"ts_http\">{steps}</session>")
}

#[test]
fn rows_of_a_loop_are_given_out_once_over_both_workers() {
    let steps = "<for var=\"i\" from=\"1\" to=\"5\">\
        <setdynvars sourcetype=\"file\" fileid=\"rows\" order=\"iter\"><var name=\"row\"/></setdynvars>\
        <request subst=\"true\"><http url=\"/%%_row%%\"/></request></for>";
    let (run, recording, _dirs) = run("rows", &phase(60), "", &session("s", 100, steps));
    let paths = recording.paths();
    let rows: BTreeSet<&String> = paths.iter().collect();
    // 300 reads of 600 rows, and what the workers hold in stock is less than the rest.
    assert_eq!((paths.len(), rows.len()), (300, 300), "no row was read twice");
    assert_eq!(TsungLog::read(run.folder()).total("finish_users_count"), 60);
}

#[test]
fn the_barrier_holds_the_users_of_both_workers() {
    let users = 24;
    let options = format!("<option name=\"global_number\" value=\"{users}\"/>");
    let steps = "<request><http url=\"/before\"/></request><thinktime value=\"wait_global\"/>\
        <request><http url=\"/after\"/></request>";
    let (run, recording, _dirs) = run("barrier", &phase(users), &options, &session("s", 100, steps));
    assert!(users as usize >= MORE_THAN_HALF_A_BLOCK);
    let times = |path: &str| -> Vec<Duration> {
        recording.requests().filter(|request| request.path() == path).map(|request| request.at).collect()
    };
    let (before, after) = (times("/before"), times("/after"));
    assert_eq!((before.len(), after.len()), (24, 24));
    assert!(before.iter().max() < after.iter().min(), "all had come before the first went on");
    assert_eq!(TsungLog::read(run.folder()).total("finish_users_count"), 24);
}

#[test]
fn a_user_of_one_worker_ends_the_run_of_both() {
    let sessions = [
        session("stays", 100, "<request><http url=\"/\"/></request><thinktime value=\"60\"/>"),
        session("ends", 0, "<request><http url=\"/last\"/></request><abort type=\"all\"/>"),
    ];
    let load = phase(40) + "<user session=\"ends\" start_time=\"2\" unit=\"second\"/>";
    let (run, recording, _dirs) = run("abort", &load, "", &sessions.concat());
    let log = TsungLog::read(run.folder());
    assert_eq!(json::read(run.folder())["end"], "aborted");
    assert_eq!((log.total("error_abort"), log.total("users_count"), log.last().users.0), (1, 41, 41));
    assert_eq!(recording.requests().count(), 41);
    assert!(run.took < Duration::from_secs(50), "nobody waits for the pauses: {:?}", run.took);
}

#[test]
fn an_interaction_is_timed_between_users_of_different_workers() {
    let sessions = [
        session("idle", 100, "<thinktime value=\"1\"/>"),
        session(
            "send",
            0,
            "<interaction action=\"send\" id=\"message\"/><request><http url=\"/send\"/></request>",
        ),
        session(
            "receive",
            0,
            "<interaction action=\"receive\" id=\"message\"/><request><http url=\"/receive\"/></request>",
        ),
    ];
    let mut load = phase(1) + "<user session=\"send\" start_time=\"1\" unit=\"second\"/>";
    for n in 0..MORE_THAN_HALF_A_BLOCK {
        load += &format!("<user session=\"receive\" start_time=\"{}\" unit=\"millisecond\"/>", 3_000 + n);
    }
    let (run, recording, _dirs) = run("interaction", &load, "", &sessions.concat());
    let log = TsungLog::read(run.folder());
    // The receivers are on both workers, the sender on one of them.
    assert_eq!(log.count("tr_message"), MORE_THAN_HALF_A_BLOCK as u64);
    let least = log.dumps.iter().filter_map(|dump| dump.samples.get("tr_message")).map(|sample| sample.min);
    assert!(least.fold(f64::MAX, f64::min) > 1_500.0, "from 1 s to 3 s after the start");
    assert_eq!(recording.requests().count(), 1 + MORE_THAN_HALF_A_BLOCK);
}
