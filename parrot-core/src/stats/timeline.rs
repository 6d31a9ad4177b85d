//! The run as the outside sees it: per-second [`Recorder`]s of all engines go in, [`Window`]s, [`Progress`] and a [`Summary`]
//! come out.
//!
//! It reads no clock: whoever drives it says when a window closes. What arrives after that belongs to the next window.

use std::collections::BTreeMap;
use std::ops::Range;

use super::evidence::Evidence;
use super::gauges::Gauges;
use super::phases::Phases;
use super::sampled::Sampled;
use super::threshold::{Gate, Totals};
use super::{Cell, Class, Counter, Incident, Recorder, Rule, SeriesId, Shape, Verdict};
use crate::limits::PHASES_WITH_SERIES;
use crate::sink::{CounterRow, EndReason, HostMetric, Progress, SampleName, SeriesSummary, Summary, Window};
use crate::time::Nanos;

/// Events of one kind: in the open window, and in all.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    delta: u64,
    total: u64,
}

/// Requests that ended in the newest second anyone reported.
#[derive(Debug, Default)]
struct NewestSecond {
    second: u64,
    requests: Option<Box<Cell>>,
}

/// Gathers what engines saw, and cuts it into windows.
#[derive(Debug)]
pub struct Timeline {
    shape: Shape,
    planned: u64,
    phases: Phases,
    /// By phase, series and class, as in a recorder; allocated at first use.
    cells: Vec<Option<Box<Cell>>>,
    /// By series; those that windows do not show stay empty.
    series: Vec<Sampled>,
    host: [Sampled; HostMetric::ALL.len()],
    counts: BTreeMap<Counter, Count>,
    gauges: Gauges,
    newest: NewestSecond,
    requests: u64,
    errors: u64,
    evidence: Evidence,
    gate: Gate,
}

impl Timeline {
    /// An empty one. `phase_starts` are in the run's time, that is after the warm-up.
    pub fn new(shape: Shape, planned_users: u64, phase_starts: Vec<Nanos>) -> Self {
        let shape = Shape { phases: shape.phases.clamp(1, PHASES_WITH_SERIES), ..shape };
        // Files show these two from the first window on.
        let shown = [Counter::UserStarted, Counter::UserFinished];
        Self {
            shape,
            planned: planned_users,
            phases: Phases::new(phase_starts),
            cells: (0..shape.series * shape.phases * Class::ALL.len()).map(|_| None).collect(),
            series: vec![Sampled::default(); shape.series],
            host: Default::default(),
            counts: shown.into_iter().map(|counter| (counter, Count::default())).collect(),
            gauges: Gauges::default(),
            newest: NewestSecond::default(),
            requests: 0,
            errors: 0,
            evidence: Evidence::default(),
            gate: Gate::default(),
        }
    }

    /// Has an eye on these rules. To be called before anything is recorded.
    pub fn watch(&mut self, rules: Vec<Rule>) {
        self.gate = Gate::new(rules);
    }

    /// Takes what one engine saw in about a second.
    pub fn record(&mut self, recorder: &Recorder) {
        self.phases.look(Nanos::from_secs(recorder.second + 1), self.users_to_come());
        for (counter, n) in recorder.counters() {
            self.count(counter, n);
        }
        if recorder.second > self.newest.second {
            self.newest = NewestSecond { second: recorder.second, requests: None };
        }
        let mut connected = false;
        for (phase, series, class, cell) in recorder.cells() {
            connected |= series == SeriesId::CONNECT && class.is_ok();
            self.merge(phase, series, class, cell);
            self.gate.record(series, cell);
            if series == SeriesId::REQUEST {
                self.requests += cell.moments.count;
                if recorder.second == self.newest.second {
                    Cell::merge_into(&mut self.newest.requests, cell);
                }
            }
        }
        self.gauges.record(recorder, connected);
        self.evidence.record(recorder);
    }

    /// Takes something that happened to the generator itself.
    pub fn note(&mut self, incident: Incident) {
        self.evidence.note(incident);
    }

    /// These engines will report no more, and their users and connections are gone. What they counted stays.
    pub fn forget_engines(&mut self, engines: Range<u32>) {
        self.gauges.forget(&engines);
        self.evidence.forget(&engines);
    }

    /// The verdict so far.
    pub(super) fn verdict(&self) -> Verdict {
        self.evidence.verdict()
    }

    /// Takes a reading of the machine.
    pub fn host(&mut self, metric: HostMetric, value: f64) {
        // A number that no report can read would spoil the whole line.
        if value.is_finite() {
            self.host[metric as usize].add(value);
        }
    }

