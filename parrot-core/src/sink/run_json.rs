//! `run.json`: what was run and how it went, for programs.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::figures::{self, Figures, Row};
use super::verdict_text;
use super::{EndReason, Event, Names, Sink, Summary, whole_file};
use crate::program::Program;
use crate::stats::{Figure, Finding, RuleResult, SeriesId, Verdict};

/// Bumped when a reader of the file would have to change.
const SCHEMA: u32 = 1;

/// What was run.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// Version of the program.
    pub program_version: String,
    /// File name of the configuration.
    pub config: String,
    /// What all draws came from.
    pub seed: u64,
    /// Identity of the Plan.
    pub plan_sha256: [u8; 32],
}

impl RunInfo {
    /// A run of this program.
    pub fn new(program: &Program, config: impl Into<String>, program_version: impl Into<String>) -> Self {
        Self {
            program_version: program_version.into(),
            config: config.into(),
            seed: program.plan.seed,
            plan_sha256: program.identity().sha256,
        }
    }
}

/// Writes `run.json` when the run is over.
pub struct RunJson {
    path: PathBuf,
    info: RunInfo,
    names: Arc<dyn Names + Send + Sync>,
}

impl RunJson {
    /// Writes to this file.
    pub fn new(path: PathBuf, info: RunInfo, names: Arc<dyn Names + Send + Sync>) -> Self {
        Self { path, info, names }
    }

    fn document<'a>(&'a self, summary: &Summary) -> Document<'a> {
        let (mut counters, mut own_counters) = (BTreeMap::new(), BTreeMap::new());
        for (counter, n) in &summary.counters {
            let shown = self.names.counter(*counter).is_some();
            let counters = if shown { &mut counters } else { &mut own_counters };
            // Different counters may share a name.
            *counters.entry(self.names.label(*counter)).or_insert(0) += n;
        }
        Document {
            schema: SCHEMA,
            program: "tsung-parrot",
            version: &self.info.program_version,
            config: &self.info.config,
            seed: self.info.seed.to_string(),
            plan_sha256: self.info.plan_sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            start: iso_utc(summary.start_unix_secs),
            start_unix_secs: summary.start_unix_secs,
            duration_secs: summary.duration.as_secs_f64(),
            end: match summary.end {
                EndReason::Completed => "completed",
                EndReason::DurationReached => "duration_reached",
                EndReason::Stopped => "stopped",
                EndReason::Aborted => "aborted",
                EndReason::Failed => "failed",
            },
            users: Users {
                planned: summary.planned,
                started: summary.started,
                finished: summary.finished,
                alive: summary.alive,
            },
            verdict: VerdictNote::of(&summary.verdict),
            thresholds: summary.thresholds.iter().map(Threshold::of).collect(),
            requests_in_flight: summary.in_flight,
            counters,
            own_counters,
            start_lag: summary
                .merged(SeriesId::START_LAG, |_| true)
                .map(|cell| StartLag::of(&Figures::of(&cell))),
            engine: Engine { stall_max_ms: figures::in_ms(summary.stall_max), busy_max: summary.busy_max },
            series: figures::rows(summary, &*self.names),
        }
    }
}

impl Sink for RunJson {
    fn name(&self) -> &str {
        "run.json"
    }

    fn handle(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Event::Finished(summary) = event else { return Ok(()) };
        let mut bytes = serde_json::to_vec_pretty(&self.document(summary))?;
        bytes.push(b'\n');
        whole_file::write(&self.path, &bytes)
    }
}

/// The file.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: u32,
    program: &'static str,
    version: &'a str,
    config: &'a str,
    /// As text: many readers keep no more than 53 bits of a number.
    seed: String,
    plan_sha256: String,
    start: String,
    start_unix_secs: f64,
    duration_secs: f64,
    end: &'static str,
    users: Users,
    verdict: VerdictNote,
    thresholds: Vec<Threshold>,
    requests_in_flight: u64,
    /// Those that the front end's own files show.
    counters: BTreeMap<String, u64>,
    own_counters: BTreeMap<String, u64>,
    /// How late the generator itself started users.
    start_lag: Option<StartLag>,
    engine: Engine,
    series: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Users {
    planned: u64,
    started: u64,
    finished: u64,
    alive: u64,
}

