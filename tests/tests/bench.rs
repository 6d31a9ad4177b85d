//! The benchmarks' program, quickly: with tiny counts, so that it cannot rot. What it computes is tested beside its code.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tests::dir::Dir;
use tests::process::{End, Process};

const LIMIT: Duration = Duration::from_secs(90);

/// How it ended, what it said and what it said beside.
fn bench(dir: &Dir, cases: &str, scale: &str) -> (End, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.env("BENCH", cases).env("BENCH_ROUNDS", "1").env("BENCH_SCALE", scale);
    let end = Process::start(command, dir.path()).wait(LIMIT);
    let text = |name| fs::read_to_string(dir.path().join(name)).unwrap_or_default();
    (end, text("stdout"), text("stderr"))
}

#[test]
fn a_case_gives_its_rows() {
    let dir = Dir::new("bench-case");
    let (end, out, err) = bench(&dir, "latency", "0.02");
    assert_eq!(end, End::Code(0), "{out}{err}");
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = out.lines().filter(|line| line.starts_with('|')).map(cells).collect();
    assert_eq!(rows[0][1..3], ["figure", "tsung-parrot"], "{out}");
    let means: Vec<&Vec<String>> = rows.iter().filter(|row| row[1].contains("reported mean less")).collect();
    assert_eq!(means.len(), 2, "{out}");
    for row in means {
        let ms: f64 = row[2].parse().unwrap_or(f64::NAN);
        assert!((0.0..1_000.0).contains(&ms), "{out}");
    }
    assert!(out.contains("the figures mean nothing"), "tiny counts are told: {out}");
}

#[test]
fn what_cannot_be_measured_is_told() {
    let dir = Dir::new("bench-refused");
    let (end, out, err) = bench(&dir, "keepalive latancy", "1");
    assert_eq!((end, out.as_str()), (End::Code(2), ""));
    assert!(err.contains("'latancy'") && err.contains("latency"), "{err}");
    let (end, _, err) = bench(&dir, "latency", "2");
    assert!(end == End::Code(2) && err.contains("BENCH_SCALE"), "{err}");
}