    /// Ends the open window.
    pub fn close_window(&mut self, at: Nanos, unix_secs: u64, last: bool) -> Window {
        self.phases.look(at + Nanos(1), self.users_to_come());
        let changes = self.phases.take_changes(at);
        if changes > 0 {
            self.count(Counter::NewPhase, changes);
        }
        let counts = &self.counts;
        self.gate.close_window(at, |wanted| counted(counts, wanted, |count| count.delta));
        let host = HostMetric::ALL.into_iter().map(SampleName::Host);
        let series = (0..self.shape.series as u32).map(|index| SampleName::Series(SeriesId(index)));
        let samples = host
            .zip(&mut self.host)
            .chain(series.zip(&mut self.series))
            .filter_map(|(name, sampled)| sampled.close(name))
            .collect();
        let counters = self
            .counts
            .iter_mut()
            .map(|(counter, count)| CounterRow {
                counter: *counter,
                delta: std::mem::take(&mut count.delta),
                total: count.total,
            })
            .collect();
        Window {
            unix_secs,
            at,
            last,
            users: self.gauges.users(),
            users_max: self.gauges.users_max(),
            connections_delta: self.gauges.take_connections_delta(),
            connections: self.gauges.connections(),
            connections_seen: self.gauges.connections_seen(),
            samples,
            counters,
        }
    }

    /// Where the run is.
    pub fn progress(&self, at: Nanos) -> Progress {
        let (begun, phases) = (self.phases.begun(at), self.phases.len());
        let over = phases > 0 && begun == phases && !self.users_to_come();
        let newest = self.newest.requests.as_deref();
        Progress {
            at,
            phase: begun + usize::from(over),
            phases,
            started: self.total(Counter::UserStarted),
            planned: self.planned,
            users: self.gauges.users(),
            connections: self.gauges.connections(),
            requests_per_second: newest.map_or(0, |cell| cell.moments.count),
            requests: self.requests,
            errors: self.errors,
            p99: newest.map(|cell| cell.quantile(0.99)),
            verdict: self.verdict(),
        }
    }

    /// The whole run in numbers.
    pub fn finish(
        mut self,
        end: EndReason,
        start_unix_secs: f64,
        duration: Nanos,
        in_flight: u64,
    ) -> Summary {
        let started = self.total(Counter::UserStarted);
        let wanted = matches!(end, EndReason::Stopped | EndReason::DurationReached | EndReason::Aborted);
        let never_started = if wanted { 0 } else { self.planned.saturating_sub(started) };
        let verdict = self.evidence.final_verdict(never_started);
        let thresholds = self.gate.results(&self, verdict.grade());
        let (stall_max, busy_max) = self.evidence.worst();
        let (series, classes) = (self.shape.series, Class::ALL.len());
        let mut summaries: Vec<_> = std::mem::take(&mut self.cells)
            .into_iter()
            .enumerate()
            .filter_map(|(index, cell)| {
                Some(SeriesSummary {
                    series: SeriesId((index / classes % series) as u32),
                    phase: index / classes / series,
                    class: Class::ALL[index % classes],
                    cell: *cell?,
                })
            })
            .collect();
        summaries.sort_by_key(|s| (s.series, s.phase, s.class));
        Summary {
            end,
            start_unix_secs,
            duration,
            planned: self.planned,
            started,
            finished: self.total(Counter::UserFinished),
            alive: self.gauges.users(),
            in_flight,
            counters: self.counts.iter().map(|(c, n)| (*c, n.total)).filter(|(_, n)| *n > 0).collect(),
            series: summaries,
            stall_max,
            busy_max,
            verdict,
            thresholds,
        }
    }

    fn users_to_come(&self) -> bool {
        self.total(Counter::UserStarted) < self.planned
    }

    fn total(&self, counter: Counter) -> u64 {
        self.counts.get(&counter).map_or(0, |count| count.total)
    }

    /// Counts events of the run as a whole.
    pub fn count(&mut self, counter: Counter, n: u64) {
        let count = self.counts.entry(counter).or_default();
        count.delta += n;
        count.total += n;
        if counter.is_error() {
            self.errors += n;
        }
    }

    fn merge(&mut self, phase: usize, series: SeriesId, class: Class, cell: &Cell) {
        let phase = phase.min(self.shape.phases - 1);
        let index = (phase * self.shape.series + series.index()) * Class::ALL.len() + class as usize;
        if let Some(merged) = self.cells.get_mut(index) {
            Cell::merge_into(merged, cell);
        }
        if series.in_windows()
            && class.is_shown()
            && let Some(sampled) = self.series.get_mut(series.index())
        {
            sampled.merge(&cell.moments);
        }
    }
}

/// The whole run.
impl Totals for Timeline {
    fn cell(&self, series: SeriesId) -> Option<Cell> {
        let (all, classes) = (self.shape.series, Class::ALL.len());
        let cells =
            self.cells.iter().enumerate().filter(|(index, _)| index / classes % all == series.index());
        let mut merged = None;
        cells.filter_map(|(_, cell)| cell.as_deref()).for_each(|cell| Cell::merge_into(&mut merged, cell));
        merged.map(|cell| *cell)
    }

    fn count(&self, counters: Option<&[Counter]>) -> u64 {
        counted(&self.counts, counters, |count| count.total)
    }

    fn requests(&self) -> u64 {
        self.requests
    }
}

/// How often these counted; all that are errors, where none are named.
fn counted(
    counts: &BTreeMap<Counter, Count>,
    wanted: Option<&[Counter]>,
    read: impl Fn(&Count) -> u64,
) -> u64 {
    match wanted {
        Some(counters) => counters.iter().filter_map(|counter| counts.get(counter)).map(read).sum(),
        None => counts.iter().filter(|(counter, _)| counter.is_error()).map(|(_, count)| read(count)).sum(),
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
