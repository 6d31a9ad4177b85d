//! The run as the outside sees it: per-second [`Recorder`]s of all engines go in, [`Window`]s, [`Progress`] and a [`Summary`]
//! come out.
//!
//! It reads no clock: whoever drives it says when a window closes. What arrives after that belongs to the next window.

use std::collections::BTreeMap;

use super::gauges::Gauges;
use super::phases::Phases;
use super::sampled::Sampled;
use super::{Cell, Class, Counter, Recorder, SeriesId, Shape};
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
    stall_max: Nanos,
    busy_max: f64,
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
            stall_max: Nanos::ZERO,
            busy_max: 0.0,
        }
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
            if series == SeriesId::REQUEST {
                self.requests += cell.moments.count;
                if recorder.second == self.newest.second {
                    merge_into(&mut self.newest.requests, cell);
                }
            }
        }
        self.gauges.record(recorder, connected);
        self.stall_max = self.stall_max.max(recorder.stall_max);
        self.busy_max = self.busy_max.max(recorder.busy.as_secs_f64().min(1.0));
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
        }
    }

    /// The whole run in numbers.
    pub fn finish(self, end: EndReason, start_unix_secs: f64, duration: Nanos, in_flight: u64) -> Summary {
        let (series, classes) = (self.shape.series, Class::ALL.len());
        let mut summaries: Vec<_> = self
            .cells
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
        let total = |counter| self.counts.get(&counter).map_or(0, |count: &Count| count.total);
        Summary {
            end,
            start_unix_secs,
            duration,
            planned: self.planned,
            started: total(Counter::UserStarted),
            finished: total(Counter::UserFinished),
            alive: self.gauges.users(),
            in_flight,
            counters: self.counts.iter().map(|(c, n)| (*c, n.total)).filter(|(_, n)| *n > 0).collect(),
            series: summaries,
            stall_max: self.stall_max,
            busy_max: self.busy_max,
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
            merge_into(merged, cell);
        }
        if series.in_windows()
            && class.is_shown()
            && let Some(sampled) = self.series.get_mut(series.index())
        {
            sampled.merge(&cell.moments);
        }
    }
}

fn merge_into(merged: &mut Option<Box<Cell>>, cell: &Cell) {
    match merged {
        Some(merged) => merged.merge(cell),
        None => *merged = Some(Box::new(cell.clone())),
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
