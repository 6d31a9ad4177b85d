//! The two generators that read Tsung's XML, ours and real Tsung, run on one scenario.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::cores;
use super::cost::{self, Cost};
use super::scenario::Scenario;
use crate::binary::binary;
use crate::dir::Dir;
use crate::log::TsungLog;
use crate::parrot::{self, Running};
use crate::{json, tsung};

/// A finished run of ours.
#[derive(Debug)]
pub(super) struct ParrotRun {
    /// What it cost.
    pub(super) cost: Cost,
    /// Its run.json.
    pub(super) json: Value,
}

/// A finished run of Tsung.
#[derive(Debug)]
pub(super) struct TsungRun {
    /// What it cost.
    pub(super) cost: Cost,
    /// Its statistics.
    pub(super) log: TsungLog,
}

/// Runs ours to its end on these cores, with so many engine threads. `meanwhile` is called once it runs.
///
/// # Panics
/// When it fails or takes longer than the scenario's limit.
pub(super) fn parrot(
    scenario: &Scenario,
    cores: &str,
    engines: usize,
    meanwhile: impl FnOnce(&mut Running),
) -> ParrotRun {
    let dir = Dir::new("bench-parrot");
    let xml = dir.file("scenario.xml", scenario.xml());
    let threads = engines.to_string();
    let mut command = cores::on(cores, binary());
    // No warm-up: it would only add time.
    command.args(["-w0", "--threads", &threads, "-l"]).arg(dir.folder("log")).arg("-f").arg(xml).arg("start");
    let (cost, run) = cost::of(|| {
        let mut running = parrot::launch(command, &dir, &dir.folder("home"));
        meanwhile(&mut running);
        running.finish(scenario.limit())
    });
    ParrotRun { cost, json: json::read(run.folder()) }
}

/// Runs Tsung to its end on these cores. `meanwhile` is called once it runs.
///
/// # Panics
/// When it fails or takes longer than the scenario's limit.
pub(super) fn tsung(scenario: &Scenario, cores: &str, meanwhile: impl FnOnce(&mut Running)) -> TsungRun {
    let dir = Dir::new("bench-tsung");
    let xml = dir.file("scenario.xml", scenario.xml());
    let (cost, run) = cost::of(|| {
        let mut running = tsung::start_with(cores::on(cores, tsung::PROGRAM), &dir, &xml, &["-w0"]);
        meanwhile(&mut running);
        running.finish(scenario.limit() + TSUNG_MORE)
    });
    TsungRun { cost, log: TsungLog::read(run.folder()) }
}

/// Tsung takes seconds to start and to end.
const TSUNG_MORE: Duration = Duration::from_secs(30);

/// Whether real Tsung can be started.
pub(super) fn tsung_is_installed() -> bool {
    Path::new(tsung::PROGRAM).exists()
}

impl ParrotRun {
    /// A number of run.json, by its JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    pub(super) fn number(&self, pointer: &str) -> f64 {
        let value = self.json.pointer(pointer).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("run.json has no number {pointer}: {}", self.json))
    }

    /// Requests answered with 200.
    pub(super) fn requests(&self) -> u64 {
        self.json.pointer("/counters/200").and_then(Value::as_u64).unwrap_or(0)
    }

    /// Planned users that did not start, or did not finish, or got no answer.
    pub(super) fn lost(&self) -> f64 {
        let planned = self.number("/users/planned");
        let least = self.number("/users/started").min(self.number("/users/finished"));
        planned - least.min(self.requests() as f64)
    }

    /// A figure of the successful values of a series, all phases together.
    ///
    /// # Panics
    /// When there is none.
    pub(super) fn series(&self, name: &str, figure: &str) -> f64 {
        let is_it = |row: &&Value| row["series"] == name && row["outcome"] == "ok" && row["phase"].is_null();
        let mut rows = self.json["series"].as_array().into_iter().flatten();
        let value = rows.find(is_it).and_then(|row| row[figure].as_f64());
        value.unwrap_or_else(|| panic!("run.json has no {figure} of {name}"))
    }
}

impl TsungRun {
    /// Requests answered with 200.
    pub(super) fn requests(&self) -> u64 {
        self.log.total("200").max(0) as u64
    }

    /// Users that came and got no answer, where each makes one request. It draws their number itself: what it did not draw is not lost.
    pub(super) fn lost(&self) -> f64 {
        (self.log.total("users_count") - self.log.total("200")).max(0) as f64
    }
}
