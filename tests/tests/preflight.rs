//! The look ahead: what will run out is told before the first request, and a modest plan is left in peace.

use std::fs;
use std::time::Duration;

use tests::dir::Dir;
use tests::fixture::Fixture;
use tests::log::controller_log;
use tests::parrot::{self, Run, Running};
use tests::process::Signal;
use tests::server::{Script, Server};

const LIMIT: Duration = Duration::from_secs(60);
/// Time before the first user; the runs below end in it.
const WARM_UP: &str = "60";

const CONFIG: &str = r#"<?xml version="1.0"?>
<tsung loglevel="notice">
  <clients><client host="localhost" use_controller_vm="true"/></clients>
  <servers><server host="@HOST@" port="@PORT@" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="@SECONDS@" unit="second"><users arrivalrate="@RATE@" unit="second"/></arrivalphase></load>
  <sessions>
    <session name="one" probability="100" type="ts_http">
      <request><http url="/a" method="GET" version="1.1"/></request>
      @MORE@
    </session>
  </sessions>
</tsung>
"#;

fn config(dir: &Dir, host: &str, port: u16, rate: u32, seconds: u32, more: &str) -> std::path::PathBuf {
    let fixture = Fixture::text("plan", CONFIG).with("@HOST@", &host).with("@RATE@", &rate);
    fixture.with("@SECONDS@", &seconds).with("@MORE@", &more).with_ports(&[port]).write(dir)
}

/// Stops a run once it has opened its folder, long before its first user.
fn end_early(mut running: Running) -> Run {
    while !running.stdout().contains("Log directory is: ") {
        assert!(running.process.running() && running.process.age() < LIMIT, "{}", running.stderr());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(running.process.signal(Signal::Interrupt));
    running.finish(LIMIT)
}

/// The mean of a Poisson number that reaches `limit` with three standard deviations.
fn safely_within(limit: f64) -> f64 {
    ((9.0 + 4.0 * limit).sqrt() / 2.0 - 1.5).powi(2)
}

#[test]
fn descriptors_that_will_not_do_are_told_before_the_first_request() {
    let dir = Dir::new("descriptors");
    let server = Server::start(Script::new());
    let xml = config(&dir, "127.0.0.1", server.port(), 100, 10, r#"<thinktime value="100"/>"#);
    let run = end_early(parrot::start_limited(110, &dir, &xml, &["-w", WARM_UP, "--threads", "1"]));
    // 42 connections beside 64 reserved and 4 of the engine: 27 users of mean, 0.3 s after the warm-up. Too few for further
    // processes to help.
    assert_eq!(safely_within(42.0).round(), 27.0);
    let expected = "warning: descriptors run out after 60 s: 1068 are needed, 110 allowed";
    let log = controller_log(run.folder());
    for (name, text) in [("stderr", &run.stderr), ("the log", &log)] {
        assert!(text.contains(expected), "not in {name}:\n{text}");
        assert!(text.contains("preflight: 1000 users planned: phase 1: 1000 in 10 s (100/s)"), "{text}");
        assert!(text.contains("preflight: about 1000 users at once, from 70 s on;"), "{text}");
    }
    assert!(run.stderr.contains("\n  help: raise the hard limit"), "{}", run.stderr);
    assert!(!run.stdout.contains("preflight"), "stdout stays Tsung's");
    assert_eq!(server.stop().connections.len(), 0);
}

/// The first user is a minute away, so nothing is sent to the address, which is one for documents.
#[test]
fn ports_that_run_out_are_told_with_their_second() {
    let dir = Dir::new("ports");
    let xml = config(&dir, "192.0.2.1", 80, 2_000, 600, "");
    let run = end_early(parrot::start(&dir, &xml, &["-w", WARM_UP]));
    let number = |path: &str| -> Vec<f64> {
        let text = fs::read_to_string(path).expect("Linux tells");
        text.split_whitespace().map(|word| word.parse().expect("a number")).collect()
    };
    let range = number("/proc/sys/net/ipv4/ip_local_port_range");
    let ports = range[1] - range[0] + 1.0;
    let (what, limit) = match number("/proc/sys/net/ipv4/tcp_tw_reuse")[..] {
        [1.0] => ("connects to 192.0.2.1:80 get slow", (ports / 2.0).floor()),
        _ => ("local ports to 192.0.2.1:80 run out", ports),
    };
    // Each of 2 000 users a second takes a port, and none comes back within a minute.
    let second = 60.0 + safely_within(limit) / 2_000.0;
    let expected = format!("warning: {what} after {second:.0} s: ");
    assert!(run.stderr.contains(&expected), "no {expected:?} in\n{}", run.stderr);
    assert!(controller_log(run.folder()).contains(&expected));
}

#[test]
fn a_modest_plan_is_not_warned_of() {
    let dir = Dir::new("modest");
    let server = Server::start(Script::new());
    let xml = config(&dir, "127.0.0.1", server.port(), 3, 1, "");
    let run = parrot::run(&dir, &xml, &["-w", "0"], LIMIT);
    assert!(
        !controller_log(run.folder()).contains("warning") && !run.stderr.contains("warning"),
        "{}",
        run.stderr
    );
    let told: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("preflight: ")).collect();
    assert_eq!(told.len(), 3, "{}", run.stderr);
    assert_eq!(told[0], "preflight: 3 users planned: phase 1: 3 in 1 s (3/s)");
    assert_eq!(server.stop().requests().count(), 3);
}
