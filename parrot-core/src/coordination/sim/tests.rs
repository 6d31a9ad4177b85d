//! Thousands of runs, and the replay of one.

use std::collections::BTreeSet;

use super::scenario::Scenario;
use super::world::World;
use crate::time::Nanos;

/// Violations that are shown.
const SHOWN: usize = 5;

fn replay_command(seed: u64, test: &str) -> String {
    format!("PARROT_SEED={seed} cargo test -p parrot-core {test} -- --nocapture")
}

/// The seed that was asked for, if one was.
fn wanted_seed() -> Option<u64> {
    std::env::var("PARROT_SEED").ok().map(|seed| seed.parse().unwrap())
}

/// Tries the seeds up to `count`, or the one that was asked for, and says which one panics.
pub(super) fn for_seeds(count: u64, test: &str, run: impl Fn(u64)) {
    let seeds = wanted_seed().map_or(0..count, |seed| seed..seed + 1);
    for seed in seeds {
        let _replay = Replay { seed, test };
        run(seed);
    }
}

/// Says how to see it again when a run panics.
struct Replay<'a> {
    seed: u64,
    test: &'a str,
}

impl Drop for Replay<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {} panics; replay: {}", self.seed, replay_command(self.seed, self.test));
        }
    }
}

/// Runs of this remainder, which is the scenario's mood.
fn runs(mood: u64) {
    let mut violations = (0..RUNS).filter_map(|n| {
        let seed = n * 4 + mood;
        let _replay = Replay { seed, test: "sim_replay" };
        let violation = World::new(&Scenario::of(seed), None).run().err()?;
        Some(format!("seed {seed}, {violation}\n  replay: {}", replay_command(seed, "sim_replay")))
    });
    let shown: Vec<String> = violations.by_ref().take(SHOWN).collect();
    assert!(shown.is_empty(), "\n{}\nand {} more", shown.join("\n"), violations.count());
}

const RUNS: u64 = 2_000;

#[test]
fn sim_calm_runs_are_perfect() {
    runs(0);
}

#[test]
fn sim_bad_networks_change_nothing() {
    runs(1);
}

#[test]
fn sim_faults_are_noticed_and_the_run_ends() {
    runs(2);
}

#[test]
fn sim_starts_happen_or_are_refused_for_the_right_reason() {
    runs(3);
}

/// Rules that nothing puts to the test are worth nothing.
#[test]
fn sim_runs_see_every_kind_of_trouble() {
    let all = (0..RUNS / 2).filter_map(|seed| World::new(&Scenario::of(seed), None).run().ok());
    let seen: BTreeSet<String> = all.flatten().collect();
    let expected = [
        "A file is read again",
        "A full lane",
        "A window",
        "A window without all",
        "CalledOff",
        "Dismissed(CalledOff)",
        "Dismissed(Full)",
        "Dismissed(GivenUp)",
        "Done",
        "Goodbye",
        "Left",
        "Lost",
        "Lost before its first report",
        "None",
        "Orphaned",
        "Some(Aborted)",
        "Some(Failed)",
        "Some(Stopped)",
        "Stalled",
        "Stopped",
        "The barrier opens",
        "The barrier opens for fewer",
        "Unable",
        "WorkersMissing",
    ];
    assert!(seen.iter().eq(expected), "{seen:?}");
}

/// Shows one run: the one of `PARROT_SEED`, or the first.
#[test]
fn sim_replay() {
    let seed = wanted_seed().unwrap_or(2);
    let scenario = Scenario::of(seed);
    println!("{scenario:#?}");
    let result = World::new(&scenario, Some(|line| println!("{line}"))).run();
    assert!(result.is_ok(), "seed {seed}: {result:?}");
}

/// Frames in which anything may be changed, from members and strangers, at every moment of a run.
#[test]
fn sim_scrambled_frames_are_no_danger() {
    for_seeds(RUNS, "sim_scrambled", |seed| {
        World::new(&Scenario::of(seed).scrambled(20 + seed % 300), None).run_for(Nanos::from_secs(60));
    });
}