#[derive(Debug, Serialize)]
struct VerdictNote {
    grade: &'static str,
    findings: Vec<FindingNote>,
}

#[derive(Debug, Serialize)]
struct FindingNote {
    code: &'static str,
    grade: &'static str,
    figure: f64,
    limit: f64,
    unit: &'static str,
    text: String,
    remedy: &'static str,
}

impl VerdictNote {
    fn of(verdict: &Verdict) -> Self {
        let note = |finding: &Finding| {
            let (figure, limit, unit) = verdict_text::figures(&finding.reason);
            FindingNote {
                code: verdict_text::code(&finding.reason),
                grade: verdict_text::grade_word(finding.grade),
                figure,
                limit,
                unit,
                text: verdict_text::sentence(&finding.reason),
                remedy: verdict_text::remedy(&finding.reason),
            }
        };
        let findings = verdict.findings.iter().map(note).collect();
        Self { grade: verdict_text::grade_word(verdict.grade()), findings }
    }
}

#[derive(Debug, Serialize)]
struct Threshold {
    rule: String,
    passed: bool,
    /// What was seen: a number, a verdict's grade, or none where there were no values.
    figure: serde_json::Value,
    unit: Option<&'static str>,
    /// End of the worst window, and how many failed; for rules about windows.
    window_end_secs: Option<f64>,
    windows_failed: Option<u64>,
    text: String,
}

impl Threshold {
    fn of(result: &RuleResult) -> Self {
        let (figure, unit) = match result.figure {
            Figure::Grade(grade) => (verdict_text::grade_word(grade).into(), None),
            Figure::Milliseconds(ms) => (ms.into(), Some("ms")),
            Figure::Number(number) => (number.into(), None),
            Figure::Percent(percent) => (percent.into(), Some("%")),
            Figure::NoValues => (serde_json::Value::Null, None),
        };
        Self {
            rule: result.rule.clone(),
            passed: result.passed,
            figure,
            unit,
            window_end_secs: result.windows.map(|windows| windows.worst_end.as_secs_f64()),
            windows_failed: result.windows.map(|windows| windows.failed),
            text: verdict_text::rule(result),
        }
    }
}

#[derive(Debug, Serialize)]
struct StartLag {
    p50_ms: f64,
    p99_ms: f64,
    p99_9_ms: f64,
    max_ms: f64,
}

impl StartLag {
    const fn of(figures: &Figures) -> Self {
        Self {
            p50_ms: figures.p50_ms,
            p99_ms: figures.p99_ms,
            p99_9_ms: figures.p99_9_ms,
            max_ms: figures.max_ms,
        }
    }
}

#[derive(Debug, Serialize)]
struct Engine {
    /// Longest time for which something had to wait for an engine.
    stall_max_ms: f64,
    /// Highest busy share in any second, 0 to 1.
    busy_max: f64,
}

/// A wall clock time as ISO 8601 text in UTC, to the millisecond.
fn iso_utc(unix_secs: f64) -> String {
    let millis = (unix_secs * 1_000.0).round() as u64;
    let (days, in_day) = (millis / 86_400_000, millis % 86_400_000);
    let (year, month, day) = civil(days);
    let (secs, millis) = (in_day / 1_000, in_day % 1_000);
    let (hour, minute, second) = (secs / 3_600, secs / 60 % 60, secs % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day of a number of days since 1970 (years counted from March, so that the leap day is the last one).
const fn civil(days: u64) -> (u64, u64, u64) {
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right() {
        let expected = [
            (0.0, "1970-01-01T00:00:00.000Z"),
            (951_782_400.0, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199.999_4, "2024-02-29T23:59:59.999Z"),
            (1_735_689_599.999_9, "2025-01-01T00:00:00.000Z"),
            (1_795_331_791.25, "2026-11-22T07:16:31.250Z"),
            (4_107_542_400.0, "2100-03-01T00:00:00.000Z"),
        ];
        for (unix_secs, text) in expected {
            assert_eq!(iso_utc(unix_secs), text);
        }
    }
}
